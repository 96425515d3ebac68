"""The formatter: one form, nothing lost, nothing half-written."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kb.errors import DataError, UsageError
from kb.prefixes import read_prefixes
from kb.turtle import format_files, format_turtle, parse_turtle
from tests.conftest import ROOT, TINY

PREFIXES = read_prefixes(str(TINY))
HEAD = "@prefix zorv: <https://example.org/tiny/id/> .\n@prefix z: <https://example.org/tiny/ontology#> .\n"
GIGGLES = "graph_data/conditions/giggles.ttl"


def _format(body: str, path: str = "graph_data/x.ttl") -> str:
    return format_turtle(path, HEAD + body, PREFIXES)


def test_form_is_the_one_of_the_house() -> None:
    expected = """\
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX zont: <https://example.org/tiny/ontology#>
PREFIX zorv: <https://example.org/tiny/id/>

zorv:crampitis
    a zont:Complaint ;
    zont:share 5 ;
.

zorv:zorvexin
    a
        zont:Remedy ,
        zont:Thing ;
    rdfs:label "zorvexin"@en ;
    zont:helpsWith zorv:crampitis ;
.
"""
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"

    assert expected == _format(
        f'zorv:zorvexin z:helpsWith zorv:crampitis; {label} "zorvexin"@en; a z:Thing, z:Remedy.\n'
        "zorv:crampitis z:share 5; a z:Complaint."
    )


def test_block_stays_in_its_place_when_more_points_at_it() -> None:
    before = _format("zorv:a z:says zorv:a . zorv:b z:says zorv:b .")
    after = _format("zorv:a z:says zorv:a . zorv:b z:says zorv:b , zorv:a .")

    assert before.index("zorv:a\n") < before.index("zorv:b\n")
    assert after.index("zorv:a\n") < after.index("zorv:b\n")


@pytest.mark.parametrize(
    "body",
    [
        "zorv:a z:share 010, +5, 5.10, 0.5, 5.0, 12, -3, true .",
        'zorv:a z:says "a \\"b\\" \\\\ \\n c", "x"@en, "x"@de-at, "x", "1"^^zorv:type .',
        "zorv:a z:says <https://example.org/tiny/id/x(y)%20z>, <https://example.net/a#b> .",
        "zorv:a z:says zorv:a.b, <https://example.org/tiny/id/a.>, <https://example.org/tiny/id/-a>, zorv:1 .",
        "",
    ],
)
def test_statements_stay_as_they_are_and_a_second_time_changes_nothing(body: str) -> None:
    once = _format(body)

    assert parse_turtle("x", HEAD + body) == parse_turtle("x", once)
    assert once == format_turtle("graph_data/x.ttl", once, PREFIXES)


@pytest.mark.parametrize("value", ["1.0e05", '"5"^^<http://www.w3.org/2001/XMLSchema#decimal>'])
def test_number_whose_digits_would_change_is_refused(value: str) -> None:
    with pytest.raises(
        DataError, match=r"^graph_data/x\.ttl: formatting would change .*write the value in its plain form"
    ):
        _format(f"zorv:a z:share {value} .")


def test_comment_is_refused_with_its_line() -> None:
    with pytest.raises(DataError, match=r"^graph_data/x\.ttl:4: '# why' would be lost; .*skos:editorialNote"):
        _format('zorv:a z:says "#no" .\n# why\n')


def test_broken_text_is_refused_with_its_line() -> None:
    with pytest.raises(DataError, match=r"^graph_data/x\.ttl:4: .*mend the Turtle"):
        _format("zorv:a z:says\n  .\n")


@pytest.mark.parametrize("node", ["[ z:says zorv:b ]", "_:b", "( zorv:b )"])
def test_blank_node_is_refused_in_data_alone(node: str) -> None:
    once = _format(f"zorv:a z:says {node} .", "ontology/x.ttl")

    assert once == format_turtle("ontology/x.ttl", once, PREFIXES)
    with pytest.raises(DataError, match=r"^graph_data/x\.ttl:3: has a blank node"):
        _format(f"zorv:a z:says {node} .")


def test_property_outside_the_prefix_list_is_refused() -> None:
    with pytest.raises(DataError, match=r"uses a property below <https://example\.net/>"):
        _format("zorv:a <https://example.net/p> 1 .")


def test_check_writes_nothing_and_names_what_would_change(tiny: Path) -> None:
    path = tiny / GIGGLES
    path.write_text(path.read_text(encoding="utf-8").replace("\n    a ", " a "), encoding="utf-8")
    before = path.read_bytes()

    assert [GIGGLES] == format_files(str(tiny), None, check=True)
    assert before == path.read_bytes()


def test_formatting_replaces_the_file_and_keeps_its_mode(tiny: Path) -> None:
    path = tiny / GIGGLES
    expected = path.read_text(encoding="utf-8")
    path.write_text(expected.replace("\n", "\r\n"), encoding="utf-8", newline="")
    path.chmod(0o640)

    assert [GIGGLES] == format_files(str(tiny), [GIGGLES])
    assert expected.encode() == path.read_bytes()
    assert 0o640 == stat.S_IMODE(path.stat().st_mode)
    assert [] == format_files(str(tiny), [str(path)])
    assert [path.name] == sorted(os.listdir(path.parent))[1:]


def test_one_broken_file_leaves_all_files_as_they_are(tiny: Path) -> None:
    early, late = tiny / "graph_data/conditions/crampitis.ttl", tiny / "graph_data/sources/leaflet.ttl"
    early.write_text(early.read_text(encoding="utf-8") + "\n\n", encoding="utf-8")
    late.write_text(late.read_text(encoding="utf-8") + "zorv:a .\n", encoding="utf-8")
    before = early.read_bytes()

    with pytest.raises(DataError, match=r"^graph_data/sources/leaflet\.ttl:\d+: "):
        format_files(str(tiny))
    assert before == early.read_bytes()


def test_order_does_not_hang_on_the_hash_seed() -> None:
    body = 'zorv:c z:says [ z:says 2 ], [ z:says 1 ], _:x, zorv:b, 3, "s", "s"@en, 3.0 . _:x z:says 4 . _:y z:says 5 .'
    code = (
        "from kb.turtle import format_turtle; from kb.prefixes import read_prefixes;"
        f"print(format_turtle('ontology/x.ttl', {HEAD + body!r}, read_prefixes({str(TINY)!r})))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in range(3)
    }

    assert 1 == len(texts)


@pytest.mark.parametrize(
    "root", [pytest.param(ROOT, marks=pytest.mark.whole_graph, id="shipped"), pytest.param(TINY, id="tiny")]
)
def test_all_files_are_formatted(root: Path) -> None:
    assert [] == format_files(str(root), None, check=True)


def test_examples_of_the_shapes_are_formatted() -> None:
    examples = sorted((ROOT / "tests" / "validation" / "examples").rglob("*.ttl"))

    assert [] == format_files(str(ROOT), [str(path) for path in examples], check=True)


def test_a_file_that_is_not_there_is_wrong_use(tiny: Path) -> None:
    with pytest.raises(UsageError, match=r"nosuch\.ttl: there is no such file"):
        format_files(str(tiny), ["nosuch.ttl"])


def test_lists_are_written_without_lines_of_spaces_and_double_spaces() -> None:
    text = "<urn:a> <urn:p> ( <urn:b> [ <urn:q> <urn:c> ] ) , ( <urn:d> ) ."
    formatted = format_turtle("ontology/x.ttl", text, {"ex": "urn:"})

    assert "  (" not in formatted.replace("\n  ", "\n")
    assert [] == [line for line in formatted.splitlines() if line.endswith(" ") or (line and not line.strip())]
    assert formatted == format_turtle("ontology/x.ttl", formatted, {"ex": "urn:"})
