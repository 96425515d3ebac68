"""The page of the ontology: the tree of classes, the properties, how much each is used, and the picture of both."""

import re
from xml.etree import ElementTree

import pytest

from kb import KnowledgeBase, Rows
from kb.formatting.quantities import whole_number_text
from kb.web.pages.schema_picture import Box, Leads, draw
from tests.web.running import RunningServer
from tests.web.things.test_pages import Page

OWN = "https://w3id.org/baclofen-kg/ontology#"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def text(server: RunningServer) -> str:
    response = server.client.get("/ontology.html", headers={"Accept": "text/html"})
    assert 200 == response.status_code
    return response.text


def _entry(text: str, name: str) -> str:
    """Return the text of the entry of a term, up to the next entry."""
    start = text.index(f'<li id="{name}"')
    end = text.find("<li id=", start + 1)
    return " ".join(re.sub(r"<[^>]*>", " ", text[start:end]).split())


def test_each_term_is_where_its_iri_leads(text: str, shipped: KnowledgeBase) -> None:
    own = {iri for iri in shipped.compiled.names.types if iri.startswith(OWN) and iri in shipped.compiled.names.labels}
    page = Page(text)

    assert [] == page.faults
    assert {iri[len(OWN) :] for iri in own} <= set(page.ids)
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert {link.partition("#")[2] for link in page.links if link.startswith("/ontology.html#")} <= set(page.ids)


def test_a_class_stands_below_that_it_is_a_kind_of(text: str) -> None:
    claim = text.index('id="Claim"')

    assert text.index('id="InformationEntity"') < claim < text.index('id="NegatedClaim"') < text.index('id="Estimate"')
    assert "One thing that one version of a source says" in _entry(text, "Claim")


def test_terms_show_how_much_they_are_used(text: str, shipped: KnowledgeBase) -> None:
    claims = shipped.sparql("SELECT DISTINCT ?s WHERE { ?s a bkg:Claim }")
    stated = shipped.sparql("SELECT DISTINCT ?s ?o WHERE { ?s bkg:statedIn ?o }")

    assert isinstance(claims, Rows) and isinstance(stated, Rows)
    assert f"{whole_number_text(len(claims))} instances" in _entry(text, "Claim")
    assert f"{whole_number_text(len(stated))} statements" in _entry(text, "statedIn")
    assert 'href="/search?class=bkg%3AClaim"' in text


def test_properties_say_what_they_link(text: str) -> None:
    entry = _entry(text, "subtypeOf")

    assert "said of claim" in _entry(text, "statedIn")
    assert "leads to source version" in _entry(text, "statedIn")
    assert "inverse of has subtype" in entry
    assert "narrower than" in _entry(text, "hasCommonAdverseEffect")


def test_the_picture_is_named_and_its_table_says_the_same(text: str) -> None:
    picture = text[text.index("<svg") : text.index("</svg>")]
    table = " ".join(re.sub(r"<[^>]*>", " ", text[text.index("<table") : text.index("</table>")]).split())

    assert 'role="img"' in picture
    assert "<title" in picture and "<desc" in picture
    assert "style=" not in picture
    for said in ("claim 1", "stated in source version", "judged claim claim 567"):
        assert said in table


def test_the_picture_is_a_file_of_its_own(server: RunningServer, tiny_server: RunningServer) -> None:
    for each in (server, tiny_server):
        response = each.client.get("/ontology/picture.svg")
        root = ElementTree.fromstring(response.text)

        assert "image/svg+xml" == response.headers["content-type"]
        assert f"{SVG}svg" == root.tag
        assert root.findtext(f"{SVG}title")
        assert (
            304
            == each.client.get("/ontology/picture.svg", headers={"If-None-Match": response.headers["etag"]}).status_code
        )


def test_what_hangs_together_in_a_circle_is_drawn() -> None:
    hostile = "<script>&\"'" + "x" * 90
    boxes = [
        Box("urn:a", hostile, 3, [Leads("urn:p", hostile, 2, ["urn:b"]), Leads("urn:q", "q", 1, ["urn:a"])]),
        Box("urn:b", "b", 2, [Leads("urn:r", "r", 2, ["urn:a", "urn:b"])]),
        Box("urn:c", "alone", 1, []),
    ]
    root = ElementTree.fromstring(draw(boxes, hostile, "said", standalone=True))
    texts = [element.text or "" for element in root.iter(f"{SVG}text")]

    assert {"alone", "b", "r", "↻ 1"} <= set(texts)
    assert all(len(each) < 40 for each in texts)
    assert ElementTree.fromstring(draw([], "nothing", "said", standalone=True)) is not None
