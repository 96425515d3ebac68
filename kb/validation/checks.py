"""Checks: the queries below `queries/checks/`, which must return nothing, and what the others must return."""

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import NamedNode, Quad

from kb.catalog import CannedQuery
from kb.catalog.expectation import unmet
from kb.engines.oxigraph import OxigraphEngine
from kb.errors import KbError
from kb.prefixes import compact
from kb.query_text import prepare
from kb.results import Row, Rows
from kb.validation.files import Descriptions
from kb.validation.problem import Problem, from_error

TOPIC = "checks/"


def run_checks(
    queries: Iterable[CannedQuery], quads: Iterable[Quad], places: Descriptions, prefixes: Mapping[str, str]
) -> Iterator[Problem]:
    """Yield a problem for each row of each check, at the first thing of the row that a file describes."""
    for query, answer in _answers((query for query in queries if query.name.startswith(TOPIC)), quads, prefixes):
        if isinstance(answer, Problem):
            yield answer
        else:
            yield from (_problem(query, row, places, prefixes) for row in answer)


def run_expectations(
    queries: Iterable[CannedQuery], quads: Iterable[Quad], prefixes: Mapping[str, str]
) -> Iterator[Problem]:
    """Yield a problem for each thing that the header of a query expects of its answer and does not find."""
    for query, answer in _answers((query for query in queries if not query.name.startswith(TOPIC)), quads, prefixes):
        if isinstance(answer, Problem):
            yield answer
        else:
            faults = unmet(query, answer, prefixes)
            yield from (Problem(query.path, 1, query.name, fault, "error", "expect") for fault in faults)


def _answers(
    queries: Iterable[CannedQuery], quads: Iterable[Quad], prefixes: Mapping[str, str]
) -> Iterator[tuple[CannedQuery, Rows | Problem]]:
    """Yield each query with its rows, or with what keeps it from running."""
    engine = OxigraphEngine.of(quads)
    for query in queries:
        try:
            rows = engine.run(prepare(query.text, prefixes, name=query.path))
        except KbError as error:
            yield query, from_error(error, query.path, query.name)
        else:
            assert isinstance(rows, Rows)  # the catalogue admits SELECT only
            yield query, rows


def _problem(query: CannedQuery, row: Row, places: Descriptions, prefixes: Mapping[str, str]) -> Problem:
    iris = [term.value for term in row if isinstance(term, NamedNode)]
    path, line = places.of_row(iris) or (query.path, None)
    values = [(name, _short(term, prefixes)) for name, term in zip(row.variables, row, strict=True) if term is not None]
    found = ", ".join(f"{name} {value}" for name, value in values)
    message = f"{found}: {query.description or query.summary}"
    return Problem(path, line, values[0][1] if values else "", message, "error", query.name)


def _short(term: object, prefixes: Mapping[str, str]) -> str:
    return compact(term.value, prefixes) if isinstance(term, NamedNode) else str(getattr(term, "value", term))
