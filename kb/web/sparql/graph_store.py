"""`/graph-store`: the reading half of the SPARQL 1.1 Graph Store HTTP Protocol, graphs named in the query string."""

from collections.abc import Collection

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from kb.errors import nearest_names
from kb.prepared_query import PreparedQuery
from kb.web.answers.form import any_method, url_form
from kb.web.answers.problems import HttpProblem
from kb.web.service import service_of

METHODS = {"Allow": "GET, HEAD, OPTIONS"}
WHOLE_GRAPH = PreparedQuery("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "construct")
"""A query for the default graph, whichever it is."""


def routes() -> list[BaseRoute]:
    """Return the routes of this module."""
    return [any_method("/graph-store", _graph)]


def unknown_graph(status: int, graph: str, known: Collection[str]) -> HttpProblem:
    """Return the problem of a graph that there is not, with the nearest that there are."""
    nearest = nearest_names(graph, known)
    remedy = f"did you mean {' or '.join(nearest)}?" if nearest else "SELECT DISTINCT ?g { GRAPH ?g {} } lists them"
    return HttpProblem(status, f"<{graph[:500]}> is not a graph of this dataset; {remedy}", nearest=nearest)


async def _graph(request: Request) -> Response:
    """Answer with one graph, in any format for graphs."""
    service = service_of(request)
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=METHODS)
    if request.method not in ("GET", "HEAD"):
        raise HttpProblem(
            405,
            f"{request.method}: the graph is read-only; change the files of the graph, "
            "and have the server open them anew",
            METHODS,
        )
    form = url_form(request, service.settings.max_request)
    graph, default = form.one("graph"), form.one("default")
    if (graph is None) == (default is None) or default:
        raise HttpProblem(400, "name one graph: ?graph= with its IRI, or ?default, with no value, for all of the data")
    if graph is None:
        return await service.answer(request, WHOLE_GRAPH)
    known = service.release.graphs
    if graph not in known:
        raise unknown_graph(404, graph, known)
    query = WHOLE_GRAPH._replace(default_graphs=(graph,), protocol_graphs=True, uses_graphs=True)
    return await service.answer(request, query)
