"""A canned query whose header and text disagree, or that would surprise, is refused."""

from pathlib import Path

import pytest

from kb.catalog.lint import RESERVED
from tests.catalog.test_header import BODY, HEADER, PATH, fault, read


@pytest.mark.parametrize(
    ("expected", "old", "new"),
    [
        (
            f"{PATH}: parameter 'drug' needs exactly one line 'VALUES ?drug {{ <example> }}' at the top of WHERE",
            "  VALUES ?drug { ex:zorvexin }\n",
            "",
        ),
        (
            f"{PATH}: parameter 'drug' needs exactly one line",
            "VALUES ?dose { UNDEF }",
            "VALUES ?dose { UNDEF }\n  VALUES ?drug { ex:other }",
        ),
        (
            f"{PATH}: parameter 'drug' needs exactly one line",
            "VALUES ?drug { ex:zorvexin }",
            "{ SELECT * { VALUES ?drug { ex:zorvexin } } }",
        ),
        (
            f"{PATH}:19: 'VALUES ?kind' is not a parameter of the header; declare it under params",
            "UNDEF }",
            "UNDEF }\n  VALUES ?kind { ex:a }",
        ),
        (
            f"{PATH}: selects condition, drug, but its header returns condition; make them the same",
            "SELECT ?condition",
            "SELECT ?condition ?drug",
        ),
        (f"{PATH}: selects drug, but its header returns condition", "SELECT ?condition", "SELECT ?drug"),
        (f"{PATH}: has no ORDER BY; order by enough columns", "ORDER BY ?condition\n", ""),
        (f"{PATH}: has no ORDER BY", "}\nORDER BY ?condition", "{ SELECT * {} ORDER BY ?x }\n}"),
        (
            f"{PATH}:12: prefix ex: <https://else.example/> is not the one of ontology/prefixes.ttl",
            "https://example.org/id/",
            "https://else.example/",
        ),
        (
            f"{PATH}:12: prefix a: <urn:a:> is not the one of ontology/prefixes.ttl",
            "\nPREFIX ex:",
            "\nPREFIX a: <urn:a:>\nPREFIX ex:",
        ),
        (f"{PATH}:12: prefix ex: is not used; remove the line", "ex:zorvexin", "<https://example.org/id/zorvexin>"),
        (
            f"{PATH}: line 16, column 18: prefix 'ex:' is not known; declare it",
            "PREFIX ex: <https://example.org/id/>\n",
            "",
        ),
        (f"{PATH}: is a ASK; a canned query is a SELECT", "SELECT ?condition\nWHERE", "ASK"),
        (f"{PATH}: is a DESCRIBE; a canned query is a SELECT", "SELECT ?condition", "DESCRIBE ?condition"),
        (
            f"{PATH}: line 12, column 1: INSERT is an update, and the graph is read-only",
            "\nPREFIX ex:",
            "\nINSERT DATA {} ;\nPREFIX ex:",
        ),
        (
            f"{PATH}: line 20, column 3: SERVICE would send data to another endpoint",
            "  ?drug on:treats",
            "  SERVICE <http://a/> {}\n  ?drug on:treats",
        ),
        (f"{PATH}: line 16, column 7: ", "on:dose ?dose .\n}", "on:dose ?dose ."),
        (f"{PATH}: line ", "on:treats ?condition ;", "on:treats ?condition ;;; on:treats on:treats"),
    ],
)
def test_a_fault_is_named_with_its_place_and_remedy(tmp_path: Path, expected: str, old: str, new: str) -> None:
    assert old in BODY

    assert fault(tmp_path, HEADER + BODY.replace(old, new, 1)).startswith(expected)


@pytest.mark.parametrize(
    "end", ["VALUES", "VALUES ?s", "VALUES ?s {", "} ORDER BY ?s PREFIX", "} ORDER BY ?s PREFIX a:", "SELECT", "}}"]
)
def test_a_text_that_breaks_off_is_refused(tmp_path: Path, end: str) -> None:
    header = "#+ summary: Which?\n#+ returns:\n#+   s: {type: iri, help: it}\n"

    assert fault(tmp_path, f"{header}\nSELECT ?s\nWHERE {{ {end}").startswith(f"{PATH}: line 6, column ")


@pytest.mark.parametrize("star", ["SELECT *", "SELECT DISTINCT *", "SELECT REDUCED*"])
def test_select_star_is_refused(tmp_path: Path, star: str) -> None:
    header = "#+ summary: Which?\n#+ returns:\n#+   s: {type: iri, help: it}\n"
    message = fault(tmp_path, header + f"\n{star}\nWHERE {{ ?s <urn:a> <urn:b> }}\nORDER BY ?s\n")

    assert f"{PATH}: selects *; name its columns" == message


def test_counting_all_is_not_selecting_all(tmp_path: Path) -> None:
    header = "#+ summary: How many?\n#+ returns:\n#+   n: {type: integer, help: so many}\n"

    assert read(tmp_path, header + "\nSELECT (COUNT(*) AS ?n)\nWHERE { ?s ?p ?o }\nORDER BY ?n\n")


@pytest.mark.parametrize("name", [*RESERVED, "class", "from"])
def test_a_parameter_cannot_have_a_name_with_another_meaning(tmp_path: Path, name: str) -> None:
    header = HEADER.replace("#+   drug:", f"#+   {name}:")
    message = fault(tmp_path, header + BODY.replace("?drug", f"?{name}"))

    assert f"{PATH}: a parameter cannot be called '{name}', which has another meaning; rename it" == message


def test_every_option_of_the_command_is_reserved() -> None:
    from kb.cli.options import Parser, add_running

    parser = Parser("query", "")
    add_running(parser)
    options = {text[2:] for action in parser._actions for text in action.option_strings if text.startswith("--")}

    assert {*options, "show", "name"} <= set(RESERVED)


def test_a_values_line_of_several_variables_is_no_parameter(tmp_path: Path) -> None:
    body = BODY.replace("UNDEF }", "UNDEF }\n  VALUES (?a ?b) { (1 2) }")

    assert 2 == len(read(tmp_path, HEADER + body).parameters)
