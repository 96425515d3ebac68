"""What a request carries, read strictly: the parameters of its URL, and its body up to a limit.

A request that is wrong is refused rather than mended: a query that was altered on the way, by a lost
byte or a broken escape, would be answered as if it had been asked.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import NamedTuple
from urllib.parse import parse_qsl

import mimeparse
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from kb.web.answers.problems import HttpProblem
from kb.web.answers.sending import ClientGoneError

MAX_PARAMETERS = 1_000
"""Parameters of one request, those of a form included."""
BODY_SECONDS = 30.0
"""How long a body may take to arrive."""
FORM_TYPE = "application/x-www-form-urlencoded"
_LONGEST_TYPE = 500
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2}).{0,2}", re.DOTALL)
_CHARSETS = {"utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "ascii", "ascii": "ascii"}


class Form(NamedTuple):
    """Parameters as they came: (name, value), in their order."""

    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> set[str]:
        """The names of all parameters."""
        return {name for name, _ in self.pairs}

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a parameter, each once, in their order."""
        return tuple(dict.fromkeys(value for key, value in self.pairs if key == name))

    def one(self, name: str) -> str | None:
        """Return the value of a parameter that may be given once, or None.

        Raises:
            HttpProblem: 400, it is given several times.
        """
        values = [value for key, value in self.pairs if key == name]
        if len(values) > 1:
            raise HttpProblem(400, f"parameter {name!r} is given {len(values)} times; give it once")
        return values[0] if values else None


class ContentType(NamedTuple):
    """What a body is: its media type in lower case, and the codec of its charset."""

    media_type: str
    codec: str

    def decode(self, body: bytes) -> str:
        """Return a body as text, without a byte order mark.

        Raises:
            HttpProblem: 400, it is not in its charset.
        """
        try:
            return body.decode(self.codec).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            raise HttpProblem(
                400, f"the body, byte {error.start + 1}: not {error.encoding.upper()}; send it in UTF-8"
            ) from error


def url_form(request: Request, longest: int) -> Form:
    """Return the parameters of a URL.

    Raises:
        HttpProblem: 414, its query string has over `longest` bytes; 400, it is not percent-encoded UTF-8.
    """
    raw: bytes = request.scope["query_string"]
    if len(raw) > longest:
        raise HttpProblem(
            414, f"the query string has {len(raw):,} bytes; at most {longest:,} are read: send it by POST"
        )
    return read_form(raw, "the query string")


def read_form(raw: bytes, place: str) -> Form:
    """Return the parameters in a query string or the body of a form; `place` says which in an error.

    Raises:
        HttpProblem: 400, it is not percent-encoded UTF-8, or holds too many.
    """
    broken = _BROKEN_ESCAPE.search(raw)
    if broken:
        shown = broken.group().decode("ascii", "replace")
        raise HttpProblem(
            400, f"{place}, byte {broken.start() + 1}: {shown!r} is no percent-encoding; write a % as %25"
        )
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS)
    except UnicodeDecodeError as error:
        raise HttpProblem(400, f"{place}: not UTF-8 once its percent-encoding is undone; encode it as UTF-8") from error
    except ValueError as error:
        raise HttpProblem(400, f"{place}: over {MAX_PARAMETERS:,} parameters; send fewer") from error
    return Form(tuple(pairs))


def content_type_of(request: Request, known: tuple[str, ...], offered: tuple[str, ...]) -> ContentType:
    """Return what the body of a request is, one of the `known` types; an error names those that are `offered`.

    Raises:
        HttpProblem: 415, of no known type, in no charset that is read, or compressed.
    """
    lines = request.headers.getlist("content-type")
    try:
        if len(lines) != 1 or len(lines[0]) > _LONGEST_TYPE:
            raise ValueError("one Content-Type")
        kind, subtype, parameters = mimeparse.parse_mime_type(lines[0].lower())
    except ValueError:
        kind = subtype = ""
        parameters = {}
    media_type = f"{kind}/{subtype}"
    charset = parameters.get("charset", "utf-8")
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    wrong = ""
    if media_type not in known:
        given = f"Content-Type {', '.join(lines)[:200]}" if lines else "no Content-Type"
        wrong = f"{given}: send {' or '.join(offered)}"
    elif charset not in _CHARSETS:
        wrong = f"charset {charset[:50]!r}: send the body in UTF-8"
    elif encoding not in ("identity", ""):
        wrong = f"Content-Encoding {encoding[:50]!r}: send the body uncompressed"
    if wrong:
        headers = {"Accept-Post": ", ".join(offered), "Accept-Encoding": "identity"}
        raise HttpProblem(415, wrong, headers, available=list(offered))
    return ContentType(media_type, _CHARSETS[charset])


async def read_body(request: Request, longest: int, seconds: float = BODY_SECONDS) -> bytes:
    """Return the body of a request; of one that is too long, no more is kept than `longest` bytes.

    Raises:
        HttpProblem: 413, it has over `longest` bytes, or announces it; 408, it takes over `seconds` to arrive.
        ClientGoneError: the client hung up before its end.
    """
    too_long = HttpProblem(413, f"the body has over {longest:,} bytes; send a shorter one")
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > longest:
        raise too_long
    body = bytearray()
    try:
        async with asyncio.timeout(seconds), aclosing(request.stream()) as pieces:
            async for piece in pieces:
                body += piece
                if len(body) > longest:
                    raise too_long
    except TimeoutError as error:
        raise HttpProblem(
            408, f"the body did not arrive within {seconds:g} seconds; send it again", {"Connection": "close"}
        ) from error
    except ClientDisconnect as error:
        raise ClientGoneError from error
    return bytes(body)


def any_method(path: str, endpoint: Callable[[Request], Awaitable[Response]]) -> Route:
    """Return a route for every method there is, known to HTTP or not: the endpoint refuses with its own remedy."""
    route = Route(path, endpoint)
    route.methods = None
    return route
