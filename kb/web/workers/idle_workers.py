"""The workers that wait for queries, and the queries that wait for workers: of one kind there is none at any time."""

import asyncio
from collections import deque
from contextlib import suppress

from kb.web.workers.run import Worker, busy


class IdleWorkers:
    """Free workers, handed out in turn; at most `most` queries wait for one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._idle: list[Worker] = []
        self._waiting: deque[asyncio.Future[Worker]] = deque()

    @property
    def waiting(self) -> int:
        """How many queries wait."""
        return len(self._waiting)

    def take_dead(self) -> list[Worker]:
        """Take out the workers that have hung up, and return them."""
        dead = [worker for worker in self._idle if worker.reader.at_eof()]
        self._idle = [worker for worker in self._idle if worker not in dead]
        return dead

    async def take(self, deadline: float) -> Worker:
        """Return a worker as soon as one is free; `deadline` is a time of the event loop.

        Raises:
            HttpProblem: 503, there are too many queries, or none became free in time.
        """
        if self._idle:
            return self._idle.pop()
        if len(self._waiting) >= self._most:
            raise busy(f"{len(self._waiting)} queries wait already")
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[Worker] = loop.create_future()
        self._waiting.append(waiting)
        clock = loop.call_at(deadline, _give_up, waiting)
        try:
            return await waiting
        except BaseException:
            if waiting.done() and not waiting.cancelled() and waiting.exception() is None:
                self.give(waiting.result())  # it came at the moment in which the client left
            raise
        finally:
            clock.cancel()
            with suppress(ValueError):
                self._waiting.remove(waiting)

    def give(self, worker: Worker) -> None:
        """Give a free worker to the query that waits longest, or keep it for the next."""
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(worker)
                return
        self._idle.append(worker)

    def turn_away(self) -> None:
        """Tell the queries that wait that there will be no worker."""
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_exception(busy("the data is being opened again"))

    def close(self) -> None:
        """Hang up on the workers."""
        for worker in self._idle:
            worker.writer.transport.abort()


def _give_up(waiting: "asyncio.Future[Worker]") -> None:
    if not waiting.done():
        waiting.set_exception(busy("no worker became free in the time that the query may take"))
