"""The graph as a dataset of VoID and DCAT: its title, licence and version, its parts, and the ways to get at it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pyoxigraph import Literal, QueryResultsFormat, RdfFormat

from kb.exports import exports
from kb.results import TRIPLE_FORMATS
from kb.web.description.statements import Statement, link, text, value
from kb.web.description.statistics import Statistics
from kb.web.description.vocabulary import (
    COMMENT,
    DCAT,
    DCTERMS,
    FOAF,
    MEDIA_TYPES,
    OWL,
    TYPE,
    VOID,
    DescriptionGraphs,
)

PROTOCOL = "http://www.w3.org/TR/sparql11-protocol/"
"""What the data service conforms to."""
_ABOUT = (
    *(DCTERMS + name for name in ("title", "description", "license", "rights", "creator", "publisher", "issued")),
    DCTERMS + "modified",
    OWL + "versionInfo",
    OWL + "versionIRI",
)
"""What the ontology says of itself, and so of the graph."""


class Space(NamedTuple):
    """A namespace of the graph's own IRIs: how many things and statements it holds."""

    prefix: str
    space: str
    entities: int
    triples: int


def ontology_statements(data: Sequence[Statement], base: str) -> list[tuple[str, str | Literal]]:
    """Return (property, value) of what the ontology of the graph says of itself: the first below `base`, or the first.

    Nothing where there is no `owl:Ontology`.
    """
    found = sorted(
        subject
        for subject, predicate, term, _ in data
        if predicate == TYPE and term == OWL + "Ontology" and not subject.startswith("_:")
    )
    ontology = next((iri for iri in found if iri.startswith(base)), next(iter(found), None))
    said = [
        (predicate, term)
        for subject, predicate, term, _ in data
        if subject == ontology
        and predicate in _ABOUT
        and isinstance(term, (str, Literal))
        and not (isinstance(term, str) and term.startswith("_:"))
    ]
    return sorted(said, key=str)


def own_spaces(numbers: Statistics, base: str, prefixes: Mapping[str, str]) -> list[Space]:
    """Return the namespaces with a prefix below `base` in which something has a class."""
    spaces = []
    for prefix, space in sorted(prefixes.items()):
        if space.startswith(base):
            entities = sum(1 for subject in numbers.kinds if subject.startswith(space))
            triples = sum(number for subject, number in numbers.subjects.items() if subject.startswith(space))
            if entities:
                spaces.append(Space(prefix, space, entities, triples))
    return spaces


def dataset_statements(
    about: Sequence[tuple[str, str | Literal]], released: int, graphs: DescriptionGraphs
) -> Iterator[Statement]:
    """Yield what the whole is; `released` is how many statements the exports hold."""
    dataset, release = graphs.part("dataset"), graphs.part("release")
    yield link(graphs.void, TYPE, VOID + "DatasetDescription")
    yield link(graphs.void, FOAF + "primaryTopic", dataset)
    for node in (dataset, release):
        yield link(node, TYPE, VOID + "Dataset")
        yield link(node, TYPE, DCAT + "Dataset")
        for predicate, term in about:
            yield link(node, predicate, term) if isinstance(term, str) else value(node, predicate, term)
            if predicate == OWL + "versionInfo" and isinstance(term, Literal):
                yield value(node, DCAT + "version", term)
    yield link(dataset, VOID + "subset", release)
    yield value(release, VOID + "triples", released)


def number_statements(numbers: Statistics, with_objects: bool, graphs: DescriptionGraphs) -> Iterator[Statement]:
    """Yield the numbers of the whole."""
    dataset = graphs.part("dataset")
    yield value(dataset, VOID + "triples", numbers.triples)
    yield value(dataset, VOID + "entities", numbers.entities)
    yield value(dataset, VOID + "distinctSubjects", len(numbers.subjects))
    if with_objects:
        yield value(dataset, VOID + "distinctObjects", len(numbers.objects))
    yield value(dataset, VOID + "classes", len(numbers.instances))
    yield value(dataset, VOID + "properties", len(numbers.properties))


def part_statements(
    sizes: Mapping[str, int], spaces: Sequence[Space], graphs: DescriptionGraphs
) -> Iterator[Statement]:
    """Yield the subsets of the dataset: each named graph, and what is said of the IRIs of each namespace."""
    dataset = graphs.part("dataset")
    for graph, number in sizes.items():
        yield link(dataset, VOID + "subset", graph)
        yield value(graph, VOID + "triples", number)
    for space in spaces:
        part = graphs.part("space", space.prefix)
        yield link(dataset, VOID + "subset", part)
        yield value(part, VOID + "uriSpace", space.space)
        yield value(part, VOID + "entities", space.entities)
        yield value(part, VOID + "triples", space.triples)


def access_statements(graphs: DescriptionGraphs) -> Iterator[Statement]:
    """Yield the data service and the distributions, as far as they need no URL."""
    service, release = graphs.part("service"), graphs.part("release")
    yield link(service, TYPE, DCAT + "DataService")
    yield link(service, DCAT + "servesDataset", graphs.part("dataset"))
    yield link(service, DCTERMS + "conformsTo", PROTOCOL)
    for name, export in exports().items():
        part = distribution(name, graphs)
        yield link(release, DCAT + "distribution", part)
        yield link(part, TYPE, DCAT + "Distribution")
        yield text(part, COMMENT, export.summary)
        syntax = TRIPLE_FORMATS.get(name) or RdfFormat.from_extension(name)
        if syntax:
            yield link(part, DCAT + "mediaType", MEDIA_TYPES + syntax.media_type)
            yield link(part, DCTERMS + "format", syntax_iri(syntax))


def syntax_iri(syntax: QueryResultsFormat | RdfFormat) -> str:
    """Return the IRI of a syntax in the W3C's list of formats; that of JSON-LD in pyoxigraph is not of it."""
    return "http://www.w3.org/ns/formats/JSON-LD" if syntax == RdfFormat.JSON_LD else syntax.iri


def distribution(name: str, graphs: DescriptionGraphs) -> str:
    """Return the IRI of the distribution of the graph in an export format."""
    return graphs.part("download", name)
