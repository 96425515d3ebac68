"""`/sparql` by the SPARQL 1.1 Protocol.

Names in capitals are those of the W3C's protocol tests (SPARQL 1.1 test suite, `protocol/manifest.ttl`), whose
requests are made here over the invented graph.
"""

import asyncio
import http.client
import json
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
from starlette.requests import Request

from kb.web.answers.form import MAX_PARAMETERS, read_body, read_form
from kb.web.answers.problems import HttpProblem
from tests.conftest import TINY
from tests.web.running import RunningServer, start

DOC = "https://example.org/tiny/graph/"
ZORVEXIN, PLENAMINE = f"{DOC}graph_data/drugs/zorvexin.ttl", f"{DOC}graph_data/drugs/plenamine.ttl"
QUERY = "SELECT ?s { ?s a zont:Remedy } ORDER BY ?s"
NAMED = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}
CSV = {"Accept": "text/csv"}
REMEDIES = ["https://example.org/tiny/id/plenamine", "https://example.org/tiny/id/zorvexin"]


@pytest.fixture(scope="module")
def client(tiny_server: RunningServer) -> httpx.Client:
    return tiny_server.client


def lines(response: httpx.Response) -> list[str]:
    """Return the rows of a CSV answer of one column."""
    assert 200 == response.status_code, response.text
    return response.text.splitlines()[1:]


@pytest.mark.parametrize(
    "method, parameters, headers, content",
    [
        pytest.param("GET", {"query": QUERY}, {}, None, id="QUERY_GET"),
        pytest.param("POST", {}, FORM, urlencode({"query": QUERY}), id="QUERY_POST_FORM"),
        pytest.param("POST", {}, DIRECT, QUERY, id="QUERY_POST_DIRECT"),
        pytest.param("POST", {}, {"Content-Type": "application/sparql-query; charset=UTF-8"}, QUERY, id="charset"),
        pytest.param("POST", {}, {"Content-Type": 'Application/SPARQL-Query;charset="us-ascii"'}, QUERY, id="ascii"),
        pytest.param(
            "POST", {}, {"Content-Type": f"{FORM['Content-Type']}; charset=utf-8"}, f"query={QUERY}", id="raw"
        ),
        pytest.param("POST", {}, DIRECT, "\ufeff" + QUERY, id="byte order mark"),
        pytest.param("GET", {"query": QUERY, "output": "xml", "save": "on"}, {}, None, id="parameters of others"),
        pytest.param("POST", {"query": QUERY}, FORM, "", id="form in the URL"),
        pytest.param("POST", {}, {**DIRECT, "Content-Encoding": "identity"}, QUERY, id="not compressed"),
    ],
)
def test_a_query_is_answered_however_it_comes(
    client: httpx.Client, method: str, parameters: dict[str, str], headers: dict[str, str], content: str | None
) -> None:
    sent = content.encode() if content is not None else None
    response = client.request(method, "/sparql", params=parameters, headers={**headers, **CSV}, content=sent)

    assert REMEDIES == lines(response)
    assert "text/csv; charset=utf-8" == response.headers["content-type"]
    assert "Accept" in response.headers["vary"]


def test_a_body_may_come_in_pieces(client: httpx.Client) -> None:
    def pieces() -> Iterator[bytes]:
        for at in range(0, len(QUERY), 7):
            yield QUERY[at : at + 7].encode()

    assert REMEDIES == lines(client.post("/sparql", headers={**DIRECT, **CSV}, content=pieces()))


@pytest.mark.parametrize("encoded", ["ASK+%7B+%3Fs+rdfs%3Alabel+%22a%2Bb%22%40en+%7D", "ASK%20{?s%20?p%20%22a%2Bb%22}"])
def test_a_plus_is_a_space_and_an_encoded_plus_is_one(client: httpx.Client, encoded: str) -> None:
    by_get = client.get(f"/sparql?query={encoded}&format=json")
    by_form = client.post("/sparql", headers=FORM, content=f"query={encoded}&format=json".encode())

    assert {"boolean": False} == {key: by_get.json()[key] for key in ["boolean"]}
    assert by_get.content == by_form.content


@pytest.mark.parametrize("way", ["GET", "form", "direct"])
@pytest.mark.parametrize(
    "query, default, named, expected",
    [
        pytest.param(QUERY, [ZORVEXIN], [], REMEDIES[1:], id="QUERY_DATASET_DEFAULT_GRAPH"),
        pytest.param(QUERY, [ZORVEXIN, PLENAMINE], [], REMEDIES, id="QUERY_DATASET_DEFAULT_GRAPHS"),
        pytest.param(NAMED, [], [PLENAMINE, ZORVEXIN], [PLENAMINE, ZORVEXIN], id="QUERY_DATASET_NAMED_GRAPHS"),
        pytest.param(QUERY, [], [ZORVEXIN], [], id="no default graph"),
        pytest.param(NAMED, [ZORVEXIN], [], [], id="no named graph"),
        pytest.param(
            "SELECT ?s { ?s a zont:Remedy . GRAPH ?g { ?t a zont:Remedy } }",
            [ZORVEXIN],
            [PLENAMINE],
            REMEDIES[1:],
            id="QUERY_DATASET_FULL",
        ),
        pytest.param(
            f"SELECT ?s FROM <{ZORVEXIN}> {{ ?s a zont:Remedy }}",
            [PLENAMINE],
            [],
            REMEDIES[:1],
            id="QUERY_MULTIPLE_DATASET",
        ),
        pytest.param(
            f"SELECT ?g FROM NAMED <{ZORVEXIN}> {{ GRAPH ?g {{ ?s a zont:Remedy }} }}",
            [],
            [PLENAMINE],
            [PLENAMINE],
            id="QUERY_MULTIPLE_DATASET, named",
        ),
        pytest.param(QUERY, [ZORVEXIN, ZORVEXIN], [], REMEDIES[1:], id="a graph twice"),
    ],
)
def test_the_graphs_of_the_request_are_the_dataset(
    client: httpx.Client, way: str, query: str, default: list[str], named: list[str], expected: list[str]
) -> None:
    graphs = {"default-graph-uri": default, "named-graph-uri": named}
    if way == "GET":
        response = client.get("/sparql", params={"query": query, **graphs}, headers=CSV)
    elif way == "form":
        body = urlencode({"query": query, **graphs}, doseq=True)
        response = client.post("/sparql", headers={**FORM, **CSV}, content=body.encode())
    else:
        response = client.post("/sparql", params=graphs, headers={**DIRECT, **CSV}, content=query.encode())

    assert expected == lines(response)


def test_from_in_the_text_is_read_where_the_request_names_no_graph(client: httpx.Client) -> None:
    query = f"SELECT ?s FROM <{ZORVEXIN}> {{ ?s a zont:Remedy }}"

    assert REMEDIES[1:] == lines(client.get("/sparql", params={"query": query}, headers=CSV))


@pytest.mark.parametrize(
    "query, accept, format, content_type",
    [
        pytest.param(QUERY, None, None, "application/sparql-results+json", id="QUERY_CONTENT_TYPE_SELECT"),
        pytest.param("ASK {}", None, None, "application/sparql-results+json", id="QUERY_CONTENT_TYPE_ASK"),
        pytest.param("DESCRIBE zorv:zorvexin", None, None, "text/turtle", id="QUERY_CONTENT_TYPE_DESCRIBE"),
        pytest.param("CONSTRUCT WHERE { ?s a ?o }", None, None, "text/turtle", id="QUERY_CONTENT_TYPE_CONSTRUCT"),
        (QUERY, "application/sparql-results+xml", None, "application/sparql-results+xml"),
        ("ASK {}", "application/xml;q=0.5, text/csv;q=0.1", None, "application/sparql-results+xml"),
        ("ASK {}", None, "tsv", "text/tab-separated-values"),
        (QUERY, "text/csv", "json", "application/sparql-results+json"),
        ("DESCRIBE zorv:zorvexin", "application/ld+json", None, "application/ld+json"),
        ("DESCRIBE zorv:zorvexin", "application/rdf+xml", "nt", "application/n-triples"),
        ("DESCRIBE zorv:zorvexin", "text/html,application/xml;q=0.9,*/*;q=0.8", None, "text/turtle"),
    ],
)
def test_the_answer_is_in_the_type_that_is_asked_for(
    client: httpx.Client, query: str, accept: str | None, format: str | None, content_type: str
) -> None:
    parameters = {"query": query, **({"format": format} if format else {})}
    headers = {"Accept": accept} if accept else {}
    by_get = client.get("/sparql", params=parameters, headers=headers)
    by_form = client.post("/sparql", data=parameters, headers=headers)

    assert 200 == by_get.status_code, by_get.text
    assert content_type == by_get.headers["content-type"].partition(";")[0]
    assert by_get.content == by_form.content
    assert by_get.headers["content-type"] == by_form.headers["content-type"]


Bad = tuple[str, str, dict[str, str], bytes | None, int, str]
BAD: dict[str, Bad] = {
    "BAD_MULTIPLE_QUERIES": ("GET", "query=ASK%7B%7D&query=ASK%7B%7D", {}, None, 400, "2 times"),
    "two queries in a form": ("POST", "", FORM, b"query=ASK%7B%7D&query=ASK%7B%7D", 400, "2 times"),
    "a query in form and URL": ("POST", "query=ASK%7B%7D", FORM, b"query=ASK%7B%7D", 400, "2 times"),
    "a query in body and URL": ("POST", "query=ASK%7B%7D", DIRECT, b"ASK {}", 400, "one query"),
    "BAD_QUERY_WRONG_MEDIA_TYPE": ("POST", "", {"Content-Type": "text/plain"}, b"ASK {}", 415, "text/plain"),
    "BAD_QUERY_MISSING_FORM_TYPE": ("POST", "", {}, b"query=ASK%7B%7D", 415, "no Content-Type"),
    "BAD_QUERY_MISSING_DIRECT_TYPE": ("POST", "", {}, b"ASK {}", 415, "no Content-Type"),
    "a type that is none": ("POST", "", {"Content-Type": "nonsense"}, b"ASK {}", 415, "nonsense"),
    "a form of files": ("POST", "", {"Content-Type": "multipart/form-data; boundary=a"}, b"--a--", 415, "multipart"),
    "json": ("POST", "", {"Content-Type": "application/json"}, b"{}", 415, "application/json"),
    "compressed": ("POST", "", {**DIRECT, "Content-Encoding": "gzip"}, b"ASK {}", 415, "gzip"),
    "BAD_QUERY_NON_UTF8": (
        *("POST", "", {"Content-Type": "application/sparql-query; charset=UTF-16"}),
        *("ASK {}".encode("utf-16"), 415, "utf-16"),
    ),
    "a form in UTF-16": ("POST", "", {"Content-Type": f"{FORM['Content-Type']}; charset=utf-16"}, b"", 415, "utf-16"),
    "bytes that are not UTF-8": ("POST", "", DIRECT, b"ASK { ?s ?p '\xe9' }", 400, "byte 14"),
    "bytes that are not ASCII": (
        *("POST", "", {"Content-Type": "application/sparql-query; charset=us-ascii"}),
        *("ASK { ?s ?p 'é' }".encode(), 400, "ASCII"),
    ),
    "a form that is not UTF-8": ("POST", "", FORM, b"query=ASK%20%7B%20%3Fs%20%3Fp%20%27%E9%27%7D", 400, "UTF-8"),
    "raw bytes in a form": ("POST", "", FORM, b"query=ASK { ?s ?p '\xe9' }", 400, "UTF-8"),
    "a URL that is not UTF-8": ("GET", "query=ASK%20%7B%20%3Fs%20%3Fp%20%27%E9%27%7D", {}, None, 400, "UTF-8"),
    "a broken escape": ("GET", "query=ASK%7B%7", {}, None, 400, "'%7'"),
    "a broken escape in a form": ("POST", "", FORM, b"query=ASK%zz", 400, "'%zz'"),
    "an escape of a surrogate": ("GET", "query=ASK%ED%A0%80", {}, None, 400, "UTF-8"),
    "BAD_QUERY_SYNTAX": ("GET", "query=ASK%20%7B", {}, None, 400, "line 1, column"),
    "an empty query": ("GET", "query=", {}, None, 400, "empty"),
    "an empty body": ("POST", "", DIRECT, b"", 400, "empty"),
    "no query in a form": ("POST", "", FORM, b"format=json", 400, "'query' is missing"),
    "no query beside graphs": ("GET", "default-graph-uri=http://a", {}, None, 400, "'query' is missing"),
    "Query is not query": ("GET", "Query=ASK%7B%7D", {}, None, 400, "'query' is missing"),
    "two formats": ("GET", "query=ASK%7B%7D&format=json&format=xml", {}, None, 400, "'format' is given 2 times"),
    "two timeouts": ("POST", "timeout=1", FORM, b"query=ASK%7B%7D&timeout=2", 400, "'timeout' is given 2 times"),
    "a timeout that is none": ("POST", "", FORM, b"query=ASK%7B%7D&timeout=soon", 400, "timeout"),
    "a format that is none": ("GET", "query=ASK%7B%7D&format=html", {}, None, 406, "html"),
    "a format in a form": ("POST", "", FORM, b"query=ASK%7B%7D&format=html", 406, "html"),
    "a type that is not offered": ("GET", "query=ASK%7B%7D", {"Accept": "image/png"}, None, 406, "text/csv"),
    "rows in a format of graphs": ("GET", "query=ASK%7B%7D", {"Accept": "text/turtle"}, None, 406, "text/csv"),
    "an unknown graph": ("GET", "query=ASK%7B%7D&default-graph-uri=http://a", {}, None, 400, "<http://a>"),
    "an unknown named graph": ("POST", "named-graph-uri=http://a", DIRECT, b"ASK {}", 400, "<http://a>"),
    "a graph without a name": ("GET", "query=ASK%7B%7D&default-graph-uri=", {}, None, 400, "<>"),
    "FROM outside": ("GET", "query=ASK%20FROM%20%3Chttp://a%3E%20%7B%7D", {}, None, 400, "http://a"),
    "BAD_UPDATE_GET": ("GET", "update=CLEAR%20NAMED", {}, None, 403, "read-only"),
    "an update in a form": ("POST", "", FORM, b"update=CLEAR%20NAMED", 403, "read-only"),
    "an update as a body": (
        "POST",
        "",
        {"Content-Type": "application/sparql-update"},
        b"CLEAR NAMED",
        403,
        "read-only",
    ),
    "an update beside a query": ("POST", "update=x", DIRECT, b"ASK {}", 403, "read-only"),
    "an update as a query": ("GET", "query=INSERT%20DATA%20%7B%7D", {}, None, 403, "read-only"),
    "an update as a query, later": ("POST", "", DIRECT, b"PREFIX a: <http://a>\nDELETE WHERE {}", 403, "line 2"),
    "graphs of an update": ("GET", "query=ASK%7B%7D&using-graph-uri=http://a", {}, None, 400, "using-graph-uri"),
    "SERVICE": ("GET", "query=ASK%7BSERVICE%20%3Chttp://a%3E%7B%7D%7D", {}, None, 400, "SERVICE"),
    "too many parameters": ("GET", "a=b&" * (MAX_PARAMETERS + 1), {}, None, 400, "parameters"),
    "BAD_QUERY_METHOD": ("PUT", "query=ASK%7B%7D", {}, None, 405, "PUT"),
    "DELETE": ("DELETE", "query=ASK%7B%7D", {}, None, 405, "DELETE"),
    "PATCH": ("PATCH", "", DIRECT, b"ASK {}", 405, "PATCH"),
    "TRACE": ("TRACE", "query=ASK%7B%7D", {}, None, 405, "TRACE"),
    "a method of WebDAV": ("PROPFIND", "query=ASK%7B%7D", {}, None, 405, "PROPFIND"),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_a_wrong_request_is_told_what_is_wrong(client: httpx.Client, bad: Bad) -> None:
    method, query_string, headers, content, status, words = bad
    response = client.request(method, f"/sparql?{query_string}", headers=headers, content=content)
    problem = response.json()

    assert status == response.status_code == problem["status"], problem
    assert "application/problem+json" == response.headers["content-type"]
    assert words in problem["detail"], problem


def test_refusals_say_what_is_taken_instead(client: httpx.Client) -> None:
    wrong_type = client.post("/sparql", content=b"ASK {}")
    wrong_method = client.put("/sparql")
    wrong_format = client.get("/sparql", params={"query": "ASK {}", "format": "ttl"})
    wrong_graph = client.get("/sparql", params={"query": "ASK {}", "named-graph-uri": ZORVEXIN[:-1]})

    assert {"application/sparql-query", FORM["Content-Type"]} == set(wrong_type.headers["accept-post"].split(", "))
    assert {"GET", "HEAD", "OPTIONS", "POST"} == set(wrong_method.headers["allow"].split(", "))
    assert ["json", "xml", "csv", "tsv"] == [one["name"] for one in wrong_format.json()["available"]]
    assert ZORVEXIN == wrong_graph.json()["nearest"][0]


def test_a_syntax_error_names_line_and_column_of_the_text_as_sent(client: httpx.Client) -> None:
    problem = client.post("/sparql", headers=DIRECT, content=b"SELECT *\n{ ?s rdfs:label ?o FILTRE(?o) }").json()

    assert (2, 20) == (problem["line"], problem["column"])


def test_options_list_the_methods(client: httpx.Client) -> None:
    response = client.options("/sparql")

    assert 204 == response.status_code
    assert {"GET", "HEAD", "OPTIONS", "POST"} == set(response.headers["allow"].split(", "))
    assert b"" == response.content


def test_head_is_get_without_the_body(tiny_server: RunningServer) -> None:
    connection = http.client.HTTPConnection(urlsplit(tiny_server.url).netloc, timeout=5)
    path = "/sparql?" + urlencode({"query": QUERY})
    heads = []
    for method in ("GET", "HEAD", "HEAD", "GET"):  # one connection: a body after HEAD would spoil the next answer
        connection.request(method, path)
        response = connection.getresponse()
        heads.append((response.status, response.headers["content-type"], response.headers["content-length"]))
        assert (method == "GET") == bool(response.read())
    connection.close()

    assert 1 == len(set(heads)) and 200 == heads[0][0]


@pytest.mark.parametrize("accept", [None, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"])
def test_without_a_query_the_service_describes_itself(client: httpx.Client, accept: str | None) -> None:
    response = client.get("/sparql", headers={"Accept": accept} if accept else {})

    assert 200 == response.status_code, response.text
    assert "text/turtle; charset=utf-8" == response.headers["content-type"]
    assert "sparql-service-description#" in response.text
    assert str(client.base_url.join("/sparql")) in response.text
    assert "application/ld+json" == client.get("/sparql?format=jsonld").headers["content-type"]
    assert "application/rdf+xml" == client.get("/sparql", headers={"Accept": "text/xml"}).headers["content-type"]


@pytest.fixture(scope="module")
def narrow(_own_cache: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server with low limits."""
    limits = {"max_query": 100, "max_request": 1_000, "max_nesting": 5}
    with start(tmp_path_factory.mktemp("narrow"), data=TINY, **limits) as server:
        yield server


def test_a_request_beyond_a_limit_is_refused(narrow: RunningServer) -> None:
    client = narrow.client
    long = f"ASK {{ ?s ?p '{'x' * 100}' }}"
    answers = {
        "query": client.post("/sparql", headers=DIRECT, content=long.encode()),
        "form": client.post("/sparql", data={"query": long}),
        "URL": client.get("/sparql", params={"query": long}),
        "query string": client.get("/sparql?query=ASK%7B%7D&note=" + "x" * 1_000),
        "body": client.post("/sparql", headers=DIRECT, content=b"ASK {}" + b" " * 1_000),
        "pieces": client.post("/sparql", headers=DIRECT, content=(b" " * 100 for _ in range(11))),
        "nesting": client.get("/sparql", params={"query": "ASK " + "{" * 6 + "}" * 6}),
    }

    assert {name: answer.status_code for name, answer in answers.items()} == {
        **{"query": 413, "form": 413, "URL": 414, "query string": 414, "body": 413, "pieces": 413, "nesting": 400}
    }
    assert all("application/problem+json" == answer.headers["content-type"] for answer in answers.values())
    assert "POST" in answers["URL"].json()["detail"]


def test_at_the_limit_a_request_is_answered(narrow: RunningServer) -> None:
    query = "ASK {}".ljust(100)
    padded = urlencode({"query": query}).ljust(1_000, "&").encode()

    assert 200 == narrow.client.post("/sparql", headers=DIRECT, content=query.encode()).status_code
    assert 200 == narrow.client.get("/sparql", params={"query": query}).status_code
    assert 200 == narrow.client.post("/sparql", headers=FORM, content=padded).status_code


def converse(url: str, *pieces: bytes) -> bytes:
    """Return what a server says to the bytes of a request, up to when it closes or is silent."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=3) as connection:
        for piece in pieces:
            connection.sendall(piece)
        received = b""
        while b"\r\n\r\n" not in received or b"}" not in received:
            piece = connection.recv(65_536)
            if not piece:
                break
            received += piece
    return received


def test_a_body_without_end_is_refused_before_it_ends(narrow: RunningServer) -> None:
    head = b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
    announced = converse(narrow.url, head + b"Content-Length: 99999999999999999999\r\n\r\n")
    longer = converse(narrow.url, head + b"Content-Length: 1001\r\n\r\n")
    chunked = converse(
        narrow.url, head + b"Transfer-Encoding: chunked\r\n\r\n", b"3e8\r\n" + b" " * 1_000, b"\r\n1\r\n "
    )
    expecting = converse(narrow.url, head + b"Content-Length: 5000\r\nExpect: 100-continue\r\n\r\n")

    assert b" 413 " in longer[:20] and b" 413 " in chunked[:20] and b" 413 " in expecting[:20]
    assert announced[:12].split()[1] in (b"413", b"400")  # a number that no parser need hold


@pytest.mark.parametrize(
    "request_line",
    [b"get /sparql?query=ASK%7B%7D HTTP/1.1", b"GET /sparql?query=ASK {} HTTP/1.1", b"NONSENSE /sparql HTTP/1.1"],
)
def test_what_is_not_http_is_a_400(narrow: RunningServer, request_line: bytes) -> None:
    assert b" 400 " in converse(narrow.url, request_line + b"\r\nHost: a\r\n\r\n")[:20]


@pytest.mark.parametrize(
    "query_string",
    [
        "query=ASK%7B%7D&default-graph-uri=http://a%0D%0AX-Injected:%20yes",
        "query=ASK%7B%7D&format=json%0D%0AX-Injected:%20yes",
        "query=ASK%7B%7D&timeout=1%0D%0AX-Injected:%20yes",
        "query=%0D%0A%0D%0AX-Injected:%20yes",
        "x=%0D%0AX-Injected:%20yes",
    ],
)
def test_no_parameter_reaches_the_headers(tiny_server: RunningServer, query_string: str) -> None:
    request = f"GET /sparql?{query_string} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()
    head, _, body = converse(tiny_server.url, request).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 4")
    assert b"injected" not in head.lower()
    assert "\n" not in json.loads(body)["detail"]


@pytest.mark.parametrize("raw", [b"%", b"a=%", b"a=%4", b"%zz=1", b"a=%4\n"])
def test_a_broken_escape_is_no_parameter(raw: bytes) -> None:
    with pytest.raises(HttpProblem, match="percent-encoding"):
        read_form(raw, "the form")


def test_parameters_keep_their_order_and_their_empty_values() -> None:
    form = read_form(b"b=1&a=&b=2&b=1&&c&%C3%A4=%2B+", "the form")

    assert ("1", "2") == form.all("b")
    assert "" == form.one("a") == form.one("c")
    assert "+ " == form.one("ä")
    assert form.one("d") is None


def test_a_body_that_does_not_arrive_is_not_waited_for() -> None:
    async def nothing() -> dict[str, object]:
        await asyncio.sleep(10)
        return {}

    request = Request({"type": "http", "method": "POST", "headers": []}, nothing)

    with pytest.raises(HttpProblem) as raised:
        asyncio.run(read_body(request, 100, seconds=0.01))
    assert 408 == raised.value.status


def test_a_client_that_leaves_amid_its_body_is_no_fault_of_the_server(narrow: RunningServer) -> None:
    parts = urlsplit(narrow.url)
    before = len(narrow.log())
    with socket.create_connection((parts.hostname, parts.port), timeout=3) as connection:
        connection.sendall(b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n")
        connection.sendall(b"Content-Length: 50\r\n\r\nASK")
    end = time.monotonic() + 5
    while len(narrow.log()) == before and time.monotonic() < end:
        time.sleep(0.01)

    assert ["POST"] == [line.get("method") for line in narrow.log()[before:]]
    assert 499 == narrow.log()[-1]["status"]
