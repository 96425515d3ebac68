"""Which HTTP server runs our application better, uvicorn or granian: throughput, CPU seconds, and manners.

Each is one process with one application in it (granian: one worker), over the same small Starlette application. Rounds
alternate between the servers, and the median of them counts. It needs `wrk` and what the project does not depend on:
`apt-get install wrk; pip install granian uvicorn httptools uvloop starlette`.
"""

import argparse
import contextlib
import importlib.util
import json
import signal
import socket
import statistics
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from http_load import MISSING, Call, has_wrk, send
from server_process import ServerProcess, free_port

APP = "http_server_app:app"
SERVERS = {
    "uvicorn": ["uvicorn", "--http=httptools", "--loop=uvloop", "--no-access-log", "--log-level=critical"],
    "granian asyncio": ["granian", "--interface=asgi", "--loop=asyncio", "--no-log"],
    "granian uvloop": ["granian", "--interface=asgi", "--loop=uvloop", "--no-log"],
}
FORM = Call("/form", "POST", (("Content-Type", "application/x-www-form-urlencoded"),), "query=" + "SELECT+" * 290)
CALLS = {"3 kB": Call("/small"), "POST 2 kB": FORM, "5 MB streamed": Call("/large")}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--clients", type=int, nargs="+", default=[1, 8, 32, 64], help="connections (default 1 8 32 64)"
    )
    parser.add_argument("--seconds", type=int, default=3, help="of each round (default 3)")
    parser.add_argument("--rounds", type=int, default=3, help="of each server; the median counts (default 3)")
    parser.add_argument("--only", choices=["speed", "manners"], help="leave out the other half")
    options = parser.parse_args()
    missing = [name for name in ("granian", "uvicorn", "httptools", "uvloop") if not importlib.util.find_spec(name)]
    if missing:
        print(f"no module {', '.join(missing)}: pip install {' '.join(missing)}", file=sys.stderr)
        raise SystemExit(2)
    if options.only != "manners":
        if not has_wrk():
            print(MISSING, file=sys.stderr)
            raise SystemExit(2)
        speed(options.clients, options.seconds, options.rounds)
    if options.only != "speed":
        manners()


def start(name: str) -> tuple[ServerProcess, int]:
    """Return a server that runs the application, and its port."""
    port = free_port()
    folder = str(Path(__file__).resolve().parent)
    command = [sys.executable, "-m", *SERVERS[name], "--host=127.0.0.1", f"--port={port}", "--workers=1", APP]
    server = ServerProcess(command, {"PYTHONPATH": folder})
    server.wait_for_port(port)
    return server, port


def speed(clients: list[int], seconds: int, rounds: int) -> None:
    """Print requests a second and CPU microseconds a request, and their ratios to uvicorn's."""
    heads = "".join(f"{name:>26}" for name in SERVERS)
    print(f"{'':16}{'clients':>8}{heads}\n{'':24}" + f"{'req/s':>10}{'us CPU':>8}{'p99 ms':>8}" * len(SERVERS))
    with contextlib.ExitStack() as stack:
        running = {name: start(name) for name in SERVERS}
        for server, _ in running.values():
            stack.enter_context(server)
        for what, call in CALLS.items():
            for count in clients:
                measured: dict[str, list[tuple[float, float, float]]] = {name: [] for name in SERVERS}
                for _ in range(rounds):
                    for name, (server, port) in running.items():
                        before = server.cpu_seconds()
                        report = send(f"http://127.0.0.1:{port}", [call], count, seconds)
                        if report.refused or report.broken:
                            raise SystemExit(f"{name}, {what}: {report}")
                        cost = (server.cpu_seconds() - before) / report.requests
                        measured[name].append((report.rate, cost * 1e6, report.p99))
                _line(what, count, measured)


def _line(what: str, count: int, measured: dict[str, list[tuple[float, float, float]]]) -> None:
    medians = {
        name: [statistics.median(column) for column in zip(*rows, strict=True)] for name, rows in measured.items()
    }
    base = medians["uvicorn"]
    cells = "".join(f"{rate:12.0f}{cost:8.0f}{p99:8.1f}" for rate, cost, p99 in medians.values())
    ratios = ", ".join(
        f"{name} / uvicorn: rate {row[0] / base[0]:.2f}, CPU {row[1] / base[1]:.2f}"
        for name, row in medians.items()
        if name != "uvicorn"
    )
    print(f"{what:16}{count:8}{cells}   {ratios}", flush=True)


def manners() -> None:
    """Print what each server does at the edges."""
    checks: dict[str, Callable[[ServerProcess, int], Any]] = {
        "failure after the first block, chunked": lambda _, port: _ending(port, "/broken"),
        "failure after the first block, with a length": lambda _, port: _ending(port, "/broken?length"),
        "client leaves while the application waits": lambda _, port: _leave(port, "/wait", "waiting"),
        "client leaves after a POST": lambda _, port: _leave(port, "/wait", "waiting", b"x" * 2000),
        "client leaves while the application streams": lambda _, port: _leave(port, "/endless", "streaming"),
        "URL of 60 kB": lambda _, port: _status(port, f"GET /small?{'x' * 60_000} HTTP/1.1\r\n"),
        "URL of 100 kB": lambda _, port: _status(port, f"GET /small?{'x' * 100_000} HTTP/1.1\r\n"),
        "URL of 10 MB": lambda _, port: _status(port, f"GET /small?{'x' * 10_000_000} HTTP/1.1\r\n"),
        "header of 10 MB": lambda _, port: _status(port, f"GET /small HTTP/1.1\r\nX: {'x' * 10_000_000}\r\n"),
        "half a request, then silence": lambda _, port: _silence(port, b"GET /small HTTP/1.1\r\nHo"),
        "line end in a header": lambda _, port: _status(port, "GET /small HTTP/1.1\r\nX: a\rb\r\n"),
        "two different lengths": lambda _, port: _status(
            port, "POST /form HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n"
        ),
        "SIGTERM during a request": _terminate,  # the last: it ends the server
    }
    for name in SERVERS:
        print(f"\n{name}")
        server, port = start(name)
        with server:
            for what, check in checks.items():
                try:
                    said = check(server, port)
                except OSError as error:
                    said = f"{type(error).__name__}: {error}"
                print(f"  {what:46} {said}", flush=True)


def _connect(port: int, timeout: float = 8) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout)


def _read(client: socket.socket) -> tuple[bytes, str]:
    """Return all that comes until the other side closes, and how it does."""
    data = bytearray()
    try:
        while block := client.recv(1 << 20):
            data += block
    except TimeoutError:
        return bytes(data), "stays open"
    except OSError as error:
        return bytes(data), type(error).__name__
    return bytes(data), "closed"


def _ending(port: int, path: str) -> str:
    with _connect(port) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        data, how = _read(client)
    proper = data.endswith(b"0\r\n\r\n") or len(data) > 1_000_000
    return f"{data[:15].decode()}, {len(data)} bytes, {'ENDS PROPERLY' if proper else 'is broken off'}, {how}"


def _leave(port: int, path: str, what: str, body: bytes | None = None) -> str:
    with _connect(port) as client:
        head = f"GET {path}" if body is None else f"POST {path}"
        length = "" if body is None else f"Content-Length: {len(body)}\r\n"
        client.sendall(f"{head} HTTP/1.1\r\nHost: x\r\n{length}\r\n".encode() + (body or b""))
        time.sleep(0.3)
    left = time.time()
    for _ in range(60):
        time.sleep(0.05)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/seen") as answer:
            noticed = json.load(answer).get(what, 0)
        if noticed > left - 0.01:
            return f"noticed after {max(0, noticed - left) * 1000:.0f} ms"
    return "NOT NOTICED within 3 s"


def _status(port: int, head: str) -> str:
    with _connect(port, 3) as client:
        with contextlib.suppress(OSError):
            client.sendall(f"{head}Host: x\r\nConnection: close\r\n\r\n".encode())
        data, how = _read(client)
    return f"{data.partition(bytes([13]))[0].decode(errors='replace') or 'no answer'}, {how}"


def _silence(port: int, part: bytes) -> str:
    with _connect(port, 40) as client:
        client.sendall(part)
        begin = time.monotonic()
        data, how = _read(client)
    return f"{how} after {time.monotonic() - begin:.0f} s {data[:30]!r}"


def _terminate(server: ServerProcess, port: int) -> str:
    with _connect(port) as client, _connect(port) as idle:
        client.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.2)
        begin = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        try:
            with _connect(port, 1) as late:
                late.sendall(b"GET /small HTTP/1.1\r\nHost: x\r\n\r\n")
                late.settimeout(1)
                new = "served" if late.recv(100) else "closed"
        except OSError as error:
            new = type(error).__name__
        data, _ = _read(client)
        _read(idle)
        code = server.process.wait(20)
    whole = "in flight: answered" if data.endswith(b"whole") else "in flight: CUT OFF"
    return f"{whole}; a new connection: {new}; exit code {code} after {time.monotonic() - begin:.1f} s"


if __name__ == "__main__":
    main()
