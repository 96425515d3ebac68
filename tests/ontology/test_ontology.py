"""The ontology: every term defined and used, nothing outside OWL 2 RL, no contradiction with the data."""

import re

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from kb import KnowledgeBase
from kb.paths import files_below
from kb.reasoning import compile_axioms, compile_denials
from kb.reasoning.reference import errors_of_owlrl
from tests.conftest import ROOT

BKG = "https://w3id.org/baclofen-kg/ontology#"
OWL = "http://www.w3.org/2002/07/owl#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDF_TYPE = RDF + "type"

SIMPLE = {OWL + name for name in ("AsymmetricProperty", "IrreflexiveProperty")}
"""What OWL 2 says of a property only where no chain, and no transitivity, leads to it or below it."""
KINDS = SIMPLE | {
    OWL + name
    for name in (
        *("Class", "Restriction", "Ontology"),
        *("ObjectProperty", "DatatypeProperty", "AnnotationProperty", "TransitiveProperty", "SymmetricProperty"),
    )
}
AXIOMS = {RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range")} | {
    OWL + name for name in ("disjointWith", "inverseOf", "propertyDisjointWith")
}
EXPRESSIONS = {OWL + name for name in ("equivalentClass", "intersectionOf", "propertyChainAxiom")}
"""Axioms whose object is a list, or a class expression, and so has no name."""
PARTS = {OWL + name for name in ("onProperty", "hasValue")} | {RDF + name for name in ("first", "rest")}
DATATYPES = {"http://www.w3.org/2001/XMLSchema#" + name for name in ("string", "integer", "decimal", "boolean")}


@pytest.fixture(scope="module")
def terms(shipped: KnowledgeBase) -> dict[str, set[str]]:
    """Kinds of every term of the project's own namespace."""
    found: dict[str, set[str]] = {}
    for row in shipped.query("ontology/terms").to_dicts():
        if str(row["term"]).startswith(BKG):
            found.setdefault(str(row["term"]), set()).add(str(row["kind"]))
    return found


def test_axioms_are_of_kinds_that_owl_2_rl_has(shipped: KnowledgeBase) -> None:
    """OWL 2 Profiles, section 4.2: with names for what a list or an expression holds, these are all in OWL 2 RL."""
    for quad in shipped.quads():
        if "/graph/ontology/" not in quad.graph_name.value or "/ontology/rules/" in quad.graph_name.value:
            continue
        predicate, value = quad.predicate.value, quad.object

        assert not isinstance(quad.subject, BlankNode) or predicate in {*PARTS, RDF_TYPE}, quad
        assert not isinstance(value, BlankNode) or predicate in {*EXPRESSIONS, RDF + "rest"}, quad
        if predicate == RDF_TYPE:
            assert value.value in KINDS, quad
            assert not isinstance(quad.subject, BlankNode) or value.value == OWL + "Restriction", quad
        elif predicate in EXPRESSIONS | PARTS:
            assert not isinstance(value, Literal), quad
        elif predicate.startswith((OWL, RDFS)) and predicate not in (
            RDFS + "label",
            OWL + "versionInfo",
            OWL + "versionIRI",
        ):
            assert predicate in AXIOMS and isinstance(value, NamedNode), quad


def test_a_property_that_chains_or_transitivity_lead_to_is_not_said_to_be_simple(shipped: KnowledgeBase) -> None:
    """OWL 2 Structural Specification, section 11: else a description logic reasoner refuses the ontology."""
    compound = shipped.sparql(
        "SELECT DISTINCT ?property { { ?property owl:propertyChainAxiom ?list } UNION"
        " { ?property rdf:type owl:TransitiveProperty } UNION"
        " { ?transitive rdf:type owl:TransitiveProperty . ?transitive owl:inverseOf|^owl:inverseOf ?property } UNION"
        " { ?part rdfs:subPropertyOf+ ?property . ?part owl:propertyChainAxiom|rdf:type ?why"
        "   FILTER(?why = owl:TransitiveProperty || isBLANK(?why)) } }"
    )
    simple = {
        quad.subject.value
        for quad in shipped.quads()
        if quad.predicate.value == RDF_TYPE and quad.object.value in SIMPLE
    }
    for quad in shipped.quads():
        if quad.predicate.value == OWL + "propertyDisjointWith":
            simple |= {quad.subject.value, quad.object.value}

    assert {BKG + "supersedes", BKG + "supports"} <= simple
    assert set() == simple & {row["property"].value for row in compound}


def test_every_axiom_is_one_that_the_engine_compiles(shipped: KnowledgeBase) -> None:
    facts = [(quad.subject, quad.predicate, quad.object) for quad in shipped.quads()]
    names = {rule.name.split(" ")[0] for rule in compile_axioms(facts, shipped.prefixes)}
    denials = {denial.name.split(" ")[0] for denial in compile_denials(facts, shipped.prefixes)}

    assert {"cax-sco", "cls-int1", "prp-dom", "prp-inv1", "prp-spo1", "prp-spo2", "prp-symp", "prp-trp"} <= names
    assert {"cax-dw", "prp-asyp", "prp-irp", "prp-pdw"} <= denials


def test_a_property_relates_to_properties_of_its_own_kind(shipped: KnowledgeBase, terms: dict[str, set[str]]) -> None:
    for quad in shipped.quads():
        if quad.predicate.value == RDFS + "subPropertyOf":
            assert terms[quad.subject.value] == terms[quad.object.value]
        if quad.predicate.value == RDFS + "range":
            is_data = OWL + "DatatypeProperty" in terms[quad.subject.value]

            assert is_data == (quad.object.value in DATATYPES)


def test_every_term_that_is_used_is_defined_and_every_defined_term_is_used(terms: dict[str, set[str]]) -> None:
    paths = [
        *files_below(str(ROOT), "graph_data", ".ttl"),
        *files_below(str(ROOT), "queries", ".rq"),
        *files_below(str(ROOT), "ontology", ".ttl"),
        *files_below(str(ROOT), "ontology", ".rq"),
        "tests/ontology/conclusions.tsv",  # a defined class is there for what can be concluded
    ]
    used: set[str] = set()
    defined_only: dict[str, int] = {}
    for path in paths:
        text = (ROOT / path).read_text(encoding="utf-8")
        for name in re.findall(r"\bbkg:([A-Za-z][A-Za-z0-9]*)(?![\w-])", text):
            if path.startswith("ontology/modules/"):
                defined_only[name] = defined_only.get(name, 0) + 1
            elif not (path.startswith("ontology/shapes/") and name.endswith("Shape")):
                used.add(name)
    internal = {name for name, count in defined_only.items() if count > 1}
    names = {term.removeprefix(BKG) for term in terms}

    assert set() == used - names
    assert set() == names - used - internal


@pytest.mark.whole_graph
def test_the_reference_reasoner_finds_no_contradiction(shipped: KnowledgeBase) -> None:
    assert [] == errors_of_owlrl((quad.subject, quad.predicate, quad.object) for quad in shipped.quads())


def test_no_entity_is_asserted_of_a_class_and_its_opposite(shipped: KnowledgeBase) -> None:
    both = shipped.sparql(
        "SELECT ?x { ?a owl:disjointWith ?b . ?x rdf:type/rdfs:subClassOf* ?a . ?x rdf:type/rdfs:subClassOf* ?b }"
    )

    assert 0 == len(both)
