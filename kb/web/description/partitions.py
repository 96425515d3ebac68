"""VoID partitions: which classes there are, which properties their instances have, and what these lead to."""

from collections.abc import Iterator, Mapping

from kb.web.description.statements import Statement, link, value
from kb.web.description.statistics import Statistics
from kb.web.description.vocabulary import VOID, VOID_EXT, DescriptionGraphs, namespace, part_name


def partition_statements(
    numbers: Statistics, graphs: DescriptionGraphs, prefixes: Mapping[str, str]
) -> Iterator[Statement]:
    """Yield the partitions of the dataset by class and by property, with their numbers."""
    dataset = graphs.part("dataset")
    names = _Names(prefixes)
    for kind, number in sorted(numbers.instances.items()):
        if kind.startswith("_:"):
            continue
        part = graphs.part("class", names[kind])
        yield link(dataset, VOID + "classPartition", part)
        yield link(part, VOID + "class", kind)
        yield value(part, VOID + "entities", number)
    for predicate, number in sorted(numbers.properties.items()):
        part = graphs.part("property", names[predicate])
        yield link(dataset, VOID + "propertyPartition", part)
        yield from _property(part, predicate, number)
    for (kind, predicate), number in sorted(numbers.of_class.items()):
        part = graphs.part(names[kind], names[predicate])
        yield link(graphs.part("class", names[kind]), VOID + "propertyPartition", part)
        yield from _property(part, predicate, number)
    for kind, predicate, other in sorted(numbers.narrow):
        part = graphs.part(names[kind], names[predicate], names[other])
        yield link(graphs.part(names[kind], names[predicate]), VOID + "classPartition", part)
        yield link(part, VOID + "class", other)
        yield value(part, VOID + "triples", numbers.to_class[kind, predicate, other])
    for (kind, predicate, datatype), number in sorted(numbers.to_datatype.items()):
        part = graphs.part(names[kind], names[predicate], names[datatype])
        yield link(graphs.part(names[kind], names[predicate]), VOID_EXT + "datatypePartition", part)
        yield link(part, VOID_EXT + "datatype", datatype)
        yield value(part, VOID + "triples", number)


def vocabulary_statements(numbers: Statistics, dataset: str) -> Iterator[Statement]:
    """Yield the namespaces of all properties and classes in use: clients take what is not among them for absent."""
    for space in sorted(
        {namespace(iri) for iri in (*numbers.properties, *numbers.instances) if not iri.startswith("_:")}
    ):
        yield link(dataset, VOID + "vocabulary", space)


def _property(part: str, predicate: str, number: int) -> Iterator[Statement]:
    yield link(part, VOID + "property", predicate)
    yield value(part, VOID + "triples", number)


class _Names(dict[str, str]):
    """Names of parts by the IRI that they concern, each made once."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self.prefixes = prefixes

    def __missing__(self, iri: str) -> str:
        self[iri] = part_name(iri, self.prefixes)
        return self[iri]
