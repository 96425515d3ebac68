"""Replays a proof step by step; see docs/reasoning.md for its form in JSON."""

from collections.abc import Iterable, Iterator, Mapping

from kb.proof_checker.evaluator import Evaluator, Solution
from kb.proof_checker.expressions import is_equal
from kb.proof_checker.notation import (
    CheckError,
    Statement,
    Statements,
    read_quads,
    read_statement,
    read_term,
    write_term,
)
from kb.proof_checker.owl import fault_of
from kb.proof_checker.patterns import Rule
from kb.proof_checker.reader import read_rule

VERSION = 1
"""Of the JSON form of proofs."""
_KEYS = {
    "stated": {"statement", "by", "graph", "place"},
    "owl": {"statement", "by", "rule", "premises"},
    "rule": {"statement", "by", "rule", "bindings", "premises", "absent"},
}


class Checker:
    """Checks proofs against the statements of a graph and the texts of its rules."""

    def __init__(self, statements: str, rules: Mapping[str, str]) -> None:
        """Read what proofs are checked against.

        `statements` are the N-Quads of the whole graph, derived statements included: whether there is none of
        something shows in all of it. What a step takes as stated must lie in the graph of a Turtle file, whose IRI
        ends in `.ttl`. `rules` is {name: text}.

        Raises:
            CheckError: the statements or a rule cannot be read.
        """
        quads = list(read_quads(statements))
        self._stated = {quad for quad in quads if quad[1].endswith(".ttl>")}
        self._all = Statements(statement for statement, _ in quads)
        self._rules = {name: _read(name, text) for name, text in rules.items()}

    def fault(self, document: object) -> str | None:
        """Return the first fault of a proof, with the number of its step (from 1), or None: it is valid."""
        try:
            steps = _steps(document)
        except CheckError as error:
            return str(error)
        fault = self.fault_of_steps(steps)
        if fault:
            return fault
        used = {number for step in steps for number in step.get("premises", ())}  # type: ignore[attr-defined]
        unused = set(range(1, len(steps))) - used
        if unused:
            return f"step {min(unused)}: no other step needs it"
        assert isinstance(document, dict)  # `_steps` has seen to it
        if not steps or document["statement"] != steps[-1]["statement"]:
            return "the last step does not prove the statement"
        return None

    def fault_of_steps(self, steps: Iterable[Mapping[str, object]]) -> str | None:
        """Return the first fault of steps, each of which may stand on those before it."""
        proved: dict[int, Statement] = {}
        known = set[Statement]()
        for number, step in enumerate(steps, 1):
            try:
                proved[number] = self._check(step, proved)
            except CheckError as error:
                return f"step {number}: {error}"
            if proved[number] in known:
                return f"step {number}: an earlier step proves the same statement"
            known.add(proved[number])
        return None

    def _check(self, step: Mapping[str, object], proved: Mapping[int, Statement]) -> Statement:
        """Return the statement that a step proves, given those that the steps before it prove."""
        statement = read_statement(step["statement"])
        if step["by"] == "stated":
            self._check_stated(statement, step)
            return statement
        premises = list(_premises(step, proved))
        if step["by"] == "owl":
            fault = fault_of(str(step["rule"]), premises, statement)
        else:
            fault = self._fault_of_rule(step, premises, statement)
        if fault:
            raise CheckError(fault)
        return statement

    def _check_stated(self, statement: Statement, step: Mapping[str, object]) -> None:
        graph, place = step["graph"], step["place"]
        if (statement, graph) not in self._stated:
            raise CheckError(f"the graph {graph} does not state {' '.join(map(write_term, statement))}")
        path, colon, line = str(place).partition(":")
        if not str(graph).endswith(f"/{path}>") or (colon and not line.isdigit()):
            raise CheckError(f"the place {place} is not in the graph {graph}")

    def _fault_of_rule(self, step: Mapping[str, object], premises: list[Statement], statement: Statement) -> str:
        rule = self._rules.get(str(step["rule"]))
        if rule is None:
            return f"there is no rule {step['rule']!r}"
        bindings = step["bindings"]
        if not isinstance(bindings, dict) or not all(isinstance(term, str) for term in bindings.values()):
            return "its bindings are not {variable: term}"
        wanted = {f"?{name}": read_term(term) for name, term in bindings.items()}
        if not any(each[:2] == statement[:2] and is_equal(each[2], statement[2]) for each in conclusions(rule, wanted)):
            return "the rule with these bindings concludes something else"
        evaluator = Evaluator(Statements(premises), self._all)
        found = [each for each in evaluator.solve(rule.body, Solution({}), wanted) if each.binding == wanted]
        if not found:
            return "the body of the rule does not hold with these bindings and premises"
        found = [each for each in found if set(each.used) == set(premises)]
        if not found:
            return "the body of the rule does not need all of these premises"
        if not any(list(each.absent) == step["absent"] for each in found):
            return f"what must be absent is {list(found[0].absent)}, not {step['absent']}"
        return ""


def conclusions(rule: Rule, binding: Mapping[str, str]) -> Iterator[Statement]:
    """Yield what a rule concludes with a binding of its variables."""
    for head in rule.head:
        subject, predicate, value = (binding.get(str(term), str(term)) for term in head)
        if not any(term[0] == "?" for term in (subject, predicate, value)):
            yield subject, predicate, value


def _read(name: str, text: str) -> Rule:
    try:
        return read_rule(text)
    except CheckError as error:
        raise CheckError(f"rule {name}: {error}") from error


def _steps(document: object) -> list[dict[str, object]]:
    """Return the steps of a proof whose form is right."""
    if not isinstance(document, dict) or document.get("version") != VERSION:
        raise CheckError(f"this is no proof of version {VERSION}")
    steps = document.get("steps")
    if set(document) != {"version", "statement", "steps"} or not isinstance(steps, list):
        raise CheckError("a proof has version, statement and steps, and nothing else")
    for number, step in enumerate(steps, 1):
        kind = step.get("by") if isinstance(step, dict) else None
        if not isinstance(kind, str) or set(step) != _KEYS.get(kind):
            raise CheckError(f"step {number}: a step is {' or '.join(_KEYS)}, with its own keys")
    return steps


def _premises(step: Mapping[str, object], proved: Mapping[int, Statement]) -> Iterator[Statement]:
    numbers = step["premises"]
    if not isinstance(numbers, list) or len(set(map(str, numbers))) != len(numbers):
        raise CheckError("its premises are not numbers of steps, each once")
    for number in numbers:
        if type(number) is not int or number not in proved:
            raise CheckError(f"its premise {number} is no step before it")
        yield proved[number]
