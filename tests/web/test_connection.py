"""What arrives on a connection has bounds of size and time, and what is no request is refused in a problem document."""

import asyncio
import json
import re
import socket

import pytest
import uvicorn

from kb.web.connection import MOST_HEAD, MOST_URL, BoundedProtocol
from tests.web.running import RunningServer


def connected(server: RunningServer) -> socket.socket:
    """Return a connection to a server."""
    host, port = server.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=20)


def received(client: socket.socket) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of the next response of a connection."""
    file = client.makefile("rb")
    status = int(file.readline().split()[1])
    headers = {}
    while (line := file.readline().strip()) != b"":
        name, _, value = line.decode("latin-1").partition(": ")
        headers[name.lower()] = value
    return status, headers, file.read(int(headers["content-length"]))


@pytest.mark.parametrize(
    ("begin", "status"),
    [(b"GET /", 414), (b"GET / HTTP/1.1\r\nHost: a\r\nX: y\r\nX: ", 431), (b"GET /?query=", 414)],
    ids=["path", "header", "query"],
)
def test_a_head_without_end_is_refused(tiny_server: RunningServer, begin: bytes, status: int) -> None:
    with connected(tiny_server) as client:
        client.sendall(begin)
        with pytest.raises(OSError):  # the server does not read on, however much there is
            for _ in range(1000):
                client.sendall(b"x" * 2**16)
    with connected(tiny_server) as client:
        client.sendall(begin + b"x" * (2**20 + 10))
        found, headers, body = received(client)

    assert status == found == json.loads(body)["status"]
    assert ("application/problem+json", "close") == (headers["content-type"], headers["connection"])
    assert "server" not in headers


def test_a_long_head_within_the_bound_is_read(tiny_server: RunningServer) -> None:
    with connected(tiny_server) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + b"x" * (MOST_HEAD - 1000) + b"\r\n\r\n")

        assert 200 == received(client)[0]


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /sparql?query=ASK{}&x=%b HTTP/1.1\r\nHost: a\r\n\r\n" % (b"x" * MOST_URL), 414),
        (b"GET /sparql?query=ASK{} HTTP/1.1\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.0\r\n\r\n", 200),
    ],
    ids=["long URL", "no Host", "no Host in HTTP/1.0"],
)
def test_a_head_that_cannot_be_read_is_refused_with_the_reason(
    tiny_server: RunningServer, head: bytes, status: int
) -> None:
    with connected(tiny_server) as client:
        client.sendall(head)

        assert status == received(client)[0]


@pytest.mark.parametrize("text", [b"\x16\x03\x01\x02\x00\x01\x00", b"nonsense\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"])
def test_what_is_not_http_is_refused(tiny_server: RunningServer, text: bytes) -> None:
    with connected(tiny_server) as client:
        client.sendall(text)
        status, _, body = received(client)

    assert 400 == status == json.loads(body)["status"]


def test_an_offer_of_http2_is_passed_over_on_a_connection_that_goes_on(tiny_server: RunningServer) -> None:
    query = b"query=ASK%20%7B%7D"
    offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\n"
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n%bContent-Length: %d"
    )
    request = head % (offer, len(query)) + b"\r\n\r\n" + query
    with connected(tiny_server) as client:
        for _ in range(3):
            client.sendall(request)
            status, _, body = received(client)

            assert (200, b"true") == (status, body[-5:-1]), body


@pytest.mark.parametrize(
    ("sent", "statuses"),
    [
        ([], ["408"]),
        ([b"GET", b" /"], ["408"]),
        ([b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf"], []),
        ([b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"\r\n"], ["200", "408"]),
    ],
    ids=["nothing", "half a head", "half a body", "a whole request, and line ends"],
)
def test_a_request_that_does_not_arrive_in_time_is_ended(sent: list[bytes], statuses: list[str]) -> None:
    async def app(scope: dict[str, object], receive: object, send: object) -> None:
        while (message := await receive())["type"] == "http.request" and message["more_body"]:
            pass
        if message["type"] != "http.disconnect":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})

    async def exchange() -> bytes:
        protocol = type("_Hasty", (BoundedProtocol,), {"seconds": 0.1})
        config = uvicorn.Config(app, http=protocol, ws="none", lifespan="off", log_config=None, timeout_keep_alive=10)
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            server = uvicorn.Server(config)
            running = asyncio.create_task(server.serve(sockets=[listener]))
            while not server.started:
                await asyncio.sleep(0.01)
            reader, writer = await asyncio.open_connection(*listener.getsockname())
            for piece in sent:
                writer.write(piece)
                await asyncio.sleep(0.05)
            found = await asyncio.wait_for(reader.read(), 5)
            writer.close()
            server.should_exit = True
            await running
            return found

    found = asyncio.run(exchange())

    assert statuses == re.findall(r"HTTP/1\.1 (\d+)", found.decode())
