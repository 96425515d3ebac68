"""Estimates with intervals: honest axes, what has no interval marked, and nothing left out in silence."""

import pytest

from kb.web.pictures.drawn import Drawn
from kb.web.pictures.forest import MOST_ROWS
from tests.web.pictures.answers import Cell, drawn, elements, texts

ROLES = ("by", "measure", "value", "lower", "upper", "bounds", "unit", "polarity", "direction", "claim", "source")
TERMS = {"ratio": ["ratio"], "difference": ["difference"], "share": ["share"], "interval": ["ci"], "denied": ["no"]}


def row(value: Cell, lower: Cell = None, upper: Cell = None, measure: str = ":ratio", **other: Cell) -> list[Cell]:
    """Return a row on relapse, with an interval if there are ends."""
    cells = {
        **dict.fromkeys(ROLES),
        **{"by": ":relapse", "measure": measure, "value": value, "lower": lower, "upper": upper, "unit": "1"},
        **{"bounds": ":ci" if lower or upper else None, "polarity": ":yes", "claim": f":claim-{value}-{upper}"},
        "source": ":study",
    }
    return list({**cells, **other}.values())


def forest(*rows: list[Cell], **more: object) -> Drawn:
    """Return the forest plot of rows."""
    return drawn("forest", ROLES, rows, TERMS, **more)


def place_of(picture: Drawn, tick: str) -> float:
    """Return where a tick with that number is, in per cent."""
    return next(float(each.get("x", "").rstrip("%")) for each in elements(picture, "text") if each.text == tick)


def test_ratios_are_on_a_logarithmic_axis_with_a_line_of_no_difference() -> None:
    picture = forest(row("1", "0.5", "2"))
    half, one, two = (place_of(picture, tick) for tick in ("0.5", "1", "2"))
    dotted = [each for each in elements(picture, "line") if each.get("stroke-dasharray") == "2 2"]

    assert one - half == pytest.approx(two - one, abs=0.02)
    assert [f"{one:.2f}%"] == [each.get("x1") for each in dotted]
    assert "← lower" in texts(picture)
    assert "higher →" in texts(picture)


def test_an_interval_reaches_from_end_to_end() -> None:
    picture = forest(row("1", "0.5", "2"))
    line = next(each for each in elements(picture, "line") if each.get("stroke-width") == "2")

    assert f"{place_of(picture, '0.5'):.2f}%" == line.get("x1")
    assert f"{place_of(picture, '2'):.2f}%" == line.get("x2")
    assert "1 (ci 0.5 to 2)" in texts(picture)


def test_a_difference_is_on_an_even_axis_from_below_to_above_zero() -> None:
    picture = forest(row("-2", "-4", "1", ":difference"))
    lower, zero, upper = (place_of(picture, tick) for tick in ("\u22121", "0", "1"))

    assert zero - lower == pytest.approx(upper - zero, abs=0.02)


def test_a_figure_without_interval_is_said_to_have_none_and_gets_no_line() -> None:
    picture = forest(row("1.5"))

    assert "1.5, no interval given" in texts(picture)
    assert [] == [each for each in elements(picture, "line") if each.get("stroke-width") == "2"]
    assert "of which 1 come without an interval" in picture.description
    assert any("diamond" in note for note in picture.notes)


def test_a_range_is_not_drawn_as_an_interval() -> None:
    picture = forest(row("1.5", "1", "2", bounds=":range"))
    line = next(each for each in elements(picture, "line") if each.get("stroke-width") == "2")

    assert "5 3" == line.get("stroke-dasharray")
    assert any("Dashed: a range" in note for note in picture.notes)


def test_an_open_end_reaches_the_edge_with_an_arrow() -> None:
    picture = forest(row(None, None, "0.8"))
    paths = [each.get("d") for each in elements(picture, "path")]

    assert "M7,-5L0,0L7,5" in paths
    assert "ci up to 0.8" in texts(picture)


def test_what_a_source_denies_is_hollow_and_said_in_words() -> None:
    picture = forest(row("1", "0.5", "2", polarity=":no", direction=":fall"))
    square = next(each for each in elements(picture, "path") if (each.get("d") or "").startswith("M-5"))

    assert "none" == square.get("fill")
    assert any("the source denies: fall" in text for text in texts(picture))


@pytest.mark.parametrize(
    ("unfit", "told"),
    [
        (row(None), "1 without a figure"),
        (row("0.5", measure=":time"), "1 of a measure that has no axis here (time)"),
        (row("-0.5"), "1 with a ratio that is not above 0"),
        (row("NaN"), "1 with a figure that cannot be read"),
        (row("INF", "1", "2"), "1 with a figure that cannot be read"),
        (row("1e99"), "1 with a figure that cannot be read"),
        (row("0.5", "many", "2"), "1 with a figure that cannot be read"),
    ],
)
def test_a_row_that_is_not_drawn_is_told(unfit: list[Cell], told: str) -> None:
    picture = forest(row("1", "0.5", "2"), unfit)

    assert ("Of 2 rows, 1 is drawn.", f"Not drawn: {told}. The table has them.") == picture.notes[-2:]


def test_reasons_are_counted_by_kind() -> None:
    picture = forest(*(row(str(at + 1), measure=":time") for at in range(3)), row("9", measure=":dose"), row("1"))

    assert "Not drawn: 4 of a measure that has no axis here (time: 3, dose: 1). The table has them." in picture.notes


def test_a_row_that_repeats_a_figure_is_drawn_once() -> None:
    picture = forest(row("1", "0.5", "2"), row("1", "0.5", "2"))

    assert "1 row repeats what another has drawn already." in picture.notes


def test_other_units_stand_in_other_panels() -> None:
    picture = forest(row("3", measure=":difference", unit="d"), row("3", measure=":difference", unit="wk", claim=":c"))

    assert {"difference, in days", "difference, in weeks"} <= set(texts(picture))


def test_of_very_many_rows_the_first_are_drawn() -> None:
    picture = forest(*(row(f"0.{at + 1000}") for at in range(MOST_ROWS + 5)))

    assert f"Not drawn: 5 beyond the first {MOST_ROWS}; ask more narrowly. The table has them." in picture.notes


def test_an_answer_without_rows_is_no_picture() -> None:
    assert "" == forest().svg
    assert ("The answer has no rows.",) == forest().notes
    assert "There is nothing to draw." in texts(forest(is_file=True))


def test_what_labels_hold_is_text() -> None:
    hostile = "<script>alert(1)</script>&\x00\x1b\u202e]]>\"'"
    picture = forest(row("1", "0.5", "2"), labels={"study": hostile, "relapse": hostile, "ratio": hostile})

    assert "<script" not in picture.svg
    assert "\u202e" not in picture.svg
    assert any("<script>alert(1)</script>&" in text for text in texts(picture))
    assert [] == elements(picture, "script")


def test_it_has_a_name_and_a_description_and_no_style() -> None:
    picture = forest(row("1", "0.5", "2"))

    assert 'role="img" aria-labelledby="key-title" aria-describedby="key-desc"' in picture.svg
    assert "A title" == elements(picture, "title")[0].text
    assert picture.description == elements(picture, "desc")[0].text
    assert " style=" not in picture.svg
