"""`/graph-store`: each graph whole, in every format, and nothing written."""

from urllib.parse import quote

import httpx
import pytest
from pyoxigraph import RdfFormat, parse

from tests.web.running import RunningServer

DOC = "https://example.org/tiny/graph/"
ZORVEXIN = f"{DOC}graph_data/drugs/zorvexin.ttl"
FORMATS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/rdf+xml": RdfFormat.RDF_XML,
}


@pytest.fixture(scope="module")
def client(tiny_server: RunningServer) -> httpx.Client:
    return tiny_server.client


def triples(response: httpx.Response) -> set[str]:
    """Return the triples of a response, read by its own content type."""
    assert 200 == response.status_code, response.text
    media_type = response.headers["content-type"].partition(";")[0]
    return {str(quad.triple) for quad in parse(response.content, FORMATS[media_type])}


@pytest.mark.parametrize("media_type", FORMATS)
def test_a_graph_holds_what_its_file_says(client: httpx.Client, media_type: str) -> None:
    by_header = client.get("/graph-store", params={"graph": ZORVEXIN}, headers={"Accept": media_type})
    by_name = client.get("/graph-store", params={"graph": ZORVEXIN, "format": media_type})
    by_query = client.get("/sparql", params={"query": f"CONSTRUCT {{ ?s ?p ?o }} FROM <{ZORVEXIN}> {{ ?s ?p ?o }}"})

    assert media_type == by_header.headers["content-type"].partition(";")[0]
    assert by_header.content == by_name.content
    assert 5 == len(triples(by_header))
    assert triples(by_query) == triples(by_header)
    assert "Accept" in by_header.headers["vary"]


def test_the_default_graph_holds_all_of_them(client: httpx.Client) -> None:
    whole = triples(client.get("/graph-store?default"))

    assert triples(client.get("/graph-store", params={"graph": ZORVEXIN})) < whole
    assert triples(client.get("/graph-store", params={"graph": f"{DOC}inferred/owl-rl"})) < whole
    assert triples(client.get("/graph-store", params={"graph": f"{DOC}description/void"})) < whole
    assert whole == triples(client.get("/graph-store?default="))


def test_head_is_get_without_the_body(client: httpx.Client) -> None:
    whole = client.get("/graph-store", params={"graph": ZORVEXIN})
    head = client.head("/graph-store", params={"graph": ZORVEXIN})

    assert (200, b"") == (head.status_code, head.content)
    for name in ("content-type", "etag", "vary"):
        assert whole.headers[name] == head.headers[name]


@pytest.mark.parametrize(
    "query_string, status, words",
    [
        ("", 400, "?graph="),
        ("format=ttl", 400, "?default"),
        (f"default&graph={ZORVEXIN}", 400, "one graph"),
        ("default=yes", 400, "no value"),
        ("default&default", 400, "2 times"),
        (f"graph={ZORVEXIN}&graph={ZORVEXIN}", 400, "2 times"),
        ("graph=%zz", 400, "percent-encoding"),
        ("graph=", 404, "<>"),
        ("graph=drugs/zorvexin.ttl", 404, ZORVEXIN),
        (f"graph={ZORVEXIN[:-1]}", 404, ZORVEXIN),
        (f"graph={quote('http://a> <script>alert(1)</script>')}", 404, "not a graph"),
        (f"graph={'x' * 50_000}", 404, "not a graph"),
        (f"graph={ZORVEXIN}&format=csv", 406, "text/turtle"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(
    client: httpx.Client, query_string: str, status: int, words: str
) -> None:
    response = client.get(f"/graph-store?{query_string}")

    assert status == response.status_code == response.json()["status"], response.text
    assert words in response.json()["detail"]
    assert "<script>" not in response.text


def test_the_nearest_graph_is_a_member_of_the_problem(client: httpx.Client) -> None:
    assert ZORVEXIN == client.get("/graph-store", params={"graph": ZORVEXIN + "x"}).json()["nearest"][0]


@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH", "DELETE"])
def test_nothing_is_written(client: httpx.Client, method: str) -> None:
    response = client.request(method, f"/graph-store?graph={ZORVEXIN}", content=b"<http://a> <http://b> <http://c> .")

    assert 405 == response.status_code
    assert {"GET", "HEAD", "OPTIONS"} == set(response.headers["allow"].split(", "))
    assert "read-only" in response.json()["detail"]
    assert 5 == len(triples(client.get("/graph-store", params={"graph": ZORVEXIN})))


def test_options_list_the_methods(client: httpx.Client) -> None:
    response = client.options("/graph-store")

    assert 204 == response.status_code
    assert {"GET", "HEAD", "OPTIONS"} == set(response.headers["allow"].split(", "))
