"""The rows of a canned query as people read them: labels, numbers with their units, the evidence behind each row."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from kb.catalog import Column
from kb.formatting.cells import spoken_name
from kb.formatting.quantities import date_text, number_text, unit_text
from kb.results import Rows
from kb.terms import XSD, Term
from kb.web.pages.links import Link, Links
from kb.web.pages.rendering import environment

EVIDENCE = ("claim", "source")
"""What canned queries call the columns that say on what a row rests."""
_NUMBERS = frozenset(
    XSD + name
    for name in ("integer", "decimal", "double", "float", "int", "long", "short", "nonNegativeInteger", "gYear")
)
_DATES = frozenset(XSD + name for name in ("date", "dateTime", "gYearMonth"))
_TRUTHS = {"true": "yes", "1": "yes", "false": "no", "0": "no"}
_DAY_LENGTH = 10
_LONG = 45
"""Characters of a value from which its column is broad."""


class Shown(NamedTuple):
    """One value as a cell shows it."""

    text: str = ""
    link: Link | None = None
    language: str | None = None
    number: str = ""
    """The number as programs read it."""
    unit: str = ""
    """Its unit, with the space before it."""
    day: str = ""
    """The date as programs read it."""


class TableColumn(NamedTuple):
    """A column: its name in the query, the same in words, what it holds, and how it looks."""

    name: str
    spoken: str
    help: str
    is_numeric: bool
    is_wordy: bool
    """Whether some of its values are long."""


class Fact(NamedTuple):
    """The value of a column, in a place of its own; empty where the answer has none."""

    column: TableColumn
    value: Markup


class TableRow(NamedTuple):
    """A row: a value for each column of the table, and the evidence behind it."""

    cells: list[Markup]
    evidence: list[Fact]


class AnswerTable(NamedTuple):
    """An answer as a table."""

    columns: list[TableColumn]
    same: list[Fact]
    """The columns that have the same value, or none, in every one of several rows."""
    evidence: list[TableColumn]
    """The columns on which each row rests, shown together in the last one; none where the table has no such."""
    rows: list[TableRow]
    explained: list[TableColumn]
    """All columns in their order, those that stand as the unit of others left out."""


def read_table(
    columns: Sequence[Column],
    rows: Rows,
    links: Links,
    *,
    compact: bool = False,
    only: Collection[str] = (),
    fold: bool = True,
) -> AnswerTable:
    """Return the rows of a canned query with these columns as a table.

    With `compact`, the short form of each IRI stands below its label. `only` names the columns that are
    shown, where it is not all. Without `fold`, a column stands in the table also where it is the same throughout.
    """
    places = {column.name: at for at, column in enumerate(columns)}
    chosen = [column for column in columns if not only or column.name in only]
    units = {column.unit for column in columns if column.unit in places}
    kept = [column for column in chosen if column.name not in units or not _is_told(column.name, columns, rows)]
    cells = _Cells(places, links, compact)
    texts = {column.name: cells.of(column, rows) for column in kept}
    described = {column.name: _described(column, cells.longest(texts[column.name])) for column in kept}
    same = [column for column in kept if fold and len(rows) > 1 and len(set(texts[column.name])) == 1]
    varying = [column for column in kept if column not in same] or kept
    evidence = evidence_columns(varying)
    shown = [column for column in varying if column not in evidence]
    return AnswerTable(
        [described[column.name] for column in shown],
        [Fact(described[column.name], texts[column.name][0]) for column in same if column not in varying],
        [described[column.name] for column in evidence],
        [
            TableRow(
                [texts[column.name][at] for column in shown],
                [Fact(described[column.name], texts[column.name][at]) for column in evidence if texts[column.name][at]],
            )
            for at in range(len(rows))
        ],
        list(described.values()),
    )


def evidence_columns(columns: Sequence[Column]) -> list[Column]:
    """Return the last columns that say on what a row rests: `claim` and `source`, and others like `lowClaim` beside."""
    found: list[Column] = []
    for column in reversed(columns):
        if column.type != "iri" or spoken_name(column.name).split()[-1] not in EVIDENCE:
            break
        found.insert(0, column)
    names = {column.name for column in found}
    while found and spoken_name(found[0].name).split()[-1] not in names:
        del found[0]  # another claim that the row speaks of, with none that it rests on
    return found if len(found) < len(columns) else []


def _is_told(unit: str, columns: Sequence[Column], rows: Rows) -> bool:
    """Whether every value of a column of units stands behind some number of its row."""
    if unit not in rows.variables:
        return True
    of_it = [column.name for column in columns if column.unit == unit]
    return all(row[unit] is None or any(row[name] is not None for name in of_it) for row in rows)


def _described(column: Column, longest: int) -> TableColumn:
    is_numeric = column.type in ("integer", "decimal")
    return TableColumn(column.name, spoken_name(column.name), column.help, is_numeric, longest > _LONG)


class _Cells:
    """Makes the cells of an answer; a value that comes again is made once."""

    def __init__(self, places: Mapping[str, int], links: Links, compact: bool) -> None:
        self._places, self._links, self._compact = places, links, compact
        self._made: dict[tuple[Term, str], Markup] = {}
        self._lengths: dict[Markup, int] = {Markup(): 0}
        self._macro = environment().get_template("answer.html").module.cell  # type: ignore[attr-defined]

    def of(self, column: Column, rows: Rows) -> list[Markup]:
        """Return the cells of a column, empty where there is no value."""
        at, unit_at = self._places[column.name], self._places.get(column.unit)
        code = column.unit.strip('"') if unit_at is None else ""
        found = []
        for row in rows.rows:
            term = row[at]
            if unit_at is not None:
                unit = row[unit_at]
                code = unit.value if isinstance(unit, Literal) else ""
            found.append(Markup() if term is None else self._cell(term, code))
        return found

    def _cell(self, term: Term, code: str) -> Markup:
        key = (term, code)
        if key not in self._made:
            value = shown(term, self._links, code)
            made = Markup(str(self._macro(value, self._compact)).strip())  # the macro has escaped it
            self._made[key] = made
            self._lengths[made] = len(value.link.label if value.link else value.text)
        return self._made[key]

    def longest(self, cells: list[Markup]) -> int:
        """Return how many characters the longest of some cells shows."""
        return max((self._lengths[cell] for cell in cells), default=0)


def shown(term: Term, links: Links, code: str = "") -> Shown:
    """Return a term as a cell shows it; `code` is the UCUM code of its unit."""
    if isinstance(term, NamedNode):
        return Shown(link=links.of(term.value))
    if not isinstance(term, Literal):
        return Shown(str(term))
    text, datatype = term.value, term.datatype.value
    if datatype in _NUMBERS:
        number = number_text(text)
        return Shown(number.text, number=number.exact, unit=unit_text(code, text)) if number else Shown(text)
    if datatype in _DATES or (datatype == XSD + "string" and len(text) == _DAY_LENGTH):
        day = date_text(text)
        return Shown(day, day=text) if day else Shown(text)
    if datatype == XSD + "boolean":
        return Shown(_TRUTHS.get(text, text))
    return Shown(text, language=term.language)
