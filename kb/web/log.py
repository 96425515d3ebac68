"""The log of the server: one line of JSON a request on standard error, and one for each fault of the server itself.

A line is handed to a thread that writes it. Standard error may be a pipe whose reader stands still:
then lines are lost, and counted, and no request waits.
"""

import json
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

KEY = "kb.record"
"""Where the scope of a request holds its record."""
_MOST_WAITING = 5_000
_LONGEST_TEXT = 1000
_encode = json.JSONEncoder(separators=(",", ":"), default=str).encode
_PAUSE = 0.02
"""Seconds that lines are gathered for before they are written together."""


@dataclass(slots=True)
class RequestRecord:
    """What the log says of a request: whoever learns a part of it fills it in. None is left out of the line."""

    method: str = ""
    path: str = ""
    """Without the query string, which may hold a query."""
    route: str | None = None
    """Template of the path, such as `/id/{name}`."""
    status: int | None = None
    seconds: float = 0.0
    query: str | None = None
    """`query_hash` of the query that was run: never its text."""
    rows: int | None = None
    bytes: int | None = None
    """Of the body of the answer, before compression."""
    outcome: str | None = None
    """How the query ended: one of `kb.web.metrics.OUTCOMES`."""
    cached: bool | None = None
    client: str | None = None


def record_of(scope: MutableMapping[str, Any]) -> RequestRecord:
    """Return the record of the request with this scope, made when there is none."""
    record = scope.get(KEY)
    if not isinstance(record, RequestRecord):
        record = scope[KEY] = RequestRecord()
    return record


def query_hash(text: str) -> str:
    """Return what stands for a query in the log: 16 hexadecimal digits of the SHA-256 of its prepared text."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class RequestLog:
    """Writes lines to standard error, or to another file descriptor; `kind` none leaves the requests out."""

    def __init__(self, kind: str = "json", descriptor: int = 2) -> None:
        self._requests = kind != "none"
        self._descriptor = descriptor
        self._waiting: deque[bytes] = deque()
        self._dropped = self._failed = self._told = 0  # each is changed by one thread alone
        self._some = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def lost(self) -> int:
        """How many lines could not be written since the last that told of it."""
        return self._dropped + self._failed - self._told

    def write(self, record: RequestRecord) -> None:
        """Log a request that was answered."""
        if self._requests:
            self._put(
                {
                    "method": record.method,
                    "path": record.path,
                    "route": record.route,
                    "status": record.status,
                    "milliseconds": round(record.seconds * 1000, 1),
                    "query": record.query,
                    "rows": record.rows,
                    "bytes": record.bytes,
                    "outcome": record.outcome,
                    "cached": record.cached,
                    "client": record.client,
                }
            )

    def event(self, level: str, message: str, **more: object) -> None:
        """Log something that is no request: `level` is info, warning or error. It is written whatever the kind."""
        self._put({"level": level, "message": message, **more})

    def close(self, seconds: float = 1.0) -> None:
        """Write what waits, for at most so many seconds."""
        self._closing.set()
        self._some.set()
        if self._thread is not None:
            self._thread.join(seconds)

    def _put(self, fields: Mapping[str, object]) -> None:
        if len(self._waiting) >= _MOST_WAITING:
            self._dropped += 1
            return
        self._waiting.append(_line(fields))
        if not self._some.is_set():
            self._some.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="log", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            self._some.wait()
            if not self._closing.is_set():
                time.sleep(_PAUSE)
            self._some.clear()
            self._write_waiting()
            if self._closing.is_set() and not self._waiting:
                return

    def _write_waiting(self) -> None:
        while self._waiting:
            lines = [self._waiting.popleft() for _ in range(min(len(self._waiting), 1000))]
            if lost := self.lost:
                lines.append(_line({"level": "warning", "message": "lines of this log were lost", "lost": lost}))
            try:
                left = memoryview(b"".join(lines))
                while left:
                    left = left[os.write(self._descriptor, left) :]
                self._told += lost
            except OSError:  # closed, or on a full disk: there is nowhere else to say so
                self._failed += len(lines) - bool(lost)


class LogHandler(logging.Handler):
    """Turns what the parts below us log with `logging` into lines of the same log, a traceback in one of them."""

    def __init__(self, log: RequestLog, level: int = logging.WARNING) -> None:
        super().__init__(level)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Log the record."""
        trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else None
        self._log.event(record.levelname.lower(), record.getMessage().strip(), traceback=trace)


def _line(fields: Mapping[str, object]) -> bytes:
    """Return one line of JSON, of printable ASCII alone whatever the fields hold; None is left out."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    shown = {
        name: value if name == "traceback" else _short(value) for name, value in fields.items() if value is not None
    }
    text = _encode({"time": now, **shown})
    return text.replace("\x7f", "\\u007f").encode("ascii") + b"\n"


def _short(value: object) -> object:
    """Return a value, a long text without its end."""
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        return value[:_LONGEST_TEXT] + "…"
    return value
