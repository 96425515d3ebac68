"""Proofs: every statement that follows has one, the shortest first, without circles; what does not follow has none."""

import pytest

from kb import KnowledgeBase
from kb.proof_checker.owl import NAMES
from kb.reasoning.proof import Asserted, ByHornRule, BySparqlRule, Proof
from tests.conftest import TINY
from tests.reasoning.proofs import AXIOMS, RULE_FACTS, RULES, Proving, proving, proving_of, statement


@pytest.fixture(scope="module")
def axioms() -> Proving:
    return proving(AXIOMS)


@pytest.fixture(scope="module")
def ruled() -> Proving:
    return proving(RULE_FACTS, RULES)


def sizes(proofs: tuple[Proof, ...]) -> list[int]:
    return [proof.size for proof in proofs]


def test_every_derived_statement_has_valid_proofs(axioms: Proving, ruled: Proving) -> None:
    for graph in (axioms, ruled):
        checker, derived = graph.checker, graph.explainer.prover.derived()
        for each in derived:
            proofs = graph.explainer.explain(each).proofs

            assert proofs, each
            assert sizes(proofs) == sorted(sizes(proofs))
            assert len(proofs) == len({frozenset(map(str, proof.steps)) for proof in proofs})
            assert [None] * len(proofs) == [checker.fault(proof.to_json()) for proof in proofs]
        assert len(derived) > 18


def test_the_axioms_of_the_tests_use_every_rule_of_owl_that_the_checker_knows(axioms: Proving) -> None:
    steps, unproved = axioms.explainer.prover.prove_all(axioms.explainer.prover.derived())

    assert [] == unproved
    assert {step.rule.split(" ")[0] for step in steps if isinstance(step, ByHornRule)} == NAMES


def test_each_rule_of_the_tests_derives_something(ruled: Proving) -> None:
    steps, _ = ruled.explainer.prover.prove_all(ruled.explainer.prover.derived())

    assert {step.rule for step in steps if isinstance(step, BySparqlRule)} == set(RULES)


def test_the_shortest_of_several_proofs_is_first() -> None:
    graph = proving(
        "ex:under a owl:TransitiveProperty . ex:a ex:under ex:b . ex:b ex:under ex:c . ex:c ex:under ex:d . "
        "ex:b ex:in ex:d . ex:in rdfs:subPropertyOf ex:under ."
    )
    proofs = graph.explainer.explain(statement("a under d")).proofs

    assert [6, 7, 7] == sizes(proofs)
    assert statement("b in d") in {step.statement for step in proofs[0].steps}


def test_what_is_stated_and_also_follows_is_shown_as_stated_first() -> None:
    graph = proving("ex:Cat rdfs:subClassOf ex:Animal . ex:tom a ex:Cat , ex:Animal .")
    stated, inferred = graph.explainer.explain(statement("tom a Animal")).proofs

    assert (1, 3) == (stated.size, inferred.size)
    assert isinstance(stated.steps[-1], Asserted)


def test_equivalence_and_symmetry_give_no_proof_in_a_circle() -> None:
    graph = proving("ex:A owl:equivalentClass ex:B . ex:p a owl:SymmetricProperty . ex:x a ex:A ; ex:p ex:y .")

    assert [3] == sizes(graph.explainer.explain(statement("x a B")).proofs)
    assert [3] == sizes(graph.explainer.explain(statement("y p x")).proofs)
    assert [1] == sizes(graph.explainer.explain(statement("x p y")).proofs)


def test_no_more_proofs_than_asked_for() -> None:
    names = range(12)
    graph = proving(
        "ex:under a owl:TransitiveProperty . " + "".join(f"ex:n{at} ex:under ex:n{at + 1} . " for at in names)
    )
    goal = statement("n0 under n12")

    assert 25 == len(graph.explainer.explain(goal).proofs)
    assert [34] == sizes(graph.explainer.explain(goal, limit=1).proofs)


def test_what_must_be_absent_is_part_of_a_proof(ruled: Proving) -> None:
    (proof,) = ruled.explainer.explain(statement("t a Lonely")).proofs
    step = proof.steps[-1]

    assert isinstance(step, BySparqlRule)
    assert ("<https://example.org/t> <https://example.org/near> ?y FILTER ( ?y != <https://example.org/t> )",) == (
        step.absent
    )


def test_a_number_that_the_engine_writes_otherwise_is_found_in_the_file(ruled: Proving) -> None:
    decimal = "^^<http://www.w3.org/2001/XMLSchema#decimal>"
    (subject, predicate, value) = ("<https://example.org/t>", "<https://example.org/grown>", f'"15"{decimal}')
    (proof,) = ruled.explainer.explain((subject, predicate, value)).proofs

    assert (subject, "<https://example.org/factor>", f'"5.0"{decimal}') in proof.steps[-1].premises


def test_what_does_not_follow_names_what_is_wanting(axioms: Proving, ruled: Proving) -> None:
    missing = axioms.explainer.explain(statement("rex a RedCat")).missing
    lonely = ruled.explainer.explain(statement("s a Lonely")).missing
    nothing = axioms.explainer.explain(statement("rex likes tom"))

    assert missing and "(ex:Red and ex:Cat)" in missing.rule
    assert 2 == len(missing.wanting)
    assert lonely and ("FILTER ( ! BOUND ( <https://example.org/t> ) )",) == lonely.wanting
    assert ((), None) == (nothing.proofs, nothing.missing)


def test_the_rule_that_lacks_least_is_nearest() -> None:
    rules = {
        "far": "CONSTRUCT { ?x ex:r ?y } WHERE { ?x ex:a ?y ; ex:b ?y ; ex:c ?y }",
        "near": "CONSTRUCT { ?x ex:r ?y } WHERE { ?x ex:a ?y . ?y ex:d ?z . ?z ex:e ?x }",
    }
    missing = proving("ex:x ex:a ex:y . ex:y ex:d ex:z .", rules).explainer.explain(statement("x r y")).missing

    assert missing and ("near", 2) == (missing.rule, len(missing.present))
    assert ("<https://example.org/z> <https://example.org/e> <https://example.org/x>",) == missing.wanting


def test_a_proof_gives_the_file_and_line_of_what_is_stated() -> None:
    with KnowledgeBase.open(str(TINY)) as kb:
        proof = kb.explain("zorvexin", "bearsOn", "crampitis").proofs[0]
        places = {step.place for step in proof.steps if isinstance(step, Asserted)}

        assert "graph_data/sources/leaflet.ttl:41" in places
        assert proving_of(kb).checker.fault(proof.to_json()) is None


@pytest.mark.whole_graph
def test_every_derived_statement_of_the_shipped_graph_is_proved_and_checked(shipped: KnowledgeBase) -> None:
    graph = proving_of(shipped)
    derived = graph.explainer.prover.derived()
    steps, unproved = graph.explainer.prover.prove_all(derived)
    document = Proof(tuple(steps)).to_json()["steps"]

    assert len(derived) > 5000
    assert [] == unproved
    assert {*derived} <= {step.statement for step in steps}
    assert isinstance(document, list) and graph.checker.fault_of_steps(document) is None
