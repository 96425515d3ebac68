"""No query leaves the graph, and no query ends the process of an engine."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.engines import open_engine
from kb.engines.protocol import Engine
from kb.engines.rdflib import RdflibEngine
from kb.errors import KbError, RefusedQueryError
from kb.query_limits import MAX_COMMAS, MAX_LENGTH, MAX_NESTING, MAX_PARTS
from kb.query_text import PreparedQuery
from kb.results import Rows, Triples
from tests.engines.conftest import Compiled, read

# rdflib calls what it deprecates itself
pytestmark = pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning:rdflib")

ROOT = Path(__file__).parents[2]
SECRET = "nobody-may-read-this"

REACHING = [
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { service <URL> { ?s ?p ?o } }",
    "SELECT * { SeRvIcE SILENT <URL> { ?s ?p ?o } }",
    "SELECT * {SERVICE<URL>{?s ?p ?o}}",
    "SELECT * { VALUES ?g { <URL> } SERVICE ?g { ?s ?p ?o } }",
    "PREFIX x: <URL> SELECT * { SERVICE x: { ?s ?p ?o } }",
    "BASE <URL> SELECT * { SERVICE <> { ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { S\\U00000045RVICE <URL> { ?s ?p ?o } }",
    "SELECT * { # a comment\rSERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { # a comment\nSERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { # a comment\\u000ASERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { ?s on:note '\\u0027 } SERVICE <URL> { ?a ?b ?c } #' }",
    "SELECT * { ?s ?p <http://a\\u003E SERVICE <URL> { ?a ?b ?c }",
    "SELECT * { ?s ?p trueSERVICE <URL> { ?a ?b ?c } }",
    "SELECT * { ?s atrueSERVICE <URL> { ?a ?b ?c } }",
    "SELECT * { ?s ?p 1SERVICE <URL> { ?a ?b ?c } }",
    "SELECT * { ?s ?p 1.SERVICE <URL> { ?a ?b ?c } }",
    "SELECT * { ?s ?p 'x'SERVICE <URL> { ?a ?b ?c } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <URL> { ?a ?b ?c } } }",
    "SELECT * { ?s ?p ?o FILTERNOTEXISTS{SERVICE<URL>{?a ?b ?c}} }",
    "SELECT * { { SELECT * { SERVICE <URL> { ?a ?b ?c } } } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <URL> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <URL> { ?s ?p ?o } }",
    "ASK { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * FROM <URL> { ?s ?p ?o }",
    "SELECT * from <URL> { ?s ?p ?o }",
    "SELECT *FROM<URL>{ ?s ?p ?o }",
    "SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * FROMNAMED<URL> { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * FROM#\rNAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
    "PREFIX x: <URL> SELECT * FROM x: { ?s ?p ?o }",
    "BASE <URL> SELECT * FROM <> { ?s ?p ?o }",
    "SELECT * FR\\u004FM <URL> { ?s ?p ?o }",
    "SELECT * { GRAPH <URL> { ?s ?p ?o } }",
    # `<` behind an operand, which engines read as less-than and the grammar as the start of an IRI
    "BASE <http://e/> SELECT * { VALUES ?a { 'z' } FILTER(?a<'>'||EXISTS{SERVICE <URL> {?s ?p ?o}}||'<'>?a) }",
    "BASE <http://e/> ASK { FILTER(EXISTS{?s ?p ?o}<'>'||EXISTS{SERVICE <URL> {?s ?p ?o}}||'<'>?a) }",
    "PREFIX x: <http://e/> SELECT * { VALUES ?a { 1 } BIND(?a<x:#>'''\n"
    "||EXISTS{SERVICE <URL> {?s ?p ?o}} #'''\n AS ?z) }",
    # a keyword at the start of a prefixed name
    "PREFIX SERVICE: <http://e/> PREFIX : <URL> SELECT * { SERVICE:x { ?s ?p ?o } }",
    "PREFIX FROM: <http://e/> PREFIX : <URL> SELECT * FROM:x { ?s ?p ?o }",
    "PREFIX trueService: <http://e/> PREFIX : <URL> SELECT * { ?s ?p trueService:x { ?s ?p ?o } }",
    "ASK FROM <URL> { ?s ?p ?o }",
    "CONSTRUCT { ?s ?p ?o } FROM <URL> WHERE { ?s ?p ?o }",
    "DESCRIBE <URL> FROM <URL>",
    "DESCRIBE <URL>",
    "LOAD <URL>",
    "load silent <URL>",
    "LOAD <URL> INTO GRAPH ex:leaflet",
    "\\u004COAD <URL>",
    "ASK {} ; LOAD <URL>",
    "INSERT { ?s ?p ?o } WHERE { SERVICE <URL> { ?s ?p ?o } }",
    "WITH <URL> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
]
HARMLESS = [
    "SELECT * { # a comment\\u000ASERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { ?s on:note '\\u0027 } SERVICE <URL> { ?a ?b ?c } #' }",
    "SELECT * { GRAPH <URL> { ?s ?p ?o } }",
    "DESCRIBE <URL>",
]
"""Those of the above that only look like it."""
ALLOWED = [
    "SELECT ?service { ?service on:note 'SERVICE <http://a> FROM LOAD' }",
    "SELECT * { ?s on:SERVICE ?o . <http://a/SERVICE> ?p ?o } # SERVICE <http://a>",
]


@pytest.fixture(scope="module", params=["oxigraph", "rdflib"])
def engine(request: pytest.FixtureRequest, compiled: Compiled) -> Engine:
    return open_engine(request.param, *compiled)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture(scope="module")
def secret_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("secret") / "secret.ttl"
    path.write_text(f"<http://a> <http://b> '{SECRET}' .")
    return path.as_uri()


def was_called(listener: socket.socket) -> bool:
    """Whether anybody has connected: such a connection waits here to be accepted."""
    try:
        connection, _ = listener.accept()
    except BlockingIOError:
        return False
    connection.close()
    return True


def outcome(engine: Engine, query: str) -> str:
    """Return all that a caller can learn from asking `query`."""
    try:
        result = engine.run(read(query))
    except KbError as error:
        return str(error)
    if isinstance(result, Rows):
        return str(result.rows)
    return str(result.triples if isinstance(result, Triples) else result)


@pytest.mark.parametrize("query", REACHING)
def test_no_spelling_makes_an_engine_connect(engine: Engine, listener: socket.socket, query: str) -> None:
    outcome(engine, query.replace("URL", f"http://127.0.0.1:{listener.getsockname()[1]}/"))

    assert not was_called(listener)


@pytest.mark.parametrize("query", REACHING)
def test_no_spelling_makes_an_engine_read_a_file(engine: Engine, secret_file: str, query: str) -> None:
    assert SECRET not in outcome(engine, query.replace("URL", secret_file))


@pytest.mark.parametrize("query", [query for query in REACHING if query not in HARMLESS])
def test_a_query_that_would_reach_out_is_refused_before_an_engine_sees_it(query: str) -> None:
    with pytest.raises(KbError):
        read(query.replace("URL", "http://127.0.0.1:9/"))


@pytest.mark.parametrize("query", ALLOWED)
def test_a_word_in_a_string_name_or_comment_is_not_refused(engine: Engine, query: str) -> None:
    assert "[]" in outcome(engine, query)


def test_rdflib_does_not_fetch_a_graph_even_if_the_text_was_not_prepared(
    compiled: Compiled, listener: socket.socket, secret_file: str
) -> None:
    engine = RdflibEngine(*compiled)
    for url in (f"http://127.0.0.1:{listener.getsockname()[1]}/", secret_file):
        for clause in ("FROM", "FROM NAMED"):
            pattern = "{ { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
            found = engine.run(PreparedQuery(f"SELECT * {clause} <{url}> {pattern}", "select"))

            assert 0 == len(found)
    assert not was_called(listener)


def chain(part: str, count: int) -> str:
    return "ASK { ex:a on:b ?v " + part * count + " }"


AT_THE_CAPS = {
    "braces": "ASK " + "{ " * (MAX_NESTING - 1) + "?s ?p ?o" + " }" * (MAX_NESTING - 1),
    "brackets": "ASK { FILTER" + "(" * (MAX_NESTING - 1) + "true" + ")" * (MAX_NESTING - 1) + " }",
    "not": "ASK { FILTER(" + "!" * (MAX_PARTS - 1) + "true) }",
    "minus": "ASK { FILTER(" + "- " * (MAX_PARTS - 2) + "1 = 1) }",
    "plus": "ASK { FILTER(1" + " + 1" * (MAX_PARTS - 2) + " = 1) }",
    "or": "ASK { FILTER(false" + " || false" * (MAX_PARTS - 1) + ") }",
    "path": "ASK { ?s on:b" + "/on:b" * 100 + " ?o }",  # Oxigraph needs minutes to plan a thousand
    "alternatives": "ASK { ?s on:b" + "|on:b" * (MAX_PARTS - 1) + " ?o }",
    "unions": "ASK { {}" + " UNION {}" * (MAX_PARTS - 1) + " }",
    "optionals": chain("OPTIONAL {}", MAX_PARTS - 1),
    "minuses": chain("MINUS {}", MAX_PARTS - 1),
    "binds": "ASK { " + " ".join(f"BIND(1 AS ?v{number})" for number in range(MAX_PARTS)) + " }",
    "filters": chain("FILTER(true)", MAX_PARTS - 1),
    "triples": "ASK { " + "ex:a on:b 0 . " * MAX_PARTS + " }",
    "blank nodes": "ASK { ?s ?p " + "[ ?p " * (MAX_NESTING - 1) + "?o" + " ]" * (MAX_NESTING - 1) + " }",
    "lists": "ASK { ?s ?p " + "( " * (MAX_NESTING - 1) + "?o" + " )" * (MAX_NESTING - 1) + " }",
    "sub-selects": "ASK " + "{ SELECT * " * (MAX_NESTING - 1) + "{}" + " }" * (MAX_NESTING - 1),
    "objects": "ASK { ex:a on:b 0" + ", 0" * MAX_PARTS + " }",
    "a list": "CONSTRUCT { ex:a on:b (" + " 0" * MAX_PARTS + " ) } {}",
    "choices": "ASK { FILTER(1 IN (0" + ", 0" * MAX_COMMAS + ")) }",
    "arguments": "ASK { FILTER(COALESCE(0" + ", 0" * MAX_COMMAS + ")) }",
    "values": "ASK { VALUES ?x {" + " 1" * 100_000 + " } }",
    "rows of values": "ASK { VALUES (?x ?y) {" + " (1 2)" * 50_000 + " } }",
}
# rdflib recurses on these; the others it reads too, but in minutes
DEEPEST = ("braces", "brackets", "unions", "blank nodes", "lists", "sub-selects")
BEYOND_THE_CAPS = {
    "braces": "ASK " + "{ " * (MAX_NESTING + 1) + " }" * (MAX_NESTING + 1),
    "brackets": "ASK { FILTER" + "(" * MAX_NESTING + "true" + ")" * MAX_NESTING + " }",
    "lists without an end": "ASK { ?s ?p " + "(" * 3_000,
    "plus": "ASK { FILTER(1" + " + 1" * (MAX_PARTS + 1) + " = 1) }",
    "not": "ASK { FILTER(" + "!" * (MAX_PARTS + 1) + "true) }",
    "unions": "ASK { {}" + " UNION {}" * (MAX_PARTS + 1) + " }",
    "optionals": chain("OPTIONAL {}", MAX_PARTS + 1),
    "triples": "ASK { " + "?s ?p ?o . " * (MAX_PARTS + 1) + " }",
    "objects": "ASK { ?s ?p 0" + ", 0" * (MAX_PARTS + 1) + " }",
    "a list": "ASK { ?s ?p (" + " 0" * (MAX_PARTS + 2) + " ) }",
    "a list of lists": "ASK { ?s ?p (" + " (0)" * (MAX_PARTS + 2) + " ) }",
    "a list of blank nodes": "ASK { ?s ?p (" + " []" * (MAX_PARTS + 2) + " ) }",
    "a list of tagged strings": "ASK { ?s ?p (" + " 'a'@en" * (MAX_PARTS + 2) + " ) }",
    "a list after values": "ASK { VALUES ?x { 1 } ?s ?p (" + " 0" * (MAX_PARTS + 2) + " ) }",
    "choices": "ASK { FILTER(1 IN (0" + ", 0" * (MAX_COMMAS + 1) + ")) }",
    "length": "ASK { ?s ?p '" + "x" * MAX_LENGTH + "' }",
}
RUN_ONE = """
import sys
from kb.engines import open_engine
from kb.errors import KbError, RefusedQueryError
from tests.engines.conftest import read
engine = open_engine(sys.argv[1], None, None)
for query in sys.stdin.read().split("\\0"):
    prepared = read(query)
    try:
        engine.run(prepared)
    except KbError:
        pass  # the process is what must survive
    print("survived", query[:40], flush=True)
"""


@pytest.mark.parametrize("name", ["oxigraph", "rdflib"])
def test_no_query_within_the_caps_ends_the_process(name: str) -> None:
    queries = [query for kind, query in AT_THE_CAPS.items() if name == "oxigraph" or kind in DEEPEST]
    done = subprocess.run(
        [sys.executable, "-c", RUN_ONE, name],
        cwd=ROOT,
        input="\0".join(queries),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert 0 == done.returncode, done.stdout[-200:] + done.stderr[-500:]
    assert len(queries) == done.stdout.count("survived")


@pytest.mark.parametrize("query", BEYOND_THE_CAPS.values(), ids=BEYOND_THE_CAPS.keys())
def test_a_query_beyond_the_caps_is_refused(query: str) -> None:
    with pytest.raises(RefusedQueryError):
        read(query)


@pytest.mark.parametrize("glued", ["OPTIONAL", "UNION", "MINUS", "FILTER"])
def test_clauses_glued_to_a_word_cannot_pass_uncounted(glued: str) -> None:
    with pytest.raises(KbError):
        read("ASK { " + f"?s ?p true{glued} {{}} " * 10_000 + "}")
