"""Derivation rules: each is read as the compiler reads it, and run over what the sound files state."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pyoxigraph import Quad

from kb.derivation import INFERRED, derive_what_can
from kb.errors import KbError
from kb.rules import collect_rules
from kb.validation.problem import Problem, from_error

CHECK = "rules"


class Followed(NamedTuple):
    """What follows from the files."""

    by_rules: list[Quad]
    by_axioms: list[Quad]


def run_all_rules(root: str, quads: Iterable[Quad], prefixes: Mapping[str, str]) -> tuple[Followed, list[Problem]]:
    """Return what follows from `quads` by the axioms and the sound rules, and what is wrong with the others."""
    rules, faults = collect_rules(root, prefixes)
    problems = [_problem(error) for error in faults]
    derived = derive_what_can(rules, quads, prefixes)
    problems += [_problem(error) for error in derived.faults]
    by_axioms = derived.quads.pop(INFERRED)
    return Followed([quad for found in derived.quads.values() for quad in found], by_axioms), problems


def _problem(error: KbError) -> Problem:
    """Return the problem of an error about a rule, whose message begins with its path, or about an axiom."""
    path, is_rule, _ = str(error).partition(".rq:")
    problem = from_error(error, f"{path}.rq" if is_rule else "ontology", CHECK)
    return problem._replace(line=problem.line or 1)  # the header is at fault as a whole
