"""The compiled form of the graph: what the quick path reads instead of parsing a hundred files.

In the cache folder, with a stamp of their content in their names: `default-….nt` (all statements,
once each), `dataset-….nq` (the same in their named graphs, sorted), `asserted-….nt` and
`asserted-….nq` (only what the files state), `names-….json`; and `index.json` (the stamp, prefixes,
canned queries, rules, and the size and time of every file they were made from). The index is written
last, and names the others by their stamp, so that neither a process that is killed nor two that
compile at once leave a form that looks whole and is not.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from kb.catalog.catalogue import Catalogue
from kb.errors import DataError, EngineError, OutputError
from kb.paths import cache_folder, files_below

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from kb.names import Names

FORMAT = 7
"""Raised when the compiled form changes, so that older ones are made anew."""
_WEEK = 7 * 24 * 3600


class Compiled:
    """A compiled graph, ready to open: with what follows from its files, or without."""

    def __init__(self, root: str, folder: str, index: Mapping[str, Any], inferred: bool = True) -> None:
        self.root, self.folder, self.inferred = root, folder, inferred
        self.index = index
        """What this was made from, as `index.json` holds it."""
        default, named = ("default", "dataset") if inferred else ("asserted", "asserted")
        self.default = os.path.join(folder, f"{default}-{index['stamp']}.nt")
        """Path of the N-Triples of the default graph."""
        self.named = os.path.join(folder, f"{named}-{index['stamp']}.nq")
        """Path of the N-Quads of the named graphs."""
        self.prefixes: dict[str, str] = index["prefixes"]
        self.graphs: list[str] = index["files of graphs"] + (index["graphs derived"] if inferred else [])
        """IRIs of the named graphs: one a Turtle file; where inferred, one for the axioms, and one a rule."""
        self.asserted_count: int = index["asserted"]
        """How many statements the files make."""
        self.inferred_count: int = index["inferred"]
        """How many statements follow by the axioms of the ontology."""
        self.rules: dict[str, tuple[str, int]] = {name: (text, count) for name, text, count in index["rules"]}
        """{name of a rule: what it derives, how many statements}, in the order in which the rules ran."""
        self.queries = Catalogue(index["queries"])
        self._names_path = os.path.join(folder, f"names-{index['stamp']}.json")
        self._names: Names | None = None

    @property
    def names(self) -> "Names":
        """The names of everything in the graph, read when first asked for."""
        if self._names is None:
            from kb.names import Names

            try:
                with open(self._names_path, encoding="utf-8") as file:
                    self._names = Names(*json.load(file))
            except (OSError, ValueError, TypeError) as error:
                raise EngineError(
                    f"{self._names_path}: cannot be read ({error}); remove it, and open the graph again"
                ) from error
        return self._names


def open_compiled(root: str, inferred: bool = True) -> Compiled:
    """Return the compiled form of the graph in `root`, making it when it is missing or stale.

    `inferred` says whether what follows by axioms and rules is among its statements.

    Raises:
        DataError: a file of the graph or the catalogue is broken.
    """
    folder = cache_folder(root)
    index = _fresh_index(root, folder)
    if index is None:
        folder, index = _compile(root, folder)
    for name in index["sizes"]:
        with suppress(OSError):
            os.utime(os.path.join(folder, name))  # in use: `_remove_old` goes by this time
    return Compiled(root, folder, index, inferred)


def _fingerprint(root: str) -> dict[str, list[int]]:
    """Return {path: [size, time of change in ns]} of every file that the compiled form depends on."""
    paths = (
        files_below(root, "ontology", ".ttl")
        + files_below(root, "graph_data", ".ttl")
        + files_below(root, "queries", ".rq")
        + files_below(root, "ontology", ".rq")
    )
    try:
        stats = {path: os.stat(os.path.join(root, path)) for path in paths}
    except OSError as error:
        path = os.path.relpath(str(error.filename), root)
        raise DataError(
            f"{path}: cannot be read ({error.strerror}); restore it, or remove it from its folder"
        ) from error
    return {path: [stat.st_size, stat.st_mtime_ns] for path, stat in stats.items()}


def _fresh_index(root: str, folder: str) -> dict[str, Any] | None:
    """Return the index in `folder` if it is whole and of the files as they are now."""
    try:
        with open(os.path.join(folder, "index.json"), encoding="utf-8") as file:
            index: dict[str, Any] = json.load(file)
        sizes = {name: os.path.getsize(os.path.join(folder, name)) for name in index["sizes"]}
        if index["format"] != FORMAT or index["sizes"] != sizes or index["files"] != _fingerprint(root):
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return index


def _compile(root: str, folder: str) -> tuple[str, dict[str, Any]]:
    """Write the compiled form to `folder`, or to a temporary folder where that is not possible."""
    index, contents = _build(root)
    try:
        _write(folder, contents)
        _remove_old(folder, index["stamp"])
    except OSError:  # a read-only or full place for caches must not keep anyone from the answer
        import atexit
        import shutil
        import tempfile

        try:
            folder = tempfile.mkdtemp(prefix="baclofen-kg-")
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
            _write(folder, contents)
        except OSError as error:
            raise OutputError(
                f"{folder}: the compiled graph cannot be written ({error.strerror}); "
                "free some space, or name a folder with KB_CACHE"
            ) from error
    return folder, index


def _build(root: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the index of the compiled form, and the content of each of its files, the index last."""
    from zlib import crc32

    from kb.catalog.header import read_catalogue
    from kb.dataset import graph_of, read_dataset, source_files, union
    from kb.derivation import INFERRED, derive
    from kb.names import collect_names
    from kb.prefixes import read_prefixes
    from kb.rules import read_rules

    fingerprint = _fingerprint(root)
    prefixes = read_prefixes(root)
    asserted = read_dataset(root, prefixes)
    rules = read_rules(root, prefixes)
    derived = derive(rules, asserted, prefixes)
    by_rules = [quad for name, found in derived.items() if name != INFERRED for quad in found]
    names = json.dumps(list(collect_names(union([*asserted, *by_rules]), prefixes))).encode()
    default, named = _serialize([*asserted, *by_rules, *derived[INFERRED]])
    stamp = f"{crc32(names, crc32(named)):08x}"
    contents = {f"default-{stamp}.nt": default, f"dataset-{stamp}.nq": named, f"names-{stamp}.json": names}
    contents[f"asserted-{stamp}.nt"], contents[f"asserted-{stamp}.nq"] = _serialize(asserted)
    index = {
        "format": FORMAT,
        "stamp": stamp,
        "files": fingerprint,
        "sizes": {name: len(content) for name, content in contents.items()},
        "prefixes": prefixes,
        "files of graphs": [file.graph for file in source_files(root, prefixes)],
        "graphs derived": [graph_of(path, prefixes) for path in (INFERRED, *(rule.path for rule in rules))],
        "asserted": len(asserted),
        "inferred": len(derived[INFERRED]),
        "rules": [(rule.name, rule.summary, len(derived[rule.name])) for rule in rules],
        "queries": {query.name: json.dumps(query.to_json()) for query in read_catalogue(root, prefixes)},
    }
    return index, {**contents, "index.json": json.dumps(index).encode()}


def _serialize(quads: "list[Quad]") -> tuple[bytes, bytes]:
    """Return the N-Triples of all statements, once each, and the N-Quads, both sorted."""
    from pyoxigraph import RdfFormat, serialize

    from kb.dataset import union

    default = serialize((quad.triple for quad in union(quads)), format=RdfFormat.N_TRIPLES) or b""
    return default, serialize(sorted(quads, key=str), format=RdfFormat.N_QUADS) or b""


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
    except BaseException:
        if os.path.exists(partial):
            os.remove(partial)
        raise


def _remove_old(folder: str, stamp: str) -> None:
    """Remove the files of other stamps that nobody has opened for a week: a process opens them when it needs them."""
    import time

    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if name != "index.json" and f"-{stamp}." not in name and os.path.getmtime(path) < time.time() - _WEEK:
            with suppress(FileNotFoundError):
                os.remove(path)
