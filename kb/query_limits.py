"""How long and how deep a query text may be: an engine overflows its stack on what is deeper, and its process ends."""

from collections.abc import Iterable
from typing import NamedTuple

from kb.errors import RefusedQueryError
from kb.tokens import Token, line_and_column

MAX_LENGTH = 1_000_000
"""Characters of a query text. Longer ones are refused before they are cut into tokens."""
MAX_NESTING = 100
"""Brackets inside brackets. Oxigraph 0.5.13 overflows its stack at about 2,250 braces."""
MAX_PARTS = 1_000
"""Operators, clauses, triples and members of lists. Oxigraph 0.5.13 overflows at under 3,000 clauses."""
MAX_COMMAS = 10_000
"""Commas between arguments or choices, in round brackets; others part triples, and count as parts."""

_PARTS = frozenset(("+", "-", "*", "/", "|", "^", "!", "=", "!=", "<", ">", "<=", ">=", "&&", "||", ".", ";"))
_CLAUSES = ("UNION", "OPTIONAL", "MINUS", "FILTER", "BIND", "GRAPH", "VALUES", "EXISTS")
_OPENING, _CLOSING = frozenset("{([") | {"<<", "<<(", "{|"}, frozenset("})]") | {">>", ")>>", "|}"}
_ITEMS = frozenset(("iri", "name", "string", "number", "variable", "blank"))
_ITEM_ENDS = _ITEMS | {"language"} | _CLOSING


class Limits(NamedTuple):
    """What a text may be: a server sets its own."""

    length: int = MAX_LENGTH
    nesting: int = MAX_NESTING
    services: tuple[str, ...] = ()
    """Endpoints that `SERVICE` may name, by their exact IRIs."""


def check_overflow(text: str, tokens: Iterable[Token], nesting: int = MAX_NESTING) -> None:
    """Check the tokens of a text for nesting and runs that end an engine's process.

    Raises:
        RefusedQueryError: over `nesting` brackets inside each other, or over `MAX_PARTS`.
    """
    inside: list[str] = []
    parts = commas = 0
    before, after_values = "", False
    for token in tokens:
        if token.kind in ("space", "comment"):
            continue
        within = inside[-1] if inside else ""
        if within == "(" and before in _ITEM_ENDS and (token.kind in _ITEMS or token.text in _OPENING):
            parts += 1  # the next member of a list, which has no mark of its own
        if token.text == "," and within == "(":
            commas += 1
        elif token.text == "," or token.text in _PARTS or token.is_word(*_CLAUSES):
            parts += 1
        if token.text in _OPENING:
            is_data = (after_values and token.text == "{") or within == "data"
            inside.append("data" if is_data else token.text)
            after_values = after_values and token.text != "{"
        elif token.text in _CLOSING and inside:
            inside.pop()
        after_values = after_values or token.is_word("VALUES")
        before = token.text if token.kind == "mark" else token.kind
        if len(inside) > nesting:
            raise RefusedQueryError(
                f"{place_of(text, token)}: over {nesting} brackets inside each other; flatten the query"
            )
        if parts > MAX_PARTS or commas > MAX_COMMAS:
            raise RefusedQueryError(
                f"{place_of(text, token)}: over {MAX_PARTS:,} operators, clauses and triples, "
                f"or {MAX_COMMAS:,} commas; list values with VALUES, or ask in several queries"
            )


def place_of(text: str, token: Token) -> str:
    """Return where a token stands, in words."""
    line, column = line_and_column(text, token.start)
    return f"line {line}, column {column}"
