"""The tokens of a SPARQL text, cut exactly as the grammar of SPARQL 1.1 cuts them.

Everything that looks at query text (refusing SERVICE, declaring prefixes, binding parameters)
looks at these tokens, never at the raw text, so that no spelling can hide a keyword.
Source: SPARQL 1.1 Query Language, section 19.8, productions 139 to 173.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from kb.errors import QuerySyntaxError

_LETTER = r"[^\x00-@\[-`{-\x7f]"
_LETTER_OR_DIGIT = r"[^\x00-/:-@\[-^`{-\x7f]"
_NAME_CHAR = r"[^\x00-,./:-@\[-^`{-\x7f]"
_NAME_CHAR_OR_DOT = r"[^\x00-,/:-@\[-^`{-\x7f]"
_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_CODEPOINT = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_PREFIX = rf"{_LETTER}(?:{_NAME_CHAR_OR_DOT}*{_NAME_CHAR})?"
_LOCAL = rf"(?:{_LETTER_OR_DIGIT}|:|{_ESCAPE})(?:(?:{_NAME_CHAR_OR_DOT}|:|{_ESCAPE})*(?:{_NAME_CHAR}|:|{_ESCAPE}))?"
# Python takes 30 ms to compile the full ranges of PN_CHARS, so the pattern admits every character
# beyond ASCII in a name, and `_check_characters` holds those few to the grammar.

_FIRST = (
    (0xC0, 0xD6),
    (0xD8, 0xF6),
    (0xF8, 0x2FF),
    (0x370, 0x37D),
    (0x37F, 0x1FFF),
    (0x200C, 0x200D),
    (0x2070, 0x218F),
    (0x2C00, 0x2FEF),
    (0x3001, 0xD7FF),
    (0xF900, 0xFDCF),
    (0xFDF0, 0xFFFD),
    (0x10000, 0xEFFFF),
)
_LATER = (*_FIRST, (0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040))

_TOKEN = re.compile(
    "|".join(
        (
            r"(?P<space>[\x20\t\r\n]+)",
            r"(?P<comment>\#[^\r\n]*)",
            rf"(?P<iri><(?:[^<>\"{{}}|^`\\\x00-\x20]|{_CODEPOINT})*>)",
            r"(?P<string>'''(?:'{0,2}(?:[^'\\]|\\.))*'''|\"\"\"(?:\"{0,2}(?:[^\"\\]|\\.))*\"\"\"|'(?:[^'\\\r\n]|\\.)*'|\"(?:[^\"\\\r\n]|\\.)*\")",
            rf"(?P<blank>_:{_LETTER_OR_DIGIT}(?:{_NAME_CHAR_OR_DOT}*{_NAME_CHAR})?)",
            rf"(?P<name>(?:{_PREFIX})?:(?:{_LOCAL})?)",
            rf"(?P<variable>[?$]{_LETTER_OR_DIGIT}+)",
            r"(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)",
            r"(?P<number>(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)",
            r"(?P<word>[A-Za-z][A-Za-z0-9_]*)",
            r"(?P<mark>\^\^|&&|\|\||!=|<=|>=|<<\(|\)>>|<<|>>|\{\||\|\}|[{}()\[\].;,*+/|^!=<>?-])",
        )
    ),
    re.DOTALL,
)


class Token(NamedTuple):
    """One token: its kind (iri, string, name, word, …), its text, and where it starts."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset just behind the token."""
        return self.start + len(self.text)

    def is_word(self, *words: str) -> bool:
        """Whether this is one of these keywords (given in capitals), in any case."""
        return self.kind == "word" and self.text.upper() in words


def tokenize(text: str) -> Iterator[Token]:
    """Yield every token of `text` in order, white space and comments included.

    Raises:
        QuerySyntaxError: a character that starts no token, such as a lone backslash or quote.
    """
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if not match:
            line, column = line_and_column(text, position)
            raise QuerySyntaxError(
                f"line {line}, column {column}: {text[position : position + 10]!r} starts no SPARQL token; "
                "close the string or IRI, or remove the character",
                line,
                column,
            )
        assert match.lastgroup  # every alternative is named
        if not match.group().isascii() and match.lastgroup in ("name", "blank", "variable"):
            _check_characters(text, match)
        yield Token(match.lastgroup, match.group(), position)
        position = match.end()


def _check_characters(text: str, match: re.Match[str]) -> None:
    """Refuse a character beyond ASCII that the grammar does not admit at its place in a name."""
    lead = {"blank": 2, "variable": 1}.get(match.lastgroup or "", 0)
    starts = {lead, match.group().find(":") + 1} if match.lastgroup == "name" else {lead}
    for at, char in enumerate(match.group()):
        ranges = _FIRST if at in starts else _LATER
        if not char.isascii() and not any(first <= ord(char) <= last for first, last in ranges):
            line, column = line_and_column(text, match.start() + at)
            raise QuerySyntaxError(
                f"line {line}, column {column}: the character {char!r} cannot stand in a name; remove it", line, column
            )


def significant(text: str) -> list[Token]:
    """Return the tokens of `text` without white space and comments.

    Raises:
        QuerySyntaxError: as `tokenize`.
    """
    return [token for token in tokenize(text) if token.kind not in ("space", "comment")]


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Return the 1-based line and column of a character offset."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
