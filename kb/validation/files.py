"""The Turtle files as they are read: those that parse, and a problem for each that does not."""

import os
from collections.abc import Sequence
from typing import NamedTuple

from pyoxigraph import NamedNode, Triple

from kb.errors import DataError
from kb.paths import files_below
from kb.turtle import parse_turtle
from kb.validation.outline import Outline, read_outline
from kb.validation.problem import Problem, from_error

CHECK = "syntax"


class TurtleFile(NamedTuple):
    """A Turtle file that parses."""

    path: str
    text: str
    triples: list[Triple]
    outline: Outline

    @property
    def is_data(self) -> bool:
        """Whether it is one of the files below `graph_data/`."""
        return self.path.startswith("graph_data/")


def read_files(root: str) -> tuple[list[TurtleFile], list[Problem]]:
    """Return the Turtle files of the ontology and the data that parse, and what is wrong with the others."""
    files: list[TurtleFile] = []
    problems: list[Problem] = []
    for path in files_below(root, "ontology", ".ttl") + files_below(root, "graph_data", ".ttl"):
        try:
            files.append(_read(root, path))
        except DataError as error:
            problems.append(from_error(error, path, CHECK))
    return files, problems


def _read(root: str, path: str) -> TurtleFile:
    try:
        with open(os.path.join(root, path), encoding="utf-8", newline="") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read as UTF-8 ({error}); save it so") from error
    return TurtleFile(path, text, parse_turtle(path, text), read_outline(path, text))


class Descriptions:
    """Where each thing is described, or else where the data first speaks of it."""

    def __init__(self, files: list[TurtleFile]) -> None:
        self._described: dict[str, tuple[str, int]] = {}
        self._used: dict[str, tuple[str, int]] = {}
        for file in sorted(files, key=lambda file: not file.is_data):
            for iri, line in file.outline.subjects.items():
                self._described.setdefault(iri, (file.path, line))
        for triple in (triple for file in files if file.is_data for triple in file.triples):
            place = self._described.get(getattr(triple.subject, "value", ""))
            for term in (triple.predicate, triple.object):
                if place and isinstance(term, NamedNode):
                    self._used.setdefault(term.value, place)

    def of(self, iri: str) -> tuple[str, int] | None:
        """Return file and line of the block that describes `iri`, or else of one that uses it, or None."""
        return self._described.get(iri) or self._used.get(iri)

    def of_row(self, iris: Sequence[str]) -> tuple[str, int] | None:
        """Return the place of the first of `iris` that the data describes or uses, or else of any, or None."""
        found = [place for place in map(self.of, iris) if place]
        return next((place for place in found if place[0].startswith("graph_data/")), found[0] if found else None)
