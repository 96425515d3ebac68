"""Pictures and the graph of a neighbourhood in a real browser: readable, reachable by keyboard, and without a fault."""

import pytest

from tests.web import browser as chromium
from tests.web.browser import OpenPage, axe_violations, keep_screenshot
from tests.web.running import RunningServer

browser, open_page = chromium.browser, chromium.open_page
"""Fixtures."""

pytestmark = pytest.mark.whole_graph
PICTURES = {
    "forest": "/queries/treatment/effectiveness-by-condition?drug=baclofen&condition=alcohol-dependence",
    "frequencies": "/queries/safety/side-effects-by-drug?drug=baclofen",
    "balance": "/queries/evidence/verdicts-by-condition",
    "pathway": "/queries/mechanism/pathway-by-drug?drug=baclofen",
    "network": "/queries/entity/neighbourhood?entity=spasticity",
}
_TEXT_OUTSIDE = """svg => [...svg.querySelectorAll('text')].filter(text => {
  const own = text.getBoundingClientRect(), all = svg.getBoundingClientRect();
  return own.left < all.left - 1 || own.right > all.right + 1 || own.bottom > all.bottom + 1;
}).map(text => text.textContent)"""
_SMALLEST = "svg => Math.min(...[...svg.querySelectorAll('text')].map(t => parseFloat(getComputedStyle(t).fontSize)))"


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_is_readable_on_wide_and_narrow_screens(
    server: RunningServer, open_page: OpenPage, kind: str, width: int
) -> None:
    page = open_page(server.url + PICTURES[kind], width, color_scheme="dark" if width == 360 else "light")
    svg = page.locator("figure.picture svg[role=img]")
    keep_screenshot(page, f"picture-{kind}-{width}")

    assert 1 == svg.count()
    assert [] == svg.evaluate(_TEXT_OUTSIDE)
    assert svg.evaluate(_SMALLEST) >= 11.5
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_a_neighbourhood_is_drawn_and_told_by_keyboard_alone(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(f"{server.url}/page/gaba-b-receptor")
    page.get_by_role("button", name="Show as a graph").focus()
    page.keyboard.press("Enter")
    picker = page.get_by_label("Ties of")
    picker.wait_for()
    picker.select_option(label="bicuculline")
    panel = page.locator(".network-panel")

    assert "bicuculline acts on GABA-B receptor (denied)" in panel.inner_text()
    assert "12 things and 14 ties are shown" in page.locator("#neighbourhood [role=status]").inner_text()
    assert 0 < page.locator(".network-canvas canvas").count()
    assert [] == [each for each in axe_violations(page) if "neighbourhood" in each or "network" in each]


def test_a_neighbourhood_can_be_widened(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(f"{server.url}/page/baclofen")
    page.get_by_role("button", name="Show as a graph").click()
    status = page.locator("#neighbourhood [role=status]")
    page.get_by_role("button", name="Show 36 more").click()
    page.locator(".network-panel").wait_for()

    assert status.inner_text().startswith("60 things and ")
    assert "further things tied to baclofen are left out" in status.inner_text()


def test_without_scripts_the_table_is_there(server: RunningServer, open_page: OpenPage) -> None:
    page = open_page(f"{server.url}/page/gaba-b-receptor", java_script_enabled=False)
    page.locator("#neighbourhood").get_by_role("link", name="As a table").click()
    page.locator("table").first.wait_for()

    assert "GABA-B receptor" in page.content()
    assert "bicuculline" in page.content()
