"""The outside identifiers of the graph against the table they were taken from."""

import re

import pytest

from kb import KnowledgeBase
from tests.facts import SHARED, needs_facts, read_facts

CODES_ONLY = {
    "ATC",
    "DRUGBANK",
    "ICD10",
    "ICD10CM",
    "ICD11",
    "INN",
    "IUPHAR.LIGAND",
    "MEDDRA",
    "NDFRT",
    "SNOMEDCT",
    "UMLS",
}
"""Namespaces whose licence lets a code be named, but no IRI, label or hierarchy be taken over."""
LEFT_OUT = {"CAS", "HMDB", "KEGG", "SMILES"}
"""Namespaces left out: a proprietary registry, two with conditions on use, and one that is no registry."""


@pytest.fixture(scope="module")
def codes(shipped: KnowledgeBase) -> list[tuple[str, str, str]]:
    """Entity, how close, and code of every outside identifier, in short forms."""
    rows = shipped.query("entity/identifiers").to_dicts()
    found = [
        (shipped.compact(str(row["entity"])), shipped.compact(str(row["match"])), str(row["code"])) for row in rows
    ]
    return [row for row in found if row[0].startswith("bk:")]  # a term of the ontology is mapped, not identified


@needs_facts
def test_every_code_stands_in_a_verified_row(codes: list[tuple[str, str, str]]) -> None:
    rows = read_facts("identifiers.tsv")
    verified = {
        row["id"].split(":")[-1]
        for row in rows
        if "from memory" not in row["verified_in"] and row["namespace"] not in LEFT_OUT
    }
    extracts = "".join(
        path.read_text(encoding="utf-8") for path in (SHARED / "facts" / "ontology-extracts").glob("*.ttl")
    )
    unverified = []
    for entity, _, code in codes:
        local = re.split("[:/#_]", code)[-1]
        if local not in verified and code.rsplit("/", 1)[-1].replace(":", "_") not in extracts:
            unverified.append((entity, code))

    assert [] == unverified


@needs_facts
def test_no_row_from_memory_is_used(codes: list[tuple[str, str, str]]) -> None:
    rows = read_facts("identifiers.tsv")
    from_memory = {row["id"].split(":")[-1] for row in rows if "from memory" in row["verified_in"]}
    from_memory -= {row["id"].split(":")[-1] for row in rows if "from memory" not in row["verified_in"]}

    assert len(from_memory) >= 10
    assert [] == [code for _, _, code in codes if re.split("[:/#_]", code)[-1] in from_memory]


def test_namespaces_whose_licence_forbids_it_have_codes_only(codes: list[tuple[str, str, str]]) -> None:
    hosts = ("snomed", "umls", "meddra", "whocc", "drugbank", "icd", "kegg", "hmdb")

    assert [] == [
        code for _, _, code in codes if code.startswith("http") and any(host in code.lower() for host in hosts)
    ]
    assert set() == {code.split(":")[0] for _, _, code in codes} & LEFT_OUT
    assert {"http"} >= {code.split(":")[0] for _, match, code in codes if match.startswith("skos:")}


@pytest.mark.parametrize(
    "name",
    [
        *(
            "baclofen",
            "gaba",
            "gaba-receptor",
            "spasticity",
            "muscle-spasm",
            "multiple-sclerosis",
            "spinal-cord-injury",
        ),
        *("cerebral-palsy", "epilepsy", "fibromyalgia", "chronic-pain", "alcohol-dependence", "alcohol-use-disorder"),
        *(
            "alcohol-withdrawal",
            "drowsiness",
            "dizziness",
            "weakness",
            "fatigue",
            "headache",
            "physical-therapy",
            "children",
        ),
    ],
)
def test_what_the_article_names_has_an_outside_identifier(codes: list[tuple[str, str, str]], name: str) -> None:
    assert any(entity == f"bk:{name}" and match.startswith("skos:") for entity, match, _ in codes)


def test_only_exact_matches_count_as_the_same_thing(codes: list[tuple[str, str, str]]) -> None:
    same = {(entity, code) for entity, match, code in codes if match in ("dcterms:identifier", "skos:exactMatch")}

    assert ("bk:dizziness", "HP:0002321") not in same  # that is vertigo
    assert ("bk:physical-dependence", "MONDO:0004938") not in same  # that is the disorder
    assert ("bk:alcohol-use-disorder", "MONDO:0002046") not in same  # that is labelled alcohol abuse
    assert not any(entity == "bk:gaba-receptor" for entity, _ in same)  # the article does not say which type


def test_no_identifier_names_two_entities(codes: list[tuple[str, str, str]]) -> None:
    owners: dict[str, set[str]] = {}
    for entity, match, code in codes:
        if match in ("dcterms:identifier", "skos:exactMatch"):
            owners.setdefault(code, set()).add(entity)

    assert {} == {code: names for code, names in owners.items() if len(names) > 1}
