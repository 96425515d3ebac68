"""A picture of the schema: the kinds of thing that there are most of, and the properties that lead from one to another.

Each kind is a box with its properties; a line leads from a property to each kind that it leads to, and a
round arrow stands beside one that leads to the same kind. The columns are read from left to right.
"""

from collections.abc import Iterable
from typing import NamedTuple

from markupsafe import escape

from kb.formatting.quantities import whole_number_text
from kb.web.pages.links import Links
from kb.web.pages.ontology_terms import Ontology

MOST_KINDS = 12
MOST_PROPERTIES = 6
"""Of one kind, those with most statements."""
_MOST_TARGETS = 3
_COLUMNS = 4
_WIDTH, _ROW, _HEAD, _GAP, _BETWEEN, _MARGIN = 214, 22, 44, 26, 84, 8
_LETTER = 7.2
"""Width of a letter, in the unit of the picture, of a text of 13: taken wide, since fonts differ."""


class Leads(NamedTuple):
    """A property of a kind, how many statements there are with it, and the kinds in the picture that it leads to."""

    iri: str
    label: str
    statements: int
    targets: list[str]


class Box(NamedTuple):
    """A kind of thing, how many there are, and its properties, that with most statements first."""

    iri: str
    label: str
    instances: int
    properties: list[Leads]


def schema_boxes(ontology: Ontology, links: Links) -> list[Box]:
    """Return what the picture shows, the kind with most instances first."""
    instances = ontology.counts.instances
    used = [kind for kind in ontology.kinds if instances.get(kind)]
    shown = sorted(used, key=lambda kind: (-instances[kind], kind))[:MOST_KINDS]
    boxes = []
    for kind in shown:
        properties = sorted(_leads(ontology, links, kind, shown), key=lambda leads: (-leads.statements, leads.iri))
        boxes.append(Box(kind, links.of(kind).label, instances[kind], properties))
    best = [(box.iri, leads) for box in boxes for leads in box.properties[:MOST_PROPERTIES]]
    linked = {kind for iri, leads in best for to in leads.targets if to != iri for kind in (iri, to)}
    return [box._replace(properties=_chosen(box, set(shown) - linked)) for box in boxes]


def draw(boxes: list[Box], title: str, description: str, standalone: bool = False) -> str:
    """Return the picture as SVG; a `standalone` one is a file of its own."""
    places = _placed(boxes)
    width = max((x for x, _ in places.values()), default=0) + _WIDTH + _MARGIN + 40
    height = max((places[box.iri][1] + _height(box) for box in boxes), default=0) + _MARGIN
    space = ' xmlns="http://www.w3.org/2000/svg"' if standalone else ""
    parts = [
        f'<svg{space} viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        'aria-labelledby="schema-title schema-description" font-family="system-ui, sans-serif" font-size="13" '
        'color="#1c2126">',
        f'<title id="schema-title">{escape(title)}</title>',
        f'<desc id="schema-description">{escape(description)}</desc>',
    ]
    if standalone:
        parts.append(f'<rect width="{width}" height="{height}" fill="#ffffff"/>')
    for box in boxes:
        for number, leads in enumerate(box.properties):
            parts += [_line(places[box.iri], number, places[to]) for to in leads.targets if to != box.iri]
    for box in boxes:
        parts += _box(box, *places[box.iri])
    return "\n".join([*parts, "</svg>"])


def _leads(ontology: Ontology, links: Links, kind: str, shown: list[str]) -> Iterable[Leads]:
    for predicate, statements in ontology.counts.of_class.get(kind, {}).items():
        to: dict[str, int] = {}
        for narrow, number in ontology.counts.targets.get((kind, predicate), {}).items():
            for other in ontology.kinds_of(narrow):
                if other in shown:
                    to[other] = max(to.get(other, 0), number)
        if to:
            targets = sorted(to, key=lambda other: (-to[other], other))[:_MOST_TARGETS]
            yield Leads(predicate, links.of(predicate).label, statements, targets)


def _chosen(box: Box, apart: set[str]) -> list[Leads]:
    """Return the properties of a box that are drawn: those with most statements, and those to what is else apart."""
    chosen = list(box.properties[:MOST_PROPERTIES])
    for kind in sorted(apart):
        more = next((leads for leads in box.properties[MOST_PROPERTIES:] if kind in leads.targets), None)
        if more and more not in chosen:
            chosen.append(more)
    return chosen


def _placed(boxes: list[Box]) -> dict[str, tuple[int, int]]:
    """Return where the upper left corner of each box is."""
    column = _columns(boxes)
    places: dict[str, tuple[int, int]] = {}
    for number in sorted(set(column.values())):
        here = [box for box in boxes if column[box.iri] == number]
        here.sort(key=lambda box: _middle(box, boxes, places))
        y = _MARGIN
        for box in here:
            places[box.iri] = (_MARGIN + 30 + number * (_WIDTH + _BETWEEN), y)
            y += _height(box) + _GAP
    return places


def _columns(boxes: list[Box]) -> dict[str, int]:
    """Return the column of each box: behind those that lead to it, as far as these do not stand in a circle."""
    pairs = {(box.iri, to) for box in boxes for leads in box.properties for to in leads.targets if to != box.iri}
    order: list[str] = []
    left = [box.iri for box in boxes]
    while left:
        into = {iri: sum(to == iri and come in left for come, to in pairs) for iri in left}
        out = {iri: sum(come == iri and to in left for come, to in pairs) for iri in left}
        order.append(min(left, key=lambda iri: (into[iri] > 0, into[iri] - out[iri])))
        left.remove(order[-1])
    column: dict[str, int] = {}
    for iri in order:
        before = [column[come] + 1 for come, to in pairs if to == iri and come in column]
        column[iri] = min(max(before, default=0), _COLUMNS - 1)
    return column


def _middle(box: Box, boxes: list[Box], places: dict[str, tuple[int, int]]) -> tuple[float, str]:
    """Return how far down a box is best: where those of earlier columns are that are linked with it."""
    linked = [
        places[other.iri][1]
        for other in boxes
        if other.iri in places
        and (
            any(box.iri in leads.targets for leads in other.properties)
            or any(other.iri in leads.targets for leads in box.properties)
        )
    ]
    return (sum(linked) / len(linked) if linked else float("inf"), box.iri)


def _height(box: Box) -> int:
    return _HEAD + _ROW * len(box.properties) + (6 if box.properties else 0)


def _line(start: tuple[int, int], number: int, end: tuple[int, int]) -> str:
    """Return the line from a row of one box to the head of another, with an arrow head."""
    y1, y2 = start[1] + _HEAD + _ROW * number + _ROW // 2, end[1] + _HEAD // 2
    if end[0] > start[0]:
        x1, x2, bend1, bend2 = start[0] + _WIDTH, end[0], 45, -45
    elif end[0] < start[0]:
        x1, x2, bend1, bend2 = start[0], end[0] + _WIDTH, -45, 45
    else:
        x1, x2, bend1, bend2 = start[0] + _WIDTH, end[0] + _WIDTH, 38, 38
    tip = 7 if bend2 > 0 else -7
    return (
        f'<g stroke="#3d7ab8" stroke-width="1.4"><path fill="none" d="M{x1} {y1}C{x1 + bend1} {y1} {x2 + bend2} {y2} '
        f'{x2 + tip} {y2}"/><path fill="#3d7ab8" d="M{x2} {y2}l{tip} -4v8Z"/></g>'
    )


def _box(box: Box, x: int, y: int) -> list[str]:
    """Return the marks of one box."""
    parts = [
        f'<rect class="box" x="{x}" y="{y}" width="{_WIDTH}" height="{_height(box)}" rx="6" fill="#ffffff" '
        'stroke="#76808a"/>',
        f'<text x="{x + 10}" y="{y + 19}" font-weight="600" fill="currentColor">'
        f"{escape(_cut(box.label, _WIDTH - 20))}</text>",
        f'<text x="{x + 10}" y="{y + 35}" font-size="11" fill="currentColor">{whole_number_text(box.instances)}</text>',
    ]
    for number, leads in enumerate(box.properties):
        line = y + _HEAD + _ROW * number
        count = f"{'↻ ' if box.iri in leads.targets else ''}{whole_number_text(leads.statements)}"
        room = _WIDTH - 28 - len(count) * _LETTER
        parts += [
            f'<path d="M{x} {line}h{_WIDTH}" stroke="#76808a" stroke-opacity=".4"/>',
            f'<text x="{x + 10}" y="{line + 15}" fill="currentColor">{escape(_cut(leads.label, room))}</text>',
            f'<text x="{x + _WIDTH - 10}" y="{line + 15}" text-anchor="end" font-size="11" fill="currentColor">'
            f"{count}</text>",
        ]
    return parts


def _cut(text: str, room: float) -> str:
    """Return as much of a text as there is room for."""
    most = int(room / _LETTER)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
