"""Pages for people, one for each thing of the graph; they read without scripts."""

import asyncio
from collections.abc import Awaitable, Callable

from markupsafe import Markup
from pyoxigraph import Literal
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from kb.errors import KbError, UnknownNameError
from kb.prepared_query import PreparedQuery
from kb.results import Rows, Triples
from kb.views import bind_entity
from kb.web.answers.negotiation import GRAPH_FORMATS
from kb.web.answers.problems import HttpProblem
from kb.web.pages.cache import PageCache
from kb.web.pages.links import Links, root_of, thing_of
from kb.web.pages.rendering import HTML, alternate_links, ending_of, error_page, page_response, render, wants_html
from kb.web.pages.static_files import PackedFiles
from kb.web.release import Release
from kb.web.service import Service, service_of
from kb.web.things.content import STATEMENTS, USE_COUNTS, USES, read_content
from kb.web.things.neighbourhood import offer_on
from kb.web.things.sections import questions_on, read_sections
from kb.web.things.structured_data import to_json_ld, to_script_text

Handler = Callable[[Request], Awaitable[Response]]


ENTITY = "entity.html"
_FEW_USES = 300
"""Where more things point at one, they are listed on a page of their own."""


def routes() -> list[BaseRoute]:
    """Return the routes of this module."""
    cache = PageCache()

    async def page(request: Request) -> Response:
        return await _entity_page(request, cache, ENTITY)

    async def uses(request: Request) -> Response:
        return await _entity_page(request, cache, "uses.html")

    return [
        Route("/page", as_page(_find)),
        Route("/page/{name}", as_page(page)),
        Route("/page/{name}/uses", as_page(uses)),
        Mount("/static", PackedFiles()),
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


async def _entity_page(request: Request, cache: PageCache, template: str) -> Response:
    """Answer with the page of one thing, or with that of what points at it."""
    service = service_of(request)
    release = service.release
    name = request.path_params["name"]
    iri = thing_of(release, name)
    links = Links(release, root_of(service))
    key = (links.root, f"{template} {iri}")
    page = cache.get(release, key)
    if page is None:
        make = _render_entity if template == ENTITY else _render_uses
        page, is_sound = await make(service, release, cache, iri, name)
        if is_sound:
            cache.put(release, key, page)
    paths = {one.media_type: links.data(name, ending_of(one)) for one in GRAPH_FORMATS}
    return page_response(request, page, headers={"Link": alternate_links(paths)})


async def _render_entity(
    service: Service, release: Release, cache: PageCache, iri: str, name: str
) -> tuple[bytes, bool]:
    """Return the page of one thing, from what the workers answer on it, and whether all of them did."""
    links = Links(release, root_of(service))
    background = await cache.background(service, release)
    texts = (STATEMENTS, USE_COUNTS, *(view.text for view in background.views_on(iri)))
    (statements, counts, *seen), sections = await asyncio.gather(
        asyncio.gather(*(service.result(_bound(release, text, iri)) for text in texts)),
        read_sections(service, release, iri, links),
    )
    assert isinstance(statements, Rows)  # a SELECT
    assert isinstance(counts, Rows)  # too
    answers = {STATEMENTS: statements, USE_COUNTS: counts}
    if sum(int(row[1].value) for row in counts if isinstance(row[1], Literal)) <= _FEW_USES:
        answers[USES] = await _rows(service, release, USES, iri)
    document = to_json_ld([triple for part in seen if isinstance(part, Triples) for triple in part.triples], iri)
    page = render(
        ENTITY,
        service,
        release,
        content=read_content(iri, answers, background.classes, release.compiled.names, links),
        sections=sections,
        neighbourhood=offer_on(release, iri, links),
        uses_path=f"{links.page(name)}/uses" if USES not in answers else None,
        questions=questions_on(release, iri, links.root),
        formats=[(one, links.data(name, ending_of(one))) for one in GRAPH_FORMATS],
        structured=Markup(to_script_text(document)) if document else None,  # escaped for a script by its function
    )
    return page, not any(section.fault for section in sections)


async def _render_uses(service: Service, release: Release, cache: PageCache, iri: str, name: str) -> tuple[bytes, bool]:
    """Return the page of what points at one thing."""
    links = Links(release, root_of(service))
    background = await cache.background(service, release)
    answers = {text: await _rows(service, release, text, iri) for text in (STATEMENTS, USES, USE_COUNTS)}
    content = read_content(iri, answers, background.classes, release.compiled.names, links)
    return render("uses.html", service, release, content=content, data=links.data(name, "ttl")), True


def _bound(release: Release, text: str, iri: str) -> PreparedQuery:
    """Return a query with the thing bound; its text is prepared once for all things."""
    prepared = release.prepare(text)
    return prepared._replace(text=bind_entity(prepared.text, iri))


async def _rows(service: Service, release: Release, text: str, iri: str) -> Rows:
    rows = await service.result(_bound(release, text, iri))
    assert isinstance(rows, Rows)  # a SELECT
    return rows
