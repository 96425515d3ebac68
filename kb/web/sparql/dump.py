"""Writes one export of a graph, and the same compressed: the process behind a download.

It is a process of its own because the whole graph is read for it, which takes seconds and memory.
"""

import gzip
import json
import os
import sys

from pyoxigraph import RdfFormat, parse

from kb.exports import find_export


def main() -> None:
    """Write `FORMAT` of the N-Quads file `NAMED` to `TARGET` and `TARGET.gz`; the prefixes come as JSON."""
    name, named, target = sys.argv[1:]
    os.nice(10)  # queries come first
    prefixes = json.load(sys.stdin)
    content = find_export(name).write(list(parse(path=named, format=RdfFormat.N_QUADS)), prefixes)
    with open(target, "xb") as file:
        file.write(content)
    with open(f"{target}.gz", "xb") as file:
        file.write(gzip.compress(content, 6, mtime=0))


if __name__ == "__main__":
    main()
