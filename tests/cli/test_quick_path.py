"""The quick path: asking a compiled graph imports little, opens its own files alone, and no socket."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.outcome import REMEDIES, success
from tests.conftest import ROOT, TINY, Run

SLOW = {
    "rdflib",
    "owlrl",
    "yaml",
    "pandas",
    "dataclasses",
    "inspect",
    "SPARQLWrapper",
    "pyshacl",
    "shacl",
    "decimal",
    "http.client",
    "kb.catalog.header",
    "kb.dataset",
    "kb.derivation",
    "kb.rules",
    "kb.sparql_file",
}
DATA = ("--data", str(TINY))
WATCHED = """
import json, sys
events = []
sys.addaudithook(lambda event, arguments: events.append((event, str(arguments[0]) if arguments else ""))
    if event.startswith("socket.") or event in ("open", "subprocess.Popen", "os.system") else None)
from kb.cli import main
code = main(sys.argv[1:])
print(json.dumps(events), file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize(
    "command", [["query", REMEDIES], ["query", REMEDIES, "-o", "json"], ["sparql", "SELECT * { ?s ?p ?o } LIMIT 1"]]
)
def test_a_question_to_a_compiled_graph_imports_little(run_kb: Run, command: list[str]) -> None:
    success(run_kb("info", *DATA))
    arguments = [sys.executable, "-X", "importtime", "-m", "kb", *command, *DATA]
    done = subprocess.run(
        arguments, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    )
    imported = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}

    assert "pyoxigraph" in imported
    assert set() == SLOW & imported


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
@pytest.mark.parametrize(
    ("code", "text"),
    [
        (0, "SELECT * { ?s ?p ?o } LIMIT 1"),
        (0, "SELECT * { GRAPH ?g { ?s ?p ?o } } LIMIT 1"),
        (2, "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"),
        (2, "SELECT * FROM <SECRET> { ?s ?p ?o }"),
        (2, "SELECT * FROM NAMED <SECRET> { GRAPH ?g { ?s ?p ?o } }"),
        (2, "LOAD <SECRET>"),
    ],
)
def test_a_question_opens_no_socket_and_no_file_but_those_of_the_graph_and_the_packages(
    run_kb: Run, tmp_path: Path, engine: str, code: int, text: str
) -> None:
    success(run_kb("info", *DATA))
    (tmp_path / "secret.ttl").write_text("<urn:a> <urn:b> <urn:c> .", encoding="utf-8")
    query = text.replace("SECRET", (tmp_path / "secret.ttl").as_uri())
    arguments = [sys.executable, "-c", WATCHED, "sparql", query, "--engine", engine, *DATA]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)
    events = json.loads(done.stderr.splitlines()[-1])
    places = (
        sys.prefix,
        sys.base_prefix,
        os.environ["KB_CACHE"],
        str(ROOT / "kb"),
        "/usr/",
        "/etc/",
        "/dev/null",
        "/proc/",
    )
    opened = [
        path for event, path in events if event == "open" and path.startswith("/") and not path.startswith(places)
    ]

    assert code == done.returncode, done.stderr
    assert [] == [event for event, _ in events if event not in ("open", "socket.__new__")]
    assert [] == opened


def test_importing_the_package_opens_nothing() -> None:
    script = "import sys, typing; seen = set(sys.modules); import kb; print(sorted(set(sys.modules) - seen))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "['kb']\n" == done.stdout


def test_what_was_put_off_to_the_end_is_done_where_the_cache_cannot_be_written(run_kb: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    environment = {"KB_CACHE": str(tmp_path / "file" / "below"), "TMPDIR": str(tmp_path)}
    done = run_kb("query", "treatment/remedies-by-complaint", "--data", str(TINY), env=environment)

    assert 0 == done.returncode
    assert ["file"] == sorted(path.name for path in tmp_path.iterdir())
