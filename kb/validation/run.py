"""Runs every check, none stopping at the first fault, and lists what all of them found."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from pyoxigraph import Triple

from kb.dataset import SourceFile, read_file, source_files
from kb.errors import DataError
from kb.prefixes import read_prefixes
from kb.validation.problem import Problem, from_error, sort_key

if TYPE_CHECKING:
    from kb.validation.files import TurtleFile


def validate(root: str, progress: Callable[[str], None] | None = None) -> list[Problem]:
    """Return all problems of the graph in `root`, by file and line; `progress` is told what is checked next.

    A file that does not parse is reported, and left out of what is checked after. Without a sound
    prefix list only syntax and layout are checked.
    """
    from kb.validation.files import read_files
    from kb.validation.layout import check_contents, check_names

    tell = progress or _tell_nobody
    tell("Turtle and layout")
    files, problems = read_files(root)
    problems += check_names(root)
    problems += check_contents(files)
    try:
        prefixes = read_prefixes(root)
        sources = source_files(root, prefixes)
    except DataError as error:
        if not any(problem.path == "ontology/prefixes.ttl" for problem in problems):
            problems.append(from_error(error, "ontology/prefixes.ttl", "prefixes"))
        return sorted(problems, key=sort_key)
    problems += _check_graph(root, files, prefixes, sources, tell)
    return sorted(set(problems), key=sort_key)


def _check_graph(
    root: str,
    files: "list[TurtleFile]",
    prefixes: dict[str, str],
    sources: list[SourceFile],
    tell: Callable[[str], None],
) -> list[Problem]:
    """Return the problems of what the sound files say together."""
    from kb.validation.catalogue import read_queries
    from kb.validation.checks import run_checks, run_expectations
    from kb.validation.contradictions import check_contradictions
    from kb.validation.files import Descriptions
    from kb.validation.layout import check_subjects
    from kb.validation.literals import check_literals, check_terms
    from kb.validation.prefixes import check_prefixes
    from kb.validation.rules import run_all_rules
    from kb.validation.shapes import check_shapes
    from kb.validation.views import check_views

    problems = [*check_prefixes(files, prefixes), *check_subjects(files, prefixes), *check_literals(files)]
    sound = {file.path for file in files}
    quads = [quad for source in sources if source.path in sound for quad in read_file(root, source)]
    places = Descriptions(files)
    problems += check_terms(quads, places)
    quads = [quad for quad in quads if not isinstance(quad.object, Triple)]
    tell("rules")
    derived, rule_faults = run_all_rules(root, quads, prefixes)
    tell("contradictions")
    problems += check_contradictions([*quads, *derived.by_rules], places, prefixes)
    tell("canned queries")
    queries, query_faults = read_queries(root, prefixes)
    problems += rule_faults + query_faults + check_views(root, prefixes)
    tell("checks")
    # the types that axioms give would hide an object of the wrong class, and a thing without one
    problems += run_checks(queries, [*quads, *derived.by_rules], places, prefixes)
    if not rule_faults and all(source.path in sound for source in sources):
        # of a graph with a part missing they say nothing
        problems += run_expectations(queries, [*quads, *derived.by_rules, *derived.by_axioms], prefixes)
    tell("shapes")  # over what the files state: nothing derived makes up for what a file lacks
    problems += check_shapes(files, quads, places, prefixes)
    return problems


def _tell_nobody(_: str) -> None:
    """Take a line of progress that nobody asked for."""
