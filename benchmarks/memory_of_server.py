"""Memory of our server over many requests: answers that are kept and that are not, errors, and runaways."""

import threading
import time

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
REST = 2
"""Seconds after which workers that were ended are no more."""
FIRST, PARTS = 5, 10
"""Seconds of the first part, and how many parts there are: each ends with a look at the memory."""
AIM = 1.1


def memory(base: KnowledgeBase, requests: int) -> None:
    """Print how much memory the server has as requests go by."""
    texts = [base.bind(name, {}).text for name in base.queries if not name.startswith("checks/")]
    print(f"\nmemory: {requests} requests, a cache of {CACHE} MiB; MiB of all processes, shared pages divided (PSS)")
    with start_kb("--cache", str(CACHE), "--timeout", "1") as server:
        calls = _calls(server, texts)
        done, rate, sizes = 0, 0.0, [_at_rest(server, 0)]
        while done < requests:
            seconds = max(1, requests / PARTS / rate) if rate else FIRST
            over = threading.Event()
            breaker = threading.Thread(target=_run_away, args=(server, over), daemon=True)
            breaker.start()
            report = send(server.url, calls, CLIENTS, seconds)
            over.set()
            breaker.join()
            done, rate = done + report.requests, report.rate
            sizes.append(_at_rest(server, done))
    change = sizes[-1] / sizes[min(2, len(sizes) - 1)]
    print(f"kb serve, memory at the end / after the first tenth {change:.2f}   (aim: under {AIM})", flush=True)


def _at_rest(server: Served, done: int) -> float:
    """Return its memory when nothing runs in it."""
    time.sleep(REST)
    resident, proportional = server.process.memory()
    print(f"{done:9} requests{proportional:9.1f} MiB (resident sets added up: {resident:.1f})", flush=True)
    return proportional


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
        server.ask(FORM(f"{list(RUNAWAYS.values())[count % len(RUNAWAYS)]} LIMIT {1_000_000 + count}"))
        over.wait(0.2)
