"""`kb export`: every format is read back as the same graph, by Oxigraph and by rdflib."""

from pathlib import Path

import pytest
import rdflib
from pyoxigraph import Quad, RdfFormat, parse
from rdflib.compare import isomorphic

from kb import KnowledgeBase
from kb.dataset import union
from kb.exports import exports, find_export
from tests.cli.outcome import failure, success
from tests.conftest import TINY, Run

DATASETS = {
    "nq": (RdfFormat.N_QUADS, "nquads"),
    "trig": (RdfFormat.TRIG, "trig"),
    "jsonld": (RdfFormat.JSON_LD, "json-ld"),
}
GRAPHS = {"nt": (RdfFormat.N_TRIPLES, "nt"), "ttl": (RdfFormat.TURTLE, "turtle"), "rdfxml": (RdfFormat.RDF_XML, "xml")}
HOSTILE = '<urn:a> <urn:p#p> "say \\"hi\\"\\r\\n\\ttab \\\\n é 😀 \\u0085", "x"@en-GB .\n'


@pytest.fixture(params=[pytest.param("shipped", marks=pytest.mark.whole_graph), "hostile"])
def kb(request: pytest.FixtureRequest, tiny: Path, shipped: KnowledgeBase) -> KnowledgeBase:
    """The shipped graph, and the invented one with hostile literals in two files."""
    if request.param == "shipped":
        return shipped
    for name in ("one", "two"):
        (tiny / "graph_data" / "drugs" / f"{name}.ttl").write_text(HOSTILE, encoding="utf-8")
    return KnowledgeBase.open(str(tiny))


@pytest.mark.parametrize("format", DATASETS)
def test_oxigraph_reads_back_the_same_dataset(kb: KnowledgeBase, format: str) -> None:
    content = find_export(format).write(kb.quads(), kb.prefixes)

    assert set(kb.quads()) == set(parse(content, DATASETS[format][0]))


@pytest.mark.parametrize("format", GRAPHS)
def test_oxigraph_reads_back_the_same_graph(kb: KnowledgeBase, format: str) -> None:
    content = find_export(format).write(kb.quads(), kb.prefixes)
    read = list(parse(content, GRAPHS[format][0]))

    assert set(union(kb.quads())) == set(read)
    assert len(set(read)) == len(read)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.parametrize("format", DATASETS)
def test_rdflib_reads_back_the_same_dataset(kb: KnowledgeBase, format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    read = rdflib.Dataset()
    read.parse(data=find_export(format).write(kb.quads(), kb.prefixes), format=DATASETS[format][1])
    expected = kb.graph()

    assert {str(graph.identifier) for graph in expected.graphs() if len(graph)} == {
        str(g.identifier) for g in read.graphs() if len(g)
    }
    for graph in expected.graphs():
        assert isomorphic(graph, read.graph(graph.identifier)) or not len(graph)


@pytest.mark.parametrize("format", GRAPHS)
def test_rdflib_reads_back_the_same_graph(kb: KnowledgeBase, format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    read = rdflib.Graph().parse(data=find_export(format).write(kb.quads(), kb.prefixes), format=GRAPHS[format][1])
    expected = rdflib.Graph()
    for statement in kb.graph():
        expected.add(statement[:3])

    assert isomorphic(expected, read)


@pytest.mark.parametrize("format", [*DATASETS, *GRAPHS])
def test_every_format_is_written_by_the_command(run_kb: Run, tmp_path: Path, format: str) -> None:
    target = tmp_path / "graph"
    success(run_kb("export", format, "--data", str(TINY), "--to", str(target)))

    assert success(run_kb("export", format, "--data", str(TINY))).encode() == target.read_bytes() or format == "rdfxml"
    assert all(isinstance(quad, Quad) for quad in parse(target.read_bytes(), {**DATASETS, **GRAPHS}[format][0]))


@pytest.mark.parametrize("property", ["urn:p#1", "https://example.org/", "https://example.org/a%41"])
def test_rdf_xml_that_cannot_hold_a_property_is_refused(run_kb: Run, tiny: Path, property: str) -> None:
    (tiny / "graph_data" / "drugs" / "odd.ttl").write_text(f"<urn:a> <{property}> <urn:b> .\n", encoding="utf-8")
    message = failure(run_kb("export", "rdfxml", "--data", str(tiny)))

    assert message.startswith("the result holds a property whose IRI ends in no name, which RDF/XML cannot hold")
    success(run_kb("export", "ttl", "--data", str(tiny)))


def test_there_is_no_other_format() -> None:
    assert {*DATASETS, *GRAPHS} == set(exports())


def test_an_unknown_format_is_refused_with_those_there_are(run_kb: Run) -> None:
    message = failure(run_kb("export", "turtle", "--data", str(TINY)))

    assert message.startswith("no export format is called 'turtle'")
    assert "(there are nq, trig, jsonld, nt, ttl, rdfxml)" in message


def test_a_format_is_wanted(run_kb: Run) -> None:
    assert failure(run_kb("export")).startswith("kb export: the following arguments are required: format")


def test_n_quads_are_sorted(shipped: KnowledgeBase) -> None:
    lines = find_export("nq").write(reversed(shipped.quads()), {}).splitlines()

    assert sorted(lines) == lines
    assert Path(shipped.compiled.named).read_bytes().splitlines() == lines
