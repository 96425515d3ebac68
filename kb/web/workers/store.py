"""A store process as the server sees it: started, asked for workers, and ended."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import weakref
from contextlib import suppress
from typing import Any

import kb.errors
from kb.errors import EngineError, KbError
from kb.web.settings import Settings
from kb.web.workers.frames import DONE, END, FAILED, FORK, READY, frame

_HEAD_BYTES = 5


class Store:
    """The process that holds one version of the graph; `open` starts it; it ends with `close`, or with the server."""

    def __init__(self, process: "subprocess.Popen[bytes]", control: socket.socket) -> None:
        self._process, self._control = process, control
        self._lock = asyncio.Lock()
        self.known: dict[str, Any] = {}
        """What the process said of its graph when it was ready."""
        self.close = weakref.finalize(self, _close, process, control)

    @classmethod
    async def open(cls, settings: Settings) -> "Store":
        """Return a store process that has read the graph.

        Raises:
            DataError: a file of the graph is broken.
            EngineError: the process ended.
        """
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        options = {"data": settings.data, "memory": settings.memory * 2**20, "offline": not settings.services}
        path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "kb.web.workers.store_process", str(theirs.fileno()), json.dumps(options)],
            stdin=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
            env={**os.environ, "PYTHONPATH": path},
        )
        theirs.close()
        store = cls(process, ours)
        try:
            kind, body = await store._read()
        except (EOFError, OSError) as error:
            store.close()
            raise EngineError("the process that holds the graph ended while it read it; see its last words") from error
        except BaseException:
            store.close()
            raise
        if kind == FAILED:
            store.close()
            raise _error(body)
        assert kind == READY  # there is no other
        store.known = json.loads(body)
        return store

    @property
    def has_ended(self) -> bool:
        """Whether the process is no more."""
        return self._process.poll() is not None

    async def fork(self) -> tuple[int, socket.socket]:
        """Return the number of a new worker process, and the socket on which it takes jobs.

        Raises:
            EngineError: the store process has ended.
        """
        ours, theirs = socket.socketpair()
        try:
            reply = await self._ask(frame(FORK), theirs)
        except BaseException:
            ours.close()
            raise
        ours.setblocking(False)
        return int(reply), ours

    async def end(self, worker: int, wait: bool = False) -> int:
        """End a worker, and return its exit code: below 0 the signal that it died of.

        With `wait`, of a worker that has hung up, that is how it died by itself.

        Raises:
            EngineError: the store process has ended.
        """
        return int(await self._ask(frame(END, str(-worker if wait else worker).encode())))

    async def _ask(self, message: bytes, passed: socket.socket | None = None) -> bytes:
        """Return the reply to a message; who leaves in between does not take it from the next."""
        return await asyncio.shield(asyncio.ensure_future(self._exchange(message, passed)))

    async def _exchange(self, message: bytes, passed: socket.socket | None) -> bytes:
        async with self._lock:
            try:
                if passed is None:
                    self._control.send(message)
                else:
                    with passed:
                        socket.send_fds(self._control, [message], [passed.fileno()])
                kind, body = await self._read()
            except (EOFError, OSError) as error:
                raise EngineError("the process that holds the graph has ended; restart the server") from error
        if kind == FAILED:
            raise OSError(body.decode("utf-8", "replace"))
        assert kind == DONE  # there is no other
        return body

    async def _read(self) -> tuple[bytes, bytes]:
        head = await self._exactly(_HEAD_BYTES)
        return head[:1], await self._exactly(int.from_bytes(head[1:], "big"))

    async def _exactly(self, count: int) -> bytes:
        loop, parts = asyncio.get_running_loop(), bytearray()
        while len(parts) < count:
            part = await loop.sock_recv(self._control, min(count - len(parts), 2**20))
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)


def lower_priority(worker: int, to: int) -> None:
    """Let a worker wait for the others: `to` is its niceness; where the system forbids that, it goes on as it was."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, worker, to)


def _close(process: "subprocess.Popen[bytes]", control: socket.socket) -> None:
    """Hang up: the process ends its workers and then itself."""
    control.close()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _error(body: bytes) -> KbError:
    name, message = json.loads(body)
    kind = getattr(kb.errors, name, EngineError)
    if name == "UnknownNameError" or not (isinstance(kind, type) and issubclass(kind, KbError)):
        kind = EngineError
    error: KbError = kind(message)
    return error
