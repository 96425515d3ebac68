"""The tokens of a SPARQL text, cut exactly as the grammar of SPARQL 1.1 cuts them.

Everything that looks at query text (refusing SERVICE, declaring prefixes, binding parameters)
looks at these tokens, never at the raw text, so that no spelling can hide a keyword.
Source: SPARQL 1.1 Query Language, section 19.8, productions 139 to 173.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from kb.errors import QuerySyntaxError

_BASE_CHAR = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
_NAME_CHAR = _BASE_CHAR + r"_0-9\u00b7\u0300-\u036f\u203f-\u2040\-"
_LOCAL_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_CODEPOINT = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_PREFIX = rf"[{_BASE_CHAR}](?:[{_NAME_CHAR}.]*[{_NAME_CHAR}])?"
_LOCAL = rf"(?:[{_BASE_CHAR}_0-9:]|{_LOCAL_ESCAPE})(?:(?:[{_NAME_CHAR}.:]|{_LOCAL_ESCAPE})*(?:[{_NAME_CHAR}:]|{_LOCAL_ESCAPE}))?"

_TOKEN = re.compile(
    "|".join(
        (
            r"(?P<space>[\x20\t\r\n]+)",
            r"(?P<comment>\#[^\r\n]*)",
            rf"(?P<iri><(?:[^<>\"{{}}|^`\\\x00-\x20]|{_CODEPOINT})*>)",
            r"(?P<string>'''(?:'{0,2}(?:[^'\\]|\\.))*'''|\"\"\"(?:\"{0,2}(?:[^\"\\]|\\.))*\"\"\"|'(?:[^'\\\r\n]|\\.)*'|\"(?:[^\"\\\r\n]|\\.)*\")",
            rf"(?P<blank>_:[{_BASE_CHAR}_0-9](?:[{_NAME_CHAR}.]*[{_NAME_CHAR}])?)",
            rf"(?P<name>(?:{_PREFIX})?:(?:{_LOCAL})?)",
            rf"(?P<variable>[?$][{_BASE_CHAR}_0-9][{_BASE_CHAR}_0-9\u00b7\u0300-\u036f\u203f-\u2040]*)",
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
        yield Token(match.lastgroup, match.group(), position)
        position = match.end()


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
