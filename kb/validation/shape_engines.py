"""The engines that run SHACL shapes: `shacl` where it is installed, else pySHACL; both find the same.

Why two: docs/decisions/two-shape-engines.md.
"""

from collections.abc import Callable, Collection, Iterable
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse, serialize

from kb.errors import DataError
from kb.terms import Term
from kb.turtle import quiet_rdflib, to_rdflib

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

SH = "http://www.w3.org/ns/shacl#"


class Result(NamedTuple):
    """One result of a validation report."""

    focus: Term
    shape: Term | None
    component: str
    """IRI of the kind of constraint that is broken."""
    value: Term | None
    message: str
    severity: str
    """IRI of the severity."""


ShapeEngine: TypeAlias = Callable[[Collection[Triple], Iterable[Triple]], list[Result]]
"""Takes shapes and data, gives what the shapes find.

Raises:
    DataError: the shapes cannot be run.
"""


def shape_engine() -> ShapeEngine:
    """Return the quicker of the engines that are installed."""
    try:
        from shacl import Shapes  # noqa: F401
    except ImportError:  # not installed, or not for this platform
        return run_pyshacl
    return run_shacl


def run_shacl(shapes: Collection[Triple], data: Iterable[Triple]) -> list[Result]:
    """Return what `shacl`, written in Rust, finds."""
    from shacl import Shapes

    try:
        report = Shapes.from_text(_n_triples(shapes), "ntriples").validate_text(_n_triples(data), "ntriples")
    except ValueError as error:
        raise DataError(str(error)) from error
    return [
        Result(
            _read(found.focus_node),
            _read(found.source_shape) if found.source_shape else None,
            found.component_iri,
            _read(found.value) if found.value else None,
            found.message or "",
            found.severity_iri,
        )
        for found in report.results
    ]


def run_pyshacl(shapes: Collection[Triple], data: Iterable[Triple]) -> list[Result]:
    """Return what pySHACL finds: slower by a factor of thirty or more, and at home wherever Python is."""
    from pyshacl import validate
    from pyshacl.errors import ReportableRuntimeError
    from rdflib import Graph
    from rdflib.namespace import SH as RDFLIB_SH

    with quiet_rdflib():
        try:
            # not a pyoxigraph.Store: for each result, nested ones too, pySHACL 0.40.1 counts all its statements
            _, report, text = validate(_graph(data), shacl_graph=_graph(_with_own_targets(shapes)))
        except (ReportableRuntimeError, AssertionError) as error:
            raise DataError(str(error) or "pySHACL cannot read a constraint") from error
    if not isinstance(report, Graph):
        raise DataError(text)
    found = []
    for node in report.objects(None, RDFLIB_SH.result):
        value = {str(predicate)[len(SH) :]: item for predicate, item in report.predicate_objects(node)}
        focus = _from_rdflib(value["focusNode"])
        assert focus is not None  # the report has one for each result
        found.append(
            Result(
                focus,
                _from_rdflib(value.get("sourceShape")),
                str(value["sourceConstraintComponent"]),
                _from_rdflib(value.get("value")),
                str(value.get("resultMessage", "")),
                str(value["resultSeverity"]),
            )
        )
    return found


def _with_own_targets(shapes: Collection[Triple]) -> list[Triple]:
    """Return the shapes, each property of a shape with targets a shape with those targets itself.

    The results are the same. pySHACL 0.40.1 sets a property up anew for each node that it comes to
    by `sh:property`, and once for all nodes of a target.
    """
    prefix = SH + "target"
    targets: dict[object, list[Triple]] = {}
    for triple in shapes:
        if triple.predicate.value.startswith(prefix):
            targets.setdefault(triple.subject, []).append(triple)
    kept = []
    for triple in shapes:
        own = targets.get(triple.subject) if triple.predicate.value == SH + "property" else None
        if own and isinstance(triple.object, NamedNode | BlankNode):
            kept += [Triple(triple.object, target.predicate, target.object) for target in own]
        else:
            kept.append(triple)
    return kept


def _n_triples(triples: Iterable[Triple]) -> str:
    written = BytesIO()
    serialize(triples, written, RdfFormat.N_TRIPLES)
    return written.getvalue().decode()


def _read(term: str) -> Term:
    """Return the term that `term` is in Turtle."""
    (quad,) = parse(f"<urn:s> <urn:p> {term} .", RdfFormat.TURTLE)
    value: Term = quad.object
    return value


def _graph(triples: Iterable[Triple]) -> "Graph":
    from rdflib import Graph

    graph = Graph()
    for triple in triples:
        graph.add((to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object)))
    return graph


def _from_rdflib(node: "Node | None") -> Term | None:
    return None if node is None else _read(node.n3())
