"""Start-up: what a whole `kb query` process costs against its peers, in CPU seconds, as ratios within one run.

Peers: `floor` imports pyoxigraph and loads the same statements; `rdflib script` loads the same
Turtle files with rdflib and runs the same query. `first run` is `kb query` when it has to compile.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUERY = "treatment/conditions-by-drug"

FLOOR = """
import pyoxigraph, sys
store = pyoxigraph.Store()
store.load(path=sys.argv[1], format=pyoxigraph.RdfFormat.N_TRIPLES)
"""
RDFLIB = """
import pathlib, rdflib, sys
root = pathlib.Path(sys.argv[1])
graph = rdflib.Graph()
for folder in ("ontology/modules", "graph_data"):
    for path in sorted((root / folder).rglob("*.ttl")):
        graph.parse(path, format="turtle")
for row in graph.query((root / "queries" / (sys.argv[2] + ".rq")).read_text()):
    print(*row, sep="\\t")
"""


def cpu_seconds(command: list[str], environment: dict[str, str], repeat: int) -> float:
    """Return the least CPU seconds of `repeat` runs of a command."""
    best = float("inf")
    for _ in range(repeat):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return best


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=15, help="runs of each; the best counts (default 15)")
    repeat = parser.parse_args().repeat
    python = sys.executable
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "KB_CACHE": cache, "PYTHONPATH": str(ROOT)}
        environment.pop(
            "PYTHONDONTWRITEBYTECODE", None
        )  # an installed package has its byte code, as its peers have theirs
        script = Path(python).parent / "kb"
        kb = [*([str(script)] if script.exists() else [python, "-m", "kb"]), "query", QUERY]
        subprocess.run(kb, env=environment, check=True, stdout=subprocess.DEVNULL)
        first = min(_first_run(kb, environment) for _ in range(min(repeat, 3)))
        warm = cpu_seconds(kb, environment, repeat)
        table = cpu_seconds([*kb, "-o", "table"], environment, repeat)
        default = next(Path(cache).rglob("default-*.nt"))
        bare = cpu_seconds([python, "-c", "import pyoxigraph"], environment, repeat)
        floor = cpu_seconds([python, "-c", FLOOR, str(default)], environment, repeat)
        rdflib = cpu_seconds([python, "-c", RDFLIB, str(ROOT), QUERY], environment, max(repeat // 5, 1))
        statements = default.read_bytes().count(b"\n")
    print(f"{statements} statements; CPU milliseconds, best of {repeat}")
    for name, seconds in (
        ("import pyoxigraph", bare),
        ("floor: import pyoxigraph, load the same statements", floor),
        ("kb query, TSV", warm),
        ("kb query, table", table),
        ("kb query, first run, compiling", first),
        ("rdflib script: same files, same query", rdflib),
    ):
        print(f"  {seconds * 1000:8.1f}  {name}")
    print(f"kb query / floor           {warm / floor:6.2f}   (aim: at most 2)")
    print(f"kb query, table / floor    {table / floor:6.2f}")
    print(f"rdflib script / kb query   {rdflib / warm:6.2f}   (aim: at least 8)")
    print(f"first run                  {first:6.2f} s (aim: under 3)")


def _first_run(command: list[str], environment: dict[str, str]) -> float:
    with tempfile.TemporaryDirectory() as empty:
        return cpu_seconds(command, {**environment, "KB_CACHE": empty}, 1)


if __name__ == "__main__":
    main()
