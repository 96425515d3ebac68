"""One visit in a real browser, by somebody who has read no manual: from a name to evidence, SPARQL and files."""

import re
from typing import Any

import pytest

from kb import KnowledgeBase
from tests.conftest import Run
from tests.web import browser as chromium
from tests.web.browser import OpenPage, axe_violations, keep_screenshot
from tests.web.conftest import StartServer
from tests.web.pages.test_editor import run_in_editor
from tests.web.running import RunningServer

pytestmark = pytest.mark.whole_graph
browser, open_page = chromium.browser, chromium.open_page

CONDITIONS = "/queries/treatment/conditions-by-drug"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
PAGES = {
    "home": "/",
    "search": "/search?q=dizziness",
    "drug": "/page/baclofen",
    "condition": "/page/spasticity",
    "effect": "/page/dizziness",
    "claim": "/page/claim-c037",
    "source": "/page/source-baclofen-article-v1",
    "schema": "/ontology.html",
    "not-found": "/page/baclofin",
}


def _title(page: Any) -> str:
    return str(page.locator("h1").inner_text())


def test_a_name_leads_to_a_disputed_claim_and_to_both_sources(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(f"{server.url}/")
    page.locator("#sought").fill("baclofen")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    page.locator("main a", has_text=re.compile("^baclofen$")).first.click()
    page.wait_for_load_state()

    assert "baclofen" == _title(page)
    disputes = page.locator("section", has=page.locator("h2", has_text="in dispute")).locator("table")
    claim = disputes.locator("tr.group a").first
    disputed = claim.inner_text()
    row = disputes.locator("tbody tr:not(.group)").first
    sources = [row.locator(f"[data-name='{name}'] a").inner_text() for name in ("source", "other source")]
    claim.click()
    page.wait_for_load_state()

    assert disputed == _title(page)
    for source in sources:
        page.locator("main a", has_text=source).first.click()
        page.wait_for_load_state()
        assert source == _title(page)
        page.go_back()
    assert len(set(sources)) == 2


def test_a_question_leads_to_its_sparql_and_its_file(
    server: RunningServer, open_page: OpenPage, run_kb: Run, shipped: KnowledgeBase
) -> None:
    page = open_page(server.url + CONDITIONS)
    page.locator("#p-drug").fill("tizanidine")
    page.locator("#p-drug").press("Escape")
    page.locator("main form button", has_text="Ask").click()
    page.wait_for_load_state()
    rows = len(shipped.query("treatment/conditions-by-drug", drug="tizanidine"))

    assert f"{rows} row" in page.locator("main h2").first.inner_text()
    with page.expect_download() as downloaded:
        page.locator("main a", has_text=re.compile("^CSV$")).click()
    written = run_kb("query", "treatment/conditions-by-drug", "--drug", "tizanidine", "-o", "csv", text=False).stdout

    assert written == downloaded.value.path().read_bytes()
    page.locator("summary", has_text="SPARQL").first.click()
    page.locator("main a[href*='/editor']").first.click()
    page.wait_for_selector(".CodeMirror")
    text = page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")

    assert "tizanidine" in text
    run_in_editor(page, "SELECT * {\n  ?s ?p\n}", "#problem .heading")
    assert "line 3" in page.locator("#problem .heading").inner_text()


def test_a_query_that_runs_out_of_time_is_told_so(start_server: StartServer, open_page: OpenPage) -> None:
    server = start_server(timeout=1)
    page = open_page(f"{server.url}/editor")
    run_in_editor(page, RUNAWAY, "#problem .heading")

    assert "The query ran out of time" == page.locator("#problem .heading").inner_text()


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (800, "dark"), (1280, "light")])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_suits_everybody(server: RunningServer, open_page: OpenPage, name: str, width: int, scheme: str) -> None:
    page = open_page(server.url + PAGES[name], width, color_scheme=scheme)
    wide = page.evaluate("document.documentElement.scrollWidth")
    keep_screenshot(page, f"{name}-{width}-{scheme}")

    assert width >= wide
    assert [] == axe_violations(page)


@pytest.mark.parametrize("name", PAGES)
def test_the_first_load_is_small(server: RunningServer, open_page: OpenPage, name: str) -> None:
    page = open_page(f"{server.url}/healthz")
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(int(response.headers.get("content-length", "0"))))
    page.goto(server.url + PAGES[name])
    page.wait_for_load_state("networkidle")

    assert 0 < sum(sizes) < 400_000


def test_every_page_reads_by_keyboard_from_the_skip_link_on(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(f"{server.url}/page/baclofen")
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert "Skip to the content" == first
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
