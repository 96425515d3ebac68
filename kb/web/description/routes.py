"""`/.well-known/void` and `/.well-known/sparql-examples`: what the service tells of its data, in any graph format."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from weakref import WeakKeyDictionary

from pyoxigraph import Triple
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kb.results import Triples
from kb.web.answers.documents import text_response
from kb.web.answers.form import url_form
from kb.web.answers.negotiation import GRAPH_FORMATS, Format, accept_of, choose
from kb.web.description import document_prefixes, served_description, served_examples
from kb.web.description.served import EXAMPLES_DOCUMENT, VOID_DOCUMENT
from kb.web.release import Release
from kb.web.service import public_url, service_of

_MOST_KEPT = 16
"""Documents kept of a release: each format of both, for the two names under which it is mostly reached."""
_Make = Callable[[Release, str], list[Triple]]
_kept: WeakKeyDictionary[Release, OrderedDict[tuple[str, str, str], str]] = WeakKeyDictionary()


def routes() -> list[BaseRoute]:
    """Return the routes of this module."""
    return [Route(VOID_DOCUMENT, _void), Route(EXAMPLES_DOCUMENT, _examples)]


async def graph_response(request: Request, triples: Iterable[Triple], prefixes: Mapping[str, str]) -> Response:
    """Return a small graph in the format that a client likes best, or 304 where the client has just that.

    Raises:
        HttpProblem: 406, no format for graphs will do.
    """
    chosen = _chosen(request)
    return text_response(request, await asyncio.to_thread(_written, triples, chosen, prefixes), chosen)


async def _void(request: Request) -> Response:
    return await _document(request, VOID_DOCUMENT, lambda release, url: served_description(release.description, url))


async def _examples(request: Request) -> Response:
    return await _document(
        request,
        EXAMPLES_DOCUMENT,
        lambda release, url: served_examples(release.description, url, release.compiled, release.base),
    )


async def _document(request: Request, name: str, make: _Make) -> Response:
    """Return a document that is the same for everybody who reaches the service under the same URL."""
    release, url, chosen = service_of(request).release, public_url(request), _chosen(request)
    kept = _kept.setdefault(release, OrderedDict())
    key = (name, url, chosen.name)
    if key not in kept:
        prefixes = document_prefixes(release.compiled.prefixes)
        text = await asyncio.to_thread(lambda: _written(make(release, url), chosen, prefixes))
        kept[key] = text
        if len(kept) > _MOST_KEPT:
            kept.popitem(last=False)
    kept.move_to_end(key)
    return text_response(request, kept[key], chosen)


def _chosen(request: Request) -> Format:
    form = url_form(request, service_of(request).settings.max_request)
    return choose(accept_of(request.headers), form.one("format"), GRAPH_FORMATS)


def _written(triples: Iterable[Triple], format: Format, prefixes: Mapping[str, str]) -> str:
    return Triples(list(triples)).serialize(format.name, dict(prefixes)).decode()
