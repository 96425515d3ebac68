"""Proofs: why a statement is in the graph, step by step, down to what files state."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from kb.proof_checker import VERSION
from kb.proof_checker.notation import Binding, Statement, write_term

__all__ = ["Asserted", "ByHornRule", "BySparqlRule", "Missing", "Proof", "Statement", "Step"]


class Asserted(NamedTuple):
    """A file states it."""

    statement: Statement
    graph: str
    """The IRI of the named graph, in angle brackets."""
    place: str
    """`path:line`, or the path alone."""
    premises: tuple[Statement, ...] = ()
    """None; here so that every step has them."""


class ByHornRule(NamedTuple):
    """It follows by an axiom of the ontology."""

    statement: Statement
    rule: str
    """The name of the rule in the OWL 2 RL profile, and the axiom in short."""
    premises: tuple[Statement, ...]
    """What the rule was applied to, and behind that the statements of the axiom."""
    axiom: tuple[Statement, ...]


class BySparqlRule(NamedTuple):
    """It follows by a rule of `ontology/rules`."""

    statement: Statement
    rule: str
    """The name of the rule."""
    premises: tuple[Statement, ...]
    bindings: Binding
    """{?variable: term} of the whole rule."""
    absent: tuple[str, ...]
    """Patterns, with what is known filled in, that have no match in the graph."""


Step: TypeAlias = Asserted | ByHornRule | BySparqlRule


class Missing(NamedTuple):
    """What would have to hold for a rule to give a statement: the least that is wanting."""

    rule: str
    """The name of the rule; that of an axiom holds a space."""
    wanting: tuple[str, ...]
    """Statements, in which `?variables` may be anything, and conditions."""
    present: tuple[Statement, ...]
    """What the rule needs beside that, and the graph has."""


class Proof(NamedTuple):
    """A proof of one statement."""

    steps: tuple[Step, ...]
    """Each statement once, behind all that it stands on; the last is what is proved."""

    @property
    def statement(self) -> Statement:
        """What is proved."""
        return self.steps[-1].statement

    @property
    def size(self) -> int:
        """The number of steps when each premise is written out wherever it is used."""
        sizes: dict[Statement, int] = {}
        for step in self.steps:
            sizes[step.statement] = 1 + sum(sizes[premise] for premise in step.premises)
        return sizes[self.statement]

    def by_statement(self) -> Mapping[Statement, Step]:
        """Return the step that proves each statement."""
        return {step.statement: step for step in self.steps}

    def to_json(self) -> dict[str, object]:
        """Return the proof as plain data for JSON, as the checker reads it; docs/reasoning.md describes the form."""
        numbers = {step.statement: number for number, step in enumerate(self.steps, 1)}
        return {
            "version": VERSION,
            "statement": _terms(self.statement),
            "steps": [_step_to_json(step, [numbers[premise] for premise in step.premises]) for step in self.steps],
        }


def _step_to_json(step: Step, premises: Sequence[int]) -> dict[str, object]:
    terms = _terms(step.statement)
    if isinstance(step, Asserted):
        return {"statement": terms, "by": "stated", "graph": step.graph, "place": step.place}
    if isinstance(step, ByHornRule):
        return {"statement": terms, "by": "owl", "rule": step.rule.split(" ")[0], "premises": premises}
    bindings = {name[1:]: write_term(term) for name, term in sorted(step.bindings.items())}
    return {
        "statement": terms,
        "by": "rule",
        "rule": step.rule,
        "bindings": bindings,
        "premises": premises,
        "absent": list(step.absent),
    }


def _terms(statement: Statement) -> list[str]:
    return [write_term(term) for term in statement]
