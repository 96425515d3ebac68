"""Frequencies: bars for figures, words for words, and the comparator beside."""

import pytest

from kb.web.pictures.drawn import Drawn
from tests.web.pictures.answers import Cell, drawn, elements, texts

ROLES = ("by", "group", "value", "lower", "upper", "unit", "comparison", "said", "measure", "agreement", "claim")
TERMS = {"disputed": ["contested"]}


def row(value: Cell = None, **other: Cell) -> list[Cell]:
    """Return a row on dizziness by mouth."""
    cells = {**dict.fromkeys(ROLES), "by": ":dizziness", "group": ":oral", "value": value, "unit": "%", "claim": ":c"}
    return list({**cells, **other}.values())


def frequencies(*rows: list[Cell]) -> Drawn:
    """Return the picture of rows."""
    return drawn("frequencies", ROLES, rows, TERMS)


def test_a_figure_is_a_bar_with_that_of_the_comparator_beside() -> None:
    picture = frequencies(row("60", comparison="30"))
    bar, other = elements(picture, "rect")
    widths = [float((each.get("width") or "").rstrip("%")) for each in (bar, other)]

    assert widths[0] == pytest.approx(2 * widths[1], abs=0.02)
    assert "url(#key-hatch-c2631c)" == other.get("fill")
    assert "60\u202f%; comparator 30\u202f%" in texts(picture)


def test_a_range_is_a_band_and_no_figure() -> None:
    picture = frequencies(row(lower="5", upper="15"))

    assert "5 to 15\u202f%" in texts(picture)
    assert ["0.35"] == [each.get("opacity") for each in elements(picture, "rect")]


def test_an_open_range_ends_in_an_arrow() -> None:
    picture = frequencies(row(lower="1"))

    assert "1\u202f% or more" in texts(picture)
    assert "M-7,-5L0,0L-7,5" in [each.get("d") for each in elements(picture, "path")]
    assert [] == elements(picture, "rect")


def test_what_is_said_in_words_alone_is_written_and_gets_no_bar() -> None:
    rows = [row(said="rare", by=f":{name}") for name in ("tremor", "ataxia")]
    picture = frequencies(*rows, row(by=":cramp"), row(by=":fits", said="rare", agreement=":contested"))

    assert [] == elements(picture, "rect")
    assert "“rare”: ataxia, fits (disputed), tremor" in texts(picture)
    assert "how often is not said: cramp" in texts(picture)
    assert "Drawn from 4 rows: all of them." in picture.notes


@pytest.mark.parametrize(
    ("unfit", "told"),
    [
        (row("1.5", unit="1", measure=":ratio"), "1 in another unit than per cent (ratio)"),
        (row("3", unit="mg"), "1 in another unit than per cent (mg)"),
        (row("130"), "1 outside 0 to 100 per cent"),
        (row("-1"), "1 outside 0 to 100 per cent"),
        (row("lots"), "1 with a figure that cannot be read"),
    ],
)
def test_a_row_that_is_not_drawn_is_told(unfit: list[Cell], told: str) -> None:
    assert f"Not drawn: {told}. The table has them." in frequencies(row("5"), unfit).notes


def test_another_thing_that_is_counted_is_said() -> None:
    rows = [row("5", measure=":incidence", claim=":a"), row("6", measure=":incidence", claim=":b")]
    picture = frequencies(*rows, row("7", measure=":stopping", claim=":d"))

    assert "7\u202f%; stopping" in texts(picture)
    assert "Bars are the incidence, unless something else is written beside them." in picture.notes


def test_groups_are_apart_and_one_without_a_name_is_there() -> None:
    picture = frequencies(row("5"), row("6", group=None), row("7", group=":spinal"))

    assert ["not said", "oral", "spinal"] == [each for each in texts(picture) if each in ("oral", "not said", "spinal")]
