"""The fast engine: Horn rules to a fixpoint, each pass over what the pass before it found.

Semi-naive evaluation (Abiteboul, Hull and Vianu, "Foundations of Databases", 1995, chapter 13), over terms as whole
numbers. A statement whose relation stands in no rule is not even kept. What transitivity gives is only ever extended
by what it did not give: a path is then found once for each of its last steps, not once for each place to cut it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from pyoxigraph import BlankNode, NamedNode

from kb.reasoning.horn import REFLEXIVE, Fact, HornRule, Pattern, Variable
from kb.reasoning.plan import Atom, Plan, Relation, extend, make_plan
from kb.terms import RDF_TYPE, Term

_Found: TypeAlias = dict[Relation, set[Any]]


class _Rule(NamedTuple):
    """A rule in numbers, with one plan for each place of its body."""

    name: str
    head: Atom
    plans: tuple[tuple[Relation, Plan], ...]
    may_give_literals: bool
    """Whether the subject of what it gives comes from the place of an object."""
    is_transitivity: bool


class Closure:
    """What follows from statements by Horn rules.

    The statements, and the rule that each is under, do not depend on the order of `facts`; the order in which they
    come does, and on nothing else.
    """

    def __init__(self, rules: Iterable[HornRule], facts: Iterable[Fact]) -> None:
        """Compute the closure of `facts` under `rules`.

        Raises:
            ValueError: a rule has a variable as a predicate or as a class, or one in its head alone.
        """
        self.passes = 0
        """How often the rules were gone through; in the last pass nothing was new."""
        self._numbers: dict[Term, int] = {}
        self._relations: dict[tuple[Term, Term | None], Relation] = {}
        self._found: list[tuple[str, Relation, Collection[Any]]] = []
        rules = list(rules)
        self._rules = [self._compile(rule) for rule in rules if rule.body]
        self._axioms = [(rule.name, self._atom(rule.head, {})) for rule in rules if not rule.body]
        for _, atom in self._axioms:
            atom.relation.index()
        first = self._read(facts)
        self._terms = list(self._numbers)
        others = [term for term in self._terms if not isinstance(term, NamedNode)]
        self._nodes = {self._numbers[term] for term in others if isinstance(term, BlankNode)}
        self._no_subjects = {self._numbers[term] for term in others} - self._nodes
        self._run(first)

    def statements(self) -> Iterator[tuple[str, Fact]]:
        """Yield (name of the rule that found it first, statement) for each statement that is not among the facts."""
        terms = self._terms
        for name, relation, items in self._found:
            predicate, value = relation.predicate, relation.value
            if value is not None:
                for item in items:
                    yield name, (terms[item], predicate, value)
            else:
                for left, right in items:
                    yield name, (terms[left], predicate, terms[right])

    def _relation(self, predicate: NamedNode, value: Term | None) -> Relation:
        key = (predicate, value)
        if key not in self._relations:
            self._relations[key] = Relation(predicate, value)
        return self._relations[key]

    def _atom(self, pattern: Pattern, variables: dict[Variable, int]) -> Atom:
        """Return a pattern in numbers; variables are numbered as they come."""

        def place(term: Term | Variable) -> int:
            if isinstance(term, Variable):
                return variables.setdefault(term, len(variables))
            return ~self._numbers.setdefault(term, len(self._numbers))

        if isinstance(pattern.predicate, Variable):
            raise ValueError(f"{pattern}: the predicate is a variable")
        if pattern.predicate != RDF_TYPE:
            places = (place(pattern.subject), place(pattern.object))
            return Atom(self._relation(pattern.predicate, None), places)
        if isinstance(pattern.object, Variable):
            raise ValueError(f"{pattern}: the class is a variable")
        return Atom(self._relation(RDF_TYPE, pattern.object), (place(pattern.subject),))

    def _compile(self, rule: HornRule) -> _Rule:
        variables: dict[Variable, int] = {}
        body = [self._atom(pattern, variables) for pattern in rule.body]
        bound = len(variables)
        head = self._atom(rule.head, variables)
        if len(variables) > bound:
            raise ValueError(f"{rule.name}: a variable stands in the head alone")
        head.relation.index()
        subjects = {atom.places[0] for atom in body}
        may_give_literals = head.places[0] >= 0 and head.places[0] not in subjects
        is_transitivity = [(atom.relation, atom.places) for atom in [*body, head]] == [
            (head.relation, places) for places in ((0, 1), (1, 2), (0, 2))
        ]
        plans = [(atom.relation, make_plan(body, at, head)) for at, atom in enumerate(body)]
        if is_transitivity:
            head.relation.index("base")
            assert head.relation.base is not None
            plans[0] = head.relation, plans[0][1]._replace(steps=(extend(head.relation.base, 1),))
        return _Rule(rule.name, head, tuple(plans), may_give_literals, is_transitivity)

    def _read(self, facts: Iterable[Fact]) -> dict[Relation, Collection[Any]]:
        """Return the items of each relation that a rule speaks of."""
        lists: dict[Relation, list[Any]] = {relation: [] for relation in self._relations.values()}
        sinks: dict[Term, list[Any]] = {key[0]: lists[at] for key, at in self._relations.items() if key[1] is None}
        classes: dict[Term, list[Any]] = {key[1]: lists[at] for key, at in self._relations.items() if key[1]}
        types: list[Any] = []
        sinks[RDF_TYPE] = types
        numbers, sink_of, class_of = self._numbers, sinks.get, classes.get
        number = numbers.setdefault
        for subject, predicate, value in facts:
            sink = sink_of(predicate)
            if sink is None:
                continue
            if sink is not types:
                sink.append((number(subject, len(numbers)), number(value, len(numbers))))
            elif (members := class_of(value)) is not None:
                members.append(number(subject, len(numbers)))
        return {relation: items for relation, items in lists.items() if items}

    def _run(self, first: dict[Relation, Collection[Any]]) -> None:
        """Go through the rules until nothing is new."""
        found: _Found = defaultdict(set)
        for relation, items in first.items():
            if relation.kept:
                found[relation].update(items)
                relation.add(found[relation])
        for name, atom in self._axioms:
            places = tuple(~place for place in atom.places)
            new: set[Any] = {places if atom.relation.value is None else places[0]} - atom.relation.items
            if new:
                self._keep(name, atom.relation, new, found)
        delta: Mapping[Relation, Collection[Any]] = {**first, **found}
        others = delta  # what transitivity itself did not give
        while delta:
            self.passes += 1
            found = defaultdict(set)
            found_otherwise: _Found = defaultdict(set)
            for rule in self._rules:
                for at, (relation, plan) in enumerate(rule.plans):
                    fresh = (others if rule.is_transitivity and at else delta).get(relation)
                    if fresh and (heads := self._new(rule, plan.heads(fresh))):
                        self._keep(rule.name, rule.head.relation, heads, found, rule.is_transitivity)
                        if not rule.is_transitivity:
                            found_otherwise[rule.head.relation] |= heads
            delta, others = dict(found), dict(found_otherwise)

    def _new(self, rule: _Rule, heads: set[Any]) -> set[Any]:
        """Return those of `heads` that are new and can be stated."""
        relation = rule.head.relation
        heads = heads - relation.items
        if rule.may_give_literals and heads:
            if relation.value is not None:
                heads -= self._no_subjects
            else:
                heads = {head for head in heads if head[0] not in self._no_subjects}
        if relation.predicate in REFLEXIVE:
            heads = {head for head in heads if head[0] != head[1] and self._nodes.isdisjoint(head)}
        return heads

    def _keep(self, name: str, relation: Relation, new: set[Any], found: _Found, by_transitivity: bool = False) -> None:
        """Add items that the rule `name` gave."""
        relation.add(new, by_transitivity)
        found[relation] |= new
        self._found.append((name, relation, new))
