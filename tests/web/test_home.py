"""The home page: how much there is of what, the questions, and how a program asks."""

import re
from pathlib import Path

import pytest

from kb import KnowledgeBase
from kb.web.about import written_date
from tests.web.running import RunningServer
from tests.web.test_pages import Page

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
    rows = shipped.sparql("SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a bkg:Claim }")

    assert f"claim {int(rows[0]['n'].value):,}" in text  # type: ignore[union-attr]
    for kind in ("condition", "judgement", "drug preparation", "source version"):
        assert re.search(rf"{kind} \d", text)


def test_home_shows_the_answers_that_ask_for_a_place_there(server: RunningServer, shipped: KnowledgeBase) -> None:
    page = Page(server.client.get("/", headers=HTML).text)
    text = _text(page)

    for title in ("Sources by kind", "Sources by design", "Sources by year", "How claims stand"):
        assert title in text
    for row in shipped.query("evidence/count-by-agreement"):
        label = shipped.compiled.names.labels[row["state"].value]
        assert f"{label} {int(row['claims'].value):,}" in text
    assert "/queries/evidence/count-by-agreement" in page.links
    assert [] == page.faults


def test_home_tells_how_a_program_asks(server: RunningServer) -> None:
    page = server.client.get("/", headers=HTML).text
    (url,) = re.findall(r"curl -H &#39;Accept: text/csv&#39; &#39;(\S+)&#39;", page)
    answer = server.client.get(url, headers={"Accept": "text/csv"})

    assert url.startswith(server.url)
    assert 200 == answer.status_code
    assert 1 < len(answer.text.splitlines())


def test_a_query_file_adds_a_part_to_the_home_page(start_server: object, tmp_path: Path) -> None:
    import shutil

    from tests.conftest import TINY

    graph = Path(shutil.copytree(TINY, tmp_path / "tiny"))
    (graph / "queries" / "treatment" / "by-document.rq").write_text(SECTION, encoding="utf-8")
    server = start_server(data=graph, root_path="/kg")  # type: ignore[operator]
    page = Page(server.client.get("/", headers=HTML).text)

    assert [] == page.faults
    assert "Statements <by> document" in page.text
    assert "/kg/queries/treatment/by-document" in page.links
    assert [] == [link for link in page.links if link.startswith("/") and not link.startswith("/kg/")]


def test_robots_keep_off_what_is_for_programs(tiny_server: RunningServer) -> None:
    lines = tiny_server.client.get("/robots.txt").text.splitlines()

    assert "User-agent: *" == lines[0]
    assert "Disallow: /sparql" in lines
    assert not {"Disallow: /", "Disallow: /page/", "Disallow: /queries"} & set(lines)


def test_there_is_an_icon(tiny_server: RunningServer) -> None:
    response = tiny_server.client.get("/favicon.ico", follow_redirects=True)

    assert 200 == response.status_code
    assert "image/svg+xml" == response.headers["content-type"]


@pytest.mark.parametrize(
    "given, written",
    [
        ("2026-11-26", "26 November 2026"),
        ("2021-05-03T10:00:00Z", "3 May 2021"),
        ("2021-05", "May 2021"),
        ("2021", "2021"),
        ("2021-02-30", "2021-02-30"),
        ("spring", "spring"),
        ("21-5-3", "21-5-3"),
    ],
)
def test_a_date_is_written_as_people_do(given: str, written: str) -> None:
    assert written == written_date(given)
