"""The graph as quads: every Turtle file of the ontology and the data, each in its own named graph."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat, parse

from kb.errors import DataError, reason_of
from kb.paths import files_below

GRAPH_PREFIX = "doc"
"""The prefix, in `ontology/prefixes.ttl`, below which the IRI of a file's graph is its path."""


class SourceFile(NamedTuple):
    """A Turtle file of the graph: its path below the root, and the IRI of its named graph."""

    path: str
    graph: str


def source_files(root: str, prefixes: dict[str, str]) -> list[SourceFile]:
    """Return the Turtle files whose content is the graph: the data, and the ontology but its prefix list and shapes."""
    if GRAPH_PREFIX not in prefixes:
        raise DataError(f"ontology/prefixes.ttl: has no prefix '{GRAPH_PREFIX}'; named graphs get their IRIs from it")
    ontology = [path for path in files_below(root, "ontology", ".ttl") if not path.startswith("ontology/shapes/")]
    paths = [path for path in ontology if path != "ontology/prefixes.ttl"] + files_below(root, "graph_data", ".ttl")
    return [SourceFile(path, graph_of(path, prefixes)) for path in paths]


def graph_of(path: str, prefixes: Mapping[str, str]) -> str:
    """Return the IRI of the named graph of a file.

    Raises:
        DataError: the path cannot be part of an IRI.
    """
    try:
        return NamedNode(prefixes[GRAPH_PREFIX] + path).value
    except ValueError as error:
        raise DataError(f"{path}: cannot be the end of an IRI ({error}); rename the file in kebab-case") from error


def read_file(root: str, file: SourceFile) -> Iterator[Quad]:
    """Yield the statements of one file as quads in its graph.

    Raises:
        DataError: with file and line, when the file cannot be read or is not Turtle.
    """
    graph = NamedNode(file.graph)
    try:
        for quad in parse(path=os.path.join(root, file.path), format=RdfFormat.TURTLE):
            yield Quad(quad.subject, quad.predicate, quad.object, graph)
    except OSError as error:
        raise DataError(f"{file.path}: cannot be read ({reason_of(error)}); make it readable") from error
    except SyntaxError as error:
        raise turtle_error(file.path, error) from error


def turtle_error(path: str, error: SyntaxError) -> DataError:
    """Return the error for a file that pyoxigraph cannot parse, with its line and column."""
    line = f":{error.lineno}" if error.lineno else ""
    place = r"^Parser error at line \d+ (?:between columns|column) (\d+)(?: and .*?)?: "
    reason = re.sub(place, r"column \1: ", str(error.msg))
    is_prefix = "has not been declared" in reason
    remedy = "add its PREFIX line, as ontology/prefixes.ttl has it" if is_prefix else "mend the Turtle"
    return DataError(f"{path}{line}: {reason}; {remedy}")


def read_dataset(root: str, prefixes: dict[str, str]) -> list[Quad]:
    """Return all quads of the graph, sorted, blank nodes named canonically (RDFC-1.0).

    Raises:
        DataError: the first file that is broken.
    """
    dataset = Dataset(quad for file in source_files(root, prefixes) for quad in read_file(root, file))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(dataset, key=str)


def union(quads: Iterable[Quad]) -> list[Quad]:
    """Return the statements of all graphs in the default graph, each once, sorted."""
    return sorted({Quad(quad.subject, quad.predicate, quad.object) for quad in quads}, key=str)


def subject_lines(root: str, path: str) -> dict[str, int]:
    """Return {subject as written: line on which its block starts} for a formatted Turtle file."""
    lines: dict[str, int] = {}
    with open(os.path.join(root, path), encoding="utf-8") as text:
        for number, line in enumerate(text, 1):
            if not line[:1].isspace() and line.rstrip() not in ("", ".", ")"):
                lines.setdefault(line.split(None, 1)[0], number)
    return lines
