"""What acts on what: a diagram in layers, its arrows signed by their heads and by a sign, and never by colour alone."""

from typing import NamedTuple

from kb.web.pictures.drawn import Asked, Drawn, Tally
from kb.web.pictures.finish import begun, finished
from kb.web.pictures.layers import layers_of, unrolled
from kb.web.pictures.records import Record, records_of
from kb.web.pictures.sheet import BLUE, GREY, ORANGE, Sheet, wrapped

MOST_ARROWS = 80
"""Arrows that are drawn; of more, the picture says how many there are."""
_BOX, _GAP = 150, 250
"""Widths of a box, and of the space between two layers, in which the arrows are named."""
_PORT, _LINE, _SPACE = 34, 15, 14
"""Heights of the place of an arrow at a box, of a line in it, and of the space between two boxes."""
_LONGEST = 29
"""Characters below an arrow."""
_COLOURS = {"raises": BLUE, "lowers": ORANGE, "other": GREY}
_SIGNS = {"raises": "+", "lowers": "\u2212", "other": ""}


class _Arrow(NamedTuple):
    """What one thing does to another: one relation, by whichever claims."""

    start: str
    end: str
    relation: str
    sign: str
    """`raises`, `lowers` or `other`."""
    denied: bool
    hedged: bool
    disputed: bool
    sites: tuple[str, ...]
    claims: int


class _Box(NamedTuple):
    x: float
    y: float
    height: float
    lines: list[str]


def draw(asked: Asked) -> Drawn:
    """Return the pathway in the rows."""
    tally = Tally(len(asked.rows))
    arrows = _arrows(asked, tally)
    names = _names(asked)
    ends = unrolled([(arrow.start, arrow.end) for arrow in arrows])
    again = {end: names[arrow_end] for (_, arrow_end), end in ends.items() if end != arrow_end}
    names |= again
    arrows = [arrow._replace(end=ends[arrow.start, arrow.end]) for arrow in arrows]
    layers, ways = layers_of([(arrow.start, arrow.end) for arrow in arrows])
    width = len(layers) * _BOX + max(0, len(layers) - 1) * _GAP + 4
    sheet = begun(asked, width=max(width, 320))
    boxes = _placed(sheet, arrows, layers, names)
    _draw_arrows(sheet, arrows, boxes, ways)
    for name, box in boxes.items():
        if name not in names:
            continue
        frame = {"rx": "6", "fill": "none", "stroke": "currentColor", "stroke_width": "1.25"}
        sheet.rect(box.x, box.y, _BOX, box.height, **frame, **({"stroke_dasharray": "3 3"} if name in again else {}))
        top = box.y + box.height / 2 - len(box.lines) * _LINE / 2
        for at, line in enumerate(box.lines):
            sheet.text(box.x + _BOX / 2, top + at * _LINE + 12, line, 12.5, "middle")
    sheet.y = max((box.y + box.height for box in boxes.values()), default=sheet.y) + 8
    legend = _legend(asked, arrows)
    if again:
        legend.append("A dotted box is a thing that stands further left as well: the arrow leads back to it.")
    return finished(sheet, asked, tally, _description(asked, arrows), bool(arrows), legend)


def _names(asked: Asked) -> dict[str, str]:
    """Return what each end of a step is called."""
    return {
        record.raw(role): record.name(role)
        for record in records_of(asked)
        for role in ("from", "to")
        if record.has(role)
    }


def _arrows(asked: Asked, tally: Tally) -> list[_Arrow]:
    """Return the arrows; `tally` gets what becomes of every row."""
    found: dict[tuple[str, ...], list[Record]] = {}
    for record in records_of(asked):
        if not all(record.has(role) for role in ("from", "relation", "to")):
            tally.leave_out("without a beginning, a relation or an end")
        elif record.means("relation", "aside"):
            tally.leave_out("that are no step", f"{record.name('relation')}: {record.name('to')}")
        elif record.raw("from") == record.raw("to"):
            tally.leave_out("that lead back to where they start")
        else:
            marks = (record.is_denied, record.is_hedged, record.is_disputed)
            key = (*(record.raw(role) for role in ("from", "to", "relation")), *map(str, marks))
            if key not in found and len(found) >= MOST_ARROWS:
                tally.leave_out(f"beyond the first {MOST_ARROWS} arrows; ask more narrowly")
                continue
            tally.draw()
            found.setdefault(key, []).append(record)
    return [_arrow(records) for records in found.values()]


def _arrow(records: list[Record]) -> _Arrow:
    first = records[0]
    sign = next((each for each in ("raises", "lowers") if first.means("relation", each)), "other")
    sites = tuple(sorted({record.name("site") for record in records if record.has("site")}))
    claims = len({record.raw("claim") for record in records}) if first.has("claim") else len(records)
    marks = (first.is_denied, first.is_hedged, first.is_disputed)
    return _Arrow(first.raw("from"), first.raw("to"), first.name("relation"), sign, *marks, sites, claims)


def _placed(sheet: Sheet, arrows: list[_Arrow], layers: list[list[str]], names: dict[str, str]) -> dict[str, _Box]:
    """Return the boxes, each high enough for its name and its arrows; one without a name is a way through."""
    entering = {point: sum(arrow.end == point for arrow in arrows) for layer in layers for point in layer}
    lines = {point: wrapped(names[point], 20) if point in names else [] for point in entering}
    heights = {
        point: max(len(lines[point]) * _LINE + 12, entering[point] * _PORT) if lines[point] else 4.0
        for point in entering
    }
    tallest = max((sum(heights[point] + _SPACE for point in layer) for layer in layers), default=0.0)
    boxes, top = {}, sheet.y + 6
    for at, layer in enumerate(layers):
        y = top + (tallest - sum(heights[point] + _SPACE for point in layer)) / 2
        for point in layer:
            boxes[point] = _Box(2 + at * (_BOX + _GAP), y, heights[point], lines[point])
            y += heights[point] + _SPACE
    return boxes


def _draw_arrows(
    sheet: Sheet, arrows: list[_Arrow], boxes: dict[str, _Box], ways: dict[tuple[str, str], list[str]]
) -> None:
    """Draw every arrow to a place of its own at the box that it leads to, from top to bottom as they come."""
    stations = {arrow: [arrow.start, *ways.get((arrow.start, arrow.end), ())] for arrow in arrows}
    for end, box in boxes.items():
        entering = [arrow for arrow in arrows if arrow.end == end]
        entering.sort(key=lambda arrow: boxes[stations[arrow][-1]].y)
        for at, arrow in enumerate(entering):
            port = box.y + box.height / 2 + (at - (len(entering) - 1) / 2) * _PORT
            _draw_arrow(sheet, arrow, [boxes[point] for point in stations[arrow]], box.x, port)


def _draw_arrow(sheet: Sheet, arrow: _Arrow, stations: list[_Box], x: float, y: float) -> None:
    """Draw an arrow by way of its stations, the first of them the box where it starts, to a place."""
    colour = _COLOURS[arrow.sign]
    bend = ""
    for at, (left, top, height, _) in enumerate(stations):
        middle = top + height / 2
        bend += f"M{left + _BOX:.1f},{middle:.1f}" if at == 0 else f"H{left + _BOX:.1f}"
        goal, level = (stations[at + 1].x, stations[at + 1].y + 2) if at + 1 < len(stations) else (x, y)
        straight = goal - _GAP + 70
        bend += f"C{left + _BOX + 45:.1f},{middle:.1f} {straight - 45:.1f},{level:.1f} {straight:.1f},{level:.1f}"
    line = {"stroke": colour, "stroke_width": "1.75", "fill": "none"}
    if arrow.hedged:
        line["stroke_dasharray"] = "6 4"
    sheet.path(f"{bend}H{x - 9:.1f}", **line)
    heads = {"raises": f"M{x - 10:.1f},{y - 5:.1f}l10,5l-10,5Z", "lowers": f"M{x - 3:.1f},{y - 8:.1f}v16", "other": ""}
    head = heads[arrow.sign] or f"M{x - 9:.1f},{y - 5:.1f}l8,5l-8,5"
    solid = {"fill": colour} if arrow.sign == "raises" else {"fill": "none", "stroke": colour, "stroke_width": "2.5"}
    sheet.path(head, **solid)
    if arrow.sign == "lowers":
        sheet.line(x - 9, y, x - 3, y, colour, stroke_width="1.75")
    if arrow.denied:
        cross = f"M{straight - 6:.1f},{y - 6:.1f}l12,12m0,-12l-12,12"
        sheet.path(cross, stroke="currentColor", stroke_width="2.5", fill="none")
    said, below = _said(arrow)
    sheet.text(x - 14, y - 5, said, 12, "end")
    if below:
        sheet.text(x - 14, y + 13, below, 11.5, "end", font_style="italic")


def _said(arrow: _Arrow) -> tuple[str, str]:
    """Return what is written above and below an arrow."""
    sign = f"{_SIGNS[arrow.sign]} " if _SIGNS[arrow.sign] else ""
    count = f" ({arrow.claims} claims)" if arrow.claims > 1 else ""
    denied = "denied: " if arrow.denied else ""
    marks = [*(["hedged"] if arrow.hedged else []), *(["disputed"] if arrow.disputed else [])]
    site = arrow.sites[0] if len(arrow.sites) == 1 else f"{len(arrow.sites)} sites" if arrow.sites else ""
    below = [*marks, *([f"in {site}" if len(arrow.sites) == 1 else site] if site else [])]
    return f"{sign}{denied}{arrow.relation}{count}", _shortened(", ".join(below))


def _shortened(said: str) -> str:
    """Return a text that fits below an arrow, with a sign where something is left out."""
    return said if len(said) <= _LONGEST else said[: _LONGEST - 1].rstrip(" ,") + "…"


def _description(asked: Asked, arrows: list[_Arrow]) -> str:
    """Return how many arrows there are of which kinds; the table beside the picture has each in words."""
    counts = {
        asked.picture.words["raises"]: sum(arrow.sign == "raises" for arrow in arrows),
        asked.picture.words["lowers"]: sum(arrow.sign == "lowers" for arrow in arrows),
        asked.picture.words["other"]: sum(arrow.sign == "other" for arrow in arrows),
        "hedged": sum(arrow.hedged for arrow in arrows),
        "denied": sum(arrow.denied for arrow in arrows),
        "disputed": sum(arrow.disputed for arrow in arrows),
    }
    things = len({end for arrow in arrows for end in (arrow.start, arrow.end)})
    told = ", ".join(f"{said}: {count}" for said, count in counts.items() if count)
    return f"{len(arrows)} arrows between {things} things. {told}. The table has each of them in words."


def _legend(asked: Asked, arrows: list[_Arrow]) -> list[str]:
    """Return how to read the arrows that occur."""
    words = asked.picture.words
    signs = {arrow.sign for arrow in arrows}
    legend = [f"Full arrowhead and +: {words['raises']}."] if "raises" in signs else []
    if "lowers" in signs:
        legend.append(f"Bar at the end and \u2212: {words['lowers']}.")
    if "other" in signs:
        legend.append(f"Open arrowhead: {words['other']}.")
    if any(arrow.hedged for arrow in arrows):
        legend.append("Dashed: the source hedges it.")
    if any(arrow.denied for arrow in arrows):
        legend.append("Crossed: the source denies it.")
    if any(arrow.disputed for arrow in arrows):
        legend.append("Disputed: claims of other sources speak against it.")
    if any(arrow.sites for arrow in arrows):
        legend.append("Long names of sites are cut; the table has them whole.")
    return [*legend, "What no arrow leads to is where a source begins to tell."]
