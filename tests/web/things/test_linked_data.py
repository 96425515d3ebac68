"""Linked data: IRIs of things, the ontology and graphs lead where a client wants, and the data are whole."""

from urllib.parse import quote

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from kb import KnowledgeBase
from kb.terms import RDFS_LABEL
from tests.web.running import RunningServer

TINY_ID = "https://example.org/tiny/id/"
BK = "https://w3id.org/baclofen-kg/id/"
FORMATS = {
    "ttl": ("text/turtle; charset=utf-8", RdfFormat.TURTLE),
    "nt": ("application/n-triples", RdfFormat.N_TRIPLES),
    "jsonld": ("application/ld+json", RdfFormat.JSON_LD),
    "rdf": ("application/rdf+xml", RdfFormat.RDF_XML),
    "rdfxml": ("application/rdf+xml", RdfFormat.RDF_XML),
}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


def _triples(content: bytes, ending: str) -> set[Triple]:
    return {quad.triple for quad in parse(content, FORMATS[ending][1])}


@pytest.mark.parametrize(
    ("accept", "leads_to"),
    [
        (BROWSER, "page"),
        ("*/*", "page"),
        ("", "page"),
        ("text/html", "page"),
        ("text/turtle", "ttl"),
        ("application/x-turtle", "ttl"),
        ("application/n-triples", "nt"),
        ("application/ld+json", "jsonld"),
        ("application/json", "jsonld"),
        ("application/rdf+xml", "rdf"),
        ("text/html;q=0.3, text/turtle;q=0.5, application/ld+json;q=0.9", "jsonld"),
        ("text/turtle;q=0.5, text/html", "page"),
        ("text/html;q=0, */*", "ttl"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_thing_and_the_ontology_lead_to_what_a_client_wants(
    tiny_server: RunningServer, method: str, accept: str, leads_to: str
) -> None:
    for path, page, data in (
        ("/id/zorvexin", "/page/zorvexin", "/data/zorvexin"),
        ("/ontology", "/ontology.html", "/ontology"),
    ):
        response = tiny_server.client.request(method, path, headers={"Accept": accept})

        assert 303 == response.status_code
        assert (page if leads_to == "page" else f"{data}.{leads_to}") == response.headers["location"]
        assert "Accept" in response.headers["vary"]
        assert f'<{page}>; rel="alternate"; type="text/html"' in response.headers["link"]
        for ending in ("ttl", "nt", "jsonld", "rdf"):
            kind = FORMATS[ending][0].partition(";")[0]
            assert f'<{data}.{ending}>; rel="alternate"; type="{kind}"' in response.headers["link"]


def test_a_format_can_be_named_in_the_address(tiny_server: RunningServer) -> None:
    response = tiny_server.client.get("/id/zorvexin?format=turtle", headers={"Accept": "text/html"})

    assert "/data/zorvexin.ttl" == response.headers["location"]


def test_a_type_that_there_is_not_is_refused_with_those_there_are(tiny_server: RunningServer) -> None:
    for path in ("/id/zorvexin", "/ontology"):
        response = tiny_server.client.get(path, headers={"Accept": "image/png"})

        assert 406 == response.status_code
        assert ["html", "ttl", "nt", "jsonld", "rdfxml"] == [each["name"] for each in response.json()["available"]]


@pytest.mark.parametrize("path", ["/id/{}", "/page/{}", "/data/{}.ttl"])
def test_an_unknown_thing_is_a_404_with_the_nearest_names(tiny_server: RunningServer, path: str) -> None:
    path = path.format("zorvexine")
    problem = tiny_server.client.get(path, headers={"Accept": "application/problem+json"})
    page = tiny_server.client.get(path, headers={"Accept": "text/html"})

    assert 404 == problem.status_code == page.status_code
    assert ["zorvexin"] == problem.json()["nearest"]
    assert "application/problem+json" == problem.headers["content-type"]
    assert "text/html; charset=utf-8" == page.headers["content-type"]
    assert '<a href="/page?name=zorvexin">' in page.text
    assert "Accept" in problem.headers["vary"]
    assert "Accept" in page.headers["vary"]


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        '"onload="x',
        "zorvexin\r\nX-Evil: 1",
        "../../etc/passwd",
        "zorvexin> ?p ?o } #",
        "\u202egnp",
        "\x00",
        "a" * 3000,
        "%",
        "zorvexin ",
    ],
)
def test_a_hostile_name_is_unknown_and_changes_nothing(tiny_server: RunningServer, name: str) -> None:
    for path in ("/id/{}", "/page/{}", "/data/{}.ttl", "/graph/{}"):
        for accept in ("text/html", "application/json"):
            response = tiny_server.client.get(path.format(quote(name, safe="")), headers={"Accept": accept})

            assert 404 == response.status_code
            assert "x-evil" not in response.headers
            assert "<script>alert" not in response.text


@pytest.mark.parametrize("ending", FORMATS)
def test_the_data_of_a_thing_are_whole_in_every_format(tiny_server: RunningServer, ending: str) -> None:
    response = tiny_server.client.get(f"/data/zorvexin.{ending}", headers={"Accept": BROWSER})
    thing = NamedNode(TINY_ID + "zorvexin")
    found = _triples(response.content, ending)
    everything = tiny_server.client.get("/graph-store?default", headers={"Accept": "application/n-triples"})
    of_it = {each for each in _triples(everything.content, "nt") if thing in (each.subject, each.object)}
    labels = {triple.subject for triple in found if triple.predicate == RDFS_LABEL}

    assert 200 == response.status_code
    assert FORMATS[ending][0] == response.headers["content-type"]
    assert '</page/zorvexin>; rel="alternate"; type="text/html"' in response.headers["link"]
    assert of_it <= found
    assert all(triple.predicate == RDFS_LABEL for triple in found - of_it)
    assert {NamedNode(TINY_ID + "statement-giggles"), NamedNode("https://example.org/tiny/ontology#ofRemedy")} <= labels


def test_the_data_do_not_follow_the_accept_header_but_their_ending(tiny_server: RunningServer) -> None:
    for accept in ("image/png", "application/ld+json", "text/html"):
        response = tiny_server.client.get("/data/zorvexin.nt?format=ttl", headers={"Accept": accept})

        assert "application/n-triples" == response.headers["content-type"].partition(";")[0]


def test_data_are_not_sent_twice(tiny_server: RunningServer) -> None:
    first = tiny_server.client.get("/data/zorvexin.ttl")
    again = tiny_server.client.get("/data/zorvexin.ttl", headers={"If-None-Match": first.headers["etag"]})
    head = tiny_server.client.head("/data/zorvexin.ttl")

    assert 304 == again.status_code
    assert (200, b"") == (head.status_code, head.content)


def test_an_unknown_ending_is_a_404_that_lists_those_there_are(tiny_server: RunningServer) -> None:
    for path in ("/data/zorvexin.pdf", "/ontology.pdf"):
        response = tiny_server.client.get(path)

        assert 404 == response.status_code
        assert ".ttl, .nt, .jsonld, .rdf" in response.json()["detail"]


@pytest.mark.parametrize("ending", FORMATS)
def test_the_data_of_the_ontology_are_its_modules_merged(tiny_server: RunningServer, ending: str) -> None:
    found = _triples(tiny_server.client.get(f"/ontology.{ending}").content, ending)
    modules = set()
    for name in ("borrowed", "medicine", "statement"):
        graph = f"https://example.org/tiny/graph/ontology/modules/{name}.ttl"
        response = tiny_server.client.get("/graph-store", params={"graph": graph, "format": "nt"})
        modules |= _triples(response.content, "nt")

    assert modules == found


def test_the_page_of_the_ontology_has_each_term_where_its_iri_leads(
    server: RunningServer, shipped: KnowledgeBase
) -> None:
    page = server.client.get("/ontology.html")
    own = "https://w3id.org/baclofen-kg/ontology#"
    terms = [
        iri
        for iri, classes in shipped.compiled.names.types.items()
        if iri.startswith(own) and any("/owl#" in each for each in classes)
    ]

    assert 200 == page.status_code
    assert 100 < len(terms)
    assert [] == [iri for iri in terms if f'id="{iri[len(own) :]}"' not in page.text]


def test_a_graph_leads_to_its_content(tiny_server: RunningServer) -> None:
    response = tiny_server.client.get("/graph/graph_data/drugs/zorvexin.ttl")
    content = tiny_server.client.get(response.headers["location"], headers={"Accept": "application/n-triples"})

    assert 303 == response.status_code
    assert 200 == content.status_code
    assert 5 == len(_triples(content.content, "nt"))
    assert 404 == tiny_server.client.get("/graph/graph_data/drugs/none.ttl").status_code


def test_a_thing_with_many_claims_has_all_of_them_in_its_data(server: RunningServer, shipped: KnowledgeBase) -> None:
    response = server.client.get("/data/baclofen.nt")
    thing = NamedNode(BK + "baclofen")
    found = _triples(response.content, "nt")
    rows = shipped.sparql("SELECT ?s ?p ?o WHERE { { ?s ?p bk:baclofen } UNION { bk:baclofen ?p ?o } }")

    assert len(rows) == sum(thing in (triple.subject, triple.object) for triple in found)
    assert response.elapsed.total_seconds() < 2
