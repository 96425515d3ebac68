"""Refuses spellings that an engine may cut into other tokens than the grammar does.

The grammar cuts the longest token; Oxigraph and rdflib let the place decide. Behind an operand they
read `<` as less-than, where the grammar sees an IRI; and they find a keyword at the start of a
prefixed name. Either way, code could hide from every check that looks at tokens.
"""

import re
from collections.abc import Iterable

from kb.errors import RefusedQueryError
from kb.tokens import Token, line_and_column

_OPERANDS = frozenset(("variable", "string", "number", "language", "name", "iri", "blank", "word"))
_OPENING, _CLOSING = frozenset(("{", "(", "[")), frozenset(("}", ")", "]"))
_PLAINLY_AN_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
"""No expression begins so: behind a prefix, two divisions in a row are an error."""
_KEYWORD_IN_PREFIX = re.compile(
    r"service|^(?:true|false|[0-9]+)?(?:graph|from|named)|(?:graph|from|named)$", re.IGNORECASE
)


def check_spelling(text: str, words: Iterable[Token]) -> None:
    """Check tokens, white space and comments left out, for spellings that engines cut differently.

    Raises:
        RefusedQueryError: with the place, and how to write it so that there is one reading.
    """
    inside: list[str] = []
    before: Token | None = None
    after_values = False
    for token in words:
        within = inside[-1] if inside else ""
        if token.kind == "name" and _KEYWORD_IN_PREFIX.search(token.text.split(":", 1)[0]):
            prefix = token.text.split(":", 1)[0]
            raise _error(text, token, f"the prefix '{prefix}:' can be read as a keyword; call it something else")
        if token.kind == "iri" and within == "(" and _ends_operand(before) and not _PLAINLY_AN_IRI.match(token.text):
            raise _error(text, token, "'<' can be read as less-than or as the start of an IRI; put a space behind it")
        if token.kind == "mark" and token.text in _OPENING:
            is_data = within == "data" or (after_values and token.text == "{")
            inside.append("data" if is_data else token.text)
            after_values = after_values and token.text != "{"
        elif token.kind == "mark" and token.text in _CLOSING and inside:
            inside.pop()
        after_values = after_values or token.is_word("VALUES")
        before = token


def _ends_operand(token: Token | None) -> bool:
    return token is not None and (token.kind in _OPERANDS or token.text in _CLOSING)


def _error(text: str, token: Token, fault: str) -> RefusedQueryError:
    line, column = line_and_column(text, token.start)
    return RefusedQueryError(f"line {line}, column {column}: {fault}")
