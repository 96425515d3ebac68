"""Every canned query of the shipped graph: its answer on each engine, and what its header expects."""

from typing import Any

import pytest

from kb import KnowledgeBase
from kb.catalog.expectation import unmet
from kb.paths import files_below
from tests.conftest import ROOT

NAMES = [path[len("queries/") : -len(".rq")] for path in files_below(str(ROOT), "queries", ".rq")]
SLOW_ON_RDFLIB = frozenset(
    (
        "checks/claim-affirmed-and-negated",
        "checks/claim-object-out-of-range",
        "checks/entity-of-no-use",
        "checks/hedged-claim-called-treatment",
        "checks/term-undefined",
        "checks/thing-without-label-or-type",
        "claims/claims-by-source",
        "claims/parts-of-claim",
        "claims/rates-without-denominator",
        "claims/topics-by-drug",
        "comparison/alternatives",
        "dosing/oral-liquids",
        "dosing/regimens",
        "entity/claims-by-entity",
        "entity/list",
        "entity/names-sharing-a-code",
        "entity/neighbourhood",
        "evidence/audit-of-source",
        "evidence/changes-between-years",
        "evidence/claims-for-and-against",
        "evidence/figures-of-claim",
        "evidence/sides-by-design",
        "evidence/single-source-claims",
        "evidence/verdict-changes",
        "evidence/verdict-states",
        "mechanism/pathway-by-drug",
        "ontology/terms",
        "population/populations-by-drug",
        "regulation/approvals-by-drug",
        "safety/contraindications-and-cautions",
        "safety/effects-ranked-by-label",
        "safety/kidney-function",
        "safety/non-medical-use",
        "safety/overdose",
        "safety/pregnancy-and-breastfeeding",
        "treatment/combinations-by-drug",
        "treatment/conditions-by-drug",
        "treatment/effectiveness-by-condition",
        "treatment/investigational-uses",
    )
)
"""Those that take rdflib over a second or so: it is asked them with the slow tests."""


@pytest.mark.parametrize("name", NAMES)
def test_a_server_gives_the_same_rows_in_the_same_order(
    name: str, shipped: KnowledgeBase, shipped_remote: KnowledgeBase
) -> None:
    rows = shipped.query(name)

    assert rows.rows == shipped_remote.query(name).rows
    assert len(set(rows.rows)) == len(rows)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.whole_graph] * (name in SLOW_ON_RDFLIB)) for name in NAMES]
)
def test_rdflib_gives_the_same_rows_in_the_same_order(
    name: str, shipped: KnowledgeBase, shipped_rdflib: KnowledgeBase
) -> None:
    assert shipped.query(name).rows == shipped_rdflib.query(name).rows


def test_the_slow_queries_exist() -> None:
    assert set(NAMES) >= SLOW_ON_RDFLIB


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_is_what_the_header_expects(name: str, shipped: KnowledgeBase) -> None:
    query = shipped.queries[name]

    assert query.expect, "a query without 'expect' is not tested"
    assert [] == unmet(query, shipped.query(name), shipped.prefixes)


@pytest.mark.parametrize("name", NAMES)
def test_columns_hold_what_the_header_says(name: str, shipped: KnowledgeBase) -> None:
    for column, values in zip(shipped.queries[name].columns, zip(*shipped.query(name).rows, strict=True), strict=False):
        kinds = {_kind(value) for value in values if value is not None}

        assert column.type == "any" or kinds <= {column.type, *(("integer",) if column.type == "decimal" else ())}, (
            column.name
        )


def _kind(term: Any) -> str:
    if str(term).startswith("<"):
        return "iri"
    datatype = str(term.datatype.value).rsplit("#", 1)[-1]
    return "string" if datatype == "langString" else datatype


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("checks/")])
def test_medical_facts_come_with_their_claim_or_source(name: str, shipped: KnowledgeBase) -> None:
    topic = name.split("/", maxsplit=1)[0]
    columns = [column.name for column in shipped.queries[name].columns]

    assert topic in ("entity", "ontology", "sources") or [
        column for column in columns if column in ("limitedBy", "source", "version") or "claim" in column.lower()
    ]


def test_another_drug_gives_other_rows(shipped: KnowledgeBase) -> None:
    for name, query in shipped.queries.items():
        if any(parameter.name == "drug" for parameter in query.parameters):
            text = shipped.bind(name, {"drug": "baclofen"}).text

            assert "baclofen" not in text.replace("<https://w3id.org/baclofen-kg/id/baclofen>", "").split("SELECT", 1)[
                1
            ].replace("baclofen-kg", ""), name
