"""The header of a canned query: what it says is read, and each fault is named with its place and remedy."""

from pathlib import Path

import pytest

from kb.catalog import CannedQuery, Column, Parameter, ParameterLine
from kb.catalog.header import read_catalogue, read_query
from kb.errors import DataError

PREFIXES = {"ex": "https://example.org/id/", "on": "https://example.org/ontology#"}
PATH = "queries/topic/slug.rq"
HEADER = """\
#+ summary: Which conditions is a drug used for?
#+ description: Only what a source
#+   says outright.
#+ tags: [treatment, 2]
#+ params:
#+   drug: {type: iri, class: on:Drug, help: the drug}
#+   dose: {type: decimal, required: false, help: "the dose, in mg"}
#+ returns:
#+   condition: {type: iri, help: the condition}
#+ expect: {min_rows: 1}
"""
BODY = """
PREFIX ex: <https://example.org/id/>
PREFIX on: <https://example.org/ontology#>

SELECT ?condition
WHERE {
  VALUES ?drug { ex:zorvexin }
  VALUES ?dose { UNDEF }

  ?drug on:treats ?condition ;
    on:dose ?dose .
}
ORDER BY ?condition
"""


def read(root: Path, text: str | bytes) -> CannedQuery:
    """Return the query in a file with this text."""
    file = root / PATH
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_query(str(root), PATH, PREFIXES)


def fault(root: Path, text: str | bytes) -> str:
    """Return the message of the error that a query file gives; it must be one line."""
    with pytest.raises(DataError) as caught:
        read(root, text)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_header_is_read(tmp_path: Path) -> None:
    query = read(tmp_path, HEADER + BODY)

    assert "topic/slug" == query.name
    assert PATH == query.path
    assert "Which conditions is a drug used for?" == query.summary
    assert "Only what a source says outright." == query.description
    assert ("treatment", "2") == query.tags
    assert (
        Parameter("drug", "iri", "the drug", "https://example.org/ontology#Drug", True),
        Parameter("dose", "decimal", "the dose, in mg", None, False),
    ) == tuple(parameter._replace(line=ParameterLine(0, 0, 0)) for parameter in query.parameters)
    assert "VALUES ?drug {" == query.text[query.parameters[0].line.start : query.parameters[0].line.open_at + 1]
    assert (Column("condition", "iri", "the condition"),) == query.columns
    assert {"min_rows": 1} == query.expect
    assert HEADER + BODY == query.text


def test_a_query_survives_the_way_through_json(tmp_path: Path) -> None:
    import json

    query = read(tmp_path, HEADER + BODY)

    assert query == CannedQuery.from_json(json.loads(json.dumps(query.to_json())))


@pytest.mark.parametrize("text", [(HEADER + BODY).replace("\n", "\r\n"), HEADER + BODY + "# \\u0041"])
def test_what_engines_read_differently_is_refused(tmp_path: Path, text: str) -> None:
    assert f"{PATH}: holds a carriage return or an escaped code point" in fault(tmp_path, text)


@pytest.mark.parametrize(
    ("expected", "old", "new"),
    [
        (f"{PATH}:1: has no header; begin with a line '#+ summary: <the question>'", HEADER, ""),
        (
            f"{PATH}: the header lacks 'summary'; add a line '#+ summary: …'",
            "#+ summary: Which conditions is a drug used for?\n",
            "",
        ),
        (f"{PATH}: the header has an unknown key 'sumary'; the keys are summary, description, ", "summary", "sumary"),
        (
            f"{PATH}:1: the header is not YAML (mapping values are not allowed",
            "used for?",
            "used: for?",
        ),
        (
            f"{PATH}:6: the header is not YAML (",
            "{type: iri, class: on:Drug, help: the drug}",
            "{type: iri, class: [on:Drug}",
        ),
        (f"{PATH}: 'tags' must be a list, not 'treatment'", "[treatment, 2]", "treatment"),
        (f"{PATH}: 'summary' must be a str, not 12", "Which conditions is a drug used for?", "12"),
        (
            f"{PATH}: 'params' must be a dict, not None",
            HEADER[HEADER.index("#+   drug") : HEADER.index("#+ returns")],
            "",
        ),
        (f"{PATH}: params 'drug' needs a type and a help: {{type: iri, help: …}}", "help: the drug", "required: true"),
        (
            f"{PATH}: params 'drug' has an unknown key 'klass'; the keys are type, class, help, required",
            "class: on:Drug",
            "klass: on:Drug",
        ),
        (
            f"{PATH}: params 'drug' has the unknown type 'uri'; it is one of iri, string, integer, ",
            "type: iri, class",
            "type: uri, class",
        ),
        (
            f"{PATH}: params 'drug' has the unknown type ['iri']; it is one of ",
            "type: iri, class",
            "type: [iri], class",
        ),
        (
            f"{PATH}: params 'drug' names the class 'nope:Drug', whose prefix is not in ontology/prefixes.ttl",
            "on:Drug, help",
            "nope:Drug, help",
        ),
        (f"{PATH}: params 'drug' names the class ['on:Drug'], ", "on:Drug, help", "[on:Drug], help"),
        (f"{PATH}: params 'dose' has 'required: maybe'; it is true or false", "required: false", "required: maybe"),
        (f"{PATH}: returns 'condition' needs a type and a help", "{type: iri, help: the condition}", "the condition"),
        (
            f"{PATH}: returns 'condition' has an unknown key 'hlp'; the keys are type, help",
            "help: the condition",
            "help: the condition, hlp: x",
        ),
        (
            f"{PATH}: returns 'condition' has the unknown type 'thing'; it is one of iri, ",
            "{type: iri, help: the c",
            "{type: thing, help: the c",
        ),
        (f"{PATH}: 'expect' has an unknown key 'rows_min'; the keys are rows, ", "min_rows", "rows_min"),
        (
            f"{PATH}:2: the header has the key 'summary' twice; keep one",
            "#+ description",
            "#+ summary: Which?\n#+ description",
        ),
        (f"{PATH}:7: the header has the key 'drug' twice; keep one", "#+   dose:", "#+   drug:"),
    ],
)
def test_a_fault_is_named_with_its_place_and_remedy(tmp_path: Path, expected: str, old: str, new: str) -> None:
    assert old in HEADER

    assert fault(tmp_path, HEADER.replace(old, new, 1) + BODY).startswith(expected)


@pytest.mark.parametrize("header", ["#+ just words\n", "#+ [a, list]\n", "#+\n"])
def test_a_header_that_is_no_mapping_is_refused(tmp_path: Path, header: str) -> None:
    assert fault(tmp_path, header + BODY).startswith(f"{PATH}:1: the header is no mapping; write lines such as")


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    assert fault(tmp_path, HEADER.encode() + b"# \xff\n" + BODY.encode()).startswith(
        f"{PATH}: cannot be read as UTF-8 ("
    )


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"queries/nope\.rq: cannot be read as UTF-8 \("):
        read_query(str(tmp_path), "queries/nope.rq", PREFIXES)


def test_queries_are_listed_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("topic/b", "topic/a", "another/z", "top"):
        file = tmp_path / "queries" / f"{name}.rq"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(HEADER + BODY, encoding="utf-8")

    assert ["another/z", "top", "topic/a", "topic/b"] == [
        query.name for query in read_catalogue(str(tmp_path), PREFIXES)
    ]


@pytest.mark.parametrize(("unit", "meant"), [("code", "code"), ("'\"mg\"'", '"mg"')])
def test_a_column_of_numbers_may_have_a_unit(tmp_path: Path, unit: str, meant: str) -> None:
    columns = f"{{type: decimal, unit: {unit}, help: the dose}}\n#+   code: {{type: string, help: its unit}}"
    header = HEADER.replace("help: the condition}", f"help: the condition}}\n#+   amount: {columns}")
    query = read(tmp_path, header + BODY.replace("SELECT ?condition", "SELECT ?condition ?amount ?code"))

    assert ("condition", "amount", "code") == tuple(column.name for column in query.columns)
    assert {"name": "amount", "type": "decimal", "help": "the dose", "unit": meant} == query.columns[1].described()
    assert query == CannedQuery.from_json(query.to_json())


@pytest.mark.parametrize(
    ("kind", "unit", "said"),
    [("iri", "code", "has a unit, but is of type iri"), ("decimal", "mg", "has the unit 'mg', which is no column")],
)
def test_a_unit_that_cannot_be_is_refused(tmp_path: Path, kind: str, unit: str, said: str) -> None:
    header = HEADER.replace("{type: iri, help: the condition}", f"{{type: {kind}, unit: {unit}, help: the condition}}")

    assert said in fault(tmp_path, header + BODY)
