"""Pathways: arrows signed by their heads and in words, layers from left to right, circles opened."""

from random import Random

from kb.web.pictures.drawn import Drawn
from kb.web.pictures.layers import layers_of, unrolled
from kb.web.pictures.pathway import MOST_ARROWS
from tests.web.pictures.answers import Cell, drawn, elements, texts

ROLES = ("from", "relation", "to", "site", "polarity", "modality", "hedge", "agreement", "claim")
TERMS = {
    **{"raises": ["raises"], "lowers": ["lowers"], "aside": ["status"]},
    **{"denied": ["no"], "hedged": ["possible"], "disputed": ["contested"]},
}


def row(start: str, relation: str, end: str, **other: Cell) -> list[Cell]:
    """Return a row for one step."""
    cells = {**dict.fromkeys(ROLES), "from": start, "relation": relation, "to": end, "polarity": ":yes"}
    return list({**cells, "claim": f":{start}-{relation}-{end}", **other}.values())


def pathway(*rows: list[Cell]) -> Drawn:
    """Return the picture of rows."""
    return drawn("pathway", ROLES, rows, TERMS)


def dashes(picture: Drawn) -> list[str | None]:
    """Return how the lines of arrows are dashed."""
    return [each.get("stroke-dasharray") for each in elements(picture, "path") if "C" in (each.get("d") or "")]


def test_signs_are_told_by_the_head_and_by_a_sign() -> None:
    picture = pathway(row(":a", ":raises", ":b"), row(":a", ":lowers", ":c"), row(":a", ":touches", ":d"))
    heads = [(each.get("d") or "").rpartition("M")[2] for each in elements(picture, "path")]

    assert {"+ raises", "\u2212 lowers", "touches"} <= set(texts(picture))
    assert 1 == sum(head.endswith("Z") for head in heads)
    assert 1 == sum("v16" in head for head in heads)


def test_what_is_denied_is_crossed_and_named() -> None:
    picture = pathway(row(":a", ":raises", ":b", polarity=":no"))

    assert "+ denied: raises" in texts(picture)
    assert any("m0,-12" in (each.get("d") or "") for each in elements(picture, "path"))
    assert "Crossed: the source denies it." in picture.notes


def test_what_is_hedged_or_disputed_is_marked() -> None:
    hedged, disputed = row(":a", ":raises", ":b", hedge="may"), row(":a", ":raises", ":c", agreement=":contested")
    picture = pathway(hedged, disputed, row(":a", ":raises", ":d", modality=":possible"))

    assert ["6 4", None, "6 4"] == dashes(picture)
    assert {"hedged", "disputed"} <= set(texts(picture))


def test_claims_of_one_kind_are_one_arrow() -> None:
    picture = pathway(row(":a", ":raises", ":b", claim=":x"), row(":a", ":raises", ":b", claim=":y"))

    assert "+ raises (2 claims)" in texts(picture)
    assert ["Drawn from 2 rows: all of them."] == [note for note in picture.notes if "row" in note and "from" in note]


def test_conflicting_claims_are_two_arrows() -> None:
    picture = pathway(row(":a", ":raises", ":b"), row(":a", ":raises", ":b", polarity=":no", claim=":y"))

    assert {"+ raises", "+ denied: raises"} <= set(texts(picture))


def test_what_is_no_step_is_told() -> None:
    picture = pathway(row(":a", ":raises", ":b"), row(":a", ":status", ":unknown"), row(":a", ":raises", ":a"))
    told = "Not drawn: 1 that are no step (status: unknown); 1 that lead back to where they start. The table has them."

    assert told in picture.notes


def test_a_circle_is_opened() -> None:
    picture = pathway(row(":a", ":raises", ":b"), row(":b", ":lowers", ":a"))

    assert 2 == texts(picture).count("a")
    assert 1 == sum(each.get("stroke-dasharray") == "3 3" for each in elements(picture, "rect"))
    assert any(note.startswith("A dotted box is a thing that stands further left") for note in picture.notes)


def test_of_very_many_arrows_the_first_are_drawn() -> None:
    picture = pathway(*(row(":a", ":raises", f":b{at}") for at in range(MOST_ARROWS + 3)))

    assert any(f"3 beyond the first {MOST_ARROWS} arrows" in note for note in picture.notes)


def test_every_edge_leads_to_a_later_layer_by_a_point_in_each_between() -> None:
    random = Random(7)
    for size in (2, 5, 12, 30):
        pairs = list(
            dict.fromkeys((f"p{random.randrange(size)}", f"p{random.randrange(size)}") for _ in range(3 * size))
        )
        ends = unrolled(pairs)
        edges = [(start, ends[start, end]) for start, end in pairs]
        layers, ways = layers_of(edges)
        depth = {point: at for at, layer in enumerate(layers) for point in layer}

        assert layers_of(edges) == (layers, ways)
        assert len(depth) == sum(map(len, layers))
        for start, end in edges:
            stations = [depth[point] for point in (start, *ways.get((start, end), ()), end)]
            assert stations == list(range(stations[0], stations[-1] + 1))
            assert len(stations) >= 2
