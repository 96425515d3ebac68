"""The evidence against its table: every row is there or its omission has a reason, and every number is the row's."""

import re
from decimal import Decimal

import pytest

from kb import KnowledgeBase
from tests.conftest import ROOT
from tests.content.evidence import Evidence, is_computed, numbers
from tests.facts import needs_facts, read_facts

pytestmark = needs_facts

NOT_LOADED = {"E106", "E151", "E167"}
BELOW = {"belowAge", "belowFiltrationRate"}
"""A closed range such as 20 to 50 years, or a filtration rate of 45 to 59, ends below the next whole number."""
LEANS_ON = {"E079": "E078", "E171": "E095"}
"""Rows on a study whose doses and people another row gives."""
COMPUTED = {
    ("claim-e095", "60"): "20 mg three times a day",
    ("claim-e131-one-to-two", "1"): "12 months",
    ("claim-e168", "3"): "the three trials that the row names",
    ("claim-e170-investigated", "1969"): "the end of the 1960s",
    ("claim-e171-low-back-pain", "60"): "20 mg three times a day",
    ("claim-e191-largest", "1"): "the largest trial",
}
"""Numbers that a row gives in words, or that follow from its own: {(claim, number): from what}."""
OMISSIONS = ROOT / "tests" / "content" / "omitted-evidence.tsv"


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, str]]:
    """The rows of the table of evidence by their number."""
    return {row["evidence_id"]: row for row in read_facts("evidence.tsv")}


@pytest.fixture(scope="module")
def evidence(shipped: KnowledgeBase) -> Evidence:
    """The evidence of the shipped graph."""
    return Evidence.of(shipped)


@pytest.fixture(scope="module")
def omitted() -> dict[tuple[str, str], str]:
    """What was left out on purpose: {(row, what): reason}; `row` for the whole row, else a number or a relation."""
    lines = OMISSIONS.read_text(encoding="utf-8").splitlines()[1:]
    return {(row, what): reason for row, what, reason in (line.split("\t") for line in lines)}


def test_every_row_is_loaded_or_its_omission_has_a_reason(rows, evidence, omitted) -> None:
    loaded = {row for row in rows if evidence.claims(row)}
    left_out = {row for row, what in omitted if what == "row"}

    assert len(rows) == 206
    assert set(rows) == loaded | left_out
    assert not loaded & left_out
    assert left_out >= NOT_LOADED
    assert all(len(reason) > 20 for reason in omitted.values())


def test_every_number_of_a_claim_stands_in_its_row(rows, evidence) -> None:
    strange, used = [], set()
    known = {name: evidence.known_numbers(name, rows, LEANS_ON) for name in rows}
    for name in rows:
        for claim in evidence.claims(name):
            for node, key, value in evidence.figures(claim):
                number = abs(Decimal(value))
                stands = number in known[name] or (key in BELOW and number - 1 in known[name])
                if (claim, value) in COMPUTED:
                    used.add((claim, value))
                elif not stands and not is_computed(Decimal(value), evidence.nodes[node]):
                    strange.append((claim, node, key, value))

    assert [] == strange
    assert set(COMPUTED) == used


def test_every_number_of_a_row_stands_in_a_claim(rows, evidence, omitted) -> None:
    missing = []
    columns = ["value_low", "value_high", "effect", "ci_low", "ci_high", "p_value", "comparator_value", "n"]
    for name, row in rows.items():
        if "row" in {what for number, what in omitted if number == name}:
            continue
        there = {abs(Decimal(value)) for claim in evidence.claims(name) for *_, value in evidence.figures(claim)}
        for column in columns:
            for number in numbers(row[column]):
                if number not in there and (name, str(number)) not in omitted:
                    missing.append((name, column, str(number), row[column]))

    assert [] == missing


def test_relations_to_the_article_are_those_of_the_row(rows, evidence, omitted) -> None:
    wrong = {}
    for name, row in rows.items():
        claims = evidence.claims(name)
        expected = {(row["relation"], claim) for claim in row["claim_ids"].split(";") if claim}
        expected -= {tuple(what.split(" ")) for number, what in omitted if number == name and " " in what}
        found = {pair for pair in evidence.judged(claims) if re.fullmatch(r"C\d+", pair[1])}
        if claims and expected != found:
            wrong[name] = (sorted(expected - found), sorted(found - expected))

    assert {} == wrong


def test_how_far_a_row_was_read_is_said(rows, evidence, omitted) -> None:
    for name, row in rows.items():
        said = {evidence.nodes[claim]["verification"][0] for claim in evidence.claims(name)}

        assert said <= {"verification-" + row["verification"].replace(" ", "-")} | (
            {"verification-derived"} if "derived" in str(row) else set()
        ), name


def test_sources_are_cited_by_what_identifies_them(rows, evidence, omitted) -> None:
    missing = []
    for name, row in rows.items():
        codes: set[str] = set()
        for claim in evidence.claims(name):
            version = evidence.nodes[claim]["statedIn"][0]
            source = evidence.nodes[version]["versionOf"][0]
            for node in (evidence.nodes[version], evidence.nodes[source]):
                for key in ("identifier", "trialNumber", "applicationNumber", "publicationYear", "editorialNote"):
                    codes |= set(node[key])
            codes |= set(evidence.nodes[claim]["editorialNote"])
            for thing in (*evidence.nodes[claim]["claimSubject"], *evidence.nodes[claim]["claimObject"]):
                codes |= set(evidence.nodes[thing]["hasDbXref"])
        text = " ".join(codes)
        for column in ("pmid", "doi"):
            for code in re.findall(r"10\.[^\s;]+|\b\d{6,8}\b", row[column]):
                if codes and code.lower() not in text.lower() and (name, code) not in omitted:
                    missing.append((name, column, code))
        for code in re.findall(r"NCT\d{8}|[0-9a-f]{8}-[0-9a-f-]{27}|PMC\d+", row["trial_or_set_id"]):
            if codes and code not in text and (name, code) not in omitted:
                missing.append((name, "trial_or_set_id", code))

    assert [] == missing


def test_what_is_from_memory_is_not_in_the_graph(evidence) -> None:
    for claim in (*evidence.claims("E070"), *evidence.claims("E086")):
        figures = {Decimal(value) for *_, value in evidence.figures(claim)}

        assert not figures & {Decimal("70"), Decimal("21.1")}
    assert not any("NegatedClaim" in evidence.nodes[claim]["type"] for claim in evidence.claims("E086"))
    assert [] == [claim for row in NOT_LOADED for claim in evidence.claims(row)]
