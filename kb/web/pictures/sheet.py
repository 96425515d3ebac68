"""A sheet to draw on: SVG of presentation attributes alone, in which every text is escaped."""

import re
from html import escape

SVG = "http://www.w3.org/2000/svg"
INK = "currentColor"
BLUE, ORANGE, GREY = "#3480c4", "#c2631c", "#858585"
"""Seen on white and on near black: contrast of 3 to 1 and more with both."""
FILE_WIDTH = 720
"""How wide a file is that can be of any width."""
MARGIN = 16
"""Space around a file, in pixels."""
FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
Length = float | str
"""Pixels, or a part of the width such as `12%`."""
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
"""What XML cannot hold, and what turns the writing of what stands beside it."""
_SPECIAL = re.compile("[&<>\"']")
_BREAKS = str.maketrans("\n\r\t", "   ")


class Sheet:
    """A picture in the making; `x` is a number of pixels, or a text such as `12%` of the width."""

    def __init__(self, key: str, is_file: bool = False, width: int | None = None) -> None:
        self.key, self.is_file, self.width = key, is_file, width
        self.columns = 100 if is_file else 46 if width is None else width // 7
        """Characters of the usual size that fit in a line, also on a narrow screen."""
        self.y = 0.0
        """How far down it is drawn; who draws moves on."""
        self._marks: list[str] = []
        self._hatches: set[str] = set()

    def text(self, x: Length, y: float, said: str, size: float = 13, anchor: str = "start", **more: str) -> None:
        """Write one line, its foot at `y`."""
        place = {"x": _length(x), "y": _length(y), "font_size": _length(size)}
        if anchor != "start":
            place["text_anchor"] = anchor
        self._marks.append(_element("text", {**place, **more}, _escaped(readable(said))))

    def lines(self, said: str, size: float = 13, step: float = 17, x: float = 0, **more: str) -> None:
        """Write a text below what is drawn, in as many lines as it takes."""
        wide = 0.9 if "font_weight" in more else 1  # bold letters take more room
        for line in wrapped(readable(said), max(10, int((self.columns - x / 7) * wide * 13 / size))):
            self.y += step
            self.text(x, self.y - 4, line, size, **more)

    def line(self, x1: Length, y1: float, x2: Length, y2: float, stroke: str = INK, **more: str) -> None:
        """Draw a straight line."""
        ends = {"x1": _length(x1), "y1": _length(y1), "x2": _length(x2), "y2": _length(y2)}
        self._marks.append(_element("line", {**ends, "stroke": stroke, **more}))

    def rect(self, x: Length, y: float, width: Length, height: float, **more: str) -> None:
        """Draw a rectangle."""
        place = {"x": _length(x), "y": _length(y), "width": _length(width), "height": _length(height)}
        self._marks.append(_element("rect", {**place, **more}))

    def path(self, steps: str, **more: str) -> None:
        """Draw a path."""
        self._marks.append(_element("path", {"d": steps, **more}))

    def glyph(self, x: Length, y: float, steps: str, **more: str) -> None:
        """Draw a path whose zero lies at a place."""
        place = {"x": _length(x), "y": _length(y), "overflow": "visible", "width": "1", "height": "1"}
        self._marks.append(_element("svg", place, _element("path", {"d": steps, **more})))

    def circle(self, x: Length, y: float, radius: float, **more: str) -> None:
        """Draw a circle."""
        self._marks.append(_element("circle", {"cx": _length(x), "cy": _length(y), "r": _length(radius), **more}))

    def marks(self) -> int:
        """Return how many marks are drawn so far."""
        return len(self._marks)

    def lower(self, to: int, count: int) -> None:
        """Put the last `count` marks behind all but the first `to`."""
        last = self._marks[-count:]
        del self._marks[-count:]
        self._marks[to:to] = last

    def hatch(self, colour: str) -> str:
        """Return a fill of slanting lines, which tells two areas apart where colours do not."""
        name = f"{self.key}-hatch-{colour.strip('#')}"
        self._hatches.add(colour)
        return f"url(#{name})"

    def markup(self, title: str, description: str) -> str:
        """Return the picture, with its name and description for who does not see it."""
        inner = self.width or FILE_WIDTH - 2 * MARGIN
        width = str(inner + 2 * MARGIN) if self.is_file else str(self.width) if self.width else "100%"
        height = self.y + 4
        root = {
            "xmlns": SVG,
            "width": width,
            "height": _length(height + 2 * MARGIN if self.is_file else height),
            "role": "img",
            "aria-labelledby": f"{self.key}-title",
            "aria-describedby": f"{self.key}-desc",
            "font-family": FONT,
            "fill": INK,
        }
        head = _element("title", {"id": f"{self.key}-title"}, escape(readable(title)))
        head += _element("desc", {"id": f"{self.key}-desc"}, escape(readable(description)))
        body = "".join((*(self._pattern(colour) for colour in sorted(self._hatches)), *self._marks))
        if not self.is_file:
            return _element("svg", root, head + body)
        place = {"x": str(MARGIN), "y": str(MARGIN), "width": str(inner), "height": _length(height)}
        paper = _element("rect", {"width": "100%", "height": "100%", "fill": "#ffffff"})
        page = _element("svg", {**place, "overflow": "visible"}, body)
        return _element("svg", {**root, "color": "#1a1a1a"}, head + paper + page)

    def _pattern(self, colour: str) -> str:
        """Return the slanting lines of a colour."""
        place = {"id": f"{self.key}-hatch-{colour.strip('#')}", "width": "5", "height": "5"}
        own = {"patternUnits": "userSpaceOnUse", "patternTransform": "rotate(45)"}
        lines = {"x1": "0", "y1": "0", "x2": "0", "y2": "5", "stroke": colour, "stroke_width": "4"}
        return _element("pattern", {**place, **own}, _element("line", lines))


def percent(at: float) -> str:
    """Return a place as a part of the width."""
    return f"{at:.2f}%"


def readable(said: str) -> str:
    """Return a text on one line, without what XML cannot hold."""
    return _UNWRITABLE.sub("\ufffd", said.translate(_BREAKS))


def wrapped(said: str, width: int) -> list[str]:
    """Return a text in lines of up to `width` characters, broken at spaces, or where a word is longer than a line."""
    lines = [""]
    for word in said.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
            continue
        parts = [word[at : at + width] for at in range(0, len(word), width)]
        lines += parts
    return [line for line in lines if line] or [""]


def _length(value: Length) -> str:
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")


def _escaped(value: str) -> str:
    return escape(value) if _SPECIAL.search(value) else value


def _element(tag: str, attributes: dict[str, str], inner: str = "") -> str:
    """Return the markup of an element; values are escaped here, `inner` is markup already."""
    written = "".join([f' {name.replace("_", "-")}="{_escaped(value)}"' for name, value in attributes.items()])
    return f"<{tag}{written}>{inner}</{tag}>" if inner else f"<{tag}{written}/>"
