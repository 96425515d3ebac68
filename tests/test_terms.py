"""Terms: how values are written into SPARQL, and read back as Python values."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Store, Triple

from kb.errors import ParameterError
from kb.terms import XSD, PythonValue, Term, check_iri, quote_string, to_python, to_sparql
from kb.tokens import tokenize

TEXT = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("\"'\\uU{}\n\r\t<>?$#0041")))
HOSTILE = [
    "",
    '"',
    "\\",
    '\\"',
    "'''",
    '"""',
    "\\u0022",
    "\\\\u0022",
    "\\U00000022",
    "a\r\nb",
    "\x00\x7f\x85\u2028",
    "} UNION {",
]


def read_back(token: str) -> str:
    """Return the string that Oxigraph reads from a token."""
    solutions = Store().query(f"SELECT ?x {{ VALUES ?x {{ {token} }} }}")
    assert isinstance(solutions, QuerySolutions)
    term = next(iter(solutions))[0]
    assert isinstance(term, Literal)
    return term.value


@given(TEXT)
def test_any_text_is_one_string_token_and_is_read_back_unchanged(text: str) -> None:
    token = quote_string(text)

    assert ["string"] == [part.kind for part in tokenize(token)]
    assert text == read_back(token)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_read_back_unchanged(text: str) -> None:
    assert text == read_back(quote_string(text))


@given(TEXT)
def test_a_quoted_text_holds_nothing_that_rdflib_would_expand_by_mistake(text: str) -> None:
    from rdflib.plugins.sparql.parser import expandUnicodeEscapes

    expanded = expandUnicodeEscapes(quote_string(text))

    assert ["string"] == [part.kind for part in tokenize(expanded) if part.text] or any(ord(c) < 32 for c in text)
    assert '"' == expanded[0] == expanded[-1]


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\udcff"])
def test_half_a_surrogate_pair_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match="surrogate"):
        quote_string(text)


@pytest.mark.parametrize("char", [*'<>"{}|^`\\ \t\n\x00\x1f', "\ud800"])
def test_hostile_iri_is_refused_and_the_character_is_named(char: str) -> None:
    with pytest.raises(ParameterError) as caught:
        check_iri(f"https://example.org/a{char}b")

    assert f"the character {char!r} cannot stand" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("iri", ["", "baclofen", "/a", "//example.org/a", "1a:b"])
def test_iri_without_a_scheme_is_refused(iri: str) -> None:
    with pytest.raises(ParameterError, match="no scheme"):
        check_iri(iri)


@pytest.mark.parametrize(
    ("expected", "term"),
    [
        ("<https://example.org/a>", NamedNode("https://example.org/a")),
        ('"a \\"b\\""', Literal('a "b"')),
        ('"a"@en', Literal("a", language="en")),
        (f'"5.10"^^<{XSD}decimal>', Literal("5.10", datatype=NamedNode(XSD + "decimal"))),
        (f'"true"^^<{XSD}boolean>', Literal(True)),
    ],
)
def test_a_term_is_written_as_sparql(expected: str, term: NamedNode | Literal) -> None:
    assert expected == to_sparql(term)


def typed(text: str, name: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD + name))


@pytest.mark.parametrize(
    ("expected", "term"),
    [
        (None, None),
        ("https://example.org/a", NamedNode("https://example.org/a")),
        ("_:b", BlankNode("b")),
        ("text", Literal("text")),
        ("text", Literal("text", language="en")),
        (12, typed("12", "integer")),
        (Decimal("5.10"), typed("5.10", "decimal")),
        (0.5, typed("5.0e-1", "double")),
        (True, typed("1", "boolean")),
        (False, typed("false", "boolean")),
        (date(2026, 1, 31), typed("2026-01-31", "date")),
        (datetime(2026, 1, 31, 12, tzinfo=UTC), typed("2026-01-31T12:00:00Z", "dateTime")),
        ("twelve", typed("twelve", "integer")),
        ("1.2.3", typed("1.2.3", "decimal")),
        ("maybe", typed("maybe", "boolean")),
        ("P1D", typed("P1D", "duration")),
    ],
)
def test_a_term_is_read_as_a_python_value(expected: PythonValue | None, term: Term | None) -> None:
    value = to_python(term)

    assert expected == value
    assert type(expected) is type(value)


def test_a_triple_term_is_read_as_text() -> None:
    node = NamedNode("https://example.org/a")

    assert str(Triple(node, node, node)) == to_python(Triple(node, node, node))
