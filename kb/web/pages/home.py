"""The home page: what the graph holds, in numbers and in answers to canned queries, and what can be asked of it."""

from typing import NamedTuple
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from pyoxigraph import Literal, NamedNode
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kb.catalog import CannedQuery
from kb.catalog.picture import HOME
from kb.errors import KbError
from kb.prefixes import compact
from kb.results import Rows
from kb.terms import XSD, Term
from kb.web.description.examples import example_values
from kb.web.pages.links import Link, Links, root_of
from kb.web.pages.ontology_terms import Ontology, ontology_of
from kb.web.pages.rendering import page_response, render
from kb.web.release import Release
from kb.web.service import Service, public_url, service_of
from kb.web.things.page import as_page

CHECKS = "checks"
"""The topic of the queries that must find nothing, which the page lists last."""
MOST_KINDS = 10
"""Kinds of thing that are shown below one class."""
MOST_ROWS = 12
"""Rows that are shown of an answer."""
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
"""What is there for programs: a path, and what it gives."""
_NOT_FOR_ROBOTS = (
    *("/sparql", "/graph-store", "/download/", "/data/", "/suggest", "/search?", "/editor?", "/queries/*/*/"),
    *("/metrics", "/-/"),
)
"""What answers without end, or is the same again in another form."""
_WHOLE_NUMBER = NamedNode(XSD + "integer")


class Kinds(NamedTuple):
    """The kinds of thing below one class, those with most instances first."""

    heading: Link | None
    shown: list[tuple[Link, int, str]]
    """A kind, how many there are, and where they are listed."""
    more: int


class Cell(NamedTuple):
    """One value of a row: a link, or text."""

    link: Link | None
    text: str


class Answer(NamedTuple):
    """The answer to a canned query that the page shows: rows of cells, each with a number behind them."""

    name: str
    title: str
    columns: list[str]
    rows: list[tuple[list[Cell], int]]
    number_of_rows: int
    most: int
    """The highest number."""


class _Content(NamedTuple):
    kinds: list[Kinds]
    answers: list[Answer]
    topics: dict[str, list[CannedQuery]]
    call: str | None


_KNOWN: "WeakKeyDictionary[Release, dict[str, _Content]]" = WeakKeyDictionary()


def routes() -> list[BaseRoute]:
    """Return the routes of this module."""
    return [
        Route("/", as_page(_home)),
        Route("/robots.txt", _robots),
        Route("/favicon.ico", _icon),
    ]


async def _home(request: Request) -> Response:
    """Answer with what there is: how much of what, the questions by topic, and the ways to ask by program."""
    service = service_of(request)
    release = service.release
    content = await _content(service, release)
    call = f"curl -H 'Accept: text/csv' '{public_url(request)}{content.call}'" if content.call else None
    values = {"here": "/", "endpoints": ENDPOINTS, "checks": CHECKS, **content._asdict(), "call": call}
    return page_response(request, render("home.html", service, release, **values))


async def _robots(request: Request) -> Response:
    """Say which paths are for programs that were told of them, and not for those that follow links."""
    root = root_of(service_of(request))
    lines = ["User-agent: *", *(f"Disallow: {root}{path}" for path in _NOT_FOR_ROBOTS), ""]
    return PlainTextResponse("\n".join(lines), headers={"Cache-Control": "max-age=3600"})


async def _icon(request: Request) -> Response:
    """Lead to the icon of the pages, for a browser that shows something else than a page."""
    return RedirectResponse(f"{root_of(service_of(request))}/static/favicon.svg", 301)


async def _content(service: Service, release: Release) -> _Content:
    """Return what stands on the page under every address, made when it is first asked for."""
    links = Links(release, root_of(service))
    kept = _KNOWN.setdefault(release, {})
    if links.root not in kept:
        ontology = await ontology_of(service, release)
        topics: dict[str, list[CannedQuery]] = {}
        for name, query in release.compiled.queries.items():
            topics.setdefault(name.partition("/")[0], []).append(query)
        answers = [await _answer(service, release, query, title, links) for query, title in _shown(release)]
        kept[links.root] = _Content(
            _kinds(ontology, links, release),
            [answer for answer in answers if answer],
            dict(sorted(topics.items(), key=lambda topic: (topic[0] == CHECKS, topic[0]))),
            _call(release),
        )
    return kept[links.root]


def _kinds(ontology: Ontology, links: Links, release: Release) -> list[Kinds]:
    """Return the kinds of thing by the class that they are below; those below none come last, together."""
    counts = ontology.counts.instances
    parts: dict[str, list[str]] = {}
    for kind, root in ontology.kinds.items():
        if counts.get(kind):
            parts.setdefault(root if root != kind else "", []).append(kind)
    found = []
    for root, kinds in sorted(parts.items(), key=lambda part: (not part[0], -counts.get(part[0], 0))):
        kinds.sort(key=lambda kind: (-counts[kind], kind))
        shown = [(links.of(kind), counts[kind], _listed(links, kind, release)) for kind in kinds[:MOST_KINDS]]
        found.append(Kinds(links.of(root) if root else None, shown, len(kinds) - len(shown)))
    return found


def _listed(links: Links, kind: str, release: Release) -> str:
    return f"{links.root}/search?{urlencode({'class': compact(kind, release.compiled.prefixes)})}"


def _shown(release: Release) -> list[tuple[CannedQuery, str]]:
    """Return the canned queries whose headers say that they stand on the home page, with their titles, in order."""
    found = [
        (section.order, query.name, query, section.title)
        for query in release.compiled.queries.values()
        for section in query.sections
        if section.parameter == HOME
    ]
    return [(query, title) for _, _, query, title in sorted(found, key=lambda each: each[:2])]


async def _answer(service: Service, release: Release, query: CannedQuery, title: str, links: Links) -> Answer | None:
    """Return the first rows of an answer whose last column is a number; None where there is none to be had."""
    try:
        rows = await service.result(release.bind(query.name, {}))
    except KbError:
        return None  # the other parts of the page are worth having
    assert isinstance(rows, Rows)  # a SELECT
    numbered = [(row[:-1], row[-1]) for row in rows.rows]
    found = [
        ([_cell(term, links) for term in cells], int(number.value))
        for cells, number in numbered
        if isinstance(number, Literal) and number.datatype == _WHOLE_NUMBER
    ]
    if not found:
        return None
    columns = [_words(column.name) for column in query.columns]
    return Answer(query.name, title, columns, found[:MOST_ROWS], len(found), max(number for _, number in found))


def _cell(term: Term | None, links: Links) -> Cell:
    if isinstance(term, NamedNode):
        return Cell(links.of(term.value), "")
    return Cell(None, term.value if isinstance(term, Literal) else "")


def _words(name: str) -> str:
    """Return the words of a name in camel case."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)


def _call(release: Release) -> str | None:
    """Return the path of an answer as an example: that of the first query that takes a thing, with its own value."""
    for query in release.compiled.queries.values():
        parameter = next((each for each in query.parameters if each.required and each.of_class), None)
        if parameter and not query.name.startswith(CHECKS):
            values = example_values(query, parameter, release.compiled.prefixes)
            given = [compact(value.value, release.compiled.prefixes) for value in values]
            return f"/queries/{query.name}/results?{urlencode({parameter.name: given[0]}, safe=':')}" if given else None
    return None
