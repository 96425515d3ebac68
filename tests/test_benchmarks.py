"""The synthetic pharmacopoeia of the benchmarks: in our model, of our shape, and the same each time."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from kb.dataset import read_dataset
from kb.prefixes import read_prefixes
from kb.validation.shape_engines import SH, shape_engine
from tests.conftest import ROOT

sys.path.append(str(ROOT / "benchmarks"))  # its scripts import one another by their bare names

from graph_shape import Shape
from http_load import MISSING, Call, has_wrk, send
from pharmacopoeia import Pharmacopoeia

pytestmark = pytest.mark.whole_graph
SIZE = 10_000
SHAPES = sorted((ROOT / "ontology" / "shapes").glob("*.ttl"))


@cache
def _shape() -> Any:
    prefixes = read_prefixes(str(ROOT))
    return Shape(read_dataset(str(ROOT), prefixes), prefixes)


@cache
def _made(size: int, seed: int) -> list[Quad]:
    return list(Pharmacopoeia(_shape(), size, seed).quads())


def _shipped() -> list[tuple[NamedNode, NamedNode, Any]]:
    return [(node.name, *statement) for node in _shape().nodes.values() for statement in node.statements]


@pytest.mark.parametrize(("size", "seed"), [(1_000, 1), (1_000, 2), (SIZE, 3)])
def test_a_pharmacopoeia_conforms_to_the_shapes(size: int, seed: int) -> None:
    made = {quad.triple for quad in _made(size, seed)}
    subjects = {triple.subject for triple in made}
    shapes = [quad.triple for path in SHAPES for quad in parse(path=path, rename_blank_nodes=True)]
    around = {quad.triple for quad in [*_shape().ontology, *_shape().standing]}
    broken = [
        (str(result.focus), result.message)
        for result in shape_engine()(shapes, made | around)
        if result.focus in subjects and result.severity == SH + "Violation"
    ]

    assert [] == broken


def test_all_that_a_pharmacopoeia_names_is_described() -> None:
    described = {quad.subject for quad in [*_made(SIZE, 1), *_shape().ontology, *_shape().standing]}
    bk = _shape().prefixes["bk"]
    named = {quad.object for quad in _made(SIZE, 1) if str(quad.object).startswith(f"<{bk}")}

    assert set() == named - described


@pytest.mark.parametrize("size", [100, 1_000, SIZE])
def test_a_pharmacopoeia_has_the_size_that_was_asked_for(size: int) -> None:
    assert size <= len(set(_made(size, 1))) <= size + 150


def test_a_pharmacopoeia_has_the_shape_of_the_shipped_graph() -> None:
    shipped, made = _shipped(), _made(3 * SIZE, 1)
    shares = [
        {name: count / len(statements) for name, count in Counter(statement[1] for statement in statements).items()}
        for statements in (shipped, made)
    ]
    apart = sum(abs(shares[0].get(name, 0) - shares[1].get(name, 0)) for name in shares[0].keys() | shares[1].keys())

    assert apart / 2 < 0.1


def test_no_name_or_label_is_taken_over() -> None:
    label = _shape().term("rdfs:label")
    shipped = {name for name, *_ in _shipped()} | {value for _, name, value in _shipped() if name == label}
    made = _made(SIZE, 1)
    taken = {quad.subject for quad in made} & shipped | {
        quad.object for quad in made if quad.predicate == label
    } & shipped

    assert taken <= _shape().anchors


def test_words_are_invented() -> None:
    text = _shape().term("rdf:langString")
    shipped = {
        word.lower()
        for _, _, value in _shipped()
        if isinstance(value, Literal) and value.datatype == text
        for word in value.value.split()
        if len(word) > 4
    }
    made = {
        word
        for quad in _made(SIZE, 1)
        if isinstance(quad.object, Literal) and quad.object.datatype == text
        for word in quad.object.value.split()
    }

    assert set() == made & shipped


def test_the_same_seed_gives_the_same_statements_in_another_process() -> None:
    command = [sys.executable, str(ROOT / "benchmarks/pharmacopoeia.py"), "500", "--seed", "7"]
    runs = [
        subprocess.run(command, capture_output=True, check=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT), **seed}).stdout
        for seed in ({"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2"})
    ]

    assert runs[0] == runs[1]
    assert _made(500, 7) == list(parse(runs[0], RdfFormat.N_QUADS))
    assert _made(500, 7) != _made(500, 8)


def test_hierarchies_have_no_circles_and_figures_stay_in_order() -> None:
    made = _made(SIZE, 1)
    at = {quad: place for place, quad in enumerate(made)}
    said = {quad.subject: place for quad, place in at.items() if quad.predicate == _shape().term("rdf:type")}
    figures: dict[Any, dict[str, float]] = {}
    for quad in made:
        name = quad.predicate.value.rsplit("#", 1)[-1]
        if name == "subtypeOf":
            assert said[quad.object] < at[quad]
            assert quad.subject != quad.object
        if name in ("lowerBound", "pointValue", "upperBound"):  # in the order of the alphabet, and of size
            figures.setdefault(quad.subject, {})[name] = float(quad.object.value)
    ordered = [[value for _, value in sorted(of_one.items())] for of_one in figures.values()]

    assert any(len(values) == 3 for values in ordered)
    assert [] == [values for values in ordered if values != sorted(values)]


needs_wrk = pytest.mark.skipif(not has_wrk(), reason=MISSING)
CALLS = [
    Call("/a?b=c"),
    Call(
        "/form", "POST", (("Content-Type", "text/plain"),), 'two\r\nlines, a "quote", a back\\slash, 99 %, \x01 and é'
    ),
    Call("/gone", "DELETE", (("Accept", "text/csv, */*;q=0.1"),)),
]


@contextmanager
def _recorder(status: int) -> Iterator[tuple[str, list[tuple[str, str, str | None, str]]]]:
    """Give the URL of a server that answers with a status, and what it was sent."""
    received: list[tuple[str, str, str | None, str]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            received.append((self.command, self.path, self.headers["Accept"], body))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = do_DELETE = _answer  # noqa: N815 -- the names that http.server calls

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", received
        server.shutdown()


@needs_wrk
@pytest.mark.parametrize("clients", [1, 3])
def test_the_load_is_the_calls_in_their_turn_and_as_many_as_wanted(clients: int) -> None:
    with _recorder(200) as (url, received):
        report = send(url, CALLS, clients, 30, requests=7)
    accepts = [dict(call.headers).get("Accept") for call in CALLS]
    expected = [
        (call.method, call.path, accept, call.body or "") for call, accept in zip(CALLS, accepts, strict=True)
    ] * 3

    assert sorted(map(str, expected[:7])) == sorted(map(str, received))
    assert (7, 0, 0) == (report.requests, report.refused, report.broken)


@needs_wrk
def test_the_load_counts_what_is_refused() -> None:
    with _recorder(503) as (url, _):
        report = send(url, CALLS, 2, 30, requests=5)

    assert (5, 5) == (report.requests, report.refused)


@pytest.mark.parametrize("script", ["serving.py", "http_servers.py"])
def test_a_benchmark_of_servers_says_what_it_lacks(script: str) -> None:
    environment = {"PYTHONPATH": str(ROOT), "PATH": ""}
    command = [sys.executable, str(ROOT / "benchmarks" / script)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)

    assert 2 == done.returncode
    assert "install" in done.stderr
    assert 1 == len(done.stderr.splitlines())


@needs_wrk
def test_the_benchmark_of_serving_runs_in_short() -> None:
    quick = "--only repeated runaways memory --clients 2 --walks 1 --rounds 1 --runaways 4 --deadline 1 --requests 500"
    command = [sys.executable, str(ROOT / "benchmarks/serving.py"), *quick.split()]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    said = [line for line in done.stdout.splitlines() if "   (aim: " in line]
    expected = [
        "kb serve / oxigraph, repeated",
        "kb serve, runaways answered",
        "kb serve, p99 of the others",
        "kb serve, memory at the end",
    ]

    assert (0, "") == (done.returncode, done.stderr)
    assert expected == [line[: len(begins)] for line, begins in zip(said, expected, strict=True)]
