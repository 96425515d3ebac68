"""The facts that the graph was built from, where they are at hand: beside the checkout, as in CI."""

import csv
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
ARTICLE = SHARED / "source" / "baclofen-article.txt"

needs_facts = pytest.mark.skipif(not SHARED.is_dir(), reason="the facts folder is not beside this checkout")


def read_facts(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of facts."""
    with (SHARED / "facts" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def article() -> str:
    """Return the article, byte for byte as text."""
    return ARTICLE.read_bytes().decode("utf-8")
