"""Reading rules: their order, and each fault named with its place and remedy."""

from pathlib import Path

import pytest

from kb.errors import DataError
from kb.prefixes import read_prefixes
from kb.rules import FOLDER, Rule, collect_rules, read_rules
from tests.conftest import TINY

PREFIXES = read_prefixes(str(TINY))
PATH = f"{FOLDER}/some-rule.rq"
TEXT = """\
#+ summary: What helps with a complaint bears on it.
#+ after: []

PREFIX zont: <https://example.org/tiny/ontology#>

CONSTRUCT {
  ?remedy zont:bearsOn ?complaint .
}
WHERE {
  ?remedy zont:helpsWith ?complaint .
}
"""


def write(root: Path, text: str | bytes, name: str = "some-rule") -> None:
    file = root / FOLDER / f"{name}.rq"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())


def chain(root: Path, **after: list[str]) -> None:
    """Write a rule for each name, after those that are listed."""
    for name, names in after.items():
        write(root, TEXT.replace("after: []", f"after: [{', '.join(names)}]"), name)


def rules_of(root: Path) -> list[str]:
    return [rule.name for rule in read_rules(str(root), PREFIXES)]


def faults_of(root: Path) -> list[str]:
    faults = [str(error) for error in collect_rules(str(root), PREFIXES)[1]]
    assert not any("\n" in fault for fault in faults)
    return faults


def test_a_rule_is_read(tmp_path: Path) -> None:
    write(tmp_path, TEXT)
    (rule,) = read_rules(str(tmp_path), PREFIXES)

    assert Rule("some-rule", "What helps with a complaint bears on it.", (), TEXT) == rule
    assert PATH == rule.path


def test_a_graph_without_rules_has_none(tmp_path: Path) -> None:
    assert [] == read_rules(str(tmp_path), PREFIXES)


def test_rules_run_behind_those_they_are_after_and_else_by_name(tmp_path: Path) -> None:
    chain(tmp_path, a=["c"], b=[], c=["d", "b"], d=[], e=[])

    assert ["b", "d", "c", "a", "e"] == rules_of(tmp_path)


def test_a_name_that_another_begins_with_comes_first(tmp_path: Path) -> None:
    write(tmp_path, TEXT, "link-two")
    write(tmp_path, TEXT, "link")

    assert ["link", "link-two"] == rules_of(tmp_path)


@pytest.mark.parametrize(
    ("expected", "after"),
    [
        ([f"{FOLDER}/a.rq: 'after' goes in a circle, a after a; take one of them out"], {"a": ["a"]}),
        (
            [f"{FOLDER}/b.rq: 'after' goes in a circle, b after d after c after b; take one of them out"],
            {"a": ["c"], "b": ["d"], "c": ["b"], "d": ["c"], "e": ["a"], "f": []},
        ),
        (
            [
                f"{FOLDER}/a.rq: 'after' goes in a circle, a after b after a; take one of them out",
                f"{FOLDER}/c.rq: 'after' goes in a circle, c after d after c; take one of them out",
            ],
            {"a": ["b"], "b": ["a"], "c": ["d"], "d": ["c"]},
        ),
    ],
)
def test_each_circle_is_named_once(tmp_path: Path, expected: list[str], after: dict[str, list[str]]) -> None:
    chain(tmp_path, **after)

    assert expected == faults_of(tmp_path)
    with pytest.raises(DataError, match="goes in a circle"):
        read_rules(str(tmp_path), PREFIXES)


def test_an_unknown_name_is_refused_with_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, TEXT.replace("after: []", "after: [ ]"), "first-rule")
    write(tmp_path, TEXT.replace("[]", "[fist-rule]"))

    assert [f"{PATH}: 'after' names 'fist-rule', and there is no such rule; did you mean first-rule?"] == faults_of(
        tmp_path
    )


def test_a_rule_behind_a_faulty_one_is_left_out_and_no_fault_of_its_own(tmp_path: Path) -> None:
    chain(tmp_path, a=[], b=["c"], c=[])
    write(tmp_path, TEXT.replace("}", ""), "c")
    rules, faults = collect_rules(str(tmp_path), PREFIXES)

    assert ["a"] == [rule.name for rule in rules]
    assert 1 == len(faults)


TEMPLATE = "CONSTRUCT {\n  ?remedy zont:bearsOn ?complaint .\n}"
PATTERN = "?remedy zont:helpsWith ?complaint ."
PREFIX = "PREFIX zont: <https://example.org/tiny/ontology#>\n"


@pytest.mark.parametrize(
    ("expected", "old", "new"),
    [
        (":1: has no header; begin with a line '#+ summary: <what the rule derives>'", "#+", "#"),
        (": the header lacks 'summary'; add a line", "What helps with a complaint bears on it.", "''"),
        (": the header has an unknown key 'tags'; the keys are summary, description, after", "after", "tags"),
        (": 'after' must be a list, not 'other'", "[]", "other"),
        (": 'after' has 3; it is a list of names of rules", "[]", "[3]"),
        (": 'after' names 'other', and there is no such rule; name a file of ontology/rules/ without", "[]", "[other]"),
        (": is a SELECT; a rule is a CONSTRUCT", TEMPLATE, "SELECT *"),
        (": line 6, column 1: INSERT is an update", "CONSTRUCT", "INSERT"),
        (": line 6, column 1: 'CONSTRUCTS' starts no query", "CONSTRUCT", "CONSTRUCTS"),
        (": line 10, column ", PATTERN, "?remedy zont:helpsWith ?complaint ?complaint"),
        (": line 10, column 3: SERVICE would send data", PATTERN, "SERVICE <urn:x> { ?s ?p ?o }"),
        (":9: FROM chooses graphs", "WHERE", "FROM <https://example.org/tiny/graph/x> WHERE"),
        (":9: FROM chooses graphs", "WHERE", "FROM NAMED <urn:x> WHERE"),
        (":10: GRAPH chooses graphs", PATTERN, "GRAPH ?g { ?remedy zont:helpsWith ?complaint }"),
        (":7: _:x makes a blank node", "bearsOn ?complaint", "bearsOn _:x"),
        (":7: [ makes a blank node", "bearsOn ?complaint", "bearsOn []"),
        (":7: ( makes a blank node", "bearsOn ?complaint", "bearsOn (1)"),
        (":6: [ makes a blank node", f"{TEMPLATE}\nWHERE {{", "CONSTRUCT WHERE { [] a ?type ."),
        (":7: <<( makes a blank node or a triple term", "bearsOn ?complaint", "bearsOn <<( ?remedy ?p ?complaint )>>"),
        (":10: BNODE need not give the same each time", PATTERN, "?remedy a ?b . BIND(BNODE() AS ?complaint)"),
        (":10: NOW need not give the same each time", PATTERN, "?remedy a ?b . BIND(NOW() AS ?complaint)"),
        (":10: LIMIT need not give the same each time", PATTERN, "{ SELECT ?remedy { ?remedy a ?b } LIMIT 1 }"),
        (":4: prefix zont: <urn:else> is not the one", "https://example.org/tiny/ontology#", "urn:else"),
        (":4: prefix owl: is not used", PREFIX, f"PREFIX owl: <http://www.w3.org/2002/07/owl#>\n{PREFIX}"),
        (": line 6, column 11: prefix 'zont:' is not known; declare it", PREFIX, ""),
        (": holds a carriage return", "CONSTRUCT {", "CONSTRUCT {\r"),
    ],
)
def test_a_fault_is_named_with_its_place_and_remedy(tmp_path: Path, expected: str, old: str, new: str) -> None:
    assert old in TEXT
    write(tmp_path, TEXT.replace(old, new))
    (fault,) = faults_of(tmp_path)

    assert fault.startswith(PATH + expected)


def test_a_rule_in_a_folder_of_its_own_is_refused(tmp_path: Path) -> None:
    write(tmp_path, TEXT, "topic/some-rule")

    assert [f"{FOLDER}/topic/some-rule.rq: lies in a folder of its own; move it to {FOLDER}/"] == faults_of(tmp_path)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    write(tmp_path, TEXT.encode() + b"# \xff\n")
    (fault,) = faults_of(tmp_path)

    assert fault.startswith(f"{PATH}: cannot be read as UTF-8 (")


def test_a_blank_node_in_the_pattern_is_let_through(tmp_path: Path) -> None:
    write(
        tmp_path, TEXT.replace("?remedy zont:helpsWith ?complaint", "?remedy zont:helpsWith ?complaint . [] ?p ?remedy")
    )

    assert ["some-rule"] == rules_of(tmp_path)
