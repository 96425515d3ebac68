"""Finds the proofs of a statement, backwards from it, the shortest first."""

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count

from pyoxigraph import Store

from kb.proof_checker.notation import Statement, Statements
from kb.reasoning.horn import HornRule
from kb.reasoning.proof import Asserted, Proof, Step
from kb.reasoning.ways import AxiomWays, RuleWays

MOST_PROOFS = 25
"""So many proofs of one statement are found, the shortest; there may be more."""
MOST_STATES = 20_000
"""So many proofs in the making are looked at; those found by then are all that is given."""


class Prover:
    """Proves statements of a graph.

    The length of a proof is the number of its steps, with each premise written out wherever it is used. Inside a
    proof, what a file states is not proved in other ways too.
    """

    def __init__(
        self,
        quads: Iterable[tuple[Statement, str]],
        axioms: Iterable[HornRule],
        rules: Mapping[str, str],
        store: Callable[[], Store],
        place: Callable[[str, str], str],
    ) -> None:
        """Read the whole graph, derived statements included; what lies in the graph of a Turtle file is stated.

        `rules` is {name: text}; `store` gives a store with all statements in its default graph; `place` gives
        `path:line` for a named graph and a subject, both in angle brackets.
        """
        self._stated: dict[Statement, list[str]] = {}
        quads = list(quads)
        for statement, graph in quads:
            if graph.endswith(".ttl>"):
                self._stated.setdefault(statement, []).append(graph)
        self.facts = Statements(statement for statement, _ in quads)
        self.axioms, self.rules = AxiomWays(self.facts, axioms), RuleWays(self.facts, rules, store)
        self._place = place
        self._ways: dict[Statement, list[Step]] = {}
        self._sizes: dict[Statement, int] = {}
        self._best: dict[Statement, Step] = {}

    def proofs(self, statement: Statement, limit: int = MOST_PROOFS) -> list[Proof]:
        """Return up to `limit` proofs of a statement, the shortest first; none when it does not follow."""
        found = list[Proof]()
        for chosen in self._search(statement):
            found.append(Proof(_ordered(statement, chosen)))
            if len(found) >= limit:
                break
        return found

    def derived(self) -> list[Statement]:
        """Return the statements of the graph that no file states."""
        return [statement for statement in self.facts.all if statement not in self._stated]

    def prove_all(self, statements: Iterable[Statement]) -> tuple[list[Step], list[Statement]]:
        """Return one step for each of `statements` and for all that they stand on, and those that have no proof."""
        steps: dict[Statement, Step] = {}
        unproved = []
        for statement in statements:
            self._measure(statement)
            if statement in self._best:
                for step in _ordered(statement, self._best, steps):
                    steps[step.statement] = step
            else:
                unproved.append(statement)
        return list(steps.values()), unproved

    def ways(self, statement: Statement) -> list[Step]:
        """Return all last steps of proofs of a statement: stated, by an axiom, by a rule."""
        if statement not in self._ways:
            ways: list[Step] = list(self._stated_steps(statement))
            ways += self.axioms.of(statement)
            ways += self.rules.of(statement)
            self._ways[statement] = ways
        return self._ways[statement]

    def _stated_steps(self, statement: Statement) -> Iterator[Asserted]:
        for graph in self._stated.get(statement, ()):
            yield Asserted(statement, graph, self._place(graph, statement[0]))

    def _inner_ways(self, statement: Statement) -> list[Step]:
        """Return the last steps that count inside a proof: what is stated needs no other."""
        if statement in self._stated:
            return [next(self._stated_steps(statement))]
        return self.ways(statement)

    def _measure(self, goal: Statement) -> None:
        """Find the shortest proof of `goal`, and of all that it may stand on.

        Knuth's generalisation of Dijkstra's algorithm (1977): a step is complete when all its premises are proved,
        and steps are completed in the order of their lengths, so that no proof goes in a circle.
        """
        waiting: dict[Statement, list[tuple[Step, list[int]]]] = {}
        heap: list[tuple[int, int, Step]] = []
        queue, seen, number = [goal], {goal: None}, count()
        while queue:
            statement = queue.pop()
            if statement in self._sizes:
                continue
            for step in self._inner_ways(statement):
                state = [len(step.premises), 1]
                for premise in step.premises:
                    waiting.setdefault(premise, []).append((step, state))
                    if premise not in seen:
                        seen[premise] = None
                        queue.append(premise)
                if not step.premises:
                    heapq.heappush(heap, (1, next(number), step))
        known = [each for each in seen if each in self._sizes]
        while heap or known:
            if known:
                statement = known.pop()
            else:
                size, _, step = heapq.heappop(heap)
                statement = step.statement
                if statement in self._sizes:
                    continue
                self._sizes[statement], self._best[statement] = size, step
            for waiter, state in waiting.get(statement, ()):
                state[0] -= 1
                state[1] += self._sizes[statement]
                if state[0] == 0:
                    heapq.heappush(heap, (state[1], next(number), waiter))

    def _search(self, goal: Statement) -> Iterator[Mapping[Statement, Step]]:
        """Yield {statement: the step that proves it} for each proof, best first (A*).

        How long a proof in the making will be at least follows from the shortest proofs of what it lacks.
        """
        for step in self.ways(goal):
            for premise in step.premises:
                self._measure(premise)
        number = count()
        heap: list[tuple[int, int, int, dict[Statement, Step]]] = [(0, 0, next(number), {})]
        for _ in range(MOST_STATES):
            if not heap:
                return
            _, _, _, chosen = heapq.heappop(heap)
            lacking = _first_lacking(goal, chosen)
            if lacking is None:
                yield chosen
                continue
            for step in self.ways(goal) if lacking == goal else self._inner_ways(lacking):
                grown = {**chosen, lacking: step}
                if goal in step.premises or _is_circular(lacking, grown):
                    continue
                if all(premise in self._sizes for premise in step.premises):
                    size = self._size(goal, grown)
                    heapq.heappush(heap, (size, -len(grown), next(number), grown))

    def _size(self, goal: Statement, chosen: Mapping[Statement, Step]) -> int:
        """Return the least size of a proof with the steps that are chosen."""
        sizes: dict[Statement, int] = {}
        stack = [goal]
        while stack:
            statement = stack[-1]
            step = chosen.get(statement)
            if step is None:
                sizes[stack.pop()] = self._sizes[statement]
                continue
            lacking = [premise for premise in step.premises if premise not in sizes]
            stack += lacking
            if not lacking:
                sizes[stack.pop()] = 1 + sum(sizes[premise] for premise in step.premises)
        return sizes[goal]


def _first_lacking(goal: Statement, chosen: Mapping[Statement, Step]) -> Statement | None:
    """Return the first statement that still needs a step, from the goal downwards."""
    stack, seen = [goal], set[Statement]()
    while stack:
        statement = stack.pop()
        if statement not in chosen:
            return statement
        if statement not in seen:
            seen.add(statement)
            stack += reversed(chosen[statement].premises)
    return None


def _is_circular(start: Statement, chosen: Mapping[Statement, Step]) -> bool:
    """Return whether the steps lead from `start` back to it."""
    stack, seen = list(chosen[start].premises), set[Statement]()
    while stack:
        statement = stack.pop()
        if statement == start:
            return True
        if statement not in seen and statement in chosen:
            seen.add(statement)
            stack += chosen[statement].premises
    return False


def _ordered(
    goal: Statement, chosen: Mapping[Statement, Step], done: Mapping[Statement, Step] | None = None
) -> tuple[Step, ...]:
    """Return the steps of a proof, premises before what they lead to; without those that are done."""
    steps: dict[Statement, Step] = {}
    stack = [goal]
    while stack:
        statement = stack[-1]
        if statement in steps or (done and statement in done):
            stack.pop()
            continue
        lacking = [each for each in chosen[statement].premises if each not in steps and not (done and each in done)]
        if lacking:
            stack += reversed(lacking)
        else:
            steps[statement] = chosen[stack.pop()]
    return tuple(steps.values())
