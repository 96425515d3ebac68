"""What follows from the shipped graph, and what must not, by the fast engine and by the reference engine.

Each line of `conclusions.tsv` is one: whether it follows, the statement, what is taken for granted
besides the graph, and why.
"""

import csv
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Triple, parse

from kb import KnowledgeBase
from kb.dataset import read_dataset
from kb.derivation import INFERRED, derive
from kb.prefixes import expand, read_prefixes
from kb.reasoning.engines import close
from kb.rules import read_rules
from tests.conftest import ROOT

PREFIXES = read_prefixes(str(ROOT))
with (Path(__file__).parent / "conclusions.tsv").open(encoding="utf-8", newline="") as table:
    LINES = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


def statement(line: dict[str, str]) -> Triple:
    terms = [NamedNode(expand(line[place], PREFIXES) or "") for place in ("subject", "predicate", "object")]
    return Triple(*terms)


def name(line: dict[str, str]) -> str:
    return f"{line['follows']} {line['subject']} {line['predicate']} {line['object']}"


@cache
def asserted() -> frozenset[Quad]:
    return frozenset(read_dataset(str(ROOT), PREFIXES))


@cache
def given() -> list[Quad]:
    """What the files state, and what the lines take for granted."""
    text = "\n".join(line["given"] for line in LINES)
    head = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    return [*asserted(), *(Quad(*quad.triple, DefaultGraph()) for quad in parse(head + text, RdfFormat.TURTLE))]


@cache
def followed() -> dict[str, list[Quad]]:
    return derive(read_rules(str(ROOT), PREFIXES), given(), PREFIXES)


@cache
def closed_by_reference() -> set[Triple]:
    """What owlrl infers, from what is given and what the rules give."""
    by_rules = [quad for rule, found in followed().items() if rule != INFERRED for quad in found]
    facts = {(quad.subject, quad.predicate, quad.object) for quad in [*given(), *by_rules] if _is_between_nodes(quad)}
    return {Triple(*fact) for fact in close(facts, "owlrl")}


def _is_between_nodes(quad: Quad) -> bool:
    return isinstance(quad.object, NamedNode | BlankNode)


def test_there_are_enough_of_both_kinds_and_each_says_why() -> None:
    assert len([line for line in LINES if line["follows"] == "yes"]) >= 22
    assert len([line for line in LINES if line["follows"] == "no"]) >= 10
    assert all(line["why"] for line in LINES)
    assert len({name(line)[3:] for line in LINES}) == len(LINES)


def test_every_thing_that_a_line_names_is_in_the_graph(shipped: KnowledgeBase) -> None:
    known = {term for quad in given() for term in (quad.subject, quad.predicate, quad.object)}
    terms = {term for line in LINES for term in (statement(line).subject, statement(line).object)}

    assert set() == {term for term in terms if term not in known}


@pytest.mark.parametrize("line", LINES, ids=name)
def test_the_fast_engine_concludes_it_or_not(line: dict[str, str]) -> None:
    everything = {quad.triple for quad in given()}.union(*({q.triple for q in found} for found in followed().values()))

    assert (line["follows"] == "yes") == (statement(line) in everything), line["why"]
    assert statement(line) not in {quad.triple for quad in given()}, "a file states it"


@pytest.mark.whole_graph
@pytest.mark.parametrize("line", LINES, ids=name)
def test_the_reference_engine_concludes_it_or_not(line: dict[str, str]) -> None:
    assert (line["follows"] == "yes") == (statement(line) in closed_by_reference()), line["why"]


@pytest.mark.whole_graph
def test_the_engines_infer_the_same() -> None:
    before = {quad.triple for quad in given()}.union(
        *({quad.triple for quad in found} for rule, found in followed().items() if rule != INFERRED)
    )
    inferred = {quad.triple for quad in followed()[INFERRED]}
    by_reference = {triple for triple in closed_by_reference() - before if isinstance(triple.subject, NamedNode)}

    assert set() == by_reference - inferred
    assert set() == inferred - by_reference


def test_no_class_is_inferred_that_does_not_lie_above_one_that_is_given(shipped: KnowledgeBase) -> None:
    """But for the defined classes: an entity that a domain or range puts elsewhere is a sign of a wrong axiom."""
    strange = shipped.sparql(
        "SELECT ?x ?class { GRAPH doc:inferred\\/owl-rl { ?x a ?class }"
        " FILTER NOT EXISTS { GRAPH ?file { ?x a ?narrow } FILTER(?file != doc:inferred\\/owl-rl)"
        " ?narrow rdfs:subClassOf ?class } FILTER NOT EXISTS { ?class owl:equivalentClass|owl:intersectionOf ?by } }"
    )

    assert [] == strange.rows


def test_no_claim_that_denies_for_all_is_contradicted_by_what_follows(shipped: KnowledgeBase) -> None:
    denied = shipped.sparql(
        "SELECT ?claim { ?claim a bkg:NegatedClaim ; bkg:claimSubject ?s ; bkg:claimPredicate ?p ; bkg:claimObject ?o ."
        " ?s ?p ?o FILTER NOT EXISTS { ?claim bkg:inPopulation ?people } }"
    )

    assert [] == denied.rows
