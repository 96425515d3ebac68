"""A real browser for tests: Debian's Chromium through Playwright, with nothing but this machine to reach.

A test module takes the fixtures with `browser, open_page = chromium.browser, chromium.open_page`, where `chromium` is
this module, and marks its tests `whole_graph`.
"""

import importlib.util
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.conftest import ROOT

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
SCREENSHOTS = ROOT / "build/screenshots"
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]
_BY_DESIGN = (
    "Failed to load resource: the server responded with a status of ",
    "Failed to load resource: net::ERR_CONNECTION_REFUSED",
)
"""What Chromium notes of every answer that is an error, or is none as the server has stopped: wanted or not."""
_AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OpenPage = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium without a window; skips where it or Playwright is not installed.

    It ends with the module: while Playwright is there, `asyncio.run` fails, which tests elsewhere call.
    """
    if importlib.util.find_spec("playwright") is None:
        pytest.skip("the Python package playwright is not installed; the extra 'test' brings it")
    if not Path(CHROMIUM).exists():
        pytest.skip("chromium is not installed; on Debian: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Any) -> Iterator[OpenPage]:
    """Open pages: `open_page(url, width=1280, **context)`; each must make no error, and ask for nothing elsewhere."""
    contexts: list[Any] = []
    faults: list[str] = []

    def opening(url: str, width: int = 1280, height: int = 900, **more: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, **more)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: faults.extend(_console_fault(message)))
        page.on("pageerror", lambda error: faults.append(f"script: {error}"))
        page.on("request", lambda request: faults.extend(_request_fault(request.url, url)))
        page.goto(url)
        return page

    yield opening
    for context in contexts:
        context.close()

    assert not faults, "\n".join(faults)


def _console_fault(message: Any) -> list[str]:
    is_fault = message.type in ("error", "warning") and not message.text.startswith(_BY_DESIGN)
    return [f"console: {message.text}"] if is_fault else []


def _request_fault(asked: str, page: str) -> list[str]:
    is_own = asked.startswith(("blob:", "data:", "about:")) or urlsplit(asked).netloc == urlsplit(page).netloc
    return [] if is_own else [f"request elsewhere: {asked[:200]}"]


def axe_violations(page: Any) -> list[str]:
    """Return what axe-core finds wrong with a page as it is now; skips where axe-core is not installed."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed; in frontend/: npm ci")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(f"axe.run(document, {{runOnly: {json.dumps(_AXE_TAGS)}}})")
    return [
        f"{violation['id']}: {node['html'][:200]} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def keep_screenshot(page: Any, name: str) -> None:
    """Keep a picture of the whole page as build output, for a person to look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SCREENSHOTS / f"{name}.png"), full_page=True)
