"""How many claims stand for and against, by design and year: bars to either side of a middle line."""

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from kb.web.pictures.drawn import Asked, Drawn, Tally
from kb.web.pictures.finish import begun, finished
from kb.web.pictures.records import records_of
from kb.web.pictures.sheet import BLUE, GREY, ORANGE, Sheet, percent

MOST_YEARS = 200
"""Rows that are drawn, one for each design and year; of more, the picture says how many there are."""
_NOT_SAID = "year not said"
_MIDDLE = 54.0
"""Where the middle line is, in per cent of the width."""


class _Counts(NamedTuple):
    """How many claims of one design and year stand on either side, and on neither."""

    of: str
    """What the balance is of; empty where there is but one."""
    design: str
    year: str
    for_it: int
    against: int
    neither: int


def draw(asked: Asked) -> Drawn:
    """Return the balance of the claims in the rows."""
    tally = Tally(len(asked.rows))
    counts = _counted(asked, tally)
    sheet = begun(asked)
    words = asked.picture.words
    most = max((max(each.for_it, each.against, 1) for each in counts), default=1)
    scale = _Scale(most)
    for of, balance in groupby(counts, key=lambda each: each.of):
        if of:
            sheet.y += 10
            sheet.lines(of, size=15, step=21, font_weight="700")
        _write_sides(sheet, asked)
        for design, group in groupby(balance, key=lambda each: each.design):
            years = list(group)
            sheet.y += 8
            sheet.lines(f"{design}: {_summed(years, words)}", size=13, font_weight="600")
            for each in years:
                _draw_year(sheet, scale, each)
    total = _summed(counts, words)
    legend = [
        "Each claim is counted once for each design that it rests on, by the year of its source.",
        f"Filled, to the right: {words['for']}. Hatched, to the left: {words['against']}. "
        f"The number at the right edge: {words['other']}.",
        "A count of claims is no weight of evidence: one source may make several, and sources differ in size.",
    ]
    return finished(sheet, asked, tally, f"In all designs and years: {total}.", bool(counts), legend)


class _Scale(NamedTuple):
    """How wide the bar of a number of claims is."""

    most: int

    def width(self, count: int) -> float:
        """Return a width in per cent of that of the picture; at most a third of it, and 4 for a single claim."""
        return count * min(4.0, 32.0 / self.most)


def _counted(asked: Asked, tally: Tally) -> list[_Counts]:
    """Return the counts by design and year; `tally` gets what becomes of every row."""
    sides: dict[tuple[str, str, str], dict[str, set[str]]] = {}
    seen: set[tuple[str, ...]] = set()
    for record in records_of(asked):
        claim, side = record.raw("claim"), record.raw("side")
        same = tuple(record.raw(role) for role in ("within", "by", "claim", "side", "design"))
        if not claim or not side:
            tally.leave_out("without a claim or a side")
        elif same in seen:
            tally.repeat()
        else:
            of = ", ".join(record.name(role) for role in ("within", "by") if record.has(role))
            key = (of, record.name("design") or "design not said", record.raw("year") or _NOT_SAID)
            if key not in sides and len(sides) >= MOST_YEARS:
                tally.leave_out(f"beyond the first {MOST_YEARS} designs and years; ask more narrowly")
                continue
            seen.add(same)
            tally.draw()
            place = next((each for each in ("for", "against") if record.means("side", each)), "other")
            sides.setdefault(key, {}).setdefault(place, set()).add(claim)
    found = [
        _Counts(*key, *(len(claims.get(side, ())) for side in ("for", "against", "other")))
        for key, claims in sides.items()
    ]
    return sorted(found, key=lambda each: (each.of.lower(), each.design.lower(), each.year == _NOT_SAID, each.year))


def _write_sides(sheet: Sheet, asked: Asked) -> None:
    sheet.y += 18
    middle = percent(_MIDDLE - 1)
    sheet.text(middle, sheet.y - 4, f"← {asked.picture.words['against']}", 12, "end", font_style="italic")
    sheet.text(percent(_MIDDLE + 1), sheet.y - 4, f"{asked.picture.words['for']} →", 12, font_style="italic")
    sheet.y += 16
    sheet.text("99%", sheet.y - 4, f"{asked.picture.words['other']}", 12, "end", font_style="italic")


def _draw_year(sheet: Sheet, scale: _Scale, each: _Counts) -> None:
    y = sheet.y + 2
    sheet.text(0, y + 12, each.year, 12)
    sheet.line(percent(_MIDDLE), y - 2, percent(_MIDDLE), y + 18, GREY, stroke_width="1")
    left, right = scale.width(each.against), scale.width(each.for_it)
    if each.against:
        place = percent(_MIDDLE - left)
        sheet.rect(place, y + 1, percent(left), 13, fill=sheet.hatch(ORANGE), stroke=ORANGE, stroke_width="1")
        sheet.text(percent(_MIDDLE - left - 1.5), y + 12, str(each.against), 12, "end")
    if each.for_it:
        sheet.rect(percent(_MIDDLE), y + 1, percent(right), 13, fill=BLUE)
        sheet.text(percent(_MIDDLE + right + 1.5), y + 12, str(each.for_it), 12)
    if each.neither:
        sheet.text("99%", y + 12, str(each.neither), 12, "end", font_style="italic")
    sheet.y += 19


def _summed(counts: Iterable[_Counts], words: dict[str, str]) -> str:
    """Return in words how many claims stand where."""
    rows = list(counts)
    sums = {
        words["for"]: sum(each.for_it for each in rows),
        words["against"]: sum(each.against for each in rows),
        words["other"]: sum(each.neither for each in rows),
    }
    return ", ".join(f"{count} {side}" for side, count in sums.items() if count) or "none"
