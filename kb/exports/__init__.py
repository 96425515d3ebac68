"""Exports of the whole graph: each module of this folder offers formats, found by looking it up."""

from collections.abc import Callable, Iterable
from importlib import import_module
from pkgutil import iter_modules
from typing import NamedTuple

from pyoxigraph import Quad

from kb.errors import UnknownNameError


class Export(NamedTuple):
    """One way to write the graph: what it holds, and a function from quads and prefixes to bytes."""

    summary: str
    write: Callable[[Iterable[Quad], dict[str, str]], bytes]


def exports() -> dict[str, Export]:
    """Return the export formats by name, as the modules of this folder list them in `FORMATS`."""
    found: dict[str, Export] = {}
    for module in sorted(module.name for module in iter_modules(__path__)):
        found.update(import_module(f"{__name__}.{module}").FORMATS)
    return found


def find_export(name: str) -> Export:
    """Return an export format by name.

    Raises:
        UnknownNameError: there is none; the message lists them.
    """
    known = exports()
    if name not in known:
        raise UnknownNameError("export format", name, known, f"(there are {', '.join(known)})")
    return known[name]
