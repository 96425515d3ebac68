"""Queries without end beside the others: how long those wait, and how long until each runaway has its answer."""

import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence

from http_load import Call, Report, send
from served import FORM, Served, start_kb, start_oxigraph

from kb import KnowledgeBase

RUNAWAYS = {
    "cross product": "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?g) }",
    "long path": "SELECT (COUNT(*) AS ?n) WHERE { ?a (!<urn:no>|^!<urn:no>)* ?b . ?b (!<urn:no>)* ?c }",
    "regex": 'SELECT * WHERE { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(CONCAT(STR(?c), STR(?f)), "(x+x+)+y{9}$")) }',
    "order": "SELECT ?a ?f WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?a",
}
AT_ONCE = 6
"""Clients that send them: more than there is room for among the slow ones by default."""
SLACK, AIM = 0.5, 0.5
CLIENTS = 8


def runaways(calls: Sequence[Call], base: KnowledgeBase, count: int, deadline: float) -> None:
    """Print how the others fare alone and beside runaways, on both servers, and when runaways are answered."""
    print(f"\nrunaways: {AT_ONCE} clients send {count} of them, deadline {deadline:g} s; {CLIENTS} send the canned queries")
    with tempfile.TemporaryDirectory() as folder, start_kb("--cache", "0", "--timeout", f"{deadline:g}") as ours:
        alone = send(ours.url, calls, CLIENTS, 3)
        print(f"kb serve, the others alone: p50 {alone.p50:.1f} ms, p99 {alone.p99:.1f} ms, {alone.rate:.1f} a second")
        beside, answers = _beside(ours, calls, count, deadline)
        print("kb serve, ", end="")
        _say(beside, answers, deadline)
        print(f"kb serve, p99 of the others beside runaways {beside.p99 / 1000:6.3f} s   (aim: under {AIM} s)", flush=True)
        with start_oxigraph(ours, base, folder, "--timeout-s", f"{max(1, round(deadline))}") as theirs:
            print(f"oxigraph, {AT_ONCE} runaways, ", end="")
            _say(*_beside(theirs, calls, min(count, AT_ONCE), deadline), deadline)


def _say(beside: Report, answers: Sequence[tuple[str, int, float]], deadline: float) -> None:
    print(f"the others beside runaways: p50 {beside.p50:.1f} ms, p99 {beside.p99:.1f} ms, most {beside.most:.0f} ms,"
          f" {beside.rate:.1f} a second, {beside.refused} refused, {beside.broken} broken")
    for kind in RUNAWAYS:
        of_kind = [(status, took) for name, status, took in answers if name == kind]
        if of_kind:
            statuses = ", ".join(f"{n} x {status or 'none'}" for status, n in Counter(s for s, _ in of_kind).items())
            times = [took for _, took in of_kind]
            print(f"  {kind:14} {statuses:24} after {statistics.median(times):6.2f} s (median), {max(times):6.2f} s (most)")
    good = sum(status in (503, 504, 507, 413) and took <= deadline + SLACK for _, status, took in answers)
    print(f"runaways answered honestly by the deadline + {SLACK} s: {good} of {len(answers)}   (aim: all)")


def _beside(server: Served, calls: Sequence[Call], count: int, deadline: float) -> tuple[Report, list[tuple[str, int, float]]]:
    """Return how the others fared while runaways were sent, and (kind, status, seconds) of each of those."""
    kinds = [kind for _ in range(count) for kind in RUNAWAYS][:count]
    answers: list[tuple[str, int, float]] = []
    lock = threading.Lock()

    def client() -> None:
        while True:
            with lock:
                if not kinds:
                    return
                kind = kinds.pop()
            # a comment makes each a query of its own: the server must not know it from before
            call = FORM(f"{RUNAWAYS[kind]} # {len(kinds)}")._replace(path=server.path)
            begin = time.monotonic()
            try:
                status, _ = server.ask(call, timeout=deadline * 3 + 5)
            except OSError as error:
                print(f"{server.name}: {kind}: {type(error).__name__}: {error}", file=sys.stderr)
                status = 0
            answers.append((kind, status, time.monotonic() - begin))

    clients = [threading.Thread(target=client, daemon=True) for _ in range(AT_ONCE)]
    for each in clients:
        each.start()
    time.sleep(min(1, deadline / 4))
    report = send(server.url, [call._replace(path=server.path) for call in calls], CLIENTS, max(2, deadline * 0.7))
    for each in clients:
        each.join()
    return report, answers
