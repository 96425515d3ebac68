"""Ctrl-C and `--timeout` end a query that no engine can be asked to stop."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.outcome import LONG, failure
from tests.conftest import ROOT, TINY, Run
from tests.endpoint import wait_until

ENGINES = ["oxigraph", "rdflib", "worker"]
DATA = ("--data", str(TINY))


@pytest.mark.parametrize("engine", ENGINES)
def test_out_of_time_is_said_in_one_line(run_kb: Run, engine: str) -> None:
    message = failure(run_kb("sparql", LONG, "--engine", engine, "--timeout", "0.2", *DATA), 3)

    assert "the query ran longer than 0.2 s; narrow it, or raise --timeout" == message


def test_out_of_time_leaves_a_file_alone(run_kb: Run, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("old", encoding="utf-8")
    failure(run_kb("sparql", LONG, "--timeout", "0.2", "--to", str(tmp_path / "out"), *DATA), 3)

    assert {"out": "old"} == {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_query_within_its_time_answers(run_kb: Run, engine: str) -> None:
    done = run_kb("sparql", "ASK {}", "--engine", engine, "--timeout", "60", "-o", "table", *DATA)

    assert (0, "yes\n", "") == (done.returncode, done.stdout, done.stderr)


def runs_the_query(process: "subprocess.Popen[str]") -> bool:
    """Whether the process has handed the keyboard's interrupt back to the system, as it does while an engine runs."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    maps = Path(f"/proc/{process.pid}/maps").read_text(encoding="utf-8")
    caught = next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigCgt"))
    return "pyoxigraph" in maps and not caught >> (signal.SIGINT - 1) & 1


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="reads the state of a process from /proc")
@pytest.mark.parametrize("engine", ENGINES)
def test_an_interrupt_ends_a_long_query_promptly_and_quietly(engine: str, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("old", encoding="utf-8")
    command = [sys.executable, "-m", "kb", "sparql", LONG, "--engine", engine, "--to", str(tmp_path / "out"), *DATA]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        wait_until(lambda: runs_the_query(process))
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=20)

    assert ("", "") == output
    assert process.returncode in (-signal.SIGINT, 130)
    assert {"out": "old"} == {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
