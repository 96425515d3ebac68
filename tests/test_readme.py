"""The README and the documents say what is so: commands run, links lead somewhere, names are known."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from kb import KnowledgeBase
from kb.cli import COMMANDS
from tests.conftest import ROOT, Run

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted(
    [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "CHANGELOG.md",
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "benchmarks").glob("*.md"),
    ]
)


def _block(mark: str, language: str) -> str:
    (found,) = re.findall(rf"<!-- {mark} -->\s*```{language}\n(.*?)```", README, re.DOTALL)
    return str(found)


TOUR = [line.split("  #")[0].strip() for line in _block("tour", "sh").splitlines()]


@pytest.mark.parametrize("line", TOUR)
def test_the_tour_runs_as_written(line: str, run_kb: Run, tmp_path: Path) -> None:
    program, *arguments = shlex.split(line)
    done = run_kb(*arguments, cwd=tmp_path)

    assert "kb" == program
    assert (0, "") == (done.returncode, done.stderr)
    assert done.stdout or "--to" in arguments


def test_the_python_example_runs_as_written(tmp_path: Path) -> None:
    code = _block("python", "python")
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**__import__("os").environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )

    assert (0, "") == (done.returncode, done.stderr)
    assert "claim-c" in done.stdout


def test_there_is_one_command_to_try_and_one_to_test() -> None:
    for mark, last in (("try", "kb query treatment/conditions-by-drug"), ("test", "pytest")):
        (line,) = _block(mark, "sh").splitlines()

        assert line.startswith("python3 -m venv .venv && .venv/bin/pip install ")
        assert line.endswith(f"&& .venv/bin/{last}")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_and_paths_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if not link.startswith("http")]
    paths = [
        name
        for name in re.findall(r"`((?:kb|ontology|graph_data|queries|tests|docs|benchmarks)/[\w./-]*)`", text)
        if "topic/" not in name
    ]

    assert [] == [link for link in links if not (path.parent / link).exists()]
    assert [] == [name for name in paths if not (ROOT / name).exists()]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_queries_and_terms_that_documents_name_exist(path: Path, shipped: KnowledgeBase) -> None:
    text = path.read_text(encoding="utf-8")
    queries = re.findall(r"kb query ([\w-]+/[\w-]+)", text) + re.findall(r'kb\.query\("([^"]+)"', text)
    terms = re.findall(r"`(bkg?:[A-Za-z][\w-]*)`", text)
    commands = re.findall(r"(?:^|`|\$ )kb ([a-z][a-z-]+)", text, re.MULTILINE)

    assert [] == [name for name in queries if name not in shipped.queries]
    assert [] == [
        name for name in terms if not shipped.label(shipped.prefixes[name.split(":")[0]] + name.split(":")[1])
    ]
    assert [] == [name for name in commands if name not in COMMANDS]


def test_every_setting_and_engine_is_documented() -> None:
    from kb.engines import engine_names

    querying = (ROOT / "docs" / "querying.md").read_text(encoding="utf-8")
    settings = set()
    for path in (ROOT / "kb").rglob("*.py"):
        settings |= set(re.findall(r'environ(?:\.get\(|\[)"([A-Z_]+)"', path.read_text(encoding="utf-8")))

    assert [] == [name for name in settings - {"TERM", "XDG_CACHE_HOME"} if f"`{name}`" not in querying]
    assert [] == [name for name in engine_names() if f"`{name}`" not in querying and name != "remote"]
