"""The balance of claims: each counted once for a design, on its side, by year."""

from kb.web.pictures.drawn import Drawn
from tests.web.pictures.answers import Cell, drawn, elements, texts

ROLES = ("side", "design", "claim", "year")
TERMS = {"for": ["supports"], "against": ["disputes"]}


def balance(*rows: tuple[Cell, ...]) -> Drawn:
    """Return the picture of rows."""
    return drawn("balance", ROLES, rows, TERMS)


def test_claims_are_counted_by_side_design_and_year() -> None:
    picture = balance(
        (":supports", ":trial", ":a", 2010),
        (":supports", ":trial", ":b", 2010),
        (":disputes", ":trial", ":c", 2010),
        (":refines", ":trial", ":d", 2012),
        (":supports", ":review", ":a", None),
    )

    assert {"trial: 2 for, 1 against, 1 neither", "review: 1 for", "2010", "2012", "year not said"} <= set(
        texts(picture)
    )
    assert "In all designs and years: 3 for, 1 against, 1 neither." == picture.description


def test_a_claim_with_several_figures_is_counted_once() -> None:
    picture = balance((":supports", ":trial", ":a", 2010), (":supports", ":trial", ":a", 2010))

    assert "trial: 1 for" in texts(picture)
    assert "1 row repeats what another has drawn already." in picture.notes


def test_sides_differ_by_more_than_colour() -> None:
    picture = balance((":supports", ":trial", ":a", 2010), (":disputes", ":trial", ":c", 2010))
    against, for_it = elements(picture, "rect")

    assert (against.get("fill") or "").startswith("url(#key-hatch-")
    assert not (for_it.get("fill") or "").startswith("url")
    assert {"← against", "for →"} <= set(texts(picture))


def test_a_row_without_a_side_is_told() -> None:
    picture = balance((":supports", ":trial", ":a", 2010), (None, ":trial", ":c", 2010))

    assert "Not drawn: 1 without a claim or a side. The table has them." in picture.notes


def test_no_bar_leaves_the_picture() -> None:
    picture = balance(*((":supports", ":trial", f":c{at}", 2010) for at in range(500)))
    bar = elements(picture, "rect")[0]

    assert float((bar.get("x") or "").rstrip("%")) + float((bar.get("width") or "").rstrip("%")) < 95


def test_balances_of_several_things_stand_apart() -> None:
    rows = [(":supports", ":trial", ":a", 2010, ":x"), (":disputes", ":trial", ":b", 2010, ":y")]
    picture = drawn("balance", (*ROLES, "by"), rows, TERMS)

    assert ["x", "trial: 1 for", "y", "trial: 1 against"] == [
        text for text in texts(picture) if text in ("x", "y") or text.startswith("trial")
    ]
