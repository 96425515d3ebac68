"""Results: rows as Python values, and in the W3C formats exactly as they are defined."""

import copy
import csv
import io
import json
import pickle
from decimal import Decimal

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    Triple,
    parse,
    parse_query_results,
)
from rdflib import BNode, URIRef
from rdflib.query import Result as RdflibResult
from rdflib.term import Identifier

from kb.errors import UnknownNameError, UsageError
from kb.results import ROW_FORMATS, TRIPLE_FORMATS, Answer, Row, Rows, Triples
from kb.terms import XSD, Term

A = NamedNode("https://example.org/a")
HOSTILE = 'say "hi", or\r\n<b>&amp;</b>\ttab \\n é 😀'
ROWS = Rows(
    ["x", "y"],
    [
        (A, Literal("plain")),
        (BlankNode("b"), Literal("hallo", language="de")),
        (Literal("5.10", datatype=NamedNode(XSD + "decimal")), None),
        (Literal("07", datatype=NamedNode(XSD + "integer")), Literal(HOSTILE)),
        (Literal("true", datatype=NamedNode(XSD + "boolean")), Literal("")),
    ],
)
EMPTY = Rows(["x", "y"], [])
PARSED_EXACTLY = ("json", "xml", "tsv")
XML_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\ufffe\uffff", min_codepoint=32))


def parsed(rows: Rows, format: str) -> list[tuple[Term | None, ...]]:
    """Return the rows as pyoxigraph reads them from a serialisation."""
    solutions = parse_query_results(rows.serialize(format), ROW_FORMATS[format])
    assert isinstance(solutions, QuerySolutions)
    assert list(rows.variables) == [variable.value for variable in solutions.variables]
    return [tuple(solution) for solution in solutions]


def parsed_by_rdflib(rows: Rows, format: str) -> list[list[str | None]]:
    """Return the rows as rdflib reads them, blank nodes without their labels."""
    result = RdflibResult.parse(io.BytesIO(rows.serialize(format)), format=format)
    assert list(rows.variables) == [str(variable) for variable in result.vars or []]
    return [[_shown(binding.get(variable)) for variable in result.vars or []] for binding in result.bindings]


def _shown(term: Identifier | None) -> str | None:
    return None if term is None else "_:" if term.n3().startswith("_:") else term.n3()


def expected_of_rdflib(rows: Rows) -> list[list[str | None]]:
    """Return the rows as rdflib would spell them."""
    return [[None if term is None else _shown(_spelled(term)) for term in row] for row in rows.rows]


def _spelled(term: Term) -> Identifier:
    if not isinstance(term, Literal):
        return URIRef(term.value) if isinstance(term, NamedNode) else BNode()
    datatype = None if term.language or term.datatype.value == XSD + "string" else URIRef(term.datatype.value)
    return rdflib.Literal(term.value, lang=term.language, datatype=datatype, normalize=False)


@pytest.mark.parametrize("format", PARSED_EXACTLY)
@pytest.mark.parametrize("rows", [ROWS, EMPTY], ids=["rows", "no rows"])
def test_oxigraph_reads_back_the_same_rows(rows: Rows, format: str) -> None:
    assert rows.rows == parsed(rows, format)


@pytest.mark.parametrize("format", PARSED_EXACTLY)
@pytest.mark.parametrize("rows", [ROWS, EMPTY], ids=["rows", "no rows"])
def test_rdflib_reads_back_the_same_rows(rows: Rows, format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rdflib.NORMALIZE_LITERALS", False)

    assert expected_of_rdflib(rows) == parsed_by_rdflib(rows, format)


@given(st.lists(st.tuples(st.none() | XML_TEXT.map(Literal), XML_TEXT.map(lambda text: Literal(text, language="en")))))
def test_any_text_survives_every_format(rows: list[tuple[Term | None, ...]]) -> None:
    answer = Rows(["x", "y"], rows)

    for name in PARSED_EXACTLY:
        assert rows == parsed(answer, name)
    assert [[_plain(term) for term in row] for row in rows] == list(csv.reader(_text(answer, "csv")))[1:]


def _plain(term: Term | None) -> str:
    return "" if term is None else term.value if isinstance(term, NamedNode | Literal) else str(term)


def _text(rows: Rows, format: str) -> io.StringIO:
    return io.StringIO(rows.serialize(format).decode(), newline="")


def test_csv_has_bare_iris_plain_values_and_crlf() -> None:
    content = Rows(
        ["x", "y"], [(A, Literal("a,b")), (BlankNode("b"), None), (Literal('say "hi"', language="en"), Literal(5))]
    )

    assert b'x,y\r\nhttps://example.org/a,"a,b"\r\n_:b,\r\n"say ""hi""",5\r\n' == content.serialize("csv")


def test_csv_is_read_by_rdflib_and_python() -> None:
    assert [["x", "y"], *([_plain(term) for term in row] for row in ROWS.rows)] == list(csv.reader(_text(ROWS, "csv")))
    assert len(ROWS) == len(parsed_by_rdflib(ROWS, "csv"))


def test_tsv_has_turtle_terms_and_line_feeds() -> None:
    lines = ROWS.serialize("tsv").decode().split("\n")

    assert "?x\t?y" == lines[0]
    assert '<https://example.org/a>\t"plain"' == lines[1]
    assert '_:b\t"hallo"@de' == lines[2]
    assert "\\t" in lines[4] and "\\r\\n" in lines[4]
    assert [""] == lines[6:]


def test_json_is_the_document_that_w3c_defines() -> None:
    document = json.loads(ROWS.serialize("json"))

    assert {"vars": ["x", "y"]} == document["head"]
    assert {"type": "uri", "value": A.value} == document["results"]["bindings"][0]["x"]
    assert {"type": "literal", "value": "hallo", "xml:lang": "de"} == document["results"]["bindings"][1]["y"]
    assert {"type": "literal", "value": "5.10", "datatype": XSD + "decimal"} == document["results"]["bindings"][2]["x"]
    assert "y" not in document["results"]["bindings"][2]


def test_xml_has_the_namespace_that_w3c_defines() -> None:
    content = ROWS.serialize("xml").decode()

    assert content.startswith('<?xml version="1.0"')
    assert '<sparql xmlns="http://www.w3.org/2005/sparql-results#">' in content


@pytest.mark.parametrize("value", [True, False])
@pytest.mark.parametrize("format", ["json", "xml"])
def test_an_answer_is_read_back(value: bool, format: str) -> None:
    answer = Answer(value)
    read = parse_query_results(answer.serialize(format), ROW_FORMATS[format])

    assert isinstance(read, QueryBoolean)
    assert value == bool(read) == bool(answer)
    assert value == RdflibResult.parse(io.BytesIO(answer.serialize(format)), format=format).askAnswer


def test_a_triple_term_survives_json() -> None:
    rows: list[tuple[Term | None, ...]] = [(Triple(A, A, Literal("x")),)]

    assert rows == parsed(Rows(["t"], rows), "json")


@pytest.mark.parametrize("result", [ROWS, Answer(True)], ids=["rows", "answer"])
def test_an_unknown_format_is_refused_with_the_nearest(result: Rows | Answer) -> None:
    with pytest.raises(
        UnknownNameError,
        match=r"no format for rows is called 'jsn'; did you mean json\? \(there are json, xml, csv, tsv\)",
    ):
        result.serialize("jsn")


@pytest.mark.parametrize("char", ["\x00", "\x01", "\x0b", "\x1f", "\ufffe"])
def test_what_xml_cannot_hold_is_refused(char: str) -> None:
    literal = Literal(f"a{char}b")

    for result, name in ((Rows(["x"], [(literal,)]), "xml"), (Triples([Triple(A, A, literal)]), "rdfxml")):
        with pytest.raises(UsageError, match="which XML cannot hold; write another format") as caught:
            result.serialize(name)
        assert repr(char) in str(caught.value)


def test_an_unknown_format_of_triples_is_refused() -> None:
    with pytest.raises(UnknownNameError, match=r"no format for triples is called 'turtle'"):
        Triples([]).serialize("turtle")


@pytest.mark.parametrize("format", TRIPLE_FORMATS)
def test_triples_are_read_back(format: str) -> None:
    triples = [
        Triple(A, A, Literal(HOSTILE)),
        Triple(A, NamedNode("https://example.org/p"), Literal("x", language="en")),
    ]
    content = Triples([*triples, triples[0]]).serialize(format, {"ex": "https://example.org/"})

    assert set(triples) == {quad.triple for quad in parse(content, TRIPLE_FORMATS[format])}


def test_triples_are_each_there_once_and_written_in_order() -> None:
    triples = [Triple(A, A, Literal(value)) for value in "cab"]

    assert 3 == len(Triples(triples + triples))
    assert sorted(Triples(triples).serialize("nt").splitlines()) == Triples(triples).serialize("nt").splitlines()


def test_turtle_declares_its_prefixes_in_order() -> None:
    prefixes = {f"p{number}": f"https://example.org/{number}/" for number in range(9)}
    named = [NamedNode(f"{space}a") for space in prefixes.values()]
    unused = {"unused": "https://example.org/unused/"}
    content = Triples([Triple(A, A, name) for name in named]).serialize(
        "ttl", {**unused, **dict(reversed(prefixes.items()))}
    )

    assert [f"@prefix p{number}:" for number in range(9)] == [
        line.split(" <")[0] for line in content.decode().splitlines() if line.startswith("@prefix")
    ]


def test_a_row_is_read_by_position_name_and_attribute() -> None:
    row = ROWS[0]

    assert A == row[0] == row["x"] == row.x
    assert [A, Literal("plain")] == list(row)
    assert 2 == len(row)
    assert ROWS[2].y is None
    assert [Row] * 5 == [type(row) for row in ROWS]


def test_an_unknown_column_is_refused_with_the_nearest() -> None:
    row = Rows(["condition", "source"], [(A, A)])[0]

    with pytest.raises(UnknownNameError, match=r"no column is called 'conditon'; did you mean condition\?"):
        row["conditon"]
    with pytest.raises(AttributeError, match="the row has no column 'drug'; its columns: condition, source"):
        _ = row.drug


def test_a_row_can_be_copied_and_pickled() -> None:
    row = Rows(["x", "y"], [(A, Literal("plain"))])[0]

    for twin in (copy.copy(row), copy.deepcopy(row), pickle.loads(pickle.dumps(row))):
        assert list(row) == list(twin)
        assert row.variables == twin.variables


def test_rows_are_given_as_python_values() -> None:
    assert [
        {"x": A.value, "y": "plain"},
        {"x": "_:b", "y": "hallo"},
        {"x": Decimal("5.10"), "y": None},
        {"x": 7, "y": HOSTILE},
        {"x": True, "y": ""},
    ] == ROWS.to_dicts()


def test_rows_are_given_as_a_data_frame() -> None:
    pandas = pytest.importorskip("pandas")
    frame = ROWS.to_pandas()

    assert ["x", "y"] == list(frame.columns)
    assert 5 == len(frame)
    assert Decimal("5.10") == frame["x"][2]
    assert pandas.isna(frame["y"][2])
    assert ["x", "y"] == list(EMPTY.to_pandas().columns)


def test_results_say_what_they_are() -> None:
    assert "<Rows: 5 of (x, y)>" == repr(ROWS)
    assert "<Triples: 1>" == repr(Triples([Triple(A, A, A)]))
    assert repr(ROWS[0]).startswith("Row(x=<https://example.org/a>, y=")
