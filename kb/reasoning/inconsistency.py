"""What an ontology denies and yet follows, with the fewest asserted statements behind it."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from pyoxigraph import NamedNode

from kb.reasoning.closure import Closure
from kb.reasoning.horn import Denial, Fact, HornRule, Pattern, Variable
from kb.reasoning.matching import Statements, unify
from kb.terms import Term

_Part = TypeVar("_Part")


class Contradiction(NamedTuple):
    """Statements that an axiom says never stand together."""

    denial: Denial
    statements: tuple[Fact, ...]
    """Those that cannot stand together, asserted or derived."""
    behind: tuple[Fact, ...]
    """Asserted statements that they follow from, sorted: without any one of them they do not."""
    axioms: tuple[Fact, ...]
    """Axioms that they follow by, and the one that denies them, sorted: without any one there is no contradiction."""


def contradictions(
    denials: Sequence[Denial], rules: Sequence[HornRule], facts: Iterable[Fact], limit: int = 100
) -> list[Contradiction]:
    """Return where `facts` and what follows from them by `rules` is denied, sorted; at most `limit` of them.

    What rules other than these derived counts as asserted here, as in `facts`. Where a contradiction follows in more
    than one way, one way is given.
    """
    asserted = sorted(set(facts), key=str)
    marked = [_marking(number, denial) for number, denial in enumerate(denials)]
    closure = Closure([*rules, *marked], asserted)
    by_mark: dict[Term, int] = {rule.head.predicate: number for number, rule in enumerate(marked)}
    derived = list(closure.statements())
    marks = sorted((fact for _, fact in derived if fact[1] in by_mark), key=str)
    if not marks:
        return []
    search = _Search(rules, asserted, derived)
    found: dict[tuple[str, frozenset[Fact]], Contradiction] = {}
    for mark in marks:
        number = by_mark[mark[1]]
        contradiction = search.contradiction(denials[number], marked[number], mark)
        found.setdefault((contradiction.denial.name, frozenset(contradiction.statements)), contradiction)
        if len(found) == limit:
            break
    return sorted(found.values(), key=lambda each: (each.denial.name, str(each.statements)))


def _marking(number: int, denial: Denial) -> HornRule:
    """Return a rule that marks what breaks `denial`: the first and the last variable of its body."""
    pattern = denial.body[0]
    variables = [term for term in (pattern.subject, pattern.object) if isinstance(term, Variable)]
    head = Pattern(variables[0], NamedNode(f"urn:contradiction:{number}"), variables[-1])
    return HornRule(denial.name, denial.body, head, denial.axiom)


class _Search:
    """The way back from derived statements to asserted ones."""

    def __init__(self, rules: Sequence[HornRule], asserted: list[Fact], derived: list[tuple[str, Fact]]) -> None:
        self._order = dict.fromkeys(asserted, -1)
        self._rule_of: dict[Fact, HornRule] = {}
        by_name = {rule.name: rule for rule in rules}
        for order, (name, fact) in enumerate(derived):
            if name in by_name:
                self._order[fact] = order
                self._rule_of[fact] = by_name[name]
        self._statements = Statements(self._order)

    def contradiction(self, denial: Denial, marking: HornRule, mark: Fact) -> Contradiction:
        """Return what is behind one mark."""
        binding = unify(marking.head, mark, {})
        assert binding is not None
        statements, _ = next(self._statements.solutions(denial.body, binding))
        behind, used = self._proof(statements)
        behind = _without_the_needless(behind, lambda facts: _gives([*used, marking], facts, mark))
        used = _without_the_needless(used, lambda rules: _gives([*rules, marking], behind, mark))
        axioms = {fact for rule in [*used, marking] for fact in rule.axiom}
        return Contradiction(denial, tuple(dict.fromkeys(statements)), tuple(behind), tuple(sorted(axioms, key=str)))

    def _proof(self, statements: Iterable[Fact]) -> tuple[list[Fact], list[HornRule]]:
        """Return the asserted statements and the rules of one proof, each sorted."""
        leaves: set[Fact] = set()
        used: dict[str, HornRule] = {}
        waiting = list(statements)
        seen = set(waiting)
        while waiting:
            fact = waiting.pop()
            rule = self._rule_of.get(fact)
            if rule is None:
                leaves.add(fact)
                continue
            used[rule.name] = rule
            binding = unify(rule.head, fact, {})
            assert binding is not None
            before = self._order[fact]
            premises = next(
                facts
                for facts, _ in self._statements.solutions(rule.body, binding)
                if all(self._order[premise] < before for premise in facts)
            )
            waiting += set(premises) - seen
            seen |= set(premises)
        return sorted(leaves, key=str), [used[name] for name in sorted(used)]


def _without_the_needless(parts: list[_Part], is_enough: Callable[[list[_Part]], bool]) -> list[_Part]:
    """Return `parts` without those that can go, one after the other."""
    kept = list(parts)
    for part in parts:
        fewer = [other for other in kept if other is not part]
        if is_enough(fewer):
            kept = fewer
    return kept


def _gives(rules: Sequence[HornRule], facts: Sequence[Fact], wanted: Fact) -> bool:
    return any(fact == wanted for _, fact in Closure(rules, facts).statements())
