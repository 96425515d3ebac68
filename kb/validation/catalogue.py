"""Canned queries: each is read as the catalogue reads it."""

from collections.abc import Mapping

from kb.catalog import CannedQuery
from kb.catalog.header import read_query
from kb.errors import DataError
from kb.paths import files_below
from kb.validation.problem import Problem, from_error

CHECK = "catalogue"


def read_queries(root: str, prefixes: Mapping[str, str]) -> tuple[list[CannedQuery], list[Problem]]:
    """Return the canned queries that are sound, and what is wrong with the others."""
    queries: list[CannedQuery] = []
    problems: list[Problem] = []
    for path in files_below(root, "queries", ".rq"):
        try:
            queries.append(read_query(root, path, prefixes))
        except DataError as error:
            problem = from_error(error, path, CHECK)
            problems.append(problem._replace(line=problem.line or 1))  # the header is at fault as a whole
    return queries, problems
