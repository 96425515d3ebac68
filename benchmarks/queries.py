"""Loading and every canned query on Oxigraph and on rdflib, in one process, in CPU milliseconds."""

import argparse
import time
from collections.abc import Callable

from kb import KnowledgeBase


def cpu_milliseconds(action: Callable[[], object], repeat: int) -> float:
    """Return the least CPU milliseconds that `action` took."""
    best = float("inf")
    for _ in range(repeat):
        before = time.process_time()
        action()
        best = min(best, time.process_time() - before)
    return best * 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5, help="runs of each; the best counts (default 5)")
    repeat = parser.parse_args().repeat
    names = ("oxigraph", "rdflib")
    bases = {name: KnowledgeBase.open(engine=name) for name in names}
    everything = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    print(f"{'':44}{'rows':>6}{'oxigraph':>12}{'rdflib':>12}{'ratio':>9}")
    _line(
        "load, and count the statements",
        1,
        [cpu_milliseconds(lambda base=base: base.sparql(everything), 1) for base in bases.values()],
    )
    for name in bases["oxigraph"].queries:
        rows = len(bases["oxigraph"].query(name))
        _line(name, rows, [cpu_milliseconds(lambda base=base: base.query(name), repeat) for base in bases.values()])  # noqa: B023


def _line(name: str, rows: int, milliseconds: list[float]) -> None:
    fast, slow = milliseconds
    print(f"{name:44}{rows:6}{fast:12.2f}{slow:12.2f}{slow / fast:9.1f}")


if __name__ == "__main__":
    main()
