"""Finds which bindings of its variables make the body of a rule hold.

Wholly apart from the engines: plain matching, pattern by pattern, with no optimisation to go wrong. What holds is
looked up among `facts`; that there is none of something (OPTIONAL left unbound, MINUS, NOT EXISTS) among `everything`.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kb.proof_checker.expressions import evaluate, is_equal, is_true
from kb.proof_checker.notation import Binding, CheckError, Statement, Statements, write_term
from kb.proof_checker.patterns import Bind, Element, Filter, Group, Part, Path, Triple, Values, variables_of


class Solution(NamedTuple):
    """One way in which a group holds."""

    binding: Binding
    used: tuple[Statement, ...] = ()
    """The statements that it stands on, in the order of the patterns."""
    absent: tuple[str, ...] = ()
    """Groups, with what is known filled in, that have no match."""


class Evaluator:
    """Finds the solutions of groups; with `wanted`, only those whose variables have these values."""

    def __init__(self, facts: Statements, everything: Statements) -> None:
        self._facts, self._everything = facts, everything

    def solve(self, group: Group, start: Solution, wanted: Binding | None = None) -> Iterator[Solution]:
        """Yield the solutions of `group` that go with `start`; None for `wanted` asks for any.

        Raises:
            CheckError: the group uses what this evaluator does not know.
        """
        found = iter((start,))
        for element in sorted(group.elements, key=_is_condition):
            found = self._extend(found, element, wanted)
        return found

    def solve_element(self, element: Element, before: Solution, wanted: Binding | None = None) -> Iterator[Solution]:
        """Yield the solutions of one element of a group that go with those of the elements before it."""
        if isinstance(element, Triple):
            return self._triple(element, before, wanted)
        if isinstance(element, Values):
            return _values(element, before, wanted)
        if isinstance(element, Bind):
            return _bind(element, before, wanted)
        if isinstance(element, Filter):
            return iter((before,) if is_true(element.expression, before.binding) else ())
        return self._part(element, before, wanted)

    def _extend(self, found: Iterator[Solution], element: Element, wanted: Binding | None) -> Iterator[Solution]:
        for before in found:
            yield from self.solve_element(element, before, wanted)

    def _triple(self, pattern: Triple, before: Solution, wanted: Binding | None) -> Iterator[Solution]:
        known = [_known(term, before.binding, wanted) for term in (pattern.subject, pattern.object)]
        if wanted is not None and None in known:
            return
        subject, value = known
        if isinstance(pattern.predicate, str):
            predicate = _known(pattern.predicate, before.binding, wanted)
            if wanted is not None and predicate is None:
                return
            for each in self._facts.match(subject, predicate, value):
                names = (pattern.subject, pattern.predicate, pattern.object)
                bound = _bound(before.binding, zip(names, each, strict=True))
                if bound is not None:
                    yield before._replace(binding=bound, used=(*before.used, each))
            return
        for start, end, trail in self._walk(pattern.predicate, subject, value):
            bound = _bound(before.binding, ((pattern.subject, start), (pattern.object, end)))
            if bound is not None:
                yield before._replace(binding=bound, used=(*before.used, *trail))

    def _part(self, part: Part, before: Solution, wanted: Binding | None) -> Iterator[Solution]:
        group = part.groups[0]
        if part.kind in ("UNION", "GROUP"):
            for each in part.groups:
                yield from self.solve(each, before, wanted)
        elif part.kind == "EXISTS":
            for found in self.solve(group, before):
                yield found._replace(binding=before.binding)
                return
        else:
            matched = False
            for found in self.solve(group, before, wanted) if part.kind == "OPTIONAL" else ():
                matched = True
                yield found
            shared = {name: value for name, value in before.binding.items() if name in variables_of(group)}
            start = Solution(before.binding if part.kind != "MINUS" else shared)
            if part.kind == "MINUS" and not shared:
                yield before
            elif not matched and self._is_absent(group, start):
                yield before._replace(absent=(*before.absent, _filled_in(group, start.binding)))

    def _is_absent(self, group: Group, start: Solution) -> bool:
        return next(Evaluator(self._everything, self._everything).solve(group, start), None) is None

    def _walk(self, path: Path, start: str | None, end: str | None) -> Iterator[tuple[str, str, tuple[Statement, ...]]]:
        """Yield (first node, last node, statements between) for a path; each pair once, by the shortest way."""
        if start is None and end is None:
            raise CheckError("a path with nothing known at either end")
        if start is None and end is not None:
            for last, trail in self._from(("^", (path,)), end):
                yield last, end, trail
        elif start is not None:
            for last, trail in self._from(path, start):
                if end in (None, last):
                    yield start, last, trail

    def _from(self, path: Path, node: str) -> Iterator[tuple[str, tuple[Statement, ...]]]:
        if isinstance(path, str):
            for each in self._facts.match(node, path, None):
                yield each[2], (each,)
            return
        operator, parts = path
        if operator == "^":
            yield from self._back(parts[0], node)
        elif operator == "|":
            for part in parts:
                yield from self._from(part, node)
        elif operator == "/":
            for middle, trail in self._from(parts[0], node):
                for last, rest in self._from(parts[1] if len(parts) == 2 else ("/", parts[1:]), middle):
                    yield last, (*trail, *rest)
        else:
            yield from self._closure(operator, parts[0], node)

    def _back(self, path: Path, node: str) -> Iterator[tuple[str, tuple[Statement, ...]]]:
        """Yield where a path that ends at `node` starts."""
        if isinstance(path, str):
            for each in self._facts.match(None, path, node):
                yield each[0], (each,)
            return
        operator, parts = path
        turned: tuple[Path, ...] = tuple(("^", (part,)) for part in parts)
        yield from self._from(parts[0] if operator == "^" else (operator, turned[::-1]), node)

    def _closure(self, operator: str, path: Path, node: str) -> Iterator[tuple[str, tuple[Statement, ...]]]:
        seen = set[str]()
        level: list[tuple[str, tuple[Statement, ...]]] = [(node, ())]
        if operator != "+":
            seen.add(node)
            yield node, ()
        while level:
            following = []
            for middle, trail in level:
                for last, step in self._from(path, middle):
                    if last not in seen:
                        seen.add(last)
                        following.append((last, (*trail, *step)))
            yield from following
            level = following if operator != "?" else []


def _is_condition(element: object) -> bool:
    """Whether an element holds for the group as a whole, so that it comes last."""
    return isinstance(element, Filter) or (isinstance(element, Part) and "EXISTS" in element.kind)


def _known(term: str, binding: Binding, wanted: Binding | None) -> str | None:
    return (binding.get(term) or (wanted or {}).get(term)) if term[0] == "?" else term


def _bound(binding: Binding, pairs: Iterable[tuple[str, str]]) -> Binding | None:
    """Return the binding with terms for variables added, or None when a variable has another value already."""
    found = dict(binding)
    for name, term in pairs:
        if (found.setdefault(name, term) if name[0] == "?" else name) != term:
            return None
    return found


def _values(table: Values, before: Solution, wanted: Binding | None) -> Iterator[Solution]:
    for row in table.rows:
        pairs = [(name, term) for name, term in zip(table.variables, row, strict=True) if term is not None]
        bound = _bound(before.binding, pairs)
        if bound is not None and (wanted is None or all(wanted.get(name) == term for name, term in pairs)):
            yield before._replace(binding=bound)


def _bind(element: Bind, before: Solution, wanted: Binding | None) -> Iterator[Solution]:
    try:
        value = evaluate(element.expression, before.binding)
    except ValueError:
        yield before
        return
    hoped = wanted.get(element.variable) if wanted is not None else None
    if wanted is None or (hoped and (hoped == value or is_equal(hoped, value))):
        bound = _bound(before.binding, [(element.variable, hoped or value)])
        if bound is not None:
            yield before._replace(binding=bound)


def _filled_in(group: Group, binding: Binding) -> str:
    """Return the text of a group in which what is known stands for its variable."""
    return " ".join(write_term(binding.get(token, token)) for token in group.text)
