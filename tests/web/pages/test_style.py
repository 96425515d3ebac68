"""The sheet of the pages is small and can be read by everybody; no template holds a style or a script of its own."""

import gzip
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

STATIC, TEMPLATES = ROOT / "kb" / "web" / "static", ROOT / "kb" / "web" / "templates"
SHEET = (STATIC / "page.css").read_text(encoding="utf-8")
TEXT = [
    *[(text, page) for text in ("text", "quiet", "link", "visited") for page in ("page", "panel")],
    *[("on-accent", "accent"), ("text", "mark"), ("bad", "page"), ("good", "page"), ("mixed", "page")],
    *[(tone, f"{tone}-page") for tone in ("good", "bad", "mixed")],
]
"""Colours of text, and those that it stands on: 4.5 to 1 (WCAG 2.2, 1.4.3)."""
PARTS = [(part, page) for part in ("edge", "bar", "accent") for page in ("page", "panel")]
"""Colours of borders of fields, of bars, and of the focus: 3 to 1 (1.4.11)."""


def _colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


LIGHT, DARK = [_colours(block) for block in re.findall(r":root \{(.*?)\n *\}", SHEET, re.DOTALL)[:2]]


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_what_is_shown_stands_out(colours: dict[str, str]) -> None:
    faint = [(pair, _contrast(*map(colours.__getitem__, pair))) for pair in TEXT]
    faint_parts = [(pair, _contrast(*map(colours.__getitem__, pair))) for pair in PARTS]

    assert [] == [each for each in faint if each[1] < 4.5]
    assert [] == [each for each in faint_parts if each[1] < 3]


def test_contrast_is_that_of_the_guidelines() -> None:
    assert 21 == round(_contrast("#000000", "#ffffff"), 2)
    assert 4.54 == round(_contrast("#767676", "#ffffff"), 2)


def test_each_colour_has_a_dark_twin() -> None:
    assert LIGHT.keys() == DARK.keys()
    assert not set(LIGHT.items()) & set(DARK.items())


def test_the_sheet_is_small_and_asks_for_nothing_elsewhere() -> None:
    assert len(gzip.compress(SHEET.encode(), 5)) < 5_000
    assert not re.search(r"@import|url\(|https?:|!important(?! *; *\})", SHEET)
    assert {"(prefers-color-scheme: dark)", "print"} <= set(re.findall(r"@media ([^{]+?) \{", SHEET))
    assert ":focus-visible" in SHEET


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_no_template_holds_a_style_or_a_script(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    scripts = re.findall(r"<script\b([^>]*)>(.*?)</script>", text, re.DOTALL)

    assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=|javascript:|\|\s*safe\b", text)
    assert all(("src=" in given and not inside.strip()) or "application/ld+json" in given for given, inside in scripts)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text)
