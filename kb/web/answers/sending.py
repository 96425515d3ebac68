"""Sending an answer to a client that may leave at any time, or that asked for it compressed."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from contextlib import suppress
from typing import Any, TypeVar

from starlette.responses import Response

from kb.errors import KbError, QuerySyntaxError, QueryTimeoutError, UsageError
from kb.web.answers.problems import status_of
from kb.web.workers.run import Answer

_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_T = TypeVar("_T")
_Send = Callable[[_Message], Awaitable[None]]


class ClientGoneError(Exception):
    """The client hung up before there was an answer."""


class BrokenAnswerError(Exception):
    """An answer that had begun cannot be finished: the connection breaks, so that nobody takes it for whole."""


class Streamed(Response):
    """A response whose body comes in pieces; if it cannot be finished, the connection breaks.

    `ended` is told how it went: one of `kb.web.metrics.OUTCOMES`.
    """

    def __init__(self, answer: Answer, headers: Mapping[str, str], ended: Callable[[str], None]) -> None:
        super().__init__(None, headers=headers)
        del self.headers["content-length"]
        self._answer, self._ended = answer, ended

    async def __call__(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        """Send the response."""
        outcome = "gone"
        leaving = asyncio.ensure_future(_left(receive))
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            if scope["method"] != "HEAD":
                async for piece in self._answer.pieces():
                    if leaving.done():
                        return
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
            outcome = "ok"
            await send({"type": "http.response.body", "body": b""})
        except KbError as error:
            outcome = outcome_of(error)
            raise BrokenAnswerError(str(error)) from error
        finally:
            leaving.cancel()
            self._answer.close()
            self._ended(outcome)


async def start_or_leave(starting: Awaitable[_T], receive: _Receive) -> _T:
    """Return the answer that is `starting`, and give it up when the client hangs up before.

    Raises:
        ClientGoneError: it did.
        KbError: there is no answer.
    """
    running = asyncio.ensure_future(starting)
    leaving = asyncio.ensure_future(_left(receive))
    try:
        await asyncio.wait((running, leaving), return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            return running.result()
        raise ClientGoneError
    finally:
        leaving.cancel()
        if not running.done():
            running.cancel()
            with suppress(asyncio.CancelledError, KbError):
                await running


def accepts_gzip(accept_encoding: Iterable[str]) -> bool:
    """Return whether a client with these headers takes gzip (RFC 9110, section 12.5.3)."""
    for part in ",".join(accept_encoding).lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() in ("gzip", "x-gzip"):
            return not weight.replace(" ", "").startswith("q=0") or weight.strip(" q=0.") != ""
    return False


def outcome_of(error: Exception) -> str:
    """Return how a query ended that ended so: one of `kb.web.metrics.OUTCOMES`."""
    if isinstance(error, ClientGoneError):
        return "gone"
    if isinstance(error, QueryTimeoutError):
        return "timeout"
    if isinstance(error, QuerySyntaxError):
        return "syntax"
    status = status_of(error) if isinstance(error, KbError) else 500
    if status == 507:
        return "memory" if "memory" in str(error) else "too_large"
    if isinstance(error, UsageError) or status in (400, 403, 406):
        return "refused"
    return {503: "full"}.get(status, "failed")


async def _left(receive: _Receive) -> None:
    """Return when the client hangs up."""
    while (await receive())["type"] != "http.disconnect":
        pass
