"""Where results go: a place that cannot be written loses nothing, and a terminal gets no surprises."""

import os
import stat
from pathlib import Path

import pytest
from pyoxigraph import Literal

from kb.formatting import cell_of, markdown_table, text_table
from kb.formatting.cells import display_width, visible, wrap
from tests.cli.outcome import REMEDIES, failure, leftovers, on_terminal, success
from tests.conftest import TINY, Run

DATA = ("--data", str(TINY))
COMMANDS = [["info"], ["queries"], ["export", "nq"], ["query", REMEDIES], ["sparql", "ASK {}"], ["validate"]]
HOSTILE = "\x1b[31mred\x07\r\n\x9b2J\u202eevil\u2028\x00"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command[0]))
def test_a_folder_cannot_be_written(run_kb: Run, tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "out").mkdir()
    message = failure(run_kb(*command, *DATA, "--to", str(tmp_path / "out")))

    assert f"{tmp_path}/out: cannot be written (it is a folder); name another place with --to" == message
    assert ["out"] == leftovers(tmp_path)
    assert [] == leftovers(tmp_path / "out")


@pytest.mark.parametrize("place", ["/proc/nothing", "missing/out", "file/out", "/dev/full", "x" * 300])
def test_what_cannot_be_written_is_refused(run_kb: Run, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("old", encoding="utf-8")
    message = failure(run_kb("info", *DATA, "--to", place, cwd=tmp_path))

    assert message.startswith(f"{place}: cannot be written (")
    assert message.endswith("; name another place with --to")
    assert ["file"] == leftovers(tmp_path)
    assert "old" == (tmp_path / "file").read_text(encoding="utf-8")


def test_a_failed_run_leaves_the_old_file(run_kb: Run, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("old", encoding="utf-8")
    failure(run_kb("sparql", "SELECT {", *DATA, "--to", str(tmp_path / "out")))

    assert "old" == (tmp_path / "out").read_text(encoding="utf-8")
    assert ["out"] == leftovers(tmp_path)


def test_an_old_file_is_replaced(run_kb: Run, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("old" * 1000, encoding="utf-8")
    success(run_kb("sparql", "ASK {}", "-o", "table", *DATA, "--to", str(tmp_path / "out")))

    assert "yes\n" == (tmp_path / "out").read_text(encoding="utf-8")


def test_the_file_behind_a_link_is_replaced_and_the_link_stays(run_kb: Run, tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old", encoding="utf-8")
    (tmp_path / "link").symlink_to("real")
    success(run_kb("sparql", "ASK {}", "-o", "table", *DATA, "--to", str(tmp_path / "link")))

    assert (tmp_path / "link").is_symlink()
    assert "yes\n" == (tmp_path / "real").read_text(encoding="utf-8")


@pytest.mark.parametrize("device", ["/dev/stdout", "/dev/stderr", "/dev/null"])
def test_a_device_is_written_to_and_stays(run_kb: Run, device: str) -> None:
    before = os.lstat(device).st_ino
    done = run_kb("sparql", "ASK {}", "-o", "table", *DATA, "--to", device)

    assert 0 == done.returncode
    assert ("" if device == "/dev/null" else "yes\n") == done.stdout + done.stderr
    assert before == os.lstat(device).st_ino


def test_a_pipe_with_a_name_is_written_to(run_kb: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    success(run_kb("sparql", "ASK {}", "-o", "table", *DATA, "--to", str(tmp_path / "pipe")))
    found = os.read(reader, 100)
    os.close(reader)

    assert b"yes\n" == found
    assert stat.S_ISFIFO(os.stat(tmp_path / "pipe").st_mode)


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_a_terminal_gets_a_table_that_fits_it(columns: int) -> None:
    lines = on_terminal("query", REMEDIES, *DATA, columns=columns, NO_COLOR="1").splitlines()

    assert lines[0].startswith("kb: complaint is zorv:crampitis, the example;")
    assert "remedy" in lines[1]
    assert max(map(len, lines[1:])) <= columns


@pytest.mark.parametrize(
    ("expected", "environment"),
    [(True, {}), (True, {"NO_COLOR": ""}), (False, {"NO_COLOR": "1"}), (False, {"TERM": "dumb"})],
)
def test_colour_is_for_terminals_that_want_it(expected: bool, environment: dict[str, str]) -> None:
    assert expected == ("\x1b[" in on_terminal("query", REMEDIES, *DATA, **environment))


def test_colour_never_goes_to_a_pipe_or_a_file(run_kb: Run, tmp_path: Path) -> None:
    assert "\x1b" not in success(run_kb("query", REMEDIES, "-o", "table", *DATA))
    on_terminal("query", REMEDIES, "-o", "table", "--to", str(tmp_path / "out"), *DATA)

    assert "\x1b" not in (tmp_path / "out").read_text(encoding="utf-8")


def test_control_characters_of_the_graph_reach_a_terminal_as_escapes(tiny: Path) -> None:
    label = HOSTILE.encode("unicode_escape").decode().replace("\\x", "\\u00")
    (tiny / "graph_data" / "drugs" / "evil.ttl").write_text(
        "<https://example.org/tiny/id/evil> a <https://example.org/tiny/ontology#Remedy> ; "
        f'<http://www.w3.org/2000/01/rdf-schema#label> "{label}"@en .\n',
        encoding="utf-8",
    )
    shown = on_terminal(
        "sparql", "SELECT ?s ?l { ?s a zont:Remedy ; rdfs:label ?l }", "--data", str(tiny), NO_COLOR="1"
    )

    assert "\\x1b[31mred\\x07" in shown
    assert [] == [char for char in shown if not char.isprintable() and char != "\n"]


@pytest.mark.parametrize("width", [4, 10, 20, 40])
@pytest.mark.parametrize("text", ["", "a" * 100, "word " * 20, "日本語" * 20, "e\u0301" * 50, "a-b/c:d" * 20, HOSTILE])
def test_wrapped_lines_fit_and_lose_no_character(text: str, width: int) -> None:
    lines = wrap(visible(text), width)

    assert max(map(display_width, lines)) <= width
    assert visible(text).replace(" ", "") == "".join(lines).replace(" ", "")


@pytest.mark.parametrize("width", [20, 40, 80])
@pytest.mark.parametrize("columns", [1, 3, 9])
def test_a_table_of_hostile_text_fits(columns: int, width: int) -> None:
    texts = [HOSTILE, "x" * 200, "日本語" * 30, "", "a\tb"]
    names = [f"column{number}" for number in range(columns)]
    rows = [[cell_of(Literal(text + name), lambda iri: (None, iri)) for name in names] for text in texts]
    lines = text_table(names, rows, width).splitlines()

    assert [] == [line for line in lines if display_width(line) > width]
    assert all(line.isprintable() for line in lines)


def test_markdown_cannot_be_broken_out_of() -> None:
    rows = [
        [cell_of(Literal(text), lambda iri: (None, iri))]
        for text in ("a|b", "`c`", "<script>", "d\ne", "\\|", "[x](y)")
    ]
    lines = markdown_table(["x"], rows).splitlines()

    assert 8 == len(lines)
    assert ["| a\\|b |", "| \\`c\\` |", "| \\<script\\> |"] == lines[2:5]
