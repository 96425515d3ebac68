"""Every constraint of every shape has an example that breaks it, and it alone; every shape has one that conforms."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import OWL, RDF, RDFS, SH, Graph
from rdflib.term import Node

from tests.conftest import ROOT

EXAMPLES = Path(__file__).parent / "examples"
SHAPES = sorted((ROOT / "ontology" / "shapes").glob("*.ttl"))
FAILING = sorted(path for path in EXAMPLES.rglob("*.ttl") if path.stem != "conforming")
NOT_CONSTRAINTS = {"message", "name", "path", "property", "qualifiedValueShape", "severity", "targetClass"}
"""Properties of a shape that constrain nothing by themselves."""

Result = tuple[str, str]
"""Local name of a shape, and of a property that constrains: claim-shape-subject, minCount."""


def _local(node: Node | None) -> str:
    return str(node).rpartition("#")[2]


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


def _constraints(path: Path) -> Iterator[Result]:
    """Yield each constraint of the shapes of a file that have a target, and of their properties."""
    graph = Graph().parse(path)
    for shape in set(graph.subjects(SH.targetClass)):
        for part in (shape, *graph.objects(shape, SH.property)):
            for predicate in graph.predicates(part):
                if predicate in SH and _local(predicate) not in NOT_CONSTRAINTS:
                    yield _local(part), _local(predicate)


def _example_of(result: Result, folder: str) -> str:
    """Return the name of the example for a constraint: subject-min-count for claim-shape-subject, minCount."""
    return f"{folder}/{_kebab(result[0]).removeprefix(f'{folder}-shape-')}-{_kebab(result[1])}"


@cache
def _shapes() -> Graph:
    graph = Graph()
    for path in SHAPES:
        graph.parse(path)
    return graph


@cache
def _ontology() -> Graph:
    graph = Graph()
    for path in (ROOT / "ontology" / "modules").glob("*.ttl"):
        graph.parse(path)
    return graph


def _results(path: Path) -> list[Result]:
    """Return what all shapes find in an example, with the classes and properties of the ontology that it uses."""
    data = Graph().parse(path)
    for term in set(data.objects()):
        if (term, RDF.type, OWL.ObjectProperty) in _ontology():
            data += _ontology().triples((term, None, None))
    data += _ontology().triples((None, RDFS.subClassOf, None))
    report = validate(data, shacl_graph=_shapes())[1]
    assert isinstance(report, Graph)
    return [
        (_local(report.value(result, SH.sourceShape)), _local(report.value(result, SH.sourceConstraintComponent)))
        for result in report.objects(None, SH.result)
    ]


def test_every_constraint_has_an_example() -> None:
    expected = {_example_of(result, path.stem) for path in SHAPES for result in _constraints(path)}

    assert expected == {f"{path.parent.name}/{path.stem}" for path in FAILING}


def test_every_shape_has_a_conforming_example() -> None:
    expected = {path.stem for path in SHAPES}

    assert expected == {path.parent.name for path in EXAMPLES.rglob("conforming.ttl")}


@pytest.mark.parametrize("folder", [path.stem for path in SHAPES])
def test_conforming_example_breaks_nothing(folder: str) -> None:
    assert [] == _results(EXAMPLES / folder / "conforming.ttl")


@pytest.mark.parametrize("path", FAILING, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_failing_example_breaks_its_constraint_alone(path: Path) -> None:
    found = [
        _example_of((shape, component.removesuffix("ConstraintComponent")), path.parent.name)
        for shape, component in _results(path)
    ]

    assert [f"{path.parent.name}/{path.stem}"] == found


@pytest.mark.parametrize("path", SHAPES, ids=lambda path: path.stem)
def test_shape_is_named_and_says_what_to_do(path: Path) -> None:
    graph = Graph().parse(path)
    parts = {part for shape in graph.subjects(SH.targetClass) for part in graph.objects(shape, SH.property)}
    parts |= {shape for shape in graph.subjects(SH.targetClass) if (shape, SH["or"], None) in graph}
    incomplete = {
        _local(part)
        for part in parts
        for needed in (SH.name, SH.message, SH.severity)
        if len(list(graph.objects(part, needed))) != 1
    }
    silent = {_local(part) for part in parts if ";" not in str(graph.value(part, SH.message))}

    assert set() == incomplete
    assert set() == silent, "a message says what is wrong; then what to do"


def test_shapes_are_core_and_have_names() -> None:
    graph = _shapes()
    shapes = {*graph.subjects(RDF.type, SH.NodeShape), *graph.subjects(RDF.type, SH.PropertyShape)}
    pointed_at = {*graph.objects(None, SH.property), *graph.objects(None, SH["not"])}

    assert (None, SH.sparql, None) not in graph
    assert all(str(shape).startswith("https://") for shape in shapes | pointed_at)
