"""Errors as problem documents: the status, the place, the nearest names; and nothing that breaks out of them."""

import json

import pytest

from kb.errors import (
    DataError,
    EngineError,
    KbError,
    OutputError,
    ParameterError,
    QuerySyntaxError,
    QueryTimeoutError,
    RefusedQueryError,
    RefusedUpdateError,
    UnknownNameError,
    UsageError,
)
from kb.web.answers.problems import LONGEST_DETAIL, HttpProblem, problem_response, status_of


@pytest.mark.parametrize(
    "error, status, title",
    [
        (QuerySyntaxError("line 2, column 7: no", 2, 7), 400, "Bad Request"),
        (RefusedQueryError("no"), 400, "Bad Request"),
        (RefusedUpdateError("no"), 403, "Forbidden"),
        (ParameterError("no"), 400, "Bad Request"),
        (UnknownNameError("drug", "x", []), 400, "Bad Request"),
        (UsageError("no"), 400, "Bad Request"),
        (OutputError("no"), 500, "Internal Server Error"),
        (QueryTimeoutError("no"), 504, "Gateway Timeout"),
        (EngineError("no"), 500, "Internal Server Error"),
        (DataError("no"), 500, "Internal Server Error"),
        (KbError("no"), 500, "Internal Server Error"),
        (HttpProblem(503, "no"), 503, "Service Unavailable"),
    ],
)
def test_the_status_tells_who_has_to_act(error: KbError, status: int, title: str) -> None:
    response = problem_response(error)
    document = json.loads(response.body)

    assert status == response.status_code == document["status"] == status_of(error)
    assert title == document["title"]
    assert "about:blank" == document["type"]
    assert "application/problem+json" == response.headers["content-type"]
    assert "no-store" == response.headers["cache-control"]


def test_a_problem_says_where_the_query_is_wrong() -> None:
    syntax = json.loads(problem_response(QuerySyntaxError("line 2, column 7: no", 2, 7)).body)
    refused = json.loads(problem_response(RefusedQueryError("line 3, column 4: SERVICE")).body)

    assert (2, 7) == (syntax["line"], syntax["column"])
    assert (3, 4) == (refused["line"], refused["column"])
    assert "line" not in json.loads(problem_response(QuerySyntaxError("no")).body)


def test_a_problem_names_the_nearest() -> None:
    document = json.loads(problem_response(UnknownNameError("drug", "zorvexim", ["zorvexin"])).body)

    assert ["zorvexin"] == document["nearest"]
    assert "did you mean zorvexin?" in document["detail"]


def test_further_members_and_headers_are_sent() -> None:
    response = problem_response(HttpProblem(406, "no", {"Vary": "Accept"}, available=[{"name": "csv"}], empty=[]))
    document = json.loads(response.body)

    assert [{"name": "csv"}] == document["available"]
    assert "empty" not in document
    assert "Accept" == response.headers["vary"]


@pytest.mark.parametrize("hostile", ["\r\nSet-Cookie: a=b", "\0\x1b[31m", "\u2028\u202e", "\ud800", "\x85\x9b"])
def test_no_text_breaks_out_of_its_line(hostile: str) -> None:
    response = problem_response(HttpProblem(400, f"a{hostile}z", {"X-Echo": f"a{hostile}z"}, nearest=[f"a{hostile}"]))
    document = json.loads(response.body.decode())

    for text in (document["detail"], document["nearest"][0], response.headers["x-echo"]):
        assert text.isprintable(), text
        assert not {"\r", "\n"} & set(text)
    assert document["detail"].startswith("a") and document["detail"].endswith("z")


@pytest.mark.parametrize(
    "markup", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!--", "<http://a onload='x'>"]
)
def test_markup_is_escaped_and_an_iri_stays_legible(markup: str) -> None:
    body = problem_response(HttpProblem(400, f"{markup} in <http://example.org/a>")).body.decode()

    assert markup not in body
    assert "<http://example.org/a>" in body
    assert f"{markup} in <http://example.org/a>" == json.loads(body)["detail"]


def test_a_long_text_is_not_echoed_whole() -> None:
    document = json.loads(problem_response(UsageError("x" * 200_000)).body)

    assert LONGEST_DETAIL + 1 == len(document["detail"])


def test_a_file_of_the_server_is_not_told() -> None:
    for error in (DataError("/srv/graph/a.ttl: broken"), EngineError("/tmp/x: broken"), OutputError("/tmp/x: full")):
        assert "/" not in json.loads(problem_response(error).body)["detail"]
    assert "/graph" in json.loads(problem_response(HttpProblem(404, "/graph/x: not here")).body)["detail"]
