"""`kb query`."""

import json
from pathlib import Path

import pytest

from kb import KnowledgeBase
from kb.formatting import cell_of, text_table
from kb.formatting.cells import display_width
from kb.results import Rows
from tests.cli.outcome import REMEDIES, failure, success
from tests.conftest import TINY, Run

EFFECTS = "safety/side-effects-by-remedy"
DATA = ("--data", str(TINY))


def test_rows_go_to_a_pipe_as_tsv(run_kb: Run) -> None:
    assert [
        "?remedy\t?complaint\t?share\t?document",
        "<https://example.org/tiny/id/plenamine>\t<https://example.org/tiny/id/crampitis>\t60\t<https://example.org/tiny/id/leaflet>",
        "<https://example.org/tiny/id/zorvexin>\t<https://example.org/tiny/id/crampitis>\t40\t<https://example.org/tiny/id/leaflet>",
    ] == success(run_kb("query", REMEDIES, *DATA)).splitlines()


def test_the_part_behind_the_slash_is_enough(run_kb: Run) -> None:
    assert success(run_kb("query", REMEDIES, *DATA)) == success(run_kb("query", "remedies-by-complaint", *DATA))


@pytest.mark.parametrize(
    ("expected", "arguments"),
    [
        (2, []),
        (1, ["--least", "50"]),
        (1, ["--least=50"]),
        (1, ["--complaint", "toe cramp"]),
        (3, ["--complaint", "crampitis", "zorv:crampitis-of-the-toe"]),
        (3, ["--complaint", "crampitis", "--complaint", "toe cramp"]),
        (2, ["--complaint", "https://example.org/tiny/id/crampitis"]),
    ],
)
def test_values_are_bound(run_kb: Run, expected: int, arguments: list[str]) -> None:
    assert expected == success(run_kb("query", REMEDIES, *DATA, *arguments)).count("\n") - 1


def test_show_prints_what_would_run(run_kb: Run) -> None:
    text = success(run_kb("query", REMEDIES, "--complaint", "toe cramp", "--show", *DATA))

    assert "VALUES ?complaint { <https://example.org/tiny/id/crampitis-of-the-toe> }" in text
    assert "?least {" not in text
    assert success(run_kb("query", REMEDIES, "--complaint", "toe cramp", *DATA)) == success(
        run_kb("sparql", "-", *DATA, input=text)
    )


def test_help_describes_parameters_and_columns(run_kb: Run) -> None:
    text = success(run_kb("query", REMEDIES, "--help", *DATA))

    for part in (
        "Which remedies help with a complaint",
        "--complaint",
        "zont:Complaint",
        "zorv:crampitis",
        "--least",
        "any if left",
        "how many of a hundred",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("expected", "arguments"),
    [
        (
            "no canned query is called 'treatment/remedys-by-complaint'; did you mean treatment/remedies-by-complaint",
            ["treatment/remedys-by-complaint"],
        ),
        ("no canned query is called 'nope'; 'kb queries' lists them", ["nope"]),
        ("kb query: which query? Write its name before the options", []),
        (
            "no parameter of treatment/remedies-by-complaint is called 'complain'; did you mean complaint?",
            [REMEDIES, "--complain", "x"],
        ),
        (
            f"{REMEDIES}: parameter 'complaint': no complaint is called 'cramptis'; did you mean crampitis",
            [REMEDIES, "--complaint", "cramptis"],
        ),
        (
            f"{REMEDIES}: parameter 'complaint': 'zorvexin' is not a complaint: zorv:zorvexin is a remedy",
            [REMEDIES, "--complaint", "zorvexin"],
        ),
        (
            "treatment/remedies-by-complaint: parameter 'least': 'many' is not a whole number, such as 12",
            [REMEDIES, "--least", "many"],
        ),
        ("treatment/remedies-by-complaint: --least needs a value", [REMEDIES, "--least"]),
        ("treatment/remedies-by-complaint: 'stray' stands before any parameter", [REMEDIES, "stray"]),
        (
            "no output format for rows is called 'jsn'; did you mean json? (there are table, md, json, xml, csv, tsv)",
            [REMEDIES, "-o", "jsn"],
        ),
        ("no output format for rows is called 'ttl'", [REMEDIES, "-o", "ttl"]),
        ("no engine is called 'oxygraph'; did you mean oxigraph? (there are ", [REMEDIES, "--engine", "oxygraph"]),
        ("--timeout: 'soon' is not a number of seconds above 0", [REMEDIES, "--timeout", "soon"]),
        ("--timeout: '0' is not a number of seconds above 0", [REMEDIES, "--timeout", "0"]),
        ("--timeout: 'nan' is not a number of seconds above 0", [REMEDIES, "--timeout", "nan"]),
        ("--output takes one value, and has 0; give one", [REMEDIES, "-o"]),
    ],
)
def test_wrong_use_is_named_with_the_value_and_the_remedy(run_kb: Run, expected: str, arguments: list[str]) -> None:
    assert failure(run_kb("query", *arguments, *DATA)).startswith(expected)


@pytest.mark.parametrize(
    "value", ['" } UNION { ?s ?p ?o } #', "\\u0022", "{", "}", "\n", "'''", "\udcff", "\x1b[31m", "%s{0}"]
)
def test_a_hostile_value_is_only_a_value(run_kb: Run, value: str) -> None:
    done = run_kb("query", EFFECTS, "--word", value, *DATA)

    if value == "\udcff":
        assert "half of a surrogate pair" in failure(done)
    else:
        assert 0 == done.returncode
        assert "?effect\t?name\t?statement\t?document\n" == done.stdout
        assert done.stderr.startswith("kb: no rows: the graph holds no answer for --word ")
        assert 1 == done.stderr.count("\n") and done.stderr[:-1].isprintable()


def test_no_rows_are_said_why_on_standard_error(run_kb: Run) -> None:
    done = run_kb("query", REMEDIES, "--least", "99", "-o", "table", *DATA)

    assert (0, "") == (done.returncode, done.stdout)
    assert "kb: no rows: the graph holds no answer for --least 99\n" == done.stderr


@pytest.mark.parametrize("format", ["json", "xml", "csv", "tsv"])
def test_every_engine_writes_the_same_bytes(run_kb: Run, format: str) -> None:
    written = {
        success(run_kb("query", REMEDIES, "-o", format, "--engine", engine, *DATA))
        for engine in ("oxigraph", "rdflib", "worker")
    }

    assert 1 == len(written)


def test_markdown_is_a_table(run_kb: Run) -> None:
    lines = success(run_kb("query", REMEDIES, "-o", "md", *DATA)).splitlines()

    assert ["| remedy | complaint | share | document |", "| --- | --- | --- | --- |"] == lines[:2]
    assert (
        "| plenamine `zorv:plenamine` | crampitis `zorv:crampitis` | 60 | leaflet on remedies `zorv:leaflet` |"
        == lines[2]
    )


def test_a_file_is_written_whole(run_kb: Run, tmp_path: Path) -> None:
    assert "" == success(run_kb("query", REMEDIES, "-o", "json", "--to", str(tmp_path / "out.json"), *DATA))
    assert 2 == len(json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["results"]["bindings"])
    assert ["out.json"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120])
def test_the_table_of_every_shipped_query_fits(shipped: KnowledgeBase, answers: dict[str, Rows], width: int) -> None:
    for name, rows in answers.items():
        cells = [
            [cell_of(term, lambda iri: (shipped.label(iri), shipped.compact(iri))) for term in row] for row in rows.rows
        ]
        lines = text_table(rows.variables, cells, width).splitlines() if cells else []

        assert [] == [line for line in lines if display_width(line) > width], name


@pytest.fixture(scope="module")
def answers(shipped: KnowledgeBase) -> dict[str, Rows]:
    return {name: shipped.query(name) for name in shipped.queries}


@pytest.mark.parametrize("columns", ["40", "80", "120"])
def test_a_table_fits_the_columns_that_are_given(run_kb: Run, columns: str) -> None:
    lines = success(
        run_kb("query", "treatment/conditions-by-drug", "-o", "table", env={"COLUMNS": columns})
    ).splitlines()

    assert len(lines) > 25
    assert max(map(len, lines)) <= int(columns)
