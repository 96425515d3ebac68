"""What the pages of `kb serve` cost: CPU of all its processes for a page that no cache has, and what a browser loads.

A few things of each class that sections are about, and each question, once, on a server that has been warmed up with
other pages. `--most` bounds how many of each are asked. CPU is user and system time, in ms; sizes are compressed.
"""

import argparse
import contextlib
import gzip
import re
import statistics
import time
import urllib.request
from pathlib import Path

from served import Served, start_kb

from kb import KnowledgeBase

AIM_MS, AIM_BYTES = 50.0, 400_000
WARM = ("/", "/queries", "/ontology.html", "/page/tizanidine", "/page/nausea", "/queries/sources/list")


def main() -> None:
    """Print the CPU of pages, the dearest last, and the size of a first load."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=200, help="pages of things and of questions, each (default: 200)")
    most = parser.parse_args().most
    base = KnowledgeBase.open()
    questions = [f"/queries/{name}" for name in base.queries if not name.startswith("checks/")][:most]
    with start_kb("--cache", "0") as server:
        for path in WARM:
            _load(server, path)
        for name, paths in (("things", _things(base)[:most]), ("questions", questions)):
            _report(name, {path: _cost(server, path) for path in paths if path not in WARM})
        sizes = {path: _first_load(server, path) for path in ("/", "/page/baclofen", questions[0], "/ontology.html")}
        print("\nfirst load, compressed bytes: " + ", ".join(f"{path} {size:,}" for path, size in sizes.items()))
        print(f"the largest {max(sizes.values()):,}   (aim: under {AIM_BYTES:,})")


def _things(base: KnowledgeBase) -> list[str]:
    """Return the pages of the first few things of each class that a section is about, and the drug that most is on."""
    classes = {
        parameter.of_class
        for query in base.queries.values()
        for section in query.sections
        for parameter in query.parameters
        if parameter.name == section.parameter and parameter.of_class
    }
    found = ["/page/baclofen"]
    for each in sorted(classes):
        members = [iri for iri, kinds in base.compiled.names.types.items() if each in kinds and "/id/" in iri]
        found += [f"/page/{iri.rpartition('/')[2]}" for iri in members[:8]]
    return list(dict.fromkeys(found))


def _load(server: Served, path: str) -> bytes:
    request = urllib.request.Request(server.url + path, headers={"Accept": "text/html", "Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=60) as response:
        body: bytes = response.read()
        return body


def _cost(server: Served, path: str) -> float:
    """Return the CPU in ms of a page; the clock of processes is read when they are at rest again."""
    before = _cpu(server)
    _load(server, path)
    time.sleep(0.03)
    return _cpu(server) - before


def _cpu(server: Served) -> float:
    """Return the ms that all processes of the server have run; the ticks of /proc/PID/stat are too coarse, at 10."""
    total = 0
    for pid in server.process.pids():
        with contextlib.suppress(OSError):
            total += int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0])
    return total / 1e6


def _report(name: str, costs: dict[str, float]) -> None:
    values = sorted(costs.values())
    over = sum(value > AIM_MS for value in values)
    print(f"\n{len(values)} {name}, not in any cache: median {statistics.median(values):.0f} ms of CPU")
    for path, cost in sorted(costs.items(), key=lambda pair: pair[1])[-8:]:
        print(f"  {cost:6.0f} ms  {path}")
    print(f"{name} over {AIM_MS:.0f} ms: {over} of {len(values)}   (aim: none)")


def _first_load(server: Served, path: str) -> int:
    """Return the bytes of a page and of what it names in `src` and `href` below /static/."""
    packed = _load(server, path)
    page = gzip.decompress(packed).decode() if packed[:2] == b"\x1f\x8b" else packed.decode()
    files = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    return len(packed) + sum(len(_load(server, file)) for file in files)


if __name__ == "__main__":
    main()
