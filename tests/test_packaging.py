"""The wheel carries the graph, and works in an empty folder where nothing of the checkout is at hand."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kb.paths import files_below
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as pip builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT],
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel's content, beside the dependencies of this environment."""
    folder = tmp_path_factory.mktemp("site")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, wheel],
        check=True,
        capture_output=True,
    )
    return folder


def test_the_wheel_holds_every_file_of_the_graph_and_of_pages(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    needed = [
        *files_below(str(ROOT), "ontology", ".ttl"),
        *files_below(str(ROOT), "graph_data", ".ttl"),
        *files_below(str(ROOT), "queries", ".rq"),
        *files_below(str(ROOT), "ontology", ".rq"),
    ]

    shown = [
        path for ending in (".html", ".js", ".css", ".svg", ".txt") for path in files_below(str(ROOT), "kb/web", ending)
    ]

    assert [] == [path for path in shown if path not in names]
    assert "kb/web/static/vendor/editor.js" in shown
    assert len(needed) > 80
    assert [] == [path for path in needed if f"kb/data/{path}" not in names]
    assert [] == [name for name in names if name.startswith(("tests/", "docs/"))]


@pytest.mark.parametrize(
    "arguments",
    [
        ["query", "treatment/conditions-by-drug"],
        ["sparql", "ASK { bk:baclofen ?p ?o }"],
        ["show", "baclofen"],
        pytest.param(["validate", "--quiet"], marks=pytest.mark.whole_graph),
        *(["export", name] for name in ("nq", "trig", "jsonld", "nt", "ttl", "rdfxml")),
        ["info"],
    ],
    ids=" ".join,
)
def test_the_installed_wheel_works_in_an_empty_folder(arguments: list[str], installed: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(installed), "COLUMNS": "80"}
    code = "import kb.cli, sys; assert 'site' in kb.cli.__file__; sys.exit(kb.cli.main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert (0, "") == (done.returncode, done.stderr)
    assert done.stdout
    assert [] == list(tmp_path.iterdir())
