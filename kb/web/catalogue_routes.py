"""The canned queries as an API: their list, the documentation of each, and its results."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kb.catalog import CannedQuery
from kb.compilation import Compiled
from kb.errors import ParameterError, UnknownNameError, nearest_names
from kb.prefixes import expand
from kb.prepared_query import PreparedQuery
from kb.web.documents import JSON, SPARQL, choose_document, json_response, kept_response, text_response
from kb.web.paging import totally_ordered
from kb.web.problems import HttpProblem
from kb.web.query_description import described, described_briefly, topic_of
from kb.web.query_parameters import Pairs, bounded_text, one_value, pairs_of, read_asked, refuse_unknown
from kb.web.release import Release
from kb.web.service import public_url, service_of
from kb.web.workers.job import View

LONGEST_SEARCH = 200
"""Characters of the words that are looked for in the list."""
_LONGEST_NAME = 100
_SEARCHING = asyncio.Lock()
"""Held while the names nearest to an unknown one are looked for, which takes a thread some 50 ms."""


def routes() -> list[BaseRoute]:
    """Return the routes of this module."""
    return [
        Route("/queries", _list),
        Route("/queries/{topic}/{name}", _documentation),
        Route("/queries/{topic}/{name}/results", _results),
    ]


async def _list(request: Request) -> Response:
    """Return the canned queries as JSON, or those of a topic, with a tag, with words in what is said of them."""
    release, pairs = service_of(request).release, pairs_of(request)
    refuse_unknown(pairs, ("topic", "tag", "q", "format"), "/queries")
    choose_document(request, pairs, (JSON,))
    compiled, url = release.compiled, f"{public_url(request)}/queries"
    chosen = _chosen(list(compiled.queries.values()), pairs)
    if len(chosen) == len(compiled.queries):
        return kept_response(request, release, ("queries", url), lambda: _described(chosen, compiled, url))
    return json_response(request, _described(chosen, compiled, url))


def _described(queries: Sequence[CannedQuery], compiled: Compiled, url: str) -> list[dict[str, Any]]:
    return [described_briefly(query, compiled, url) for query in queries]


def _chosen(queries: Sequence[CannedQuery], pairs: Pairs) -> list[CannedQuery]:
    """Return the queries of a topic, with a tag, with all the words that were asked for."""
    topic = _known(pairs, "topic", {topic_of(query) for query in queries})
    tag = _known(pairs, "tag", {tag for query in queries for tag in query.tags})
    words = (bounded_text(pairs, "q", LONGEST_SEARCH) or "").lower().split()
    return [
        query
        for query in queries
        if topic in (None, topic_of(query))
        and (tag is None or tag in query.tags)
        and all(word in _said_of(query) for word in words)
    ]


async def _documentation(request: Request) -> Response:
    """Return all there is to say of a canned query, or its SPARQL alone; with values, as it runs with them."""
    release, pairs = service_of(request).release, pairs_of(request)
    query = _query(request, release)
    asked = read_asked(query, pairs, ("format",))
    chosen = choose_document(request, pairs, (JSON, SPARQL))
    bound = (await _bind(release, query, asked.values)).text
    if chosen is SPARQL:
        return text_response(request, bound if asked.values else query.text, SPARQL)
    url = f"{public_url(request)}/queries"
    return json_response(request, described(query, release.compiled, url, bound, asked.values))


async def _results(request: Request) -> Response:
    """Return the rows of a canned query, or a slice of them in an order that is total."""
    service = service_of(request)
    query = _query(request, service.release)
    asked = read_asked(query, pairs_of(request))
    prepared = await _bind(service.release, query, asked.values)
    if asked.is_paged:
        text = totally_ordered(prepared.text, [column.name for column in query.columns])
        prepared = prepared._replace(text=text)
    view = View(labels=asked.labels, compact=asked.compact, offset=asked.offset, limit=asked.limit)
    return await service.answer(request, prepared, view=view)


def _query(request: Request, release: Release) -> CannedQuery:
    """Return the query that the path names.

    Raises:
        HttpProblem: 404, there is none; its member `nearest` has the names that look like it.
    """
    name = f"{request.path_params['topic']}/{request.path_params['name']}"
    queries = release.compiled.queries
    if name not in queries:
        error = UnknownNameError("canned query", name[:_LONGEST_NAME], queries, "(/queries lists them)")
        raise HttpProblem(404, str(error), nearest=error.nearest)
    return queries[name]


async def _bind(release: Release, query: CannedQuery, values: Mapping[str, Sequence[str]]) -> PreparedQuery:
    """Return a canned query with values bound; where a name is not known, without holding up other requests."""
    kinds = {parameter.name: parameter.type for parameter in query.parameters}
    names = (value for name, texts in values.items() if kinds[name] == "iri" for value in texts)
    if all(_is_known(release, name) for name in names):
        return release.bind(query.name, values)
    async with _SEARCHING:
        return await asyncio.to_thread(release.bind, query.name, values)


def _is_known(release: Release, name: str) -> bool:
    """Whether anything has that name, of whichever class."""
    names = release.compiled.names
    bare = name.strip().removeprefix("<").removesuffix(">")
    as_alias = " ".join(bare.lower().split())
    return bare in names.types or expand(bare, release.compiled.prefixes) in names.types or as_alias in names.aliases


def _known(pairs: Pairs, name: str, choices: Collection[str]) -> str | None:
    """Return a value that is one of `choices`, or None where it is not given.

    Raises:
        ParameterError: it is none of them; the nearest are suggested, or all.
    """
    text = one_value(pairs, name)
    if text is not None and text not in choices:
        near = nearest_names(text[:_LONGEST_NAME], sorted(choices))
        remedy = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(sorted(choices))}"
        raise ParameterError(f"{name}: no query has {text[:_LONGEST_NAME]!r}; {remedy}")
    return text


def _said_of(query: CannedQuery) -> str:
    return f"{query.name} {query.summary} {query.description} {' '.join(query.tags)}".lower()
