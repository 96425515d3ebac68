"""What reasoning costs: the project's engine and others, over synthetic pharmacopoeias from 10^3 to 10^6 statements.

All figures are CPU seconds of reasoning alone, each run in a process of its own, in one run of this script. The
statements are the ontology, the controlled values, and as many as the size says of an invented pharmacopoeia. `missed`
counts what the project's engine derives and the other does not: what is not entailed by OWL 2 RL is not looked for.
A reasoner that is not installed is left out with a line; `--python` names an interpreter of an environment that has
them: `pip install reasonable sparq-rdf nemo-python pyoxigraph rdflib owlrl PyYAML`.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graph_shape import Shape
from pharmacopoeia import Pharmacopoeia
from pyoxigraph import RdfFormat, Triple, serialize

from kb.dataset import read_dataset
from kb.paths import data_root
from kb.prefixes import read_prefixes

ROOT = Path(__file__).resolve().parent.parent
SIZES = [1_000, 10_000, 100_000, 1_000_000]
LARGEST = {"derive": 100_000, "owlrl": 10_000, "reasonable": 100_000, "sparq": 1_000_000, "nemo": 1_000_000}
"""The size beyond which a reasoner is not tried: it would take minutes, or hours."""
AIM_RATIO, AIM_GROWTH = 300, 13


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="statements (default 10^3 to 10^6)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the pharmacopoeia (default 1)")
    parser.add_argument("--skip-owlrl", action="store_true", help="leave out owlrl, which takes half a minute at 10^4")
    parser.add_argument("--python", default=sys.executable, help="interpreter for the reasoners of others")
    options = parser.parse_args()
    root = data_root(None)
    prefixes = read_prefixes(root)
    shape = Shape(read_dataset(root, prefixes), prefixes)
    others = [name for name in LARGEST if not (name == "owlrl" and options.skip_owlrl)]
    results: dict[tuple[int, str], dict[str, Any]] = {}
    print(
        f"{'size':>9} {'reasoner':10}{'CPU s':>9}{'/ kb':>8}{'growth':>8}{'derived':>10}{'missed':>9}"
        f"{'MiB read':>10}{'MiB peak':>10}{'s read':>8}"
    )
    for size in sorted(options.sizes):
        with tempfile.TemporaryDirectory() as folder:
            write(shape, size, options.seed, folder)
            for name in ["fast", *others]:
                if size <= LARGEST.get(name, size):
                    result = run(name, folder, options.python, 3 if name == "fast" else 1)
                    if result is None:
                        others.remove(name)
                    else:
                        results[size, name] = result
                        _line(size, name, results)
    _aims(results, max(options.sizes))
    _explain()


def write(shape: Shape, size: int, seed: int, folder: str) -> None:
    """Write the statements, and the ontology alone, as `reasoners.py` wants them."""
    ontology = [quad.triple for quad in shape.ontology]
    standing = [quad.triple for quad in shape.standing]
    data = (quad.triple for quad in Pharmacopoeia(shape, size, seed).quads())
    serialize(ontology, os.path.join(folder, "ontology.ttl"), RdfFormat.N_TRIPLES)

    def everything() -> Iterator[Triple]:
        yield from ontology
        yield from standing
        yield from data

    serialize(everything(), os.path.join(folder, "statements.ttl"), RdfFormat.N_TRIPLES)


def run(name: str, folder: str, python: str, repeat: int) -> dict[str, Any] | None:
    """Return what the quickest of some runs of a reasoner cost, or None where it is not installed or fails."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [
        sys.executable if name in ("fast", "derive", "owlrl") else python,
        str(ROOT / "benchmarks/reasoners.py"),
        name,
        folder,
    ]
    reports = []
    for _ in range(repeat):
        done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
        if done.returncode:
            print(f"{'':9} {name:10} fails: {(done.stderr.strip().splitlines() or ['without a word'])[-1][:100]}")
            return None
        reports.append(json.loads(done.stdout.splitlines()[-1]))
        if "missing" in reports[-1]:
            print(f"{'':9} {name:10} is left out: no module {reports[-1]['missing']}")
            return None
    return min(reports, key=lambda report: report["seconds"])


def _line(size: int, name: str, results: dict[tuple[int, str], dict[str, Any]]) -> None:
    result = results[size, name]
    seconds = result["seconds"]
    ratio, growth = seconds / results[size, "fast"]["seconds"], _growth(size, name, results)
    print(
        f"{size:9} {name:10}{seconds:10.3f}{ratio:8.1f}{f'{growth:8.1f}' if growth else '':8}"
        f"{result['derived']:10}{result.get('missed', 0):9}"
        f"{result['loaded']:10.0f}{result['peak']:10.0f}{result['reading']:8.2f}",
        flush=True,
    )


def _growth(size: int, name: str, results: dict[tuple[int, str], dict[str, Any]]) -> float | None:
    """Return how many times longer it took than at a tenth of the size."""
    before = results.get((size // 10, name))
    return results[size, name]["seconds"] / before["seconds"] if before else None


def _aims(results: dict[tuple[int, str], dict[str, Any]], largest: int) -> None:
    """Print what was aimed at beside what came out."""
    if (10_000, "owlrl") in results:
        ratio = results[10_000, "owlrl"]["seconds"] / results[10_000, "fast"]["seconds"]
        print(f"owlrl / fast at 10000                {ratio:8.0f}   (aim: at least {AIM_RATIO})")
    growths = [(size, _growth(size, "fast", results)) for size, name in results if name == "fast"]
    for size, growth in growths:
        if growth:
            print(f"fast at {size:8} / a tenth of it     {growth:8.1f}   (aim: below {AIM_GROWTH})")
    if (largest, "fast") in results:
        last = results[largest, "fast"]
        cost = f"{last['seconds']:.1f} s of CPU, {last['peak'] / 1024:.2f} GiB at the peak"
        print(f"{largest} closed: {cost}, {last['loaded'] / 1024:.2f} GiB of it the statements themselves")


def _explain() -> None:
    """Print what `explain` costs over the shipped graph, where the package has it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(ROOT / "benchmarks/reasoners.py"), "explain", "-"]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        print(f"explain fails: {(done.stderr.strip().splitlines() or ['without a word'])[-1][:100]}")
        return
    report = json.loads(done.stdout.splitlines()[-1])
    if "missing" in report:
        print("explain is left out: the package has none")
        return
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "kb", "explain", *report["statement"]]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    whole = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"kb explain, a whole process          {whole:8.2f} s (aim: well under 1)")
    print(
        f"in Python, {report['count']} of {report['derived']} derived statements: the first {report['first']:.2f} s, "
        f"later ones {report['median']:.3f} s (median), {report['worst']:.3f} s (worst)"
    )


if __name__ == "__main__":
    main()
