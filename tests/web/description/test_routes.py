"""The documents at `/.well-known/`, and the service description, as a client gets them from a running server."""

import pytest
from pyoxigraph import NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse

from tests.web.running import RunningServer

VOID, EXAMPLES = "/.well-known/void", "/.well-known/sparql-examples"
TYPES = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/rdf+xml": RdfFormat.RDF_XML,
}
PREFIXES = {
    "void": "http://rdfs.org/ns/void#",
    "sh": "http://www.w3.org/ns/shacl#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "schema": "https://schema.org/",
}


def _values(store: Store, query: str) -> set[str]:
    found = store.query(query, prefixes=PREFIXES)
    assert isinstance(found, QuerySolutions)
    return {str(getattr(row[0], "value", "")) for row in found}


def _document(server: RunningServer, path: str) -> Store:
    response = server.client.get(path)
    assert 200 == response.status_code, response.text
    store = Store()
    store.extend(parse(response.content, format=RdfFormat.TURTLE))
    return store


@pytest.mark.parametrize("path", [VOID, EXAMPLES, "/sparql"])
def test_every_format_holds_the_same(tiny_server: RunningServer, path: str) -> None:
    found = set()
    for media_type, syntax in TYPES.items():
        response = tiny_server.client.get(path, headers={"Accept": media_type})
        assert 200 == response.status_code, response.text
        assert media_type == response.headers["content-type"].partition(";")[0]
        assert "Accept" in response.headers["vary"]
        found.add(frozenset(quad.triple for quad in parse(response.content, format=syntax)))

    assert 1 == len(found)
    assert 10 < len(found.pop())


@pytest.mark.parametrize("path", [VOID, EXAMPLES, "/sparql"])
def test_a_client_that_has_it_gets_304(tiny_server: RunningServer, path: str) -> None:
    first = tiny_server.client.get(path)
    again = tiny_server.client.get(path, headers={"If-None-Match": first.headers["etag"]})
    other = tiny_server.client.get(f"{path}?format=nt", headers={"If-None-Match": first.headers["etag"]})

    assert (304, b"") == (again.status_code, again.content)
    assert first.headers["etag"] == again.headers["etag"]
    assert 200 == other.status_code


@pytest.mark.parametrize("path", [VOID, EXAMPLES])
def test_other_formats_and_methods_are_refused(tiny_server: RunningServer, path: str) -> None:
    client = tiny_server.client

    assert 406 == client.get(path, headers={"Accept": "image/png"}).status_code
    assert 406 == client.get(f"{path}?format=csv").status_code
    assert 405 == client.post(path).status_code
    assert (200, b"") == (client.head(path).status_code, client.head(path).content)


def test_urls_are_those_under_which_the_client_came(tiny_server: RunningServer) -> None:
    url = tiny_server.url.rstrip("/")
    void, examples = _document(tiny_server, VOID), _document(tiny_server, EXAMPLES)

    assert {f"{url}/sparql"} == _values(void, "SELECT ?url { ?dataset void:sparqlEndpoint ?url }")
    assert {f"{url}/sparql"} == _values(examples, "SELECT ?url { ?example schema:target ?url }")


def test_every_download_that_is_named_is_there(tiny_server: RunningServer) -> None:
    dumps = _values(_document(tiny_server, VOID), "SELECT ?url { ?release void:dataDump ?url }")

    assert 6 == len(dumps)
    assert {200} == {tiny_server.client.get(url).status_code for url in dumps}


@pytest.mark.parametrize("graph", ["tiny_server", pytest.param("server", marks=pytest.mark.whole_graph)])
def test_what_the_document_says_is_what_the_endpoint_counts(graph: str, request: pytest.FixtureRequest) -> None:
    running: RunningServer = request.getfixturevalue(graph)
    said = _values(_document(running, VOID), "SELECT ?n { ?set void:sparqlEndpoint ?endpoint ; void:triples ?n }")
    counted = running.client.get("/sparql", params={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "format": "json"})

    assert {row["n"]["value"] for row in counted.json()["results"]["bindings"]} == said


def test_examples_run_at_the_endpoint_that_they_name(tiny_server: RunningServer) -> None:
    examples = _values(_document(tiny_server, EXAMPLES), "SELECT ?text { ?example sh:select ?text }")

    assert examples
    for text in examples:
        assert 200 == tiny_server.client.post("/sparql", data={"query": text}).status_code, text


def test_an_editor_asks_the_endpoint_and_finds_prefixes_classes_and_examples(tiny_server: RunningServer) -> None:
    questions = (
        "PREFIX sh: <http://www.w3.org/ns/shacl#> "
        "SELECT DISTINCT ?prefix ?namespace WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix} ORDER BY ?prefix",
        "PREFIX void: <http://rdfs.org/ns/void#> SELECT DISTINCT ?class ?property ?other { ?part void:class ?class ; "
        "void:propertyPartition ?pp . ?pp void:property ?property ; void:classPartition [ void:class ?other ] }",
        "PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        "SELECT DISTINCT ?sq ?comment ?query WHERE { ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; "
        "sh:select|sh:ask|sh:construct|sh:describe ?query . } ORDER BY ?sq",
    )
    for question in questions:
        response = tiny_server.client.get(
            "/sparql", params={"ac": "1", "query": question}, headers={"Accept": "application/sparql-results+json"}
        )

        assert 200 == response.status_code, response.text
        assert response.json()["results"]["bindings"]


def test_a_description_graph_is_a_named_graph_like_any_other(tiny_server: RunningServer) -> None:
    response = tiny_server.client.get(
        "/graph-store", params={"graph": "https://example.org/tiny/graph/description/void", "format": "nt"}
    )
    quads: list[Quad] = list(parse(response.content, format=RdfFormat.N_TRIPLES))
    dataset = NamedNode("https://example.org/tiny/graph/description/void#dataset")

    assert dataset in {quad.subject for quad in quads}
