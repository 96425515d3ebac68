"""The SPARQL editor: its page without scripts, what it asks for, and in a real browser all that it does."""

import contextlib
import csv
import io
import json
import re
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest

from kb import KnowledgeBase
from tests.conftest import TINY
from tests.web import browser as chromium
from tests.web.browser import OpenPage, axe_violations, keep_screenshot
from tests.web.conftest import StartServer
from tests.web.running import RunningServer

browser, open_page = chromium.browser, chromium.open_page
"""Fixtures."""

ZONT = "https://example.org/tiny/ontology#"
ZORV = "https://example.org/tiny/id/"
HOSTILE = "</textarea><script>alert(1)</script>'\"&"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
CODE = "document.querySelector('.CodeMirror').CodeMirror"


@pytest.fixture(scope="module")
def tiny_graph(_own_cache: None) -> Iterator[KnowledgeBase]:
    with KnowledgeBase.open(str(TINY)) as kb:
        yield kb


# Without scripts


def test_the_page_is_a_form_for_the_endpoint(tiny_server: RunningServer) -> None:
    page = tiny_server.client.get("/editor", headers={"Accept": "text/html"})
    form = re.search(r'<form id="query-form"[^>]*>(.*?)</form>', page.text, re.DOTALL)

    assert 200 == page.status_code
    assert page.headers["Content-Type"].startswith("text/html")
    assert form is not None
    assert 'action="/sparql" method="get"' in form[0]
    assert {"query", "format", "timeout"} == set(re.findall(r' name="(\w+)"', form[1]))
    assert not re.search(r"<script(?![^>]* src=)|<style| style=| on\w+=", page.text)


def test_what_the_form_sends_is_answered(tiny_server: RunningServer) -> None:
    text = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", tiny_server.client.get("/editor").text, re.DOTALL)
    assert text is not None
    answer = tiny_server.client.get("/sparql", params={"query": text[1], "format": "csv", "timeout": "10"})

    assert 200 == answer.status_code
    assert ["class", "things"] == next(csv.reader(io.StringIO(answer.text)))


def test_a_query_in_the_address_stands_in_the_form_as_text(tiny_server: RunningServer) -> None:
    page = tiny_server.client.get("/editor", params={"query": HOSTILE}).text

    assert "\n&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;&#34;&amp;</textarea>" in page
    assert "<script>" not in page


def test_an_example_stands_in_the_form_with_its_question(tiny_server: RunningServer, tiny_graph: KnowledgeBase) -> None:
    page = tiny_server.client.get("/editor?example=treatment/remedies-by-complaint").text
    unknown = tiny_server.client.get(f"/editor?example={quote(HOSTILE)}", headers={"Accept": "text/html"})
    summaries = [query.summary for query in tiny_graph.queries.values()]

    assert f">\n# {tiny_graph.queries['treatment/remedies-by-complaint'].summary}\nPREFIX " in page
    assert all(f">{summary}</a>" in page for summary in summaries)
    assert "#+" not in page
    assert 404 == unknown.status_code
    assert "<script>" not in unknown.text


# What it asks for


def test_the_vocabulary_is_that_of_the_graph(tiny_server: RunningServer) -> None:
    response = tiny_server.client.get("/editor/vocabulary.json")
    document = response.json()
    classes = [each["name"] for each in document["classes"]]
    properties = [each["name"] for each in document["properties"]]
    found = tiny_server.sparql("SELECT DISTINCT ?p { ?s a zont:Remedy ; ?p ?o }", headers={"Accept": "text/csv"})
    uses = {properties[use[1]] for use in document["uses"] if classes[use[0]] == "zont:Remedy"}

    assert ZONT == document["prefixes"]["zont"]
    assert "zont:Remedy" in classes
    assert len(found.text.split()) - 1 == len(uses)
    assert "rdf:type" in uses
    assert (
        304
        == tiny_server.client.get(response.url.path, headers={"If-None-Match": response.headers["ETag"]}).status_code
    )


def test_a_property_leads_to_the_most_telling_class(tiny_server: RunningServer) -> None:
    document = tiny_server.client.get("/editor/vocabulary.json").json()
    classes, properties = document["classes"], document["properties"]
    uses = {(classes[use[0]]["name"], properties[use[1]]["name"]): use for use in document["uses"]}
    leading = [use for use in uses.values() if len(use[3]) > 1]

    assert leading
    assert all(count > 0 for _, _, count, _ in uses.values())
    assert [each["count"] for each in classes] == sorted((each["count"] for each in classes), reverse=True)


def test_terms_are_told_with_label_and_address(tiny_server: RunningServer) -> None:
    iris = [f"{ZORV}zorvexin", f"{ZONT}Remedy", "https://example.com/x", "javascript:alert(1)", "no IRI <"]
    told = tiny_server.client.post("/editor/terms", json=iris).json()

    assert "/page/zorvexin" == told[0]["href"]
    assert "zorv:zorvexin" == told[0]["short"]
    assert told[1]["href"].startswith("/ontology")
    assert "https://example.com/x" == told[2]["href"]
    assert [None, None] == [each["href"] for each in told[3:]]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{}", 400),
        (b"[1]", 400),
        (b"nonsense", 400),
        (b"\xff", 400),
        (b"[" * 100_000, 400),
        (json.dumps(["x" * 5_000]).encode(), 400),
        (json.dumps(["x"] * 2_001).encode(), 413),
    ],
)
def test_a_wrong_list_of_terms_is_refused(tiny_server: RunningServer, body: bytes, status: int) -> None:
    answer = tiny_server.client.post("/editor/terms", content=body, headers={"Content-Type": "application/json"})

    assert status == answer.status_code
    assert "application/problem+json" == answer.headers["Content-Type"]


def test_terms_are_only_read_as_json(tiny_server: RunningServer) -> None:
    assert 415 == tiny_server.client.post("/editor/terms", content=b"[]").status_code
    assert 405 == tiny_server.client.get("/editor/terms").status_code


# In a browser


def _write(page: Any, text: str) -> None:
    """Put a text into the editor, with the cursor where it has a `|`."""
    before, _, after = text.partition("|")
    page.wait_for_selector(".CodeMirror")
    page.evaluate(f"text => {CODE}.setValue(text)", before + after)
    page.evaluate(f"at => {{ const c = {CODE}; c.focus(); c.setCursor(c.posFromIndex(at)) }}", len(before))


def run_in_editor(page: Any, text: str, result: str) -> Any:
    """Run a query, and return what comes of it."""
    _write(page, text)
    page.keyboard.press("Control+Enter")
    return page.wait_for_selector(result)


def _completions(page: Any, text: str) -> list[str]:
    _write(page, text)
    page.keyboard.press("Control+Space")
    page.wait_for_selector(".CodeMirror-hints li")
    names: list[str] = page.eval_on_selector_all(
        ".CodeMirror-hints li .hint-name", "all => all.map(e => e.textContent)"
    )
    page.keyboard.press("Escape")
    page.wait_for_selector(".CodeMirror-hints", state="detached")
    return names


@pytest.mark.whole_graph
def test_rows_are_a_table_with_labels_and_links(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(f"{server.url}/editor")
    run_in_editor(page, "SELECT ?drug { ?drug a bkg:DrugSubstance } ORDER BY ?drug", ".rows table")
    link = page.get_by_role("link", name="baclofen", exact=True)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    saved = download.value.path().read_bytes()

    assert "/page/baclofen" == link.get_attribute("href")
    assert "bk:baclofen" in page.inner_text(".rows")
    assert "rows, in" in page.inner_text("#status")
    assert saved == server.sparql(page.evaluate(f"{CODE}.getValue()"), headers={"Accept": "text/csv"}).content
    page.get_by_role("link", name="Link to this query").click()
    page.wait_for_selector(".CodeMirror")
    assert "bkg:DrugSubstance" in page.evaluate(f"{CODE}.getValue()")


@pytest.mark.whole_graph
def test_a_syntax_error_is_marked_at_its_place(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(f"{server.url}/editor")
    run_in_editor(page, "SELECT ?x {\n  ?x a bkg:Claim .\n  oops ?y\n}", "#problem .heading")

    assert "oops" == page.inner_text(".fault")
    assert "line 3, column 3" in page.inner_text("#problem .heading")
    assert "oops" in page.inner_text("#problem")
    page.get_by_role("button", name="Go to the place").click()
    assert {"line": 2, "ch": 2} == page.evaluate(f"(({{line, ch}}) => ({{line, ch}}))({CODE}.getCursor())")
    assert [] == axe_violations(page)
    page.keyboard.type("?")
    assert 0 == page.locator(".fault").count()


@pytest.mark.whole_graph
def test_a_query_without_an_answer_is_told_as_such(start_server: StartServer, open_page: OpenPage) -> None:
    server = start_server(timeout=1, max_rows=3)
    page = open_page(f"{server.url}/editor")

    run_in_editor(page, ENDLESS, "#problem .heading")
    assert "The query ran out of time" == page.inner_text("#problem .heading")
    assert "limit of 1 s" in page.inner_text("#problem")
    run_in_editor(page, "SELECT * { ?s ?p ?o }", "#problem .heading:text('large')")
    assert "The answer is too large" == page.inner_text("#problem .heading")
    run_in_editor(page, "DELETE WHERE { ?s ?p ?o }", "#problem .heading:text('read-only')")
    run_in_editor(page, "SELECT ?x { ?x }", "#problem .heading:text('fault')")
    server.stop()
    run_in_editor(page, "ASK {}", "#problem .heading:text('cannot be reached')")


@pytest.mark.whole_graph
def test_a_busy_server_is_told_as_such(start_server: StartServer, open_page: OpenPage) -> None:
    server = start_server(timeout=60, workers=1, slow_workers=1, queue=0)
    page = open_page(f"{server.url}/editor")

    def ask(number: int) -> None:
        with contextlib.suppress(httpx.HTTPError):  # the server stops before it answers
            server.sparql(f"{ENDLESS} # {number}")

    asking = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for each in asking:
        each.start()
    while server.sparql(f"ASK {{}} # {time.monotonic()}").status_code != 503:
        time.sleep(0.05)
    run_in_editor(page, ENDLESS, "#problem .heading")
    said = page.inner_text("#problem")
    server.process.kill()
    for each in asking:
        each.join()

    assert "The server is busy: the query was not run" in said
    assert re.search(r"Try again in \d+ s", said)


@pytest.mark.whole_graph
def test_a_query_can_be_stopped(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(f"{server.url}/editor")
    _write(page, ENDLESS)
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.wait_for_selector("#status:text('You stopped the query')")

    assert page.locator("#stop").is_hidden()


COMPLETIONS = [
    ("PREFIX |", "bk:", None),
    ("SELECT * { ?x a |", "bkg:Claim", "bk:baclofen"),
    ("SELECT * { ?x a bkg:DrugS| }", "bkg:DrugSubstance", "bkg:Claim"),
    ("SELECT * { ?x a bkg:Claim ; | }", "bkg:claimSubject", "bkg:hasActiveSubstance"),
    ("SELECT * { ?y a bkg:Claim . ?x a bkg:DrugSubstance ; | }", "bkg:hasRole", "bkg:claimSubject"),
    ("SELECT * {\n ?x a bkg:Claim .\n ?x |\n ?y a bkg:DrugSubstance }", "bkg:claimSubject", "bkg:hasRole"),
    ("SELECT * { ?x a bkg:Claim ; bkg:statedIn ?s . ?s | }", "bkg:versionOf", "bkg:claimSubject"),
    ("SELECT * { ?x a bkg:Claim ; bkg:statedIn / | }", "bkg:versionOf", "bkg:claimSubject"),
    ("SELECT * { ?x a bkg:Claim ; bkg:statedIn [ | ] }", "bkg:versionOf", "bkg:claimSubject"),
    ("SELECT * { ?x a bkg:DrugSubstance ; ^| }", "bkg:claimSubject", "bkg:statedIn"),
    ("SELECT * { ?x a bkg:Claim ; bkg:modal| ?m }", "bkg:modality", "bkg:claimSubject"),
    ("SELECT * { bk:baclofen | }", "bkg:hasRole", "bkg:claimSubject"),
    ("SELECT * { ?x a bkg:Claim ; bkg:claimSubject baclo| }", "bk:baclofen", "bk:baclofen-overdose"),
    ("SELECT * { VALUES ?drug { bk:baclo| } }", "bk:baclofen", None),
    ("SELECT * { ?claim a bkg:Claim . FILTER(?c|) }", "?claim", None),
    ("PREFIX k: <https://w3id.org/baclofen-kg/ontology#>\nSELECT * { ?x a k:Cla| }", "k:Claim", "k:DrugSubstance"),
]
"""A query with the cursor at `|`, what must be offered there, and what must not."""


@pytest.mark.whole_graph
def test_completion_offers_what_occurs_in_the_graph(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(f"{server.url}/editor")
    wrong = []
    for text, wanted, unwanted in COMPLETIONS:
        offered = _completions(page, text)
        if wanted not in offered or unwanted in offered:
            wrong.append((text, offered[:8]))

    assert [] == wrong


@pytest.mark.whole_graph
def test_completion_opens_as_one_types_and_declares_the_prefix(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(f"{server.url}/editor")
    _write(page, "SELECT * { ?x a bkg:Claim ; | }")
    page.keyboard.type("claimsubj", delay=20)
    page.wait_for_selector(".CodeMirror-hints li")

    assert [] == axe_violations(page)
    page.keyboard.press("Enter")
    written = page.evaluate(f"{CODE}.getValue()")
    assert written == (
        "PREFIX bkg: <https://w3id.org/baclofen-kg/ontology#>\nSELECT * { ?x a bkg:Claim ; bkg:claimSubject }"
    )
    page.keyboard.press("Tab")
    assert page.evaluate(f"!{CODE}.hasFocus()"), "Tab must lead out of the editor"


@pytest.mark.whole_graph
def test_examples_are_searched_and_loaded(server: RunningServer, open_page: OpenPage, shipped: KnowledgeBase) -> None:
    page = open_page(f"{server.url}/editor")
    page.get_by_text("Examples:").click()
    page.get_by_label("Search the examples").fill("withdrawal newborn")
    links = page.locator("#examples li:not([hidden]) a")
    shown = links.count()
    page.get_by_label("Search the examples").fill("")
    link = page.locator('#examples a[data-name="safety/withdrawal-by-route"]')
    name = "safety/withdrawal-by-route" if link.count() else links.first.get_attribute("data-name")
    page.locator(f'#examples a[data-name="{name}"]').click()
    page.wait_for_function(f"{CODE}.getValue().startsWith({json.dumps('# ' + shipped.queries[name].summary)})")

    assert shown < len(shipped.queries)
    assert "#+" not in page.evaluate(f"{CODE}.getValue()")
    assert page.url.endswith(f"?example={name}")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#status:text('row')")
    assert [] == axe_violations(page)


@pytest.mark.whole_graph
def test_statements_are_a_graph_turtle_and_a_table(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(f"{server.url}/editor")
    construct = (
        "CONSTRUCT { bk:baclofen bkg:hasRole ?r ; rdfs:label ?l } { bk:baclofen bkg:hasRole ?r ; rdfs:label ?l }"
    )
    run_in_editor(page, construct, ".canvas canvas")
    name = page.get_attribute(".canvas", "aria-label")

    assert re.match(r"Graph of \d+ things and values and \d+ arrows", name)
    assert [] == axe_violations(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as PNG").click()
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    page.get_by_role("button", name="Turtle", exact=True).click()
    page.wait_for_selector(".view pre")
    assert "bkg:hasRole" in page.inner_text(".view pre")
    page.get_by_role("button", name="Table", exact=True).click()
    page.wait_for_selector(".view table")
    assert "has role" in page.inner_text(".view table")


@pytest.mark.whole_graph
def test_ten_thousand_rows_stay_usable(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(f"{server.url}/editor")
    run_in_editor(page, "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 10000", ".rows table")

    assert "Rows 1 to 100 of 10,000" in page.inner_text(".rows-bar")
    page.get_by_label("Search the rows").fill("baclofen withdrawal")
    page.wait_for_selector(".rows-bar:has-text('of 10,000 in all')")
    page.get_by_role("button", name="s", exact=True).click()
    page.wait_for_selector("th[aria-sort='ascending']")
    page.get_by_label("Search the rows").fill("")
    page.wait_for_selector(".rows-bar:has-text('Rows 1 to 100 of 10,000')")


@pytest.mark.whole_graph
def test_hostile_texts_stay_text(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(f"{server.url}/editor?{urlencode({'query': HOSTILE})}")
    page.wait_for_selector(".CodeMirror")
    hostile = '<img src=x onerror="document.title=1"><script>document.title=1</script>'
    literal = json.dumps(hostile)

    assert HOSTILE == page.evaluate(f"{CODE}.getValue()")
    run_in_editor(
        page, f"SELECT ?x (IRI('javascript:document.title=1') AS ?y) {{ BIND({literal} AS ?x) }}", ".rows table"
    )
    assert hostile in page.inner_text(".rows")
    assert 0 == page.locator(".rows a[href^='javascript']").count()
    run_in_editor(page, f"CONSTRUCT {{ <urn:x> rdfs:label {literal} ; <urn:p> {literal} }} {{}}", ".canvas canvas")
    assert "SPARQL editor" == page.title()


@pytest.mark.whole_graph
def test_it_works_without_scripts(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(f"{server.url}/editor", java_script_enabled=False)
    page.get_by_label("Query, in SPARQL").fill("ASK { bk:baclofen ?p ?o }")
    page.get_by_role("button", name="Run").click()
    page.wait_for_url("**/sparql?*")

    assert '"boolean":true' in page.content()


@pytest.mark.whole_graph
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_narrow_and_wide_and_is_accessible(server: RunningServer, open_page: OpenPage, scheme: str) -> None:
    page = open_page(f"{server.url}/editor", color_scheme=scheme)
    run_in_editor(page, "SELECT ?claim ?said { ?claim a bkg:Claim ; bkg:statedIn ?said } LIMIT 60", ".rows table")
    for width in (360, 800, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        keep_screenshot(page, f"editor-{scheme}-{width}")

        assert width >= page.evaluate("document.documentElement.scrollWidth")
        assert [] == axe_violations(page)


@pytest.mark.whole_graph
def test_the_first_load_is_small(server: RunningServer, open_page: OpenPage) -> None:
    """Under 800 kB compressed for the editor, all that it loads when it opens and when it draws a graph."""
    page = open_page(f"{server.url}/healthz")
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.goto(f"{server.url}/editor")
    _completions(page, "SELECT * { ?x a | }")
    run_in_editor(page, "CONSTRUCT WHERE { bk:baclofen ?p ?o }", ".canvas canvas")

    assert 100_000 < sum(sizes) < 800_000
