"""Prefixes: each file declares those of the one list, spelled the same, and only those it uses."""

from collections.abc import Iterator, Mapping

from kb.validation.files import TurtleFile
from kb.validation.problem import Problem

CHECK = "prefixes"


def check_prefixes(files: list[TurtleFile], prefixes: Mapping[str, str]) -> Iterator[Problem]:
    """Yield a problem for each prefix that is not as `ontology/prefixes.ttl` has it, or is not used."""
    for file in files:
        for prefix, namespace, line in file.outline.declarations:
            if prefix not in prefixes:
                named = next((known for known, space in prefixes.items() if space == namespace), None)
                remedy = f"write {named}: as there" if named else "add it there"
                message = f"prefix {prefix}: is not in ontology/prefixes.ttl; {remedy}"
            elif prefixes[prefix] != namespace:
                listed = prefixes[prefix]
                message = f"prefix {prefix}: is <{namespace}> here and <{listed}> in ontology/prefixes.ttl; use that"
            elif prefix not in file.outline.used_prefixes:
                message = f"prefix {prefix}: is not used; remove the line, or run 'kb fmt'"
            else:
                continue
            yield Problem(file.path, line, f"{prefix}:", message, "error", CHECK)
