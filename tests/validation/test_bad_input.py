"""One run of `kb validate` over data with every kind of bad input names each: file, line, value, remedy."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from pyoxigraph import RdfFormat, parse

from kb import KnowledgeBase
from kb.validation.shape_engines import run_pyshacl
from tests.conftest import ROOT, Run

FILE = "graph_data/sources/zorvexin.ttl"
SOUND = Path(__file__).parent / "examples" / "judgement" / "conforming.ttl"
QUALIFIERS = (
    "atSite bk:toe",
    "comparedWith bk:zorvexin",
    "effectiveYear 1999",
    "forCondition bk:crampitis",
    "forEffect bk:crampitis",
    "hasOutcome bk:mood",
    "inJurisdiction bk:ruritania",
    "inPopulation bk:elders, bk:infants",
    "underRegimen bk:regimen-low",
    "withCoIntervention bk:bed-rest",
)
"""What tells a denial apart from what another claim of its source affirms."""
YEARS = {"bill-first": 1999, "bill-second": 1998, "leaflet-first": 2001, "poster-first": 1999}
DERIVED = ("agreement-states.ttl", "verdict-states.ttl")
"""Controlled values that rules of the ontology assign."""
BAD = """
bk:elders
    a bkg:Population ;
    rdfs:label "people of 200 years and more"@en ;
    bkg:fromAge 200 ;
.

bk:estimate-reversed
    a bkg:Estimate ;
    rdfs:label "40 to 30 %: share helped by zorvexin"@en ;
    bkg:boundsKind bk:bounds-range ;
    bkg:estimateType bk:share ;
    bkg:lowerBound 40 ;
    bkg:sampleSize 20 ;
    bkg:unit "%" ;
    bkg:upperBound 30 ;
.

bk:estimate-without-unit
    a bkg:Estimate ;
    rdfs:label "30: something of zorvexin"@en ;
    bkg:estimateType bk:share ;
    bkg:pointValue 30 ;
    bkg:sampleSize 20 ;
.

bk:infants
    a bkg:Population ;
    rdfs:label "people younger than birth"@en ;
    bkg:belowAge -1 ;
.

bk:judgement-of-nothing
    a bkg:Judgement ;
    rdfs:label "the poster disputes a claim that nobody makes"@en ;
    bkg:judgedBy bk:readers ;
    bkg:judgedClaim bk:claim-of-nobody ;
    bkg:judgedOn "2023-02-30"^^xsd:date ;
    bkg:judgedRelation bkg:disputes ;
    bkg:judgingClaim bk:claim-of-poster ;
.

bk:bill
    a bkg:Source ;
    rdfs:label "bill on zorvexin"@en ;
    dcterms:identifier "DOI:10.1000/bill" ;
    dcterms:title "A bill on zorvexin"@en ;
    bkg:sourceKind bk:kind-leaflet ;
.

bk:bill-again
    a bkg:Source ;
    rdfs:label "bill on zorvexin, entered a second time"@en ;
    dcterms:identifier "DOI:10.1000/BILL" ;
    dcterms:title "A bill on zorvexin"@en ;
    bkg:sourceKind bk:kind-leaflet ;
.

bk:bill-first
    a bkg:SourceVersion ;
    rdfs:label "bill on zorvexin, first printing"@en ;
    bkg:supersedes bk:bill-second ;
    bkg:versionOf bk:bill ;
.

bk:bill-second
    a bkg:SourceVersion ;
    rdfs:label "bill on zorvexin, second printing"@en ;
    bkg:supersedes bk:bill-first ;
    bkg:versionOf bk:bill ;
.

bk:rumour
    a bkg:Source ;
    rdfs:label "rumour of zorvexin"@en ;
    dcterms:title "Have you heard?"@en ;
    bkg:sourceKind bk:kind-leaflet ;
.

bk:rumour-first
    a bkg:SourceVersion ;
    rdfs:label "rumour of zorvexin, as heard first"@en ;
    bkg:versionOf bk:rumour ;
.
"""
"""What is wrong, beside a claim that both affirms and denies, and one that denies what another affirms."""
SUBTLE = """
bk:claim-of-share
    a bkg:AffirmedClaim, bkg:SafetyClaim ;
    rdfs:label "zorvexin gives crampitis, in two shares"@en ;
    bkg:claimObject bk:crampitis ;
    bkg:claimPredicate bkg:hasBoxedWarning ;
    bkg:claimSubject bk:zorvexin ;
    bkg:evidenceBasis bk:basis-hearsay ;
    bkg:explicitness bk:said-outright ;
    bkg:hasEstimate bk:estimate-a, bk:estimate-b ;
    bkg:inPopulation bk:elders, bk:infants ;
    bkg:modality bk:modality-asserted ;
    bkg:quotedFrom bk:poster-top ;
    bkg:statedIn bk:poster-first ;
    bkg:supersedes bk:claim-of-zorvexin ;
    bkg:verification bk:read-in-full ;
.

bk:claim-without-route
    a bkg:AffirmedClaim, bkg:SafetyClaim ;
    rdfs:label "zorvexin gives crampitis, by a route not named"@en ;
    bkg:claimObject bk:crampitis ;
    bkg:claimPredicate bkg:hasBoxedWarning ;
    bkg:claimSubject bk:zorvexin ;
    bkg:evidenceBasis bk:basis-hearsay ;
    bkg:explicitness bk:said-outright ;
    bkg:leavesUnstated bk:detail-dose, bk:detail-route ;
    bkg:modality bk:modality-asserted ;
    bkg:quotedFrom bk:poster-top ;
    bkg:statedIn bk:poster-first ;
    bkg:verification bk:read-in-full ;
.

bk:estimate-a
    a bkg:Estimate ;
    rdfs:label "one share"@en ;
    bkg:estimateType bk:share ;
    bkg:pointValue 1 ;
    bkg:unit "{smidgen}" ;
.

bk:estimate-b
    a bkg:Estimate ;
    rdfs:label "another share"@en ;
    bkg:estimateType bk:share ;
    bkg:pointValue 2 ;
    bkg:unit "{smidgen}" ;
.

bk:judgement-disputing
    a bkg:Judgement ;
    rdfs:label "the poster disputes the leaflet"@en ;
    bkg:judgedBy bk:readers ;
    bkg:judgedClaim bk:claim-of-zorvexin ;
    bkg:judgedOn "2023-02-28"^^xsd:date ;
    bkg:judgedRelation bkg:disputes ;
    bkg:judgingClaim bk:claim-of-poster ;
.

bk:judgement-of-itself
    a bkg:Judgement ;
    rdfs:label "the leaflet bears itself out"@en ;
    bkg:judgedBy bk:readers ;
    bkg:judgedClaim bk:claim-of-zorvexin ;
    bkg:judgedOn "2023-02-28"^^xsd:date ;
    bkg:judgedRelation bkg:supports ;
    bkg:judgingClaim bk:claim-of-denial ;
.

bk:unit-nip
    a bkg:Unit ;
    rdfs:label "nip"@en ;
    bkg:factorToReference 0.5 ;
    bkg:referenceUnit bk:unit-pinch ;
    bkg:ucumCode "%" ;
.

bk:unit-pinch
    a bkg:Unit ;
    rdfs:label "pinch"@en ;
    bkg:factorToReference 1 ;
    bkg:referenceUnit bk:unit-share ;
    bkg:ucumCode "{pinch}" ;
.

bk:unit-share
    a bkg:Unit ;
    rdfs:label "per cent"@en ;
    bkg:factorToReference 1 ;
    bkg:referenceUnit bk:unit-share ;
    bkg:ucumCode "%" ;
.
"""
"""What no shape sees: queries compare it with the rest."""
CHECKS: dict[str, list[tuple[str, ...]]] = {
    "claim-affirmed-and-negated": [
        ("claim-of-both", "claim-of-both", "leaflet-first"),
        ("claim-of-both", "claim-of-denial", "leaflet-first"),
        ("claim-of-zorvexin", "claim-of-both", "leaflet-first"),
        ("claim-of-zorvexin", "claim-of-denial", "leaflet-first"),
    ],
    "claim-with-rival-estimates": [("claim-of-share", "estimate-a", "estimate-b")],
    "figure-of-bare-substance": [("claim-of-share", "zorvexin", "hasBoxedWarning")],
    "judgement-within-one-source": [("judgement-of-itself", "claim-of-denial", "claim-of-zorvexin")],
    "judgements-contradict": [
        ("judgement-of-readers", "judgement-disputing", "claim-of-poster", "claim-of-zorvexin"),
    ],
    "source-identified-twice": [("bill", "bill-again", "DOI:10.1000/bill")],
    "supersedes-in-a-circle": [("bill-first", "bill-second"), ("bill-second", "bill-first")],
    "supersedes-what-is-newer": [
        ("bill-second", "1998", "bill-first", "1999"),
        ("claim-of-share", "1999", "claim-of-zorvexin", "2001"),
    ],
    "unit-ambiguous": [("unit-nip", "unit-pinch"), ("unit-nip", "unit-share")],
    "unit-undefined": [("estimate-a", "{smidgen}"), ("estimate-b", "{smidgen}")],
}
"""What each check finds: local names, or values, by row."""


class Report(NamedTuple):
    """What the command said."""

    code: int
    lines: list[str]
    errors: str


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with the ontology, shapes and checks of the project, and data about an invented drug, sound and bad."""
    root = tmp_path_factory.mktemp("bad-input")
    shutil.copytree(ROOT / "ontology", root / "ontology")
    shutil.copytree(ROOT / "queries" / "checks", root / "queries" / "checks")
    (root / "queries" / "checks" / "control-total-differs.rq").unlink()  # nobody has counted invented sources
    (root / FILE).parent.mkdir(parents=True)
    for name in DERIVED:
        shutil.copy(ROOT / "graph_data" / "vocabularies" / name, root / "graph_data")
    sound = SOUND.read_text(encoding="utf-8").replace("bk:modality-sure", "bk:modality-asserted")
    claim = _block(sound, "bk:claim-of-zorvexin")
    denial = claim.replace("bk:claim-of-zorvexin", "bk:claim-of-denial").replace("AffirmedClaim", "NegatedClaim")
    muddle = claim.replace("bk:claim-of-zorvexin", "bk:claim-of-both").replace(
        "bkg:AffirmedClaim ,", "bkg:AffirmedClaim , bkg:NegatedClaim ,"
    )
    elsewhere = "".join(
        denial.replace("bk:claim-of-denial", f"bk:claim-of-denial-{number}").replace(
            "    bkg:statedIn", f"    bkg:{qualifier} ;\n    bkg:statedIn"
        )
        for number, qualifier in enumerate(QUALIFIERS)
    )
    text = sound + denial + muddle + elsewhere + BAD + SUBTLE
    for version, year in YEARS.items():
        text = text.replace(
            f"bk:{version}\n    a bkg:SourceVersion ;",
            f"bk:{version}\n    a bkg:SourceVersion ;\n    bkg:publicationYear {year} ;",
        )
    (root / FILE).write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def report(root: Path, run_kb: Run) -> Report:
    """One run of `kb validate`."""
    done = run_kb("validate", "--data", str(root))
    return Report(done.returncode, done.stdout.splitlines(), done.stderr)


def _block(text: str, subject: str) -> str:
    return next(f"{subject}\n{rest}\n.\n" for rest in _rest(text, subject))


def _rest(text: str, subject: str) -> Iterator[str]:
    for block in text.split("\n.\n"):
        name, _, rest = block.strip().partition("\n")
        if name == subject:
            yield rest


def _line(root: Path, subject: str) -> int:
    """Return the line on which a thing is described."""
    return (root / FILE).read_text(encoding="utf-8").split("\n").index(subject) + 1


def test_bad_input_has_exit_code_1(report: Report) -> None:
    assert 1 == report.code


def test_bad_input_shows_no_traceback(report: Report) -> None:
    assert "Traceback" not in report.errors


@pytest.mark.parametrize(
    "arguments",
    [["fmt", "--check"], ["query", "checks/unit-ambiguous", "--engine", "rdflib"]],
    ids=["fmt", "rdflib"],
)
def test_impossible_date_shows_no_traceback(root: Path, run_kb: Run, arguments: list[str]) -> None:
    assert "Traceback" not in run_kb(*arguments, "--data", str(root)).stderr


def test_impossible_date_is_not_logged_by_pyshacl(caplog: pytest.LogCaptureFixture) -> None:
    date = '<urn:a> <urn:p> "2023-02-30"^^<http://www.w3.org/2001/XMLSchema#date> .'
    run_pyshacl([], [quad.triple for quad in parse(date, RdfFormat.TURTLE)])

    assert [] == caplog.records


@pytest.mark.parametrize(
    ("subject", "value", "fault", "remedy"),
    [
        ("bk:rumour-first", "bk:rumour-first", "source version without identity", "give it a dcterms:identifier"),
        ("bk:estimate-reversed", "40", "not above the bkg:upperBound", "a range has its two bounds"),
        ("bk:estimate-without-unit", "bk:estimate-without-unit", "has exactly one unit", "a percentage has"),
        ("bk:judgement-of-nothing", "bk:claim-of-nobody", "points at a claim that does not exist", "correct the name"),
        ("bk:bill", "bk:bill-again", "one and the same", "keep one"),
        ("bk:claim-of-both", "bk:claim-of-both", "either affirms or denies", "give it exactly one of"),
        ("bk:claim-of-zorvexin", "bk:claim-of-denial", "says it and denies it", "keep one of the claims"),
        ("bk:bill-first", "bk:bill-second", "only the later one supersedes", "remove the step"),
        ("bk:elders", "200", "a plain number of years from 0 to 130", "correct the age"),
        ("bk:infants", "-1", "a plain number of years from 0 to 130", "correct the age"),
        ("bk:judgement-of-nothing", "2023-02-30", "a day of the calendar", "write it such as"),
    ],
)
def test_bad_input_is_named_with_place_value_and_remedy(
    report: Report, root: Path, subject: str, value: str, fault: str, remedy: str
) -> None:
    place = f"error: {FILE}:{_line(root, subject)}: "
    found = [line for line in report.lines if line.startswith(place) and fault in line]

    assert found, report.lines
    assert all(remedy in line.partition(";")[2] for line in found)
    assert any(re.search(rf"(?<![\w-]){re.escape(value)}(?![\w-])", line[len(place) :]) for line in found)


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
@pytest.mark.parametrize("check", CHECKS)
def test_check_finds_the_same_on_each_engine(root: Path, check: str, engine: str) -> None:
    with KnowledgeBase.open(str(root), engine=engine) as kb:
        rows = [
            tuple(re.split("[/#]id/|#", str(getattr(term, "value", term)))[-1] for term in row)
            for row in kb.query(f"checks/{check}")
        ]

    assert sorted(CHECKS[check]) == sorted(rows)


def test_what_is_sound_is_not_named(report: Report, root: Path) -> None:
    text = (root / FILE).read_text(encoding="utf-8")
    sound = {line for line in text.split("\n") if line.startswith("bk:")} & set(
        SOUND.read_text(encoding="utf-8").split("\n")
    )
    places = {
        f"error: {FILE}:{_line(root, subject)}: "
        for subject in sound - {"bk:claim-of-poster", "bk:claim-of-zorvexin", "bk:judgement-of-readers"}
    }

    assert [] == [line for line in report.lines if line.startswith(tuple(places))]
