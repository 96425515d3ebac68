"""`/editor`: the page on which people write SPARQL, and what it asks for while they do.

Without scripts it is a form for `/sparql`. With them it completes from `/editor/vocabulary.json`, and shows the
things in an answer under the labels and links of `/editor/terms`.
"""

import json
from weakref import WeakKeyDictionary

from pyoxigraph import Literal, NamedNode
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kb.catalog import CannedQuery
from kb.errors import UnknownNameError
from kb.results import Rows
from kb.web.answers.documents import json_response, kept_response
from kb.web.answers.form import content_type_of, read_body
from kb.web.answers.negotiation import GRAPH_FORMATS, ROW_FORMATS
from kb.web.answers.problems import HttpProblem
from kb.web.catalogue.description import CHECKS, topic_of
from kb.web.pages.completion_vocabulary import DEFINITIONS, completion_vocabulary
from kb.web.pages.links import Links, root_of
from kb.web.pages.rendering import page_response, render
from kb.web.release import Release
from kb.web.service import Service, service_of
from kb.web.things.page import as_page

MOST_TERMS = 2_000
"""IRIs that may be asked for at once."""
LONGEST_TERM = 4_000
"""Characters of one of them."""
_MOST_BYTES = 2**20
_JSON_TYPE = "application/json"
BEGINNING = """# How many things there are of each class
SELECT ?class (COUNT(?thing) AS ?things)
WHERE {
  ?thing a ?class .
}
GROUP BY ?class
ORDER BY DESC(?things) ?class
"""
"""What stands in the editor where nothing else was asked for."""
_DEFINITIONS: "WeakKeyDictionary[Release, dict[str, str]]" = WeakKeyDictionary()


def routes() -> list[BaseRoute]:
    """Return the routes of this module."""
    return [
        Route("/editor", as_page(_editor)),
        Route("/editor/vocabulary.json", _vocabulary),
        Route("/editor/terms", _terms, methods=["POST"]),
    ]


def example_text(query: CannedQuery) -> str:
    """Return a canned query as an example to change: its question as a comment in place of its header."""
    body = "".join(line for line in query.text.splitlines(keepends=True) if not line.startswith("#+"))
    return f"# {' '.join(query.summary.split())}\n{body.lstrip()}"


async def _editor(request: Request) -> Response:
    """Answer with the editor; `?query=` is a text to begin with, `?example=` the name of a canned query."""
    service = service_of(request)
    release, settings = service.release, service.settings
    page = render(
        "editor.html",
        service,
        release,
        here="/editor",
        text=_text(request, release),
        prefixes=release.compiled.prefixes,
        topics=_topics(release),
        row_formats=ROW_FORMATS,
        graph_formats=GRAPH_FORMATS,
        timeout=f"{settings.timeout:g}",
        longest=settings.max_query,
    )
    return page_response(request, page)


def _text(request: Request, release: Release) -> str:
    name = request.query_params.get("example")
    if name is not None:
        if name not in release.compiled.queries:
            error = UnknownNameError("canned query", name[:200], release.compiled.queries)
            raise HttpProblem(404, str(error)) from error
        return example_text(release.compiled.queries[name])
    return request.query_params.get("query") or BEGINNING


def _topics(release: Release) -> dict[str, list[CannedQuery]]:
    """Return the canned queries by topic, the checks last."""
    topics: dict[str, list[CannedQuery]] = {}
    for query in release.compiled.queries.values():
        topics.setdefault(topic_of(query), []).append(query)
    return dict(sorted(topics.items(), key=lambda topic: (topic[0] == CHECKS, topic[0])))


async def _vocabulary(request: Request) -> Response:
    """Return what the editor completes with; see `kb.web.pages.completion_vocabulary`."""
    service = service_of(request)
    release = service.release
    definitions = await _definitions(service, release)
    key = ("editor/vocabulary", "")
    return kept_response(request, release, key, lambda: completion_vocabulary(release, definitions))


async def _definitions(service: Service, release: Release) -> dict[str, str]:
    """Return {term: what it means}, asked of the graph once."""
    if release not in _DEFINITIONS:
        rows = await service.result(release.prepare(DEFINITIONS))
        assert isinstance(rows, Rows)  # a SELECT
        found: dict[str, str] = {}
        for term, text in rows.rows:
            if isinstance(term, NamedNode) and isinstance(text, Literal):
                found.setdefault(term.value, " ".join(text.value.split()))
        _DEFINITIONS[release] = found
    return _DEFINITIONS[release]


async def _terms(request: Request) -> Response:
    """Return short form, label and address of each IRI in a posted list, in its order."""
    service = service_of(request)
    content_type_of(request, (_JSON_TYPE,), offered=(_JSON_TYPE,))
    links = Links(service.release, root_of(service))
    found = (links.of(iri) for iri in _posted_terms(await read_body(request, _MOST_BYTES)))
    return json_response(request, [{"short": each.short, "label": each.label, "href": each.href} for each in found])


def _posted_terms(body: bytes) -> list[str]:
    try:
        terms = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HttpProblem(400, f"the body is no JSON: {error}") from error
    if not isinstance(terms, list) or not all(isinstance(each, str) and len(each) <= LONGEST_TERM for each in terms):
        raise HttpProblem(400, f"the body is a JSON list of IRIs, each of at most {LONGEST_TERM:,} characters")
    if len(terms) > MOST_TERMS:
        raise HttpProblem(413, f"the list has {len(terms):,} IRIs; at most {MOST_TERMS:,} are read: ask in parts")
    return terms
