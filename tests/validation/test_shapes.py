"""Every constraint of every shape has an example that breaks it, and it alone; every shape has one that conforms."""

import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse
from rdflib import RDF, SH, Graph
from rdflib.term import Node

from kb.dataset import read_file, source_files
from kb.errors import DataError
from kb.prefixes import read_prefixes
from kb.terms import Term
from kb.validation.shape_engines import Result, ShapeEngine, run_pyshacl, run_shacl, shape_engine
from kb.validation.shapes import shape_faults
from tests.conftest import ROOT

EXAMPLES = Path(__file__).parent / "examples"
SHAPES = sorted((ROOT / "ontology" / "shapes").glob("*.ttl"))
FAILING = sorted(path for path in EXAMPLES.rglob("*.ttl") if path.stem != "conforming")
NOT_CONSTRAINTS = {
    "message",
    "name",
    "path",
    "property",
    "qualifiedValueShape",
    "severity",
    "targetClass",
    "targetSubjectsOf",
}
"""Properties of a shape that constrain nothing by themselves."""

_SHAPE = "PREFIX ex: <urn:ex:> PREFIX sh: <http://www.w3.org/ns/shacl#> ex:S a sh:NodeShape ; {} sh:targetClass ex:C ."
_OBJECT_PROPERTY = NamedNode("http://www.w3.org/2002/07/owl#ObjectProperty")
_SUBCLASS_OF = NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")

Constraint = tuple[str, str]
"""Local name of a shape, and of a property that constrains: claim-shape-subject, minCount."""


def _local(node: Node | str | None) -> str:
    return str(node).rpartition("#")[2]


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


def _with_targets(graph: Graph) -> set[Node]:
    return {*graph.subjects(SH.targetClass), *graph.subjects(SH.targetSubjectsOf)}


def _constraints(path: Path) -> Iterator[Constraint]:
    """Yield each constraint of the shapes of a file that have a target, and of their properties."""
    graph = Graph().parse(path)
    for shape in _with_targets(graph):
        for part in (shape, *graph.objects(shape, SH.property)):
            for predicate in graph.predicates(part):
                if predicate in SH and _local(predicate) not in NOT_CONSTRAINTS:
                    yield _local(part), _local(predicate)


def _example_of(result: Constraint, folder: str) -> str:
    """Return the name of the example for a constraint: subject-min-count for claim-shape-subject, minCount."""
    return f"{folder}/{_kebab(result[0]).removeprefix(f'{folder}-shape-')}-{_kebab(result[1])}"


@cache
def _shapes() -> Graph:
    graph = Graph()
    for path in SHAPES:
        graph.parse(path)
    return graph


def _triples(paths: Iterable[Path]) -> list[Triple]:
    return [
        quad.triple for path in paths for quad in parse(path.read_bytes(), RdfFormat.TURTLE, rename_blank_nodes=True)
    ]


def _parsed(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(text, RdfFormat.TURTLE)]


@cache
def _shape_triples() -> list[Triple]:
    return _triples(SHAPES)


@cache
def _ontology() -> list[Triple]:
    return _triples((ROOT / "ontology" / "modules").glob("*.ttl"))


@cache
def _object_properties() -> set[Term]:
    return {triple.subject for triple in _ontology() if triple.object == _OBJECT_PROPERTY}


def _example(path: Path) -> list[Triple]:
    """Return an example with the classes and properties of the ontology that it uses."""
    example = _triples([path])
    used = {triple.object for triple in example} & _object_properties()
    return [*example, *(triple for triple in _ontology() if triple.predicate == _SUBCLASS_OF or triple.subject in used)]


def _sorted(results: list[Result]) -> list[str]:
    """Return results so that they can be compared; a value without a name has another one in each run."""
    return sorted(re.sub(r"<BlankNode[^>]*>", "_:", repr(result)) for result in results)


@cache
def _results(path: Path) -> list[Result]:
    """Return what pySHACL finds in an example."""
    return run_pyshacl(_shape_triples(), _example(path))


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
    folder = path.parent.name
    found = [
        _example_of((_local(result.shape.value), _local(result.component).removesuffix("ConstraintComponent")), folder)
        for result in _results(path)
        if isinstance(result.shape, NamedNode)
    ]

    assert [f"{path.parent.name}/{path.stem}"] == found


@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("*.ttl")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_engines_find_the_same_in_an_example(path: Path) -> None:
    pytest.importorskip("shacl")

    assert _sorted(_results(path)) == _sorted(run_shacl(_shape_triples(), _example(path)))


@pytest.mark.whole_graph
def test_engines_find_the_same_in_the_shipped_graph() -> None:
    pytest.importorskip("shacl")
    sources = source_files(str(ROOT), read_prefixes(str(ROOT)))
    data = {quad.triple for source in sources for quad in read_file(str(ROOT), source)}

    assert _sorted(run_pyshacl(_shape_triples(), data)) == _sorted(run_shacl(_shape_triples(), data))


def test_pyshacl_stands_in_where_shacl_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "shacl", None)

    assert run_pyshacl is shape_engine()


def test_shacl_is_used_where_it_is_installed() -> None:
    pytest.importorskip("shacl")

    assert run_shacl is shape_engine()


def test_shapes_are_whole() -> None:
    assert [] == list(shape_faults(_shape_triples()))


@pytest.mark.parametrize(
    ("shape", "fault"),
    [
        ("sh:property ex:nowhere", "has the sh:property <urn:ex:nowhere>, which has no sh:path"),
        ("sh:property [ sh:minCount 1 ]", "which has no sh:path"),
        ("sh:not ex:nowhere", "has the sh:not <urn:ex:nowhere>, which no file describes"),
        ("sh:node ex:nowhere", "has the sh:node <urn:ex:nowhere>, which no file describes"),
        ("sh:or ( ex:S ex:nowhere )", "has the sh:or <urn:ex:nowhere>, which no file describes"),
        ("a sh:PropertyShape", "is a property shape without an sh:path"),
    ],
)
def test_shape_that_is_not_whole_is_a_fault(shape: str, fault: str) -> None:
    found = [fault for _, fault in shape_faults(_parsed(_SHAPE.format(f"{shape} ;")))]

    assert 1 == len(found)
    assert fault in found[0]


@pytest.mark.parametrize("engine", [run_pyshacl, run_shacl])
def test_shape_that_an_engine_refuses_is_an_error_of_the_data(engine: ShapeEngine) -> None:
    if engine is run_shacl:
        pytest.importorskip("shacl")
    data = _parsed("PREFIX ex: <urn:ex:> ex:a a ex:C .")

    with pytest.raises(DataError):
        engine(_parsed(_SHAPE.format('sh:maxLength "many" ;')), data)


@pytest.mark.parametrize("path", SHAPES, ids=lambda path: path.stem)
def test_shape_is_named_and_says_what_to_do(path: Path) -> None:
    graph = Graph().parse(path)
    parts = {part for shape in _with_targets(graph) for part in graph.objects(shape, SH.property)}
    parts |= {shape for shape in _with_targets(graph) if not list(graph.objects(shape, SH.property))}
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
