"""The worker: a query that runs too long is ended, and no process is left behind."""

import gc
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.engines.worker import WorkerEngine
from kb.errors import EngineError, KbError, QuerySyntaxError, QueryTimeoutError
from kb.results import Answer
from kb.web.workers.run import processor_seconds
from tests.endpoint import wait_until
from tests.engines.conftest import Compiled, read

ROOT = Path(__file__).parents[2]
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o . ?p ?q ?r . ?s ?t ?u }"
needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads processes from /proc")


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list["subprocess.Popen[bytes]"]:
    """Every process that a worker engine starts in this test."""
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def start(*arguments: object, **options: object) -> "subprocess.Popen[bytes]":
        started.append(popen(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", start)
    return started


@pytest.fixture
def engine(compiled: Compiled) -> Iterator[WorkerEngine]:
    opened = WorkerEngine(*compiled)
    yield opened
    opened.close()


def is_running(pid: int) -> bool:
    """Whether the process is there and not a zombie whose new parent has yet to look."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def cpu_ticks(pid: int) -> int:
    """Return the processor time of a process, which grows while a query runs."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def test_no_process_is_started_before_the_first_query(
    engine: WorkerEngine, children: list["subprocess.Popen[bytes]"]
) -> None:
    before = len(children)
    engine.run(read("ASK {}"))
    engine.run(read("ASK {}"), timeout=60)

    assert (0, 1) == (before, len(children))


def test_a_runaway_query_is_stopped_and_the_next_one_works(
    engine: WorkerEngine, children: list["subprocess.Popen[bytes]"]
) -> None:
    with pytest.raises(QueryTimeoutError, match="the query ran longer than 1 s; narrow it, or raise the timeout"):
        engine.run(read(RUNAWAY), timeout=1)
    found = engine.run(read("ASK { ex:zorvexin a on:Drug }"), timeout=60)

    assert Answer(True) == found
    assert [-signal.SIGKILL, None] == [child.poll() for child in children]


def test_a_deadline_that_has_passed_already_is_a_timeout(engine: WorkerEngine) -> None:
    with pytest.raises(QueryTimeoutError):
        engine.run(read(RUNAWAY), timeout=0)


def test_a_child_that_dies_in_a_query_is_an_engine_error_and_the_next_query_works(
    engine: WorkerEngine, children: list["subprocess.Popen[bytes]"]
) -> None:
    engine.run(read("ASK {}"))
    caught: list[KbError] = []

    def run() -> None:
        try:
            engine.run(read(RUNAWAY), timeout=30)
        except KbError as error:
            caught.append(error)

    before = processor_seconds(children[0].pid) or 0.0
    thread = threading.Thread(target=run)
    thread.start()
    wait_until(lambda: (processor_seconds(children[0].pid) or 1.0) > before + 0.1)  # the query has arrived
    children[0].kill()
    thread.join(30)
    found = engine.run(read("ASK { ex:zorvexin a on:Drug }"))

    assert [EngineError] == [type(error) for error in caught]
    assert "ended by itself" in str(caught[0])
    assert Answer(True) == found


def test_a_child_that_died_between_queries_is_replaced(
    engine: WorkerEngine, children: list["subprocess.Popen[bytes]"]
) -> None:
    engine.run(read("ASK {}"))
    children[0].kill()
    children[0].wait()

    assert Answer(True) == engine.run(read("ASK {}"))


def test_an_error_in_the_child_is_the_same_error_here_and_leaves_the_child(
    engine: WorkerEngine, children: list["subprocess.Popen[bytes]"]
) -> None:
    with pytest.raises(QuerySyntaxError) as syntax:
        engine.run(read("SELECT ?s {\n ?s on:dose }", name="q.rq"))
    with pytest.raises(EngineError, match="custom function"):
        engine.run(read("SELECT (ex:f(1) AS ?x) {}"))
    engine.run(read("ASK {}"))

    assert 2 == syntax.value.line
    assert str(syntax.value).startswith("q.rq: line 2, column ")
    assert 1 == len(children)


def test_a_large_result_comes_whole(engine: WorkerEngine) -> None:
    found = engine.run(read("SELECT ?a ?c ?e { ?a ?b ?c . ?d ?x ?e . ?f ?g ?h }"), timeout=60)

    assert 29**3 == len(found)


def test_close_ends_the_child(engine: WorkerEngine, children: list["subprocess.Popen[bytes]"]) -> None:
    engine.run(read("ASK {}"))
    engine.close()
    engine.close()

    assert -signal.SIGKILL == children[0].poll()


def test_a_forgotten_engine_ends_its_child(compiled: Compiled, children: list["subprocess.Popen[bytes]"]) -> None:
    forgotten = WorkerEngine(*compiled)
    forgotten.run(read("ASK {}"))
    del forgotten
    gc.collect()

    assert children[0].returncode is not None


def test_queries_of_many_threads_do_not_mix(engine: WorkerEngine) -> None:
    wrong: list[int] = []

    def ask(number: int) -> None:
        for _ in range(20):
            if engine.run(read(f"ASK {{ FILTER({number} > 3) }}"), timeout=60) != Answer(number > 3):
                wrong.append(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert [] == wrong


def test_a_module_in_the_current_folder_is_not_imported_by_the_child(
    engine: WorkerEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('imported from the current folder')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(ROOT), *(entry for entry in sys.path if entry)])

    assert Answer(True) == engine.run(read("ASK {}"))


PARENT = """
import sys
from kb.engines.worker import WorkerEngine
from kb.query_text import prepare
engine = WorkerEngine(*sys.argv[1:3])
engine.run(prepare("ASK {}", {}))
print(engine._child._process.pid, flush=True)
engine.run(prepare(sys.argv[3], {}))
"""


@needs_proc
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_child_ends_with_its_parent_in_the_middle_of_a_query(compiled: Compiled, ending: signal.Signals) -> None:
    command = [sys.executable, "-c", PARENT, *compiled, RUNAWAY]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        before = cpu_ticks(child)
        wait_until(lambda: cpu_ticks(child) > before + 10)
        parent.send_signal(ending)
        parent.wait(30)

    wait_until(lambda: not is_running(child))

    assert not is_running(child)


CAREFUL = """
import os, sys
from kb.engines.worker import WorkerEngine
from kb.errors import QueryTimeoutError
from kb.query_text import prepare
engine = WorkerEngine(*sys.argv[1:3])
counts = []
for _ in range(3):
    try:
        engine.run(prepare(sys.argv[3], {}), timeout=0.1)
    except QueryTimeoutError:
        counts.append(len(os.listdir("/proc/self/fd")))
engine.run(prepare("ASK {}", {}))
engine.close()
print(counts)
"""


@needs_proc
def test_nothing_is_leaked_when_children_are_replaced(compiled: Compiled) -> None:
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", CAREFUL, *compiled, RUNAWAY]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)

    assert ("", 0) == (done.stderr, done.returncode)
    counts = done.stdout.strip("[]\n").split(", ")
    assert 3 == len(counts) and 1 == len(set(counts))
