"""Running rules: what is new lies in the graph of its rule, and follows from what ran before."""

import pytest
from pyoxigraph import BlankNode, NamedNode, Quad

from kb.derivation import derive, run_rules
from kb.errors import DataError
from kb.rules import Rule

PREFIXES = {"doc": "https://example.org/graph/"}
FILE = NamedNode("urn:file")


def node(name: str) -> NamedNode:
    return NamedNode(f"urn:{name}")


def quad(subject: str, predicate: str, value: str, graph: NamedNode = FILE) -> Quad:
    return Quad(node(subject), node(predicate), node(value), graph)


def rule(name: str, template: str, pattern: str) -> Rule:
    return Rule(name, "", (), f"CONSTRUCT {{ {template} }} WHERE {{ {pattern} }}")


def graph_of(name: str) -> NamedNode:
    return NamedNode(f"https://example.org/graph/ontology/rules/{name}.rq")


COPY = rule("copy", "?s <urn:q> ?o", "?s <urn:p> ?o")
NEXT = rule("next", "?s <urn:r> ?o", "?s <urn:q> ?o")


def test_what_is_derived_lies_in_the_graph_of_its_rule_sorted() -> None:
    given = [quad("b", "p", "x"), quad("a", "p", "x"), quad("c", "p", "x")]

    assert {"copy": [quad(name, "q", "x", graph_of("copy")) for name in "abc"]} == derive([COPY], given, PREFIXES)


def test_what_a_file_states_or_an_earlier_rule_derives_is_not_derived_again() -> None:
    given = [quad("a", "p", "x"), quad("a", "q", "x"), quad("b", "p", "x")]
    twin = COPY._replace(name="twin")

    assert {"copy": [quad("b", "q", "x", graph_of("copy"))], "twin": []} == derive([COPY, twin], given, PREFIXES)


def test_a_rule_reads_what_ran_before_it_and_nothing_that_runs_later() -> None:
    given = [quad("a", "p", "x")]

    assert [1, 1] == [len(found) for found in derive([COPY, NEXT], given, PREFIXES).values()]
    assert [0, 1] == [len(found) for found in derive([NEXT, COPY], given, PREFIXES).values()]


def test_a_rule_runs_once() -> None:
    step = rule("step", "?a <urn:p> ?c", "?a <urn:p>/<urn:p> ?c")
    given = [quad("a", "p", "b"), quad("b", "p", "c"), quad("c", "p", "d"), quad("d", "p", "e")]

    assert [quad("a", "p", "c"), quad("b", "p", "d"), quad("c", "p", "e")] == [
        Quad(found.subject, found.predicate, found.object, FILE) for found in derive([step], given, PREFIXES)["step"]
    ]


def test_a_statement_that_no_graph_can_hold_is_left_out() -> None:
    odd = rule("odd", '?s <urn:q> ?o . "text" <urn:q> ?s . ?s ?unbound ?o', "?s <urn:p> ?o")

    assert [quad("a", "q", "x", graph_of("odd"))] == derive([odd], [quad("a", "p", "x")], PREFIXES)["odd"]


@pytest.mark.parametrize("is_subject", [True, False])
def test_a_derived_blank_node_is_refused_and_what_the_rule_derives_not_added(is_subject: bool) -> None:
    blank, named = BlankNode("b"), node("a")
    given = [quad("a", "p", "x"), Quad(blank, node("p"), named) if is_subject else Quad(named, node("p"), blank)]
    fault = r"ontology/rules/copy\.rq: derives .*_:b.*, and a derived statement has IRIs and literals only; "
    (_, first), (_, second) = run_rules([COPY, NEXT], given, PREFIXES)

    with pytest.raises(DataError, match=fault):
        derive([COPY], given, PREFIXES)
    assert isinstance(first, DataError)
    assert [] == second


def test_a_blank_node_that_is_only_read_does_no_harm() -> None:
    through = rule("through", "?s <urn:q> ?o", "?s <urn:p>/<urn:p> ?o")
    given = [Quad(node("a"), node("p"), BlankNode("b")), Quad(BlankNode("b"), node("p"), node("c"))]

    assert [quad("a", "q", "c", graph_of("through"))] == derive([through], given, PREFIXES)["through"]


def test_a_rule_whose_name_is_no_iri_is_named() -> None:
    with pytest.raises(DataError, match=r"ontology/rules/a b\.rq: cannot be the end of an IRI"):
        derive([COPY._replace(name="a b")], [], PREFIXES)
