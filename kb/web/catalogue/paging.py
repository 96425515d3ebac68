"""Pages of an answer, which are whole and never overlap because the order of the rows is total."""

from collections.abc import Sequence

from kb.tokens import Token, significant

_BEHIND_ORDER = ("LIMIT", "OFFSET", "VALUES")
"""What may follow ORDER BY: SPARQL 1.1, section 19.8, productions 18, 23 to 26 and 28."""


def totally_ordered(text: str, columns: Sequence[str]) -> str:
    """Return a SELECT that has an ORDER BY, with each of its `columns` among the keys.

    Columns that are no key yet follow the last key, in their order: rows that tied are told apart,
    and rows that did not keep their places. What ties even then differs in no column.
    """
    tokens = significant(text)
    start, end = _order_clause(tokens)
    keys = {token.text[1:] for token in _plain_keys(tokens[start:end])}
    added = "".join(f" ?{column}" for column in columns if column not in keys)
    at = tokens[end - 1].end
    return text[:at] + added + text[at:]


def _order_clause(tokens: Sequence[Token]) -> tuple[int, int]:
    """Return where the keys of the outermost ORDER BY begin, and where they end."""
    depth = 0
    start = end = len(tokens)
    for number, token in enumerate(tokens):
        depth += (token.text == "{") - (token.text == "}")
        if depth == 0 and token.is_word("ORDER"):
            start, end = number + 2, len(tokens)
        elif depth == 0 and number > start and token.is_word(*_BEHIND_ORDER):
            end = min(end, number)
    return start, end


def _plain_keys(tokens: Sequence[Token]) -> list[Token]:
    """Return the keys that are a variable alone, in either direction; one within an expression orders by less."""
    found = []
    depth = 0
    for number, token in enumerate(tokens):
        depth += (token.text == "(") - (token.text == ")")
        behind_direction = number > 1 and tokens[number - 2].is_word("ASC", "DESC")
        is_alone = number + 1 < len(tokens) and tokens[number + 1].text == ")"
        if token.kind == "variable" and (depth == 0 or (depth == 1 and behind_direction and is_alone)):
            found.append(token)
    return found
