"""The picture of an answer as a file, from a real server."""

from xml.etree import ElementTree

import pytest

from tests.web.running import RunningServer

SYNTHESES = "/queries/evidence/syntheses-by-condition/picture.svg"


def test_a_picture_is_a_file_of_its_own(server: RunningServer) -> None:
    response = server.client.get(SYNTHESES, params={"condition": "alcohol-dependence"})
    root = ElementTree.fromstring(response.text)

    assert 200 == response.status_code
    assert "image/svg+xml" == response.headers["content-type"]
    assert 'inline; filename="syntheses-by-condition-alcohol-dependence.svg"' == response.headers["content-disposition"]
    assert "{http://www.w3.org/2000/svg}svg" == root.tag
    assert (root.findtext("{http://www.w3.org/2000/svg}title") or "").endswith("condition: alcohol dependence)")
    assert " style=" not in response.text
    assert "<style" not in response.text
    assert " 4 are drawn." in response.text


def test_who_has_a_picture_already_is_told_so(server: RunningServer) -> None:
    tag = server.client.get(SYNTHESES).headers["etag"]
    response = server.client.get(SYNTHESES, headers={"If-None-Match": tag})

    assert 304 == response.status_code
    assert b"" == response.content
    assert tag != server.client.get(SYNTHESES, params={"condition": "spasticity"}).headers["etag"]


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        ("/queries/sources/list/picture.svg", 404, "sources/list has no picture; those that have one are "),
        ("/queries/evidence/nope/picture.svg", 404, "no canned query is called 'evidence/nope'"),
        (f"{SYNTHESES}?drug=nopenope", 400, "parameter 'drug': no drug substance is called 'nopenope'"),
        (f"{SYNTHESES}?colour=red", 400, "'colour'"),
        (f"{SYNTHESES}?limit=3", 400, "'limit'"),
    ],
)
def test_what_cannot_be_drawn_is_refused(server: RunningServer, path: str, status: int, detail: str) -> None:
    response = server.client.get(path)

    assert status == response.status_code
    assert detail in response.json()["detail"]


def test_an_answer_without_rows_is_a_picture_that_says_so(server: RunningServer) -> None:
    response = server.client.get(SYNTHESES, params={"drug": "tizanidine", "condition": "hiccups"})

    assert 200 == response.status_code
    assert "There is nothing to draw." in response.text
    assert "The answer has no rows." in response.text
