"""The neighbourhood of a thing as JSON: bounded, each tie with its claims, and what they do told."""

from pyoxigraph import NamedNode

from kb import KnowledgeBase
from kb.results import Rows
from kb.terms import Term
from kb.web.pages.links import Link, Links
from kb.web.things.neighbourhood import MOST_NODES, neighbourhood_of
from tests.web.running import RunningServer

THING = "https://w3id.org/baclofen-kg/id/"


class _PlainLinks(Links):
    """Links that call everything by its IRI."""

    def __init__(self) -> None:
        self.root = ""

    def of(self, iri: str) -> Link:
        return Link(iri, iri.rpartition("/")[2], iri, f"/page/{iri.rpartition('/')[2]}", False)


def test_ties_are_told_with_what_their_claims_do(server: RunningServer) -> None:
    response = server.client.get("/page/gaba-b-receptor/neighbourhood.json")
    graph = response.json()
    labels = {node["id"]: node["label"] for node in graph["nodes"]}
    ties = {(labels[edge["from"]], edge["label"], labels[edge["to"]], edge["said"]): edge for edge in graph["edges"]}

    assert "application/json" == response.headers["content-type"]
    assert f"{THING}gaba-b-receptor" == graph["entity"] == graph["nodes"][0]["id"]
    assert ("bicuculline", "acts on", "GABA-B receptor", "denied") in ties
    assert [] == ties["GABA-B receptor", "subtype of", "GABA receptor (type not stated)", "stated"]["claims"]
    assert "raises" == ties["baclofen", "is agonist of", "GABA-B receptor", "affirmed"]["sign"]
    assert all(edge["claims"] or edge["said"] == "stated" for edge in graph["edges"])
    assert {"nodes": 0, "edges": 0} == graph["left_out"]
    assert 200 == server.client.get(graph["question"]).status_code


def test_a_hedged_tie_is_apart_from_one_that_is_asserted(server: RunningServer) -> None:
    edges = server.client.get("/page/gaba-b-receptor/neighbourhood.json").json()["edges"]
    agonist = [edge for edge in edges if edge["from"] == f"{THING}baclofen"]

    assert [False, True] == sorted(edge["hedged"] for edge in agonist)
    assert [["may"]] == [edge["hedges"] for edge in agonist if edge["hedged"]]


def test_a_large_neighbourhood_is_bounded_and_says_so(server: RunningServer) -> None:
    graph = server.client.get("/page/baclofen/neighbourhood.json").json()

    assert MOST_NODES == len(graph["nodes"])
    assert 100 < graph["left_out"]["nodes"]
    assert any(edge["disputed"] for edge in graph["edges"])
    assert {edge[end] for edge in graph["edges"] for end in ("from", "to")} <= {node["id"] for node in graph["nodes"]}


def test_what_has_no_neighbourhood_says_so(server: RunningServer) -> None:
    assert "/data/claim-c007.ttl" in server.client.get("/page/claim-c007/neighbourhood.json").json()["detail"]
    assert 404 == server.client.get("/page/nobody/neighbourhood.json").status_code


def test_every_thing_is_counted_as_shown_or_left_out(shipped: KnowledgeBase) -> None:
    query = shipped.queries["entity/neighbourhood"]
    columns = [column.name for column in query.columns]
    cells: dict[str, Term] = {"from": NamedNode("urn:t/middle"), "relation": NamedNode("urn:t/by")}
    rows = [{**cells, "to": NamedNode(f"urn:t/{at}"), "claim": NamedNode(f"urn:t/claim-{at}")} for at in range(100)]
    answer = Rows(columns, [tuple(row.get(column) for column in columns) for row in rows])
    graph = neighbourhood_of("urn:t/middle", query, answer, _PlainLinks(), lambda iri: [])

    assert 100 + 1 == len(graph["nodes"]) + graph["left_out"]["nodes"]
    assert 100 == len(graph["edges"]) + graph["left_out"]["edges"]
