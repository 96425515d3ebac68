"""The units of the graph: their codes, their factors, and the units of every number.

A factor follows from the definitions of UCUM: a prefix is a power of ten, a day 24 h, a week 7 d, a year ("a")
365.25 d and a month ("mo") a twelfth of it. Where ucumvert is installed, which reads UCUM codes by the grammar and the
tables of UCUM, each code and factor is compared with it.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pytest

from kb import KnowledgeBase
from tests.conftest import ROOT

QUDT = "http://qudt.org/vocab/unit/"
ANNOTATION = re.compile(r"\{[!-z|~]+\}")
"""What UCUM lets stand between braces, and counts as 1."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the vocabulary, with its reference unit by name."""

    name: str
    code: str
    factor: Decimal
    reference: str


@pytest.fixture(scope="module")
def units(shipped: KnowledgeBase) -> dict[str, Unit]:
    """The units by their code."""
    rows = shipped.sparql(
        "SELECT ?unit ?code ?factor ?reference"
        " { ?unit a bkg:Unit ; bkg:ucumCode ?code ; bkg:factorToReference ?factor ; bkg:referenceUnit ?reference }"
    )
    found = [
        Unit(shipped.compact(unit.value), code.value, Decimal(factor.value), shipped.compact(reference.value))
        for unit, code, factor, reference in rows
    ]

    assert [] == [code for code, times in Counter(unit.code for unit in found).items() if times > 1]
    assert [] == [name for name, times in Counter(unit.name for unit in found).items() if times > 1]
    return {unit.code: unit for unit in found}


def _convert(units: dict[str, Unit], value: str, code: str, into: str) -> Fraction:
    """Return a value of one unit in another of the same reference unit."""
    assert units[code].reference == units[into].reference
    return Fraction(value) * Fraction(units[code].factor) / Fraction(units[into].factor)


def test_every_unit_is_complete(shipped: KnowledgeBase, units: dict[str, Unit]) -> None:
    named = {shipped.compact(unit.value) for (unit,) in shipped.sparql("SELECT ?unit { ?unit a bkg:Unit }")}

    assert len(units) > 25
    assert named == {unit.name for unit in units.values()}


def test_every_number_has_a_unit_of_the_vocabulary(shipped: KnowledgeBase, units: dict[str, Unit]) -> None:
    rows = list(
        shipped.sparql("SELECT ?node ?code { VALUES ?property { bkg:unit bkg:durationUnit } ?node ?property ?code }")
    )

    assert rows
    assert [] == [(node.value, code.value) for node, code in rows if code.value not in units]


def test_factors_lead_to_a_reference_unit(units: dict[str, Unit]) -> None:
    by_name = {unit.name: unit for unit in units.values()}

    assert [] == [unit.name for unit in units.values() if unit.factor <= 0]
    assert [] == [unit.name for unit in units.values() if by_name[unit.reference].reference != unit.reference]
    assert [] == [unit.name for unit in units.values() if unit.name == unit.reference and unit.factor != 1]


@pytest.mark.parametrize(
    ("value", "code", "expected", "into"),
    [
        ("1000", "ug/d", "1", "mg/d"),
        ("1", "g/d", "1000", "mg/d"),
        ("5", "mg/(5.mL)", "1", "mg/mL"),
        ("10", "mg/(5.mL)", "2", "mg/mL"),
        ("10", "mg/(20.mL)", "0.5", "mg/mL"),
        ("500", "ug/mL", "0.5", "mg/mL"),
        ("1", "d", "24", "h"),
        ("12", "mo", "1", "a"),
        ("60", "mL/min", "3.6", "L/h"),
    ],
)
def test_conversions_are_exact(units: dict[str, Unit], value: str, code: str, expected: str, into: str) -> None:
    assert Fraction(expected) == _convert(units, value, code, into)
    assert Fraction(value) == _convert(units, expected, into, code)


def _sizes(units: dict[str, Unit]) -> Iterator[tuple[Unit, float, float]]:
    """Each unit with its factor as ucumvert has it, and ours; a code of braces alone counts as 1."""
    ucumvert = pytest.importorskip("ucumvert")
    registry = ucumvert.PintUcumRegistry()
    by_name = {unit.name: unit for unit in units.values()}
    for unit in units.values():
        if ANNOTATION.fullmatch(unit.code):
            yield unit, 1.0, float(unit.factor)
            continue
        ours = registry.from_ucum(unit.code)
        yield unit, ours.to(registry.from_ucum(by_name[unit.reference].code).units).magnitude, float(unit.factor)


def test_codes_and_factors_are_those_of_ucum(units: dict[str, Unit]) -> None:
    compared = list(_sizes(units))

    assert [] == [(unit.code, theirs, ours) for unit, theirs, ours in compared if pytest.approx(theirs) != ours]


def test_sssom_rows_are_the_matches_of_the_graph(shipped: KnowledgeBase) -> None:
    lines = (ROOT / "ontology" / "mappings" / "units.sssom.tsv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")
    written = {(row["subject_id"], row["predicate_id"], QUDT + row["object_id"].removeprefix("unit:")) for row in rows}
    matches = {
        (shipped.compact(unit.value), shipped.compact(match.value), code.value)
        for unit, match, code in shipped.sparql(
            "SELECT ?unit ?match ?code { ?unit a bkg:Unit ; ?match ?code ."
            " FILTER (?match IN (skos:exactMatch, skos:closeMatch, skos:broadMatch, skos:narrowMatch)) }"
        )
    }

    assert written == matches
