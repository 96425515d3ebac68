"""Binds values to the parameters of a canned query: what stands in their VALUES lines is replaced, nothing else."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from kb.catalog.canned_query import CannedQuery, Parameter
from kb.errors import DataError, ParameterError, UnknownNameError
from kb.terms import XSD, to_sparql
from kb.tokens import significant

Resolver = Callable[[str, str | None], str]
"""Gives the IRI of a name, as a member of a class if one is given."""


class ParameterLine(NamedTuple):
    """Where a `VALUES ?name { … }` line stands in the text of its query."""

    start: int
    open_at: int
    close_at: int


def parameter_lines(query: CannedQuery) -> dict[str, ParameterLine]:
    """Return where each parameter's line stands.

    Raises:
        DataError: a parameter has no line, or more than one, or one that is not at the top of WHERE.
    """
    found: dict[str, list[ParameterLine]] = {}
    tokens = significant(query.text)
    depth = 0
    for at, token in enumerate(tokens):
        depth += (token.text == "{") - (token.text == "}")
        if depth != 1 or not token.is_word("VALUES") or tokens[at + 1].kind != "variable":
            continue
        close = next((other.start for other in tokens[at + 3 :] if other.text == "}"), None)
        if tokens[at + 2].text == "{" and close is not None:
            found.setdefault(tokens[at + 1].text[1:], []).append(ParameterLine(token.start, tokens[at + 2].start, close))
    for parameter in query.parameters:
        if len(found.get(parameter.name, ())) != 1:
            raise DataError(
                f"{query.path}: parameter '{parameter.name}' needs exactly one line "
                f"'VALUES ?{parameter.name} {{ <example> }}' at the top of WHERE"
            )
    return {parameter.name: found[parameter.name][0] for parameter in query.parameters}


def bind(query: CannedQuery, values: Mapping[str, Sequence[object]], resolve: Resolver) -> str:
    """Return the text of `query` with `values` ({parameter: one or more values}) in its VALUES lines.

    A required parameter that is left out keeps its example; one that is not required, and whose
    example is `UNDEF`, loses its line and so means anything.

    Raises:
        UnknownNameError: the query has no such parameter, or nothing has such a name.
        ParameterError: a value is of the wrong type, or there is none.
    """
    known = {parameter.name: parameter for parameter in query.parameters}
    for name in values:
        if name not in known:
            has = f"(it has {', '.join(known)})" if known else "(it has none)"
            raise UnknownNameError(f"parameter of {query.name}", name, known, has)
    edits: list[tuple[int, int, str]] = []
    for name, line in parameter_lines(query).items():
        if name in values:
            if not values[name]:
                raise ParameterError(f"{query.name}: parameter '{name}' was given no value; give one, or leave it out")
            terms = [to_term(query, known[name], value, resolve) for value in values[name]]
            edits.append((line.open_at + 1, line.close_at, f" {' '.join(map(to_sparql, terms))} "))
        elif not known[name].required:
            edits.append((line.start, line.close_at + 1, ""))
    text = query.text
    for start, end, replacement in sorted(edits, reverse=True):
        text = text[:start] + replacement + text[end:]
    return text


def to_term(query: CannedQuery, parameter: Parameter, value: object, resolve: Resolver) -> NamedNode | Literal:
    """Return one value of a parameter as an RDF term.

    Raises:
        UnknownNameError, ParameterError: as `bind`.
    """
    place = f"{query.name}: parameter '{parameter.name}'"
    if isinstance(value, (NamedNode, Literal)):
        value = value.value
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if parameter.type == "iri":
        try:
            return NamedNode(resolve(text, parameter.of_class))
        except UnknownNameError as error:
            raise UnknownNameError(f"{error.kind} ({place})", text, error.nearest, "'kb query entity/list' lists the names") from error
        except ParameterError as error:
            raise ParameterError(f"{place}: {error}") from error
    if parameter.type == "string":
        return Literal(text)
    if not _FITS[parameter.type](text):
        raise ParameterError(f"{place}: {text!r} is not {_ARTICLE[parameter.type]}")
    return Literal(text, datatype=NamedNode(XSD + parameter.type))


def _is_decimal(text: str) -> bool:
    unsigned = text[1:] if text[:1] in "+-" else text
    whole, _, part = unsigned.partition(".")
    return unsigned.isascii() and (whole + part).isdigit()


def _is_date(text: str) -> bool:
    from datetime import date

    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2026-01-31")


_FITS: dict[str, Callable[[str], bool]] = {
    "integer": lambda text: text.isascii() and (text[1:] if text[:1] in "+-" else text).isdigit(),
    "decimal": _is_decimal,
    "boolean": lambda text: text in ("true", "false"),
    "date": _is_date,
}
_ARTICLE = {
    "integer": "a whole number, such as 12",
    "decimal": "a plain decimal number, such as 0.5",
    "boolean": "true or false",
    "date": "a date, such as 2026-01-31",
}
