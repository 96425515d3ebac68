"""The one prefix list, read from `ontology/prefixes.ttl`, and IRIs in short form."""

import os
import re
from collections.abc import Mapping

from pyoxigraph import NamedNode, RdfFormat, parse

from kb.errors import DataError, reason_of

_SH = "http://www.w3.org/ns/shacl#"
_LOCAL = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?"


def read_prefixes(root: str) -> dict[str, str]:
    """Return {prefix: namespace} as `ontology/prefixes.ttl` declares them with `sh:declare`.

    Raises:
        DataError: the file is missing or broken, or gives a prefix or a namespace twice.
    """
    path = "ontology/prefixes.ttl"
    parts: dict[str, dict[str, str]] = {}
    try:
        for quad in parse(path=os.path.join(root, path), format=RdfFormat.TURTLE):
            if isinstance(quad.predicate, NamedNode) and quad.predicate.value in (_SH + "prefix", _SH + "namespace"):
                parts.setdefault(str(quad.subject), {})[quad.predicate.value[len(_SH) :]] = getattr(
                    quad.object, "value", ""
                )
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({reason_of(error)}); it lists the prefixes of the graph") from error
    except SyntaxError as error:
        raise DataError(f"{path}:{error.lineno}: {error.msg}; mend the Turtle") from error
    prefixes: dict[str, str] = {}
    for node, part in parts.items():
        prefix, namespace = part.get("prefix"), part.get("namespace")
        if prefix is None or not namespace:
            raise DataError(f"{path}: {node} needs both sh:prefix and sh:namespace")
        try:
            NamedNode(namespace)
        except ValueError as error:
            raise DataError(
                f"{path}: the namespace of '{prefix}:' is no IRI: {namespace!r} ({error}); correct it"
            ) from error
        if prefix in prefixes or namespace in prefixes.values():
            raise DataError(f"{path}: {prefix}: <{namespace}> is declared twice; keep one")
        prefixes[prefix] = namespace
    return dict(sorted(prefixes.items()))


def compact(iri: str, prefixes: Mapping[str, str]) -> str:
    """Return an IRI as `prefix:local` where a namespace fits, else in angle brackets."""
    best = max(
        ((prefix, space) for prefix, space in prefixes.items() if iri.startswith(space)),
        key=lambda pair: len(pair[1]),
        default=None,
    )
    if best and re.fullmatch(_LOCAL, iri[len(best[1]) :]):
        return f"{best[0]}:{iri[len(best[1]) :]}"
    return f"<{iri}>"


def expand(name: str, prefixes: Mapping[str, str]) -> str | None:
    """Return the IRI that `prefix:local` stands for, or None when the prefix is not known."""
    prefix, colon, local = name.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes else None
