"""Sections of pages: which queries stand on which page, what they show of long answers, how claims stand in them."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from markupsafe import Markup

from kb import KnowledgeBase
from kb.web.questions.table import TableRow
from kb.web.things.sections import blocks_of, joined_rows
from tests.web.running import RunningServer

BK = "https://w3id.org/baclofen-kg/id/"
BKG = "https://w3id.org/baclofen-kg/ontology#"


class Rows(HTMLParser):
    """The rows of the sections of a page: (title of the section, text, paths that it links to)."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[tuple[str, str, list[str]]] = []
        self.titles: list[str] = []
        self._in_title = self._in_row = self._in_part = False
        self._group: tuple[str, list[str]] = ("", [])
        self._is_group = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "section":
            self._in_part = values.get("class") == "part"
            if self._in_part:
                self.titles.append("")
        elif tag == "h2" and self._in_part:
            self._in_title = True
        elif tag in ("table", "tbody"):
            self._group = ("", [])
        elif tag == "tr":
            self._in_row, self._is_group = True, values.get("class") == "group"
            self.rows.append((self.titles[-1] if self.titles else "", self._group[0], list(self._group[1])))
        elif tag == "a" and self._in_row:
            self.rows[-1][2].append(values.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "section":
            self._in_part = False
        elif tag == "h2":
            self._in_title = False
        elif tag == "tr":
            self._in_row = False
            if self._is_group:
                self._group = self.rows.pop()[1:]

    def handle_data(self, data: str) -> None:
        if self._in_title and self.titles:
            self.titles[-1] += data.strip()
        elif self._in_row:
            title, text, links = self.rows[-1]
            self.rows[-1] = (title, f"{text} {data.strip()}", links)


def _sections(server: RunningServer, name: str) -> Rows:
    response = server.client.get(f"/page/{name}", headers={"Accept": "text/html"})
    assert 200 == response.status_code
    assert "This part could not be asked" not in response.text
    return Rows(response.text)


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        (
            "baclofen",
            [
                "Where it belongs",
                "How it acts, step by step",
                "Claims in dispute, side by side",
                "Approvals, by place, route and age",
                "Verdicts: for, against or divided",
                "Claims for and against, by design and year",
                "Side effects, by route",
                "Interactions",
                "How much is claimed of it, by topic",
                "Identifiers elsewhere",
            ],
        ),
        (
            "claim-c037",
            [
                "What it says, for whom and how surely",
                "Who says it, and where",
                "Its figures",
                "What other sources make of it",
                "The same said or denied elsewhere",
            ],
        ),
        ("judgement-e073-heavy-drinking-on-c067", ["The two claims, side by side"]),
        ("estimate-c037", ["The figure, and the claim that gives it"]),
        ("source-us-baclofen-tablet-label", ["Its versions"]),
    ],
)
def test_a_page_has_the_sections_of_its_class_in_order(server: RunningServer, name: str, titles: list[str]) -> None:
    assert titles == _sections(server, name).titles


def test_a_disputed_claim_leads_to_both_sources(server: RunningServer) -> None:
    rows = _sections(server, "claim-c037").rows
    links = {link for title, _, found in rows for link in found if title.startswith(("Who says it", "What other"))}
    disputing = [text for title, text, _ in rows if title.startswith("What other") and "disputes" in text]

    assert {"/page/source-baclofen-article-v1", "/page/source-hedley-1975-v1", "/page/claim-e049-spasticity"} <= links
    assert 2 == len(disputing)


@pytest.mark.parametrize("name", ["baclofen", "spasticity", "claim-e073-heavy-drinking", "source-garbutt-2010-v1"])
def test_a_denied_claim_never_reads_as_affirmed(server: RunningServer, shipped: KnowledgeBase, name: str) -> None:
    types = shipped.compiled.names.types
    denied = 0
    for _, text, links in _sections(server, name).rows:
        claims = [link for link in links if link.startswith("/page/claim-")]
        negated = [link for link in claims if BKG + "NegatedClaim" in types[BK + link[len("/page/") :]]]
        denied += len(negated)

        assert not negated or "negated claim" in text or "claim against" in text, text

    assert denied or name == "spasticity"


def test_a_long_section_shows_the_first_rows_and_leads_to_all(server: RunningServer, shipped: KnowledgeBase) -> None:
    page = server.client.get("/page/baclofen", headers={"Accept": "text/html"}).text
    shown = [text for title, text, _ in Rows(page).rows if title == "Claims in dispute, side by side"]
    all_rows = shipped.query("evidence/disputes", entity="baclofen")

    assert len(shown) == 9  # a heading, and eight rows
    assert f'All {len(all_rows)} rows: <a href="/queries/evidence/disputes?entity=bk%3Abaclofen">' in page


def test_a_section_with_nothing_to_say_is_left_out(server: RunningServer) -> None:
    assert "Claims in dispute, side by side" not in _sections(server, "gaba-b-receptor").titles


def test_identifiers_lead_only_to_pages_of_the_web(server: RunningServer) -> None:
    rows = [row for row in _sections(server, "baclofen").rows if row[0] == "Identifiers elsewhere"]
    links = {link for _, _, found in rows for link in found}

    assert "http://purl.obolibrary.org/obo/CHEBI_2972" in links
    assert [] == [link for link in links if not link.startswith(("http://", "https://"))]


def test_the_tiny_graph_has_pages_without_sections(tiny_server: RunningServer) -> None:
    page = tiny_server.client.get("/page/zorvexin").text

    assert [] == Rows(page).titles
    assert '<details class="statements" open>' in page
    assert 'href="http://purl.obolibrary.org/obo/CHEBI_1"' in page


def _row(*cells: str) -> TableRow:
    return TableRow([Markup(cell) for cell in cells], [])


def _each(*values: str) -> str:
    return "".join(f'<span class="each">{value}</span>' for value in values)


def test_rows_that_differ_in_one_cell_stand_as_one() -> None:
    rows = [_row("a", "1", "x"), _row("a", "2", "x"), _row("a", "3", "x"), _row("a", "3", "y"), _row("b", "3", "")]
    joined, left_out = joined_rows(rows)

    assert [["a", _each("1", "2", "3"), "x"], ["a", "3", "y"], ["b", "3", ""]] == [row.cells for row in joined]
    assert 0 == left_out


def test_a_cell_says_how_many_values_it_leaves_out() -> None:
    joined, left_out = joined_rows([_row("a", str(number)) for number in range(20)])

    assert 1 == len(joined)
    assert joined[0].cells[1].endswith(_each("11", "and 8 more"))
    assert 8 == left_out


def test_rows_stand_in_blocks_where_neighbours_share_their_first_cell() -> None:
    shared = [_row("a", "1"), _row("a", "2"), _row("b", "3")]

    assert ["a", "b"] == [block.head for block in blocks_of(shared)]
    assert [""] == [block.head for block in blocks_of([_row("a", "1"), _row("b", "2")])]


def _things(shipped: KnowledgeBase) -> Iterator[str]:
    for iri in sorted(shipped.compiled.names.types):
        if iri.startswith(BK):
            yield iri[len(BK) :]


def test_pages_of_all_kinds_render(server: RunningServer, shipped: KnowledgeBase) -> None:
    for name in list(_things(shipped))[::400]:
        _sections(server, name)


@pytest.mark.whole_graph
def test_every_page_renders_and_is_sound(server: RunningServer, shipped: KnowledgeBase) -> None:
    from tests.web.things.test_pages import Page

    for name in _things(shipped):
        response = server.client.get(f"/page/{name}", headers={"Accept": "text/html"})

        assert 200 == response.status_code, name
        assert "This part could not be asked" not in response.text, name
        assert [] == Page(response.text).faults, name
        assert not re.search(r"\bNone\b|Markup\(", Page(response.text).text), name
