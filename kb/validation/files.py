"""The Turtle files as they are read: those that parse, and a problem for each that does not."""

import os
from typing import NamedTuple

from pyoxigraph import Triple

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


class Places:
    """Where each thing is described."""

    def __init__(self, files: list[TurtleFile]) -> None:
        self._found: dict[str, tuple[str, int]] = {}
        for file in files:
            for iri, line in file.outline.subjects.items():
                self._found.setdefault(iri, (file.path, line))

    def of(self, iri: str) -> tuple[str, int] | None:
        """Return the file and the line on which `iri` is first described, or None."""
        return self._found.get(iri)
