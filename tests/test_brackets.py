"""Brackets of a query: the one that is wrong is named, where it stands."""

import pytest

from kb.errors import QuerySyntaxError
from kb.query_text import prepare


@pytest.mark.parametrize(
    ("text", "line", "column", "fault"),
    [
        ("SELECT (COUNT(*)) AS ?n) { }", 1, 24, "')' closes nothing"),
        ("SELECT * {\n ?s ?p (1 2 }", 2, 13, "'}' stands where ')' is needed"),
        ("SELECT * {\n { ?s ?p ?o }", 1, 10, "'{' is never closed; add '}'"),
        ("ASK { ?s ?p [ ?q 1 }", 1, 20, "'}' stands where ']' is needed"),
    ],
)
def test_the_bracket_at_fault_is_named(text: str, line: int, column: int, fault: str) -> None:
    with pytest.raises(QuerySyntaxError, match=f"line {line}, column {column}: ") as caught:
        prepare(text, {})

    assert fault in str(caught.value)
    assert (line, column) == (caught.value.line, caught.value.column)


def test_brackets_in_strings_comments_and_iris_do_not_count() -> None:
    prepare('ASK { ?s <https://example.org/(> "}{" } # )(', {})
