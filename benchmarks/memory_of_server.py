"""Memory of our server over many requests: answers that are kept and that are not, errors, and runaways."""

import threading

from http_load import Call, send
from runaways import RUNAWAYS
from served import FORM, JSON, Served, start_kb

from kb import KnowledgeBase

CACHE = 4
"""MiB of the cache here: less than all answers take together, so that the oldest leave it all the time."""
HOT = 9
"""Requests for answers that are kept, for each one that is not."""
FORMATS = (JSON, "application/sparql-results+xml", "text/csv", "text/tab-separated-values")
CLIENTS = 16
PARTS = 10
AIM = 1.1


def memory(base: KnowledgeBase, requests: int) -> None:
    """Print how much memory the server has as requests go by."""
    texts = [base.bind(name, {}).text for name in base.queries if not name.startswith("checks/")]
    print(f"\nmemory: {requests} requests, a cache of {CACHE} MiB; MiB of all processes, shared pages divided (PSS)")
    with start_kb("--cache", str(CACHE), "--timeout", "1") as server:
        calls = _calls(server, texts)
        over = threading.Event()
        breaker = threading.Thread(target=_run_away, args=(server, over), daemon=True)
        breaker.start()
        done, sizes, refused = 0, [server.process.memory()], 0
        _say(done, sizes)
        while done < requests:
            report = send(server.url, calls, CLIENTS, 1 if done == 0 else max(1, requests / PARTS / rate))
            if report.broken:
                raise SystemExit(f"requests were broken off: {report}")
            rate = report.rate
            done, refused = done + report.requests, refused + report.refused
            sizes.append(server.process.memory())
            _say(done, sizes)
        over.set()
        breaker.join()
    warm = next((size for size in sizes[2:]), sizes[-1])
    print(f"kb serve, memory at the end / after the first tenth {sizes[-1][1] / warm[1]:6.2f}   (aim: under {AIM})", flush=True)


def _calls(server: Served, texts: list[str]) -> list[Call]:
    """Return the requests: in each format, with answers that are kept between, and some that are wrong."""
    quick = sorted(texts, key=lambda text: len(server.ask(FORM(text))[1]))[:5]
    hot = [FORM(text) for text in quick]
    calls = []
    for accept in FORMATS:
        for text in texts:
            calls += [FORM(text, accept), *(hot[at % len(hot)] for at in range(HOT))]
        calls += [FORM("SELECT * WHERE { ?a ?b "), Call("/sparql", "DELETE"), Call("/no-such-place")]
    return calls


def _run_away(server: Served, over: threading.Event) -> None:
    """Send runaways until told to stop: each of them costs the server a worker."""
    count = 0
    while not over.is_set():
        count += 1
        server.ask(FORM(f"{list(RUNAWAYS.values())[count % len(RUNAWAYS)]} # {count}"))
        over.wait(0.2)


def _say(done: int, sizes: list[tuple[float, float]]) -> None:
    resident, proportional = sizes[-1]
    print(f"{done:9} requests{proportional:9.1f} MiB (resident sets added up: {resident:.1f})", flush=True)
