"""`kb` itself: help, version, unknown commands, and standard streams that are closed, full or gone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kb import __version__
from kb.cli import COMMANDS
from tests.cli.outcome import REMEDIES, failure, success
from tests.conftest import ROOT, TINY, Run

HELPS = [
    ["--help"],
    ["--version"],
    ["queries", "--help"],
    ["query", "--help"],
    ["query", REMEDIES, "--help", "--data", str(TINY)],
]
OUTPUTS = [
    *HELPS,
    ["info", "--data", str(TINY)],
    ["query", REMEDIES, "--data", str(TINY)],
    ["export", "nq", "--data", str(TINY)],
]


def shell(script: str) -> "subprocess.CompletedProcess[str]":
    """Run a script of the shell in which `kb` is the command."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "KB": f"{sys.executable} -m kb", "TINY": str(TINY)}
    return subprocess.run(
        ["bash", "-c", script], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_help_lists_every_command(run_kb: Run) -> None:
    lines = [line.split()[0] for line in success(run_kb("--help")).splitlines() if line.startswith("  ")]

    assert list(COMMANDS) == lines
    assert success(run_kb("-h")) == success(run_kb("help")) == success(run_kb("--help"))


def test_no_command_shows_the_help_as_wrong_use(run_kb: Run) -> None:
    assert 2 == run_kb().returncode


def test_version(run_kb: Run) -> None:
    assert f"kb {__version__}\n" == success(run_kb("--version"))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_help(run_kb: Run, command: str) -> None:
    assert success(run_kb(command, "--help")).startswith(f"usage: kb {command} ")


def test_an_unknown_command_is_refused_with_the_nearest(run_kb: Run) -> None:
    assert "no command is called 'qurey'; did you mean query? 'kb --help' lists them" == failure(run_kb("qurey"))


@pytest.mark.parametrize(
    "command", [command for command in COMMANDS if command not in ("query", "fmt", "verify-source")]
)
def test_an_unknown_option_is_refused(run_kb: Run, command: str) -> None:
    message = failure(run_kb(command, "--nope", "--data", str(TINY)))

    assert message.startswith(f"kb {command}: ")
    assert message.endswith(f"'kb {command} --help' shows the use")


@pytest.mark.parametrize(
    "command", [["info"], ["queries"], ["export", "nq"], ["show", "x"], ["sparql", "ASK {}"], ["query", "x"]]
)
def test_a_folder_that_holds_no_graph_is_refused(run_kb: Run, tmp_path: Path, command: list[str]) -> None:
    message = failure(run_kb(*command, "--data", str(tmp_path)), 2)

    assert f"{tmp_path}: has no folder ontology/; name a folder with ontology/, graph_data/ and queries/" == message


def test_control_characters_reach_no_terminal_in_a_message(run_kb: Run) -> None:
    assert "\\x1b[31m\\nkb: done" in failure(run_kb("info", "\x1b[31m\nkb: done"))


@pytest.mark.parametrize("arguments", OUTPUTS, ids=lambda arguments: " ".join(arguments[:2]))
def test_a_full_standard_output_is_an_error_in_one_line(run_kb: Run, arguments: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        done = run_kb(*arguments, capture_output=False, stdout=full, stderr=subprocess.PIPE)

    assert 2 == done.returncode
    assert (
        "kb: standard output cannot be written (No space left on device); "
        "free the place, or write elsewhere with --to\n" == done.stderr
    )


@pytest.mark.parametrize("command", ["info --data $TINY", "--help", "query --help", "export nq --data $TINY"])
def test_a_closed_standard_output_is_an_error_in_one_line(command: str) -> None:
    done = shell(f"$KB {command} >&-")

    assert "standard output cannot be written (Bad file descriptor)" in failure(done)


def test_a_closed_standard_output_does_not_matter_to_a_file(tmp_path: Path) -> None:
    done = shell(f"$KB info --data $TINY --to {tmp_path}/out >&-")

    assert "" == success(done)
    assert (tmp_path / "out").read_text(encoding="utf-8").startswith("version: ")


@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full"])
def test_a_message_that_nobody_can_read_does_not_mix_with_results(redirection: str) -> None:
    done = shell(f"$KB nope {redirection}")

    assert (2, "", "") == (done.returncode, done.stdout, done.stderr)


def test_a_closed_standard_input_is_an_empty_query() -> None:
    assert failure(shell("$KB sparql - --data $TINY <&-"))


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("command", ["export nq", "sparql 'SELECT * { ?s ?p ?o . ?a ?b ?c }' --data $TINY -o tsv"])
def test_a_reader_that_goes_away_ends_the_command_quietly(command: str, unbuffered: str) -> None:
    done = shell(f"export PYTHONUNBUFFERED={unbuffered}; $KB {command} | head -1; exit ${{PIPESTATUS[0]}}")

    assert (141, "") == (done.returncode, done.stderr)
    assert 1 == done.stdout.count("\n")
