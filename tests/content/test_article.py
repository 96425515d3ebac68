"""The article's own graph against the table of its claims and the article itself."""

import re
from collections import defaultdict
from hashlib import sha256
from itertools import pairwise

import pytest

from kb import KnowledgeBase
from tests.facts import article, needs_facts, read_facts

pytestmark = needs_facts

BK = "https://w3id.org/baclofen-kg/id/"
GRAPH = "https://w3id.org/baclofen-kg/graph/graph_data/sources/baclofen-article.ttl"
NO_CLAIM = {"meta", "heading", "question", "framing", "provenance"}
BASES = {
    "article": {"basis-unsourced-statement", "basis-table-without-method"},
    "unnamed studies": {"basis-unnamed-studies"},
    'unnamed studies ("Studies have shown")': {"basis-unnamed-studies"},
    "unnamed studies / article inference": {"basis-unnamed-studies", "basis-inference-of-source"},
    "unnamed clinical trial": {"basis-unnamed-trial"},
    "unnamed randomized controlled trial": {"basis-unnamed-randomised-trial"},
    "unnamed research": {"basis-unnamed-research"},
    "unnamed preliminary studies": {"basis-unnamed-preliminary-studies"},
    "anonymous clinician": {"basis-anonymous-clinician"},
}
WORDINGS = ("hedgeWording", "emphasisWording", "frequencyWording")

Facts = dict[str, dict[str, set[str]]]


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, str]]:
    """The rows of the table of claims by their number in lower case."""
    return {row["claim_id"].lower(): row for row in read_facts("claims_article.tsv")}


@pytest.fixture(scope="module")
def described(shipped: KnowledgeBase) -> Facts:
    """Everything the article's file says of a claim, a statement set aside, a passage …: {name: {property: values}}."""
    found: Facts = defaultdict(lambda: defaultdict(set))
    for subject, predicate, value in shipped.sparql(
        f"SELECT ?s ?p ?v {{ GRAPH <{GRAPH}> {{ ?s ?p ?v }} FILTER (STRSTARTS(STR(?s), STR(bk:))) }}"
    ):
        name, key = subject.value.removeprefix(BK), re.split("[#/]", predicate.value)[-1]
        found[name][key].add(re.split("[#/]", value.value)[-1] if str(value).startswith("<") else value.value)
    return found


def test_every_row_is_a_claim_or_set_aside(rows: dict[str, dict[str, str]], described: Facts) -> None:
    claims = {name.removeprefix("claim-") for name in described if name.startswith("claim-")}
    aside = {name.removeprefix("set-aside-") for name in described if re.fullmatch(r"set-aside-c\d+", name)}

    assert len(rows) == 117
    assert set(rows) == claims | aside
    assert not claims & aside
    assert {number for number, row in rows.items() if row["claim_type"] in NO_CLAIM} == aside


def test_every_passage_is_that_of_its_row(rows: dict[str, dict[str, str]], described: Facts) -> None:
    text = article()
    for number, row in rows.items():
        subject = described.get(f"claim-{number}") or described[f"set-aside-{number}"]
        start, end = int(row["char_start"]), int(row["char_end"])
        passage = f"passage-baclofen-article-v1-{start}-{end}"

        assert passage in subject["quotedFrom"], number
        assert {str(start)} == described[passage]["startCharacter"], number
        assert {str(end)} == described[passage]["endCharacter"], number
        assert row["quote"] == text[start:end], number
        assert {sha256(row["quote"].encode()).hexdigest()} == described[passage]["sha256"], number


def test_a_rate_of_the_table_also_rests_on_the_header_that_names_it(
    rows: dict[str, dict[str, str]], described: Facts
) -> None:
    header = rows["c036"]
    for number in ("c037", "c038", "c039"):
        header_passage = f"passage-baclofen-article-v1-{header['char_start']}-{header['char_end']}"

        assert header_passage in described[f"claim-{number}"]["quotedFrom"]


def test_every_character_of_the_article_is_covered_once(described: Facts) -> None:
    spans = sorted(
        (int(*facts["startCharacter"]), int(*facts["endCharacter"]))
        for name, facts in described.items()
        if name.startswith("passage-baclofen-article-v1-")
    )

    assert spans[0][0] == 0
    assert all(before[1] == after[0] for before, after in pairwise(spans))
    assert len(article()) == spans[-1][1]


def test_every_number_is_that_of_its_row_and_no_other_is_given(
    rows: dict[str, dict[str, str]], described: Facts
) -> None:
    for number, row in rows.items():
        estimates = described[f"claim-{number}"]["hasEstimate"] if f"claim-{number}" in described else set()
        if not row["value_low"]:
            assert not estimates, number
            continue
        facts = described[next(iter(estimates))]
        low, high = row["value_low"], row["value_high"]
        expected = {"pointValue": {low}, "lowerBound": set(), "upperBound": set()}
        if low != high:
            expected = {"pointValue": set(), "lowerBound": {low}, "upperBound": {high}}

        assert expected == {key: facts[key] for key in expected}, number
        assert {"%"} == facts["unit"], number
        assert row["unit"].startswith("%"), number


def test_the_basis_of_a_claim_is_whom_the_row_attributes_it_to(
    rows: dict[str, dict[str, str]], described: Facts
) -> None:
    for number, row in rows.items():
        if f"claim-{number}" not in described:
            continue
        bases = described[f"claim-{number}"]["evidenceBasis"]

        assert bases <= BASES[row["attributed_to"]], number
        assert ("table" in row["section"]) == ("basis-table-without-method" in bases), number


def test_what_is_implied_is_not_called_stated(rows: dict[str, dict[str, str]], described: Facts) -> None:
    implied = {number for number, row in rows.items() if row["explicit_or_implied"] == "implied"}

    assert implied == {
        name.removeprefix("claim-") for name, facts in described.items() if "implied" in facts["explicitness"]
    }


def test_a_hedged_row_is_no_asserted_claim(rows: dict[str, dict[str, str]], described: Facts) -> None:
    for number, row in rows.items():
        if f"claim-{number}" not in described:
            continue
        facts = described[f"claim-{number}"]
        hedged = row["certainty_wording"].startswith(("hedged", "normative"))
        is_asserted = "modality-asserted" in facts["modality"]

        assert not (hedged and is_asserted), number
        assert not hedged or facts["hedgeWording"] or facts["emphasisWording"], number


def test_the_words_kept_of_a_hedge_stand_in_the_passage(rows: dict[str, dict[str, str]], described: Facts) -> None:
    for number, row in rows.items():
        for key in WORDINGS:
            for wording in described[f"claim-{number}"][key] if f"claim-{number}" in described else ():
                parts = [part.strip() for part in wording.split(";")]

                assert [] == [part for part in parts if part.lower() not in row["quote"].lower()], number


def test_every_hedge_that_a_row_quotes_is_kept(rows: dict[str, dict[str, str]], described: Facts) -> None:
    for number, row in rows.items():
        if f"claim-{number}" not in described:
            continue
        kept = " ".join(" ".join(described[f"claim-{number}"][key]) for key in WORDINGS).lower()
        for quoted in re.findall(r'"([^"]+)"', row["certainty_wording"]):
            words = [word for word in re.findall(r"[a-z']+", quoted.lower()) if word not in ("include", "yes", "help")]

            assert any(word in kept for word in words), (number, quoted)


def test_a_population_of_a_row_is_kept(rows: dict[str, dict[str, str]], described: Facts) -> None:
    for number, row in rows.items():
        if row["population"] and f"claim-{number}" in described:
            facts = described[f"claim-{number}"]

            assert facts["inPopulation"] or facts["claimPredicate"] & {"mayBenefitPopulation", "usableInPopulation"}, (
                number
            )


def test_only_the_claim_on_addiction_is_negated(described: Facts) -> None:
    assert {"claim-c094"} == {name for name, facts in described.items() if "NegatedClaim" in facts["type"]}


def test_the_two_senses_of_withdrawal_are_kept_apart(described: Facts) -> None:
    assert {"alcohol-withdrawal"} == described["claim-c061"]["claimObject"] | described["claim-c063"]["claimObject"]
    assert {"baclofen-withdrawal-syndrome"} == described["claim-c100"]["claimObject"]
    assert {"monitor-for-withdrawal"} == described["claim-c099"]["claimObject"]


def test_spasm_and_spasticity_are_kept_apart(rows: dict[str, dict[str, str]], described: Facts) -> None:
    for number, row in rows.items():
        objects = described[f"claim-{number}"]["claimObject"] if f"claim-{number}" in described else set()
        if "muscle-spasm" in objects:
            assert "spasm" in row["object"], number
        if objects & {"spasticity", "spasticity-due-to-cerebral-palsy"}:
            assert "spasticity" in row["object"], number


def test_no_claim_says_that_the_drug_treats_the_cause_of_spasticity(described: Facts) -> None:
    objects = {
        value for facts in described.values() if "baclofen" in facts["claimSubject"] for value in facts["claimObject"]
    }

    assert not objects & {"multiple-sclerosis", "spinal-cord-injury", "cerebral-palsy"}
