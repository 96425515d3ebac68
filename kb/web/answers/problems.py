"""Errors as RFC 9457 documents: what a client did wrong, where, and what to do instead.

The status tells who has to act. A detail is one line of plain text, however hostile the request was that it quotes.
"""

import json
import re
from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response

from kb.errors import (
    KbError,
    OutputError,
    QuerySyntaxError,
    QueryTimeoutError,
    RefusedUpdateError,
    UnknownNameError,
    UsageError,
)

MEDIA_TYPE = "application/problem+json"
LONGEST_DETAIL = 2_000
"""Characters of a text in a problem; a query may be a hundred times as long, and must not be echoed whole."""
_STATUSES: dict[type[KbError], int] = {
    RefusedUpdateError: 403,
    OutputError: 500,  # a client names no place to write to
    UsageError: 400,
    QueryTimeoutError: 504,
    KbError: 500,
}
"""{class of error: status}, the first that fits: what is no fault of the client is one of the server."""
_FILE = re.compile(r"/|[A-Za-z]:\\")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]+")
"""Line ends, controls, and marks that turn the direction of a text round."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_PLACE = re.compile(r"\bline (\d+), column (\d+)")
_TAG = re.compile(r"<(?!(?:https?|urn):[^\s<>\"']*>)")
"""A `<` that begins no IRI: markup, were a client to take the document for HTML against its type."""


class HttpProblem(KbError):  # noqa: N818 - the name of RFC 9457
    """An error with a status of its own; `members` are further members of the problem document."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None, **members: object) -> None:
        self.status, self.headers, self.members = status, dict(headers or {}), members
        super().__init__(detail)


def status_of(error: KbError) -> int:
    """Return the status with which an error is answered."""
    if isinstance(error, HttpProblem):
        return error.status
    return next(status for kind, status in _STATUSES.items() if isinstance(error, kind))


def problem_response(error: KbError) -> Response:
    """Return the response that tells a client of an error, with line and column or the nearest names where known."""
    status = status_of(error)
    document = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": _detail(error)}
    members = {key: value for key, value in _members(error).items() if value not in (None, [], ())}
    text = json.dumps(_clean({**document, **members}), ensure_ascii=False)
    headers = error.headers if isinstance(error, HttpProblem) else {}
    return Response(
        _TAG.sub(r"\\u003c", text).encode(),
        status,
        {"Cache-Control": "no-store", **{name: header_text(value) for name, value in headers.items()}},
        MEDIA_TYPE,
    )


def _detail(error: KbError) -> str:
    """Return the message of an error; where a file of this machine is at fault, that is for the operator alone."""
    if not isinstance(error, HttpProblem) and status_of(error) == 500 and _FILE.match(str(error)):
        return "the server cannot read or write a file that it needs; its operator finds more in the log"
    return str(error)


def header_text(value: str) -> str:
    """Return a value as a header may hold it: one line of Latin-1, or what is left of it."""
    return _UNPRINTABLE.sub(" ", value).strip().encode("latin-1", "replace").decode("latin-1")


def _members(error: KbError) -> dict[str, object]:
    """Return what a program can read in the problem beside the members that every problem has."""
    if isinstance(error, HttpProblem):
        return error.members
    if isinstance(error, QuerySyntaxError) and error.line:
        return {"line": error.line, "column": error.column}
    if isinstance(error, UnknownNameError):
        return {"nearest": error.nearest}
    place = _PLACE.search(str(error)) if isinstance(error, UsageError) else None
    return {"line": int(place[1]), "column": int(place[2])} if place else {}


def _clean(value: object) -> object:
    """Return a value of JSON whose texts are single lines of bounded length, and can be encoded."""
    if isinstance(value, str):
        line = _SURROGATE.sub("\ufffd", _UNPRINTABLE.sub(" ", value)).strip()
        return line if len(line) <= LONGEST_DETAIL else line[:LONGEST_DETAIL] + "…"
    if isinstance(value, Mapping):
        return {str(key): _clean(part) for key, part in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_clean(part) for part in value]
    return value if isinstance(value, (int, float, type(None))) else _clean(str(value))
