"""Pages for people: the home page, and one for each thing of the graph; they read without scripts."""

import os
from collections.abc import Awaitable, Callable
from typing import NamedTuple
from urllib.parse import urlencode

from markupsafe import Markup
from pyoxigraph import Literal, Triple
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from kb.errors import KbError, UnknownNameError
from kb.prefixes import compact
from kb.results import Rows, Triples
from kb.views import bind_entity
from kb.web.links import Links, root_of, thing_of
from kb.web.negotiation import GRAPH_FORMATS
from kb.web.page_cache import PageCache
from kb.web.page_content import STATEMENTS, USE_COUNTS, USES, read_content
from kb.web.problems import HttpProblem
from kb.web.release import Release
from kb.web.rendering import HTML, alternate_links, ending_of, error_page, page_response, render, wants_html
from kb.web.service import Service, service_of
from kb.web.structured_data import to_json_ld, to_script_text

Handler = Callable[[Request], Awaitable[Response]]
ENDPOINTS = (
    ("/sparql", "queries, by the SPARQL 1.1 Protocol; without one, the description of the service"),
    ("/queries", "the questions above as an API"),
    ("/openapi.json", "the same described in OpenAPI 3.1"),
    ("/graph-store?default", "all statements; named graphs with ?graph="),
    ("/ontology", "the classes and properties"),
    ("/.well-known/void", "what is in the data, in numbers"),
    ("/.well-known/sparql-examples", "example queries for editors"),
    ("/suggest?q=a", "names that begin with a text"),
)
"""What the home page lists for programs: a path, and what is there."""
CHECKS = "checks"
"""The topic of the queries that must find nothing, which the home page lists last."""


class Question(NamedTuple):
    """A canned query that can be asked: its name, what it asks, and the address of its answer."""

    name: str
    summary: str
    href: str


def routes() -> list[BaseRoute]:
    """Return the routes of this module."""
    cache = PageCache()

    async def page(request: Request) -> Response:
        return await _entity_page(request, cache)

    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "static")
    return [
        Route("/", as_page(_home)),
        Route("/page", as_page(_find)),
        Route("/page/{name}", as_page(page)),
        Mount("/static", StaticFiles(directory=folder)),
    ]


def as_page(handler: Handler) -> Handler:
    """Return a handler whose errors are pages, for a client that does not ask for a problem document."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except KbError as error:
            if not wants_html(request, otherwise=HTML):
                raise
            return error_page(request, error)

    return handle


async def _home(request: Request) -> Response:
    """Answer with what there is: the questions by topic, and the endpoints."""
    service = service_of(request)
    release = service.release
    topics: dict[str, list[Question]] = {}
    for name, query in release.compiled.queries.items():
        question = Question(name, query.summary, f"{root_of(service)}/queries/{name}")
        topics.setdefault(name.partition("/")[0], []).append(question)
    page = render(
        "home.html",
        service,
        release,
        title=_title(release),
        topics=dict(sorted(topics.items(), key=lambda topic: (topic[0] == CHECKS, topic[0]))),
        endpoints=ENDPOINTS,
    )
    return page_response(request, page)


def _title(release: Release) -> str:
    """Return the title of the graph: that of its ontology, which the description of the graph repeats."""
    found = (quad.object for quad in release.description if quad.predicate.value == "http://purl.org/dc/terms/title")
    title = next((value.value for value in found if isinstance(value, Literal)), "Knowledge graph")
    return title.removesuffix(" ontology")


async def _find(request: Request) -> Response:
    """Lead to the page of what a person typed: a short name, a label or an outside code."""
    service = service_of(request)
    release = service.release
    typed = request.query_params.get("name", "").strip()[:200]
    if not typed:
        return RedirectResponse(f"{root_of(service)}/", 303)
    space = release.base + "id/"
    try:
        iri = release.resolve(typed)
    except UnknownNameError as error:
        raise HttpProblem(404, str(error).partition("; '")[0], nearest=error.nearest) from error
    links = Links(release, root_of(service))
    path = links.page(iri[len(space) :]) if iri.startswith(space) else links.path_of(iri)
    if path is None:
        raise HttpProblem(404, f"{typed!r} is not a thing of this graph, and has no page")
    return RedirectResponse(path, 303)


async def _entity_page(request: Request, cache: PageCache) -> Response:
    """Answer with the page of one thing."""
    service = service_of(request)
    release = service.release
    name = request.path_params["name"]
    iri = thing_of(release, name)
    links = Links(release, root_of(service))
    page = cache.get(release, (links.root, iri))
    if page is None:
        page = await _render_entity(service, release, cache, iri, name)
        cache.put(release, (links.root, iri), page)
    paths = {one.media_type: links.data(name, ending_of(one)) for one in GRAPH_FORMATS}
    return page_response(request, page, headers={"Link": alternate_links(paths)})


async def _render_entity(service: Service, release: Release, cache: PageCache, iri: str, name: str) -> bytes:
    """Return the page of one thing, from what the workers answer on it."""
    links = Links(release, root_of(service))
    background = await cache.background(service, release)
    answers: dict[str, Rows] = {}
    for text in (STATEMENTS, USES, USE_COUNTS):
        rows = await service.result(release.prepare(bind_entity(text, iri)))
        assert isinstance(rows, Rows)  # a SELECT
        answers[text] = rows
    seen: list[Triple] = []
    for view in background.views:
        triples = await service.result(release.prepare(bind_entity(view.text, iri)))
        assert isinstance(triples, Triples)  # a CONSTRUCT
        seen += triples.triples
    document = to_json_ld(seen, iri)
    return render(
        "entity.html",
        service,
        release,
        content=read_content(iri, answers, background.classes, release.compiled.names, links),
        questions=_questions_on(release, iri, links.root),
        formats=[(one, links.data(name, ending_of(one))) for one in GRAPH_FORMATS],
        structured=Markup(to_script_text(document)) if document else None,  # escaped for a script by its function
    )


def _questions_on(release: Release, iri: str, root: str) -> list[Question]:
    """Return the canned queries that take a thing of one of its classes, asked of it."""
    classes = set(release.compiled.names.types.get(iri, ()))
    value = compact(iri, release.compiled.prefixes)
    found = []
    for name, query in release.compiled.queries.items():
        fitting = [each.name for each in query.parameters if each.of_class in classes]
        if fitting:
            address = f"{root}/queries/{name}/results?{urlencode({fitting[0]: value})}"
            found.append(Question(name, query.summary, address))
    return found
