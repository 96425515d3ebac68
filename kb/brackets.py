"""Finds the bracket that is wrong in a query, which an engine would only notice far behind it."""

from collections.abc import Iterable

from kb.errors import QuerySyntaxError
from kb.tokens import Token, line_and_column

_PAIRS = {"{": "}", "(": ")", "[": "]"}


def check_brackets(text: str, tokens: Iterable[Token]) -> None:
    """Check that every bracket of a query is closed by its own kind, in order.

    Raises:
        QuerySyntaxError: at the first bracket that closes nothing, or the wrong kind, or is never closed.
    """
    opened: list[Token] = []
    for token in tokens:
        if token.kind != "mark":
            continue
        if token.text in _PAIRS:
            opened.append(token)
        elif token.text in _PAIRS.values():
            if not opened:
                raise _error(text, token, "closes nothing; remove it, or open it before")
            expected = _PAIRS[opened.pop().text]
            if token.text != expected:
                raise _error(text, token, f"stands where '{expected}' is needed; close what was opened last")
    if opened:
        raise _error(text, opened[-1], f"is never closed; add '{_PAIRS[opened[-1].text]}'")


def _error(text: str, token: Token, fault: str) -> QuerySyntaxError:
    line, column = line_and_column(text, token.start)
    return QuerySyntaxError(f"line {line}, column {column}: '{token.text}' {fault}", line, column)
