"""Where rdflib and Oxigraph give other answers: avoid these shapes in canned queries.

A test that fails after an update of rdflib means that it has changed: remove the test.
"""

from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode

from kb.engines.oxigraph import OxigraphEngine
from kb.engines.rdflib import RdflibEngine
from kb.errors import EngineError
from kb.results import Answer, Result, Rows
from kb.terms import XSD
from tests.engines.conftest import Compiled, read

pytestmark = pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning:rdflib")


def typed(text: str, datatype: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD + datatype))


def decimal(text: str) -> Literal:
    return typed(text, "decimal")


def cells(result: Result) -> list[object]:
    """Return the first column, sorted."""
    assert isinstance(result, Rows)
    return sorted((row[0] for row in result.rows), key=str)


@pytest.fixture(scope="module")
def oxigraph(compiled: Compiled) -> OxigraphEngine:
    return OxigraphEngine(*compiled)


@pytest.fixture(scope="module")
def rdflib(compiled: Compiled) -> RdflibEngine:
    return RdflibEngine(*compiled)


# One row each: what the query is about, the query, the first column in Oxigraph, and in rdflib.
OTHER_CELLS = [
    # Oxigraph keeps numbers by value, rdflib as they are written.
    ("spelling of numbers", "SELECT ?x { VALUES ?x { 5.10 } }", [decimal("5.1")], [decimal("5.10")]),
    ("sums of decimals", "SELECT (1.5 + 2.5 AS ?x) {}", [decimal("4")], [decimal("4.0")]),
    (
        "endless decimals",
        "SELECT (1/3 AS ?x) {}",
        [decimal("0." + "3" * 18)],
        [decimal("0." + "3" * 28)],
    ),
    ("doubles", "SELECT (1e0 + 1 AS ?x) {}", [typed("2", "double")], [typed("2.0", "double")]),
    # rdflib multiplies and divides as decimals, whatever the operands are.
    ("product of integers", "SELECT (2 * 3 AS ?x) {}", [typed("6", "integer")], [decimal("6")]),
    ("quotient of doubles", "SELECT (1e0 / 4 AS ?x) {}", [typed("0.25", "double")], [decimal("0.25")]),
    ("casting a fraction to an integer", "SELECT (xsd:integer(5.7) AS ?x) {}", [typed("5", "integer")], [None]),
    ("casting to a date", 'SELECT (xsd:date("2020-01-01") AS ?x) {}', [typed("2020-01-01", "date")], [None]),
    # rdflib takes "x" and "x"^^xsd:string for two terms, as RDF 1.0 did.
    (
        "xsd:string in a pattern",
        'SELECT ?x { ?x rdfs:label "plenamine"^^xsd:string }',
        [NamedNode("https://example.org/id/plenamine")],
        [],
    ),
    # RDFLib/rdflib#3511: the flags go where re.sub has its count.
    ("flags of REPLACE", 'SELECT (REPLACE("aXbxc", "x", "-", "i") AS ?x) {}', [Literal("a-b-c")], [Literal("aXb-c")]),
    # RDFLib/rdflib#3382: one empty row where there is no group.
    ("groups of nothing", "SELECT ?s (COUNT(?d) AS ?n) { ?s on:nothing ?d } GROUP BY ?s", [], [None]),
    # An unbound value is an error for SUM and GROUP_CONCAT (section 11.5); rdflib leaves it out.
    (
        "sum over unbound",
        "SELECT (SUM(?d) AS ?x) { ex:hexol a ?t OPTIONAL { ex:hexol on:nothing ?d } }",
        [None],
        [typed("0", "integer")],
    ),
    (
        "concatenation over unbound",
        "SELECT (GROUP_CONCAT(?d) AS ?x) { ex:hexol a ?t OPTIONAL { ex:hexol on:nothing ?d } }",
        [None],
        [Literal("")],
    ),
    # Oxigraph keeps a language that all values share; SPARQL 1.1 asks for a plain string.
    (
        "concatenation of one language",
        "SELECT (GROUP_CONCAT(?l) AS ?x) { ex:crampitis rdfs:label ?l }",
        [Literal("crampitis", language="en")],
        [Literal("crampitis")],
    ),
    # rdflib lets a variable from outside into a nested group and into a sub-SELECT.
    (
        "filter on an outer variable",
        "SELECT ?x { ?x a on:Condition { FILTER(BOUND(?x)) } }",
        [],
        [NamedNode("https://example.org/id/crampitis")],
    ),
    (
        "variable that a sub-SELECT hides",
        "SELECT (COUNT(*) AS ?n) { ?x a on:Drug { SELECT ?d { ?x on:dose ?d } } }",
        [typed("12", "integer")],
        [typed("4", "integer")],
    ),
    # Section 18.4 counts both alternatives, as rdflib does; Oxigraph gives one row.
    (
        "alternatives that are alike",
        "SELECT ?x { ex:hexol (on:dose|on:dose) ?x }",
        [typed("7", "integer")],
        [typed("7", "integer")] * 2,
    ),
    # Section 18.4 reaches a node from itself, in the graph or not, as rdflib does.
    (
        "path of no step to a node outside",
        "SELECT ?x { ?x on:broader* ex:nowhere }",
        [],
        [NamedNode("https://example.org/id/nowhere")],
    ),
    ("language as written", 'SELECT (LANG("a"@EN) AS ?x) {}', [Literal("en")], [Literal("EN")]),
    ("division of a double by nothing", "SELECT (1e0 / 0 AS ?x) {}", [typed("INF", "double")], [None]),
    ("truth values in order", "SELECT (true > false AS ?x) {}", [None], [typed("true", "boolean")]),
    # rdflib gives a constant even where the filter lets nothing through.
    ("constant behind a false filter", "SELECT (1 AS ?x) { FILTER(false) }", [], [typed("1", "integer")]),
]
OTHER_ORDER = [
    ("numbers, text and truth", 'SELECT ?x { VALUES ?x { true 1 "b" } } ORDER BY ?x'),
    ("text with and without language", 'SELECT ?x { VALUES ?x { "b" "a"@en } } ORDER BY ?x'),
    ("text of several languages", 'SELECT ?x { VALUES ?x { "b"@de "a"@en } } ORDER BY DESC(?x)'),
]
FAILS_IN_RDFLIB = [
    # RDFLib/rdflib#2124: EXISTS as a value, outside FILTER and BIND.
    ("exists as a column", "SELECT (EXISTS { ex:hexol a on:Drug } AS ?x) {}"),
    ("sum of a text", 'SELECT (SUM(?x) AS ?y) { VALUES ?x { 1 "x" } }'),
    ("values without a value", "SELECT (SUM(?x) AS ?y) { VALUES ?x { } }"),
    ("path of not backwards", "SELECT ?y { ex:crampitis !^on:treats ?y }"),
    ("describe star", "DESCRIBE * { ?s a on:Condition }"),
    ("dollar in a replacement", "SELECT (REPLACE('a.b', '[.]', '$') AS ?x) {}"),
]


def by_kind(entries: list[tuple[Any, ...]]) -> dict[str, Any]:
    return {"argvalues": [entry[1:] for entry in entries], "ids": [entry[0] for entry in entries]}


@pytest.mark.parametrize(("query", "in_oxigraph", "in_rdflib"), **by_kind(OTHER_CELLS))
def test_other_cells(
    oxigraph: OxigraphEngine, rdflib: RdflibEngine, query: str, in_oxigraph: list[object], in_rdflib: list[object]
) -> None:
    assert in_oxigraph == cells(oxigraph.run(read(query)))
    assert in_rdflib == cells(rdflib.run(read(query)))


@pytest.mark.parametrize(("query",), **by_kind(OTHER_ORDER))
def test_other_order(oxigraph: OxigraphEngine, rdflib: RdflibEngine, query: str) -> None:
    one, other = oxigraph.run(read(query)), rdflib.run(read(query))

    assert cells(one) == cells(other)
    assert one.rows != other.rows


@pytest.mark.parametrize(("query",), **by_kind(FAILS_IN_RDFLIB))
def test_fails_in_rdflib(oxigraph: OxigraphEngine, rdflib: RdflibEngine, query: str) -> None:
    oxigraph.run(read(query))

    with pytest.raises(EngineError):
        rdflib.run(read(query))


def test_an_unknown_function_fails_in_oxigraph_and_is_unbound_in_rdflib(
    oxigraph: OxigraphEngine, rdflib: RdflibEngine
) -> None:
    query = read("SELECT (ex:unknown(1) AS ?x) {}")
    with pytest.raises(EngineError, match="not supported"):
        oxigraph.run(query)

    assert [None] == cells(rdflib.run(query))


def test_an_empty_pattern_in_an_unknown_graph_is_found_by_rdflib(
    oxigraph: OxigraphEngine, rdflib: RdflibEngine
) -> None:
    query = read("ASK { GRAPH ex:nowhere {} }")

    assert Answer(False) == oxigraph.run(query)
    assert Answer(True) == rdflib.run(query)


def test_describe_in_rdflib_adds_the_statements_about_statements(
    oxigraph: OxigraphEngine, rdflib: RdflibEngine
) -> None:
    query = read("DESCRIBE ex:zorvexin")
    more = set(map(str, rdflib.run(query))) - set(map(str, oxigraph.run(query)))

    assert 3 == len(more)
    assert all(triple.startswith("<https://example.org/id/statement>") for triple in more)


def test_star_in_rdflib_has_a_column_for_a_variable_of_a_filter(oxigraph: OxigraphEngine, rdflib: RdflibEngine) -> None:
    query = read("SELECT * { ?s on:share ?n FILTER(!BOUND(?other)) }")
    one, other = oxigraph.run(query), rdflib.run(query)

    assert isinstance(one, Rows) and isinstance(other, Rows)
    assert ("n", "s") == one.variables
    assert ("n", "other", "s") == other.variables
