"""What the tests of the command line share: what a failure must look like, long queries, and terminals."""

import os
import subprocess
import sys
import termios
from pathlib import Path

from tests.conftest import ROOT

REMEDIES = "treatment/remedies-by-complaint"
LONG = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
"""A cross product that no engine finishes."""


def failure(done: "subprocess.CompletedProcess[str]", code: int = 2) -> str:
    """Return the message of a failed run, which must be one line on standard error and nothing else."""
    assert "Traceback" not in done.stderr
    assert (code, "") == (done.returncode, done.stdout), done.stderr
    assert 1 == done.stderr.count("\n"), done.stderr
    assert done.stderr.startswith("kb: ")
    assert done.stderr.rstrip("\n").isprintable()
    return done.stderr.removeprefix("kb: ").rstrip("\n")


def success(done: "subprocess.CompletedProcess[str]") -> str:
    """Return the output of a run that must have worked without a word on standard error."""
    assert (0, "") == (done.returncode, done.stderr)
    return done.stdout


def on_terminal(*arguments: str, columns: int = 80, **environment: str) -> str:
    """Return what a command writes to a terminal."""
    master, slave = os.openpty()
    termios.tcsetwinsize(slave, (40, columns))
    base = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    command = [sys.executable, "-m", "kb", *arguments]
    environ = {**base, "PYTHONPATH": str(ROOT), "TERM": "xterm", **environment}
    with subprocess.Popen(command, stdout=slave, stderr=slave, stdin=slave, env=environ) as process:
        os.close(slave)
        found = b""
        while True:
            try:
                piece = os.read(master, 65536)
            except OSError:  # Linux says so when the other end is closed
                break
            if not piece:
                break
            found += piece
        assert 0 == process.wait()
    os.close(master)
    return found.decode().replace("\r\n", "\n")


def leftovers(folder: Path) -> list[str]:
    """Return the names in a folder, to see that nothing half-written stayed behind."""
    return sorted(os.listdir(folder))
