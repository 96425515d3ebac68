"""The engines by name: each module of this folder is one, and its `open_from` makes it."""

import os
from importlib import import_module
from typing import TYPE_CHECKING

from kb.errors import UnknownNameError

if TYPE_CHECKING:
    from kb.engines.protocol import Engine


def engine_names() -> list[str]:
    """Return the names of the engines there are, sorted."""
    names = {file.removesuffix(".py") for file in os.listdir(os.path.dirname(__file__)) if file.endswith(".py")}
    return sorted(names - {"__init__", "protocol"})


def open_engine(name: str, default: str | None, named: str | None, url: str | None = None) -> "Engine":
    """Return the engine called `name`, ready to run.

    `default` and `named` are the files of the compiled graph (N-Triples, N-Quads); `url` is the
    address of an endpoint, which only `remote` reads.

    Raises:
        UnknownNameError: no engine has that name.
        UsageError: the engine needs a file or a `url` and did not get it.
        EngineError: a file cannot be read.
    """
    known = engine_names()
    if name not in known:
        raise UnknownNameError("engine", name, known, f"(there are {', '.join(known)})")
    engine: Engine = import_module(f"kb.engines.{name}").open_from(default, named, url)
    return engine
