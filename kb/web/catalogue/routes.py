"""The canned queries, as an API and as pages: their list, the documentation of each, and its results."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kb.catalog import CannedQuery
from kb.compilation import Compiled
from kb.web.answers.documents import JSON, SPARQL, choose_document, json_response, kept_response, text_response
from kb.web.catalogue.description import described, described_briefly
from kb.web.catalogue.lookup import bind_values, chosen_queries, find_query
from kb.web.catalogue.paging import totally_ordered
from kb.web.catalogue.parameters import pairs_of, read_asked, refuse_unknown
from kb.web.pages.rendering import HTML
from kb.web.questions.listing import question_list_page
from kb.web.questions.page import question_page
from kb.web.service import public_url, service_of
from kb.web.workers.job import View


def routes() -> list[BaseRoute]:
    """Return the routes of this module."""
    return [
        Route("/queries", _list),
        Route("/queries/{topic}/{name}", _documentation),
        Route("/queries/{topic}/{name}/results", _results),
    ]


async def _list(request: Request) -> Response:
    """Return the canned queries, or those of a topic, with a tag, with words in what is said of them."""
    release, pairs = service_of(request).release, pairs_of(request)
    if choose_document(request, pairs, (JSON, HTML)) is HTML:
        return question_list_page(request, pairs)
    refuse_unknown(pairs, ("topic", "tag", "q", "format"), "/queries")
    compiled, url = release.compiled, f"{public_url(request)}/queries"
    chosen = chosen_queries(list(compiled.queries.values()), pairs)
    if len(chosen) == len(compiled.queries):
        return kept_response(request, release, ("queries", url), lambda: _described(chosen, compiled, url))
    return json_response(request, _described(chosen, compiled, url))


def _described(queries: Sequence[CannedQuery], compiled: Compiled, url: str) -> list[dict[str, Any]]:
    return [described_briefly(query, compiled, url) for query in queries]


async def _documentation(request: Request) -> Response:
    """Return all there is to say of a canned query, or its SPARQL alone, as it runs with values; or its page."""
    release, pairs = service_of(request).release, pairs_of(request)
    chosen = choose_document(request, pairs, (JSON, SPARQL, HTML))
    query = find_query(release, _name(request))
    if chosen is HTML:
        return await question_page(request, query, pairs)
    asked = read_asked(query, pairs, ("format",))
    bound = (await bind_values(release, query, asked.values)).text
    if chosen is SPARQL:
        return text_response(request, bound if asked.values else query.text, SPARQL)
    url = f"{public_url(request)}/queries"
    return json_response(request, described(query, release.compiled, url, bound, asked.values))


async def _results(request: Request) -> Response:
    """Return the rows of a canned query, or a slice of them in an order that is total."""
    service = service_of(request)
    query = find_query(service.release, _name(request))
    asked = read_asked(query, pairs_of(request))
    prepared = await bind_values(service.release, query, asked.values)
    if asked.is_paged:
        text = totally_ordered(prepared.text, [column.name for column in query.columns])
        prepared = prepared._replace(text=text)
    view = View(labels=asked.labels, compact=asked.compact, offset=asked.offset, limit=asked.limit)
    return await service.answer(request, prepared, view=view)


def _name(request: Request) -> str:
    return f"{request.path_params['topic']}/{request.path_params['name']}"
