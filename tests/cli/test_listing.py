"""`kb queries`, `kb info` and `kb show`."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from kb import KnowledgeBase
from tests.cli.outcome import failure, success
from tests.conftest import ROOT, TINY, Run

DATA = ("--data", str(TINY))


def test_all_queries_are_listed(run_kb: Run, shipped: KnowledgeBase) -> None:
    entries = json.loads(success(run_kb("queries", "--checks", "-o", "json")))
    without_checks = json.loads(success(run_kb("queries", "-o", "json")))

    assert list(shipped.queries) == [entry["name"] for entry in entries]
    assert [name for name in shipped.queries if not name.startswith("checks/")] == [
        each["name"] for each in without_checks
    ]
    assert {"name", "summary", "description", "tags", "parameters", "columns"} <= entries[0].keys()


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        (["safety/side-effects-by-remedy"], ["SIDE"]),
        (["treatment/remedies-by-complaint"], ["remedies", "complaint"]),
        (["safety/side-effects-by-remedy"], ["safety"]),
    ],
)
def test_words_choose_queries(run_kb: Run, expected: list[str], words: list[str]) -> None:
    assert expected == [entry["name"] for entry in json.loads(success(run_kb("queries", *words, "-o", "json", *DATA)))]


def test_queries_are_listed_as_a_table_or_markdown(run_kb: Run) -> None:
    table = success(run_kb("queries", *DATA, env={"COLUMNS": "40"}))

    assert max(map(len, table.splitlines())) <= 40
    assert "| query | question | parameters |" in success(run_kb("queries", "-o", "md", *DATA))


def test_a_word_of_no_query_is_said(run_kb: Run) -> None:
    done = run_kb("queries", "nonsense", "words", *DATA)

    assert (0, "") == (done.returncode, done.stdout)
    assert "kb: no canned query has nonsense and words; 'kb queries' lists them all\n" == done.stderr


def test_info_says_what_the_graph_holds(run_kb: Run) -> None:
    facts = json.loads(success(run_kb("info", "-o", "json", *DATA)))
    named = success(run_kb("export", "nq", *DATA))

    assert str(TINY) == facts["graph"]
    assert named.count("\n") == facts["statements"]
    assert sha256(named.encode()).hexdigest() == facts["SHA-256 of the sorted N-Quads"]
    assert ["oxigraph", "rdflib", "remote", "worker"] == facts["engines"]
    assert 2 == facts["members by class"]["zont:Remedy"]
    assert {"link-from-statement": 3, "broader-link": 1} == facts["derived statements by rule"]
    assert (2, 4) == (facts["rules"], facts["derived statements"])
    assert success(run_kb("info", *DATA)).startswith("version: ")
    assert re.search(r"^broader-link +1 +What bears on a complaint", success(run_kb("info", *DATA)), re.MULTILINE)


@pytest.mark.parametrize(
    "name",
    [
        "baclofen",
        "bk:spasticity",
        "CHEBI:2972",
        "bk:claim-c037",
        "bkg:treatsOrStudiedFor",
        "bk:source-baclofen-article-v1",
    ],
)
def test_every_place_that_show_names_is_the_line_of_the_subject(run_kb: Run, shipped: KnowledgeBase, name: str) -> None:
    document = json.loads(success(run_kb("show", name, "-o", "json")))
    found = 0
    for part, column in (("facts", None), ("claims", "claim"), ("uses", "user")):
        for entry in document[part]:
            path, _, number = entry["place"].partition(":")
            found += 1
            if path.startswith("ontology/rules/"):
                assert number == "" and (ROOT / path).is_file()
                continue
            subject = shipped.compact(entry[column] if column else document["iri"])
            line = (ROOT / path).read_text(encoding="utf-8").splitlines()[int(number) - 1]

            assert line.split()[0] == subject, entry

    assert found
    assert shipped.resolve(name) == document["iri"]


def test_show_names_the_rule_that_a_derived_statement_comes_from(run_kb: Run, tiny: Path) -> None:
    (tiny / "queries" / "entity").mkdir()
    for name in ("facts-by-entity", "claims-by-entity", "uses-of-entity"):
        columns = "property value file" if name == "facts-by-entity" else "user property file"
        pattern = "?entity ?property ?value" if name == "facts-by-entity" else "?user ?property ?entity"
        returns = "".join(f"#+   {column}: {{type: any, help: it}}\n" for column in columns.split())
        variables = " ".join(f"?{column}" for column in columns.split())
        (tiny / "queries" / "entity" / f"{name}.rq").write_text(
            f"#+ summary: What of it?\n#+ params:\n#+   entity: {{type: iri, help: it}}\n#+ returns:\n{returns}"
            f"SELECT {variables}\nWHERE {{\n  VALUES ?entity {{ <urn:x> }}\n  GRAPH ?file {{ {pattern} }}\n}}\n"
            f"ORDER BY {variables}\n",
            encoding="utf-8",
        )
    document = json.loads(success(run_kb("show", "zorvexin", "-o", "json", "--data", str(tiny))))
    places = {fact["value"]: fact["place"] for fact in document["facts"] if fact["property"].endswith("bearsOn")}

    assert {
        "https://example.org/tiny/id/giggles": "ontology/rules/link-from-statement.rq",
        "https://example.org/tiny/id/crampitis-of-the-toe": "ontology/rules/link-from-statement.rq",
        "https://example.org/tiny/id/crampitis": "ontology/rules/broader-link.rq",
    } == places


@pytest.mark.parametrize("columns", ["40", "80", "100"])
def test_show_fits_the_columns(run_kb: Run, columns: str) -> None:
    lines = success(run_kb("show", "baclofen", env={"COLUMNS": columns})).splitlines()

    assert "baclofen  bk:baclofen" == lines[0]
    assert [] == [line for line in lines if len(line) > int(columns)]


def test_show_writes_markdown(run_kb: Run) -> None:
    assert "## facts (" in success(run_kb("show", "baclofen", "-o", "md"))


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        ("no entity is called 'bakclofen'; did you mean baclofen", "bakclofen"),
        ("no entity is called ''; 'kb query entity/list' lists the names", ""),
        ("no entity is called 'bk:nothing'", "bk:nothing"),
        ("no entity is called '\\x1b[31m'", "\x1b[31m"),
    ],
)
def test_an_unknown_name_is_refused(run_kb: Run, expected: str, name: str) -> None:
    assert failure(run_kb("show", name)).startswith(expected)


def test_a_graph_without_the_queries_of_show_says_which_it_lacks(run_kb: Run) -> None:
    assert "entity/facts-by-entity" in failure(run_kb("show", "zorvexin", *DATA))


@pytest.mark.parametrize(
    ("expected", "path", "content"),
    [
        ("graph_data/drugs/zorvexin.ttl:2: column ", "graph_data/drugs/zorvexin.ttl", "\nnope nope\n"),
        (
            "queries/treatment/remedies-by-complaint.rq:1: has no header",
            "queries/treatment/remedies-by-complaint.rq",
            "ASK {}",
        ),
        (
            "queries/treatment/remedies-by-complaint.rq: selects s, but its header returns x",
            "queries/treatment/remedies-by-complaint.rq",
            "#+ summary: Which?\n#+ returns:\n#+   x: {type: iri, help: it}\n\nSELECT ?s { ?s ?p ?o } ORDER BY ?s\n",
        ),
        ("ontology/modules/medicine.ttl:1: column ", "ontology/modules/medicine.ttl", "<a"),
    ],
)
def test_a_broken_file_stops_every_command_with_its_place(
    run_kb: Run, tiny: Path, expected: str, path: str, content: str
) -> None:
    (tiny / path).write_text(content, encoding="utf-8")

    for command in (["info"], ["queries"], ["sparql", "ASK {}"]):
        assert failure(run_kb(*command, "--data", str(tiny)), 1).startswith(expected)
