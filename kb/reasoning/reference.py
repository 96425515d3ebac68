"""The reference engine: the closure as owlrl gives it, without what holds of everything.

owlrl applies every rule of the OWL 2 RL profile to rdflib's terms. It is slow, and says much besides what is asked:
that each thing is itself, of literals what they are of, and what the words of the language mean. Literals go in as
opaque names, so that each stands for itself alone, as in the fast engine, however it is written.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, NamedNode

from kb.reasoning.horn import REFLEXIVE, Fact
from kb.reasoning.vocabulary import OWL, PARTS, QUIET, RDF, is_datatype, local_name
from kb.terms import RDF_TYPE, Term

if TYPE_CHECKING:
    import rdflib

_ERROR = "http://www.daml.org/2002/03/agents/agent-ont#error"
"""The property that owlrl gives what is wrong."""
_OPAQUE = "urn:opaque:"
_DATATYPE = NamedNode("http://www.w3.org/2000/01/rdf-schema#Datatype")
_OF_NODES = frozenset([OWL + part for part in PARTS] + [RDF + "first", RDF + "rest"])


def close_with_owlrl(facts: Iterable[Fact]) -> set[Fact]:
    """Return `facts`, and what follows in the words of the ontology.

    That is: statements of its properties, of its classes, and of which of these is below which other. Left out are
    statements about nodes of class expressions and lists, literals as subjects, reflexive statements, datatypes,
    owl:Thing, and whatever else is in the words of RDF, RDFS and OWL alone.
    """
    asserted = set(facts)
    graph, opaque = _closed(asserted)
    nodes = {fact[0] for fact in asserted if isinstance(fact[0], BlankNode) and _iri(fact[1]) in _OF_NODES}
    datatypes = {fact[0] for fact in asserted if fact[1] == RDF_TYPE and fact[2] == _DATATYPE}
    found = set(asserted)
    for triple in graph:
        subject, predicate, value = (_term(term, opaque) for term in triple)
        if subject is None or predicate is None or value is None or not isinstance(subject, NamedNode | BlankNode):
            continue
        if not nodes & {subject, value} and value not in datatypes and _is_of_the_domain(subject, predicate, value):
            found.add((subject, predicate, value))
    return found


def errors_of_owlrl(facts: Iterable[Fact]) -> list[str]:
    """Return what owlrl finds inconsistent in `facts`, in its words, sorted."""
    import rdflib

    graph, _ = _closed(set(facts))
    return sorted(str(error) for error in graph.objects(None, rdflib.URIRef(_ERROR)))


def _closed(facts: set[Fact]) -> "tuple[rdflib.Graph, dict[str, Term]]":
    """Return the graph that owlrl makes of `facts`, and {opaque name: literal}."""
    import owlrl  # type: ignore[import-untyped]
    import rdflib

    names: dict[Term, Any] = {}
    opaque: dict[str, Term] = {}
    graph = rdflib.Graph()
    for fact in sorted(facts, key=str):
        for term in fact:
            if isinstance(term, NamedNode):
                names[term] = rdflib.URIRef(term.value)
            elif isinstance(term, BlankNode):
                names[term] = rdflib.BNode(term.value)
            elif term not in names:
                names[term] = rdflib.URIRef(f"{_OPAQUE}{len(opaque)}")
                opaque[str(names[term])] = term
        subject, predicate, value = (names[term] for term in fact)
        graph.add((subject, predicate, value))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return graph, opaque


def _term(term: Any, opaque: dict[str, Term]) -> Term | None:
    import rdflib

    if isinstance(term, rdflib.URIRef):
        return opaque.get(str(term)) or NamedNode(str(term))
    return BlankNode(str(term)) if isinstance(term, rdflib.BNode) else None


def _iri(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else ""


def _is_of_the_language(term: Term) -> bool:
    return local_name(term) is not None or _iri(term).startswith(RDF)


def _is_of_the_domain(subject: Term, predicate: Term, value: Term) -> bool:
    """Return whether a statement says something in the words of the ontology."""
    if _is_of_the_language(subject) or _iri(predicate) == _ERROR:
        return False
    if predicate == RDF_TYPE or predicate in REFLEXIVE:
        is_named = isinstance(value, NamedNode) and not is_datatype(value) and not _is_of_the_language(value)
        return is_named and (predicate == RDF_TYPE or subject != value)
    return not _is_of_the_language(predicate) or local_name(predicate) in QUIET
