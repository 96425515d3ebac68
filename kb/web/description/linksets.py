"""VoID linksets: how often the graph points into which other dataset, and by which property."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from kb.web.description.statements import Statement, link, value
from kb.web.description.vocabulary import TYPE, VOID, DescriptionGraphs, namespace, part_name

_CODE = re.compile(r"[A-Za-z]+_(?=\d+$)")
"""The part of a name that tells one ontology from others of its namespace, as `GO_` in `GO_0005575`."""


class Linkset(NamedTuple):
    """Statements with one property whose objects are in one namespace."""

    predicate: str
    space: str


def find_linksets(data: Sequence[Statement], base: str, prefixes: Mapping[str, str]) -> list[Linkset]:
    """Return the linksets of a graph: objects below a declared prefix of others, of which it says nothing itself.

    `base` is the namespace of its own IRIs; the words that it is written in are no other dataset.
    """
    outside = tuple(space for space in prefixes.values() if not space.startswith(base))
    described = {statement[0] for statement in data}
    words = {statement[1] for statement in data} | {str(statement[2]) for statement in data if statement[1] == TYPE}
    words |= {statement[3] for statement in data if statement[3]}
    vocabularies = tuple({namespace(word) for word in words})
    found = {
        Linkset(predicate, _space(term))
        for _, predicate, term, datatype in data
        if datatype is None
        and isinstance(term, str)
        and predicate != TYPE
        and term.startswith(outside)
        and not term.startswith(vocabularies)
        and term not in described
    }
    return sorted(found)


def linkset_statements(
    numbers: Mapping[Linkset, int], graphs: DescriptionGraphs, prefixes: Mapping[str, str]
) -> Iterator[Statement]:
    """Yield each linkset with its number of statements, and each dataset that they lead to with its namespace."""
    dataset = graphs.part("dataset")
    for linkset, number in numbers.items():
        target = graphs.part("target", _name(linkset.space, prefixes))
        part = graphs.part("links", part_name(linkset.predicate, prefixes), _name(linkset.space, prefixes))
        yield link(dataset, VOID + "subset", part)
        yield link(part, TYPE, VOID + "Linkset")
        yield link(part, VOID + "linkPredicate", linkset.predicate)
        yield link(part, VOID + "subjectsTarget", dataset)
        yield link(part, VOID + "objectsTarget", target)
        yield value(part, VOID + "triples", number)
    for space in sorted({linkset.space for linkset in numbers}):
        yield value(graphs.part("target", _name(space, prefixes)), VOID + "uriSpace", space)


def count_links(linksets: Iterable[Linkset], statements: Iterable[Statement]) -> Counter[Linkset]:
    """Return {linkset: its statements}, in the order of the linksets."""
    spaces: dict[str, list[str]] = {}
    for predicate, space in linksets:
        spaces.setdefault(predicate, []).append(space)
    numbers = Counter(dict.fromkeys(linksets, 0))
    for _, predicate, term, datatype in statements:
        if predicate in spaces and datatype is None and isinstance(term, str):
            numbers.update(Linkset(predicate, space) for space in spaces[predicate] if term.startswith(space))
    return numbers


def _space(iri: str) -> str:
    space = namespace(iri)
    code = _CODE.match(iri, len(space))
    return space + code.group() if code else space


def _name(space: str, prefixes: Mapping[str, str]) -> str:
    for prefix, known in prefixes.items():
        if space == known:
            return prefix
    return part_name(space.removesuffix("_"), prefixes)
