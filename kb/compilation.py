"""The compiled form of the graph: what the quick path reads instead of parsing a hundred files.

Three files in the cache folder: `default.nt` (all statements, once each), `dataset.nq` (the same in
their named graphs, sorted), and `index.json` (prefixes, names, canned queries, and the size and
time of every file they were made from). The index is written last, so that a process that is
killed in between leaves no compiled form that looks whole.
"""

import json
import os
from typing import Any, NamedTuple

from kb.catalog.canned_query import CannedQuery
from kb.names import Names
from kb.paths import cache_folder, files_below

FORMAT = 2
"""Raised when the compiled form changes, so that older ones are made anew."""


class Compiled(NamedTuple):
    """A compiled graph, ready to open."""

    root: str
    default: str
    """Path of the N-Triples of the default graph."""
    named: str
    """Path of the N-Quads of the named graphs."""
    prefixes: dict[str, str]
    graphs: list[str]
    """IRIs of the named graphs."""
    names: Names
    queries: dict[str, CannedQuery]


def open_compiled(root: str) -> Compiled:
    """Return the compiled form of the graph in `root`, making it when it is missing or stale.

    Raises:
        DataError: a file of the graph or the catalogue is broken.
    """
    folder = cache_folder(root)
    index = _fresh_index(root, folder)
    if index is None:
        folder, index = _compile(root, folder)
    return Compiled(
        root,
        os.path.join(folder, "default.nt"),
        os.path.join(folder, "dataset.nq"),
        index["prefixes"],
        index["graphs"],
        Names(*index["names"]),
        {entry[0]: CannedQuery.from_json(entry) for entry in index["queries"]},
    )


def _fingerprint(root: str) -> dict[str, list[int]]:
    """Return {path: [size, time of change in ns]} of every file that the compiled form depends on."""
    paths = files_below(root, "ontology", ".ttl") + files_below(root, "graph_data", ".ttl") + files_below(root, "queries", ".rq")
    stats = {path: os.stat(os.path.join(root, path)) for path in paths}
    return {path: [stat.st_size, stat.st_mtime_ns] for path, stat in stats.items()}


def _fresh_index(root: str, folder: str) -> dict[str, Any] | None:
    """Return the index in `folder` if it is whole and of the files as they are now."""
    try:
        with open(os.path.join(folder, "index.json"), encoding="utf-8") as file:
            index: dict[str, Any] = json.load(file)
        sizes = [os.path.getsize(os.path.join(folder, name)) for name in ("default.nt", "dataset.nq")]
        if index["format"] != FORMAT or index["sizes"] != sizes or index["files"] != _fingerprint(root):
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return index


def _compile(root: str, folder: str) -> tuple[str, dict[str, Any]]:
    """Write the compiled form to `folder`, or to a temporary folder where that is not possible."""
    from pyoxigraph import RdfFormat, serialize

    from kb.catalog.header import read_catalogue
    from kb.dataset import read_dataset, source_files, union
    from kb.names import collect_names
    from kb.prefixes import read_prefixes

    fingerprint = _fingerprint(root)
    prefixes = read_prefixes(root)
    quads = read_dataset(root, prefixes)
    triples = union(quads)
    default = serialize((quad.triple for quad in triples), format=RdfFormat.N_TRIPLES) or b""
    named = serialize(quads, format=RdfFormat.N_QUADS) or b""
    index = {
        "format": FORMAT,
        "files": fingerprint,
        "sizes": [len(default), len(named)],
        "prefixes": prefixes,
        "graphs": [file.graph for file in source_files(root, prefixes)],
        "names": list(collect_names(triples, prefixes)),
        "queries": [query.to_json() for query in read_catalogue(root, prefixes)],
    }
    contents = {"default.nt": default, "dataset.nq": named, "index.json": json.dumps(index).encode()}
    try:
        _write(folder, contents)
    except OSError:  # a read-only or full place for caches must not keep anyone from the answer
        import atexit
        import shutil
        import tempfile

        folder = tempfile.mkdtemp(prefix="baclofen-kg-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        _write(folder, contents)
    return folder, index


def _write(folder: str, contents: dict[str, bytes]) -> None:
    """Write each file beside its place and move it there, so that none is ever seen half-written."""
    os.makedirs(folder, exist_ok=True)
    partial = ""
    try:
        for name, content in contents.items():
            partial = os.path.join(folder, f".{name}.{os.getpid()}")
            with open(partial, "wb") as file:
                file.write(content)
            os.replace(partial, os.path.join(folder, name))
    except OSError:
        if os.path.exists(partial):
            os.remove(partial)
        raise
