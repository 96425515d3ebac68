"""The whole check: nothing wrong with the shipped graph, and every planted fault found in one run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kb.validation import Problem, validate
from tests.conftest import ROOT

EXAMPLES = Path(__file__).parent / "examples"
DERIVED = ("agreement-states.ttl", "verdict-states.ttl")
"""Controlled values that rules of the ontology assign."""
IN_DEFINITIONS = """PREFIX bk: <https://w3id.org/baclofen-kg/id/>
PREFIX bkg: <https://w3id.org/baclofen-kg/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

bk:gaba-b-receptor
    a bkg:MolecularTarget ;
    rdfs:label "GABA-B receptor"@en ;
.

bk:spasticity
    a bkg:Manifestation ;
    rdfs:label "spasticity"@en ;
.
"""
"""Things that defined classes of the ontology name."""


@pytest.fixture
def invented(tmp_path: Path) -> Path:
    """A root with the ontology, shapes and checks of the project, and data about an invented drug."""
    root = tmp_path / "root"
    shutil.copytree(ROOT / "ontology", root / "ontology")
    shutil.copytree(ROOT / "queries" / "checks", root / "queries" / "checks")
    (root / "graph_data" / "sources").mkdir(parents=True)
    for name in DERIVED:
        shutil.copy(ROOT / "graph_data" / "vocabularies" / name, root / "graph_data")
    (root / "graph_data" / "in-definitions.ttl").write_text(IN_DEFINITIONS, encoding="utf-8")
    shutil.copy(EXAMPLES / "claim" / "conforming.ttl", root / "graph_data" / "sources" / "leaflet.ttl")
    return root


def _plant(root: Path, path: str, old: str, new: str) -> None:
    file = root / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def _line(root: Path, path: str, text: str) -> int:
    """Return the first line of a file that begins with `text`."""
    lines = (root / path).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.strip().startswith(text))


def _found(problems: list[Problem], check: str) -> list[tuple[str, int | None, str]]:
    return [(problem.path, problem.line, problem.value) for problem in problems if problem.check == check]


@pytest.mark.whole_graph
def test_shipped_graph_has_no_errors_and_warns_of_denominators_alone() -> None:
    problems = validate(str(ROOT))

    assert [] == [str(problem) for problem in problems if problem.severity == "error"]
    assert {"bkg:estimate-shape-denominator"} == {problem.check for problem in problems}


def test_graph_without_shapes_is_checked_all_the_same(tiny: Path) -> None:
    sound = validate(str(tiny))
    _plant(tiny, "graph_data/sources/leaflet.ttl", "zont:madeIn zorv:leaflet ;", "")
    statement = _line(tiny, "graph_data/sources/leaflet.ttl", "zorv:statement-giggles")

    assert [] == sound
    assert [("graph_data/sources/leaflet.ttl", statement, "zorv:statement-giggles")] == _found(
        validate(str(tiny)), "checks/statement-without-document"
    )


def test_all_problems_are_reported_in_one_run(invented: Path) -> None:
    leaflet = "graph_data/sources/leaflet.ttl"
    estimates = invented / "graph_data" / "sources" / "estimates.ttl"
    shutil.copy(EXAMPLES / "estimate" / "lower-less-than-or-equals.ttl", estimates)
    _plant(invented, "graph_data/sources/estimates.ttl", '    bkg:unit "%" ;\n', "")
    _plant(invented, leaflet, "    bkg:statedIn", "    bkg:hasEstimate bk:estimate-of-zorvexin ;\n    bkg:statedIn")
    _plant(invented, leaflet, "bkg:AffirmedClaim ,", "bkg:AffirmedClaim , bkg:NegatedClaim ,")
    _plant(invented, leaflet, "bkg:evidenceBasis bk:basis-hearsay", "bkg:evidenceBasis bk:basis-hearsay , bk:nowhere")
    (invented / "graph_data" / "broken.ttl").write_text("bk:a a bkg:Disease .\n", encoding="utf-8")
    (invented / "graph_data" / "blank.ttl").write_text(
        "PREFIX bc: <https://w3id.org/baclofen-kg/id/>\n\n# a remark\nbc:ache\n    <https://example.org/p> [ ] ;\n"
        "    <https://example.org/dose> 5.10 ;\n.\n",
        encoding="utf-8",
    )
    _plant(invented, "queries/checks/estimate-of-no-claim.rq", "#+   claims: {", "#+   cases: {")

    problems = validate(str(invented))
    claim = _line(invented, leaflet, "bk:claim-of")
    estimate = _line(invented, "graph_data/sources/estimates.ttl", "bk:estimate-of")
    check = "queries/checks/estimate-of-no-claim.rq"
    blank, here = "graph_data/blank.ttl", "graph_data/sources/estimates.ttl"

    assert [("graph_data/broken.ttl", 1, "graph_data/broken.ttl")] == _found(problems, "syntax")
    assert [(blank, 1, "bc:")] == _found(problems, "prefixes")
    assert [(blank, 3, "# a remark"), (blank, 5, "[ ]")] == _found(problems, "layout")
    assert [(blank, 6, "5.10")] == _found(problems, "literals")
    assert [(here, estimate, "50")] == _found(problems, "bkg:estimate-shape-lower")
    assert [(here, estimate, "bk:estimate-of-zorvexin")] == _found(problems, "bkg:estimate-shape-unit")
    assert [(leaflet, claim, "bk:claim-of-zorvexin")] == _found(problems, "bkg:claim-shape-polarity")
    assert [(leaflet, claim, "bk:nowhere")] == _found(problems, "bkg:claim-shape-basis")
    assert [(leaflet, claim, "bk:nowhere")] == _found(problems, "checks/thing-without-label-or-type")
    assert [(check, 1, check)] == _found(problems, "catalogue")
    assert all(problem.line for problem in problems)
    assert sorted(problems, key=lambda problem: (problem.path, problem.line or 0)) == problems


def test_all_faults_of_rules_are_reported_and_the_sound_ones_run(tiny: Path) -> None:
    _plant(tiny, "ontology/rules/broader-link.rq", "?broader .\n}\nWHERE", "?broader .\nWHERE")
    sound = (tiny / "ontology" / "rules" / "link-from-statement.rq").read_text(encoding="utf-8")
    headed = "#+ summary: Something follows.\n#+ after: [{}]\nCONSTRUCT {{ ?s ?p {} }} WHERE {{ ?s ?p ?o }}\n"
    for name, text in {
        "untitled": sound.replace("#+", "#"),
        "lonely": headed.format("nobody", "?o"),
        "one-way": headed.format("other-way", "?o"),
        "other-way": headed.format("one-way", "?o"),
        "nameless": headed.format("", "[]"),
        "Odd_Name": headed.format("", "?o"),
    }.items():
        (tiny / "ontology" / "rules" / f"{name}.rq").write_text(text, encoding="utf-8")
    check = tiny / "queries" / "checks" / "link-there-is.rq"
    check.write_text(
        "#+ summary: Which remedy bears on something?\n#+ returns:\n#+   remedy: {type: iri, help: it}\n"
        "#+ expect: {rows: 0}\nPREFIX zont: <https://example.org/tiny/ontology#>\n"
        "SELECT DISTINCT ?remedy\nWHERE { ?remedy zont:bearsOn ?complaint }\nORDER BY ?remedy\n",
        encoding="utf-8",
    )
    problems = validate(str(tiny))
    faulty = ["broader-link", "lonely", "nameless", "one-way", "untitled"]

    assert [f"ontology/rules/{name}.rq" for name in faulty] == [path for path, _, _ in _found(problems, "rules")]
    assert [("ontology/rules/Odd_Name.rq", None, "Odd_Name.rq")] == _found(problems, "layout")
    assert ["zorv:plenamine", "zorv:zorvexin"] == [value for _, _, value in _found(problems, "checks/link-there-is")]
    assert all(problem.line for problem in problems if problem.check == "rules")


def test_a_rule_that_derives_a_blank_node_is_a_problem(tiny: Path) -> None:
    (tiny / "ontology" / "modules" / "list.ttl").write_text(
        "PREFIX zont: <https://example.org/tiny/ontology#>\n\nzont:Thing zont:madeIn [] .\n", encoding="utf-8"
    )
    _plant(tiny, "ontology/rules/link-from-statement.rq", "zont:ofComplaint", "zont:madeIn")
    _plant(tiny, "ontology/rules/link-from-statement.rq", "zont:ofRemedy ?remedy", "?p ?remedy")
    _plant(tiny, "ontology/rules/link-from-statement.rq", "MINUS", "BIND(zont:Thing AS ?x) MINUS")
    (problem,) = [problem for problem in validate(str(tiny)) if problem.check == "rules"]

    assert ("ontology/rules/link-from-statement.rq", 1) == (problem.path, problem.line)
    assert "a derived statement has IRIs and literals only" in problem.message


def test_what_is_derived_makes_up_for_nothing_that_a_file_lacks(invented: Path) -> None:
    leaflet = "graph_data/sources/leaflet.ttl"
    _plant(invented, leaflet, "bkg:AffirmedClaim ,", "")
    (invented / "ontology" / "rules").mkdir(exist_ok=True)
    (invented / "ontology" / "rules" / "polarity.rq").write_text(
        "#+ summary: A claim that says nothing of its polarity affirms.\n"
        "PREFIX bkg: <https://w3id.org/baclofen-kg/ontology#>\n"
        "CONSTRUCT { ?claim a bkg:AffirmedClaim } WHERE { ?claim bkg:claimSubject ?subject }\n",
        encoding="utf-8",
    )

    assert [(leaflet, "bkg:claim-shape-polarity")] == [
        (problem.path, problem.check) for problem in validate(str(invented)) if problem.check.endswith("polarity")
    ]


def test_thing_described_in_two_files_is_a_problem(tiny: Path) -> None:
    copy = tiny / "graph_data" / "drugs" / "zorvexin-again.ttl"
    shutil.copy(tiny / "graph_data" / "drugs" / "zorvexin.ttl", copy)
    (problem,) = validate(str(tiny))

    assert ("graph_data/drugs/zorvexin.ttl", "zorv:zorvexin", "layout") == (problem.path, problem.value, problem.check)
    assert "is described in graph_data/drugs/zorvexin-again.ttl too" in problem.message


def test_subject_outside_all_namespaces_is_a_problem(tiny: Path) -> None:
    path = tiny / "graph_data" / "drugs" / "stranger.ttl"
    path.write_text("<https://example.net/x> <https://example.net/p> 1 .\n", encoding="utf-8")
    (problem,) = validate(str(tiny))

    assert str(problem).startswith("graph_data/drugs/stranger.ttl:1: <https://example.net/x> lies in no namespace")


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("Zorvexin.ttl", "is not in kebab-case"),
        ("zorvexin_salt.ttl", "is not in kebab-case"),
        ("zorvexin-é.ttl", "is not in kebab-case"),
        ("zorvexin-2.ttl", "ends in a number"),
        ("zorvexin-v2.ttl", "ends in a number"),
        ("zorvexin-2024-05-06.ttl", "ends in a number"),
        ("zorvexin-final.ttl", "ends in a number"),
        ("zorvexin-" + "x" * 28 + ".ttl", "has 41 characters"),
    ],
)
def test_name_that_breaks_the_rules_is_a_problem(tiny: Path, name: str, fault: str) -> None:
    (tiny / "graph_data" / "drugs" / name).write_text("", encoding="utf-8")
    (problem,) = validate(str(tiny))

    assert (f"graph_data/drugs/{name}", name) == (problem.path, problem.value)
    assert fault in problem.message


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("PREFIX zont:", "PREFIX obo: <http://purl.obolibrary.org/obo/>\nPREFIX zont:", "prefix obo: is not used"),
        ("https://example.org/tiny/id/", "https://example.org/other/", "prefix zorv: is <https://example.org/other/>"),
    ],
)
def test_prefix_unlike_the_list_is_a_problem(tiny: Path, old: str, new: str, fault: str) -> None:
    _plant(tiny, "graph_data/conditions/giggles.ttl", old, new)

    assert fault in next(problem.message for problem in validate(str(tiny)) if problem.check == "prefixes")


def test_broken_prefix_list_does_not_hide_broken_data(tiny: Path) -> None:
    _plant(tiny, "ontology/prefixes.ttl", "sh:declare", "sh:declare sh:declare")
    _plant(tiny, "graph_data/conditions/giggles.ttl", "a zont:SideEffect", "zont:SideEffect")
    found = [(problem.path, problem.check) for problem in validate(str(tiny))]

    assert [("graph_data/conditions/giggles.ttl", "syntax"), ("ontology/prefixes.ttl", "syntax")] == found


def test_shape_that_cannot_be_run_is_a_problem(invented: Path) -> None:
    _plant(invented, "ontology/shapes/source.ttl", "sh:path dcterms:title ;", "")
    problems = [problem for problem in validate(str(invented)) if problem.check == "shapes"]

    line = _line(invented, "ontology/shapes/source.ttl", "bkg:source-shape-title")

    assert line < _line(invented, "ontology/shapes/source.ttl", "sh:message")
    assert {"ontology/shapes/source.ttl"} == {problem.path for problem in problems}
    assert all("the shapes cannot be run" in problem.message for problem in problems)


def test_problem_is_one_line_with_its_place() -> None:
    problem = Problem("graph_data/x.ttl", 3, "bk:x", "is wrong;\n  mend it", "error", "layout")

    assert "graph_data/x.ttl:3: is wrong; mend it" == str(problem)
    assert "graph_data/x.ttl: is wrong; mend it" == str(problem._replace(line=None))


def test_progress_is_told_what_is_checked(tiny: Path) -> None:
    told: list[str] = []
    validate(str(tiny), told.append)

    assert ["Turtle and layout", "rules", "contradictions", "canned queries", "checks", "shapes"] == told


def test_importing_the_package_loads_no_validator() -> None:
    code = "import sys, kb.validation; print(sorted({'rdflib', 'pyshacl', 'shacl', 'yaml'} & set(sys.modules)))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)

    assert "[]\n" == done.stdout


def test_a_triple_term_is_a_problem_of_its_own_and_hides_no_other(tiny: Path) -> None:
    path = tiny / "graph_data" / "drugs" / "zorvexin.ttl"
    triple = "<https://example.org/tiny/id/x> <urn:p> <<( <urn:a> <urn:b> <urn:c> )>> ."
    path.write_text(path.read_text(encoding="utf-8") + triple, encoding="utf-8")
    (tiny / "graph_data" / "Bad_Name.ttl").write_text("", encoding="utf-8")
    messages = [str(problem) for problem in validate(str(tiny))]

    assert any("has the triple term" in message and "zorvexin.ttl:" in message for message in messages)
    assert any("Bad_Name.ttl" in message for message in messages)


def test_a_faulty_view_is_reported_and_a_sound_one_is_not(tiny: Path) -> None:
    folder = tiny / "ontology" / "views"
    folder.mkdir()
    sound = (
        "#+ summary: What is it called?\n\n"
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
        "PREFIX zorv: <https://example.org/tiny/id/>\n\n"
        "CONSTRUCT {\n  ?entity <https://schema.org/name> ?label .\n}\n"
        "WHERE {\n  VALUES ?entity { zorv:zorvexin }\n\n  ?entity rdfs:label ?label .\n}\n"
    )
    (folder / "sound.rq").write_text(sound, encoding="utf-8")
    (folder / "no-entity.rq").write_text(sound.replace("VALUES ?entity", "VALUES ?other"), encoding="utf-8")
    (folder / "no-summary.rq").write_text(sound.replace("#+ summary", "#+ title"), encoding="utf-8")
    problems = [problem for problem in validate(str(tiny)) if problem.check == "views"]

    assert ["ontology/views/no-entity.rq", "ontology/views/no-summary.rq"] == [problem.path for problem in problems]
    assert "VALUES ?entity" in problems[0].message
