"""Layout: what files are called, and what each may hold."""

import os
import re
from collections.abc import Iterator, Mapping

from kb.prefixes import compact
from kb.turtle import NO_BLANK_NODES, NO_COMMENTS
from kb.validation.files import TurtleFile
from kb.validation.problem import Problem

CHECK = "layout"
LONGEST_NAME = 40
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)*")
_PASSING = re.compile(r"(?:.*-)?(?!(?:19|20)[0-9]{2}$)(?:v?[0-9]+|copy|draft|final|new|old|temp|tmp)")
"""A name that ends in a version, a number other than a year, or a word that will not be true next year."""
_EXEMPT = ("README.md",)


def check_names(root: str) -> Iterator[Problem]:
    """Yield a problem for each file or folder of the graph whose name breaks the rules for names."""
    for folder in ("ontology", "graph_data", "queries"):
        for parent, folders, names in os.walk(os.path.join(root, folder)):
            folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
            relative = os.path.relpath(parent, root).replace(os.sep, "/")
            for name in [*folders, *sorted(names)]:
                if name.startswith(".") or name in _EXEMPT:
                    continue
                fault = _fault_of(name)
                if fault:
                    yield Problem(f"{relative}/{name}", None, name, f"the name {name!r} {fault}", "error", CHECK)


def _fault_of(name: str) -> str | None:
    if not _NAME.fullmatch(name):
        return "is not in kebab-case; use small letters a to z, digits, and single hyphens between words"
    if len(name) > LONGEST_NAME:
        return f"has {len(name)} characters; at most {LONGEST_NAME} are allowed"
    if _PASSING.fullmatch(name.split(".", maxsplit=1)[0]):
        return "ends in a number or a version; name the file for what it states"
    return None


def check_contents(files: list[TurtleFile]) -> Iterator[Problem]:
    """Yield a problem for each comment, and for each blank node in the data."""
    for file in files:
        for line, text in file.outline.comments:
            yield Problem(file.path, line, text, f"has a comment; {NO_COMMENTS}", "error", CHECK)
        if file.is_data:
            for line in sorted(set(file.outline.blank_nodes)):
                yield Problem(file.path, line, "[ ]", f"has a blank node; {NO_BLANK_NODES}", "error", CHECK)


def check_subjects(files: list[TurtleFile], prefixes: Mapping[str, str]) -> Iterator[Problem]:
    """Yield a problem for each thing described in two files, and for each of the data outside all namespaces."""
    first: dict[str, str] = {}
    for file in files:
        if file.path == "ontology/prefixes.ttl":
            continue
        for iri, line in file.outline.subjects.items():
            name = compact(iri, prefixes)
            if first.setdefault(iri, file.path) != file.path:
                message = f"{name} is described in {first[iri]} too; keep all of it in one file, or rename one"
                yield Problem(file.path, line, name, message, "error", CHECK)
            if file.is_data and not any(iri.startswith(namespace) for namespace in prefixes.values()):
                message = f"{name} lies in no namespace of ontology/prefixes.ttl; name it within one"
                yield Problem(file.path, line, name, message, "error", CHECK)
