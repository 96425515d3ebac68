"""What follows: by axioms and by rules, until nothing is new, each in a graph of its own."""

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from kb.derivation import INFERRED, derive, derive_what_can
from kb.errors import DataError
from kb.rules import Rule

PREFIXES = {"doc": "https://example.org/graph/"}
FILE = NamedNode("urn:file")
OWL = "http://www.w3.org/2002/07/owl#"
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def node(name: str) -> NamedNode:
    return NamedNode(f"urn:{name}")


def quad(subject: str, predicate: str, value: str, graph: NamedNode = FILE) -> Quad:
    return Quad(node(subject), node(predicate), node(value), graph)


def typed(subject: str, value: NamedNode) -> Quad:
    return Quad(node(subject), RDF_TYPE, value, FILE)


def rule(name: str, template: str, pattern: str) -> Rule:
    return Rule(name, "", (), f"CONSTRUCT {{ {template} }} WHERE {{ {pattern} }}")


def graph_of(name: str) -> NamedNode:
    return NamedNode(f"https://example.org/graph/ontology/rules/{name}.rq")


def by_rules(rules: list[Rule], given: list[Quad]) -> dict[str, list[Quad]]:
    """Return what the rules give where the ontology has no axiom."""
    derived = derive(rules, given, PREFIXES)

    assert [] == derived.pop(INFERRED)
    return derived


COPY = rule("copy", "?s <urn:q> ?o", "?s <urn:p> ?o")
NEXT = rule("next", "?s <urn:r> ?o", "?s <urn:q> ?o")
SYMMETRIC = [typed("r", NamedNode(OWL + name)) for name in ("ObjectProperty", "SymmetricProperty")]


def test_what_is_derived_lies_in_the_graph_of_its_rule_sorted() -> None:
    given = [quad("b", "p", "x"), quad("a", "p", "x"), quad("c", "p", "x")]

    assert {"copy": [quad(name, "q", "x", graph_of("copy")) for name in "abc"]} == by_rules([COPY], given)


def test_what_a_file_states_or_an_earlier_rule_derives_is_not_derived_again() -> None:
    given = [quad("a", "p", "x"), quad("a", "q", "x"), quad("b", "p", "x")]
    twin = COPY._replace(name="twin")

    assert {"copy": [quad("b", "q", "x", graph_of("copy"))], "twin": []} == by_rules([COPY, twin], given)


def test_a_rule_reads_what_runs_before_it_and_what_runs_later() -> None:
    given = [quad("a", "p", "x")]

    assert [1, 1] == [len(found) for found in by_rules([COPY, NEXT], given).values()]
    assert [1, 1] == [len(found) for found in by_rules([NEXT, COPY], given).values()]


def test_a_rule_that_reads_itself_runs_until_nothing_is_new() -> None:
    step = rule("step", "?a <urn:p> ?c", "?a <urn:p>/<urn:p> ?c")
    given = [quad("a", "p", "b"), quad("b", "p", "c"), quad("c", "p", "d"), quad("d", "p", "e")]

    assert ["ac", "ad", "ae", "bd", "be", "ce"] == [
        found.subject.value[-1] + found.object.value[-1] for found in by_rules([step], given)["step"]
    ]


def test_rules_that_feed_each_other_for_ever_are_named() -> None:
    count = rule("count", "?s <urn:n> ?next", "?s <urn:n> ?n BIND (?n + 1 AS ?next)")
    given = [Quad(node("a"), node("n"), Literal(1), FILE)]

    with pytest.raises(DataError, match=r"count\.rq: after 10 rounds something new still follows, by count; "):
        derive([count], given, PREFIXES)


def test_a_rule_that_takes_for_absent_what_is_derived_later_is_refused() -> None:
    free = rule("free", "?s <urn:free> ?o", "?s <urn:p> ?o OPTIONAL { ?s <urn:q> ?bound } FILTER(!BOUND(?bound))")
    given = [quad("a", "p", "x")]

    with pytest.raises(DataError, match=r"free\.rq: derives <urn:a> <urn:free> <urn:x>, which takes for absent"):
        derive([free, COPY], given, PREFIXES)
    assert [1, 0] == [len(found) for found in by_rules([COPY, free], given).values()]


def test_axioms_read_what_rules_derive_and_rules_what_axioms_infer() -> None:
    back = rule("back", "?s <urn:back> ?o", "<urn:x> <urn:r> ?o . ?s <urn:p> ?o2")
    derived = derive([COPY, NEXT, back], [*SYMMETRIC, quad("a", "p", "x")], PREFIXES)

    assert [quad("x", "r", "a", NamedNode("https://example.org/graph/inferred/owl-rl"))] == derived[INFERRED]
    assert [quad("a", "r", "x", graph_of("next"))] == derived["next"]
    assert [quad("a", "back", "a", graph_of("back"))] == derived["back"]


def test_what_is_said_of_a_node_without_a_name_entails_nothing() -> None:
    given = [*SYMMETRIC, Quad(BlankNode("b"), node("r"), node("a"), FILE)]

    assert {INFERRED: []} == derive([], given, PREFIXES)


def test_an_axiom_that_is_not_compiled_is_refused_and_the_rules_still_run() -> None:
    given = [typed("p", NamedNode(OWL + name)) for name in ("ObjectProperty", "FunctionalProperty")]
    found = derive_what_can([COPY], [*given, quad("a", "p", "x")], PREFIXES)

    assert [1, 1] == [len(found.faults), len(found.quads["copy"])]
    with pytest.raises(DataError, match="FunctionalProperty"):
        derive([COPY], given, PREFIXES)


def test_a_statement_that_no_graph_can_hold_is_left_out() -> None:
    odd = rule("odd", '?s <urn:q> ?o . "text" <urn:q> ?s . ?s ?unbound ?o', "?s <urn:p> ?o")

    assert [quad("a", "q", "x", graph_of("odd"))] == by_rules([odd], [quad("a", "p", "x")])["odd"]


@pytest.mark.parametrize("is_subject", [True, False])
def test_a_derived_blank_node_is_refused_and_what_the_rule_derives_not_added(is_subject: bool) -> None:
    blank, named = BlankNode("b"), node("a")
    given = [quad("a", "p", "x"), Quad(blank, node("p"), named) if is_subject else Quad(named, node("p"), blank)]
    fault = r"ontology/rules/copy\.rq: derives .*_:b.*, and a derived statement has IRIs and literals only; "
    found = derive_what_can([COPY, NEXT], given, PREFIXES)

    with pytest.raises(DataError, match=fault):
        derive([COPY], given, PREFIXES)
    assert [DataError] == list(map(type, found.faults))
    assert {INFERRED: [], "copy": [], "next": []} == found.quads


def test_a_blank_node_that_is_only_read_does_no_harm() -> None:
    through = rule("through", "?s <urn:q> ?o", "?s <urn:p>/<urn:p> ?o")
    given = [Quad(node("a"), node("p"), BlankNode("b")), Quad(BlankNode("b"), node("p"), node("c"))]

    assert [quad("a", "q", "c", graph_of("through"))] == by_rules([through], given)["through"]


def test_a_rule_whose_name_is_no_iri_is_named() -> None:
    with pytest.raises(DataError, match=r"ontology/rules/a b\.rq: cannot be the end of an IRI"):
        derive([COPY._replace(name="a b")], [], PREFIXES)
