"""The page of a question in a real browser: completion by keyboard, further values, narrow screens, and no scripts."""

import re
from typing import Any

import pytest

from tests.web import browser as chromium
from tests.web.browser import OpenPage, axe_violations, keep_screenshot
from tests.web.running import RunningServer

pytestmark = pytest.mark.whole_graph
browser, open_page = chromium.browser, chromium.open_page

CONDITIONS = "/queries/treatment/conditions-by-drug"


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (800, "light"), (1280, "light"), (1280, "dark")])
@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("question", CONDITIONS),
        ("question-with-picture", "/queries/safety/frequencies-by-route"),
        ("question-mistaken", f"{CONDITIONS}?drug=baclofin&condition=spastcity"),
        ("questions", "/queries"),
    ],
)
def test_the_page_suits_everybody(
    server: RunningServer, open_page: OpenPage, name: str, path: str, width: int, scheme: str
) -> None:
    page = open_page(server.url + path, width, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    wide = page.evaluate("document.documentElement.scrollWidth")
    keep_screenshot(page, f"{name}-{width}-{scheme}")

    assert width >= wide
    assert [] == axe_violations(page)


def test_a_name_is_completed_by_keyboard(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(server.url + CONDITIONS)
    field = page.locator("#p-condition")
    field.focus()
    page.keyboard.type("alcohol")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    active = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    label = active.locator("bdi").inner_text()

    assert ("true", "combobox") == (field.get_attribute("aria-expanded"), field.get_attribute("role"))
    assert "true" == active.get_attribute("aria-selected")
    assert [] == axe_violations(page)
    page.keyboard.press("Enter")
    assert (label, "false") == (field.input_value(), field.get_attribute("aria-expanded"))
    page.keyboard.type(" x")
    page.keyboard.press("Escape")
    assert "false" == field.get_attribute("aria-expanded")
    field.fill(label)
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "condition=" in url)
    assert label == page.locator("#p-condition").input_value()


def test_another_drug_and_a_further_value_are_asked_for(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(server.url + CONDITIONS)
    page.locator("#p-drug").fill("tizanidine")
    page.get_by_role("button", name="or another drug").click()
    page.keyboard.type("dantrolene")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.endswith("?drug=tizanidine&drug=dantrolene"))

    assert ["tizanidine", "dantrolene"] == [each.input_value() for each in page.locator("[name=drug]").all()]
    assert "Answer" in page.locator("#answer").inner_text()


def test_the_form_needs_no_script(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(server.url + CONDITIONS, java_script_enabled=False)
    fields = page.locator("[name=drug]")
    fields.nth(0).fill("tizanidine")
    fields.nth(1).fill("dantrolene")
    page.get_by_role("button", name="Ask").click()

    assert page.url.endswith("?drug=tizanidine&drug=dantrolene")


def test_rows_are_cards_on_a_phone(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(server.url + "/queries/dosing/dose-limits-by-route", 360)
    row = page.locator("table.answer tbody tr").first
    said = row.locator("td").first.evaluate("(cell) => getComputedStyle(cell, '::before').content")

    assert "block" == row.evaluate("(each) => getComputedStyle(each).display")
    assert re.fullmatch(r'"?preparation"? ?"?: "', said)


def test_a_long_answer_stays_usable(server: RunningServer, open_page: OpenPage) -> None:
    for width in (360, 1280):
        page = open_page(server.url + "/queries/entity/list?limit=1000", width)
        rows: Any = page.evaluate("document.querySelectorAll('table.answer tbody tr').length")
        spent = page.evaluate(
            "new Promise((done) => { const begun = performance.now(); scrollTo(0, document.body.scrollHeight);"
            " requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begun))); })"
        )

        assert 1000 == rows
        assert spent < 1_500
        assert page.locator("nav.pages a[rel=last]").first.is_visible()
