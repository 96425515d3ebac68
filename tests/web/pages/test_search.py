"""Search: by label, synonym, outside code and IRI, the best first, by kind; and all things of a class."""

import re
from html import unescape

import pytest

from kb import KnowledgeBase, Rows
from kb.web.catalogue.suggestion_index import SuggestionIndex
from tests.web.running import RunningServer
from tests.web.things.test_pages import Page

HTML = {"Accept": "text/html"}
OBO = "http://purl.obolibrary.org/obo/"


def _search(server: RunningServer, **given: str) -> tuple[Page, list[str]]:
    """Return the page, and the text of each thing that it lists."""
    response = server.client.get("/search", params={name.strip("_"): value for name, value in given.items()})
    assert 200 == response.status_code
    listed = re.findall(r"<li>(<a .*?)</li>", response.text, re.DOTALL)
    return Page(response.text), [" ".join(re.sub(r"<[^>]*>", " ", each).split()) for each in listed]


@pytest.mark.parametrize(
    ("typed", "found_by"),
    [
        ("zorvexin", None),
        ("ZORVEX", None),
        ("Zorvexinum", "zorvexinum"),
        ("CHEBI:1", "chebi:1"),
        (f"{OBO}CHEBI_1", f"{OBO}CHEBI_1"),
        (f"<{OBO}CHEBI_1>", f"{OBO}CHEBI_1"),
        ("zorv:zorvexin", "zorv:zorvexin"),
        ("https://example.org/tiny/id/zorvexin", "https://example.org/tiny/id/zorvexin"),
    ],
)
def test_a_thing_is_found_by_whatever_names_it(tiny_server: RunningServer, typed: str, found_by: str | None) -> None:
    page, listed = _search(tiny_server, q=typed)

    assert "/page/zorvexin" in page.links
    assert listed[0].startswith("zorvexin")
    assert (f"found by {found_by}" in listed[0]) == (found_by is not None)
    assert [] == page.faults


def test_terms_of_the_ontology_are_found(tiny_server: RunningServer) -> None:
    page, listed = _search(tiny_server, q="helps with")

    assert "/ontology.html#helpsWith" in page.links
    assert any("helps with" in each for each in listed)
    assert "Property" in page.text


def test_what_is_found_stands_by_kind_with_the_best_first(server: RunningServer) -> None:
    page, listed = _search(server, q="dizziness")
    headings = re.findall(r"\n(\w+) (\d+)\n", page.text)

    assert ("Condition", "1") == headings[0]
    assert "dizziness manifestation" == listed[0]
    assert {"Claim", "Estimate"} <= {heading for heading, _ in headings}


def test_words_are_found_in_any_order(shipped: KnowledgeBase) -> None:
    index = SuggestionIndex(shipped.compiled.names, shipped.compiled.prefixes)
    found = {each.label for each in index.search("sclerosis spasticity")}

    assert "spasticity due to multiple sclerosis" in found
    assert found <= {each.label for each in index.search("sclerosis")} & {
        each.label for each in index.search("spasticity")
    }
    assert 3 == len(index.search("a", limit=3))
    assert [] == index.search("  ")


def test_many_are_counted_and_all_can_be_paged_through(server: RunningServer) -> None:
    page, _ = _search(server, q="baclofen")
    (count,) = re.findall(r"All (\d+): claim", " ".join(page.text.split()))
    path: str | None = next(link for link in page.links if "class=bkg%3AClaim" in link)
    seen: list[str] = []
    while path:
        text = server.client.get(path).text
        seen += [link for link in Page(text).links if link.startswith("/page/")]
        following = re.search(r'href="([^"]*)" rel="next"', text)
        path = unescape(following[1]) if following else None

    assert int(count) == len(seen) == len(set(seen))


def test_all_of_a_class_are_listed(server: RunningServer, shipped: KnowledgeBase) -> None:
    page, listed = _search(server, class_="bkg:Route")
    rows = shipped.sparql("SELECT DISTINCT ?s WHERE { ?s a bkg:Route }")

    assert isinstance(rows, Rows)
    assert len(rows) == len([link for link in page.links if link.startswith("/page/")]) == len(listed)
    assert sorted(listed, key=str.lower) == listed


def test_what_is_not_there_gets_the_nearest_and_questions(server: RunningServer) -> None:
    page, _ = _search(server, q="dizzyness")
    asked, _ = _search(server, q="pregnancy")

    assert "Nothing is called" in page.text
    assert "/search?q=dizziness" in page.links
    assert "/queries/safety/pregnancy-and-breastfeeding" in asked.links


def test_without_a_text_there_are_the_kinds(tiny_server: RunningServer) -> None:
    page, _ = _search(tiny_server)

    assert "/search?class=zont%3ARemedy" in page.links
    assert [] == page.faults


@pytest.mark.parametrize(
    "query", ["q=a&page=0", "q=a&page=x", "class=zork", "q=a&q=b", "nothing=1", "q=" + "a" * 201, "page=5001&q=a"]
)
def test_what_cannot_be_asked_is_refused_on_a_page(tiny_server: RunningServer, query: str) -> None:
    page = tiny_server.client.get(f"/search?{query}", headers=HTML)
    problem = tiny_server.client.get(f"/search?{query}", headers={"Accept": "application/json"})

    assert (400, "text/html; charset=utf-8") == (page.status_code, page.headers["content-type"])
    assert (400, "application/problem+json") == (problem.status_code, problem.headers["content-type"])


@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script>", '" onfocus="x', "\u202ea", "{{ 7 * 7 }}", "\ud7ff%00", "%"]
)
def test_what_is_typed_is_text(tiny_server: RunningServer, typed: str) -> None:
    page, _ = _search(tiny_server, q=typed)

    assert [] == page.faults
    assert " ".join(typed.split()) in page.text
