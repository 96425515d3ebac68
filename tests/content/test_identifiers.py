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
PREFIXES = {
    "ChEBI": "CHEBI",
    "ChEMBL": "CHEMBL.COMPOUND",
    "DrugBank": "DRUGBANK",
    "DrugCentral": "DRUGCENTRAL",
    "Ensembl": "ENSEMBL",
    "HPO": "HP",
    "ICD-10": "ICD10",
    "ICD-10-CM": "ICD10CM",
    "ICD-11": "ICD11",
    "InChIKey": "INCHIKEY",
    "IUPHAR": "IUPHAR.LIGAND",
    "MeSH": "MESH",
    "MedDRA": "MEDDRA",
    "NCBI Gene": "NCBIGENE",
    "NDF-RT/MED-RT": "NDFRT",
    "PDB ligand": "PDB.LIGAND",
    "PubChem CID": "PUBCHEM.COMPOUND",
    "RxNorm": "RXNORM",
    "SNOMED CT": "SNOMEDCT",
    "UniProt": "UNIPROT",
    "Wikidata": "WIKIDATA",
}
"""The prefix of our codes for a namespace of the table, where it is not the same word."""
NOT_TAKEN = {
    "alcoholic liver cirrhosis": "no claim names it: its open terms are narrower matches of cirrhosis, and no more",
    "baclofen (family, stereo-collapsed)": "one code for three molecules",
    "baclofen adverse effect": "a code of billing, for any adverse effect of a group of drugs",
    "chronic pain syndrome": "no claim names it: its open term is a related match of chronic pain, and no more",
    "drug tolerance": "no claim has it as its object",
    "GABA signalling": "no claim names the pathway as such",
    "lactation": "a setting of claims, of the file of populations",
    "pregnancy": "a setting of claims, of the file of populations",
    "oral administration": "a route is a term of a closed list",
    "intrathecal infusion": "a route is a term of a closed list",
    "intrathecal injection": "a route is a term of a closed list",
    "implantable infusion pump": "a device, not a drug",
}
"""Entities of the table, rows of which may be absent, with the reason."""
CODES_NOT_TAKEN = {
    "DRUGBANK:DB12098": "labelled L-baclofen; which mirror form it is could not be told",
    "ICD10:F13.2": "the disorder of dependence, not the adaptation of the body",
    "ICD10CM:F13.20": "the disorder of dependence, not the adaptation of the body",
    "ICD11:6C44.2": "the disorder of dependence, not the adaptation of the body",
    "SNOMEDCT:271789005": "a code of vertigo",
    "SNOMEDCT:399090003": "a code of vertigo",
    "SNOMEDCT:399153001": "a code of vertigo",
    "SNOMEDCT:404640003": "a code of vertigo",
    "UMLS:C0012833": "listed under vertigo only, so which of its synonyms it stands for was not seen",
    "UMLS:C0042571": "a code of vertigo",
}
"""Single rows left out, with the reason."""
CHECKED_ELSEWHERE = ("bk:jurisdiction-", "bk:product-", "bk:source-", "bk:unit-")
"""What has codes of lists that the table does not hold: ISO 3166, NDC, DOI and PubMed, UCUM and QUDT."""
MADE_OF_PRODUCTS = re.compile(r"^baclofen (\d+ mg oral tablet|oral (solution|suspension) .*|intrathecal .*)$")
"""Entities of the table that are products: their files hold them."""


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
    facts = SHARED / "facts"
    elsewhere = {
        code.replace("_", ":")
        for path in (*facts.glob("ontology-extracts/*.ttl"), *facts.glob("open-data/*.tsv"), facts / "evidence.tsv")
        for code in re.findall(r"[A-Z]+[_:][A-Za-z0-9.-]+|[A-Z][A-Z0-9]*\d+|\b\d{5,}", path.read_text(encoding="utf-8"))
    }
    unverified = []
    for entity, _, code in codes:
        curie = code.rsplit("/", 1)[-1].replace("_", ":")
        local = curie.split(":")[-1]
        if not entity.startswith(CHECKED_ELSEWHERE) and local not in verified and {curie, local}.isdisjoint(elsewhere):
            unverified.append((entity, code))

    assert [] == unverified


@needs_facts
def test_every_verified_row_is_in_the_graph_or_left_out_for_a_reason(codes: list[tuple[str, str, str]]) -> None:
    held = {code for _, match, code in codes if match in ("dcterms:identifier", "oboInOwl:hasDbXref")}
    absent: dict[str, str] = {}
    for row in read_facts("identifiers.tsv"):
        if "from memory" in row["verified_in"] or row["namespace"] in LEFT_OUT:
            continue
        code = f"{PREFIXES.get(row['namespace'], row['namespace'])}:{row['id'].split(':')[-1]}"
        if code not in held:
            absent[code] = row["entity"]
    excused = {
        code
        for code, entity in absent.items()
        if entity in NOT_TAKEN or code in CODES_NOT_TAKEN or MADE_OF_PRODUCTS.match(entity)
    }

    assert {} == {code: entity for code, entity in absent.items() if code not in excused}
    assert set() == set(CODES_NOT_TAKEN) - set(absent)  # no excuse for a code that is there


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
