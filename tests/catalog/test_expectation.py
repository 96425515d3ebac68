"""What a header expects of an answer: each kind that is not met is said, and validation says it too."""

from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode

from kb import KnowledgeBase
from kb.catalog.expectation import unmet
from kb.errors import DataError
from kb.results import Rows
from kb.validation import validate
from tests.conftest import TINY

QUERY = "safety/side-effects-by-remedy"


@pytest.mark.parametrize(
    ("expect", "fault"),
    [
        ({"rows": 2}, "expects 2 rows, and has 1"),
        ({"min_rows": 2}, "expects at least 2 rows, and has 1"),
        ({"max_rows": 0}, "expects at most 0 rows, and has 1"),
        ({"includes": [{"effect": "zorv:crampitis"}]}, "expects a row with effect zorv:crampitis, and has none"),
        ({"includes": [{"nothing": "here"}]}, "expects a row with nothing here, and has none"),
        ({"excludes": [{"name": "giggles"}]}, "expects no row with name giggles, and has one"),
    ],
)
def test_what_is_not_met_is_said(expect: dict[str, Any], fault: str) -> None:
    with KnowledgeBase.open(str(TINY)) as kb:
        rows = kb.query(QUERY)
        (found,) = unmet(kb.queries[QUERY]._replace(expect=expect), rows, kb.prefixes)

    assert found.startswith(fault)


def test_what_is_met_is_not_said() -> None:
    expect = {"rows": 1, "min_rows": 1, "max_rows": 1, "includes": [{"name": "giggles"}], "excludes": [{"name": "x"}]}
    with KnowledgeBase.open(str(TINY)) as kb:
        assert [] == unmet(kb.queries[QUERY]._replace(expect=expect), kb.query(QUERY), kb.prefixes)


@pytest.mark.parametrize(("met", "value"), [(True, 8.4), (True, -0.45), (True, 5), (False, 8.5)])
def test_a_fraction_is_compared_as_it_is_written(met: bool, value: float) -> None:
    decimal = NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
    rows = Rows(("x",), [(Literal(text, datatype=decimal),) for text in ("8.4", "-0.45", "5")])
    with KnowledgeBase.open(str(TINY)) as kb:
        query = kb.queries[QUERY]._replace(expect={"includes": [{"x": value}]})

        assert met == ([] == unmet(query, rows, kb.prefixes))


def test_validation_says_what_an_answer_lacks(tiny: Path) -> None:
    path = tiny / "queries" / f"{QUERY}.rq"
    path.write_text(path.read_text(encoding="utf-8").replace("{rows: 1}", "{rows: 7}"), encoding="utf-8")
    problems = [problem for problem in validate(str(tiny)) if problem.check == "expect"]

    assert [f"queries/{QUERY}.rq"] == [problem.path for problem in problems]
    assert "expects 7 rows, and has 1" in problems[0].message


@pytest.mark.parametrize(
    ("expect", "fault"),
    [
        ("{min_rows: 2020-01-01}", "it is a whole number"),
        ('{rows: "1"}', "it is a whole number"),
        ("{includes: [x]}", "it is a list of rows"),
        ("{excludes: [{sss: zorv:zorvexin}]}", "names the column 'sss'"),
        ("&x {includes: [*x]}", "an anchor or an alias"),
        ("{includes: [{effect: [1]}]}", "no text, number or truth value"),
    ],
)
def test_an_expectation_that_can_never_be_met_or_read_is_refused(tiny: Path, expect: str, fault: str) -> None:
    path = tiny / "queries" / f"{QUERY}.rq"
    path.write_text(path.read_text(encoding="utf-8").replace("{rows: 1}", expect), encoding="utf-8")

    with pytest.raises(DataError, match=fault):
        KnowledgeBase.open(str(tiny))
