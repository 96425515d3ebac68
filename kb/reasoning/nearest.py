"""What is wanting for a statement to follow: the rule that comes nearest to it, and what that rule lacks."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from kb.proof_checker import CheckError
from kb.proof_checker.evaluator import Evaluator, Solution
from kb.proof_checker.notation import Statement, Statements, write_term
from kb.proof_checker.patterns import Bind, Element, Filter, Part, Path, Triple, Values
from kb.reasoning.proof import Missing
from kb.reasoning.prover import Prover
from kb.reasoning.ways import head_atom, match

MOST_WANTING = 3
"""A rule that lacks more than this is not near."""
MOST_STEPS = 20_000
"""So many matches are tried for each rule."""


class _Try(NamedTuple):
    """Part of the body of a rule, some of it not found."""

    solution: Solution
    wanting: tuple[Triple | Filter, ...] = ()


def nearest(prover: Prover, statement: Statement) -> Missing | None:
    """Return the least that is wanting for some rule to give the statement; None when no rule comes near.

    Of rules that lack equally much, the one that finds the most of what it needs; then the first by name.
    """
    candidates = list(_candidates(prover, statement))
    for allowed in range(1, MOST_WANTING + 1):
        found = [
            (_rank(tried), name, _missing(name, tried))
            for name, elements, bound in candidates
            for tried in _Search(prover.facts, allowed).run(elements, bound)
        ]
        if found:
            return min(found, key=lambda each: (*each[:2], each[2].wanting, each[2].present))[2]
    return None


def _candidates(prover: Prover, statement: Statement) -> Iterator[tuple[str, Sequence[Element], Mapping[str, str]]]:
    """Yield name, body and what the head binds for each rule that could give the statement."""
    for rule, body, bound in prover.axioms.rules_for(statement):
        yield rule.name, [Triple(*atom) for atom in body], bound
    for name, read in prover.rules.rules.items():
        for head in read.head:
            fitting = match(head_atom(head), statement)
            if fitting is not None:
                yield name, read.body.elements, fitting


class _Search:
    """Looks for the solutions of a body without some of its patterns and conditions."""

    def __init__(self, facts: Statements, allowed: int) -> None:
        self._facts, self._evaluator, self._allowed, self._left = facts, Evaluator(facts, facts), allowed, MOST_STEPS

    def run(self, elements: Sequence[Element], bound: Mapping[str, str]) -> Iterator[_Try]:
        """Yield what the body has, each time lacking no more than is allowed."""
        try:
            yield from self._extend(list(elements), _Try(Solution(bound)))
        except CheckError:  # a path with nothing known at either end: too far from anything
            return

    def _extend(self, elements: list[Element], tried: _Try) -> Iterator[_Try]:
        if not elements:
            yield tried
            return
        element = min(elements, key=lambda each: self._order(each, tried.solution.binding))
        rest = [each for each in elements if each is not element]
        for found in self._evaluator.solve_element(element, tried.solution):
            self._left -= 1
            if self._left < 0:
                return
            yield from self._extend(rest, tried._replace(solution=found))
        if len(tried.wanting) < self._allowed and isinstance(element, Triple | Filter):
            yield from self._extend(rest, tried._replace(wanting=(*tried.wanting, element)))

    def _order(self, element: Element, binding: Mapping[str, str]) -> tuple[int, int]:
        """Return when an element comes: tables, patterns by how much fits them, then the rest as it stands."""
        if isinstance(element, Values):
            return 0, 0
        if isinstance(element, Triple):
            terms = (element.subject, element.predicate, element.object)
            if not isinstance(element.predicate, str):
                return 1, 1 if any(term in binding or str(term)[0] != "?" for term in terms[::2]) else MOST_STEPS
            known = [binding.get(str(term)) if str(term)[0] == "?" else str(term) for term in terms]
            return 1, len(list(self._facts.match(*known)))
        if isinstance(element, Part) and element.kind in ("UNION", "GROUP"):
            return 2, 0
        return 3 if isinstance(element, Part | Bind) else 4, 0


def _rank(tried: _Try) -> tuple[int, int]:
    """Return how far a try is from the statement: open places among what is wanting, and how little there is."""
    text = " ".join(_text(each, tried.solution.binding) for each in tried.wanting)
    return text.count("?"), -len(set(tried.solution.used))


def _missing(name: str, tried: _Try) -> Missing:
    wanting = tuple(_text(each, tried.solution.binding) for each in tried.wanting)
    return Missing(name, wanting, tuple(dict.fromkeys(tried.solution.used)))


def _text(element: Triple | Filter, binding: Mapping[str, str]) -> str:
    if isinstance(element, Filter):
        return " ".join(write_term(binding.get(token, token)) for token in element.text)
    subject, value = (write_term(binding.get(term, term)) for term in (element.subject, element.object))
    return f"{subject} {_path_text(element.predicate, binding)} {value}"


def _path_text(path: Path, binding: Mapping[str, str]) -> str:
    if isinstance(path, str):
        return binding.get(path, path)
    operator, parts = path
    texts = [_path_text(part, binding) for part in parts]
    if operator == "^":
        return "^" + texts[0]
    return operator.join(texts) if operator in "|/" else texts[0] + operator
