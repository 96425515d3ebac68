"""Reads and checks the keys `picture` and `page` of a header: how an answer is drawn, and on which pages it stands."""

from collections.abc import Iterable, Mapping
from typing import Any

from kb.catalog.canned_query import Column, Parameter
from kb.catalog.picture import HOME, KINDS, Picture, Section
from kb.errors import DataError, nearest_names
from kb.prefixes import expand

_OWN_KEYS = ("kind", "terms", "words")
_PAGE_KEYS = ("parameter", "title", "order", "columns", "not_on")


def read_picture(path: str, entry: Any, columns: Iterable[Column], prefixes: Mapping[str, str]) -> Picture | None:
    """Return how an answer with these columns is drawn; None where the header says nothing of it.

    Raises:
        DataError: the kind, a role, a column, a meaning, a term or a place of words is unknown or unfit.
    """
    if entry is None:
        return None
    if not isinstance(entry, dict) or not isinstance(entry.get("kind"), str):
        raise DataError(f"{path}: 'picture' needs a kind: {{kind: {next(iter(KINDS))}, <role>: <column>, …}}")
    name = entry["kind"]
    if name not in KINDS:
        raise DataError(f"{path}: 'picture' has the unknown kind {name!r}; {_choice(name, KINDS)}")
    kind, types = KINDS[name], {column.name: column.type for column in columns}
    roles = {role: column for role, column in entry.items() if role not in _OWN_KEYS}
    for role, column in roles.items():
        place = f"{path}: 'picture' of the kind {name}"
        if role not in kind.roles:
            raise DataError(f"{place} has the unknown role {role!r}; {_choice(role, kind.roles)}")
        if not isinstance(column, str) or column not in types:
            raise DataError(f"{place} has for {role} the unknown column {column!r}; {_choice(column, types)}")
        if types[column] not in kind.roles[role].types:
            allowed = " or ".join(kind.roles[role].types)
            raise DataError(
                f"{place} has for {role} the column '{column}', of type {types[column]}; give one of {allowed}"
            )
    for role, part in kind.roles.items():
        if part.required and role not in roles:
            raise DataError(f"{path}: 'picture' of the kind {name} lacks {role} ({part.help}); name the column")
    terms = _terms(path, entry.get("terms", {}), kind.meanings, prefixes)
    return Picture(name, roles, terms, _words(path, entry.get("words", {}), kind.words))


def read_sections(
    path: str, entry: Any, parameters: Iterable[Parameter], columns: Iterable[Column], prefixes: Mapping[str, str]
) -> tuple[Section, ...]:
    """Return on which pages the answer stands as a section; `entry` is one section, or a list of them.

    Raises:
        DataError: a key, a parameter or a column is unknown or unfit.
    """
    entries = entry if isinstance(entry, list) else [] if entry is None else [entry]
    known, columns = {each.name: each for each in parameters}, list(columns)
    names = {column.name for column in columns}
    found = tuple(_section(path, each, known, names, prefixes) for each in entries)
    if len({section.parameter for section in found}) != len(found):
        raise DataError(f"{path}: 'page' names a parameter twice; keep one section for each")
    if any(section.parameter == HOME for section in found) and columns[-1].type != "integer":
        raise DataError(f"{path}: 'page' is for the home page, which draws numbers; return an integer as last column")
    return found


def _section(
    path: str, entry: Any, parameters: Mapping[str, Parameter], columns: set[str], prefixes: Mapping[str, str]
) -> Section:
    if not isinstance(entry, dict):
        raise DataError(f"{path}: 'page' has {entry!r}; write {{parameter: …, title: …, order: 30}}")
    for key in entry:
        if key not in _PAGE_KEYS:
            raise DataError(f"{path}: 'page' has the unknown key {key!r}; {_choice(key, _PAGE_KEYS)}")
    name, order, shown = entry.get("parameter"), entry.get("order", 50), entry.get("columns", [])
    if not isinstance(name, str) or name not in (*parameters, HOME):
        raise DataError(f"{path}: 'page' names the unknown parameter {name!r}; {_choice(name, (*parameters, HOME))}")
    if name != HOME and parameters[name].of_class is None and parameters[name].type != "iri":  # an iri: on all pages
        raise DataError(f"{path}: 'page' names the parameter '{name}', which has no class; give it one under params")
    for other in parameters.values():
        if other.name != name and (other.type == "iri" or name == HOME) and other.required:
            fault = (
                f"{path}: 'page' leaves out the parameter '{other.name}', which would mean its example on every page"
            )
            raise DataError(f"{fault}; make it 'required: false' with UNDEF, or remove 'page'")
    title = " ".join(str(entry.get("title") or "").split())
    if not title:
        raise DataError(f"{path}: 'page' lacks a title; add one, such as 'title: Side effects'")
    if not isinstance(order, int) or isinstance(order, bool):
        raise DataError(f"{path}: 'page' has order: {order!r}; it is a whole number")
    if not isinstance(shown, list):
        raise DataError(f"{path}: 'page' has columns: {shown!r}; it is a list of columns")
    for column in shown:
        if column not in columns:
            raise DataError(f"{path}: 'page' has the unknown column {column!r}; {_choice(column, columns)}")
    not_on = entry.get("not_on", [])
    classes = [expand(str(each), prefixes) for each in not_on] if isinstance(not_on, list) else [None]
    if None in classes:
        raise DataError(f"{path}: 'page' has not_on: {not_on!r}; it is a list of classes by their short names")
    return Section(name, title, order, tuple(shown), tuple(filter(None, classes)))


def _terms(path: str, entry: Any, known: Mapping[str, str], prefixes: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    if not isinstance(entry, dict):
        raise DataError(f"{path}: 'picture' has terms: {entry!r}; write {{meaning: [name, …]}}")
    found: dict[str, tuple[str, ...]] = {}
    for meaning, names in entry.items():
        if meaning not in known:
            raise DataError(
                f"{path}: 'picture' has in terms the unknown meaning {meaning!r}; {_choice(meaning, known)}"
            )
        if not isinstance(names, list) or not names:
            raise DataError(f"{path}: 'picture' has in terms {meaning}: {names!r}; it is a list of short names")
        iris = []
        for name in names:
            iri = expand(str(name), prefixes)
            if not iri:
                fault = f"{path}: 'picture' has in terms {meaning} the name {name!r}"
                raise DataError(f"{fault}, whose prefix is not in ontology/prefixes.ttl; use one that is")
            iris.append(iri)
        found[meaning] = tuple(iris)
    return found


def _words(path: str, entry: Any, known: Mapping[str, str]) -> dict[str, str]:
    if not isinstance(entry, dict):
        raise DataError(f"{path}: 'picture' has words: {entry!r}; write {{place: what is said there}}")
    for place, said in entry.items():
        if place not in known:
            raise DataError(f"{path}: 'picture' has words for the unknown place {place!r}; {_choice(place, known)}")
        if not isinstance(said, str) or not said.strip():
            raise DataError(f"{path}: 'picture' has words for {place} that are no text: {said!r}; quote them")
    return {place: " ".join(entry.get(place, otherwise).split()) for place, otherwise in known.items()}


def _choice(given: object, known: Iterable[str]) -> str:
    """Return what a message says of a name that is none of those that there are."""
    names = sorted(known)
    near = nearest_names(str(given), names)
    return f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(names) or 'none'}"
