"""A contradiction comes with the fewest asserted statements behind it."""

import pytest

from kb.reasoning import compile_axioms, compile_denials
from kb.reasoning.inconsistency import Contradiction, contradictions
from tests.reasoning.turtle import EX, facts_of

ONTOLOGY = """
ex:Affirmed rdfs:subClassOf ex:Claim . ex:Affirmed owl:disjointWith ex:Negated .
ex:Strong rdfs:subClassOf ex:Affirmed . ex:denies rdfs:domain ex:Negated ; rdfs:range ex:Claim .
ex:before a owl:TransitiveProperty, owl:AsymmetricProperty . ex:justBefore rdfs:subPropertyOf ex:before .
"""


def _found(data: str, limit: int = 100) -> list[Contradiction]:
    facts = facts_of(ONTOLOGY + data)
    return contradictions(compile_denials(facts, {"ex": EX}), compile_axioms(facts, {"ex": EX}), facts, limit)


def test_a_sound_graph_has_none() -> None:
    assert [] == _found("ex:a a ex:Strong . ex:b ex:denies ex:a . ex:a ex:justBefore ex:b .")


def test_only_what_is_needed_is_behind_it() -> None:
    (found,) = _found("ex:a a ex:Strong ; ex:denies ex:b, ex:c ; ex:note 'x' . ex:d a ex:Strong .")

    assert set(facts_of("ex:a a ex:Affirmed, ex:Negated .")) == set(found.statements)
    assert len(found.behind) == 2
    assert set(facts_of("ex:a a ex:Strong .")) < set(found.behind)
    wanted = "ex:Strong rdfs:subClassOf ex:Affirmed . ex:denies rdfs:domain ex:Negated ."
    assert set(facts_of(wanted + "ex:Affirmed owl:disjointWith ex:Negated .")) == set(found.axioms)


@pytest.mark.parametrize("data", ["ex:a ex:justBefore ex:b . ex:b ex:before ex:c, ex:d . ex:c ex:justBefore ex:a ."])
def test_without_any_one_statement_behind_it_there_is_no_contradiction(data: str) -> None:
    facts = facts_of(ONTOLOGY + data)
    found = _found(data)

    assert found
    for each in found:
        kept = set(each.behind) | set(each.axioms)
        for left_out in kept:
            rest = kept - {left_out}
            names = {again.statements for again in contradictions(compile_denials(rest), compile_axioms(rest), rest)}

            assert each.statements not in names
        assert kept <= set(facts)


def test_each_pair_is_reported_once_in_the_same_order_and_no_more_than_asked_for() -> None:
    data = "ex:a ex:before ex:b . ex:b ex:before ex:a . ex:x a ex:Strong, ex:Negated . ex:y a ex:Affirmed, ex:Negated ."
    names = [(each.denial.name, str(each.statements[0][0])) for each in _found(data)]

    assert names == sorted(names)
    assert 5 == len(names)
    assert 2 == len(_found(data, limit=2))
