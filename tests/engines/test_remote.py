"""The remote engine against endpoints that misbehave; the contract suite has the one that behaves."""

import socket
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest

from kb.engines.remote import RemoteEngine
from kb.errors import EngineError, QuerySyntaxError, QueryTimeoutError, UsageError
from kb.results import Answer, Rows, Triples
from tests.engines.conftest import read

JSON = "application/sparql-results+json"
YES = b'{"head":{},"boolean":true}'
TWO_ROWS = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"a"}},{}]}}'


class Reply(NamedTuple):
    """What the endpoint of a test says."""

    body: bytes = YES
    status: int = 200
    headers: dict[str, str] = {"Content-Type": JSON}  # noqa: RUF012


class Seen(NamedTuple):
    """What the endpoint of a test was asked."""

    method: str
    path: str
    headers: dict[str, str]
    form: dict[str, list[str]]


class Endpoint:
    """An HTTP server with one reply, and a memory."""

    def __init__(self) -> None:
        self.reply = Reply()
        self.seen: list[Seen] = []
        self.pause = threading.Event()
        self.pause.set()
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                endpoint.seen.append(Seen("POST", self.path, dict(self.headers), urllib.parse.parse_qs(body)))
                self._answer()

            def do_GET(self) -> None:
                endpoint.seen.append(Seen("GET", self.path, dict(self.headers), {}))
                self._answer()

            def _answer(self) -> None:
                endpoint.pause.wait(30)
                self.send_response(endpoint.reply.status)
                for name, value in endpoint.reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(endpoint.reply.body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.address}/sparql"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))

    def __enter__(self) -> "Endpoint":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.pause.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def fake() -> Iterator[Endpoint]:
    with Endpoint() as endpoint:
        yield endpoint


def test_the_query_goes_as_a_form_with_nothing_added(fake: Endpoint) -> None:
    RemoteEngine(fake.url).run(read("ASK { ex:ü on:note 'a&b=c+d' }"))

    (seen,) = fake.seen
    assert "POST" == seen.method
    assert "application/x-www-form-urlencoded" == seen.headers["Content-Type"]
    assert JSON == seen.headers["Accept"]
    assert {"query": [read("ASK { ex:ü on:note 'a&b=c+d' }").text]} == seen.form


def test_triples_are_asked_for_as_n_triples_or_turtle(fake: Endpoint) -> None:
    fake.reply = Reply(b"<http://a> <http://b> 5 .", headers={"Content-Type": "text/turtle; charset=utf-8"})
    found = RemoteEngine(fake.url).run(read("CONSTRUCT WHERE { ?s ?p ?o }"))

    assert "application/n-triples, text/turtle;q=0.9" == fake.seen[0].headers["Accept"]
    assert isinstance(found, Triples)
    assert 1 == len(found)


def test_rows_of_plain_json_are_read(fake: Endpoint) -> None:
    fake.reply = Reply(TWO_ROWS, headers={"Content-Type": "application/json;charset=utf-8"})
    found = RemoteEngine(fake.url).run(read("SELECT ?x { ?x ?y ?z }"))

    assert isinstance(found, Rows)
    assert 2 == len(found)


def test_password_goes_in_the_header_and_never_in_a_message(fake: Endpoint) -> None:
    engine = RemoteEngine(f"http://ann:s%40cret@{fake.address}/sparql")
    engine.run(read("ASK {}"))
    fake.reply = Reply(b"", 401)
    with pytest.raises(EngineError) as caught:
        engine.run(read("ASK {}"))

    assert "Basic YW5uOnNAY3JldA==" == fake.seen[0].headers["Authorization"]
    assert "cret" not in str(caught.value)
    assert "HTTP 401" in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/x",
        "example.org/sparql",
        "http://",
        "",
        "http://a b/",
        "http://[::1/",
        "http://h:x/",
    ],
)
def test_an_address_that_is_not_http_is_wrong_use(url: str) -> None:
    with pytest.raises(UsageError, match="no address of an endpoint"):
        RemoteEngine(url)


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (404, "check the path"),
        (403, "ask its owner"),
        (405, "no POST"),
        (500, "try again"),
        (503, "busy"),
        (504, "narrow"),
    ],
)
def test_a_failure_names_the_address_and_the_remedy(fake: Endpoint, status: int, remedy: str) -> None:
    fake.reply = Reply(b"out of\nmemory", status)
    with pytest.raises(EngineError) as caught:
        RemoteEngine(fake.url).run(read("ASK {}"))

    assert fake.url in str(caught.value)
    assert remedy in str(caught.value)
    assert "out of memory" in str(caught.value)


def test_a_refused_connection_names_the_address_and_the_remedy() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/query"
        with pytest.raises(EngineError, match="check the address, and that the endpoint runs") as caught:
            RemoteEngine(url).run(read("ASK {}"))

    assert url in str(caught.value)


@pytest.mark.parametrize(
    ("message", "line", "column"),
    [
        (b"error at 2:7: expected one of OPTIONAL", 2, 7),
        (b'MALFORMED QUERY: Encountered "x" at line 2, column 7.\nWas expecting: y', 2, 7),
        (b"Parse error: Line 2, column 7: Unresolved prefix", 2, 7),
        (b"no idea", None, None),
    ],
)
def test_a_refused_query_is_a_syntax_error_with_the_place_if_there_is_one(
    fake: Endpoint, message: bytes, line: int | None, column: int | None
) -> None:
    fake.reply = Reply(message, 400, {"Content-Type": "text/plain"})
    with pytest.raises(QuerySyntaxError) as caught:
        RemoteEngine(fake.url).run(read("ASK {}", name="q.rq"))

    assert (line, column) == (caught.value.line, caught.value.column)
    assert str(caught.value).startswith("q.rq: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("cut", range(0, len(TWO_ROWS), 5))
def test_rows_cut_short_are_an_error_and_never_fewer_rows(fake: Endpoint, cut: int) -> None:
    fake.reply = Reply(TWO_ROWS[:cut])

    with pytest.raises(EngineError, match="broken or cut short"):
        RemoteEngine(fake.url).run(read("SELECT ?x { ?x ?y ?z }"))


def test_a_body_shorter_than_announced_is_an_error(fake: Endpoint) -> None:
    body = b"<http://a> <http://b> <http://c> .\n"
    fake.reply = Reply(body, headers={"Content-Type": "application/n-triples", "Content-Length": str(2 * len(body))})

    with pytest.raises(EngineError):
        RemoteEngine(fake.url).run(read("CONSTRUCT WHERE { ?s ?p ?o }"))


@pytest.mark.parametrize("query", ["ASK {}", "SELECT ?x { ?x ?y ?z }", "DESCRIBE ex:zorvexin"])
def test_a_web_page_is_no_answer(fake: Endpoint, query: str) -> None:
    fake.reply = Reply(b"<html>Welcome</html>", headers={"Content-Type": "text/html"})

    with pytest.raises(EngineError, match="text/html; check that the address is a SPARQL query endpoint"):
        RemoteEngine(fake.url).run(read(query))


def test_rows_for_an_ask_are_no_answer(fake: Endpoint) -> None:
    fake.reply = Reply(TWO_ROWS)

    with pytest.raises(EngineError, match="SPARQL query endpoint"):
        RemoteEngine(fake.url).run(read("ASK {}"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(fake: Endpoint, status: int, tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_bytes(YES)
    with Endpoint() as other:
        for target in (other.url, secret.as_uri(), f"ftp://{other.address}/x"):
            fake.reply = Reply(b"", status, {"Location": target})
            with pytest.raises(EngineError, match="moved to"):
                RemoteEngine(fake.url).run(read("ASK {}"))

        assert [] == other.seen


def test_an_endpoint_that_is_silent_is_left_at_the_deadline(fake: Endpoint) -> None:
    fake.pause.clear()

    with pytest.raises(QueryTimeoutError, match=r"took longer than 0\.2 s"):
        RemoteEngine(fake.url).run(read("ASK {}"), timeout=0.2)


def trickle(listener: socket.socket, done: threading.Event) -> None:
    """Answer one request byte by byte, for ever."""
    connection, _ = listener.accept()
    with connection:
        connection.recv(1 << 16)
        connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\n\r\n".encode())
        try:
            while not done.wait(0.02):
                connection.sendall(b" ")
        except OSError:
            return


def test_an_endpoint_that_trickles_is_left_at_the_deadline() -> None:
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=trickle, args=(listener, done))
        thread.start()
        try:
            with pytest.raises(QueryTimeoutError):
                RemoteEngine(f"http://127.0.0.1:{listener.getsockname()[1]}/").run(read("ASK {}"), timeout=0.3)
        finally:
            done.set()
            thread.join()


@pytest.mark.parametrize(
    "misbehave",
    [
        lambda fake: setattr(fake, "reply", Reply(b"x", headers={"Content-Type": "text/html"})),
        lambda fake: setattr(fake, "reply", Reply(b"x", 500)),
        lambda fake: setattr(fake, "reply", Reply(YES)),
    ],
)
def test_standard_error_and_warnings_stay_empty(
    fake: Endpoint,
    misbehave: Callable[[Endpoint], None],
    capfd: pytest.CaptureFixture[str],
    recwarn: pytest.WarningsRecorder,
) -> None:
    misbehave(fake)
    for query in ("ASK {}", "DESCRIBE ex:zorvexin", "PREFIX select: <http://a/> ASK { select:x ?y ?z }"):
        try:
            RemoteEngine(fake.url).run(read(query))
        except EngineError:
            continue

    assert ("", "") == tuple(capfd.readouterr())
    assert [] == list(recwarn)


def test_a_deadline_that_is_kept_changes_nothing(fake: Endpoint) -> None:
    assert Answer(True) == RemoteEngine(fake.url).run(read("ASK {}"), timeout=30)
