"""Puts the points of a directed graph into layers, so that arrows lead from one to a later one where that can be."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

Edge = tuple[str, str]
_SWEEPS = 6


class Layers(NamedTuple):
    """The points of a graph in layers, and the way of each edge that leads past a layer."""

    layers: list[list[str]]
    """From the first to the last; among the points are those by which long edges pass."""
    ways: dict[Edge, list[str]]
    """{edge: the points by which it passes, one in each layer that it leads past}, of those that lead past one."""


def unrolled(edges: Sequence[Edge]) -> dict[Edge, str]:
    """Return {edge: where it ends} without circles: an edge that would close one ends at another point than it did.

    The name of that point is a new one, made from that of the end.
    """
    onwards: dict[str, list[str]] = {}
    ends: dict[Edge, str] = {}
    for start, end in edges:
        closes = start == end or _leads(onwards, end, start)
        ends[start, end] = f"{end} again" if closes else end
        if not closes:
            onwards.setdefault(start, []).append(end)
    return ends


def layers_of(edges: Sequence[Edge]) -> Layers:
    """Return the ends of `edges`, among which is no circle, in layers; the same for the same edges in the same order.

    What nothing leads to stands right before the first that it leads to. In a layer, points are ordered so
    that few arrows cross.
    """
    onwards: dict[str, list[str]] = {}
    for start, end in edges:
        onwards.setdefault(start, [])
        onwards.setdefault(end, [])
        if end not in onwards[start]:
            onwards[start].append(end)
    depth = dict.fromkeys(onwards, 0)
    order = _sorted(onwards)
    for start in order:
        for end in onwards[start]:
            depth[end] = max(depth[end], depth[start] + 1)
    entered = {end for ends in onwards.values() for end in ends}
    for start in order:
        if start not in entered and onwards[start]:
            depth[start] = min(depth[end] for end in onwards[start]) - 1
    layers: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for point in onwards:
        layers[depth[point]].append(point)
    ways = {
        (start, end): [f"{start} {end} {at}" for at in range(depth[start] + 1, depth[end])]
        for start, ends in onwards.items()
        for end in ends
        if depth[end] - depth[start] > 1
    }
    steps = {point: [end for end in ends if (point, end) not in ways] for point, ends in onwards.items()}
    for (start, end), way in ways.items():
        for at, point in enumerate(way):
            layers[depth[start] + 1 + at].append(point)
        for before, behind in zip([start, *way], [*way, end], strict=True):
            steps.setdefault(before, []).append(behind)
    return Layers(_untangled(layers, steps), ways)


def _leads(onwards: Mapping[str, Sequence[str]], start: str, goal: str) -> bool:
    """Whether arrows lead from one point to another."""
    seen, waiting = {start}, [start]
    while waiting:
        point = waiting.pop()
        if point == goal:
            return True
        fresh = [end for end in onwards.get(point, ()) if end not in seen]
        seen.update(fresh)
        waiting += fresh
    return False


def _sorted(onwards: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the points in an order in which each stands before all that it leads to."""
    waiting_for = dict.fromkeys(onwards, 0)
    for ends in onwards.values():
        for end in ends:
            waiting_for[end] += 1
    ready = [point for point, count in waiting_for.items() if count == 0]
    for point in ready:  # grows while it is read
        for end in onwards[point]:
            waiting_for[end] -= 1
            if waiting_for[end] == 0:
                ready.append(end)
    return ready


def _untangled(layers: list[list[str]], onwards: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Return the layers, each point near the middle of those that it is tied to."""
    tied: dict[str, list[str]] = {point: list(ends) for point, ends in onwards.items()}
    for start, ends in onwards.items():
        for end in ends:
            tied[end].append(start)
    for sweep in range(_SWEEPS):
        place = {point: at / max(1, len(layer) - 1) for layer in layers for at, point in enumerate(layer)}
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            wanted = {point: _mean([place[other] for other in tied[point]], place[point]) for point in layer}
            layer.sort(key=wanted.__getitem__)
            place.update({point: at / max(1, len(layer) - 1) for at, point in enumerate(layer)})
    return layers


def _mean(numbers: Sequence[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise
