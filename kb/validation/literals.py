"""Literals: a number is written as a store gives it back, so that every engine shows the same digits."""

import re
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from kb.validation.files import Descriptions, TurtleFile
from kb.validation.problem import Problem

CHECK = "literals"


def check_literals(files: list[TurtleFile]) -> Iterator[Problem]:
    """Yield a problem for each literal that an Oxigraph store would write in another way, such as 5.10 or 010."""
    literals = {triple.object for file in files for triple in file.triples if isinstance(triple.object, Literal)}
    kept = _kept(literals)
    for file in files:
        for triple in file.triples:
            value = triple.object
            if isinstance(value, Literal) and kept[value] != value:
                subject = triple.subject.value if isinstance(triple.subject, NamedNode) else ""
                message = (
                    f"{value.value} is stored as {kept[value].value}; write {kept[value].value}, "
                    "and a figure as its source prints it as a string beside it"
                )
                yield Problem(file.path, _line(file, subject, value.value), value.value, message, "error", CHECK)


def _kept(literals: set[Literal]) -> dict[Literal, Literal]:
    """Return each literal as it comes back from a store."""
    store = Store()
    numbered = {NamedNode(f"urn:literal:{number}"): literal for number, literal in enumerate(literals)}
    same = NamedNode("urn:literal")
    store.bulk_extend(Quad(name, same, literal) for name, literal in numbered.items())
    found = {quad.subject: quad.object for quad in store}
    return {literal: value for name, literal in numbered.items() if isinstance(value := found[name], Literal)}


def _line(file: TurtleFile, subject: str, lexical: str) -> int | None:
    """Return the line of a literal, which stands in or below the block of its subject."""
    start = file.outline.subjects.get(subject, 1)
    form = re.compile(rf"(?<![\w.]){re.escape(lexical)}(?!\w)")
    for number, line in enumerate(file.text.split("\n")[start - 1 :], start):
        if form.search(line):
            return number
    return start


def check_terms(quads: Iterable[Quad], places: Descriptions) -> Iterator[Problem]:
    """Yield a problem for each triple term: here a statement about a statement is a claim, with an IRI."""
    for quad in quads:
        if isinstance(quad.object, Triple):
            subject = getattr(quad.subject, "value", "")
            path, line = places.of(subject) or (str(quad.graph_name), None)
            message = f"has the triple term {quad.object}; make the statement a claim, which has an IRI"
            yield Problem(path, line, str(quad.object), message, "error", CHECK)
