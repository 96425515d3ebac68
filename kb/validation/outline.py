"""What the tokens of a Turtle file tell that its statements do not: lines, prefixes, comments, blank nodes."""

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from kb.tokens import Token
from kb.turtle import turtle_tokens


class Declaration(NamedTuple):
    """A `PREFIX` line of a file."""

    prefix: str
    namespace: str
    line: int


class Outline(NamedTuple):
    """The lay of one Turtle file."""

    declarations: list[Declaration]
    used_prefixes: set[str]
    subjects: dict[str, int]
    """{IRI of a subject: line on which it is first described}, at the top level of the file."""
    comments: list[tuple[int, str]]
    """Line and text of each comment."""
    blank_nodes: list[int]
    """Lines with `[`, `(` or `_:`."""


def read_outline(path: str, text: str) -> Outline:
    """Return the outline of a text that is known to be Turtle.

    Raises:
        DataError: with file and line, at a character that starts no token.
    """
    line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
    every = turtle_tokens(path, text)

    def line(token: Token) -> int:
        return bisect_right(line_starts, token.start)

    tokens = [token for token in every if token.kind != "comment"]
    declarations, behind = _declarations(tokens, line)
    names = (token for at, token in enumerate(tokens) if token.kind == "name" and at not in behind)
    return Outline(
        declarations,
        {token.text.split(":", 1)[0] for token in names},
        _subjects(tokens, behind, {entry.prefix: entry.namespace for entry in declarations}, line),
        [(line(token), token.text) for token in every if token.kind == "comment"],
        [line(token) for token in tokens if token.kind == "blank" or token.text in ("[", "(")],
    )


def _declarations(tokens: list[Token], line: Callable[[Token], int]) -> tuple[list[Declaration], set[int]]:
    """Return the declarations of prefixes, and the positions of the tokens that make them up."""
    found: list[Declaration] = []
    positions: set[int] = set()
    for at, token in enumerate(tokens):
        word = token.text.lower()
        if word in ("@prefix", "@base") or token.is_word("PREFIX", "BASE"):
            length = 3 if word.endswith("prefix") else 2
            if length == 3:
                found.append(Declaration(tokens[at + 1].text[:-1], tokens[at + 2].text[1:-1], line(token)))
            positions.update(range(at, at + length + word.startswith("@")))
    return found, positions


def _subjects(
    tokens: list[Token], skipped: Collection[int], namespaces: Mapping[str, str], line: Callable[[Token], int]
) -> dict[str, int]:
    """Return {IRI: line} of the tokens that begin a statement."""
    found: dict[str, int] = {}
    depth = 0
    begins = True
    for at, token in enumerate(tokens):
        if at in skipped:
            continue
        if begins and token.kind == "iri":
            found.setdefault(token.text[1:-1], line(token))
        elif begins and token.kind == "name":
            prefix, local = token.text.split(":", 1)
            found.setdefault(namespaces.get(prefix, "") + re.sub(r"\\(.)", r"\1", local), line(token))
        depth += (token.text in ("[", "(")) - (token.text in ("]", ")"))
        begins = depth == 0 and token.kind == "mark" and token.text == "."
    return found
