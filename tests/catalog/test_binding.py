"""Binding: values replace what stands between the braces of their VALUES lines, and change nothing else."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from kb.catalog import CannedQuery, bind
from kb.errors import ParameterError, UnknownNameError
from kb.terms import XSD
from kb.tokens import significant
from tests.catalog.test_header import BODY, HEADER, read

TYPES = ("string", "integer", "decimal", "boolean", "date")
TYPED = """\
#+ summary: What is given back?
#+ params:
#+   x: {{type: {type}, required: false, help: the value}}
#+ returns:
#+   x: {{type: {type}, help: the same}}

SELECT ?x
WHERE {{
  VALUES ?x {{ UNDEF }}
}}
ORDER BY ?x
"""
HOSTILE = [
    '"', "'", "\\", "\\u0022", "\\U00000022 }", "} UNION {", '" } UNION { ?a ?b ?c } #', "\n}\n", "\r", "# a comment",
    "{}{}{",
    "'''", '"""', "> } <", "UNDEF", "?x", "$x", "\x00", "\x85\u2028\u2029", "é😀", "%s {0} {x}", "VALUES ?x { 1 }",
]  # fmt: skip


def resolve(name: str, of_class: str | None) -> str:
    """Resolve any name but `nothing` and `wrong`."""
    if name == "nothing":
        raise UnknownNameError("drug", name, ["nothings"], "'kb query entity/list' lists the names")
    if name == "wrong":
        raise ParameterError("'wrong' is not a drug: ex:wrong is a condition")
    assert of_class == "https://example.org/ontology#Drug"
    return f"https://example.org/id/{name.rsplit('/', 1)[-1]}"


@pytest.fixture(scope="module")
def query(tmp_path_factory: pytest.TempPathFactory) -> CannedQuery:
    return read(tmp_path_factory.mktemp("query"), HEADER + BODY)


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, CannedQuery]:
    return {name: read(tmp_path_factory.mktemp(name), TYPED.format(type=name)) for name in TYPES}


def given_back(query: CannedQuery, *values: object) -> list[Literal]:
    """Return what Oxigraph gives for the values of `x`."""
    solutions = Store().query(bind(query, {"x": values}, resolve))
    assert isinstance(solutions, QuerySolutions)
    return [term for solution in solutions if isinstance(term := solution["x"], Literal)]


def test_what_is_left_out_keeps_its_example_and_an_optional_line_is_dropped(query: CannedQuery) -> None:
    assert query.text.replace("VALUES ?dose { UNDEF }", "") == bind(query, {}, resolve)


def test_one_value_replaces_the_example(query: CannedQuery) -> None:
    expected = "VALUES ?drug { <https://example.org/id/a> }"

    assert HEADER + BODY.replace("VALUES ?drug { ex:zorvexin }", expected).replace(
        "VALUES ?dose { UNDEF }", ""
    ) == bind(query, {"drug": ["a"]}, resolve)


def test_several_values_stand_side_by_side(query: CannedQuery) -> None:
    text = bind(query, {"drug": ["a", NamedNode("https://example.org/id/b")], "dose": [1, "2.50"]}, resolve)

    assert "VALUES ?drug { <https://example.org/id/a> <https://example.org/id/b> }" in text
    assert f'VALUES ?dose {{ "1"^^<{XSD}decimal> "2.50"^^<{XSD}decimal> }}' in text


def outside(text: str) -> Sequence[tuple[str, str]]:
    """Return kind and text of all tokens but those between the braces of the VALUES line."""
    tokens = [(token.kind, token.text) for token in significant(text)]
    start = tokens.index(("word", "VALUES"))
    return tokens[: start + 3] + tokens[next(at for at in range(start, len(tokens)) if tokens[at][1] == "}") :]


@given(values=st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=3))
def test_no_text_changes_the_structure_and_each_comes_back(typed: dict[str, CannedQuery], values: list[str]) -> None:
    bound = bind(typed["string"], {"x": values}, resolve)

    assert outside(typed["string"].text) == outside(bound)
    assert sorted(set(values)) == sorted(term.value for term in given_back(typed["string"], *values))


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_text_comes_back_unchanged(typed: dict[str, CannedQuery], value: str) -> None:
    assert [value] == [term.value for term in given_back(typed["string"], value)]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("type", TYPES[1:])
def test_a_hostile_text_is_no_value_of_another_type(typed: dict[str, CannedQuery], type: str, value: str) -> None:
    with pytest.raises(ParameterError):
        bind(typed[type], {"x": [value]}, resolve)


def test_half_a_surrogate_pair_is_refused(typed: dict[str, CannedQuery]) -> None:
    with pytest.raises(ParameterError, match=r"topic/slug: parameter 'x': .*half of a surrogate pair"):
        bind(typed["string"], {"x": ["\udcff"]}, resolve)


@pytest.mark.parametrize(
    ("type", "values"),
    [
        ("integer", [0, -12, "+7", "007", 10**18]),
        ("decimal", [1, "5.10", "-.5", "3.", 0.25]),
        ("boolean", [True, False, "true", "false"]),
        ("date", ["2026-01-31", "2024-02-29"]),
    ],
)
def test_a_value_of_the_type_is_taken_as_it_is_written(
    typed: dict[str, CannedQuery], type: str, values: list[object]
) -> None:
    for value in values:
        expected = str(value).lower() if isinstance(value, bool) else str(value)

        assert f'VALUES ?x {{ "{expected}"^^<{XSD}{type}> }}' in bind(typed[type], {"x": [value]}, resolve)


def test_a_date_of_python_is_taken(typed: dict[str, CannedQuery]) -> None:
    from datetime import date

    assert ["2026-01-31"] == [term.value for term in given_back(typed["date"], date(2026, 1, 31))]


@pytest.mark.parametrize(
    ("type", "remedy", "values"),
    [
        (
            "integer",
            "is not a whole number, such as 12",
            ["", "x", "1.0", 1.5, True, "\u0661", "1 2", "+", "--1", "1e3"],
        ),
        (
            "decimal",
            "is not a plain decimal number, such as 0.5",
            ["", ".", "+", "1e3", 1e-7, "1.2.3", "1,5", "INF", float("nan"), "²"],
        ),
        ("boolean", "is not true or false", ["", "True", "yes", 1, "0"]),
        (
            "date",
            "is not a date, such as 2026-01-31",
            [
                "",
                "31.1.2026",
                "2026-02-30",
                "20260131",
                "2026-W05-1",
                "2026-1-31",
                "2026-01-31Z",
                "\uff12\uff10\uff12\uff16-01-31",
            ],
        ),
    ],
)
def test_a_value_of_another_type_is_refused(
    typed: dict[str, CannedQuery], type: str, remedy: str, values: list[object]
) -> None:
    for value in values:
        with pytest.raises(ParameterError) as caught:
            bind(typed[type], {"x": [value]}, resolve)

        text = str(value).lower() if isinstance(value, bool) else str(value)
        assert f"topic/slug: parameter 'x': {text!r} {remedy}" == str(caught.value)


def test_an_unknown_parameter_is_refused_with_the_nearest(query: CannedQuery) -> None:
    with pytest.raises(UnknownNameError) as caught:
        bind(query, {"drgu": ["a"]}, resolve)

    assert "no parameter of topic/slug is called 'drgu'; did you mean drug? (it has drug, dose)" == str(caught.value)


def test_no_value_at_all_is_refused(query: CannedQuery) -> None:
    with pytest.raises(
        ParameterError, match="topic/slug: parameter 'drug' was given no value; give one, or leave it out"
    ):
        bind(query, {"drug": []}, resolve)


def test_an_unknown_entity_is_refused_with_place_and_nearest(query: CannedQuery) -> None:
    with pytest.raises(UnknownNameError) as caught:
        bind(query, {"drug": ["nothing"]}, resolve)

    assert (
        "topic/slug: parameter 'drug': no drug is called 'nothing'; did you mean nothings? "
        "'kb query entity/list' lists the names" == str(caught.value)
    )


def test_an_entity_of_another_class_is_refused_with_its_place(query: CannedQuery) -> None:
    with pytest.raises(
        ParameterError, match="topic/slug: parameter 'drug': 'wrong' is not a drug: ex:wrong is a condition"
    ):
        bind(query, {"drug": ["wrong"]}, resolve)


@pytest.mark.parametrize(
    ("type", "fits", "over"),
    [
        ("integer", "9223372036854775807", "9223372036854775808"),
        ("integer", "-9223372036854775808", "-9223372036854775809"),
        ("integer", "+0000000000000000000000012", "1" * 5000),
        ("decimal", "1" * 18 + "." + "1" * 18, "1" * 19),
        ("decimal", "-.5", "0." + "1" * 19),
    ],
)
def test_a_number_that_an_engine_cannot_compare_is_refused(
    typed: dict[str, CannedQuery], type: str, fits: str, over: str
) -> None:
    query = typed[type]
    bind(query, {"x": [fits]}, resolve)

    with pytest.raises(ParameterError, match="does not fit into"):
        bind(query, {"x": [over]}, resolve)


def test_a_value_given_twice_is_bound_once(query: CannedQuery) -> None:
    bound = bind(query, {"drug": ["one", "https://example.org/id/one"]}, resolve)

    assert 1 == bound.count("<https://example.org/id/one>")
