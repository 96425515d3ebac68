"""Joins of rule bodies over whole numbers, a set of rows at a time.

A relation is a property, with the pairs it holds between, or a class, with its members. A row is what the variables
met so far stand for. Rows are only ever made by comprehensions: a generator for each pair costs five times as much.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from pyoxigraph import NamedNode

from kb.terms import Term

Row: TypeAlias = tuple[int, ...]
Rows: TypeAlias = Collection[Row]
Step: TypeAlias = Callable[[Rows], Rows]


class Relation:
    """Pairs of a property, or members of a class, with the indexes that some rule asks for."""

    __slots__ = ("backward", "base", "forward", "items", "kept", "predicate", "value")

    def __init__(self, predicate: NamedNode, value: Term | None) -> None:
        self.predicate = predicate
        self.value = value
        """The class; None for a property."""
        self.items: set[Any] = set()
        """Members as numbers, or pairs."""
        self.kept = False
        """Whether a rule derives or looks up its statements; otherwise they only pass by."""
        self.forward: dict[int, list[int]] | None = None
        self.backward: dict[int, list[int]] | None = None
        self.base: dict[int, list[int]] | None = None
        """As `forward`, without what the transitivity of the relation gave."""

    def add(self, new: set[Any], by_transitivity: bool = False) -> None:
        """Add items, none of which it has yet."""
        self.items |= new
        if self.forward is not None:
            for left, right in new:
                self.forward[left].append(right)
        if self.backward is not None:
            for left, right in new:
                self.backward[right].append(left)
        if self.base is not None and not by_transitivity:
            for left, right in new:
                self.base[left].append(right)

    def index(self, *names: str) -> None:
        """Keep the indexes of these names from now on; to be called while the relation is empty."""
        self.kept = True
        for name in names:
            if getattr(self, name) is None:
                setattr(self, name, defaultdict(list))


class Atom(NamedTuple):
    """A pattern in numbers: its relation, and at each place a variable (its number) or a term (`~` its number)."""

    relation: Relation
    places: tuple[int, ...]

    @property
    def variables(self) -> set[int]:
        """The variables in it."""
        return {place for place in self.places if place >= 0}


class Plan(NamedTuple):
    """How to find what a rule gives with new statements at one place of its body."""

    start: Callable[[Collection[Any]], Rows]
    steps: tuple[Step, ...]
    finish: Callable[[Rows], set[Any]]

    def heads(self, delta: Collection[Any]) -> set[Any]:
        """Return the items of the relation of the head."""
        rows = self.start(delta)
        for step in self.steps:
            if not rows:
                return set()
            rows = step(rows)
        return self.finish(rows)


def make_plan(body: Sequence[Atom], place: int, head: Atom) -> Plan:
    """Return the plan for `body` and `head` that starts from the atom at `place`."""
    first = body[place]
    rest = [atom for at, atom in enumerate(body) if at != place]
    if not rest and len(first.places) == 1 and first.places == head.places and first.places[0] >= 0:
        return Plan(_same, (), set)  # members of one class are members of another
    columns: dict[int, int] = {}
    start = _start(first, columns)
    steps = []
    while rest:
        atom = max(rest, key=lambda atom: (sum(at < 0 or at in columns for at in atom.places), -len(atom.places)))
        rest.remove(atom)
        steps.append(_step(atom, columns))
    return Plan(start, tuple(steps), _finish(head, columns))


def _same(delta: Collection[Any]) -> Rows:
    return delta


def _start(atom: Atom, columns: dict[int, int]) -> Callable[[Collection[Any]], Rows]:
    """Return the function from new items of the relation of `atom` to rows; fill in `columns`."""
    for place in atom.places:
        if place >= 0:
            columns.setdefault(place, len(columns))
    if len(atom.places) == 1:
        (place,) = atom.places
        if place >= 0:
            return lambda delta: [(item,) for item in delta]
        return lambda delta: [()] if ~place in delta else []
    left, right = atom.places
    if left >= 0 and right >= 0:
        return _same if left != right else lambda delta: [(a,) for a, b in delta if a == b]
    if left >= 0:
        return lambda delta: [(a,) for a, b in delta if b == ~right]
    if right >= 0:
        return lambda delta: [(b,) for a, b in delta if a == ~left]
    return lambda delta: [()] if (~left, ~right) in delta else []


def _step(atom: Atom, columns: dict[int, int]) -> Step:
    """Return the function that joins rows with the relation of `atom`; fill in `columns`."""
    relation, known = atom.relation, set(columns)
    new = [place for place in atom.places if place >= 0 and place not in known]
    for place in new:
        columns.setdefault(place, len(columns))
    if len(new) == len(atom.places):
        return _product(relation, len(set(new)))
    if not new:
        return _check(atom, columns)
    left, right = atom.places
    name, place = ("forward", left) if right in new else ("backward", right)
    relation.index(name)
    return extend(getattr(relation, name), columns[place] if place >= 0 else place)


def extend(index: dict[int, list[int]], column: int) -> Step:
    """Return the step that adds to each row what `index` has under one of its columns, or under the term `~column`."""
    if column >= 0:
        return lambda rows: [(*row, new) for row in rows for new in index.get(row[column], ())]
    return lambda rows: [(*row, new) for row in rows for new in index.get(~column, ())]


def _product(relation: Relation, variables: int) -> Step:
    """Return the step that joins each row with all of a relation."""
    relation.index()
    if relation.value is not None:
        return lambda rows: [(*row, item) for row in rows for item in relation.items]
    if variables == 1:
        return lambda rows: [(*row, a) for row in rows for a, b in relation.items if a == b]
    return lambda rows: [row + pair for row in rows for pair in relation.items]


def _check(atom: Atom, columns: dict[int, int]) -> Step:
    """Return the step that keeps the rows for which `atom` holds."""
    relation = atom.relation
    relation.index()
    getters = _getters(atom, columns)
    if len(getters) == 1:
        (get,) = getters
        return lambda rows: [row for row in rows if get(row) in relation.items]
    left, right = getters
    return lambda rows: [row for row in rows if (left(row), right(row)) in relation.items]


def _finish(head: Atom, columns: dict[int, int]) -> Callable[[Rows], set[Any]]:
    """Return the function from rows to items of the head."""
    if all(place >= 0 for place in head.places):
        pick = itemgetter(*(columns[place] for place in head.places))
        return lambda rows: set(map(pick, rows))
    getters = _getters(head, columns)
    if len(getters) == 1:
        (get,) = getters
        return lambda rows: {get(row) for row in rows}
    left, right = getters
    return lambda rows: {(left(row), right(row)) for row in rows}


def _getters(atom: Atom, columns: dict[int, int]) -> list[Any]:
    def constant(number: int) -> Callable[[Row], int]:
        return lambda _: number

    return [itemgetter(columns[place]) if place >= 0 else constant(~place) for place in atom.places]
