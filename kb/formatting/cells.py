"""One value as people read it: the label of an IRI with its short form beside it, the text of a literal."""

from collections.abc import Callable
from typing import NamedTuple
from unicodedata import category, east_asian_width

from pyoxigraph import Literal, NamedNode

from kb.terms import Term

Describe = Callable[[str], tuple[str | None, str]]
"""Gives the label (or None) and the short form of an IRI."""


class Cell(NamedTuple):
    """What a table shows for one value: `text`, and for an IRI with a label its short form, `name`."""

    text: str
    name: str = ""


def cell_of(term: Term | None, describe: Describe) -> Cell:
    """Return the cell of a term; control characters are shown as escapes, so that none reaches a terminal."""
    if term is None:
        return Cell("")
    if isinstance(term, NamedNode):
        label, name = describe(term.value)
        return Cell(visible(label), name) if label else Cell(name)
    return Cell(visible(term.value if isinstance(term, Literal) else str(term)))


def visible(text: str) -> str:
    """Return `text` with control, format and line-end characters written as escapes."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char if category(char) not in ("Cc", "Cf", "Zl", "Zp", "Cs") else char.encode("unicode_escape").decode()
        for char in text
    )


def display_width(text: str) -> int:
    """Return how many terminal columns `text` takes."""
    if text.isascii():
        return len(text)
    return sum(0 if category(char) in ("Mn", "Me") else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def wrap(text: str, width: int) -> list[str]:
    """Return `text` in lines of at most `width` columns, broken at spaces, then behind `-`, `/`, `:`, then anywhere."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        if display_width(line) + display_width(word) + bool(line) <= width:
            line = f"{line} {word}" if line else word
            continue
        if line:
            lines.append(line)
        while display_width(word) > width:
            cut = _cut(word, width)
            lines.append(word[:cut])
            word = word[cut:]  # noqa: PLW2901 - the rest of the word is wrapped on
        line = word
    return [*lines, line]


def longest_piece(text: str) -> int:
    """Return the width of the longest part of `text` that `wrap` would have to cut within a word."""
    spaced = text
    for mark in "-/:":
        spaced = spaced.replace(mark, mark + " ")
    return max(map(display_width, spaced.split(" ")))


def spoken_name(name: str) -> str:
    """Return the name of a column in words: `severityHedge` as `severity hedge`."""
    return "".join(f" {char.lower()}" if char.isupper() and at else char for at, char in enumerate(name))


def _cut(word: str, width: int) -> int:
    """Return where to break a word too long for a line; at least one character is taken."""
    fitting = used = 0
    for at, char in enumerate(word):
        used += display_width(char)
        if used > width:
            break
        fitting = at + 1
    behind = max(word.rfind(mark, 0, fitting) + 1 for mark in "-/:")
    return behind if behind >= min(fitting, 3) else max(fitting, 1)
