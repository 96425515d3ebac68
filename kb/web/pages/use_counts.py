"""How much of what there is in a release: the numbers of its VoID description, ready to be looked up."""

from typing import NamedTuple
from weakref import WeakKeyDictionary

from pyoxigraph import Literal, NamedNode

from kb.web.description.vocabulary import VOID, VOID_EXT, description_graphs
from kb.web.release import Release


class UseCounts(NamedTuple):
    """The numbers of the partitions that VoID describes; what follows from the ontology and by rules counts too."""

    instances: dict[str, int]
    """{class: its instances}."""
    statements: dict[str, int]
    """{property: statements with it}."""
    of_class: dict[str, dict[str, int]]
    """{class: {property: statements with it on instances of the class}}."""
    targets: dict[tuple[str, str], dict[str, int]]
    """{(class, property): {class of the object, the narrowest: statements}}."""
    datatypes: dict[tuple[str, str], dict[str, int]]
    """{(class, property): {datatype of the object: statements}}."""


_Values = dict[str, list[str]]
_KNOWN: WeakKeyDictionary[Release, UseCounts] = WeakKeyDictionary()


def use_counts(release: Release) -> UseCounts:
    """Return the numbers of a release, read when they are first asked for."""
    if release not in _KNOWN:
        _KNOWN[release] = _read(release)
    return _KNOWN[release]


def _read(release: Release) -> UseCounts:
    parts: dict[str, _Values] = {}
    for quad in release.description:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, (NamedNode, Literal)):
            values = parts.setdefault(quad.subject.value, {})
            values.setdefault(quad.predicate.value, []).append(quad.object.value)
    found = UseCounts({}, {}, {}, {}, {})
    dataset = parts.get(description_graphs(release.compiled.prefixes).part("dataset"), {})
    for part in _parts(parts, dataset, VOID + "propertyPartition"):
        found.statements[_one(part, VOID + "property")] = _number(part, VOID + "triples")
    for part in _parts(parts, dataset, VOID + "classPartition"):
        kind = _one(part, VOID + "class")
        found.instances[kind] = _number(part, VOID + "entities")
        for property_part in _parts(parts, part, VOID + "propertyPartition"):
            predicate = _one(property_part, VOID + "property")
            found.of_class.setdefault(kind, {})[predicate] = _number(property_part, VOID + "triples")
            _add(found.targets, (kind, predicate), parts, property_part, VOID + "classPartition", VOID + "class")
            datatype = VOID_EXT + "datatype"
            _add(found.datatypes, (kind, predicate), parts, property_part, datatype + "Partition", datatype)
    return found


def _add(
    numbers: dict[tuple[str, str], dict[str, int]],
    key: tuple[str, str],
    parts: dict[str, _Values],
    part: _Values,
    partition: str,
    kind: str,
) -> None:
    counted = {_one(each, kind): _number(each, VOID + "triples") for each in _parts(parts, part, partition)}
    if counted:
        numbers[key] = counted


def _parts(parts: dict[str, _Values], whole: _Values, partition: str) -> list[_Values]:
    return [parts[each] for each in whole.get(partition, ()) if each in parts]


def _one(part: _Values, predicate: str) -> str:
    return part[predicate][0] if predicate in part else ""


def _number(part: _Values, predicate: str) -> int:
    return int(_one(part, predicate) or 0)
