"""A query that runs in a worker process, and the errors in which it may end."""

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from kb.errors import EngineError, KbError, QuerySyntaxError, QueryTimeoutError
from kb.web.answers.problems import HttpProblem
from kb.web.workers.job import Fault, Report

if TYPE_CHECKING:
    from kb.web.workers.pool import Pool

_MOST_REMEMBERED = 1_000


class Worker:
    """One worker process, and the ends of the socket on which it takes jobs."""

    def __init__(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.number, self.reader, self.writer = number, reader, writer


class Run:
    """A query that runs: in which worker, why it was stopped, and the clocks that may stop it."""

    def __init__(self, worker: Worker, key: bytes, slow: bool) -> None:
        self.worker, self.key, self.slow = worker, key, slow
        self.fault: KbError | None = None
        self.over = False
        self._begun = processor_seconds(worker.number)
        self.clocks: list[asyncio.TimerHandle] = []

    def worked(self) -> float:
        """Return the seconds that it has computed; without end where the system does not tell."""
        now = processor_seconds(self.worker.number)
        return math.inf if now is None or self._begun is None else now - self._begun

    def stop(self, fault: KbError | None) -> None:
        """Stop the query now: who waits for it learns of the `fault` at once; the process ends soon after."""
        self.fault = self.fault or fault
        self.worker.writer.transport.abort()


class Runaways:
    """Queries that were stopped lately, by the digest of their text; the oldest are forgotten."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, None] = OrderedDict()

    def __contains__(self, key: bytes) -> bool:
        return key in self._known

    def forget(self, key: bytes) -> None:
        """Remove a query, since it came to a good end."""
        self._known.pop(key, None)

    def remember(self, key: bytes) -> None:
        """Add a query."""
        self._known[key] = None
        self._known.move_to_end(key)
        if len(self._known) > _MOST_REMEMBERED:
            self._known.popitem(last=False)


class Answer:
    """An answer: `body` where it is whole; else its pieces, which come as they are read."""

    def __init__(self, pool: "Pool", run: Run | None, report: Report, body: bytes = b"") -> None:
        self._pool, self._run = pool, run
        self.report, self.body = report, body

    @property
    def is_whole(self) -> bool:
        """Whether `body` is all of it."""
        return self._run is None

    def pieces(self) -> AsyncIterator[bytes]:
        """Yield the pieces of an answer that is not whole; see `Pool.pieces`."""
        assert self._run is not None  # the caller asked `is_whole`
        return self._pool.pieces(self._run, self)

    def close(self) -> None:
        """Give up what has not been read."""
        if self._run is not None:
            self._pool.drop(self._run)


def processor_seconds(number: int) -> float | None:
    """Return the seconds that a process has computed, or None where the system does not tell.

    Its clock is numbered as Linux does (`man 3 clock_getcpuclockid`), for which Python has no function.
    """
    try:
        return time.clock_gettime((~number << 3) | 2)
    except (OSError, OverflowError, AttributeError):
        return None


def busy(reason: str) -> HttpProblem:
    """Return the error for a query that finds no place."""
    return HttpProblem(503, f"the server is busy: {reason}; ask again in a moment", {"Retry-After": "2"})


def too_late() -> QueryTimeoutError:
    """Return the error for a query that runs at its deadline."""
    return QueryTimeoutError("the query took longer than it may; narrow it, or ask for it in parts")


async def end_of(work: "asyncio.Future[int]") -> int:
    """Return what comes of work that another began to wait for."""
    return await work


def out_of_memory(most: int) -> Fault:
    """Return the fault of a query that needs over `most` MiB."""
    return Fault("memory", f"the query needs over {most:,} MiB of memory; narrow it, or ask for it in parts")


def error_of(fault: Fault) -> KbError:
    """Return the error for a fault that a worker reports: 507 over a cap, 406 where the format cannot hold it."""
    if fault.kind == "syntax":
        return QuerySyntaxError(fault.message, fault.line, fault.column)
    status = {"memory": 507, "rows": 507, "bytes": 507, "format": 406}.get(fault.kind)
    return HttpProblem(status, fault.message) if status else EngineError(fault.message)
