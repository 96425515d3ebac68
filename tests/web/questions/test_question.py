"""The page of a canned query: what it shows, that its form needs no scripts, and that no value is more than text."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from kb import KnowledgeBase
from kb.catalog import Column
from kb.web.questions.slice import slice_of
from kb.web.questions.table import evidence_columns
from tests.conftest import ROOT, TINY
from tests.web.running import RunningServer, start
from tests.web.things.test_pages import Page

SIDE, TREATMENT = "/queries/safety/side-effects-by-remedy", "/queries/treatment/remedies-by-complaint"
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
HOSTILE = "<script>alert(1)</script>\"' {{ 7 * 7 }} <!-- \u202e"


@pytest.fixture(scope="module")
def client(tiny_server: RunningServer) -> httpx.Client:
    return tiny_server.client


def get(client: httpx.Client, path: str, status: int = 200) -> str:
    """Return the page at a path, after checking that it is sound, and that its links stay within."""
    response = client.get(path, headers=HTML, follow_redirects=True)
    assert (status, "text/html; charset=utf-8") == (response.status_code, response.headers["content-type"]), path
    assert "Accept" in response.headers["vary"]
    page = Page(response.text)
    assert [] == [fault for fault in page.faults if fault != "a script"], path
    assert ["/static/question.js"] == re.findall(r'<script src="([^"]*)" type="module"></script>', response.text)
    assert [] == [link for link in page.links if not link.startswith(("/", "#", "http://", "https://", "?"))]
    return response.text


def text_of(page: str) -> str:
    """Return the text of a page, its spaces as one."""
    return " ".join(Page(page).text.split())


# Who gets it


def test_browsers_get_a_page_and_programs_get_json(client: httpx.Client) -> None:
    for path in ("/queries", TREATMENT):
        page, document = client.get(path, headers=HTML), client.get(path)
        named = client.get(path, params={"format": "json"}, headers=HTML)

        assert "text/html; charset=utf-8" == page.headers["content-type"]
        assert ["application/json"] * 2 == [each.headers["content-type"] for each in (document, named)]
        assert all("Accept" in each.headers["vary"] for each in (page, document))
    assert "application/sparql-query" == client.get(f"{TREATMENT}?format=rq", headers=HTML).headers["content-type"]


def test_head_is_get_without_the_body_and_a_page_is_sent_once(client: httpx.Client) -> None:
    for path in ("/queries", TREATMENT):
        got, asked = client.get(path, headers=HTML), client.head(path, headers=HTML)
        again = client.get(path, headers={**HTML, "If-None-Match": got.headers["etag"]})

        assert (200, b"", got.headers["etag"]) == (asked.status_code, asked.content, asked.headers["etag"])
        assert (304, b"") == (again.status_code, again.content)


# The question and its answer


def test_the_page_shows_the_question_and_its_answer(client: httpx.Client) -> None:
    page = get(client, TREATMENT)
    text = text_of(page)

    assert "<h1>Which remedies help with a complaint or a kind of it, and who says so?</h1>" in page
    assert "With a least share, only statements that give a share at least as high." in text
    assert "Answer: 2 rows" in text
    assert "Rows 1 to 2 of 2" in text
    assert "In every row complaint crampitis" in text
    assert '<a href="/page/plenamine"><bdi>plenamine</bdi></a>' in page
    assert '<data value="60">60</data>' in page


def test_each_column_is_explained(client: httpx.Client) -> None:
    page = get(client, TREATMENT)
    headers = re.findall(r'<th scope="col"[^>]* title="([^"]*)" aria-describedby="([^"]*)">', page)

    assert ("how many of a hundred it helps", "c-share") in headers
    for said, mark in headers:
        assert f'<dd id="{mark}">{said}</dd>' in page


def test_the_form_has_a_typed_field_for_each_parameter(client: httpx.Client) -> None:
    page = get(client, TREATMENT)

    assert re.search(
        r'<input id="p-complaint" name="complaint" value="crampitis"\s+type="text"\s+list="complaint-list"', page
    )
    assert '<option value="giggles"></option>' in page
    assert re.search(r'<input id="p-least" name="least" value=""\s+type="number" step="1"', page)
    assert "left empty: crampitis" in text_of(page)
    assert "any if left empty" in text_of(page)
    assert 'placeholder="any"' in page


def test_other_values_are_asked_for(client: httpx.Client) -> None:
    page = get(client, f"{TREATMENT}?complaint=toe+cramp&complaint=giggles&least=50")
    none = text_of(get(client, f"{TREATMENT}?complaint=giggles&least=50"))

    assert re.findall(r'name="complaint" value="([^"]*)"', page) == ["crampitis of the toe", "giggles"]
    assert 'name="least" value="50"' in page
    assert "No rows" in none
    assert "The graph holds no answer for complaint giggles, least 50." in none
    assert "it means that nothing in this graph says so" in none
    assert f'<a href="{TREATMENT}?complaint=giggles">any least</a>' in get(
        client, f"{TREATMENT}?complaint=giggles&least=50"
    )


def test_what_a_form_sends_empty_is_left_out(client: httpx.Client) -> None:
    response = client.get(f"{TREATMENT}?complaint=giggles&complaint=&least=&limit=", headers=HTML)

    assert (303, f"{TREATMENT}?complaint=giggles") == (response.status_code, response.headers["location"])


def test_a_check_that_finds_nothing_is_well(client: httpx.Client) -> None:
    assert "Nothing found, as it should be" in text_of(get(client, "/queries/checks/statement-without-document"))


def test_short_names_come_on_request(client: httpx.Client) -> None:
    (href,) = re.findall(r'<a href="([^"]*)">With short names of things</a>', get(client, TREATMENT))

    assert f"{TREATMENT}?iris=compact" == href
    assert '<code class="short">zorv:plenamine</code>' in get(client, href)


# Pages of the answer


def test_the_rows_come_in_pages(client: httpx.Client) -> None:
    first = get(client, f"{TREATMENT}?limit=1")
    (following,) = set(re.findall(r'<a href="([^"]*)" rel="next">', first))
    second = get(client, unescape(following))
    rows = [re.findall(r'<th scope="row"[^>]*>.*?<bdi>(.*?)</bdi>', page) for page in (first, second)]

    assert f"{TREATMENT}?limit=1&amp;offset=1" == following
    assert [["plenamine"], ["zorvexin"]] == rows
    assert "Rows 2 to 2 of 2" in text_of(second)
    assert f'<a href="{TREATMENT}?limit=1" rel="prev">' in second
    assert "The answer has 2 rows, and this page begins behind them." in text_of(get(client, f"{TREATMENT}?offset=9"))


@pytest.mark.parametrize(
    ("offset", "count", "expected"),
    [
        (0, 50, {"next": "50", "last": "100"}),
        (50, 50, {"first": "0", "prev": "0", "next": "100", "last": "100"}),
        (100, 1, {"first": "0", "prev": "50"}),
        (500, 0, {"first": "0", "prev": "51"}),
        (20, 50, {"first": "0", "prev": "0", "next": "70", "last": "100"}),
    ],
)
def test_a_page_knows_the_others(offset: int, count: int, expected: dict[str, str]) -> None:
    assert expected == slice_of(offset, 50, count, 101, str).others
    assert not slice_of(offset, 50, count, 101, str).is_whole


# What is wrong


def test_a_mistake_is_told_beside_its_field(client: httpx.Client) -> None:
    page = get(client, f"{TREATMENT}?complaint=crampitiss&complaint=giggles&least=many", 400)
    text = text_of(page)

    assert re.search(
        r'name="complaint" value="crampitiss"[^>]* aria-describedby="complaint-help p-complaint-fault" aria-invalid',
        page,
    )
    assert "no complaint is called “crampitiss”. Did you mean crampitis" in text
    assert f'<a href="{TREATMENT}?complaint=crampitis&amp;complaint=giggles&amp;least=many">' in page
    assert re.search(r'<input id="p-least" name="least" value="many"\s+type="text"', page)
    assert "'many' is not a whole number, such as 12" in text
    assert "Answer" not in text
    assert '<a href="#p-least">least</a>' in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("complaint=zorvexin", "'zorvexin' is not a complaint: zorv:zorvexin is a remedy"),
        ("complain=giggles", "is called 'complain'; did you mean complaint?"),
        ("limit=5000", "limit: a page shows up to 1,000 rows; the downloads have all"),
        ("timeout=1", "is called 'timeout'"),
        ("offset=-1", "offset: '-1' is not a whole number"),
        ("least=99999999999999999999", "does not fit into 64 bits"),
        ("complaint=a&complaint=b&complaint=c&complaint=d&complaint=e", "nothing here is called “e”"),
    ],
)
def test_a_mistake_has_a_status_and_a_remedy(client: httpx.Client, asked: str, said: str) -> None:
    assert said in text_of(get(client, f"{TREATMENT}?{asked}", 400))


def test_an_answer_that_fails_is_told_on_the_page(tiny: Path, tmp_path: Path) -> None:
    with start(tmp_path, data=tiny, max_rows=1) as server:
        page = get(server.client, TREATMENT, 507)

    assert "No answer" in text_of(page)
    assert 'name="complaint" value="crampitis"' in page


# The same elsewhere


def test_the_question_can_be_taken_away(client: httpx.Client) -> None:
    page = get(client, f"{TREATMENT}?complaint=toe+cramp&least=5")
    text, shown = Page(page).text, unescape(page)
    (permanent,) = re.findall(r'rel="bookmark" href="([^"]*)"', shown)
    (editor,) = re.findall(r'<a href="(/editor\?[^"]*)">', shown)
    sparql = parse_qs(urlsplit(editor).query)["query"][0]
    files = {name: href for href, name in re.findall(r'<a href="([^"]*)" download="([^"]*)"', shown)}

    assert permanent.endswith(f"{TREATMENT}?complaint=zorv%3Acrampitis-of-the-toe&least=5")
    assert sparql.startswith("# Which remedies help with a complaint")
    assert "#+" not in sparql
    assert sparql in text
    assert (
        client.get("/sparql", params={"query": sparql}, headers={"Accept": "text/csv"}).text
        == client.get(f"{TREATMENT}/results?complaint=toe+cramp&least=5", headers={"Accept": "text/csv"}).text
    )
    assert {f"remedies-by-complaint.{name}" for name in ("csv", "tsv", "json", "xml")} < set(files)
    for href in files.values():
        assert 200 == client.get(href).status_code
    assert "kb query treatment/remedies-by-complaint --complaint zorv:crampitis-of-the-toe --least 5" in text
    assert 'rows <- read.csv("http://' in text
    assert "params={" in text


def test_the_calls_elsewhere_give_the_same_rows(client: httpx.Client, tiny: Path) -> None:
    page = Page(get(client, f"{TREATMENT}?complaint=toe+cramp&complaint=crampitis&least=1")).text
    (over_http,) = re.findall(r"import httpx\n.*?\[\"bindings\"\]\n", page, re.DOTALL)
    (with_package,) = re.findall(r"from kb import KnowledgeBase\n.*?\nrows = [^\n]*\n", page, re.DOTALL)
    (with_curl,) = re.findall(r"curl --globoff [^\n]*", page)
    (with_kb,) = re.findall(r"kb query [^\n]*", page)
    found: dict[str, Any] = {}
    exec(over_http, found)
    package: dict[str, Any] = {}
    exec(with_package.replace("open()", f"open({str(tiny)!r})"), package)
    rows = package["rows"]
    line = [sys.executable, "-m", "kb", *shlex.split(with_kb)[1:], "--data", str(tiny), "-o", "csv"]

    assert 3 == len(found["rows"]) == len(rows)
    assert [row["remedy"]["value"] for row in found["rows"]] == [row.remedy.value for row in rows]
    assert rows.serialize("csv") == subprocess.run(line, capture_output=True, check=True, cwd=ROOT).stdout
    if shutil.which("curl"):
        words = shlex.split(with_curl)
        assert (
            rows.serialize("csv") == subprocess.run(["curl", "-s", *words[1:]], capture_output=True, check=True).stdout
        )


# Hostile names and values


@pytest.fixture(scope="module")
def hostile_server(tmp_path_factory: pytest.TempPathFactory, _own_cache: None) -> Iterator[RunningServer]:
    """A server below a path, over a graph with a hostile label, and a query with a hostile help."""
    folder = tmp_path_factory.mktemp("hostile")
    graph = Path(shutil.copytree(TINY, folder / "tiny"))
    drug = graph / "graph_data" / "drugs" / "zorvexin.ttl"
    text = drug.read_text(encoding="utf-8")
    drug.write_text(text.replace('"zorvexin"@en', f"{json.dumps(HOSTILE)}@en"), encoding="utf-8")
    query = graph / "queries" / "treatment" / "remedies-by-complaint.rq"
    text = query.read_text(encoding="utf-8")
    query.write_text(text.replace("help: the remedy}", "help: '<img src=x onerror=alert(2)>'}"), encoding="utf-8")
    with start(folder, data=graph, root_path="/kg") as server:
        yield server


def test_hostile_labels_and_values_are_text(hostile_server: RunningServer) -> None:
    value = urlencode({"remedy": HOSTILE, "word": HOSTILE})
    for path, status in ((TREATMENT, 200), (f"{SIDE}?{value}", 200), (f"{SIDE}?remedy=x{value}", 400)):
        response = hostile_server.client.get(path, headers={**HTML, "Host": "evil.example"})
        page = Page(response.text)

        assert status == response.status_code
        assert [] == [fault for fault in page.faults if fault != "a script"]
        assert 1 == response.text.count("<script")
        assert "<img" not in response.text
        assert HOSTILE.replace("\u202e", "") in page.text
        assert [] == [
            link for link in page.links if not link.startswith(("/kg/", "#", "http://evil.example/kg/queries/"))
        ]
        assert {"http://evil.example"} >= {link[:19] for link in page.links if link.startswith("http")}
    assert "49" not in re.sub(r"[0-9a-f]{64}", "", response.text)


# The table


def test_the_evidence_is_what_the_last_columns_say_a_row_rests_on() -> None:
    def names(*columns: str) -> list[str]:
        return [column.name for column in evidence_columns([Column(name, "iri", "x") for name in columns])]

    assert ["claim", "source"] == names("effect", "claim", "source")
    assert ["claim", "lowClaim", "source"] == names("ratio", "claim", "lowClaim", "source")
    assert ["source", "otherSource"] == names("claim", "bearing", "otherClaim", "source", "otherSource")
    assert [] == names("claim", "effect")
    assert [] == names("claim", "source")


# All questions


def test_the_list_has_every_question_by_topic(client: httpx.Client) -> None:
    page = client.get("/queries", headers=HTML).text

    assert [] == Page(page).faults
    assert {SIDE, TREATMENT, "/queries/checks/statement-without-document"} <= set(Page(page).links)
    assert page.index('id="treatment"') < page.index('id="checks"')
    assert "by complaint, least (any)" in text_of(page)


@pytest.mark.parametrize(
    ("asked", "found"),
    [("q=LEAST+share", [TREATMENT]), ("topic=safety&q=", [SIDE]), ("tag=treatment", [TREATMENT]), ("q=nobody", [])],
)
def test_the_list_is_searched(client: httpx.Client, asked: str, found: list[str]) -> None:
    page = client.get(f"/queries?{asked}", headers=HTML).text

    assert found == [link for link in Page(page).links if link.startswith("/queries/")]
    assert f"{len(found)} of 3 questions" in text_of(page)


def test_a_mistake_in_the_list_is_told_on_its_page(client: httpx.Client) -> None:
    response = client.get(f"/queries?{urlencode({'topic': HOSTILE})}", headers=HTML)

    assert 400 == response.status_code
    assert [] == Page(response.text).faults
    assert "topic: no query has" in text_of(response.text)


# The shipped graph


def test_another_drug_gives_another_answer(server: RunningServer) -> None:
    path = "/queries/safety/frequencies-by-route"
    baclofen, other = (get(server.client, f"{path}?drug={drug}") for drug in ("baclofen", "tizanidine"))

    assert 'name="drug" value="tizanidine"' in other
    assert "Rows 1 to" in text_of(baclofen)
    assert text_of(baclofen) != text_of(other)
    assert re.search(r'<data value="54">54\u202f%</data>', baclofen)
    assert re.search(r'<td class="evidence">\s*<p><span class="what">claim</span> <a href="/page/claim-', baclofen)
    assert '<option value="tizanidine"></option>' in other


def test_long_classes_are_completed(server: RunningServer) -> None:
    page = get(server.client, "/queries/treatment/drugs-by-condition")
    (address,) = set(re.findall(r'name="condition"[^>]*data-complete="([^"]*)"', page))
    found = server.client.get(f"{unescape(address)}&q=spast")

    assert 200 == found.status_code
    assert all("condition" in " ".join(each["classes"]) for each in found.json())


@pytest.mark.whole_graph
def test_every_page_has_the_rows_of_the_command_line(server: RunningServer, shipped: KnowledgeBase) -> None:
    for name, query in shipped.queries.items():
        page = get(server.client, f"/queries/{name}?limit=1000")
        rows = len(shipped.query(name))
        shown = len(re.findall(r'<th scope="row"', page))

        assert min(rows, 1000) == shown, name
        assert query.summary in unescape(page)
        slug = name.partition("/")[2]
        (href,) = re.findall(rf'<a href="([^"]*)" download="{slug}\.csv"', unescape(page))
        assert shipped.query(name).serialize("csv") == server.client.get(href).content, name


@pytest.mark.whole_graph
def test_the_links_of_pages_lead_somewhere(server: RunningServer, shipped: KnowledgeBase) -> None:
    links: set[str] = set()
    for name in shipped.queries:
        links |= {link.partition("#")[0] for link in Page(get(server.client, f"/queries/{name}")).links}
    own = sorted(link for link in links if link.startswith("/") and "/results?" not in link)

    assert [] == [link for link in own[::7] if server.client.head(link, headers=HTML).status_code not in (200, 303)]
