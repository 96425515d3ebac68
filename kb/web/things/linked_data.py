"""Linked data: the IRIs of things, of the ontology and of named graphs lead to pages or data, as a client asks.

`/id/NAME` and `/ontology` redirect (303, since a thing is no document); `/data/NAME.ttl` and the like are documents.
"""

from collections.abc import Mapping
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kb.errors import KbError
from kb.prepared_query import PreparedQuery
from kb.views import bind_entity
from kb.web.answers.negotiation import GRAPH_FORMATS, Format, accept_of, choose
from kb.web.answers.problems import HttpProblem
from kb.web.pages.links import Links, root_of, thing_of
from kb.web.pages.ontology_terms import WHOLE, over_ontology
from kb.web.pages.rendering import (
    ENDINGS,
    HTML,
    alternate_links,
    ending_of,
    error_page,
    format_of,
    wants_html,
)
from kb.web.service import service_of

OFFERED = (HTML, *GRAPH_FORMATS)
DESCRIPTION = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
CONSTRUCT {
  ?subject ?property ?value .
  ?mentioned rdfs:label ?label .
}
WHERE {
  {
    VALUES ?entity { UNDEF }
    ?entity ?property ?value .
    BIND (?entity AS ?subject)
  }
  UNION
  {
    VALUES ?entity { UNDEF }
    ?subject ?property ?entity .
    BIND (?entity AS ?value)
  }
  UNION
  {
    VALUES ?entity { UNDEF }
    ?entity ?property1 ?mentioned .
    ?mentioned rdfs:label ?label .
  }
  UNION
  {
    VALUES ?entity { UNDEF }
    ?mentioned ?property2 ?entity .
    ?mentioned rdfs:label ?label .
  }
  UNION
  {
    {
      SELECT DISTINCT ?mentioned
      WHERE {
        {
          VALUES ?entity { UNDEF }
          ?entity ?mentioned ?any .
        }
        UNION
        {
          VALUES ?entity { UNDEF }
          ?any ?mentioned ?entity .
        }
      }
    }
    ?mentioned rdfs:label ?label .
  }
}
"""
"""What the data of a thing hold: its statements, those that point at it, and the labels of all that they name."""


def routes() -> list[BaseRoute]:
    """Return the routes of this module."""
    return [
        Route("/id/{name}", _thing),
        Route("/data/{name}.{ending}", _data),
        Route("/ontology", _ontology),
        Route("/ontology.{ending}", _ontology_data),
        Route("/graph/{path:path}", _graph),
    ]


async def _thing(request: Request) -> Response:
    """Lead from the IRI of a thing to its page or its data."""
    service = service_of(request)
    name = request.path_params["name"]
    try:
        thing_of(service.release, name)
    except KbError as error:
        if not wants_html(request):
            raise
        return error_page(request, error)
    links = Links(service.release, root_of(service))
    paths = {one: links.data(name, ending_of(one)) for one in GRAPH_FORMATS}
    return _redirect(request, {HTML: links.page(name), **paths})


async def _data(request: Request) -> Response:
    """Answer with what the graph says of a thing, in the format of the ending."""
    service = service_of(request)
    name, ending = request.path_params["name"], request.path_params["ending"]
    chosen = _format(ending)
    try:
        iri = thing_of(service.release, name)
    except KbError as error:
        if not wants_html(request):
            raise
        return error_page(request, error)
    query = service.release.prepare(bind_entity(DESCRIPTION, iri))
    page = Links(service.release, root_of(service)).page(name)
    headers = {"Link": alternate_links({HTML.media_type: page})}
    return await _answer(request, query, chosen, headers)


async def _ontology(request: Request) -> Response:
    """Lead from the IRI of the ontology to its page or its data; the part behind `#` goes along."""
    root = root_of(service_of(request))
    paths = {one: f"{root}/ontology.{ending_of(one)}" for one in GRAPH_FORMATS}
    return _redirect(request, {HTML: f"{root}/ontology.html", **paths})


async def _ontology_data(request: Request) -> Response:
    """Answer with the ontology, its header and modules merged, in the format of the ending."""
    service = service_of(request)
    chosen = _format(request.path_params["ending"])
    headers = {"Link": alternate_links({HTML.media_type: f"{root_of(service)}/ontology.html"})}
    query = over_ontology(WHOLE, service.release)
    return await _answer(request, query, chosen, headers)


async def _graph(request: Request) -> Response:
    """Lead from the IRI of a named graph to its content."""
    service = service_of(request)
    iri = service.release.compiled.prefixes["doc"] + request.path_params["path"]
    if iri not in service.release.graphs:
        raise HttpProblem(
            404, f"<{iri[:500]}> is not a graph of this dataset; SELECT DISTINCT ?g {{ GRAPH ?g {{}} }} lists them"
        )
    return RedirectResponse(f"{root_of(service)}/graph-store?graph={quote(iri, safe='')}", 303)


def _redirect(request: Request, paths: Mapping[Format, str]) -> Response:
    """Return the redirect to the form that the client likes best, with links to all."""
    chosen = choose(accept_of(request.headers), request.query_params.get("format"), tuple(paths))
    return RedirectResponse(paths[chosen], 303, {"Vary": "Accept", "Link": _alternates(paths)})


def _alternates(paths: Mapping[Format, str]) -> str:
    return alternate_links({one.media_type: path for one, path in paths.items()})


def _format(ending: str) -> Format:
    """Return the format with that ending.

    Raises:
        HttpProblem: 404, there is none.
    """
    found = format_of(ending)
    if found is None:
        raise HttpProblem(
            404, f"there are no data in '.{ending}'; there are {', '.join('.' + each for each in ENDINGS)}"
        )
    return found


async def _answer(request: Request, query: PreparedQuery, format: Format, headers: Mapping[str, str]) -> Response:
    """Return the answer in one format: where the path names it, nothing is left to negotiate."""
    kept = [(name, value) for name, value in request.scope["headers"] if name != b"accept"]
    scope = {**request.scope, "headers": [*kept, (b"accept", format.media_type.encode())]}
    given = {name: value for name, value in request.query_params.items() if name != "format"}
    return await service_of(request).answer(
        Request(scope, request.receive), query, offered=[format], headers=headers, parameters=given
    )
