"""Binds values to the parameters of a canned query: what stands in their VALUES lines is replaced, nothing else."""

from collections.abc import Callable, Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from kb.catalog.canned_query import CannedQuery, Parameter
from kb.errors import ParameterError, UnknownNameError
from kb.terms import XSD, quote_string, to_sparql

DIGITS = 18
"""Digits of a decimal before, and behind its point, that every engine keeps."""
LEAST = -(2**63)
"""The least integer that an engine reckons with: beyond 64 bits it finds every comparison false without a word."""
_SIZES = {
    "integer": f"64 bits; give one from {LEAST} to {-LEAST - 1}",
    "decimal": f"{DIGITS} digits before and behind the point; give a shorter one",
}
Resolver = Callable[[str, str | None], str]
"""Gives the IRI of a name, as a member of a class if one is given."""


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
    for name, parameter in known.items():
        line = parameter.line
        if name in values:
            if not values[name]:
                raise ParameterError(f"{query.name}: parameter '{name}' was given no value; give one, or leave it out")
            terms = dict.fromkeys(to_term(query, parameter, value, resolve) for value in values[name])
            edits.append((line.open_at + 1, line.close_at, f" {' '.join(map(to_sparql, terms))} "))
        elif not parameter.required:
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
            error.args = (f"{place}: {error}",)
            raise
        except ParameterError as error:
            raise ParameterError(f"{place}: {error}") from error
    if parameter.type == "string":
        try:
            quote_string(text)
        except ParameterError as error:
            raise ParameterError(f"{place}: {error}") from error
        return Literal(text)
    if not _FITS[parameter.type](text):
        raise ParameterError(f"{place}: {text!r} is not {_ARTICLE[parameter.type]}")
    if parameter.type in _SIZES and not _fits_engine(parameter.type, text):
        raise ParameterError(f"{place}: {text[:40]!r} does not fit into {_SIZES[parameter.type]}")
    return Literal(text, datatype=NamedNode(XSD + parameter.type))


def _is_decimal(text: str) -> bool:
    unsigned = text[1:] if text[:1] in "+-" else text
    whole, _, part = unsigned.partition(".")
    return unsigned.isascii() and (whole + part).isdigit()


def _fits_engine(type: str, text: str) -> bool:
    """Whether every engine reckons with a number of that type."""
    whole, _, part = text.lstrip("+-").partition(".")
    if type == "decimal":
        return max(len(whole), len(part)) <= DIGITS
    significant = whole.lstrip("0") or "0"
    number = int(significant[: DIGITS + 2]) * (-1 if text[0] == "-" else 1)
    return len(significant) <= DIGITS + 1 and LEAST <= number <= -LEAST - 1


def _is_date(text: str) -> bool:
    from datetime import date

    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return text.isascii() and [len(part) for part in text.split("-")] == [4, 2, 2]  # else it may be a week of ISO 8601


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
