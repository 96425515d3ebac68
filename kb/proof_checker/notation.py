"""Terms and statements as the checker holds them, read from N-Triples and N-Quads, and looked up.

A term is text: `<iri>`, `_:label`, or a literal as `"value"` with `@language` or `^^<datatype>` behind it, its value
without escapes. A variable of a rule is `?name`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

Statement: TypeAlias = tuple[str, str, str]
Binding: TypeAlias = Mapping[str, str]

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_NODE = r"<[^<>\s]*>|_:[^\s<>\"]+"
_LITERAL = r'"(?:[^"\\]|\\.)*"(?:\^\^<[^<>\s]*>|@[A-Za-z0-9-]+)?'
_LINE = re.compile(rf"({_NODE}) (<[^<>\s]*>) ({_NODE}|{_LITERAL}) (?:({_NODE}) )?\.\s*")
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}


class CheckError(Exception):
    """A rule, a statement or a proof that the checker cannot read or does not accept, with the reason."""


def read_term(text: str) -> str:
    """Return a term of N-Triples in the form of the checker: escapes resolved, `xsd:string` left out."""
    if text[:1] != '"':
        return text
    end = text.rindex('"')
    value = text[1:end]
    if "\\" in value:
        value = re.sub(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", _unescape, value, flags=re.DOTALL)
    suffix = text[end + 1 :]
    return f'"{value}"' + ("" if suffix == f"^^<{XSD}string>" else suffix)


def write_term(term: str) -> str:
    """Return a term in N-Triples."""
    if term[:1] != '"':
        return term
    end = term.rindex('"')
    return f'"{re.sub(_TO_ESCAPE, _escape, term[1:end])}"{term[end + 1 :]}'


def read_statement(terms: object) -> Statement:
    """Return a statement from a list of three terms in N-Triples.

    Raises:
        CheckError: it is something else.
    """
    if isinstance(terms, list) and len(terms) == 3 and all(isinstance(term, str) for term in terms):
        line = _LINE.fullmatch(f"{' '.join(terms)} .")
        if line and line[4] is None:
            return read_term(line[1]), line[2], read_term(line[3])
    raise CheckError(f"{terms!r} is no statement: a list of subject, predicate and object in N-Triples")


def read_quads(text: str) -> Iterator[tuple[Statement, str]]:
    """Yield each statement of N-Quads with its graph, which is empty for the default graph.

    Raises:
        CheckError: a line is no N-Quads.
    """
    for number, line in enumerate(text.split("\n"), 1):
        found = _LINE.fullmatch(line)
        if found:
            yield (found[1], found[2], read_term(found[3])), found[4] or ""
        elif line.strip() and not line.startswith("#"):
            raise CheckError(f"line {number} of the statements is no N-Quads: {line[:80]}")


class Statements:
    """Statements, looked up by what is known of them."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self.all = dict.fromkeys(statements)
        self._by: dict[tuple[str | None, str | None, str | None], list[Statement]] = defaultdict(list)
        for statement in self.all:
            subject, predicate, value = statement
            for key in ((subject, predicate, None), (None, predicate, value), (None, predicate, None)):
                self._by[key].append(statement)

    def __contains__(self, statement: object) -> bool:
        return statement in self.all

    def match(self, subject: str | None, predicate: str | None, value: str | None) -> Iterable[Statement]:
        """Return the statements with these terms; None stands for any."""
        if subject and predicate and value:
            return [(subject, predicate, value)] if (subject, predicate, value) in self.all else []
        if predicate:
            return self._by.get((subject, predicate, value), ())
        return [each for each in self.all if subject in (None, each[0]) and value in (None, each[2])]


_TO_ESCAPE = r'[\x00-\x1f\x7f"\\]'


def _unescape(found: "re.Match[str]") -> str:
    code = found[1]
    return chr(int(code[1:], 16)) if code[0] in "uU" and len(code) > 1 else _ESCAPES.get(code, code)


def _escape(found: "re.Match[str]") -> str:
    character = found[0]
    named = next((letter for letter, value in _ESCAPES.items() if value == character), None)
    return "\\" + (character if character in '"\\' else named or f"u{ord(character):04X}")
