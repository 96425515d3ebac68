"""Small documents that the front process makes itself: JSON and text, with an ETag, and 304 where a client has them."""

import gzip
import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from starlette.requests import Request
from starlette.responses import Response

from kb.web.answers.headers import names_tag
from kb.web.answers.negotiation import Format, accept_of, choose
from kb.web.answers.sending import accepts_gzip
from kb.web.catalogue.parameters import Pairs, format_in
from kb.web.release import Release

JSON = Format("json", "application/json")
SPARQL = Format("rq", "application/sparql-query")
_MOST_KEPT = 8
"""Documents kept for a release: two kinds, under each URL by which clients know the server."""


class _Document(NamedTuple):
    body: bytes
    compressed: bytes
    tag: str


_KEPT: "WeakKeyDictionary[Release, OrderedDict[tuple[str, str], _Document]]" = WeakKeyDictionary()


def choose_document(request: Request, pairs: Pairs, offered: Sequence[Format]) -> Format:
    """Return the one of the `offered` formats that a client likes best.

    Raises:
        HttpProblem: 406, there is none.
    """
    return choose(accept_of(request.headers), format_in(pairs), offered)


def kept_response(request: Request, release: Release, key: tuple[str, str], make: Callable[[], Any]) -> Response:
    """Return a large document of a release as JSON; `make` gives it when it is first asked for under `key`."""
    kept = _KEPT.setdefault(release, OrderedDict())
    if key not in kept:
        body = _as_json(make()).encode()
        kept[key] = _Document(body, gzip.compress(body, 6, mtime=0), _tag(body))
        if len(kept) > _MOST_KEPT:
            kept.popitem(last=False)
    document = kept[key]
    if not accepts_gzip(request.headers.getlist("accept-encoding")):
        return _response(request, document.body, document.tag, JSON)
    response = _response(request, document.compressed, document.tag, JSON)
    if response.status_code != 304:
        response.headers["Content-Encoding"] = "gzip"
    return response


def json_response(request: Request, document: Any) -> Response:
    """Return a document as JSON."""
    return text_response(request, _as_json(document), JSON)


def text_response(request: Request, text: str, format: Format) -> Response:
    """Return a text, or 304 Not Modified where the client says that it has just that."""
    body = text.encode()
    return _response(request, body, _tag(body), format)


def _response(request: Request, body: bytes, tag: str, format: Format) -> Response:
    headers = {"ETag": tag, "Vary": "Accept, Accept-Encoding", "Cache-Control": "no-cache"}
    if names_tag(request.headers.getlist("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers={**headers, "Content-Type": format.content_type})


def _as_json(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _tag(body: bytes) -> str:
    """Return what names a document; weak, since it is the same whether it comes compressed or not."""
    return f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
