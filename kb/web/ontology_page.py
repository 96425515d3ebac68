"""The page of the ontology: its classes and properties with their definitions, each where its IRI leads."""

from collections.abc import Iterable
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from kb.prepared_query import PreparedQuery
from kb.results import Rows
from kb.terms import RDF_TYPE, Term
from kb.web.links import Link, Links
from kb.web.release import Release

WHOLE = PreparedQuery(
    "CONSTRUCT { ?term ?property ?value } WHERE { ?term ?property ?value }", "construct", uses_graphs=True
)
"""All that the graphs say that it is given."""
_ROWS = PreparedQuery(
    "SELECT DISTINCT ?term ?property ?value WHERE { ?term ?property ?value . FILTER (ISIRI(?term)) } "
    "ORDER BY ?term ?property ?value",
    "select",
    uses_graphs=True,
)
_OWL, _RDFS = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/2000/01/rdf-schema#"
_KINDS = {
    f"{_OWL}Class": "Classes",
    f"{_OWL}ObjectProperty": "Properties that link two things",
    f"{_OWL}DatatypeProperty": "Properties with a text or a number",
    f"{_OWL}AnnotationProperty": "Annotations",
}
_DEFINITION = "http://www.w3.org/2004/02/skos/core#definition"
_RELATIONS = {
    f"{_RDFS}subClassOf": "kind of",
    f"{_RDFS}subPropertyOf": "narrower than",
    f"{_RDFS}domain": "said of",
    f"{_RDFS}range": "leads to",
    f"{_OWL}inverseOf": "inverse of",
}


class OntologyTerm(NamedTuple):
    """A class or property as the page shows it."""

    link: Link
    anchor: str
    """Its `id` on the page: the local name of a term of this ontology, the short form of a borrowed one."""
    definitions: list[str]
    relations: list[tuple[str, list[Link]]]


def ontology_graphs(release: Release) -> tuple[str, ...]:
    """Return the IRIs of the named graphs that make up the ontology: its header and its modules."""
    space = release.compiled.prefixes["doc"] + "ontology/"
    return tuple(graph for graph in release.compiled.graphs if graph.startswith(space) and graph.endswith(".ttl"))


def over_ontology(query: PreparedQuery, release: Release) -> PreparedQuery:
    """Return a query that reads the graphs of the ontology merged, and no other."""
    return query._replace(default_graphs=ontology_graphs(release), protocol_graphs=True)


def rows_query(release: Release) -> PreparedQuery:
    """Return the query that `read_sections` reads the answer of."""
    return over_ontology(_ROWS, release)


def read_sections(rows: Rows, links: Links, release: Release) -> list[tuple[str, list[OntologyTerm]]]:
    """Return the terms by kind, each kind under its heading, sorted by label."""
    found: dict[str, dict[str, list[Term]]] = {}
    for row in rows:
        term, predicate, value = row[0], row[1], row[2]
        if isinstance(term, NamedNode) and isinstance(predicate, NamedNode) and value is not None:
            found.setdefault(term.value, {}).setdefault(predicate.value, []).append(value)
    sections = []
    for kind, heading in _KINDS.items():
        iris = [iri for iri, said in found.items() if NamedNode(kind) in said.get(RDF_TYPE.value, ())]
        terms = [_term(iri, found[iri], links, release) for iri in iris]
        if terms:
            sections.append((heading, sorted(terms, key=lambda term: (term.link.label.lower(), term.link.iri))))
    return sections


def _term(iri: str, said: dict[str, list[Term]], links: Links, release: Release) -> OntologyTerm:
    own = release.base + "ontology#"
    link = links.of(iri)
    relations = [(word, _named(said.get(predicate, ()), links)) for predicate, word in _RELATIONS.items()]
    return OntologyTerm(
        link,
        iri[len(own) :] if iri.startswith(own) else link.short,
        [value.value for value in said.get(_DEFINITION, ()) if isinstance(value, Literal)],
        [(word, targets) for word, targets in relations if targets],
    )


def _named(values: Iterable[Term], links: Links) -> list[Link]:
    return [links.of(value.value) for value in values if isinstance(value, NamedNode)]
