"""Shapes: pySHACL over the whole graph, each result at the file and line of what it is about."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from pyoxigraph import Quad

from kb.prefixes import compact
from kb.turtle import to_rdflib
from kb.validation.files import Descriptions, TurtleFile
from kb.validation.problem import Problem

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

CHECK = "shapes"
FOLDER = "ontology/shapes/"


def check_shapes(
    files: list[TurtleFile], quads: Iterable[Quad], places: Descriptions, prefixes: Mapping[str, str]
) -> Iterator[Problem]:
    """Yield a problem for each result of the shapes in `ontology/shapes/`; nothing when there are none."""
    texts = {file.path: file.text for file in files if file.path.startswith(FOLDER)}
    if not texts:
        return
    from pyshacl import validate as run_shapes
    from pyshacl.errors import ReportableRuntimeError, ShapeLoadError
    from rdflib import Graph

    shapes = Graph()
    for text in texts.values():
        shapes.parse(data=text, format="turtle")
    # not a pyoxigraph.Store: for each result, nested ones too, pySHACL 0.40.1 counts all its statements
    data = Graph()
    for quad in quads:
        data.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))
    try:
        _, report, text = run_shapes(data, shacl_graph=shapes)
    except (ReportableRuntimeError, ShapeLoadError) as error:
        report, text = error, str(error)
    if not isinstance(report, Graph):
        message = f"the shapes cannot be run ({text}); mend the shape"
        yield Problem(FOLDER.rstrip("/"), None, CHECK, message, "error", CHECK)
        return
    yield from _problems(report, places, prefixes)


def _problems(report: "Graph", places: Descriptions, prefixes: Mapping[str, str]) -> Iterator[Problem]:
    """Yield the results of a validation report as problems."""
    from rdflib.namespace import SH

    for result in report.objects(None, SH.result):
        focus, shape = report.value(result, SH.focusNode), report.value(result, SH.sourceShape)
        path, line = places.of(str(focus)) or places.of(str(shape)) or (FOLDER.rstrip("/"), None)
        value = report.value(result, SH.value)
        found = f" (found {_short(value, prefixes)})" if value is not None and value != focus else ""
        message = f"{_short(focus, prefixes)}: {report.value(result, SH.resultMessage)}{found}"
        is_error = report.value(result, SH.resultSeverity) == SH.Violation
        named = _short(focus if value is None else value, prefixes)
        yield Problem(path, line, named, message, "error" if is_error else "warning", _short(shape, prefixes))


def _short(node: "Node | None", prefixes: Mapping[str, str]) -> str:
    from rdflib.term import URIRef

    return compact(str(node), prefixes) if isinstance(node, URIRef) else str(node)
