"""Derivation rules: each is read as the compiler reads it, and run over what the sound files state."""

from collections.abc import Iterable, Mapping

from pyoxigraph import Quad

from kb.derivation import run_rules
from kb.errors import KbError
from kb.rules import collect_rules
from kb.validation.problem import Problem, from_error

CHECK = "rules"


def run_all_rules(root: str, quads: Iterable[Quad], prefixes: Mapping[str, str]) -> tuple[list[Quad], list[Problem]]:
    """Return what the sound rules derive from `quads`, and what is wrong with the others."""
    rules, faults = collect_rules(root, prefixes)
    problems = [_problem(error) for error in faults]
    derived: list[Quad] = []
    for _, result in run_rules(rules, quads, prefixes):
        if isinstance(result, KbError):
            problems.append(_problem(result))
        else:
            derived += result
    return derived, problems


def _problem(error: KbError) -> Problem:
    """Return the problem of an error about a rule, whose message begins with its path."""
    problem = from_error(error, str(error).split(".rq:", maxsplit=1)[0] + ".rq", CHECK)
    return problem._replace(line=problem.line or 1)  # the header is at fault as a whole
