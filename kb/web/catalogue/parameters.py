"""What a client asks of a canned query in the query string of its URL: values, a slice of the rows, and how they look.

A name that means nothing, or a second value where one is meant, is an error that says so, and never a
silent default.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from starlette.requests import Request

from kb.catalog import CannedQuery
from kb.errors import ParameterError, UnknownNameError
from kb.web.answers.form import Form, url_form
from kb.web.service import service_of

RESERVED_NAMES = ("format", "timeout", "labels", "iris", "limit", "offset")
"""Names in a query string that are no parameter of a canned query; kb.catalog.lint keeps them free."""
IRI_FORMS = ("full", "compact")
MOST_VALUES = 200
"""Values that a parameter may be given at once; `kb.web.answers.form` reads 1,000 of all together."""
MOST_ROWS = 10**9
"""The highest `limit` and `offset`: more rows than any answer may have."""
Pairs = Mapping[str, Sequence[str]]
"""{name: its values in the order of the URL}."""


class Asked(NamedTuple):
    """What was asked of a canned query."""

    values: dict[str, list[str]]
    """{parameter: its values}, of those that were given."""
    labels: bool = False
    compact: bool = False
    offset: int | None = None
    limit: int | None = None

    @property
    def is_paged(self) -> bool:
        """Whether only a slice of the rows is wanted."""
        return self.limit is not None or self.offset is not None


def pairs_of(request: Request) -> dict[str, list[str]]:
    """Return the names and values of the query string of a request; see `read_pairs`.

    Raises:
        HttpProblem: it is too long, not UTF-8 or holds too many.
    """
    return read_pairs(url_form(request, service_of(request).settings.max_request))


def read_pairs(form: Form) -> dict[str, list[str]]:
    """Return the names of a query string with the values of each, in the order of the URL."""
    pairs: dict[str, list[str]] = {}
    for name, value in form.pairs:
        pairs.setdefault(name, []).append(value)
    return pairs


def refuse_unknown(pairs: Pairs, known: Collection[str], what: str) -> None:
    """Check that only `known` names were given; `what` says in messages what is asked.

    Raises:
        UnknownNameError: with the nearest names, and all of them.
    """
    for name in pairs:
        if name not in known:
            has = f"(it has {', '.join(known)})" if known else "(it has none)"
            raise UnknownNameError(f"parameter of {what}", name, known, has)


def read_asked(query: CannedQuery, pairs: Pairs, reserved: Iterable[str] = RESERVED_NAMES) -> Asked:
    """Return what `pairs` ask of a canned query; `format` and `timeout` are left to the service.

    Raises:
        UnknownNameError: a name is neither a parameter of the query nor one of `reserved`.
        ParameterError: a value is not one that its name allows.
    """
    own = [parameter.name for parameter in query.parameters]
    refuse_unknown(pairs, (*own, *reserved), query.name)
    format_in(pairs)
    one_value(pairs, "timeout")
    for name in own:
        if len(pairs.get(name, ())) > MOST_VALUES:
            fault = f"{query.name}: parameter {name!r} has {len(pairs[name]):,} values; give up to {MOST_VALUES:,}"
            raise ParameterError(f"{fault}, or ask in several requests")
    limit, offset = whole_number(pairs, "limit", 1), whole_number(pairs, "offset", 0)
    return Asked(
        {name: list(dict.fromkeys(pairs[name])) for name in own if name in pairs},
        choice(pairs, "labels", ("false", "true")) == "true",
        choice(pairs, "iris", IRI_FORMS) == "compact",
        offset if limit is None else offset or 0,
        limit,
    )


def format_in(pairs: Pairs) -> str | None:
    """Return the format that is asked for; an empty one is as good as none, as everywhere in this server.

    Raises:
        ParameterError: it is given twice.
    """
    return one_value(pairs, "format") if any(pairs.get("format", ())) else None


def one_value(pairs: Pairs, name: str) -> str | None:
    """Return the value of a name that takes one, or None where it is not given.

    Raises:
        ParameterError: it is given twice, or empty.
    """
    values = pairs.get(name)
    if values is None:
        return None
    if len(values) != 1:
        raise ParameterError(f"{name}: takes one value, and has {len(values)}; give one")
    if not values[0]:
        raise ParameterError(f"{name}: has no value; give one, or leave it out")
    return values[0]


def bounded_text(pairs: Pairs, name: str, longest: int) -> str | None:
    """Return a text of up to `longest` characters, or None where it is not given.

    Raises:
        ParameterError: it is longer.
    """
    text = one_value(pairs, name)
    if text is not None and len(text) > longest:
        raise ParameterError(f"{name}: has {len(text):,} characters; give up to {longest}")
    return text


def whole_number(pairs: Pairs, name: str, least: int, most: int = MOST_ROWS) -> int | None:
    """Return a number of digits alone from `least` to `most`, or None where it is not given.

    Raises:
        ParameterError: it is no such number.
    """
    text = one_value(pairs, name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 12 and least <= int(text) <= most):
        raise ParameterError(f"{name}: {text[:40]!r} is not a whole number from {least:,} to {most:,}")
    return int(text)


def choice(pairs: Pairs, name: str, choices: Sequence[str]) -> str | None:
    """Return a value that is one of `choices`, or None where it is not given.

    Raises:
        ParameterError: it is none of them.
    """
    text = one_value(pairs, name)
    if text is not None and text not in choices:
        raise ParameterError(f"{name}: {text[:40]!r} is not one of {', '.join(choices)}")
    return text
