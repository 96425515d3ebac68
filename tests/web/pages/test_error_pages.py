"""Errors: pages for browsers, problem documents for programs, and at the endpoints of protocols for everybody."""

import pytest

from tests.web.running import RunningServer
from tests.web.things.test_pages import Page

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
PATHS = [
    ("GET", "/nothing", 404),
    ("POST", "/ontology.html", 405),
    ("GET", "/page/zorvexine", 404),
    ("GET", "/id/zorvexine", 404),
    ("GET", "/data/zorvexine.ttl", 404),
    ("GET", "/graph/nothing.ttl", 404),
    ("GET", "/download/pdf", 404),
    ("GET", "/queries/treatment/nothing", 404),
    ("GET", "/queries/safety/side-effects-by-remedy/results?remedy=nothing", 400),
    ("GET", "/suggest", 400),
    ("GET", "/static/nothing.css", 404),
]


@pytest.mark.parametrize("method, path, status", PATHS)
def test_a_browser_gets_a_page(tiny_server: RunningServer, method: str, path: str, status: int) -> None:
    response = tiny_server.client.request(method, path, headers={"Accept": BROWSER})
    page = Page(response.text)

    assert (status, "text/html; charset=utf-8") == (response.status_code, response.headers["content-type"])
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "no-store" == response.headers["cache-control"]
    assert "accept" in response.headers["vary"].lower()
    assert [] == page.faults
    assert "/queries" in page.links


@pytest.mark.parametrize("method, path, status", [each for each in PATHS if not each[1].startswith("/page")])
@pytest.mark.parametrize("accept", ["*/*", "application/json"])
def test_a_program_gets_a_problem_document(
    tiny_server: RunningServer, method: str, path: str, status: int, accept: str
) -> None:
    response = tiny_server.client.request(method, path, headers={"Accept": accept})

    assert "application/problem+json" == response.headers["content-type"]
    assert status == response.status_code == response.json()["status"]


@pytest.mark.parametrize("path", ["/sparql?query=x", "/graph-store?graph=urn:x", "/sparql?query=SELECT"])
def test_a_protocol_answers_with_a_problem_document(tiny_server: RunningServer, path: str) -> None:
    response = tiny_server.client.get(path, headers={"Accept": BROWSER})

    assert "application/problem+json" == response.headers["content-type"]
    assert response.status_code in (400, 404, 406)


def test_the_nearest_lead_where_they_are(tiny_server: RunningServer) -> None:
    thing = tiny_server.client.get("/page/zorvexine", headers={"Accept": BROWSER}).text
    query = tiny_server.client.get("/queries/safety/side-effects-by-remedies", headers={"Accept": BROWSER}).text

    assert 'href="/page?name=zorvexin"' in thing
    assert 'href="/queries/safety/side-effects-by-remedy"' in query


def test_a_path_is_text_on_the_page_of_its_error(tiny_server: RunningServer) -> None:
    response = tiny_server.client.get("/%3Cscript%3Ealert(1)%3C/script%3E", headers={"Accept": BROWSER})

    assert 404 == response.status_code
    assert [] == Page(response.text).faults
    assert "<script>alert(1)</script>" in Page(response.text).text
