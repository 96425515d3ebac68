"""Oxigraph in a process of its own, which can be ended when a query takes too long.

The two processes speak in messages of a length (8 bytes, big-endian) and as many bytes. The child
says `ready` once it has read its files; then each request is a `PreparedQuery` in JSON, and each reply
one letter (R rows or answer, T triples, E error) and a document.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from typing import IO

from pyoxigraph import QueryResultsFormat, QueryTriples, RdfFormat, parse, parse_query_results

from kb.engines.oxigraph import OxigraphEngine, RawResult, to_result
from kb.errors import EngineError, KbError, QuerySyntaxError, QueryTimeoutError
from kb.prepared_query import PreparedQuery
from kb.results import Result, Triples

_START_SECONDS = 120.0
_READY = b"ready"


class WorkerEngine:
    """Oxigraph in one child process, started by the first query; queries run one at a time.

    `default` and `named` are files as in `kb.engines.oxigraph.OxigraphEngine`.
    """

    name = "worker"

    def __init__(self, default: str | None, named: str | None) -> None:
        self._arguments = (default or "", named or "")
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._closed = False

    def run(self, query: PreparedQuery, timeout: float | None = None) -> Result:
        """Return the result of `query`; see `kb.engines.protocol.Engine.run`.

        Waiting for a query of another thread counts towards `timeout`; starting the child does not.
        """
        begun = time.monotonic()
        if not self._lock.acquire(timeout=-1 if timeout is None else min(timeout, threading.TIMEOUT_MAX)):
            raise _too_slow(timeout)
        try:
            left = None if timeout is None else timeout - (time.monotonic() - begun)
            reply = self._ready_child().exchange(json.dumps(query._asdict()).encode(), left)
        except TimeoutError as error:
            self._drop_child()
            raise _too_slow(timeout) from error
        except BaseException:  # Ctrl-C too: half an answer would be taken for the next one
            self._drop_child()
            raise
        finally:
            self._lock.release()
        return _decode(reply)

    def close(self) -> None:
        """End the child process; afterwards the engine cannot run."""
        self._closed = True
        self._drop_child()

    def _ready_child(self) -> "_Child":
        if self._closed:
            raise EngineError("the engine is closed; open another")
        if self._child is None or not self._child.is_alive():
            self._drop_child()
            self._child = _Child(self._arguments)
            reply = self._child.exchange(None, _START_SECONDS)
            if reply != _READY:
                raise _decode_error(reply[1:])
        return self._child

    def _drop_child(self) -> None:
        if self._child is not None:
            self._child.stop()
            self._child = None


class _Child:
    """One child process; it ends with `stop`, with this object, or with this process."""

    def __init__(self, arguments: tuple[str, str]) -> None:
        # -P, and the path as it is here: `-m` alone would import from whatever folder is current
        path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "kb.engines.worker", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )
        self.stop = weakref.finalize(self, _stop, self._process)

    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def exchange(self, message: bytes | None, seconds: float | None) -> bytes:
        """Return the next reply of the child, after sending it `message`.

        Raises:
            TimeoutError: `seconds` passed; the child has been killed.
            EngineError: the child ended by itself.
        """
        expired = threading.Event()

        def expire() -> None:
            """End the child, and with it the wait for its reply."""
            expired.set()
            self._process.kill()

        timer = threading.Timer(max(0.0, min(seconds or 0.0, threading.TIMEOUT_MAX)), expire)
        timer.daemon = True
        if seconds is not None:
            timer.start()
        try:
            assert self._process.stdin and self._process.stdout  # both are pipes
            if message is not None:
                _write(self._process.stdin, message)
            return _read(self._process.stdout)
        except (OSError, EOFError) as error:
            if expired.is_set():
                raise TimeoutError from error
            code = self._process.wait()
            raise EngineError(
                f"the worker process ended by itself (exit code {code}); simplify the query and ask again"
            ) from error
        finally:
            timer.cancel()


def open_from(default: str | None, named: str | None, url: str | None) -> WorkerEngine:
    """Return the engine over the files of the compiled graph."""
    return WorkerEngine(default, named)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        try:
            if pipe:
                pipe.close()
        except OSError:  # what was not sent yet cannot be sent any more
            continue


def _too_slow(timeout: float | None) -> QueryTimeoutError:
    return QueryTimeoutError(f"the query ran longer than {timeout:g} s; narrow it, or raise the timeout")


def _write(pipe: IO[bytes], message: bytes) -> None:
    pipe.write(len(message).to_bytes(8, "big") + message)
    pipe.flush()


def _read(pipe: IO[bytes]) -> bytes:
    length = int.from_bytes(_read_exactly(pipe, 8), "big")
    return _read_exactly(pipe, length)


def _read_exactly(pipe: IO[bytes], count: int) -> bytes:
    found = pipe.read(count)
    if len(found) < count:
        raise EOFError
    return found


def _decode(reply: bytes) -> Result:
    tag, body = reply[:1], reply[1:]
    if tag == b"E":
        raise _decode_error(body)
    if tag == b"T":
        return Triples([quad.triple for quad in parse(body, RdfFormat.N_TRIPLES)])
    return to_result(parse_query_results(body, QueryResultsFormat.JSON))


def _decode_error(body: bytes) -> KbError:
    error = json.loads(body)
    if error["class"] == QuerySyntaxError.__name__:
        return QuerySyntaxError(error["message"], error["line"], error["column"])
    return EngineError(error["message"])


def _encode(raw: RawResult) -> bytes:
    if isinstance(raw, QueryTriples):
        return b"T" + (raw.serialize(format=RdfFormat.N_TRIPLES) or b"")
    return b"R" + (raw.serialize(format=QueryResultsFormat.JSON) or b"")


def _encode_error(error: KbError) -> bytes:
    line, column = getattr(error, "line", None), getattr(error, "column", None)
    document = {"class": type(error).__name__, "message": str(error), "line": line, "column": column}
    return b"E" + json.dumps(document).encode()


def _end_with_parent(parent: int) -> None:
    """End this process soon after its parent: during a query nobody reads standard input."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)


def main() -> None:
    """Answer requests on standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    default, named = (path or None for path in sys.argv[1:3])
    try:
        engine = OxigraphEngine(default, named)
        _write(replies, _READY)
        while True:
            query = PreparedQuery(**json.loads(_read(requests)))
            try:
                reply = engine.evaluate(query, _encode)
            except KbError as error:
                reply = _encode_error(error)
            _write(replies, reply)
    except KbError as error:
        _write(replies, _encode_error(error))
    except (EOFError, BrokenPipeError):
        os._exit(0)  # the parent has gone or wants no more; nothing is left to flush


if __name__ == "__main__":
    main()
