"""The home page: how much there is of what, the questions, and how a program asks."""

import re
import shutil
from pathlib import Path

from kb import KnowledgeBase, Rows
from kb.formatting.quantities import date_text, whole_number_text
from tests.conftest import ROOT, TINY
from tests.web.conftest import StartServer
from tests.web.running import RunningServer
from tests.web.things.test_pages import Page

HTML = {"Accept": "text/html"}
SECTION = """#+ summary: How many statements does each document make?
#+ tags: [treatment]
#+ returns:
#+   document: {type: iri, help: the document}
#+   statements: {type: integer, help: how many}
#+ page: {parameter: none, title: "Statements <by> document", order: 1}
#+ expect: {min_rows: 1}

PREFIX zont: <https://example.org/tiny/ontology#>

SELECT ?document (COUNT(?statement) AS ?statements)
WHERE {
  ?statement zont:madeIn ?document .
}
GROUP BY ?document
ORDER BY ?document
"""


def _text(page: Page) -> str:
    return " ".join(page.text.split())


def test_home_counts_the_kinds_of_thing(server: RunningServer, shipped: KnowledgeBase) -> None:
    text = _text(Page(server.client.get("/", headers=HTML).text))
    claims = shipped.sparql("SELECT DISTINCT ?s WHERE { ?s a bkg:Claim }")

    assert isinstance(claims, Rows)
    assert f"claim{whole_number_text(len(claims))}" in text
    for kind in ("condition", "judgement", "drug preparation", "source version"):
        assert re.search(rf"{kind}\d", text)


def test_home_shows_the_answers_that_ask_for_a_place_there(server: RunningServer, shipped: KnowledgeBase) -> None:
    page = Page(server.client.get("/", headers=HTML).text)
    text = _text(page)

    for title in ("Sources by kind", "Sources by design", "Sources by year", "How claims stand"):
        assert title in text
    for row in shipped.query("evidence/count-by-agreement").to_dicts():
        label = shipped.compiled.names.labels[str(row["state"])]
        assert f"{label}{row['claims']}" in text
    assert "/queries/evidence/count-by-agreement" in page.links
    assert [] == page.faults


def test_home_tells_how_a_program_asks(server: RunningServer) -> None:
    page = server.client.get("/", headers=HTML).text
    (url,) = re.findall(r"curl -H &#39;Accept: text/csv&#39; &#39;(\S+)&#39;", page)
    answer = server.client.get(url, headers={"Accept": "text/csv"})

    assert url.startswith(server.url)
    assert 200 == answer.status_code
    assert 1 < len(answer.text.splitlines())


def test_a_query_file_adds_a_part_to_the_home_page(start_server: StartServer, tmp_path: Path) -> None:
    graph = Path(shutil.copytree(TINY, tmp_path / "tiny"))
    (graph / "queries" / "treatment" / "by-document.rq").write_text(SECTION, encoding="utf-8")
    server = start_server(data=graph, root_path="/kg")
    page = Page(server.client.get("/", headers=HTML).text)

    assert [] == page.faults
    assert "Statements <by> document" in page.text
    assert "/kg/queries/treatment/by-document" in page.links
    assert [] == [link for link in page.links if link.startswith("/") and not link.startswith("/kg/")]


def test_each_page_tells_what_the_graph_covers_and_of_when_it_is(
    server: RunningServer, tiny_server: RunningServer
) -> None:
    text = _text(Page(server.client.get("/nothing", headers=HTML).text))
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    released = re.search(r"^date-released: (\S+)$", citation, re.MULTILINE)

    assert "What it covers: What sources say of" in text
    assert released
    assert f"of the data, {date_text(released[1])}, SHA-256" in text
    assert "of the data, SHA-256" in tiny_server.client.get("/", headers=HTML).text


def test_robots_keep_off_what_is_for_programs(tiny_server: RunningServer) -> None:
    lines = tiny_server.client.get("/robots.txt").text.splitlines()

    assert "User-agent: *" == lines[0]
    assert "Disallow: /sparql" in lines
    assert not {"Disallow: /", "Disallow: /page/", "Disallow: /queries"} & set(lines)


def test_there_is_an_icon(tiny_server: RunningServer) -> None:
    response = tiny_server.client.get("/favicon.ico", follow_redirects=True)

    assert 200 == response.status_code
    assert "image/svg+xml" == response.headers["content-type"]
