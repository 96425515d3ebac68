"""The sections of the page of a thing: answers of canned queries whose headers say that they stand there.

A section shows the first rows; its query, asked of the same thing, has all.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import quote, urlencode

from markupsafe import Markup

from kb.catalog import CannedQuery, Column, Section
from kb.errors import KbError
from kb.prefixes import compact
from kb.results import Rows
from kb.web.pages.links import Links
from kb.web.questions.figure import Figure, figure_of
from kb.web.questions.table import AnswerTable, TableRow, read_table
from kb.web.release import Release
from kb.web.service import Service

SHOWN_ROWS = 8
"""Rows that a section shows; of more, it says how many. A table of two columns shows all that were asked for."""
_SHOWN_VALUES = 12
"""Values that stand together in one cell."""
_ASKED_ROWS = 20
"""Rows that a section asks for: several may stand together in one that is shown."""
_ASKED_OF_FEW_COLUMNS = 60
_DRAWN_ROWS = 400
"""Rows that a picture in a page is drawn from; larger answers are drawn on the page of the question alone."""
_NARROW = 2
_EACH = Markup('<span class="each">{}</span>')


class Block(NamedTuple):
    """Rows that have the same in their first column; `head` is that, and empty where each row has its own."""

    head: Markup
    rows: list[TableRow]


class PageSection(NamedTuple):
    """One section as a page shows it."""

    mark: str
    """Its identifier within the page."""
    title: str
    summary: str
    """The question that it answers."""
    href: str
    """Where the whole answer is."""
    table: AnswerTable | None
    """None where there is no answer: see `fault`."""
    blocks: list[Block]
    total: int
    """How many rows the answer has."""
    is_whole: bool
    figure: Figure | None
    fault: str = ""
    """Why there is no answer."""


def sections_on(release: Release, iri: str) -> list[tuple[CannedQuery, Section]]:
    """Return the sections that belong on the page of a thing by its classes, in the order of the page."""
    classes = set(release.compiled.names.types.get(iri, ()))
    found = [
        (query, section)
        for query in release.compiled.queries.values()
        for section in query.sections
        for parameter in query.parameters
        if parameter.name == section.parameter
        and (parameter.of_class is None or parameter.of_class in classes)
        and classes.isdisjoint(section.not_on)
    ]
    return sorted(found, key=lambda each: (each[1].order, each[1].title, each[0].name))


async def read_sections(service: Service, release: Release, iri: str, links: Links) -> list[PageSection]:
    """Return the sections of the page of a thing that have something to say, all asked at once."""
    asked = sections_on(release, iri)
    answers = await asyncio.gather(*(_answer(service, release, links, iri, *each) for each in asked))
    return [section for section in answers if section is not None]


async def _answer(
    service: Service, release: Release, links: Links, iri: str, query: CannedQuery, section: Section
) -> PageSection | None:
    """Return one section; None where its answer has no rows, or is about nothing but the thing itself."""
    values = {section.parameter: [compact(iri, release.compiled.prefixes).strip("<>")]}
    href = f"{links.root}/queries/{quote(query.name)}?{urlencode(values, doseq=True)}"
    mark = f"{query.name.replace('/', '-')}-{section.parameter}"
    asked = _ASKED_OF_FEW_COLUMNS if len(section.columns) == _NARROW else _ASKED_ROWS
    limit = _DRAWN_ROWS if query.picture else asked
    try:
        rows, total = await service.sliced(release.bind(query.name, {section.parameter: [iri]}), 0, limit)
        if not rows:
            return None
        figure = await figure_of(service, query, values, rows, mark) if total <= len(rows) else None
    except KbError as error:
        return PageSection(mark, section.title, query.summary, href, None, [], 0, False, None, str(error))
    table = _table(query.columns, section.columns, Rows(rows.variables, rows.rows[:asked]), links)
    joined, left_out = joined_rows(table.rows)
    shown = joined if len(table.columns) + len(table.evidence) <= _NARROW else joined[:SHOWN_ROWS]
    is_whole = len(joined) == len(shown) and not left_out and total <= min(len(rows), asked)
    figure = figure if figure and figure.svg else None
    return PageSection(mark, section.title, query.summary, href, table, blocks_of(shown), total, is_whole, figure)


def _table(columns: Sequence[Column], wanted: Sequence[str], rows: Rows, links: Links) -> AnswerTable:
    """Return the first rows with the wanted columns in the order of the section, empty ones left out."""
    places = {column.name: at for at, column in enumerate(columns)}
    order = [*(wanted or places), *(name for name in places if wanted and name not in wanted)]
    filled = [name for name in order if any(row[places[name]] is not None for row in rows.rows)]
    turned = Rows(filled, [tuple(row[places[name]] for name in filled) for row in rows.rows])
    only = [name for name in filled if not wanted or name in wanted]
    return read_table([columns[places[name]] for name in filled], turned, links, only=only, fold=False)


def joined_rows(rows: Iterable[TableRow]) -> tuple[list[TableRow], int]:
    """Return rows of which neighbours that differ in one and the same cell stand as one, its values below each other.

    Each value of that cell goes with all the others of the row. With it comes how many values did not find room.
    """
    found: list[tuple[TableRow, int, list[Markup]]] = []
    last: TableRow | None = None
    for row in rows:
        place = _one_difference(last, row) if last is not None else None
        if place is not None and found[-1][1] in (-1, place):
            first, _, values = found[-1]
            found[-1] = first, place, [*(values or [first.cells[place]]), row.cells[place]]
        else:
            found.append((row, -1, []))
        last = row
    return [_with_values(*each) for each in found], sum(max(0, len(each[2]) - _SHOWN_VALUES) for each in found)


def _with_values(row: TableRow, place: int, values: Sequence[Markup]) -> TableRow:
    """Return a row with the first of several values in one of its cells."""
    if not values:
        return row
    more = len(values) - _SHOWN_VALUES
    shown = [*values[:_SHOWN_VALUES], *([Markup("and {} more").format(more)] if more > 0 else [])]
    cell = Markup().join(_EACH.format(value) for value in shown)
    return row._replace(cells=[*row.cells[:place], cell, *row.cells[place + 1 :]])


def _one_difference(first: TableRow, second: TableRow) -> int | None:
    """Return the place of the one cell in which two rows differ, or None."""
    if first.evidence != second.evidence:
        return None
    places = [at for at, cell in enumerate(first.cells) if cell != second.cells[at]]
    return places[0] if len(places) == 1 and first.cells[places[0]] and second.cells[places[0]] else None


def blocks_of(rows: Sequence[TableRow]) -> list[Block]:
    """Return rows by what they have in their first cell, where at least two neighbours share that and there is more."""
    firsts = [row.cells[0] if len(row.cells) > 1 else Markup() for row in rows]
    if not any(first and first == second for first, second in pairwise(firsts)):
        return [Block(Markup(), list(rows))]
    blocks: list[Block] = []
    for first, row in zip(firsts, rows, strict=True):
        if not blocks or blocks[-1].head != first:
            blocks.append(Block(first, []))
        blocks[-1].rows.append(row)
    return blocks


def questions_on(release: Release, iri: str, root: str) -> list[tuple[str, str, str]]:
    """Return (name, summary, address) of the canned queries that take a thing of one of its classes, asked of it.

    Those that stand on its page as sections are left out.
    """
    classes = set(release.compiled.names.types.get(iri, ()))
    shown = {query.name for query, _ in sections_on(release, iri)}
    value = compact(iri, release.compiled.prefixes).strip("<>")
    found = []
    for name, query in release.compiled.queries.items():
        fitting = [each.name for each in query.parameters if each.of_class in classes]
        if fitting and name not in shown:
            found.append((name, query.summary, _address(root, name, {fitting[0]: value})))
    return found


def _address(root: str, name: str, values: Mapping[str, str]) -> str:
    return f"{root}/queries/{quote(name)}?{urlencode(values)}"
