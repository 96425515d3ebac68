"""Runs every check, none stopping at the first fault, and lists what all of them found."""

from collections.abc import Callable

from kb.dataset import read_file, source_files
from kb.errors import DataError
from kb.prefixes import read_prefixes
from kb.validation.problem import Problem, from_error, sort_key


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
    from kb.validation.catalogue import read_queries
    from kb.validation.checks import run_checks, run_expectations
    from kb.validation.files import Places
    from kb.validation.layout import check_subjects
    from kb.validation.literals import check_literals
    from kb.validation.prefixes import check_prefixes
    from kb.validation.shapes import check_shapes

    problems += check_prefixes(files, prefixes)
    problems += check_subjects(files, prefixes)
    problems += check_literals(files)
    sound = {file.path for file in files}
    quads = [quad for source in sources if source.path in sound for quad in read_file(root, source)]
    places = Places(files)
    tell("canned queries")
    queries, faults = read_queries(root, prefixes)
    problems += faults
    tell("checks")
    problems += run_checks(queries, quads, places, prefixes)
    if len(sound) == len({file.path for file in files} | {source.path for source in sources}):
        problems += run_expectations(queries, quads, prefixes)  # of a graph with a part missing they say nothing
    tell("shapes")
    problems += check_shapes(files, quads, places, prefixes)
    return sorted(set(problems), key=sort_key)


def _tell_nobody(_: str) -> None:
    """Take a line of progress that nobody asked for."""
