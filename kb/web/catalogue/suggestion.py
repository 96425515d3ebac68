"""`/suggest`: the names of entities that go on as somebody has begun to type."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kb.errors import ParameterError
from kb.web.answers.documents import JSON, choose_document, json_response
from kb.web.catalogue.parameters import bounded_text, one_value, pairs_of, refuse_unknown, whole_number
from kb.web.catalogue.suggestion_index import index_of
from kb.web.service import service_of

LONGEST = 200
"""Characters of what may be completed."""
MOST = 100
"""Suggestions that may be asked for."""
USUAL = 10
"""Suggestions where nothing is said."""
_CLASS = "http://www.w3.org/2002/07/owl#Class"


def routes() -> list[BaseRoute]:
    """Return the routes of this module."""
    return [Route("/suggest", _suggest)]


async def _suggest(request: Request) -> Response:
    """Return the entities with a name that fits what was typed."""
    release, pairs = service_of(request).release, pairs_of(request)
    refuse_unknown(pairs, ("q", "class", "limit", "format"), "/suggest")
    choose_document(request, pairs, (JSON,))
    text = bounded_text(pairs, "q", LONGEST)
    if text is None:
        raise ParameterError("q: is missing; give the beginning of a name, such as /suggest?q=ab")
    kind = one_value(pairs, "class")
    of_class = release.resolve(kind, _CLASS) if kind else None
    found = index_of(release.compiled).suggest(text, of_class, whole_number(pairs, "limit", 1, MOST) or USUAL)
    return json_response(request, [suggestion._asdict() for suggestion in found])
