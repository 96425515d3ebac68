"""How often each of several things comes, by group: bars in per cent, with those of a comparator beside them.

What is said in words alone is written in words: no bar is made up for it.
"""

from collections import Counter
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from kb.web.pictures.axis import RIGHT, Axis, linear_axis
from kb.web.pictures.drawn import Asked, Drawn, Tally
from kb.web.pictures.figures import measured, span, unit_name
from kb.web.pictures.finish import begun, finished
from kb.web.pictures.records import Record, records_of
from kb.web.pictures.sheet import BLUE, GREY, ORANGE, Sheet, percent

MOST_ROWS = 150
"""Figures that are drawn; of more, the picture says how many there are."""
_PERCENT = "%"
_UNITS = ("", _PERCENT)
_Sorted = tuple[str, str, int]


class _Figure(NamedTuple):
    record: Record
    value: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    comparison: Decimal | None

    def numbers(self) -> list[Decimal]:
        """Return all the numbers that it has."""
        return [each for each in (self.value, self.lower, self.upper, self.comparison) if each is not None]


class _Found(NamedTuple):
    """What can be shown: figures, and in words alone what has none; each with group and name."""

    figures: list[tuple[str, str, _Figure]]
    said: dict[str, dict[str, set[str]]]
    """{group: {how often, in words: names}}."""


def draw(asked: Asked) -> Drawn:
    """Return the frequencies in the rows."""
    tally = Tally(len(asked.rows))
    found = _find(asked, tally)
    usual = Counter(figure.record.name("measure") for _, _, figure in found.figures).most_common(1)
    numbers = [number for _, _, figure in found.figures for number in figure.numbers()]
    axis = linear_axis(numbers, 100)
    sheet = begun(asked)
    figures = sorted(found.figures, key=lambda each: (each[0].lower(), each[1].lower(), -max(each[2].numbers())))
    by_group = {group: list(items) for group, items in groupby(figures, key=lambda each: each[0])}
    for group in sorted({*by_group, *found.said}, key=str.lower):
        sheet.y += 10
        sheet.lines(group, size=15, step=22, font_weight="700")
        if group in by_group:
            _draw_group(sheet, asked, axis, [(name, figure) for _, name, figure in by_group[group]], usual)
        _write_said(sheet, found.said.get(group, {}), group in by_group)
    compared = sum(figure.comparison is not None for _, _, figure in figures)
    description = (
        f"{len(figures)} figures in per cent, in {len(by_group)} groups; "
        f"{compared} with the figure of {asked.picture.words['comparison']} beside."
    )
    return finished(sheet, asked, tally, description, bool(by_group or found.said), _legend(asked, figures, usual))


def _find(asked: Asked, tally: Tally) -> _Found:
    """Return what can be shown; `tally` gets what becomes of every row."""
    found = _Found([], {})
    seen: set[tuple[object, ...]] = set()
    for record in records_of(asked):
        figure = _Figure(record, *(record.number(role) for role in ("value", "lower", "upper", "comparison")))
        group, name = record.name("group") or asked.picture.words["ungrouped"], record.name("by")
        same = (group, *(record.raw(role) for role in ("by", "claim", "said", "unit", "measure")), *figure[1:])
        is_said = all(each is None for each in figure[1:4])
        if any(record.is_unreadable(role) for role in ("value", "lower", "upper", "comparison")):
            tally.leave_out("with a figure that cannot be read")
        elif same in seen:
            tally.repeat()
        elif is_said:
            seen.add(same)
            tally.draw()
            marks = [*(["denied"] if record.is_denied else []), *(["disputed"] if record.is_disputed else [])]
            words = f"“{record.raw('said')}”" if record.has("said") else ""
            of_group = found.said.setdefault(group, {})
            of_group.setdefault(words, set()).add(f"{name} ({', '.join(marks)})" if marks else name)
        elif record.raw("unit") not in _UNITS:
            tally.leave_out("in another unit than per cent", record.name("measure") or unit_name(record.raw("unit")))
        elif min(figure.numbers()) < 0 or max(figure.numbers()) > 100:
            tally.leave_out("outside 0 to 100 per cent")
        elif len(found.figures) >= MOST_ROWS:
            tally.leave_out(f"beyond the first {MOST_ROWS}; ask more narrowly")
        else:
            seen.add(same)
            tally.draw()
            found.figures.append((group, name, figure))
    return found


def _draw_group(
    sheet: Sheet, asked: Asked, axis: Axis, figures: list[tuple[str, _Figure]], usual: list[tuple[str, int]]
) -> None:
    top, name = sheet.y, None
    grid = sheet.marks()
    sources = Counter((each, figure.record.raw("source")) for each, figure in figures)
    for each, figure in figures:
        tells_people = asked.is_file or sources[each, figure.record.raw("source")] > 1
        if each != name:
            name = each
            sheet.y += 6
            sheet.lines(each, size=13.5, step=18, font_weight="600")
        sheet.lines(_said(asked, figure, usual[0][0], tells_people), size=12.5, step=16)
        _draw_bars(sheet, axis, figure)
    y = sheet.y + 3
    sheet.line(percent(axis.at(0)), y, percent(RIGHT), y, stroke_width="1")
    for tick in axis.ticks:
        place = percent(axis.at(tick))
        sheet.line(place, top + 4, place, y + 4, GREY, stroke_width="1", opacity="0.35")
        sheet.text(place, y + 17, measured(tick, _PERCENT), 12, "middle")
    sheet.lower(grid, len(axis.ticks) * 2 + 1)
    sheet.y = y + 22


def _draw_bars(sheet: Sheet, axis: Axis, figure: _Figure) -> None:
    y, zero = sheet.y + 3, axis.at(0)
    is_denied = figure.record.is_denied
    if figure.value is not None:
        fill = {"fill": "none", "stroke": BLUE, "stroke_width": "1.5"} if is_denied else {"fill": BLUE}
        sheet.rect(percent(zero), y, percent(axis.at(figure.value) - zero), 8, **fill)
    if figure.lower is not None or figure.upper is not None:
        _draw_range(sheet, axis, figure, y + 4)
    sheet.y += 13
    if figure.comparison is not None:
        y = sheet.y
        width = percent(axis.at(figure.comparison) - zero)
        sheet.rect(percent(zero), y, width, 8, fill=sheet.hatch(ORANGE), stroke=ORANGE, stroke_width="1")
        sheet.y += 11
    sheet.y += 3


def _draw_range(sheet: Sheet, axis: Axis, figure: _Figure, y: float) -> None:
    """Draw a range as a band with ends; where one end is open, an arrow points to it."""
    is_inside = figure.value is not None
    low = axis.at(figure.lower) if figure.lower is not None else axis.at(0)
    high = axis.at(figure.upper) if figure.upper is not None else min(RIGHT, low + 9)
    colour = "currentColor" if is_inside else BLUE
    if not is_inside and figure.lower is not None and figure.upper is not None:
        sheet.rect(percent(low), y - 4, percent(high - low), 8, fill=BLUE, opacity="0.35")
    dashes = {} if figure.lower is not None and figure.upper is not None else {"stroke_dasharray": "4 3"}
    sheet.line(percent(low), y, percent(high), y, colour, stroke_width="2", **dashes)
    for end, place, arrow in ((figure.lower, low, "M0,0"), (figure.upper, high, "M-7,-5L0,0L-7,5")):
        steps = "M0,-5V5" if end is not None else arrow
        sheet.glyph(percent(place), y, steps, stroke=colour, stroke_width="2", fill="none")


def _said(asked: Asked, figure: _Figure, usual: str, tells_people: bool) -> str:
    """Return in words what a bar shows, and where it is from; of whom, where there is room or two look the same."""
    record = figure.record
    value = "" if figure.value is None else measured(figure.value, _PERCENT)
    ends = span(figure.lower, figure.upper, _PERCENT)
    if ends:
        value = f"{value} ({ends})" if value else ends
    if figure.comparison is not None:
        other = record.name("comparator") or asked.picture.words["comparison"]
        value += f"; {other} {measured(figure.comparison, _PERCENT)}"
    parts = [value]
    if record.has("measure") and record.name("measure") != usual:
        parts.append(record.name("measure"))
    size = record.number("size")
    if size is not None:
        parts.append(f"of {measured(size, '')} people")
    if record.has("said"):
        parts.append(f"“{record.raw('said')}”")
    if record.is_denied:
        parts.append("denied by the source")
    parts += record.bearing()
    roles = ("population", "source") if tells_people else ("source",)
    parts += [record.name(role) for role in roles if record.has(role)]
    return "; ".join(parts)


def _write_said(sheet: Sheet, said: dict[str, set[str]], is_below: bool) -> None:
    """Write what has no figure: under the words of its source, and last what has not even words."""
    if said:
        sheet.y += 8 if is_below else 2
        sheet.lines("Without a figure", size=12.5, font_weight="600")
    for words, names in sorted(said.items(), key=lambda each: (each[0] == "", -len(each[1]), each[0])):
        listed = ", ".join(sorted(names, key=str.lower))
        sheet.lines(f"{words or 'how often is not said'}: {listed}", size=12.5, step=16)
        sheet.y += 3


def _legend(asked: Asked, figures: list[tuple[str, str, _Figure]], usual: list[tuple[str, int]]) -> list[str]:
    """Return how to read the marks that occur."""
    legend = []
    if usual and usual[0][0]:
        legend.append(f"Bars are the {usual[0][0]}, unless something else is written beside them.")
    elif usual:
        legend.append("What is counted is not said.")
    if any(figure.comparison is not None for _, _, figure in figures):
        legend.append(f"Hatched: {asked.picture.words['comparison']}, as the same source has it.")
    if not asked.is_file and any(figure.record.has("population") for _, _, figure in figures):
        legend.append("The table says who the people were.")
    if any(figure.value is None for _, _, figure in figures):
        legend.append("A pale band is a range; an arrow an end that the source leaves open.")
    return legend
