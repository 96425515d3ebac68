"""Operating the server: health, metrics, log, stopping, a new version of the data, proxies, and how it starts."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from kb.web.log import query_hash
from tests.cli.outcome import LONG, failure
from tests.conftest import ROOT, TINY, Run
from tests.endpoint import wait_until
from tests.web.conftest import StartServer
from tests.web.running import RunningServer, start

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def measured(server: RunningServer) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Return {(name, labels): value} of what /metrics says, as Prometheus reads it."""
    response = server.client.get("/metrics")
    assert "text/plain; version=0.0.4; charset=utf-8" == response.headers["content-type"]
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def line_for(server: RunningServer, **known: object) -> dict[str, object]:
    """Return the last line of the log of which this is known, once it is there."""
    found: list[dict[str, object]] = []

    def look() -> bool:
        found[:] = [line for line in server.log() if known.items() <= line.items()]
        return bool(found)

    wait_until(look)
    return found[-1]


def children(pid: int) -> set[int]:
    """Return the processes that a process has started, and those that they have."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    found, wave = set(), {pid}
    while wave:
        wave = {int(child) for child, parent, stat in rows if int(parent) in wave and not stat.startswith("Z")}
        found |= wave
    return found


@contextmanager
def in_background(server: RunningServer, query: str) -> Iterator[list[httpx.Response | Exception]]:
    """Send a query in a thread; the list that is given has its response when the block is left."""
    got: list[httpx.Response | Exception] = []

    def send() -> None:
        try:
            got.append(httpx.post(f"{server.url}/sparql", data={"query": query}, timeout=30))
        except httpx.HTTPError as error:
            got.append(error)

    thread = threading.Thread(target=send)
    thread.start()
    wait_until(lambda: measured(server)["kb_workers_busy", ()] + measured(server)["kb_workers_slow", ()] > 0)
    yield got
    thread.join(30)


def test_a_running_server_is_alive_and_ready(tiny_server: RunningServer) -> None:
    for path in ("/healthz", "/readyz"):
        response = tiny_server.client.get(path)

        assert (200, "no-store") == (response.status_code, response.headers["cache-control"])


def test_metrics_count_requests_by_route_and_queries_by_outcome(tiny_server: RunningServer) -> None:
    before = measured(tiny_server)
    tiny_server.sparql(COUNT + " #metrics")
    tiny_server.sparql("SELECT nonsense")
    tiny_server.client.get("/no/such/path/1")
    tiny_server.client.get("/no/such/path/2")
    after = measured(tiny_server)
    grown = {key: value - before.get(key, 0) for key, value in after.items() if value != before.get(key, 0)}

    def requests(method: str, route: str, status: str) -> float | None:
        return grown.get(("kb_http_requests_total", (("method", method), ("route", route), ("status", status))))

    assert [1, 1, 2] == [
        requests("POST", "/sparql", "200"),
        requests("POST", "/sparql", "400"),
        requests("GET", "none", "404"),
    ]
    assert 1 == grown["kb_query_seconds_count", (("outcome", "ok"),)]
    assert 1 == grown["kb_query_rows_total", ()]
    assert 1 == grown["kb_cache_lookups_total", (("result", "miss"),)]
    assert {"process_resident_memory_bytes", "kb_queue_length"} <= {name for name, _ in after}
    assert 1 == len([name for name, _ in after if name == "kb_release_info"])
    assert 1 < after["kb_release_statements", ()]


def test_the_log_has_a_hash_of_the_query_and_never_its_text(tiny_server: RunningServer) -> None:
    tiny_server.client.get("/sparql", params={"query": "SELECT ?word { VALUES ?word { " + '"secret" ' * 13 + "} }"})
    line = line_for(tiny_server, path="/sparql", rows=13)

    assert ("GET", "/sparql", 200, "ok") == tuple(line[name] for name in ("method", "route", "status", "outcome"))
    assert 16 == len(str(line["query"]))
    assert query_hash("") != line["query"]
    assert "secret" not in tiny_server.errors.read_text(encoding="utf-8")


def test_a_hostile_path_stays_in_its_line(tiny_server: RunningServer) -> None:
    tiny_server.client.get("/a%0D%0A%7B%22level%22:%22error%22%7D%1B%00")
    line = line_for(tiny_server, path='/a\r\n{"level":"error"}\x1b\x00')

    assert 404 == line["status"]


def test_the_data_is_opened_anew_for_this_machine_alone(tiny_server: RunningServer) -> None:
    done = tiny_server.client.post("/-/reload")

    assert 200 == done.status_code
    assert (False, done.json()["before"]) == (done.json()["changed"], done.json()["now"])
    assert 64 == len(done.json()["now"]["digest"])
    for headers in (
        {"X-Forwarded-For": "127.0.0.1"},
        {"x-forwarded-host": ""},
        {"Forwarded": "for=127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"X-Real-IP": "127.0.0.1"},
        {"Origin": "http://127.0.0.1"},
    ):
        assert 403 == tiny_server.client.post("/-/reload", headers=headers).status_code
    refused = tiny_server.client.get("/-/reload")
    assert (405, "POST") == (refused.status_code, refused.headers["allow"])


@pytest.fixture(scope="module")
def behind(_own_cache: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server for a proxy on this machine, on all its addresses."""
    settings = {"host": "0.0.0.0", "root_path": "/kg", "trusted_proxies": ["10.9.9.9", "127.0.0.0/8"]}
    with start(tmp_path_factory.mktemp("behind"), data=TINY, **settings) as running:
        yield running


def test_nobody_elsewhere_may_have_the_data_opened_anew(behind: RunningServer) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: it asks which address of ours would
        except OSError:
            pytest.skip("this machine has no address but loopback")
        address = probe.getsockname()[0]
    elsewhere = behind.url.replace("0.0.0.0", address)

    assert 200 == httpx.get(f"{elsewhere}/healthz").status_code
    assert 403 == httpx.post(f"{elsewhere}/-/reload").status_code


def test_headers_of_a_proxy_are_believed_from_trusted_addresses_only(
    tiny_server: RunningServer, behind: RunningServer
) -> None:
    headers = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "Host": "example.org"}
    for server in (tiny_server, behind):
        assert 200 == server.client.get("/healthz", headers=headers).status_code

    assert "127.0.0.1" == line_for(tiny_server, path="/healthz")["client"]
    assert "203.0.113.9" == line_for(behind, path="/kg/healthz", client="203.0.113.9")["client"]
    assert 403 == behind.client.post("/-/reload", headers=headers).status_code
    assert 403 == behind.client.post("/-/reload", headers={"X-Forwarded-For": "127.0.0.1"}).status_code
    description = [server.client.get("/sparql", headers=headers).text for server in (tiny_server, behind)]
    assert "http://example.org/sparql" in description[0]
    assert "https://example.org/kg/sparql" in description[1]


@pytest.mark.whole_graph
def test_a_running_request_has_its_answer_before_the_server_stops(start_server: StartServer) -> None:
    server = start_server(timeout=1)
    processes = children(server.process.pid)
    with in_background(server, LONG) as got:
        server.process.send_signal(signal.SIGTERM)
        wait_until(lambda: _refuses(server))
    code = server.process.wait(20)

    assert 0 == code
    assert [504] == [getattr(response, "status_code", response) for response in got]
    assert processes
    assert not processes & _alive(processes)


@pytest.mark.whole_graph
def test_after_its_grace_the_server_waits_no_longer(start_server: StartServer) -> None:
    server = start_server(timeout=60, grace=0.2)
    processes = children(server.process.pid)
    with in_background(server, LONG) as got:
        server.process.send_signal(signal.SIGINT)
        code = server.process.wait(20)

    assert 0 == code
    assert [503] == [getattr(response, "status_code", response) for response in got]
    assert not processes & _alive(processes)
    assert "Traceback" not in server.errors.read_text(encoding="utf-8")


@pytest.mark.whole_graph
def test_a_second_interrupt_leaves_no_process_behind(start_server: StartServer) -> None:
    server = start_server(timeout=60, grace=60)
    processes = children(server.process.pid)
    with in_background(server, LONG):
        server.process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        server.process.send_signal(signal.SIGINT)
        code = server.process.wait(20)

    assert 0 == code
    wait_until(lambda: not processes & _alive(processes), 5)


@pytest.mark.whole_graph
def test_a_stop_during_the_start_is_prompt_and_leaves_no_process(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kb", "serve", "--port", "0"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "KB_CACHE": str(tmp_path)}  # nothing is compiled there
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True) as process:
        wait_until(lambda: children(process.pid))
        time.sleep(0.5)
        processes = children(process.pid)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=20)

    assert (0, "") == (process.returncode, errors)
    wait_until(lambda: not processes & _alive(processes), 5)


@pytest.mark.whole_graph
def test_a_new_version_is_swapped_in_without_dropping_a_request(start_server: StartServer, tiny: Path) -> None:
    server = start_server(data=tiny)
    statuses: list[object] = []
    stop = threading.Event()

    def ask(number: int) -> None:
        with httpx.Client(base_url=server.url, timeout=30) as client:
            while not stop.is_set():
                try:
                    query = f"{COUNT} #{number}.{len(statuses)}"
                    statuses.append(client.post("/sparql", data={"query": query}).status_code)
                except httpx.HTTPError as error:
                    statuses.append(error)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        first = server.client.post("/-/reload").json()["now"]["digest"]
        file = next((tiny / "graph_data").rglob("*.ttl"))
        whole = file.read_text(encoding="utf-8")
        file.write_text(whole + _another_label(whole), encoding="utf-8")
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: any(key[0] == "kb_reloads_total" and value == 2 for key, value in measured(server).items()))
        file.write_text(whole + "broken", encoding="utf-8")
        broken = server.client.post("/-/reload")
        asked = len(statuses)
        wait_until(lambda: len(statuses) > asked + 20)
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
    [digest] = [dict(labels)["digest"] for name, labels in measured(server) if name == "kb_release_info"]

    assert {200} == set(statuses)
    assert first != digest
    assert 500 == broken.status_code
    assert file.name in broken.json()["detail"]
    assert 200 == server.client.get("/readyz").status_code


def test_a_port_that_is_taken_is_one_line(run_kb: Run, tiny_server: RunningServer) -> None:
    port = tiny_server.url.rsplit(":", 1)[1]
    message = failure(run_kb("serve", "--port", port))

    assert message.startswith(f"127.0.0.1:{port}: cannot listen there (")
    assert "--port" in message


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--host", "192.0.2.1", "--port", "0"], "--host"),
        (["--host", "no.such.name.invalid"], "--host"),
        (["--port", "much"], "--port: 'much' is not a whole number"),
        (["--port", "1", "--port", "2"], "--port takes one value"),
        (["--verbose"], "kb serve --help"),
        (["--data", "/nowhere"], "/nowhere"),
    ],
)
def test_a_mistake_at_the_start_is_one_line(run_kb: Run, arguments: list[str], words: str) -> None:
    assert words in failure(run_kb("serve", *arguments))


@pytest.mark.whole_graph
def test_broken_data_at_the_start_is_one_line(run_kb: Run, tiny: Path) -> None:
    file = next((tiny / "graph_data").rglob("*.ttl"))
    file.write_text("broken", encoding="utf-8")

    assert file.name in failure(run_kb("serve", "--port", "0", "--data", str(tiny)), 1)


def test_the_help_names_every_setting_with_default_and_variable(run_kb: Run) -> None:
    from kb.web.settings import all_settings

    text = run_kb("serve", "--help").stdout

    assert [] == [setting.flag for setting in all_settings() if setting.flag not in text]
    assert [] == [setting.variable for setting in all_settings() if setting.variable not in text]


def test_without_its_extra_the_command_says_what_to_install() -> None:
    script = f"import sys; sys.path = [{str(ROOT)!r}, *[p for p in sys.path if 'site-packages' not in p]]; "
    script += "from kb.cli import main; sys.exit(main(['serve']))"
    done = subprocess.run([sys.executable, "-S", "-c", script], capture_output=True, text=True)

    assert "pip install 'baclofen-kg[serve]'" in failure(done)


def _another_label(text: str) -> str:
    """Return a statement more about something that a file of the graph describes."""
    subject = next(line.strip() for line in text.splitlines() if line and not line.startswith(("PREFIX", " ", ".")))
    return f'\n{subject} <http://www.w3.org/2004/02/skos/core#altLabel> "another name"@en .\n'


def _refuses(server: RunningServer) -> bool:
    host, port = server.url.removeprefix("http://").split(":")
    with socket.socket() as client:
        return client.connect_ex((host, int(port))) != 0


def _alive(processes: set[int]) -> set[int]:
    """Return those of some processes that run."""
    listed = subprocess.run(["ps", "-eo", "pid=,stat="], capture_output=True, text=True, check=True).stdout
    return processes & {int(line.split()[0]) for line in listed.splitlines() if not line.split()[1].startswith("Z")}
