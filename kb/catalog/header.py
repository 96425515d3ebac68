"""Reads a canned query from its file: the `#+` lines are YAML, the rest is SPARQL.

Keys of the header: `summary` and `tags` (as in grlc), `description`, `params`, `returns`, and
`expect`, which says what the answer over the shipped graph must satisfy: `rows` (exactly so many),
`min_rows`, `max_rows`, `includes` (rows that must be there, as {column: short name or value}) and
`excludes` (rows that must not). `picture` says how the answer is drawn, `page` on which pages it stands:
see `kb.catalog.picture`.
"""

import re
from collections.abc import Mapping
from typing import Any

from kb.catalog.canned_query import TYPES, CannedQuery, Column, Parameter
from kb.catalog.showing import read_picture, read_sections
from kb.errors import DataError
from kb.paths import files_below
from kb.prefixes import expand
from kb.sparql_file import line_of, read_header, read_text

_KEYS = {
    "summary": str,
    "description": str,
    "tags": list,
    "params": dict,
    "returns": dict,
    "picture": dict,
    "page": object,
    "expect": dict,
}
_PARAMETER_KEYS = ("type", "class", "help", "required")
_COLUMN_KEYS = ("type", "help", "unit")
_EXPECT_KEYS = ("rows", "min_rows", "max_rows", "includes", "excludes")


def read_catalogue(root: str, prefixes: Mapping[str, str]) -> list[CannedQuery]:
    """Return all canned queries below `queries/`, in order of their names.

    Raises:
        DataError: the first query file that is broken.
    """
    return [read_query(root, path, prefixes) for path in files_below(root, "queries", ".rq")]


def read_query(root: str, path: str, prefixes: Mapping[str, str]) -> CannedQuery:
    """Return the canned query in the file `path` (below `root`), checked against its own text.

    Raises:
        DataError: with file, line where known, the fault and the remedy.
    """
    from kb.catalog.lint import check_query, located

    text = read_text(root, path)
    header = read_header(path, text, _KEYS, "the question")
    parameters = tuple(_parameter(path, name, entry, prefixes) for name, entry in header.get("params", {}).items())
    columns = tuple(_column(path, name, header["returns"]) for name in header.get("returns", {}))
    query = CannedQuery(
        path[len("queries/") : -len(".rq")],
        line_of(path, header, "summary", required=True),
        line_of(path, header, "description"),
        tuple(str(tag) for tag in header.get("tags", ())),
        parameters,
        columns,
        _expect(path, header.get("expect", {})),
        text,
        picture=read_picture(path, header.get("picture"), columns, prefixes),
        sections=read_sections(path, header.get("page"), parameters, columns, prefixes),
    )
    query = located(query)
    check_query(query, prefixes)
    return query


def _described(path: str, part: str, name: str, entry: Any) -> tuple[str, str, str]:
    """Return name, type and help of a parameter or a column."""
    if not isinstance(entry, dict):
        raise DataError(f"{path}: {part} '{name}' needs a type and a help: {{type: iri, help: …}}")
    known = _PARAMETER_KEYS if part == "params" else _COLUMN_KEYS
    for key in entry:
        if key not in known:
            raise DataError(f"{path}: {part} '{name}' has an unknown key {key!r}; the keys are {', '.join(known)}")
    allowed = TYPES if part == "params" else (*TYPES, "any")
    if not entry.get("type") or not entry.get("help"):
        raise DataError(f"{path}: {part} '{name}' needs a type and a help: {{type: iri, help: …}}")
    if entry["type"] not in allowed:
        raise DataError(
            f"{path}: {part} '{name}' has the unknown type {entry['type']!r}; it is one of {', '.join(allowed)}"
        )
    return str(name), entry["type"], str(entry["help"])


def _column(path: str, name: str, entries: Mapping[str, Any]) -> Column:
    """Return one column; its `unit` is the name of another column, or a UCUM code within quotation marks."""
    described = Column(*_described(path, "returns", name, entries[name]))
    unit = entries[name].get("unit", "")
    if unit and described.type not in ("integer", "decimal", "any"):
        raise DataError(f"{path}: returns '{name}' has a unit, but is of type {described.type}; remove the unit")
    if unit and not (isinstance(unit, str) and (unit in entries or re.fullmatch(r'"[^"]+"', unit))):
        raise DataError(
            f"{path}: returns '{name}' has the unit {unit!r}, which is no column; "
            "name the column that holds the code, or write the code as '\"mg\"'"
        )
    return described._replace(unit=unit)


def _parameter(path: str, name: str, entry: Any, prefixes: Mapping[str, str]) -> Parameter:
    described = _described(path, "params", name, entry)
    of_class = entry.get("class")
    iri = expand(str(of_class), prefixes) if of_class else None
    if of_class and not iri:
        raise DataError(
            f"{path}: params '{name}' names the class {of_class!r}, whose prefix is not in ontology/prefixes.ttl"
        )
    required = entry.get("required", True)
    if not isinstance(required, bool):
        raise DataError(f"{path}: params '{name}' has 'required: {required}'; it is true or false")
    return Parameter(*described, iri, required)


def _expect(path: str, expect: dict[str, Any]) -> dict[str, Any]:
    for key in expect:
        if key not in _EXPECT_KEYS:
            raise DataError(f"{path}: 'expect' has an unknown key {key!r}; the keys are {', '.join(_EXPECT_KEYS)}")
    for key, value in expect.items():
        if key not in ("includes", "excludes"):
            if not isinstance(value, int) or isinstance(value, bool):
                raise DataError(f"{path}: 'expect' has {key}: {value!r}; it is a whole number")
        elif not isinstance(value, list) or not all(isinstance(row, dict) and row for row in value):
            raise DataError(f"{path}: 'expect' has {key}: {value!r}; it is a list of rows, such as [{{column: value}}]")
        elif not all(isinstance(cell, (str, int, float, bool)) for row in value for cell in row.values()):
            raise DataError(f"{path}: 'expect' has in {key} a value that is no text, number or truth value; quote it")
    return expect
