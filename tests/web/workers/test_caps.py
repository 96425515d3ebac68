"""Every cap is reached, and answered with what it is and what to do; nothing incomplete is ever a 200."""

import socket
import time

import httpx
import pytest

from tests.web.conftest import StartServer
from tests.web.running import RunningServer

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LARGE = "SELECT ?a ?e { ?a ?b ?c . ?d ?e ?f }"
GREEDY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"


def test_a_query_out_of_time_is_told_so_and_the_next_is_answered(start_server: StartServer) -> None:
    server = start_server(timeout=0.5)
    late = server.sparql(RUNAWAY)
    next_one = server.sparql("ASK {}")

    assert 504 == late.status_code
    assert "longer" in late.json()["detail"]
    assert "application/problem+json" == late.headers["content-type"]
    assert {"head": {}, "boolean": True} == next_one.json()


def test_a_client_may_ask_for_less_time_and_not_for_more(tiny_server: RunningServer) -> None:
    less = tiny_server.client.get("/sparql", params={"query": RUNAWAY, "timeout": "0.2"})
    posted = tiny_server.client.post("/sparql", data={"query": RUNAWAY, "timeout": "0.2"})
    more = tiny_server.client.get("/sparql", params={"query": "ASK {}", "timeout": "11"})
    none = tiny_server.client.get("/sparql", params={"query": "ASK {}", "timeout": "nan"})

    assert [504, 504, 400, 400] == [each.status_code for each in (less, posted, more, none)]
    assert "up to 10" in more.json()["detail"]


def test_a_worker_takes_no_more_memory_than_it_may(start_server: StartServer) -> None:
    server = start_server(memory=32)
    answer = server.sparql(GREEDY)

    assert 507 == answer.status_code
    assert "over 32 MiB" in answer.json()["detail"]
    assert 200 == server.sparql("ASK {}").status_code


@pytest.mark.parametrize(
    ("setting", "status", "words"),
    [
        ({"max_rows": 50}, 507, "over 50 rows"),
        ({"max_bytes": 2000}, 507, "over 2,000 bytes"),
        ({"max_query": 30}, 413, "30"),
        ({"max_request": 20}, 413, "20"),
        ({"max_nesting": 1}, 400, "over 1 bracket"),
    ],
    ids=str,
)
def test_a_cap_is_reached(start_server: StartServer, setting: dict[str, int], status: int, words: str) -> None:
    answer = start_server(**setting).sparql("SELECT ?a ?e { { ?a ?b ?c } { ?d ?e ?f } }")

    assert status == answer.status_code
    assert words in answer.json()["detail"]


@pytest.mark.parametrize("format", ["json", "xml", "csv", "tsv"])
def test_rows_up_to_the_cap_are_answered_whole(start_server: StartServer, format: str) -> None:
    server = start_server(max_rows=10)
    fits, over = (
        server.sparql(f"SELECT * {{ ?s ?p ?o }} LIMIT {rows}", params={"format": format}) for rows in (10, 11)
    )

    assert (200, 507) == (fits.status_code, over.status_code)


def test_a_full_queue_says_when_to_come_back(start_server: StartServer) -> None:
    server = start_server(workers=1, queue=0, slow_after=60, timeout=3)
    with socket.create_connection(("127.0.0.1", httpx.URL(server.url).port or 0)) as other:
        other.sendall(f"GET /sparql?query={RUNAWAY.replace(' ', '%20')} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        end = time.monotonic() + 10
        while (answer := server.sparql("ASK {}")).status_code == 200 and time.monotonic() < end:
            pass

    assert 503 == answer.status_code
    assert int(answer.headers["retry-after"]) > 0


def test_a_large_answer_streams_and_a_small_one_has_its_length(start_server: StartServer) -> None:
    server = start_server(whole_bytes=20_000)
    small, large = server.sparql("SELECT * { ?s ?p ?o } LIMIT 5"), server.sparql(LARGE + " LIMIT 5000")

    assert "content-length" in small.headers
    assert "chunked" == large.headers["transfer-encoding"]
    assert 5000 == len(large.json()["results"]["bindings"])


@pytest.mark.parametrize("settings", [{"max_bytes": 200_000}, {"max_rows": 2000}, {"timeout": 1}], ids=str)
def test_an_answer_that_cannot_be_finished_breaks_the_connection(
    start_server: StartServer, settings: dict[str, int]
) -> None:
    server = start_server(whole_bytes=10_000, **settings)
    rest = " . ?g ?h ?i . ?j ?k ?l" if "timeout" in settings else ""

    with pytest.raises(httpx.RemoteProtocolError):
        server.sparql(f"SELECT ?a ?e {{ ?a ?b ?c . ?d ?e ?f{rest} }}")
    assert 200 == server.sparql("ASK {}").status_code


def test_a_client_of_http_1_0_gets_no_answer_that_it_cannot_tell_from_half_of_it(start_server: StartServer) -> None:
    server = start_server(whole_bytes=1000)
    with socket.create_connection(("127.0.0.1", httpx.URL(server.url).port or 0)) as connection:
        connection.sendall(b"GET /sparql?query=SELECT*%7B?s?p?o%7D HTTP/1.0\r\n\r\n")
        reply = b"".join(iter(lambda: connection.recv(65536), b""))

    assert b" 507 " in reply.split(b"\r\n")[0]
    assert b"HTTP/1.1" in reply
