"""The fast engine: the same closure as the reference, whatever the ontology."""

import os
import random
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode

from kb.errors import UnknownNameError
from kb.reasoning import Closure, Fact, HornRule, Pattern, Variable, compile_axioms
from kb.reasoning.engines import close
from kb.reasoning.regularity import irregular_chain
from kb.reasoning.vocabulary import OWL, RDF
from kb.terms import RDF_TYPE, Term
from tests.reasoning.turtle import EX, facts_of

EXAMPLES = int(os.environ.get("KB_EXAMPLES", "30"))  # owlrl needs a fifth of a second for each
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
CLASSES = [NamedNode(EX + name) for name in "ABCDE"]
PROPERTIES = [NamedNode(EX + name) for name in "pqrst"]
DATA_PROPERTIES = [NamedNode(EX + name) for name in "de"]
"""Those with literals as values; OWL 2 keeps them apart from the others, and says less of them."""
THINGS = [NamedNode(EX + name) for name in ("a", "b", "c", "d")] + [BlankNode("thing")]
LITERALS = [Literal("v"), Literal("1", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer"))]

_class, _property, _thing = st.sampled_from(CLASSES), st.sampled_from(PROPERTIES), st.sampled_from(THINGS)
_data_property, _literal = st.sampled_from(DATA_PROPERTIES), st.sampled_from(LITERALS)
_named = st.tuples(st.just("class"), _class)
_has_value = st.one_of(
    st.tuples(st.just("value"), _property, st.sampled_from(THINGS[:-1])),
    st.tuples(st.just("value"), _data_property, _literal),
)


def _several(inner: st.SearchStrategy[object]) -> st.SearchStrategy[list[object]]:
    return st.lists(inner, min_size=2, max_size=3)


_higher = st.recursive(
    st.one_of(_named, _has_value), lambda inner: st.tuples(st.just("and"), _several(inner)), max_leaves=3
)
_lower = st.recursive(
    st.one_of(_named, _has_value, st.tuples(st.just("some"), _property | _data_property, st.just(None))),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["and", "or"]), _several(inner)), st.tuples(st.just("some"), _property, inner)
    ),
    max_leaves=4,
)
_axiom = st.one_of(
    st.tuples(st.sampled_from(["subClassOf", "equivalentClass"]), _named, _named),
    st.tuples(st.just("subClassOf"), _named, _higher),
    st.tuples(st.just("subClassOf"), _lower, _named),
    st.tuples(st.just("equivalentClass"), _named, _higher),
    st.tuples(st.just("equivalentClass"), _higher, _named),
    st.tuples(st.just("intersectionOf"), _class, st.lists(_class, min_size=2, max_size=3)),
    st.tuples(st.sampled_from(["subPropertyOf", "equivalentProperty", "inverseOf"]), _property, _property),
    st.tuples(st.sampled_from(["subPropertyOf", "equivalentProperty"]), _data_property, _data_property),
    st.tuples(st.sampled_from(["domain", "range"]), _property, _class),
    st.tuples(st.just("domain"), _data_property, _class),
    st.tuples(st.sampled_from(["TransitiveProperty", "SymmetricProperty"]), _property),
    st.tuples(st.just("propertyChainAxiom"), _property, st.lists(_property, min_size=2, max_size=3)),
)
_fact = st.one_of(
    st.tuples(_thing, st.just(RDF_TYPE), _class),
    st.tuples(_thing, _property, _thing),
    st.tuples(_thing, _data_property, _literal),
)


class _Writer:
    """Writes axioms as statements."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self._nodes = 0

    def add(self, subject: Term, name: str, value: Term) -> None:
        space = RDFS if name in ("subClassOf", "subPropertyOf", "domain", "range") else OWL
        space = RDF if name in ("first", "rest") else space
        self.facts.append((subject, NamedNode(space + name), value))

    def node(self) -> BlankNode:
        self._nodes += 1
        return BlankNode(f"node{self._nodes}")

    def listed(self, members: list[Term]) -> Term:
        nodes: list[Term] = [*(self.node() for _ in members), NamedNode(RDF + "nil")]
        for (node, rest), member in zip(pairwise(nodes), members, strict=True):
            self.add(node, "first", member)
            self.add(node, "rest", rest)
        return nodes[0]

    def expression(self, form: str, *parts: object) -> Term:
        if form == "class":
            return parts[0]
        node = self.node()
        if form in ("and", "or"):
            members = [self.expression(*part) for part in parts[0]]
            self.add(node, "intersectionOf" if form == "and" else "unionOf", self.listed(members))
        else:
            self.add(node, "onProperty", parts[0])
            if form == "value":
                self.add(node, "hasValue", parts[1])
            else:
                filler = self.expression(*parts[1]) if parts[1] else NamedNode(OWL + "Thing")
                self.add(node, "someValuesFrom", filler)
        return node

    def axiom(self, kind: str, *parts: object) -> None:
        if kind in ("subClassOf", "equivalentClass"):
            self.add(self.expression(*parts[0]), kind, self.expression(*parts[1]))
        elif kind in ("intersectionOf", "propertyChainAxiom"):
            self.add(parts[0], kind, self.listed(parts[1]))
        elif kind.endswith("Property") and len(parts) == 1:
            self.facts.append((parts[0], RDF_TYPE, NamedNode(OWL + kind)))
        else:
            self.add(parts[0], kind, parts[1])


def _is_regular(axioms: list[tuple[object, ...]]) -> bool:
    chains = [(parts[2], parts[1]) for parts in axioms if parts[0] == "propertyChainAxiom"]
    two_way = [parts for parts in axioms if parts[0] in ("equivalentProperty", "inverseOf")]
    hierarchy = [(parts[1], parts[2]) for parts in axioms if parts[0] == "subPropertyOf"]
    hierarchy += [(parts[1], parts[2]) for parts in two_way] + [(parts[2], parts[1]) for parts in two_way]
    return irregular_chain(chains, hierarchy) is None


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.lists(_axiom, max_size=7).filter(_is_regular), st.lists(_fact, max_size=12))
def test_both_engines_give_the_same_closure(axioms: list[tuple[object, ...]], data: list[Fact]) -> None:
    writer = _Writer()
    for name in CLASSES:
        writer.facts.append((name, RDF_TYPE, NamedNode(OWL + "Class")))
    for name in PROPERTIES:
        writer.facts.append((name, RDF_TYPE, NamedNode(OWL + "ObjectProperty")))
    for name in DATA_PROPERTIES:
        writer.facts.append((name, RDF_TYPE, NamedNode(OWL + "DatatypeProperty")))
    for axiom in axioms:
        writer.axiom(*axiom)
    facts = [*writer.facts, *data]

    assert close(facts, "owlrl") == close(facts)


@settings(max_examples=60, deadline=None)
@given(st.lists(_axiom, max_size=7).filter(_is_regular), st.lists(_fact, max_size=12), st.randoms())
def test_the_order_of_facts_changes_nothing(
    axioms: list[tuple[object, ...]], data: list[Fact], randomness: random.Random
) -> None:
    writer = _Writer()
    for axiom in axioms:
        writer.axiom(*axiom)
    facts = [*writer.facts, *data]
    first = list(Closure(compile_axioms(facts), facts).statements())
    randomness.shuffle(facts)
    second = list(Closure(compile_axioms(facts), facts).statements())

    assert sorted(map(str, first)) == sorted(map(str, second))
    assert len({fact for _, fact in first} | set(facts)) == len(first) + len(set(facts))


def test_a_recursive_chain_comes_to_its_end() -> None:
    facts = facts_of("ex:p owl:propertyChainAxiom ( ex:p ex:part ) . ex:part a owl:TransitiveProperty .")
    nodes = [NamedNode(f"{EX}n{number}") for number in range(100)]
    facts += [(one, NamedNode(EX + "part"), other) for one, other in pairwise(nodes)]
    facts.append((NamedNode(EX + "x"), NamedNode(EX + "p"), nodes[0]))
    rules = compile_axioms(facts, {"ex": EX})
    found = list(Closure(rules, facts).statements())

    assert ["prp-spo2 ex:p/ex:part ex:p", "prp-trp ex:part"] == [rule.name for rule in rules]
    assert 99 == sum(name.startswith("prp-spo2") for name, _ in found)
    assert 99 * 98 // 2 == sum(name.startswith("prp-trp") for name, _ in found)


def test_a_circle_under_transitivity_reaches_everything() -> None:
    facts = facts_of("ex:p a owl:TransitiveProperty . ex:a ex:p ex:b . ex:b ex:p ex:c . ex:c ex:p ex:a .")

    assert 6 == len(list(Closure(compile_axioms(facts), facts).statements()))


def test_transitivity_extends_what_other_rules_find_late() -> None:
    facts = facts_of(
        "ex:p a owl:TransitiveProperty . ex:p owl:propertyChainAxiom ( ex:q ex:r ) . ex:r owl:inverseOf ex:s ."
        "ex:a ex:p ex:b . ex:c ex:p ex:d . ex:b ex:q ex:m . ex:c ex:s ex:m ."
    )
    found = {fact for _, fact in Closure(compile_axioms(facts), facts).statements()}

    assert {fact[2].value for fact in found if fact[0].value == EX + "a"} == {EX + "c", EX + "d"}


def test_a_literal_is_never_a_subject() -> None:
    facts = facts_of("ex:p a owl:SymmetricProperty ; rdfs:range ex:A . ex:a ex:p 'text', ex:b .")
    found = {fact for _, fact in Closure(compile_axioms(facts), facts).statements()}

    assert set(facts_of("ex:b a ex:A ; ex:p ex:a . ex:a a ex:A .")) == found


def test_each_statement_is_found_once_under_the_first_rule() -> None:
    facts = facts_of("ex:p rdfs:domain ex:A ; rdfs:range ex:A . ex:a ex:p ex:a . ex:a ex:p ex:b . ex:b ex:p ex:a .")
    found = sorted(Closure(compile_axioms(facts, {"ex": EX}), facts).statements(), key=str)

    assert [("prp-dom ex:p ex:A", fact) for fact in sorted(facts_of("ex:a a ex:A . ex:b a ex:A ."), key=str)] == found


@pytest.mark.parametrize(
    "rule",
    [
        Pattern(Variable("x"), RDF_TYPE, Variable("y")),
        Pattern(Variable("x"), NamedNode(EX + "p"), Variable("alone")),
    ],
)
def test_a_rule_that_cannot_run_is_refused(rule: Pattern) -> None:
    body = (Pattern(Variable("x"), NamedNode(EX + "p"), Variable("y")),)

    with pytest.raises(ValueError, match="variable"):
        Closure([HornRule("name", body, rule, ())], [])


def test_an_engine_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(UnknownNameError, match=r"'owlrll'.*owlrl"):
        close([], "owlrll")
