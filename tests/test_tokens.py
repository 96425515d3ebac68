"""The tokeniser: nothing is lost, nothing hides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import QuerySyntaxError
from kb.terms import quote_string
from kb.tokens import line_and_column, significant, tokenize

SPACES = ["", " ", "\n", "\r\n", "\t", " # a comment\n", "#\r", " # SERVICE { ' \" <\n"]
FIXED = [
    *[
        r"SELECT",
        r"ASK",
        r"where",
        r"a",
        r"?x",
        r"$y",
        r"?x1",
        r"?é",
        r"bk:baclofen",
        r":",
        r"bk:",
        r"a:b.c",
        r"a:%41",
        r"a:\~b",
        r"_:b1",
        r"<https://example.org/a>",
        r"<>",
        r"@en",
        r"@en-GB",
    ],
    *[
        r"<http://a/\u00e9>",
        r"'a'",
        r'"b"',
        r"'''a'b''c'''",
        r"'it\'s'",
        r'"\u0022"',
        r"1",
        r"1.5",
        r".5",
        r"1e6",
        r"1.0E-3",
        r"^^",
        r"&&",
        r"||",
        r"!=",
        r"<=",
        r">=",
        r"<<",
        r">>",
        r"<<(",
        r")>>",
    ],
    *["{|", "|}", "{", "}", "(", ")", "[", "]", ".", ";", ",", "*", "+", "/", "|", "^", "!", "=", "<", ">", "?", "-"],
    '"""x"y"""',
]
STRINGS = st.text(st.characters(exclude_categories=["Cs"])).map(quote_string)


def kinds(text: str) -> list[str]:
    return [token.kind for token in significant(text)]


@given(st.lists(st.tuples(st.one_of(st.sampled_from(FIXED), STRINGS), st.sampled_from(SPACES[1:]))))
def test_the_texts_of_all_tokens_make_up_the_input_and_each_token_stays_whole(parts: list[tuple[str, str]]) -> None:
    text = "".join(token + space for token, space in parts)
    tokens = list(tokenize(text))

    assert text == "".join(token.text for token in tokens)
    assert [token for token, _ in parts] == [token.text for token in significant(text)]
    assert all(text[token.start : token.end] == token.text for token in tokens)


@given(st.lists(st.tuples(st.sampled_from(FIXED), st.sampled_from(SPACES))))
def test_glued_tokens_lose_no_character(parts: list[tuple[str, str]]) -> None:
    text = "".join(token + space for token, space in parts)
    try:
        tokens = list(tokenize(text))
    except QuerySyntaxError:
        return

    assert text == "".join(token.text for token in tokens)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (["variable", "mark", "variable"], "?a<?b"),
        (["variable", "mark", "variable"], "?a< ?b"),
        (["variable", "mark", "variable", "mark", "variable"], "?a<?b && ?c"),
        (["variable", "mark", "number"], "?a<=5"),
        (["variable", "iri", "variable"], "?a<http://b>?c"),
        (["number", "mark"], "1 ."),
        (["number", "mark"], "1."),
        (["word", "name"], "FILTER bk:a"),
        (["name", "mark"], "bk:a."),
        (["name", "mark"], "bk:a.\n"),
        (["string", "mark", "mark", "name"], "'1' ^ ^ xsd:integer"),
        (["string", "mark", "name"], "'1'^^xsd:integer"),
        (["string", "language"], "'a'@en"),
        (["name", "mark"], "bk:a*"),
        (["name", "mark", "name"], "bk:a/bk:b"),
        (["variable", "mark"], "?a?"),
        (["string"], "''"),
        (["string"], "''''''"),
        (["string", "string"], "'''a''''b'"),
        (["word", "string", "word"], "a'b'c"),
    ],
)
def test_a_text_is_cut_as_the_grammar_cuts_it(expected: list[str], text: str) -> None:
    assert expected == kinds(text)


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_comment_ends_with_its_line_however_lines_end(end: str) -> None:
    assert ["SERVICE"] == [token.text for token in significant(f"# a comment{end}SERVICE")]


@pytest.mark.parametrize(
    "text", ["'SERVICE'", '"SERVICE"', "'''\nSERVICE'''", "<http://a/SERVICE>", "bk:SERVICE", "?SERVICE", "#SERVICE"]
)
def test_a_keyword_inside_another_token_is_no_keyword(text: str) -> None:
    assert not any(token.is_word("SERVICE") for token in significant(text))


@pytest.mark.parametrize(
    "text",
    [
        "\\u0053ERVICE",
        "S\\u0045RVICE",
        "\\U00000053ERVICE",
        "'open",
        '"a\nb"',
        "'''open''",
        "<a b",
        "é",
        "\ufeffASK",
        "\x00",
        "@",
        "~",
    ],
)
def test_what_starts_no_token_is_refused(text: str) -> None:
    with pytest.raises(QuerySyntaxError, match="starts no SPARQL token"):
        kinds(f"a {text}" if text != "<a b" else "\\")


def test_the_error_names_line_and_column() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        significant("SELECT *\n{ ?s ?p é }")

    assert (2, 9) == (caught.value.line, caught.value.column)
    assert str(caught.value).startswith("line 2, column 9: 'é }' starts no SPARQL token")


@pytest.mark.parametrize(("expected", "offset"), [((1, 1), 0), ((1, 3), 2), ((2, 1), 3), ((3, 2), 5)])
def test_lines_and_columns_count_from_one(expected: tuple[int, int], offset: int) -> None:
    assert expected == line_and_column("ab\n\nc", offset)
