"""Which property chains are regular.

OWL 2 asks of chains what a grammar must have to be regular: a property may stand in its own chain only at one end,
and otherwise a chain is made of properties that do not depend on what it gives ("OWL 2 Structural Specification",
section 11.2). An engine that unfolds a chain that is not regular does not come to an end, and a proof from one may be
of any depth.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from kb.terms import Term

Graph: TypeAlias = Mapping[Term, Iterable[Term]]


def irregular_chain(
    chains: Sequence[tuple[Sequence[Term], Term]], hierarchy: Iterable[tuple[Term, Term]]
) -> tuple[int, Term] | None:
    """Return (place of the first chain that is not regular, the member that depends on what it gives), or None.

    A chain is (members, the property it gives). `hierarchy` has (property, one above it), and both ways round for
    properties that are equivalent or inverse to each other.
    """
    above: dict[Term, set[Term]] = defaultdict(set)
    for lower, higher in hierarchy:
        above[lower].add(higher)
    below_chain = [_strictly_below(members, given) for members, given in chains]
    for (_, given), members in zip(chains, below_chain, strict=True):
        for member in members:
            above[member].add(given)
    for place, (_, given) in enumerate(chains):
        reached = _reachable(given, above)
        for member in below_chain[place]:
            if member in reached:
                return place, member
    return None


def _strictly_below(members: Sequence[Term], given: Term) -> list[Term]:
    """Return the members of a chain that may not depend on what it gives."""
    if list(members) == [given, given]:
        return []
    if members[0] == given:
        return list(members[1:])
    if members[-1] == given:
        return list(members[:-1])
    return list(members)


def _reachable(start: Term, above: Graph) -> set[Term]:
    """Return `start`, and all that is above it."""
    reached, waiting = {start}, [start]
    while waiting:
        for term in above.get(waiting.pop(), ()):
            if term not in reached:
                reached.add(term)
                waiting.append(term)
    return reached
