"""Nothing that a client writes reaches out, gets in, or comes back as anything but text."""

import os
import socket
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest
from pyoxigraph import NamedNode, Quad

from kb.engines.oxigraph import OxigraphEngine
from kb.names import Names
from kb.prepared_query import PreparedQuery
from kb.web.workers.frames import ERROR, receive_frame, send_frame
from kb.web.workers.job import Fault, Job
from kb.web.workers.worker import Graph, run_worker
from tests.engines.test_refusals import HARMLESS, REACHING, chain, was_called
from tests.web.conftest import StartServer
from tests.web.running import RunningServer

MARKUP = '<script>alert("x")</script>'


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server that would notice a connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def _url(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}/"


def test_no_spelling_makes_the_server_connect(tiny_server: RunningServer, listener: socket.socket) -> None:
    refused = []
    for query in REACHING:
        answer = tiny_server.sparql(query.replace("URL", _url(listener)), params={"timeout": "2"})
        if query not in HARMLESS:
            refused.append(answer.status_code)

    assert not was_called(listener)
    assert {400, 403} >= set(refused)


def test_a_graph_outside_the_dataset_is_not_fetched(tiny_server: RunningServer, listener: socket.socket) -> None:
    for name in ("default-graph-uri", "named-graph-uri", "graph", "using-graph-uri"):
        path = "/graph-store" if name == "graph" else "/sparql"
        parameters = {"query": "ASK { ?s ?p ?o }", name: _url(listener)}

        assert tiny_server.client.get(path, params=parameters).status_code in (400, 404)
    assert not was_called(listener)


@pytest.mark.parametrize("offline", [True, False])
def test_a_worker_has_nothing_to_reach_out_with(listener: socket.socket, offline: bool) -> None:
    """Even where the text of a query were not looked at; without the cap, the same worker does connect."""
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:  # as a store process forks it
        try:
            ours.close()
            engine = OxigraphEngine.of([Quad(NamedNode("a:a"), NamedNode("a:a"), NamedNode("a:a"))])
            run_worker(theirs, Graph(engine, engine, Names({}, {}, {}), {}), 2**29, offline)
        finally:
            os._exit(0)
    theirs.close()
    text = f"SELECT * {{ SERVICE <{_url(listener)}> {{ ?s ?p ?o }} }}"
    send_frame(ours, b"J", Job(PreparedQuery(text, "select"), "json", False, 10, 10**6, 10**6).encode())
    if not offline:
        listener.setblocking(True)
        listener.settimeout(10)
        listener.accept()[0].close()
    kind, body = receive_frame(ours)
    ours.close()
    os.waitpid(child, 0)

    assert ERROR == kind
    assert "engine" == Fault.decode(body).kind
    if offline:
        assert not was_called(listener)


def test_an_operator_may_allow_one_endpoint_by_its_exact_name(
    start_server: StartServer, tiny_server: RunningServer, listener: socket.socket
) -> None:
    endpoint = f"{tiny_server.url}/sparql"
    server = start_server(services=endpoint)
    inside = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    asked = server.sparql(f"SELECT ?n {{ SERVICE <{endpoint}> {{ {inside} }} }}")
    named = server.sparql(f"PREFIX e: <{endpoint}> SELECT ?n {{ SERVICE SILENT e: {{ {inside} }} }}")
    others = [
        server.sparql(query.replace("URL", other))
        for other, queries in (
            (_url(listener), REACHING),
            *((name, REACHING[:6]) for name in (f"{endpoint}/", f"{endpoint}?x", f"{tiny_server.url}/Sparql")),
        )
        for query in queries
        if "SERVICE" in query.upper() and query not in HARMLESS
    ]

    assert asked.json()["results"] == named.json()["results"] == tiny_server.sparql(inside).json()["results"]
    assert "etag" not in asked.headers  # what others answer is not kept
    assert {400, 403} == {each.status_code for each in others}
    assert "it may name" in others[0].json()["detail"]
    assert not was_called(listener)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2f..%2fapp.py",
        "/static/%2e%2e/%2e%2e/pages.py",
        "/static//etc/passwd",
        "/static/..%5c..%5capp.py",
        "/static/%00",
        "/graph/..%2f..%2f..%2fetc%2fpasswd",
        "/download/..%2f..%2fetc",
        "/data/..%2f..%2fetc%2fpasswd.ttl",
        "/queries/..%2f..%2fetc/passwd",
    ],
)
def test_no_path_leaves_its_folder(tiny_server: RunningServer, path: str) -> None:
    port = httpx.URL(tiny_server.url).port or 0
    with socket.create_connection(("127.0.0.1", port)) as connection:  # httpx would tidy the path
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        reply = b"".join(iter(lambda: connection.recv(65536), b""))

    assert reply.split(b" ")[1] in (b"400", b"404")
    assert b"root:" not in reply
    assert b"import " not in reply


@pytest.mark.parametrize(
    "path",
    [
        f"/{quote(MARKUP)}",
        f"/sparql?query={quote(MARKUP)}",
        f"/sparql?query=ASK{{}}&format={quote(MARKUP)}",
        f"/sparql?query=ASK{{}}&timeout={quote(MARKUP)}",
        f"/sparql?query=ASK{{}}&default-graph-uri={quote(MARKUP)}",
        f"/graph-store?graph={quote(MARKUP)}",
        f"/page/{quote(MARKUP, safe='')}",
        f"/id/{quote(MARKUP, safe='')}",
        f"/queries/{quote(MARKUP, safe='')}/x",
        f"/queries/treatment/remedies-by-complaint/results?complaint={quote(MARKUP)}",
        f"/queries/treatment/remedies-by-complaint/results?{quote(MARKUP)}=1",
        f"/suggest?q={quote(MARKUP)}&limit={quote(MARKUP)}",
        f"/download/{quote(MARKUP, safe='')}",
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_what_a_client_wrote_comes_back_as_text(tiny_server: RunningServer, path: str, accept: str) -> None:
    answer = tiny_server.client.get(path, headers={"Accept": accept})

    assert answer.status_code < 500
    assert "<script>alert" not in answer.text
    assert answer.headers["content-type"].startswith(("application/", "text/html; charset=utf-8", "text/turtle"))


@pytest.mark.parametrize("ending", ["%0d%0aX-Evil:%20yes", "%0aX-Evil:%20yes", "%E5%98%8AX-Evil:%20yes"])
@pytest.mark.parametrize(
    "path", ["/id/ENDING", "/page/ENDING", "/graph/ENDING", "/download/ENDING", "/queries/a/b?x=ENDING", "/x?y=ENDING"]
)
def test_no_header_can_be_injected(tiny_server: RunningServer, path: str, ending: str) -> None:
    answer = tiny_server.client.get(path.replace("ENDING", ending), follow_redirects=False)

    assert "x-evil" not in answer.headers


@pytest.mark.parametrize(
    "query",
    [
        "ASK " + "{ " * 2300 + "}" * 2300,
        "ASK { FILTER" + "(" * 5000 + "true" + ")" * 5000 + " }",
        "ASK { FILTER(" + "!" * 8000 + "true) }",
        "ASK { FILTER(1" + "+1" * 8000 + " > 0) }",
        "ASK { ?a " + "^" * 5000 + "<a:a> ?b }",
        "ASK { ?a <a:a>" + "/<a:a>" * 8000 + " ?b }",
        chain("OPTIONAL { ?a ?b ?c } ", 3000),
        chain("UNION { ?a ?b ?c } ", 3000),
    ],
    ids=("braces", "parentheses", "nots", "sums", "inverses", "steps", "optionals", "unions"),
)
def test_a_query_that_would_overflow_the_engine_is_the_fault_of_who_wrote_it(
    tiny_server: RunningServer, query: str
) -> None:
    answer = tiny_server.sparql(query)

    assert 400 == answer.status_code
    assert 'event="lost"} 0.0' in tiny_server.client.get("/metrics").text
