"""No sentence of a source stands in the repository: figures carry over, words do not."""

import csv
import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.facts import SHARED, article, needs_facts, read_facts

pytestmark = needs_facts

RUN = 7
"""So many words in a row that are also in a source are taken for a copy."""


def _runs(text: str, length: int) -> set[str]:
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {" ".join(words[at : at + length]) for at in range(len(words) - length + 1)}


@pytest.fixture(scope="module")
def files() -> dict[str, set[str]]:
    """The runs of words in every file that git tracks or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    paths = [path for path in listed.stdout.split("\0") if path and (ROOT / path).is_file()]
    return {path: _runs((ROOT / path).read_text(encoding="utf-8", errors="replace"), RUN) for path in paths}


def test_no_passage_of_the_article_stands_in_the_repository(files: dict[str, set[str]]) -> None:
    source = _runs(article(), RUN)

    assert len(source) > 600
    assert {} == {path: sorted(runs & source)[:3] for path, runs in files.items() if runs & source}


def test_no_definition_of_another_ontology_stands_in_the_repository(files: dict[str, set[str]]) -> None:
    source: set[str] = set()
    for path in (SHARED / "facts" / "ontology-extracts").glob("*.ttl"):
        for text in re.findall(
            r'(?:IAO_0000115|definition|comment)\s+"((?:[^"\\]|\\.)*)"', path.read_text(encoding="utf-8")
        ):
            source |= _runs(text, RUN)

    assert len(source) > 1000
    assert {} == {path: sorted(runs & source)[:3] for path, runs in files.items() if runs & source}


def test_no_sentence_of_a_label_stands_in_the_repository(files: dict[str, set[str]]) -> None:
    source: set[str] = set()
    csv.field_size_limit(10_000_000)
    for name in ("openfda_label_excerpts.tsv", "oae_definitions.tsv"):
        with Path(SHARED / "facts" / "open-data" / name).open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file, delimiter="\t"):
                for cell in row:
                    source |= _runs(cell, RUN)

    assert len(source) > 500
    assert {} == {path: sorted(runs & source)[:3] for path, runs in files.items() if runs & source}


def test_no_sentence_of_the_table_of_evidence_stands_in_the_repository(files: dict[str, set[str]]) -> None:
    source: set[str] = set()
    for row in read_facts("evidence.tsv"):
        source |= _runs(row["statement"], RUN) | _runs(row["note"], RUN)
        source -= _runs(row["source_title"], RUN)
    source = {run for run in source if len(re.findall(r"[a-z]{3,}", run)) > 3}  # figures carry over

    assert len(source) > 1000
    assert {} == {path: sorted(runs & source)[:3] for path, runs in files.items() if runs & source}
