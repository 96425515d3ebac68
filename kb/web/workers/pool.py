"""Worker processes for queries: a deadline for each, a queue with an end, and room kept for quick ones.

A query starts in one of the quick workers. If it takes longer than a moment, its worker moves to the slow
ones, at low priority, and a new one takes its place; if there is no room there, the query is turned away.
So queries that run away hold up each other, and nobody else. A query that was stopped before starts
among the slow ones at once.
"""

import asyncio
import hashlib
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress

from kb.errors import EngineError, KbError
from kb.web.metrics import Metrics
from kb.web.settings import Settings
from kb.web.workers.frames import ERROR, FINISH, PIECE, START, WHOLE, frame, read_frame
from kb.web.workers.idle_workers import IdleWorkers
from kb.web.workers.job import Fault, Job, Report
from kb.web.workers.run import Answer, Run, Runaways, Worker, busy, end_of, error_of, out_of_memory, too_late
from kb.web.workers.store import Store, lower_priority

_MOMENT, _LONG = 0.01, 1.0
_SLOW, _SLOWEST = 10, 15
"""Niceness of a query when it moves to the slow ones, and when it has worked for long: a tenth of a core, or less."""
_MOST_RESPITES, _MOST_DEAD, _PAUSE = 10, 5, 0.5
_JOB = b"J"
_ABORTED, _KILLED = -6, -9


class Pool:
    """The workers over one store process."""

    def __init__(self, store: Store, settings: Settings, metrics: Metrics) -> None:
        self._store, self._settings, self._metrics = store, settings, metrics
        self._idle = IdleWorkers(settings.queue)
        self.slow = self.busy = 0
        """Queries that run: among the slow ones, and all."""
        self._runaways = Runaways()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        self.on_lost: Callable[[], None] = lambda: None
        """Called when no new worker can be had, since the process that holds the graph has ended."""

    @property
    def is_lost(self) -> bool:
        """Whether the process that holds the graph has ended: no new worker can come of it."""
        return self._store.has_ended

    @property
    def queued(self) -> int:
        """How many queries wait for a worker."""
        return self._idle.waiting

    async def open(self) -> None:
        """Start the quick workers."""
        for _ in range(self._settings.effective_workers):
            self._idle.give(await self._fork())

    async def close(self) -> None:
        """End every process; what still runs is stopped."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        self._idle.close()
        await asyncio.to_thread(self._store.close)

    async def start(self, job: Job, deadline: float) -> Answer:
        """Return the answer to a query as soon as it is whole, or has grown too large to wait for.

        `deadline` is a time of the event loop. Who does not read the answer to its end has to `close` it.

        Raises:
            QueryTimeoutError: the deadline passed.
            QuerySyntaxError: the engine cannot parse the query.
            HttpProblem: 503 where there are too many queries, 507 where the answer is over a cap, 406 where
                its format cannot hold it.
            EngineError: the engine failed.
        """
        run, kind, body = await self._first_frame(job, deadline)
        if kind == WHOLE:
            self._finish(run, whole=True)
            length = int.from_bytes(body[:4], "big")
            return Answer(self, None, Report.decode(body[4 : 4 + length]), body[4 + length :])
        if kind == START:
            return Answer(self, run, Report.decode(body))
        assert kind == ERROR  # there is no other
        self._finish(run, whole=True)
        raise error_of(Fault.decode(body))

    async def _first_frame(self, job: Job, deadline: float, again: int = _MOST_DEAD) -> tuple[Run, bytes, bytes]:
        """Start a query, and return how its worker begins to answer.

        A worker that hangs up at once was dead already: then another one is asked, `again` so many times.
        """
        key = hashlib.sha256(job.query.text.encode()).digest()
        slow = key in self._runaways
        worker = await self._slow_worker(deadline) if slow else await self._quick_worker(deadline)
        run = self._watch(worker, key, slow, deadline)
        begun = time.monotonic()
        try:
            worker.writer.write(frame(_JOB, job.encode()))
            return run, *await read_frame(worker.reader)
        except (EOFError, OSError) as error:
            at_once = time.monotonic() < begun + _MOMENT
            fault = await self._fault(run)
            if again and run.fault is None and at_once and not self.is_lost:
                if not slow:
                    self._runaways.forget(key)
                return await self._first_frame(job, deadline, again - 1)
            raise fault from error
        except BaseException:  # the client has gone
            self._finish(run, whole=False)
            raise

    async def pieces(self, run: Run, answer: Answer) -> AsyncIterator[bytes]:
        """Yield the pieces of a large answer; its report is complete afterwards.

        Raises:
            KbError: it cannot be finished.
        """
        try:
            while True:
                kind, body = await read_frame(run.worker.reader)
                if kind == PIECE:
                    yield body
                elif kind == FINISH:
                    self._finish(run, whole=True)
                    answer.report = Report.decode(body)._replace(gzip=answer.report.gzip)
                    return
                else:
                    self._finish(run, whole=True)
                    raise error_of(Fault.decode(body))
        except (EOFError, OSError) as error:
            raise await self._fault(run) from error
        finally:
            self._finish(run, whole=False)

    def drop(self, run: Run) -> None:
        """Stop a query whose answer nobody wants any more."""
        self._finish(run, whole=False)

    def _watch(self, worker: Worker, key: bytes, slow: bool, deadline: float) -> Run:
        run, loop = Run(worker, key, slow), asyncio.get_running_loop()
        self.busy += 1
        run.clocks.append(loop.call_at(deadline, self._expire, run))
        if not slow:
            run.clocks.append(loop.call_later(self._settings.slow_after, self._demote, run))
        return run

    def _expire(self, run: Run) -> None:
        self._runaways.remember(run.key)
        run.stop(too_late())
        self._finish(run, whole=False)  # who reads its answer may stand still for ever

    def _demote(self, run: Run) -> None:
        """Move a query to the slow ones, and let a new worker take the place of its own; or turn it away.

        On a busy machine a query may have waited rather than worked: then it gets the rest of its moment.
        """
        left = self._settings.slow_after - run.worked()
        if left > _MOMENT and len(run.clocks) < _MOST_RESPITES:
            run.clocks.append(asyncio.get_running_loop().call_later(left, self._demote, run))
            return
        if self.slow >= self._settings.slow_workers:
            run.stop(busy(f"{self.slow} long queries are running already"))
            self._finish(run, whole=False)
            return
        run.slow = True
        self.slow += 1
        lower_priority(run.worker.number, _SLOW)
        run.clocks.append(asyncio.get_running_loop().call_later(_LONG - run.worked(), self._sink, run))
        self._do(self._replace())

    def _sink(self, run: Run) -> None:
        """Lower the priority of a query once more when it has worked for long."""
        left = _LONG - run.worked()
        if left > _MOMENT:
            run.clocks.append(asyncio.get_running_loop().call_later(left, self._sink, run))
        else:
            lower_priority(run.worker.number, _SLOWEST)

    async def _quick_worker(self, deadline: float) -> Worker:
        for worker in self._idle.take_dead():
            self._do(self._end(Run(worker, b"", slow=False)))
        if self.is_lost:
            raise busy("the data is being opened again")
        return await self._idle.take(deadline)

    async def _slow_worker(self, deadline: float) -> Worker:
        if self.slow >= self._settings.slow_workers:
            raise busy("this query took too long before, and as many long ones as may are running already")
        self.slow += 1
        forking = asyncio.ensure_future(self._fork())
        try:
            async with asyncio.timeout_at(deadline):
                worker = await asyncio.shield(forking)
        except TimeoutError as error:
            self._do(self._end_unused(forking))
            raise too_late() from error
        except OSError as error:
            self.slow -= 1
            raise busy("no further process can be started") from error
        except BaseException:
            self._do(self._end_unused(forking))
            raise
        lower_priority(worker.number, _SLOWEST)
        return worker

    async def _end_unused(self, forking: "asyncio.Future[Worker]") -> None:
        """End a worker whose client left before it was there."""
        try:
            worker = await forking
            worker.writer.transport.abort()
            await self._store.end(worker.number)
        finally:
            self.slow -= 1

    async def _fork(self) -> Worker:
        number, jobs = await self._store.fork()
        self._metrics.worker("start")
        return Worker(number, *await asyncio.open_connection(sock=jobs, limit=2**20))

    async def _replace(self) -> None:
        """Start a quick worker, as soon as there are a process and a descriptor to be had for it."""
        while True:
            with suppress(OSError):
                self._idle.give(await self._fork())
                return
            await asyncio.sleep(_PAUSE)

    def _finish(self, run: Run, whole: bool) -> None:
        """Give back the worker of a query: to the next one if it is `whole` and quick, else it ends."""
        if run.over:
            return
        self._count_out(run)
        if whole and run.fault is None:
            self._runaways.forget(run.key)
        if whole and not run.slow and run.fault is None and not run.worker.writer.transport.is_closing():
            self._idle.give(run.worker)
            return
        run.worker.writer.transport.abort()
        self._do(self._end(run))

    def _count_out(self, run: Run) -> None:
        run.over = True
        self.busy -= 1
        for clock in run.clocks:
            clock.cancel()

    async def _end(self, run: Run, wait: bool = False) -> int:
        try:
            code = await self._store.end(run.worker.number, wait)
        except EngineError:  # the process that would end it is no more, and this one may
            with suppress(ProcessLookupError):
                os.kill(run.worker.number, signal.SIGKILL)
            raise
        self._metrics.worker("kill" if code in (0, _KILLED) else "lost")
        if run.slow:
            self.slow -= 1
        else:
            self._do(self._replace())
        return code

    async def _fault(self, run: Run) -> KbError:
        """Return why a worker hung up: it was stopped, or it died."""
        if run.fault is not None:
            self._finish(run, whole=False)
            return run.fault
        self._count_out(run)
        ending = asyncio.ensure_future(self._end(run, wait=True))
        try:
            code = await asyncio.shield(ending)
        except asyncio.CancelledError:  # the client has gone; the worker is replaced all the same
            self._do(end_of(ending))
            raise
        if code == _ABORTED:
            return error_of(out_of_memory(self._settings.memory))
        self._runaways.remember(run.key)
        return EngineError(f"the worker process ended by itself (exit code {code}); simplify the query and ask again")

    def _do(self, work: Coroutine[object, object, object]) -> None:
        """Run work that nobody waits for."""
        if self._closed:
            work.close()
            return
        task = asyncio.ensure_future(self._quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _quietly(self, work: Coroutine[object, object, object]) -> None:
        """Do work at the end of which nobody waits."""
        try:
            await work
        except EngineError:
            self._idle.turn_away()
            self.on_lost()
