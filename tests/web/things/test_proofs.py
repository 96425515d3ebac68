"""Why a statement holds: the proof as a page and as JSON, what is wanting, and what happens without an answer."""

import re
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from kb import KnowledgeBase
from tests.web.conftest import StartServer
from tests.web.running import RunningServer
from tests.web.things.test_pages import Page

TOE = {"subject": "zorvexin", "predicate": "bearsOn", "object": "crampitis"}


def test_a_proof_is_a_tree_down_to_file_and_line(tiny_server: RunningServer) -> None:
    response = tiny_server.client.get("/why", params=TOE, headers={"Accept": "text/html"})
    page = Page(response.text)

    assert 200 == response.status_code
    assert [] == page.faults
    assert re.search(r"said in\s+graph_data/\S+\.ttl:\d+", page.text)
    assert "by the rule broader-link" in page.text
    assert "/page/zorvexin" in page.links


def test_a_proof_for_programs_is_that_of_the_command_line(tiny_server: RunningServer) -> None:
    from tests.conftest import TINY

    answer = tiny_server.client.get("/why", params=TOE, headers={"Accept": "application/json"})
    with KnowledgeBase.open(str(TINY)) as kb:
        expected = kb.explain(*TOE.values()).proofs[0].to_json()

    assert "application/json" == answer.headers["content-type"]
    assert expected == answer.json()
    assert answer.json() == tiny_server.client.get("/why", params={**TOE, "format": "json"}).json()


def test_what_does_not_follow_is_told_with_what_is_wanting(tiny_server: RunningServer) -> None:
    asked = {"subject": "plenamine", "predicate": "provokes", "object": "giggles"}
    page = tiny_server.client.get("/why", params=asked, headers={"Accept": "text/html"})
    answer = tiny_server.client.get("/why", params=asked, headers={"Accept": "application/json"}).json()

    assert 200 == page.status_code
    assert "The graph does not say so" in page.text
    assert "That does not mean that it is false" in page.text
    assert answer["follows"] is False


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"subject": "zorvexine"}, 404, "zorvexin"),
        ({"predicate": "bearsOnn"}, 404, "bearsOn"),
        ({"object": "crampitiss"}, 404, "crampitis"),
        ({"subject": ""}, 400, "subject is missing"),
        ({"object": "x" * 3000}, 400, "object is no name"),
        ({"subject": "<script>alert(1)</script>"}, 404, "nothing"),
    ],
)
def test_what_there_is_not_gets_the_nearest_names(
    tiny_server: RunningServer, change: dict[str, str], status: int, said: str
) -> None:
    response = tiny_server.client.get("/why", params={**TOE, **change}, headers={"Accept": "text/html"})

    assert status == response.status_code
    assert said == "nothing" or said in response.text
    assert [] == Page(response.text).faults


def test_statements_that_follow_lead_to_their_proof(tiny_server: RunningServer) -> None:
    page = Page(tiny_server.client.get("/page/zorvexin").text)
    why = [link for link in page.links if link.startswith("/why?")]

    assert "/why?subject=zorv%3Azorvexin&predicate=zont%3AbearsOn&object=zorv%3Acrampitis" in why
    assert 200 == tiny_server.client.get(why[0]).status_code


def test_a_proof_that_takes_too_long_is_told(start_server: StartServer) -> None:
    server = start_server(timeout=0.05)
    response = server.client.get("/why", params=TOE, headers={"Accept": "text/html"})

    assert 504 == response.status_code
    assert "no proof was found in the time" in response.text


def test_no_more_than_two_proofs_are_looked_for_at_once(start_server: StartServer) -> None:
    server = start_server()
    asked = [{**TOE, "object": name} for name in ("giggles", "crampitis", "zorvexin", "plenamine", "leaflet")]
    with ThreadPoolExecutor(5) as threads:
        statuses = list(threads.map(lambda each: httpx.get(f"{server.url}/why", params=each).status_code, asked))

    assert {200, 503} == set(statuses)
    assert 2 <= statuses.count(200)


def test_a_client_that_leaves_ends_the_search(start_server: StartServer) -> None:
    server = start_server()
    for name in ("giggles", "leaflet"):
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{server.url}/why", params={**TOE, "object": name}, timeout=0.05)
    time.sleep(0.2)

    assert 200 == httpx.get(f"{server.url}/why", params=TOE, timeout=20).status_code


@pytest.mark.whole_graph
def test_whatever_follows_on_a_page_has_its_proof(server: RunningServer) -> None:
    for name in ("baclofen", "claim-c037", "spasticity-due-to-multiple-sclerosis"):
        links = [link for link in Page(server.client.get(f"/page/{name}").text).links if link.startswith("/why?")]

        assert links
        for link in links[::12]:
            response = server.client.get(link, headers={"Accept": "text/html"})
            assert 200 == response.status_code, link
            assert "Why the graph says so" in response.text, link
