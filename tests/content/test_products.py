"""The products of the graph against the extract of the product directory that they were made from."""

import re

from kb import KnowledgeBase
from tests.content.evidence import Evidence
from tests.facts import needs_facts, read_facts

pytestmark = needs_facts


def test_each_listed_product_is_there_with_its_strength_and_date(shipped: KnowledgeBase) -> None:
    evidence = Evidence.of(shipped)
    unit = {"ug/mL": "ug/mL", "mg/mL": "mg/mL", "mg/5mL": "mg/(5.mL)", "mg/20mL": "mg/(20.mL)", "mg/1": "mg"}
    rows = read_facts("open-data/openfda_ndc_baclofen.tsv")

    assert len(rows) == 30
    for row in rows:
        code = row["product_ndc"]
        product = f"product-ndc-{code}"
        start = row["marketing_start"]
        available = evidence.nodes[f"claim-ndc-{code}-available"]
        assert evidence.nodes[product]["identifier"] == [f"NDC:{code}"]
        assert available["claimObject"] == [product]
        assert available["effectiveDate"] == [f"{start[:4]}-{start[4:6]}-{start[6:]}"]
        printed = re.fullmatch(r"([\d.]+) (\S+)", row["strength"])
        if printed:
            strength = evidence.nodes[evidence.nodes[f"claim-ndc-{code}-strength"]["claimObject"][0]]
            assert (strength["amount"], strength["unit"]) == ([printed[1]], [unit[printed[2]]])
        else:
            assert not evidence.nodes[f"claim-ndc-{code}-strength"]


def test_no_product_is_there_that_the_directory_does_not_list(shipped: KnowledgeBase) -> None:
    listed = {row["product_ndc"] for row in read_facts("open-data/openfda_ndc_baclofen.tsv")}
    others = {
        code
        for row in (*read_facts("open-data/openfda_label_excerpts.tsv"), *read_facts("evidence.tsv"))
        for code in re.findall(r"\b\d{4,5}-\d{3,4}\b", " ".join(str(cell) for cell in row.values()))
    }
    codes = {
        name.removeprefix("product-ndc-") for name in Evidence.of(shipped).nodes if name.startswith("product-ndc-")
    }

    assert codes >= listed
    assert codes <= listed | others
