"""Answers to draw, written down cell by cell, and what has been drawn, taken apart again."""

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

from pyoxigraph import Literal, NamedNode

from kb.catalog import Picture
from kb.catalog.picture import KINDS
from kb.results import Rows
from kb.terms import XSD, Term
from kb.web.pictures import Asked, Drawn, draw

SPACE = "https://example.org/id/"
Cell = str | int | None
"""`:name` is a thing of that name, `12.5` and 3 are numbers, anything else a text."""


def asked(
    kind: str,
    roles: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    terms: Mapping[str, Sequence[str]] | None = None,
    labels: Mapping[str, str] | None = None,
    is_file: bool = False,
) -> Asked:
    """Return what a picture is asked for with: a column for each role, named like it."""
    meanings = {meaning: tuple(SPACE + name for name in names) for meaning, names in (terms or {}).items()}
    picture = Picture(kind, {role: role for role in roles}, meanings, dict(KINDS[kind].words))
    given = labels or {}
    answer = Rows(roles, [tuple(map(_term, row)) for row in rows])
    return Asked(
        picture, answer, lambda iri: given.get(iri[len(SPACE) :], iri[len(SPACE) :]), "A title", "key", is_file
    )


def drawn(
    kind: str,
    roles: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    terms: Mapping[str, Sequence[str]] | None = None,
    **more: object,
) -> Drawn:
    """Return the picture of an answer."""
    return draw(asked(kind, roles, rows, terms, **more))  # type: ignore[arg-type]  # as `asked` has them


def elements(picture: Drawn, tag: str) -> list[ElementTree.Element]:
    """Return the elements of a picture with that tag, from the back to the front."""
    return list(ElementTree.fromstring(picture.svg).iter(f"{{http://www.w3.org/2000/svg}}{tag}"))


def texts(picture: Drawn) -> list[str]:
    """Return all that is written in a picture."""
    return ["".join(element.itertext()) for element in elements(picture, "text")]


def _term(cell: Cell) -> Term | None:
    if cell is None:
        return None
    if isinstance(cell, int):
        return Literal(str(cell), datatype=NamedNode(XSD + "integer"))
    if cell.startswith(":"):
        return NamedNode(SPACE + cell[1:])
    is_number = cell.lstrip("-").replace(".", "", 1).isdigit() or cell in ("INF", "NaN", "1e99")
    return Literal(cell, datatype=NamedNode(XSD + "decimal")) if is_number else Literal(cell)
