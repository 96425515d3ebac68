"""The kinds of picture: each can be drawn, and the shipped headers speak of what the graph has."""

from importlib import import_module

import pytest

from kb import KnowledgeBase
from kb.catalog.picture import KINDS
from kb.prefixes import compact
from kb.web.pictures import Asked, draw
from tests.web.pictures.answers import elements


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_module_that_draws_it(kind: str) -> None:
    assert callable(import_module(f"kb.web.pictures.{kind}").draw)


def test_terms_of_pictures_are_in_the_graph(shipped: KnowledgeBase) -> None:
    unknown = {
        f"{query.path}: {compact(iri, shipped.prefixes)}"
        for query in shipped.queries.values()
        if query.picture
        for iris in query.picture.terms.values()
        for iri in iris
        if shipped.label(iri) is None
    }

    assert set() == unknown


def test_every_shipped_picture_is_drawn(shipped: KnowledgeBase) -> None:
    for name, query in shipped.queries.items():
        if query.picture is None:
            continue
        rows = shipped.query(name)
        for is_file in (False, True):
            asked = Asked(query.picture, rows, lambda iri: shipped.label(iri) or iri, query.summary, "key", is_file)
            picture = draw(asked)

            assert elements(picture, "text"), name
            assert picture == draw(asked), name
            assert any("row" in note for note in picture.notes), name
