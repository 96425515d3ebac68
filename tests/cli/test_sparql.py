"""`kb sparql`."""

from collections.abc import Iterator
from pathlib import Path
from socket import create_server, socket

import pytest
from pyoxigraph import RdfFormat, parse

from tests.cli.outcome import failure, success
from tests.conftest import TINY, Run

DATA = ("--data", str(TINY))
LABEL = "SELECT ?label { zorv:zorvexin rdfs:label ?label }"


@pytest.fixture
def listener() -> Iterator[socket]:
    with create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def test_text_a_file_and_standard_input_give_the_same(run_kb: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.rq").write_text(LABEL, encoding="utf-8-sig")

    assert '?label\n"zorvexin"@en\n' == success(run_kb("sparql", LABEL, *DATA))
    assert success(run_kb("sparql", LABEL, *DATA)) == success(run_kb("sparql", "-f", str(tmp_path / "mine.rq"), *DATA))
    assert success(run_kb("sparql", LABEL, *DATA)) == success(run_kb("sparql", "-", *DATA, input=LABEL))


@pytest.mark.parametrize(
    ("expected", "format", "text"),
    [
        ("yes\n", "table", "ASK { zorv:zorvexin ?p ?o }"),
        ("no\n", "md", "ASK { zorv:nothing ?p ?o }"),
        ("true\n", "csv", "ASK { zorv:zorvexin ?p ?o }"),
        ("label\r\nzorvexin\r\n", "csv", LABEL),
        ("label\n-----\nzorvexin\n".replace("-----", "--------"), "table", LABEL),
    ],
)
def test_a_format_is_chosen(run_kb: Run, expected: str, format: str, text: str) -> None:
    done = run_kb("sparql", text, "-o", format, *DATA, text=False)

    assert (0, b"") == (done.returncode, done.stderr)
    assert expected.encode() == done.stdout


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib", "worker"])
@pytest.mark.parametrize("text", ["CONSTRUCT WHERE { zorv:zorvexin ?p ?o }", "DESCRIBE zorv:zorvexin"])
def test_triples_are_written_as_turtle(run_kb: Run, engine: str, text: str) -> None:
    triples = list(parse(success(run_kb("sparql", text, "--engine", engine, *DATA)).encode(), RdfFormat.TURTLE))

    assert 9 == len(triples)  # five of its file, three that the rules derive, and a wider class


@pytest.mark.parametrize("format", ["ttl", "nt", "jsonld", "rdfxml"])
def test_triples_have_their_own_formats(run_kb: Run, format: str) -> None:
    assert "zorvexinum" in success(run_kb("sparql", "DESCRIBE zorv:zorvexin", "-o", format, *DATA))


def test_a_format_for_rows_is_none_for_triples(run_kb: Run) -> None:
    message = failure(run_kb("sparql", "DESCRIBE zorv:zorvexin", "-o", "csv", *DATA))

    assert message.startswith("no output format for triples is called 'csv'")
    assert "; there are ttl, nt, jsonld, rdfxml" in message


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib", "worker"])
@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("line 1, column ", "SELECT ?s { ?s ?p }"),
        ("line 1, column ", "SELECT ?s { zorv:a zorv:b ?o ?p }"),
        ("line 2, column ", "SELECT ?s {\n  ?s ?p ?o ?x ?y }"),
        ("line 3, column ", "SELECT ?s {\n  ?s ?p ?o\n} ORDER ?s"),
    ],
)
def test_malformed_sparql_is_refused_with_line_column_and_reason(
    run_kb: Run, engine: str, place: str, text: str
) -> None:
    message = failure(run_kb("sparql", text, "--engine", engine, *DATA))

    assert message.startswith(place)
    assert "xpected" in message or "cannot go on like this" in message


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("the query is empty; begin with SELECT, ASK, CONSTRUCT, DESCRIBE", ""),
        ("line 1, column 1: 'SELET' starts no query", "SELET ?s {}"),
        ("line 1, column 12: 'OPTINAL' is no word of SPARQL; did you mean OPTIONAL?", "SELECT * { OPTINAL {} }"),
        ("line 1, column 18: prefix 'zrov:' is not known; declare it, or use one of zorv", "SELECT * { ?s ?p zrov:a }"),
        (
            "line 1, column 1: INSERT is an update, and the graph is read-only",
            "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
        ),
        ("line 1, column 1: LOAD is an update", "LOAD <file:///etc/passwd>"),
        (
            "line 1, column 12: SERVICE would send data to another endpoint",
            "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        ),
        (
            "line 1, column 15: FROM <file:///etc/passwd> is not a graph of this dataset",
            "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
        ),
        ("line 1, column 19: '\\udcff' is no character", "SELECT * { ?s ?p '\udcff' }"),
    ],
)
def test_what_is_no_query_of_the_graph_is_refused(run_kb: Run, expected: str, text: str) -> None:
    for engine in ("oxigraph", "rdflib"):
        message = failure(run_kb("sparql", text, "--engine", engine, *DATA))

        assert message.startswith(expected)


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib", "worker"])
@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
        "SELECT * { \\u0053ERVICE <URL> { ?s ?p ?o } }",
        "SELECT * { #\rSERVICE <URL> { ?s ?p ?o } }",
        "SELECT * FROM <URL> { ?s ?p ?o }",
        "LOAD <URL>",
    ],
)
def test_a_refusal_opens_no_socket(run_kb: Run, listener: socket, engine: str, text: str) -> None:
    failure(
        run_kb(
            "sparql", text.replace("URL", f"http://127.0.0.1:{listener.getsockname()[1]}/"), "--engine", engine, *DATA
        )
    )

    with pytest.raises(BlockingIOError):
        listener.accept()


def test_an_error_in_a_file_names_the_file(run_kb: Run, tmp_path: Path) -> None:
    for text in ("SELECT ?s { ?s ?p ", "SELECT * { OPTINAL {} }", "LOAD <http://127.0.0.1:9/>"):
        (tmp_path / "mine.rq").write_text(f"\n{text}", encoding="utf-8")

        assert failure(run_kb("sparql", "-f", "mine.rq", *DATA, cwd=tmp_path)).startswith("mine.rq: line 2, column ")


def test_a_file_that_cannot_be_read_is_refused(run_kb: Run, tmp_path: Path) -> None:
    (tmp_path / "latin.rq").write_bytes(b"# caf\xe9\nASK {}")

    for name, expected in (
        ("nope.rq", "nope.rq: cannot be read (No such file or directory); name a file with a query"),
        (".", ".: cannot be read (Is a directory); name a file with a query"),
        ("latin.rq", "latin.rq: is not UTF-8 (byte 5); save it as UTF-8"),
    ):
        assert expected == failure(run_kb("sparql", "-f", name, *DATA, cwd=tmp_path))


@pytest.mark.parametrize("arguments", [[], ["ASK {}", "-f", "x.rq"], ["-f", ""], ["a", "b"]])
def test_one_query_is_wanted(run_kb: Run, arguments: list[str]) -> None:
    failure(run_kb("sparql", *arguments, *DATA))


def test_no_rows_are_said_why_on_standard_error(run_kb: Run) -> None:
    done = run_kb("sparql", "SELECT * { zorv:zorvexin ?p 'nothing' }", "-o", "csv", *DATA)

    assert "p\n" == done.stdout
    assert "kb: no rows: nothing in the graph fits the pattern\n" == done.stderr


def test_an_endpoint_that_nobody_serves_is_a_failure_of_the_engine(run_kb: Run) -> None:
    with create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    failure(run_kb("sparql", "ASK { ?s ?p ?o }", "--endpoint", f"http://127.0.0.1:{port}/", *DATA), 4)


def test_names_that_the_graph_does_not_hold_are_said_when_there_are_no_rows(run_kb: Run) -> None:
    done = run_kb("sparql", "SELECT ?x { ?x bkg:claimSubjct bk:baclofn }")

    assert 0 == done.returncode
    assert "bkg:claimSubjct is not in the graph (did you mean bkg:claimSubject?)" in done.stderr
    assert "bk:baclofn is not in the graph (did you mean bk:baclofen?)" in done.stderr


def test_a_class_with_members_in_subclasses_only_is_explained(run_kb: Run) -> None:
    done = run_kb("sparql", "--asserted", "SELECT ?x { ?x a bkg:Claim }")

    assert "write 'a/rdfs:subClassOf* bkg:Claim'" in done.stderr
