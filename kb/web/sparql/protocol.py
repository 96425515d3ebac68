"""The endpoint `/sparql`: the query operation of the SPARQL 1.1 Protocol, whole, and no update.

What the protocol leaves open is settled here: parameters of a form may also stand in the URL, names
that mean nothing are left to the extensions they belong to, and a graph that is not in the dataset is
an error rather than an empty graph.
"""

import asyncio
from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from kb.errors import RefusedUpdateError
from kb.prepared_query import PreparedQuery
from kb.web.answers.form import FORM_TYPE, Form, any_method, content_type_of, read_body, read_form, url_form
from kb.web.answers.problems import HttpProblem
from kb.web.description import service_description
from kb.web.description.routes import graph_response
from kb.web.service import Service, public_url, service_of
from kb.web.sparql.graph_store import unknown_graph

METHODS = {"Allow": "GET, HEAD, OPTIONS, POST"}
QUERY_TYPE = "application/sparql-query"
UPDATE_TYPE = "application/sparql-update"
OPTIONS = ("format", "timeout")
"""Parameters of our own, which may stand in a form as well as in a URL."""
_ACCEPTED = (FORM_TYPE, QUERY_TYPE)
_LONG = 20_000
"""Characters of a query that is made ready in a thread, so that it holds up nobody."""
_READ_ONLY = "the graph is read-only: change the files of the graph, and have the server open them anew"


def routes() -> list[BaseRoute]:
    """Return the routes of this module."""
    return [any_method("/sparql", _endpoint)]


async def _endpoint(request: Request) -> Response:
    service = service_of(request)
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={**METHODS, "Accept-Post": ", ".join(_ACCEPTED)})
    if request.method == "POST":
        text, form = await _posted(request, service)
    elif request.method in ("GET", "HEAD"):
        form = url_form(request, service.settings.max_request)
        if form.names <= {"format"}:
            return await _describe(request, service)
        text = _query_in(form)
    else:
        raise HttpProblem(405, f"{request.method} is no way to query; use GET or POST", METHODS)
    longest = service.settings.max_query
    if len(text) > longest:
        status, remedy = (413, "shorten it") if request.method == "POST" else (414, "shorten it, or send it by POST")
        raise HttpProblem(status, f"the query has {len(text):,} characters; at most {longest:,} are read: {remedy}")
    query = await _prepared(service, text, form)
    parameters = {name: value for name in OPTIONS if (value := form.one(name)) is not None}
    return await service.answer(request, query, parameters=parameters)


async def _posted(request: Request, service: Service) -> tuple[str, Form]:
    """Return the query of a POST request, and its parameters, those of the URL among them."""
    content_type = content_type_of(request, (*_ACCEPTED, UPDATE_TYPE), offered=_ACCEPTED)
    if content_type.media_type == UPDATE_TYPE:
        raise RefusedUpdateError(f"Content-Type {UPDATE_TYPE}: {_READ_ONLY}")
    form = url_form(request, service.settings.max_request)
    body = await read_body(request, service.settings.max_request)
    if content_type.media_type == FORM_TYPE:
        content_type.decode(body)  # percent-encoded or not, it is text
        form = Form((*form.pairs, *read_form(body, "the form").pairs))
        return _query_in(form), form
    _refuse_update(form)
    if "query" in form.names:
        raise HttpProblem(400, "there is a query in the body, and one in the URL; send one query a request")
    return content_type.decode(body), form


def _query_in(form: Form) -> str:
    """Return the one query among parameters."""
    _refuse_update(form)
    text = form.one("query")
    if text is None:
        raise HttpProblem(400, f"parameter 'query' is missing; there are {', '.join(sorted(form.names)) or 'none'}")
    return text


def _refuse_update(form: Form) -> None:
    if "update" in form.names:
        raise RefusedUpdateError(f"parameter 'update': {_READ_ONLY}")
    for name in ("using-graph-uri", "using-named-graph-uri"):
        if name in form.names:
            raise HttpProblem(
                400, f"parameter {name!r} belongs to updates; a query has default-graph-uri and named-graph-uri"
            )


async def _prepared(service: Service, text: str, form: Form) -> PreparedQuery:
    """Return a query made ready, over the dataset that its request names, if it names one."""
    release = service.release
    if len(text) > _LONG:
        query = await asyncio.to_thread(release.prepare, text)
    else:
        query = release.prepare(text)
    default, named = form.all("default-graph-uri"), form.all("named-graph-uri")
    if not default and not named:
        return query
    _check_graphs((*default, *named), release.graphs)
    return query._replace(default_graphs=default, named_graphs=named, protocol_graphs=True, uses_graphs=True)


def _check_graphs(graphs: Iterable[str], known: frozenset[str]) -> None:
    for graph in graphs:
        if graph not in known:
            raise unknown_graph(400, graph, known)


async def _describe(request: Request, service: Service) -> Response:
    """Return the description of the service: what a GET without a query asks for (SPARQL 1.1 Service Description)."""
    release = service.release
    triples = service_description(public_url(request), release)
    return await graph_response(request, triples, release.compiled.prefixes)
