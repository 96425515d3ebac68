"""A SPARQL file of the graph: YAML in the `#+` lines at its top, and below them a text that runs as it stands."""

import os
import re
from collections.abc import Mapping
from typing import Any

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, Store

from kb.errors import DataError, KbError
from kb.query_text import prepare
from kb.tokens import Token, line_and_column, significant

_POSITION = re.compile(r"^error at (\d+):(\d+): ")


def read_text(root: str, path: str) -> str:
    """Return the text of the file `path` (below `root`), its line ends as they are.

    Raises:
        DataError: it cannot be read as UTF-8.
    """
    try:
        with open(os.path.join(root, path), encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read as UTF-8 ({error})") from error


def read_header(path: str, text: str, keys: Mapping[str, type], summary: str) -> dict[str, Any]:
    """Return the mapping in the `#+` lines at the top of `text`, the values of the types in `keys`.

    `summary` says in messages what the summary of such a file tells, such as `the question`.

    Raises:
        DataError: there is none, it is not YAML, or it has an unknown, repeated or mistyped key.
    """
    import yaml  # here: only the compiling run needs it

    lines = []
    for line in text.splitlines():
        if not line.startswith("#+"):
            break
        lines.append(line[2:].removeprefix(" ") if line.strip() != "#+" else "")
    if any(line.lstrip(" -{[,").startswith(("&", "*")) or ": &" in line or ": *" in line for line in lines):
        raise DataError(f"{path}:1: the header uses an anchor or an alias of YAML; write the value out, or quote it")
    if not lines:
        raise DataError(f"{path}:1: has no header; begin with a line '#+ summary: <{summary}>'")
    try:
        loader = _yaml_loader()("\n".join(lines))
        node = loader.get_single_node()
        _refuse_repeated(path, node)
        header = loader.construct_document(node) if node is not None else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise DataError(
            f"{path}:{mark.line + 1 if mark else 1}: the header is not YAML ({reason}); quote the value"
        ) from error
    if not isinstance(header, dict):
        raise DataError(f"{path}:1: the header is no mapping; write lines such as '#+ summary: <{summary}>'")
    for key, value in header.items():
        if key not in keys:
            raise DataError(f"{path}: the header has an unknown key {key!r}; the keys are {', '.join(keys)}")
        if not isinstance(value, keys[key]):
            raise DataError(f"{path}: '{key}' must be a {keys[key].__name__}, not {value!r}")
    return header


def _yaml_loader() -> Any:
    """Return the safe loader of PyYAML that is at hand: the one in C takes a tenth of the time of the other."""
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _refuse_repeated(path: str, node: Any) -> None:
    """Refuse a key that stands twice in one mapping: YAML would keep the last without a word."""
    seen: set[str] = set()
    for key, value in node.value if node is not None and node.id == "mapping" else ():
        if key.id != "scalar":
            raise DataError(
                f"{path}:{key.start_mark.line + 1}: the header has a key that is no word; write 'key: value'"
            )
        if key.value in seen:
            raise DataError(f"{path}:{key.start_mark.line + 1}: the header has the key {key.value!r} twice; keep one")
        seen.add(str(key.value))
        _refuse_repeated(path, value)


def line_of(path: str, header: Mapping[str, Any], key: str, required: bool = False) -> str:
    """Return the text under a key of a header on one line; empty when it is not there.

    Raises:
        DataError: it is `required`, and missing or empty.
    """
    value = " ".join(str(header.get(key, "")).split())
    if required and not value:
        raise DataError(f"{path}: the header lacks '{key}'; add a line '#+ {key}: …'")
    return value


def check_text(path: str, text: str, prefixes: Mapping[str, str], form: str, remedy: str) -> tuple[list[Token], Any]:
    """Return the tokens of `text` but spaces and comments, and pyoxigraph's result for it over nothing.

    `form` is the only form that is let through; `remedy` says why, as in `a rule is a CONSTRUCT`.

    Raises:
        DataError: it is of another form, does not parse, is unsafe to run, is read differently by
            some engines, or has a prefix that differs from `ontology/prefixes.ttl` or is unused.
    """
    try:
        tokens = significant(text)
        prepared = prepare(text, {})
    except KbError as error:
        raise DataError(f"{path}: {error}") from error
    if prepared.form != form:
        raise DataError(f"{path}: is a {prepared.form.upper()}; {remedy}")
    try:
        result: QuerySolutions | QueryTriples | QueryBoolean = Store().query(prepared.text)
    except SyntaxError as error:
        reason = _POSITION.sub(r"line \1, column \2: ", " ".join(str(error).split()))
        raise DataError(f"{path}: {reason}; mend the SPARQL") from error
    _check_prefixes(path, text, tokens, prefixes)
    if "\r" in text or "\\u" in text.lower():
        raise DataError(
            f"{path}: holds a carriage return or an escaped code point, which engines read differently; "
            "write the character"
        )
    return tokens, result


def _check_prefixes(path: str, text: str, tokens: list[Token], prefixes: Mapping[str, str]) -> None:
    used = {
        token.text.split(":", 1)[0]
        for at, token in enumerate(tokens)
        if token.kind == "name" and not tokens[at - 1].is_word("PREFIX")
    }
    for at, token in enumerate(tokens):
        if not token.is_word("PREFIX"):
            continue
        prefix, iri = tokens[at + 1].text[:-1], tokens[at + 2].text[1:-1]
        line = line_and_column(text, token.start)[0]
        if prefixes.get(prefix) != iri:
            raise DataError(
                f"{path}:{line}: prefix {prefix}: <{iri}> is not the one of ontology/prefixes.ttl; "
                "use that, or add it there"
            )
        if prefix not in used:
            raise DataError(f"{path}:{line}: prefix {prefix}: is not used; remove the line")
