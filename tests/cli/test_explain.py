"""`kb explain`: a statement of the graph down to files and lines, and what is wanting where it does not follow."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kb import KnowledgeBase
from tests.cli.outcome import failure, success
from tests.conftest import ROOT, TINY, Run
from tests.reasoning.proofs import proving_of

DATA = ("--data", str(TINY))
FOLLOWS = ("explain", "plenamine", "bearsOn", "crampitis", *DATA)


def test_the_tree_names_rules_files_and_lines(run_kb: Run) -> None:
    lines = success(run_kb(*FOLLOWS)).splitlines()

    assert lines[0].startswith(
        "plenamine (zorv:plenamine) · bears on · crampitis  [by the rule link-from-statement: A "
    )
    assert lines[1].startswith(
        "├─ plenamine helps with crampitis (zorv:statement-plenamine) · of remedy · plenamine  ["
    )
    assert all(re.search(r"\[graph_data/sources/leaflet\.ttl:\d+\]$", line) for line in lines[1:3])
    assert "└─ there is no zorv:statement-plenamine rdf:type zont:Denial" == lines[3]


def test_names_are_those_of_everywhere(run_kb: Run) -> None:
    expected = success(run_kb(*FOLLOWS))

    assert expected == success(run_kb("explain", "CHEBI:2", "zont:bearsOn", "zorv:crampitis", *DATA))
    assert expected == success(run_kb("explain", "Plenamine", "bears on", "Crampitis", *DATA))
    assert "no entity is called 'plenamin'; did you mean plenamine or" in failure(
        run_kb("explain", "plenamin", "bearsOn", "crampitis", *DATA)
    )
    assert "no property is called 'bearOn'; did you mean bearsOn?" in failure(
        run_kb("explain", "plenamine", "bearOn", "crampitis", *DATA)
    )


def test_a_value_is_named_by_its_text(run_kb: Run) -> None:
    lines = success(run_kb("explain", "statement-toe", "share", "40", *DATA)).splitlines()
    typed = run_kb("explain", "leaflet", "a", "zont:Document", *DATA).stdout

    assert ["zorvexin helps with crampitis of the toe (zorv:statement-toe) · share · “40”  "
            "[graph_data/sources/leaflet.ttl:41]"] == lines  # fmt: skip
    assert typed.startswith("leaflet on remedies (zorv:leaflet) · is a · document  [graph_data/sources/leaflet.ttl:")


def test_json_is_a_proof_that_the_checker_takes(run_kb: Run) -> None:
    document = json.loads(success(run_kb(*FOLLOWS, "-o", "json")))
    with KnowledgeBase.open(str(TINY)) as kb:
        checker = proving_of(kb).checker

    assert checker.fault(document) is None
    assert {"rule", "stated"} == {step["by"] for step in document["steps"]}


@pytest.mark.parametrize(("format", "start"), [("md", "# plenamine"), ("mermaid", "flowchart TD\n  s1[")])
def test_markdown_and_mermaid(run_kb: Run, format: str, start: str) -> None:
    text = success(run_kb(*FOLLOWS, "-o", format))

    assert text.startswith(start)
    assert "leaflet.ttl:" in text
    assert "Denial" in text


def test_what_does_not_follow_says_what_is_wanting_and_exits_with_1(run_kb: Run) -> None:
    done = run_kb("explain", "plenamine", "bearsOn", "giggles", *DATA)
    as_json = run_kb("explain", "plenamine", "bearsOn", "giggles", *DATA, "-o", "json")

    assert (1, "") == (done.returncode, done.stderr)
    assert done.stdout.startswith(
        "this does not follow: plenamine (zorv:plenamine) · bears on · giggles\n  nearest comes"
    )
    assert (1, False) == (as_json.returncode, json.loads(as_json.stdout)["follows"])
    assert json.loads(as_json.stdout)["nearest"]["wanting"]


def test_other_proofs_are_announced_and_shown_on_request(run_kb: Run, tiny: Path) -> None:
    path = tiny / "graph_data" / "sources" / "leaflet.ttl"
    text = path.read_text(encoding="utf-8")
    block = text[text.index("zorv:statement-plenamine") :].split("\n.\n")[0] + "\n.\n"
    path.write_text(text + "\n" + block.replace("statement-plenamine", "statement-again"), encoding="utf-8")
    words = ("explain", "plenamine", "bearsOn", "crampitis", "--data", str(tiny))
    one, every = run_kb(*words), success(run_kb(*words, "--all"))

    assert "kb: there is 1 more proof, no shorter; --all shows it\n" == one.stderr
    assert 2 == every.count("[by the rule link-from-statement")
    assert 2 == len(json.loads(success(run_kb(*words, "--all", "-o", "json"))))


def test_the_quick_path_does_not_import_what_proves() -> None:
    code = "import sys, kb.cli.query; print([name for name in sys.modules if 'reasoning' in name or 'proof' in name])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout

    assert "[]\n" == out
