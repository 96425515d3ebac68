"""Preparing query text: prefixes, refusals, caps, and the places that errors name."""

import pytest

from kb.errors import KbError, QuerySyntaxError, RefusedQueryError
from kb.query_limits import MAX_COMMAS, MAX_LENGTH, MAX_NESTING, MAX_PARTS
from kb.query_text import PreparedQuery, prepare

PREFIXES = {
    "ex": "https://example.org/id/",
    "on": "https://example.org/ontology#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
}
GRAPHS = ("https://example.org/id/leaflet", "https://example.org/id/trial.ttl")


def read(text: str, name: str = "") -> PreparedQuery:
    return prepare(text, PREFIXES, GRAPHS, name)


def test_a_known_prefix_is_declared_when_used_and_no_other() -> None:
    prepared = read("SELECT ?x { ?x on:dose ex:a }")

    assert (
        "PREFIX ex: <https://example.org/id/> PREFIX on: <https://example.org/ontology#> SELECT ?x { ?x on:dose ex:a }"
        == prepared.text
    )


def test_a_declared_prefix_keeps_its_meaning() -> None:
    text = "PREFIX ex: <https://else.example/> SELECT ?x { ?x ?p ex:a }"

    assert text == read(text).text


def test_a_prefix_in_a_string_iri_or_comment_is_not_declared() -> None:
    text = "SELECT ?x { ?x ?p 'ex:a', <urn:on:b> } # rdfs:label"

    assert not read(text).text.startswith("PREFIX")


def test_an_unknown_prefix_is_refused_with_its_place_and_the_nearest() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        read("SELECT ?x {\n  ?x rdf:label ?y }")

    assert "line 2, column 6: prefix 'rdf:' is not known; declare it, or use one of rdfs" == str(caught.value)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("select", "select * { ?s ?p ?o }"),
        ("ask", "ASK { ?s ?p ?o }"),
        ("construct", "PREFIX a: <http://a/> CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"),
        ("describe", "BASE <http://a/> DESCRIBE <b>"),
        ("select", "#\r#\nSELECT * {}"),
    ],
)
def test_the_form_is_known(expected: str, text: str) -> None:
    assert expected == read(text).form


UPDATES = [
    "INSERT DATA { ex:a ex:b ex:c }",
    "insert { ?s ?p ?o } where { ?s ?p ?o }",
    "DELETE DATA { ex:a ex:b ex:c }",
    "DELETE WHERE { ?s ?p ?o }",
    "PREFIX a: <http://a/> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "LOAD <http://a/>",
    "CLEAR ALL",
    "DROP GRAPH <http://a/>",
    "CREATE GRAPH <http://a/>",
    "ADD DEFAULT TO <http://a/>",
    "MOVE DEFAULT TO <http://a/>",
    "COPY DEFAULT TO <http://a/>",
    "WITH <http://a/> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "# a comment\rINSERT DATA {}",
]


@pytest.mark.parametrize("text", UPDATES)
def test_an_update_is_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(RefusedQueryError, match=r"is an update, and the graph is read-only; change the files"):
        read(text)


@pytest.mark.parametrize(
    "text", ["SELECT * {} ; INSERT DATA { ex:a ex:b ex:c }", "ASK {} ; LOAD <http://a/>", "SELECT * { INSERT {} }"]
)
def test_an_update_behind_a_query_is_refused(text: str) -> None:
    with pytest.raises(KbError, match="is no word of SPARQL"):
        read(text)


@pytest.mark.parametrize(
    "text", ["SELECT * { SERVICE <http://a/> {} }", "ask { #\rservice silent ?x {} }", "ASK{SERVICE<http://a>{}}"]
)
def test_service_is_refused(text: str) -> None:
    with pytest.raises(RefusedQueryError, match="SERVICE would send data to another endpoint"):
        read(text)


@pytest.mark.parametrize(
    "text",
    ["SELECT * { \\u0053ERVICE <http://a/> {} }", "\\u004COAD <http://a/>", "SELECT * { S\\U00000045RVICE <a:b> {} }"],
)
def test_a_keyword_spelled_with_escapes_is_refused(text: str) -> None:
    with pytest.raises(QuerySyntaxError, match="starts no SPARQL token"):
        read(text)


@pytest.mark.parametrize(
    "clause",
    [
        "FROM <http://a/>",
        "FROM NAMED <file:///etc/passwd>",
        "from ex:other",
        "FROM ex:leaflet FROM <http://a/>",
        "FROM <leaflet>",
    ],
)
def test_from_outside_the_graph_is_refused(clause: str) -> None:
    with pytest.raises(RefusedQueryError, match="is not a graph of this dataset, and nothing outside it is read"):
        read(f"SELECT * {clause} {{ ?s ?p ?o }}")


def test_from_inside_the_graph_is_known_however_it_is_written() -> None:
    prepared = read(
        "SELECT * FROM ex:leaflet FROM NAMED <https://example.org/id/leaflet> FROM ex:trial\\.ttl { ?s ?p ?o }"
    )

    assert GRAPHS == prepared.default_graphs
    assert GRAPHS[:1] == prepared.named_graphs
    assert prepared.uses_graphs


def test_a_near_graph_is_suggested() -> None:
    with pytest.raises(RefusedQueryError, match=r"the nearest is https://example\.org/id/leaflet"):
        read("SELECT * FROM <https://example.org/id/leaflets> {}")


@pytest.mark.parametrize(
    "text", ["SELECT * { <a> ?p ?o }", "SELECT * { ?s ?p <> }", "PREFIX BASE: <http://a/> SELECT * { <a> ?p BASE:b }"]
)
def test_a_relative_iri_without_base_is_refused(text: str) -> None:
    with pytest.raises(QuerySyntaxError, match="is relative; write the IRI in full, or declare a BASE"):
        read(text)


def test_a_relative_iri_with_a_base_is_allowed() -> None:
    assert "BASE <http://a/> ASK { <b> ?p ?o }" == read("BASE <http://a/> ASK { <b> ?p ?o }").text


@pytest.mark.parametrize("escape", ["\\u003e", "\\u0020", "\\u0022", "\\uD800"])
def test_an_escape_that_no_iri_may_hold_is_refused(escape: str) -> None:
    with pytest.raises(RefusedQueryError, match="hides a character"):
        read(f"ASK {{ <http://a/{escape}> ?p ?o }}")


@pytest.mark.parametrize("escape", ["\\uD800", "\\UFFFFFFFF", "\\U00110000"])
def test_an_escape_that_is_no_character_is_refused_in_a_string(escape: str) -> None:
    with pytest.raises(QuerySyntaxError, match="is not a character"):
        read(f"ASK {{ ?s ?p '{escape}' }}")


@pytest.mark.parametrize("text", ["ASK { ?s ?p '\ud800' }", "ASK { ?s ?p ?o } # \udcff"])
def test_half_a_surrogate_pair_in_the_text_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(QuerySyntaxError, match=r"line 1, column \d+: .* is no character"):
        read(text)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ('ASK { ?s ?p "\\"" }', "ASK { ?s ?p '\\u0022' }"),
        ('ASK { ?s ?p "é" }', "ASK { ?s ?p '\\u00e9' }"),
        ("ASK { <http://a/é> ?p ?o }", "ASK { <http://a/\\u00e9> ?p ?o }"),
        ("ASK {             \n}", "ASK { # a comment \n}"),
        ("ASK {     \r}", "ASK { #abc\r}"),
    ],
)
def test_what_engines_read_differently_is_rewritten(expected: str, text: str) -> None:
    assert expected == read(text).text


@pytest.mark.parametrize(
    "text", ["", "  \n", "# only a comment", "PREFIX ex: <https://example.org/id/>", "BASE <http://a/>"]
)
def test_an_empty_query_is_refused(text: str) -> None:
    with pytest.raises(QuerySyntaxError, match="the query is empty"):
        read(text)


@pytest.mark.parametrize("text", ["{ ?s ?p ?o }", "?s", "WHERE { ?s ?p ?o }", "PREFIX ex SELECT * {}", "hello"])
def test_what_starts_no_query_is_refused_with_what_would(text: str) -> None:
    with pytest.raises(
        QuerySyntaxError, match="starts no query; begin with SELECT, ASK, CONSTRUCT, DESCRIBE or PREFIX"
    ):
        read(text)


def test_a_misspelled_keyword_is_refused_with_the_nearest() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        read("SELECT * {\n OPTINAL { ?s ?p ?o } }")

    assert (2, 2) == (caught.value.line, caught.value.column)
    assert "did you mean OPTIONAL?" in str(caught.value)


def test_the_shift_is_what_was_put_in_front() -> None:
    prepared = read("SELECT ?x { ?x ?p ex:a }")

    assert len("PREFIX ex: <https://example.org/id/> ") == prepared.shift


@pytest.mark.parametrize(
    "text", ["SELECT * { ?x nope:a ?y }", "LOAD <http://a/>", "SELECT * FROM <http://a/> {}", "SELECT * { é }"]
)
def test_an_error_names_the_file_that_the_text_is_from(text: str) -> None:
    with pytest.raises(KbError) as caught:
        read(text, "questions/mine.rq")

    assert str(caught.value).startswith("questions/mine.rq: line 1, column ")
    assert getattr(caught.value, "line", 1) == 1


@pytest.mark.parametrize(
    ("reason", "at", "beyond"),
    [
        ("characters", "ASK {}" + " " * (MAX_LENGTH - 6), "ASK {}" + " " * (MAX_LENGTH - 5)),
        ("brackets", "ASK " + "{" * MAX_NESTING + "}" * MAX_NESTING, "ASK " + "{" * (MAX_NESTING + 1)),
        ("operators", "ASK {" + "?s ?p ?o ." * MAX_PARTS + "}", "ASK {" + "?s ?p ?o ." * (MAX_PARTS + 1) + "}"),
        ("operators", "ASK {" + "MINUS {}" * MAX_PARTS + "}", "ASK {" + "MINUS {}" * (MAX_PARTS + 1) + "}"),
        ("triples", "ASK {?s ?p 1" + ",1" * MAX_PARTS + "}", "ASK {?s ?p 1" + ",1" * (MAX_PARTS + 1) + "}"),
        ("commas", "ASK {BIND(MAX(1" + ",1" * MAX_COMMAS + "))}", "ASK {BIND(MAX(1" + ",1" * (MAX_COMMAS + 1)),
    ],
    ids=["length", "nesting", "full stops", "clauses", "objects", "commas"],
)
def test_a_cap_admits_what_reaches_it_and_refuses_what_passes_it(reason: str, at: str, beyond: str) -> None:
    assert "ask" == read(at).form
    with pytest.raises(RefusedQueryError, match=reason):
        read(beyond)


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("less-than", "BASE <http://e/> ASK { FILTER(?a<'>'||" + "(" * 6000 + "true" + ")" * 6000 + "||'<'>?a) }"),
        ("less-than", "BASE <http://e/> ASK { FILTER(?a<" + "1/" * 7000 + "1>?b) }"),
        ("less-than", "ASK { FILTER(?a<?b&&?c>?d) }"),
        ("keyword", "PREFIX GRAPH: <http://e/> ASK { GRAPH:x { ?s ?p ?o } }"),
    ],
)
def test_what_engines_cut_into_other_tokens_is_refused(reason: str, text: str) -> None:
    with pytest.raises(RefusedQueryError, match=reason):
        prepare(text, {})


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?s ?p (<http://a/#b> <http://c/d#e>) }",
        "SELECT * { VALUES (?a ?b) { (1 <urn:x:y#z>) (<urn:a> <urn:b>) } }",
        "ASK { FILTER(?x IN (<urn:a>, <urn:b#c>)) }",
        "ASK { ?s (<urn:p>|^<urn:q>)* ?o FILTER(?a < 2 && ?b > 3) }",
    ],
)
def test_iris_with_one_reading_are_admitted(text: str) -> None:
    assert "less-than" not in prepare(text, {}).text
