"""A total order: every column a key, whatever the ORDER BY of a query names."""

import itertools

import pytest
from pyoxigraph import Store

from kb import KnowledgeBase, Rows
from kb.web.catalogue.paging import totally_ordered

HEAD = "SELECT ?a ?b ?c WHERE { VALUES (?a ?b ?c) { (1 2 3) } } "


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("ORDER BY ?a ?b ?c", "ORDER BY ?a ?b ?c"),
        ("ORDER BY ?c", "ORDER BY ?c ?a ?b"),
        ("order by DESC(?b) # so\n", "order by DESC(?b) ?a ?c # so\n"),
        ("ORDER BY ASC ( ?a ) $c LIMIT 3", "ORDER BY ASC ( ?a ) $c ?b LIMIT 3"),
        ("ORDER BY STR(?a) ?b OFFSET 1 LIMIT 2", "ORDER BY STR(?a) ?b ?a ?c OFFSET 1 LIMIT 2"),
        ("ORDER BY DESC(?a + 1) (?b) ?c", "ORDER BY DESC(?a + 1) (?b) ?c ?a ?b"),
        ("ORDER BY ?d VALUES ?d { 1 }", "ORDER BY ?d ?a ?b ?c VALUES ?d { 1 }"),
    ],
)
def test_columns_that_are_no_key_become_the_last(order: str, expected: str) -> None:
    text = totally_ordered(HEAD + order, "abc")

    assert HEAD + expected == text
    Store().query(text)


def test_only_the_outermost_order_counts() -> None:
    text = "SELECT ?a ?b WHERE { { SELECT ?a ?b WHERE { ?a ?p ?b } ORDER BY ?b LIMIT 2 } } ORDER BY ?a"

    assert f"{text} ?b" == totally_ordered(text, "ab")


def test_aggregates_and_distinct_rows_are_ordered_as_well() -> None:
    for head in (
        "SELECT DISTINCT ?a ?b WHERE { ?a ?p ?b }",
        "SELECT ?a (COUNT(*) AS ?b) WHERE { ?a ?p ?q } GROUP BY ?a",
    ):
        Store().query(totally_ordered(f"{head} ORDER BY ?a", "ab"))


def test_rows_come_in_one_order_whatever_the_order_of_the_data() -> None:
    found = set()
    for values in itertools.permutations(["(1 2)", "(1 3)", "(1 1)"]):
        text = f"SELECT ?a ?b WHERE {{ VALUES (?a ?b) {{ {' '.join(values)} }} }} ORDER BY ?a"
        found.add(str(list(Store().query(totally_ordered(text, "ab")))))

    assert 1 == len(found)


@pytest.mark.whole_graph
def test_every_query_keeps_its_rows(shipped: KnowledgeBase) -> None:
    for query in shipped.queries.values():
        prepared = shipped.bind(query.name, {})
        text = totally_ordered(prepared.text, [column.name for column in query.columns])
        plain, total = shipped.run(prepared), shipped.run(prepared._replace(text=text))

        assert isinstance(plain, Rows) and isinstance(total, Rows)
        assert sorted(map(str, plain.rows)) == sorted(map(str, total.rows)), query.name
