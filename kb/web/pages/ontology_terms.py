"""The classes and properties of a release, as its ontology defines them, and how they hang together."""

from collections.abc import Iterable
from typing import NamedTuple
from weakref import WeakKeyDictionary

from pyoxigraph import Literal, NamedNode

from kb.prepared_query import PreparedQuery
from kb.results import Rows
from kb.terms import RDF_TYPE, Term
from kb.web.pages.use_counts import UseCounts, use_counts
from kb.web.release import Release
from kb.web.service import Service

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
OWL, RDFS = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/2000/01/rdf-schema#"
CLASS = f"{OWL}Class"
PROPERTIES = {
    f"{OWL}ObjectProperty": "Properties that link two things",
    f"{OWL}DatatypeProperty": "Properties with a text or a number",
    f"{OWL}AnnotationProperty": "Annotations",
}
"""{kind of property: its heading}."""
_DEFINITION = "http://www.w3.org/2004/02/skos/core#definition"
_WIDER = f"{RDFS}subClassOf"


class OntologyTerm(NamedTuple):
    """A class or a property: what the ontology says of it."""

    iri: str
    label: str
    said: dict[str, list[Term]]
    """{property: values}."""

    @property
    def definitions(self) -> list[str]:
        """What it means, in sentences."""
        return [value.value for value in self.said.get(_DEFINITION, ()) if isinstance(value, Literal)]

    def named(self, predicate: str) -> list[str]:
        """Return the IRIs to which a property leads from it."""
        return [value.value for value in self.said.get(predicate, ()) if isinstance(value, NamedNode)]

    def is_a(self, kind: str) -> bool:
        """Whether the ontology declares it to be of that kind."""
        return NamedNode(kind) in self.said.get(RDF_TYPE.value, ())


class Ontology:
    """The terms of a release, by IRI, and the tree of its classes."""

    def __init__(self, rows: Iterable[tuple[Term | None, ...]], release: Release) -> None:
        self.base = release.base + "ontology#"
        """What the IRIs of the terms of this ontology begin with; others are borrowed."""
        self.counts: UseCounts = use_counts(release)
        names, prefixes = release.compiled.names, release.compiled.prefixes
        found: dict[str, dict[str, list[Term]]] = {}
        for row in rows:
            term, predicate, value = row[0], row[1], row[2]
            if isinstance(term, NamedNode) and isinstance(predicate, NamedNode) and value is not None:
                found.setdefault(term.value, {}).setdefault(predicate.value, []).append(value)
        terms = [OntologyTerm(iri, names.label(iri, prefixes), said) for iri, said in found.items()]
        self.terms = {term.iri: term for term in sorted(terms, key=lambda term: (term.label.lower(), term.iri))}
        """{IRI: term}, by label."""
        classes = [iri for iri, term in self.terms.items() if term.is_a(CLASS)]
        self.wider = {iri: [each for each in self.terms[iri].named(_WIDER) if each != iri] for iri in classes}
        """{class: those that it is directly a kind of}."""
        self.narrower: dict[str, list[str]] = {iri: [] for iri in classes}
        """{class: those that are directly a kind of it}, by label."""
        for iri in classes:
            for wide in self.wider[iri]:
                if wide in self.narrower:
                    self.narrower[wide].append(iri)
        self.roots = [iri for iri in classes if not any(wide in self.narrower for wide in self.wider[iri])]
        self.kinds = {kind: root for root in self.roots for kind in self.narrower[root] or [root]}
        """{kind of thing: the class that it is listed under}: what stands below the classes that only group others."""

    def properties(self, kind: str) -> list[OntologyTerm]:
        """Return the properties of a kind, by label; one of several kinds is of the first in `PROPERTIES`."""
        earlier = list(PROPERTIES)[: list(PROPERTIES).index(kind)]
        return [term for term in self.terms.values() if term.is_a(kind) and not any(map(term.is_a, earlier))]

    def kinds_of(self, iri: str) -> list[str]:
        """Return the kinds that a class is one of, or is below."""
        found: dict[str, None] = {}
        queue, seen = [iri], {iri}
        while queue:
            each = queue.pop(0)
            if each in self.kinds:
                found[each] = None
                continue
            more = [wide for wide in self.wider.get(each, ()) if wide not in seen]
            seen.update(more)
            queue += more
        return list(found)


_KNOWN: WeakKeyDictionary[Release, Ontology] = WeakKeyDictionary()


def ontology_graphs(release: Release) -> tuple[str, ...]:
    """Return the IRIs of the named graphs that make up the ontology: its header and its modules."""
    space = release.compiled.prefixes["doc"] + "ontology/"
    return tuple(graph for graph in release.compiled.graphs if graph.startswith(space) and graph.endswith(".ttl"))


def over_ontology(query: PreparedQuery, release: Release) -> PreparedQuery:
    """Return a query that reads the graphs of the ontology merged, and no other."""
    return query._replace(default_graphs=ontology_graphs(release), protocol_graphs=True)


async def ontology_of(service: Service, release: Release) -> Ontology:
    """Return the ontology of a release, read when it is first asked for."""
    if release not in _KNOWN:
        rows = await service.result(over_ontology(_ROWS, release))
        assert isinstance(rows, Rows)  # a SELECT
        _KNOWN[release] = Ontology(rows.rows, release)
    return _KNOWN[release]
