"""What `kb serve` gives against `oxigraph serve-read-only`: the same data, the same queries, the same run.

Every canned query with its defaults, as a form posted to either, in turn, over keep-alive connections; JSON comes back,
and first it is seen whether both give the same rows. A round is a number of walks over all queries, and lasts until the
last answer is there. Rounds alternate between the servers, and the median of their ratios counts, since the machine may
be busy with other things. CPU is that of all processes of the server, for one request. The sections, each
of which `--only` picks: `uncached` (`--cache 0`); `repeated` (the same queries again and again, our cache as it is by
default); `runaways` (queries without end beside the others: how long both wait); `memory` (flat over many requests?).

It needs `wrk` for requests at the speed of C: `apt-get install wrk`. The quick form:
`--only uncached repeated --clients 8 --walks 1 --rounds 1`.
"""

import argparse
import contextlib
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from typing import NamedTuple

from http_load import MISSING, Call, Report, has_wrk, send
from memory_of_server import memory
from runaways import runaways
from served import FORM, Served, start_kb, start_oxigraph

from kb import KnowledgeBase

AIMS = {"uncached": 2.0, "repeated": 5.0}
MORE = 40
"""How many times as many walks our server does where it answers from its cache: else a round were over at once."""
MOST = 600
"""Seconds that a round may take."""


class Round(NamedTuple):
    """One round of one server."""

    report: Report
    cost: float
    """CPU milliseconds of the server for one request."""


def main() -> None:
    """Measure and print."""
    sections: dict[str, Callable[[argparse.Namespace, KnowledgeBase], None]] = {
        "uncached": lambda options, base: throughput("uncached", options, base),
        "repeated": lambda options, base: throughput("repeated", options, base),
        "runaways": lambda options, base: runaways(canned(base), base, options.runaways, options.deadline),
        "memory": lambda options, base: memory(base, options.requests),
    }
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=sections, default=list(sections), help="sections (default: all)")
    parser.add_argument(
        "--clients", type=int, nargs="+", default=[1, 8, 32, 64], help="connections (default 1 8 32 64)"
    )
    parser.add_argument("--walks", type=int, default=3, help="over all queries in each round (default 3)")
    parser.add_argument("--rounds", type=int, default=3, help="of each server and number of clients (default 3)")
    parser.add_argument("--runaways", type=int, default=20, help="how many are sent (default 20)")
    parser.add_argument("--deadline", type=float, default=10, help="seconds that a query may take there (default 10)")
    parser.add_argument("--requests", type=int, default=100_000, help="over which memory stays flat (default 100000)")
    options = parser.parse_args()
    if not has_wrk():
        print(MISSING, file=sys.stderr)
        raise SystemExit(2)
    with KnowledgeBase.open() as base:
        for name in options.only:
            sections[name](options, base)


def canned(base: KnowledgeBase) -> list[Call]:
    """Return one request for every canned query that asks the graph something; `checks` are for those who tend it."""
    return [FORM(base.bind(name, {}).text) for name in base.queries if not name.startswith("checks/")]


def throughput(what: str, options: argparse.Namespace, base: KnowledgeBase) -> None:
    """Print requests a second, times and CPU of both servers, and the ratio of their rates."""
    calls = canned(base)
    print(f"\n{what}: {len(calls)} queries, {options.rounds} rounds of {options.walks} walks for each server")
    print(f"{'':8}{'kb serve':>37}{'oxigraph':>37}{'kb / oxigraph':>16}")
    print(f"{'clients':>8}" + f"{'req/s':>11}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms':>8}" * 2 + f"{'rate':>9}{'CPU':>7}")
    ratios = []
    cached = what == "repeated"
    walks = (options.walks * MORE if cached else options.walks, options.walks)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        ours = stack.enter_context(start_kb("--timeout", str(MOST), *([] if cached else ["--cache", "0"])))
        servers = (ours, stack.enter_context(start_oxigraph(ours, base, folder)))
        same_answers(servers, calls)
        for clients in options.clients:
            rounds = [
                [measure(server, calls, clients, many) for server, many in zip(servers, walks, strict=True)]
                for _ in range(options.rounds)
            ]
            ratios.append(_line(clients, rounds))
    print(f"kb serve / oxigraph, {what}, the least{min(ratios):8.2f}   (aim: at least {AIMS[what]:g})", flush=True)


def measure(server: Served, calls: Sequence[Call], clients: int, walks: int) -> Round:
    """Return one round, in which every request must succeed."""
    before = server.process.cpu_seconds()
    count = walks * len(calls)
    report = send(server.url, [call._replace(path=server.path) for call in calls], clients, MOST, count)
    if report.refused or report.broken:
        raise SystemExit(f"{server.name}: requests failed: {report}")
    return Round(report, (server.process.cpu_seconds() - before) * 1000 / report.requests)


def same_answers(servers: Sequence[Served], calls: Sequence[Call]) -> None:
    """End the program where two servers do not give the same rows to a query; it warms both up, too."""
    for call in calls:
        first, *others = [server.rows(call) for server in servers]
        if any(first != other for other in others):
            raise SystemExit(f"the servers differ on this query:\n{call.body}")


def _line(clients: int, rounds: Sequence[Sequence[Round]]) -> float:
    cells = ""
    for column in zip(*rounds, strict=True):
        rate, p50, p99 = (
            statistics.median(getattr(each.report, name) for each in column) for name in ("rate", "p50", "p99")
        )
        cells += f"{rate:11.1f}{p50:9.1f}{p99:9.1f}{statistics.median(each.cost for each in column):8.2f}"
    ratio = statistics.median(ours.report.rate / theirs.report.rate for ours, theirs in rounds)
    cost = statistics.median(ours.cost / theirs.cost for ours, theirs in rounds)
    print(f"{clients:8}{cells}{ratio:9.2f}{cost:7.2f}", flush=True)
    return ratio


if __name__ == "__main__":
    main()
