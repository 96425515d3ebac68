"""What a query editor completes with: prefixes, classes and properties in use, and which of them occur together.

The partitions of the VoID description hold all this in half a megabyte of Turtle; here it is a document of some tens
of kilobytes, in which classes and properties are named once and meant by their number.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pyoxigraph import NamedNode, Quad

from kb.names import Names
from kb.prefixes import compact
from kb.web.description.vocabulary import VOID, description_graphs, word_prefixes
from kb.web.release import Release

DEFINITIONS = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?term ?text
WHERE {
  ?term skos:definition|rdfs:comment ?text .
}
ORDER BY ?term ?text
"""
"""Asks for what terms mean, in words."""
_LONGEST = 160
"""Characters of a definition that a list of suggestions has room for."""


class _Partitions(NamedTuple):
    """The VoID description, turned so that it can be read from the dataset downwards."""

    terms: dict[str, str]
    """{partition: the class or property that it is of}."""
    numbers: dict[str, int]
    """{partition: its entities or triples}."""
    by_class: dict[str, list[str]]
    by_property: dict[str, list[str]]


def completion_vocabulary(release: Release, definitions: Mapping[str, str]) -> dict[str, Any]:
    """Return the vocabulary of a release as a document of JSON; `definitions` are {IRI: text}.

    `uses` has a list for each property that occurs on a class: number of the class, number of the property,
    statements, and the numbers of the classes it leads to: those of most objects first, of these the smaller.
    """
    prefixes = word_prefixes(release.compiled.prefixes)
    parts = _partitions(release.description)
    dataset = description_graphs(release.compiled.prefixes).part("dataset")
    classes = _by_number(parts, parts.by_class.get(dataset, []))
    properties = _by_number(parts, parts.by_property.get(dataset, []))
    class_at = {parts.terms[part]: at for at, part in enumerate(classes)}
    property_at = {parts.terms[part]: at for at, part in enumerate(properties)}
    uses = []
    for at, part in enumerate(classes):
        for use in _by_number(parts, parts.by_property.get(part, [])):
            found = [other for other in parts.by_class.get(use, []) if parts.terms[other] in class_at]
            # of as many objects the class with the fewest members says most
            found.sort(key=lambda other: (-parts.numbers[other], -class_at[parts.terms[other]]))
            to = [class_at[parts.terms[other]] for other in found]
            uses.append([at, property_at[parts.terms[use]], parts.numbers[use], to])
    names = release.compiled.names
    return {
        "prefixes": prefixes,
        "classes": [_term(parts, part, names, prefixes, definitions) for part in classes],
        "properties": [_term(parts, part, names, prefixes, definitions) for part in properties],
        "uses": uses,
    }


def _partitions(description: list[Quad]) -> _Partitions:
    parts = _Partitions({}, {}, {}, {})
    for quad in description:
        word = quad.predicate.value.removeprefix(VOID)
        if word in ("class", "property") and isinstance(quad.object, NamedNode):
            parts.terms[_iri(quad)] = quad.object.value
        elif word in ("entities", "triples"):
            parts.numbers[_iri(quad)] = int(quad.object.value)  # type: ignore[union-attr]
        elif word == "classPartition" and isinstance(quad.object, NamedNode):
            parts.by_class.setdefault(_iri(quad), []).append(quad.object.value)
        elif word == "propertyPartition" and isinstance(quad.object, NamedNode):
            parts.by_property.setdefault(_iri(quad), []).append(quad.object.value)
    return parts


def _iri(quad: Quad) -> str:
    assert isinstance(quad.subject, NamedNode)  # descriptions have no blank nodes
    return quad.subject.value


def _by_number(parts: _Partitions, found: list[str]) -> list[str]:
    """Return partitions, the largest first, so that what is used most is suggested first."""
    return sorted(found, key=lambda part: (-parts.numbers[part], parts.terms[part]))


def _term(
    parts: _Partitions, part: str, names: Names, prefixes: Mapping[str, str], definitions: Mapping[str, str]
) -> dict[str, Any]:
    iri = parts.terms[part]
    entry = {"name": compact(iri, prefixes), "label": names.labels.get(iri, ""), "count": parts.numbers[part]}
    about = definitions.get(iri, "")
    if about:
        entry["about"] = about if len(about) <= _LONGEST else about[: _LONGEST - 1].rstrip() + "…"
    return entry
