"""Where the patterns of a rule hold among statements, one at a time: for proofs, of which there are few."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from kb.reasoning.horn import Fact, Pattern, Variable
from kb.terms import Term

Binding: TypeAlias = Mapping[Variable, Term]


class Statements:
    """Statements, found by their predicate and what is known of the rest."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        """Index `facts`, whose order is that of what is found."""
        self._by_predicate: dict[Term, list[Fact]] = defaultdict(list)
        self._by_subject: dict[tuple[Term, Term], list[Fact]] = defaultdict(list)
        self._by_object: dict[tuple[Term, Term], list[Fact]] = defaultdict(list)
        for fact in facts:
            self._by_predicate[fact[1]].append(fact)
            self._by_subject[fact[1], fact[0]].append(fact)
            self._by_object[fact[1], fact[2]].append(fact)

    def of(self, pattern: Pattern, binding: Binding) -> Iterator[tuple[Fact, Binding]]:
        """Yield the statements that fit a pattern, each with `binding` and what else it binds."""
        subject, value = bound(pattern.subject, binding), bound(pattern.object, binding)
        if not isinstance(subject, Variable):
            facts = self._by_subject.get((pattern.predicate, subject), [])
            if not isinstance(value, Variable) and len(
                found := self._by_object.get((pattern.predicate, value), [])
            ) < len(facts):
                facts = found
        elif not isinstance(value, Variable):
            facts = self._by_object.get((pattern.predicate, value), [])
        else:
            facts = self._by_predicate.get(pattern.predicate, [])
        for fact in facts:
            more = unify(pattern, fact, binding)
            if more is not None:
                yield fact, more

    def solutions(self, body: Sequence[Pattern], binding: Binding) -> Iterator[tuple[tuple[Fact, ...], Binding]]:
        """Yield the statements for all patterns of `body` together, in their order, each time with what they bind."""
        if not body:
            yield (), binding
            return
        place = max(range(len(body)), key=lambda at: (_known(body[at], binding), -at))
        rest = [*body[:place], *body[place + 1 :]]
        for fact, more in self.of(body[place], binding):
            for facts, all_bound in self.solutions(rest, more):
                yield (*facts[:place], fact, *facts[place:]), all_bound


def bound(term: Term | Variable, binding: Binding) -> Term | Variable:
    """Return what a variable stands for, if that is known; anything else as it is."""
    return binding.get(term, term) if isinstance(term, Variable) else term


def unify(pattern: Pattern, fact: Fact, binding: Binding) -> Binding | None:
    """Return `binding` and what makes `pattern` the statement; None if nothing does."""
    if pattern.predicate != fact[1]:
        return None
    more = dict(binding)
    for term, found in ((pattern.subject, fact[0]), (pattern.object, fact[2])):
        known = more.setdefault(term, found) if isinstance(term, Variable) else term
        if known != found:
            return None
    return more


def _known(pattern: Pattern, binding: Binding) -> int:
    return sum(not isinstance(bound(term, binding), Variable) for term in (pattern.subject, pattern.object))
