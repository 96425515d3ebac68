"""A worker: runs one query after another in a process of its own, over the graph that it shares with the others.

It is forked from a store process, so it has the graph from the start. It can take no further memory
than its cap, and open no file and no socket: where `SERVICE` is not allowed, there is nothing to reach out with.
"""

import ctypes
import os
import resource
import signal
import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import chain, islice
from typing import IO, NamedTuple, cast

from pyoxigraph import Literal, NamedNode, QuerySolutions, QueryTriples, Triple, serialize

from kb.engines.oxigraph import OxigraphEngine, RawResult
from kb.errors import KbError, QuerySyntaxError, UsageError
from kb.names import Names
from kb.prefixes import compact
from kb.results import ROW_FORMATS, TRIPLE_FORMATS, Rows, Triples
from kb.terms import Term
from kb.web.workers.frames import ERROR, receive_frame, send_frame
from kb.web.workers.job import Fault, Job, View
from kb.web.workers.outlet import Outlet, StoppedError
from kb.web.workers.row_count import COUNTERS

_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of Linux."""
_SORTED_TRIPLES = 20_000
"""Graphs up to so many triples are written in order, each triple once; larger ones as they come."""


class Graph(NamedTuple):
    """What workers share."""

    engine: OxigraphEngine
    """The data alone."""
    described: OxigraphEngine
    """The data, and what it says of itself."""
    names: Names
    prefixes: Mapping[str, str]


def run_worker(jobs: socket.socket, graph: Graph, memory: int, offline: bool) -> None:
    """Answer jobs until the server hangs up; `memory` is in bytes beyond what the process has now."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to all; the server decides when to stop
    end_with_parent()
    _cap(memory, offline)
    while True:
        try:
            _, body = receive_frame(jobs)
            _answer(jobs, graph, Job.decode(body))
        except (EOFError, OSError):
            return


def end_with_parent() -> None:
    """Have the system end this process with the one it was forked from, in whatever way that ends (`man 2 prctl`)."""
    parent = os.getppid()
    with suppress(OSError, AttributeError):  # not Linux
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)  # it ended in between


def _cap(memory: int, offline: bool) -> None:
    """Cap the address space of this process, and the files and sockets it can have: none beyond those it has."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            now = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + memory, now + memory))
    except FileNotFoundError:  # not Linux: there the cap is on what the process allocates
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    if offline:
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(to: socket.socket, graph: Graph, job: Job) -> None:
    rows = COUNTERS[job.format]() if job.format in COUNTERS and job.query.form == "select" else None
    outlet = Outlet(to, job, rows)

    def write(raw: RawResult) -> StoppedError | None:
        """Write a result, and return why it could not be written, or None."""
        try:
            _write(raw, graph, job, outlet)
            return None
        except StoppedError as stopped:  # the engine would take it for a failure of its own
            return stopped
        except UsageError as error:
            return StoppedError(Fault("format", str(error)))

    try:
        engine = graph.described if job.described else graph.engine
        stopped = engine.evaluate(job.query, write)
        if stopped is not None:
            raise stopped
        outlet.finish()
    except StoppedError as error:
        send_frame(to, ERROR, error.fault.encode())
    except MemoryError:
        os.abort()  # as the engine does when it gets no memory: the server knows what that means
    except QuerySyntaxError as error:
        send_frame(to, ERROR, Fault("syntax", str(error), error.line, error.column).encode())
    except KbError as error:
        if isinstance(error.__cause__, MemoryError):
            os.abort()
        send_frame(to, ERROR, Fault("engine", str(error)).encode())


def _write(raw: RawResult, graph: Graph, job: Job, outlet: Outlet) -> None:
    if isinstance(raw, QueryTriples):
        _write_triples(raw, graph.prefixes, job, outlet)
    elif isinstance(raw, QuerySolutions) and job.view != View():
        _write_view(raw, graph, job, outlet)
    else:
        raw.serialize(_file(outlet), format=ROW_FORMATS[job.format])


def _write_triples(raw: Iterator[Triple], prefixes: Mapping[str, str], job: Job, outlet: Outlet) -> None:
    def counted() -> Iterator[Triple]:
        for triple in raw:
            outlet.add_rows(1)
            yield triple

    triples = counted()
    first = list(islice(triples, _SORTED_TRIPLES))
    if len(first) < _SORTED_TRIPLES:
        whole = Triples(first)
        outlet.rows = len(whole)
        outlet.write_document(whole.serialize(job.format, dict(prefixes)))
        return
    serialize(chain(first, triples), _file(outlet), format=TRIPLE_FORMATS[job.format], prefixes=dict(prefixes))


def _write_view(raw: QuerySolutions, graph: Graph, job: Job, outlet: Outlet) -> None:
    """Write rows as a view asks for them."""
    view = job.view
    columns = [variable.value for variable in raw.variables]
    kept: list[tuple[Term | None, ...]] = []
    start = view.offset or 0
    end = float("inf") if view.limit is None else start + view.limit
    total = 0
    for solution in raw:
        if start <= total < end:
            outlet.add_rows(1)
            kept.append(tuple(solution))
        total += 1
    outlet.total = total
    rows = _viewed(Rows(columns, kept), view, graph)
    outlet.write_document(rows.serialize(job.format))


def _viewed(rows: Rows, view: View, graph: Graph) -> Rows:
    """Return rows with labels beside IRIs, and with short IRIs, as far as the view asks for them."""
    labels = graph.names.labels
    names = list(rows.variables)
    labelled = [
        view.labels and any(isinstance(row[at], NamedNode) and _value(row[at]) in labels for row in rows.rows)
        for at in range(len(names))
    ]
    columns = [
        column
        for name, with_label in zip(names, labelled, strict=True)
        for column in ((name, f"{name}Label") if with_label else (name,))
    ]
    shown = [
        tuple(
            part
            for term, with_label in zip(row, labelled, strict=True)
            for part in (
                (_shown(term, view, graph), _label(term, labels)) if with_label else (_shown(term, view, graph),)
            )
        )
        for row in rows.rows
    ]
    return Rows(columns, shown)


def _file(outlet: Outlet) -> IO[bytes]:
    """Return the outlet as pyoxigraph's types have it: it calls `write` and `flush` alone."""
    return cast("IO[bytes]", outlet)


def _value(term: Term | None) -> str:
    return term.value if isinstance(term, NamedNode) else ""


def _label(term: Term | None, labels: Mapping[str, str]) -> Term | None:
    label = labels.get(_value(term))
    return None if label is None else Literal(label)


def _shown(term: Term | None, view: View, graph: Graph) -> Term | None:
    if view.compact and isinstance(term, NamedNode):
        short = compact(term.value, graph.prefixes)
        return Literal(short) if not short.startswith("<") else Literal(term.value)
    return term
