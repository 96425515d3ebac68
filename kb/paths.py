"""Where the graph's files are, and where its compiled form is kept."""

import os

from kb.errors import DataError, UsageError

_PACKAGE = os.path.dirname(os.path.abspath(__file__))


def data_root(folder: str | None = None) -> str:
    """Return the folder that holds `ontology/`, `graph_data/` and `queries/`.

    That is `folder` if given, else the folder that the environment variable KB_DATA names, else
    the checkout that this package is part of, else the copy inside the installed package.

    Raises:
        UsageError: the folder that was named lacks one of the three.
        DataError: the package itself does.
    """
    named = folder or os.environ.get("KB_DATA")
    beside, inside = os.path.dirname(_PACKAGE), os.path.join(_PACKAGE, "data")
    root = os.path.abspath(named) if named else beside if os.path.isdir(os.path.join(beside, "graph_data")) else inside
    for needed in ("ontology", "graph_data", "queries"):
        if not os.path.isdir(os.path.join(root, needed)):
            fault = f"{root}: has no folder {needed}/; name a folder with ontology/, graph_data/ and queries/"
            raise UsageError(fault) if named else DataError(fault)
    return root


def cache_folder(root: str) -> str:
    """Return the folder for the compiled form of the graph in `root`; nothing is made.

    That is below the environment variable KB_CACHE if set, else `build/` of a checkout, else the
    user's cache folder.
    """
    from zlib import crc32

    key = f"graph-{crc32(root.encode()):08x}"
    chosen = os.environ.get("KB_CACHE")
    if chosen:
        return os.path.join(os.path.abspath(chosen), key)
    if os.path.isfile(os.path.join(root, "pyproject.toml")):
        return os.path.join(root, "build", "compiled")
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(home, "baclofen-kg", key)


def files_below(root: str, folder: str, ending: str) -> list[str]:
    """Return the paths, relative to `root` and with `/`, of all files in `folder` that end so, sorted."""
    found = []
    for parent, folders, names in os.walk(os.path.join(root, folder)):
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        relative = os.path.relpath(parent, root).replace(os.sep, "/")
        found += [f"{relative}/{name}" for name in names if name.endswith(ending) and not name.startswith(".")]
    return sorted(found)
