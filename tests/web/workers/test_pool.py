"""Workers are killed, lost, left and replaced, and nobody else notices."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.web.conftest import StartServer
from tests.web.running import RunningServer
from tests.web.workers.test_caps import GREEDY, RUNAWAY

LINUX = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")


def _children(process: int) -> list[int]:
    """Return the processes below one, the nearest first."""
    try:
        found = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    except FileNotFoundError:
        return []
    near = [int(each) for each in found]
    return near + [below for each in near for below in _children(each)]


def _gauge(server: RunningServer, name: str) -> float:
    lines = server.client.get("/metrics").text.splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))


def _await(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)


def test_a_client_that_leaves_frees_its_worker(start_server: StartServer) -> None:
    server = start_server(workers=1, slow_after=60, timeout=60)
    connection = socket.create_connection(("127.0.0.1", httpx.URL(server.url).port or 0))
    connection.sendall(f"GET /sparql?query={RUNAWAY.replace(' ', '%20')} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    _await(lambda: _gauge(server, "kb_workers_busy") == 1)
    connection.close()
    _await(lambda: _gauge(server, "kb_workers_busy") == 0)

    assert 200 == server.sparql("ASK {}").status_code
    _await(lambda: "gone" in [line.get("outcome") for line in server.log()])


def test_a_client_that_never_reads_frees_its_worker_at_the_deadline(start_server: StartServer) -> None:
    server = start_server(workers=1, slow_workers=1, slow_after=60, timeout=1, whole_bytes=1000)
    large = "SELECT ?a ?e { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }".replace(" ", "%20")
    clients = [socket.create_connection(("127.0.0.1", httpx.URL(server.url).port or 0)) for _ in range(3)]
    for client in clients:
        client.sendall(f"GET /sparql?query={large} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        _await(lambda: _gauge(server, "kb_workers_busy") >= 1)
        _await(lambda: _gauge(server, "kb_workers_busy") == 0)
    answer = server.sparql("ASK {}")
    for client in clients:
        client.close()

    assert 200 == answer.status_code
    assert 0 == _gauge(server, "kb_workers_slow")


def test_queries_that_run_away_hold_up_nobody_else(start_server: StartServer) -> None:
    server = start_server(workers=1, slow_workers=1, slow_after=0.1, timeout=4)
    with ThreadPoolExecutor(4) as threads:
        runaways = [
            threads.submit(httpx.post, f"{server.url}/sparql", data={"query": f"{RUNAWAY} #{at}"}, timeout=30)
            for at in range(4)
        ]
        _await(lambda: _gauge(server, "kb_workers_slow") == 1)
        others = [server.sparql("ASK {}").status_code for _ in range(20)]
        statuses = sorted(each.result().status_code for each in runaways)

    assert [200] * 20 == others
    assert [503, 503, 503, 504] == statuses


def test_a_query_that_ran_away_before_starts_where_it_holds_up_nobody(start_server: StartServer) -> None:
    server = start_server(workers=1, slow_after=60, timeout=0.3)
    first = server.sparql(RUNAWAY)
    with ThreadPoolExecutor(1) as thread:
        again = thread.submit(httpx.post, f"{server.url}/sparql", data={"query": RUNAWAY}, timeout=30)
        _await(lambda: again.done() or _gauge(server, "kb_workers_slow") == 1)

    assert (504, 504) == (first.status_code, again.result().status_code)


@LINUX
def test_a_worker_that_dies_is_replaced(start_server: StartServer) -> None:
    server = start_server(workers=1, slow_after=60, timeout=60)
    store = _children(server.process.pid)[0]
    with ThreadPoolExecutor(1) as thread:
        asked = thread.submit(httpx.post, f"{server.url}/sparql", data={"query": RUNAWAY}, timeout=60)
        _await(lambda: _gauge(server, "kb_workers_busy") == 1)
        os.kill(_children(store)[0], signal.SIGSEGV)

    assert 500 == asked.result().status_code
    assert "ended by itself" in asked.result().json()["detail"]
    assert 200 == server.sparql("ASK {}").status_code


@LINUX
def test_idle_workers_that_die_cost_no_answer(start_server: StartServer) -> None:
    server = start_server(workers=2)
    for worker in _children(_children(server.process.pid)[0]):
        os.kill(worker, signal.SIGKILL)
    statuses = [server.sparql(f"ASK {{}} # {at}").status_code for at in range(5)]

    assert [200] * 5 == statuses


@LINUX
def test_the_data_is_opened_again_when_its_process_dies(start_server: StartServer) -> None:
    server = start_server(workers=2, slow_after=60, timeout=60)
    old = _children(server.process.pid)
    with ThreadPoolExecutor(1) as thread:
        asked = thread.submit(httpx.post, f"{server.url}/sparql", data={"query": RUNAWAY}, timeout=60)
        _await(lambda: _gauge(server, "kb_workers_busy") == 1)
        os.kill(old[0], signal.SIGKILL)

    assert asked.result().status_code in (500, 503)
    _await(lambda: server.sparql("ASK {}").status_code == 200)

    assert 200 == server.client.get("/readyz").status_code
    _await(lambda: not any(_is_alive(each) for each in old))


@LINUX
def test_a_server_that_is_killed_leaves_no_process_behind(start_server: StartServer) -> None:
    server = start_server(workers=2, slow_after=60, timeout=60)
    below = _children(server.process.pid)
    with ThreadPoolExecutor(1) as thread:
        asked = thread.submit(httpx.post, f"{server.url}/sparql", data={"query": RUNAWAY}, timeout=60)
        _await(lambda: _gauge(server, "kb_workers_busy") == 1)
        server.process.kill()
        server.process.wait()
        with pytest.raises(httpx.HTTPError):
            asked.result()

    assert len(below) == 3
    _await(lambda: not any(Path(f"/proc/{each}").exists() and _is_alive(each) for each in below))


def _is_alive(process: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True).stdout
    return bool(state.strip()) and not state.startswith("Z")


def test_a_client_that_leaves_as_its_worker_dies_costs_no_place(start_server: StartServer) -> None:
    server = start_server(workers=1, slow_workers=1, memory=32, timeout=20, slow_after=60)
    for wait in (0.05, 0.15, 0.25, 0.35):
        text = f"{GREEDY} #{wait}".replace(" ", "%20").replace("#", "%23")
        with socket.create_connection(("127.0.0.1", httpx.URL(server.url).port or 0)) as connection:
            connection.sendall(f"GET /sparql?query={text} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            time.sleep(wait)

    _await(lambda: _gauge(server, "kb_workers_busy") == 0)
    assert 200 == server.sparql("ASK {}", params={"timeout": "15"}).status_code
