"""Small documents that the front process makes itself: JSON and text, with an ETag, and 304 where a client has them."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kb.web.negotiation import Format, accept_of, choose
from kb.web.query_parameters import Pairs, one_value

JSON = Format("json", "application/json")
SPARQL = Format("rq", "application/sparql-query")


def choose_document(request: Request, pairs: Pairs, offered: Sequence[Format]) -> Format:
    """Return the one of the `offered` formats that a client likes best.

    Raises:
        HttpProblem: 406, there is none.
    """
    return choose(accept_of(request.headers), one_value(pairs, "format"), offered)


def json_response(request: Request, document: Any) -> Response:
    """Return a document as JSON."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text_response(request, body, JSON)


def text_response(request: Request, text: str, format: Format) -> Response:
    """Return a text, or 304 Not Modified where the client says that it has just that."""
    body = text.encode()
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Vary": "Accept, Accept-Encoding", "Cache-Control": "no-cache"}
    if _has(request.headers.getlist("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers={**headers, "Content-Type": format.content_type})


def _has(if_none_match: Sequence[str], tag: str) -> bool:
    """Whether the header names a tag; weak or not makes no difference here (RFC 9110, section 13.1.2)."""
    given = [part.strip().removeprefix("W/") for part in ",".join(if_none_match).split(",")]
    return tag.removeprefix("W/") in given or "*" in given
