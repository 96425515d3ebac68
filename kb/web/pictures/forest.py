"""Estimates with their intervals: a panel for each outcome, measure and unit, each with an axis of its own."""

from collections import Counter
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from kb.web.pictures.axis import LEFT, RIGHT, Axis, linear_axis, log_axis
from kb.web.pictures.drawn import Asked, Drawn, Tally
from kb.web.pictures.figures import measured, span, unit_name, written
from kb.web.pictures.finish import begun, finished
from kb.web.pictures.records import Record, records_of
from kb.web.pictures.sheet import BLUE, GREY, INK, ORANGE, Sheet, percent

MOST_ROWS = 150
"""Figures that are drawn; of more, the picture says how many there are."""
_HOLLOW = {"fill": "none", "stroke_width": "2"}
_DIAMOND, _SQUARE = "M0,-6L6,0L0,6L-6,0Z", "M-5,-5H5V5H-5Z"


class _Figure(NamedTuple):
    record: Record
    value: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    comparison: Decimal | None

    def numbers(self) -> list[Decimal]:
        """Return all the numbers that it has."""
        return [each for each in (self.value, self.lower, self.upper, self.comparison) if each is not None]

    @property
    def is_interval(self) -> bool:
        """Whether both ends are known, and are those of an interval and not of a mere range."""
        return self.lower is not None and self.upper is not None and self.record.means("bounds", "interval")


class _Panel(NamedTuple):
    """What figures must share to stand on one axis."""

    within: str
    by: str
    measure: str
    unit: str
    kind: str
    """`ratio`, `difference`, `effect` or `share`."""


def draw(asked: Asked) -> Drawn:
    """Return a forest plot of the rows."""
    tally = Tally(len(asked.rows))
    found = sorted(_figures(asked, tally), key=_place)
    sheet = begun(asked)
    panels = [(panel, [figure for _, figure in group]) for panel, group in groupby(found, key=lambda each: each[0])]
    within = None
    for panel, figures in panels:
        if panel.within and panel.within != within:
            within = panel.within
            sheet.y += 8
            sheet.lines(within, size=15, step=22, font_weight="700")
        _draw_panel(sheet, asked, panel, figures)
    bare = sum(figure.lower is None and figure.upper is None for _, figure in found)
    counted = f"{tally.drawn} figures in {len(panels)} panels" if len(panels) != 1 else f"{tally.drawn} figures"
    is_directed = any(panel.kind in ("ratio", "difference") for panel, _ in panels)
    description = f"{counted}, of which {bare} come without an interval.{_reading(asked) if is_directed else ''}"
    return finished(sheet, asked, tally, description, bool(panels), _legend(asked, found))


def _place(each: tuple[_Panel, _Figure]) -> tuple[str, ...]:
    panel, figure = each
    return (*(part.lower() for part in panel), figure.record.raw("year"), figure.record.name("source"))


def _figures(asked: Asked, tally: Tally) -> list[tuple[_Panel, _Figure]]:
    """Return what can be drawn; `tally` gets what becomes of every row."""
    found: list[tuple[_Panel, _Figure]] = []
    seen: set[tuple[object, ...]] = set()
    for record in records_of(asked):
        figure = _Figure(record, *(record.number(role) for role in ("value", "lower", "upper", "comparison")))
        kind = next(
            (each for each in ("ratio", "difference", "effect", "share") if record.means("measure", each)), None
        )
        same = (*(record.raw(role) for role in ("claim", "source", "by", "within", "measure", "unit")), *figure[1:])
        if any(record.is_unreadable(role) for role in ("value", "lower", "upper", "comparison")):
            tally.leave_out("with a figure that cannot be read")
        elif not figure[1:4] or all(each is None for each in figure[1:4]):
            tally.leave_out("without a figure")
        elif kind is None:
            tally.leave_out("of a measure that has no axis here", record.name("measure") or "not said")
        elif kind == "ratio" and min(figure.numbers()) <= 0:
            tally.leave_out("with a ratio that is not above 0")
        elif same in seen:
            tally.repeat()
        elif len(found) >= MOST_ROWS:
            tally.leave_out(f"beyond the first {MOST_ROWS}; ask more narrowly")
        else:
            seen.add(same)
            tally.draw()
            by = record.name("by") or "outcome not said"
            found.append((_Panel(record.name("within"), by, record.name("measure"), record.raw("unit"), kind), figure))
    return found


def _draw_panel(sheet: Sheet, asked: Asked, panel: _Panel, figures: list[_Figure]) -> None:
    numbers = [number for figure in figures for number in figure.numbers()]
    axis = log_axis(numbers) if panel.kind == "ratio" else linear_axis(numbers, 100 if panel.unit == "%" else None)
    sheet.y += 10
    sheet.lines(panel.by, size=14, step=19, font_weight="700")
    unit = unit_name(panel.unit)
    sheet.lines(f"{panel.measure}{f', in {unit}' if unit else ''}", size=12.5, opacity="0.85")
    sources = Counter(figure.record.raw("source") for figure in figures)
    for figure in figures:
        tells_people = asked.is_file or sources[figure.record.raw("source")] > 1
        _draw_figure(sheet, axis, panel, figure, _said(asked, panel, figure, tells_people))
    _draw_axis(sheet, asked, panel, axis)


def _draw_figure(sheet: Sheet, axis: Axis, panel: _Panel, figure: _Figure, said: str) -> None:
    record = figure.record
    sheet.y += 6
    year = record.raw("year")
    name = record.name("source") or "source not said"
    sheet.lines(name if not year or year in name else f"{name} ({year})", size=13, font_weight="600")
    sheet.lines(said, size=12.5, step=16)
    y = sheet.y + 11
    none = {"ratio": 1, "share": None}.get(panel.kind, 0)
    if none is not None:
        place = percent(axis.at(none))
        sheet.line(place, y - 9, place, y + 13, INK, stroke_dasharray="2 2", stroke_width="1.5")
    colour = GREY if record.has("replaced") else BLUE
    if figure.lower is not None or figure.upper is not None:
        _draw_ends(sheet, axis, figure, y, colour)
    if figure.comparison is not None:
        sheet.circle(percent(axis.at(figure.comparison)), y, 5, stroke=ORANGE, **_HOLLOW)
    if figure.value is not None:
        shape = _DIAMOND if figure.lower is None and figure.upper is None else _SQUARE
        fill = {"stroke": colour, **_HOLLOW} if record.is_denied else {"fill": colour}
        sheet.glyph(percent(axis.at(figure.value)), y, shape, **fill)
    sheet.y += 20


def _draw_ends(sheet: Sheet, axis: Axis, figure: _Figure, y: float, colour: str) -> None:
    """Draw an interval as a line with ends, a range as a dashed one, and an open end as an arrow."""
    low, high = (None if end is None else axis.at(end) for end in (figure.lower, figure.upper))
    left, right = LEFT if low is None else low, RIGHT if high is None else high
    dashes = {} if figure.is_interval else {"stroke_dasharray": "5 3"}
    sheet.line(percent(left), y, percent(right), y, colour, stroke_width="2", **dashes)
    for end, place, arrow in ((low, left, "M7,-5L0,0L7,5"), (high, right, "M-7,-5L0,0L-7,5")):
        sheet.glyph(percent(place), y, "M0,-5V5" if end is not None else arrow, stroke=colour, **_HOLLOW)


def _said(asked: Asked, panel: _Panel, figure: _Figure, tells_people: bool) -> str:
    """Return in words what a row shows; who the people were only where there is room, or two rows look the same."""
    record = figure.record
    value = "" if figure.value is None else measured(figure.value, panel.unit)
    ends = span(figure.lower, figure.upper, "" if value else panel.unit)
    kind = record.name("bounds") or "ends"
    if ends:
        value = f"{value} ({kind} {ends})" if value else f"{kind} {ends}"
    else:
        value += ", no interval given"
    if figure.value is not None and not (figure.lower or figure.value) <= figure.value <= (
        figure.upper or figure.value
    ):
        value += ", which does not hold the figure"
    if figure.comparison is not None:
        other = record.name("comparator") or asked.picture.words["comparison"]
        value += f"; {other} {measured(figure.comparison, panel.unit)}"
    parts = [value]
    if record.number("size") is not None:
        parts.append(f"{written(record.number('size') or Decimal(0))} people")
    if tells_people and record.has("population"):
        parts.append(record.name("population"))
    direction = record.name("direction")
    if record.is_denied:
        parts.append(f"the source denies: {direction}" if direction else "the source denies it")
    elif direction:
        parts.append(f"the source affirms: {direction}")
    parts += record.bearing()
    if record.has("replaced"):
        parts.append("replaced by a later version")
    return "; ".join(parts)


def _draw_axis(sheet: Sheet, asked: Asked, panel: _Panel, axis: Axis) -> None:
    y = sheet.y + 4
    sheet.line(percent(LEFT), y, percent(RIGHT), y, stroke_width="1")
    for tick in axis.ticks:
        place = percent(axis.at(tick))
        sheet.line(place, y, place, y + 5, stroke_width="1")
        sheet.text(place, y + 18, written(tick), 12, "middle")
    sheet.y = y + 22
    if panel.kind == "share":
        return
    words = asked.picture.words
    sheet.y += 15
    if panel.kind == "effect":
        sheet.text(
            "50%", sheet.y - 3, "dotted: no difference; sign as each source has it", 12, "middle", font_style="italic"
        )
        return
    sheet.text("0%", sheet.y - 3, f"← {words['below']}", 12, font_style="italic")
    sheet.text("100%", sheet.y - 3, f"{words['above']} →", 12, "end", font_style="italic")


def _reading(asked: Asked) -> str:
    words = asked.picture.words
    return f" Left of the line of no difference: {words['below']}. Right of it: {words['above']}."


def _legend(asked: Asked, found: list[tuple[_Panel, _Figure]]) -> list[str]:
    """Return how to read the marks that occur."""
    figures = [figure for _, figure in found]
    legend = ["A square is a figure with an interval or range, a diamond one without: how sure it is is not known."]
    if any(figure.record.is_denied for figure in figures):
        legend.append("Hollow: the source denies the effect.")
    if any((figure.lower or figure.upper) is not None and not figure.is_interval for figure in figures):
        legend.append("Dashed: a range, or ends of a kind that is not said; an arrow: an open end.")
    if any(figure.comparison is not None for figure in figures):
        legend.append(f"A circle: {asked.picture.words['comparison']}.")
    if any(figure.record.has("replaced") for figure in figures):
        legend.append("Grey: a later version replaces it.")
    if not asked.is_file and any(figure.record.has("population") for figure in figures):
        legend.append("The table says who the people were.")
    if any(panel.kind == "ratio" for panel, _ in found):
        legend.append("Ratios are on a logarithmic axis.")
    return legend
