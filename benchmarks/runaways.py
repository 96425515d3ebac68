"""Queries without end beside the others: how long those wait, and how long until each runaway has its answer."""

import itertools
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from http_load import Call, Report, send
from served import FORM, Served, start_kb, start_oxigraph

from kb import KnowledgeBase

RUNAWAYS = {
    "cross product": "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?g) }",
    "long path": "SELECT (COUNT(*) AS ?n) WHERE { ?a (!<urn:no>|^!<urn:no>)* ?b . ?b (!<urn:no>)* ?c }",
    "regex": 'SELECT * WHERE { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(CONCAT(STR(?c), STR(?f)), "(x+x+)+y{9}$")) }',
    "order": "SELECT ?a ?f WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?a",
}
HONEST = (503, 504, 507)
"""No room, no time, no memory: each a true answer to such a query."""


class Sent(NamedTuple):
    """A runaway that was sent, and what came of it."""

    kind: str
    status: int
    """0 where nothing came for twice the deadline, and five seconds."""
    seconds: float


AT_ONCE = 6
"""Clients that send them: more than there is room for among the slow ones by default."""
SLACK, AIM = 0.5, 0.5
CLIENTS = 2
"""Clients that send the others: few, since it is the runaways that shall make them wait, and not each other."""
POLITE = 2
"""Seconds that a client waits which was told to come back."""


def runaways(calls: Sequence[Call], base: KnowledgeBase, count: int, deadline: float) -> None:
    """Print how the others fare alone and beside runaways, on both servers, and when runaways are answered."""
    print(
        f"\nrunaways: {AT_ONCE} clients send {count} or more, deadline {deadline:g} s; "
        f"{CLIENTS} clients send the canned queries"
    )
    with start_kb("--cache", "0", "--timeout", f"{deadline:g}") as ours:
        alone = send(ours.url, calls, CLIENTS, 3)
        print(f"kb serve, the others alone: p50 {alone.p50:.1f} ms, p99 {alone.p99:.1f} ms, {alone.rate:.1f} a second")
        beside, answers = _beside(ours, calls, count, deadline)
        print("kb serve, the others beside runaways: ", end="")
        good = _say(beside, answers, deadline)
        print(f"kb serve, runaways answered honestly within the deadline + {SLACK} s: {good}   (aim: all)")
        print(
            f"kb serve, p99 of the others beside runaways {beside.p99 / 1000:.3f} s   (aim: under {AIM} s)", flush=True
        )
    with (
        tempfile.TemporaryDirectory() as folder,
        start_oxigraph(None, base, folder, "--timeout-s", f"{max(1, round(deadline))}") as theirs,
    ):
        beside, answers = _beside(theirs, calls, min(count, AT_ONCE), deadline)
        print("oxigraph, the others beside runaways: ", end="")
        good = _say(beside, answers, deadline)
        print(f"oxigraph, runaways answered honestly within the deadline + {SLACK} s: {good}", flush=True)


def _say(beside: Report, answers: Sequence[Sent], deadline: float) -> str:
    """Print how the others fared and what came of the runaways, and return how many were answered in time."""
    print(
        f"p50 {beside.p50:.1f} ms, p99 {beside.p99:.1f} ms, most {beside.most:.0f} ms,"
        f" {beside.rate:.1f} a second, {beside.refused} refused, {beside.broken} broken"
    )
    for kind in RUNAWAYS:
        of_kind = [sent for sent in answers if sent.kind == kind]
        if of_kind:
            counts = sorted(Counter(sent.status for sent in of_kind).items())
            statuses = ", ".join(f"{count} x {status or 'no answer'}" for status, count in counts)
            times = [sent.seconds for sent in of_kind]
            median, most = statistics.median(times), max(times)
            print(f"  {kind:14} {statuses:24} after {median:6.2f} s (median), {most:6.2f} s (most)")
    good = sum(sent.status in HONEST and sent.seconds <= deadline + SLACK for sent in answers)
    return f"{good} of {len(answers)}"


def _beside(server: Served, calls: Sequence[Call], count: int, deadline: float) -> tuple[Report, list[Sent]]:
    """Return how the others fared while runaways were sent all the time, and at least so many of those."""
    answers: list[Sent] = []
    over = threading.Event()
    numbers = itertools.count()

    def client() -> None:
        while not over.is_set() or len(answers) < count:
            number = next(numbers)
            kind = list(RUNAWAYS)[number % len(RUNAWAYS)]
            # each is a query of its own, so that the server does not know it from before
            call = FORM(f"{RUNAWAYS[kind]} LIMIT {1_000_000 + number}")._replace(path=server.path)
            begin = time.monotonic()
            try:
                status, _ = server.ask(call, timeout=deadline * 2 + 5)
            except OSError:
                status = 0
            answers.append(Sent(kind, status, time.monotonic() - begin))
            if status == 503:
                over.wait(POLITE)

    clients = [threading.Thread(target=client, daemon=True) for _ in range(AT_ONCE)]
    for each in clients:
        each.start()
    time.sleep(0.1)
    seconds = max(3, deadline * count / AT_ONCE)
    report = send(server.url, [call._replace(path=server.path) for call in calls], CLIENTS, seconds)
    over.set()
    for each in clients:
        each.join()
    return report, answers
