"""What an answer carries: a tag, a length, compression, and the same bytes from the cache."""

import httpx
import pytest

from tests.web.conftest import StartServer
from tests.web.running import RunningServer

QUERY = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 50"


def _get(server: RunningServer, query: str = QUERY, **headers: str) -> httpx.Response:
    return server.client.get("/sparql", params={"query": query}, headers=headers)


def test_an_answer_that_a_client_has_is_not_sent_again(tiny_server: RunningServer) -> None:
    first = _get(tiny_server)
    again = _get(tiny_server, **{"If-None-Match": f'"other", {first.headers["etag"]}'})
    other = _get(tiny_server, QUERY + " ", **{"If-None-Match": first.headers["etag"]})
    other_format = _get(tiny_server, **{"If-None-Match": first.headers["etag"], "Accept": "text/csv"})

    assert 304 == again.status_code
    assert b"" == again.content
    assert first.headers["etag"] == again.headers["etag"]
    assert [200, 200] == [other.status_code, other_format.status_code]


def test_a_comment_or_a_known_prefix_makes_no_other_answer(tiny_server: RunningServer) -> None:
    plain, remarked = _get(tiny_server, "ASK { ?s a rdfs:Class }"), _get(tiny_server, "ASK { ?s a rdfs:Class }")

    assert plain.headers["etag"] == remarked.headers["etag"]


@pytest.mark.parametrize("function", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()"])
def test_what_differs_each_time_is_not_kept(tiny_server: RunningServer, function: str) -> None:
    answer = _get(tiny_server, f"SELECT ({function} AS ?x) {{}}")

    assert "etag" not in answer.headers
    assert "no-store" == answer.headers["cache-control"]


def test_the_cache_gives_the_same_bytes_and_no_cache_does_too(
    tiny_server: RunningServer, start_server: StartServer
) -> None:
    asked = [_get(tiny_server, QUERY + " # cached") for _ in range(2)]
    uncached = _get(start_server(cache=0), QUERY + " # cached")
    looked_up = tiny_server.client.get("/metrics").text

    assert asked[0].content == asked[1].content == uncached.content
    assert 'kb_cache_lookups_total{result="hit"} 0.0' not in looked_up
    assert asked[0].headers == {**asked[1].headers, "date": asked[0].headers["date"]}


def test_the_cache_is_bounded(start_server: StartServer) -> None:
    server = start_server(cache=1, whole_bytes=100_000)
    for at in range(60):
        server.sparql(
            f"SELECT ('{at}' AS ?n) ?s ?p ?o {{ ?s ?p ?o }} LIMIT 300", headers={"Accept-Encoding": "identity"}
        )
    size = next(
        float(line.split()[1])
        for line in server.client.get("/metrics").text.splitlines()
        if line.startswith("kb_cache_bytes ")
    )

    assert 0 < size <= 2**20


def test_gzip_is_given_to_who_takes_it(tiny_server: RunningServer) -> None:
    packed = _get(tiny_server, **{"Accept-Encoding": "gzip"})
    plain = _get(tiny_server, **{"Accept-Encoding": "identity"})
    refused = _get(tiny_server, **{"Accept-Encoding": "gzip;q=0"})

    assert "gzip" == packed.headers["content-encoding"]
    assert packed.content == plain.content == refused.content
    assert "content-encoding" not in plain.headers
    assert "content-encoding" not in refused.headers
    assert packed.headers["etag"] == plain.headers["etag"]


def test_a_large_answer_is_compressed_as_it_streams(start_server: StartServer) -> None:
    server = start_server(whole_bytes=1000)
    packed, plain = (_get(server, **{"Accept-Encoding": coding}) for coding in ("gzip", "identity"))

    assert "gzip" == packed.headers["content-encoding"]
    assert "content-length" not in packed.headers
    assert packed.content == plain.content


def test_pages_of_other_sites_may_ask(tiny_server: RunningServer) -> None:
    answer = _get(tiny_server, Origin="https://example.org")
    preflight = tiny_server.client.options(
        "/sparql", headers={"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    )

    assert "*" == answer.headers["access-control-allow-origin"]
    assert "access-control-allow-credentials" not in answer.headers
    assert 200 == preflight.status_code


@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", "/nothing", "/healthz"])
def test_every_response_is_guarded(tiny_server: RunningServer, path: str) -> None:
    headers = tiny_server.client.get(path).headers

    assert "nosniff" == headers["x-content-type-options"]
    assert "DENY" == headers["x-frame-options"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert "server" not in headers


def test_a_slice_that_streams_says_where_the_others_are(start_server: StartServer) -> None:
    server = start_server(whole_bytes=100)
    answer = server.client.get("/queries/treatment/remedies-by-complaint/results", params={"limit": 1})

    assert "chunked" == answer.headers["transfer-encoding"]
    assert "2" == answer.headers["x-total-count"]
    assert 'rel="next"' in answer.headers["link"]
    assert 1 == len(answer.json()["results"]["bindings"])


def test_links_name_the_public_url_and_a_log_that_is_off_stays_empty(start_server: StartServer) -> None:
    server = start_server(public_url="https://example.org/kg/", log="none")
    answer = server.client.get("/queries/treatment/remedies-by-complaint/results", params={"limit": 1})
    servers = server.client.get("/openapi.json").json()["servers"]

    assert "<https://example.org/kg/queries/treatment/remedies-by-complaint/results?" in answer.headers["link"]
    assert ["https://example.org/kg"] == [each["url"] for each in servers]
    assert [] == server.log()
