"""The form of a canned query: a field for each parameter, with what was typed, and what is wrong with it beside it."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from pyoxigraph import NamedNode

from kb.catalog import CannedQuery, Parameter
from kb.catalog.binding import to_term
from kb.errors import KbError, ParameterError, UnknownNameError, UsageError
from kb.prefixes import compact, expand
from kb.web.catalogue.description import defaults_of, few_members
from kb.web.catalogue.lookup import SEARCHING, is_known
from kb.web.pages.links import Link, Links
from kb.web.release import Release

MOST_OFFERED = 60
"""Members of a class that a field lists; of more, it is completed as somebody types."""
_LONGEST_LABEL = 80
"""A longer label is a sentence: a field shows the short name instead."""
_LONGEST_QUOTED = 100
_NEAREST = 3
_MOST_SEARCHED = 3
"""Unknown values for which near names are looked for; each takes a thread some 50 ms."""
_KINDS = {"integer": "number", "decimal": "number", "date": "date", "boolean": "choice"}

Values = Mapping[str, Sequence[str]]
"""{parameter: its values}."""


class Near(NamedTuple):
    """A name that somebody may have meant, and the address of the question asked of it."""

    text: str
    href: str


class Fault(NamedTuple):
    """What is wrong with a value, and what may have been meant."""

    text: str
    nearest: list[Near]


class FieldValue(NamedTuple):
    """A value in a field: what stands there, the thing that it names, and what is wrong with it."""

    text: str
    link: Link | None = None
    fault: Fault | None = None


class Field(NamedTuple):
    """The field of one parameter."""

    parameter: Parameter
    kind: str
    """`text`, `number`, `date` or `choice`."""
    values: list[FieldValue]
    """At least one; an empty one where nothing is given."""
    offered: list[str]
    """What it may be, where that is little."""
    completed_by: str | None
    """The address that completes what is typed, without its `q`."""
    default: str
    """What leaving it empty means; nothing where it means anything."""
    of_class: Link | None


class Checked(NamedTuple):
    """The values of a question, read."""

    canonical: dict[str, list[str]]
    """{parameter: values by which it is meant without doubt}, of those that are sound."""
    faults: dict[tuple[str, str], Fault]
    """{(parameter, value): what is wrong}."""


async def check_values(query: CannedQuery, given: Values, release: Release, path: str) -> Checked:
    """Return the values of a question as they are understood; `path` is that of the question.

    Names near to an unknown one are looked for where there are few such values.
    """
    checked = Checked({}, {})
    searched = 0
    for parameter in query.parameters:
        for value in given.get(parameter.name, ()):
            knows = parameter.type != "iri" or is_known(release, value)
            try:
                if knows:
                    name = _canonical(query, parameter, value, release)
                elif searched == _MOST_SEARCHED:
                    raise ParameterError(f"nothing here is called {_quoted(value)}")
                else:
                    searched += 1
                    async with SEARCHING:
                        name = await asyncio.to_thread(_canonical, query, parameter, value, release)
            except UsageError as error:
                near = _nearest(error, parameter, value, release)
                checked.faults[parameter.name, value] = Fault(
                    _message(error, query, parameter),
                    [Near(each, _address(path, given, parameter, value, each)) for each in near],
                )
            else:
                checked.canonical.setdefault(parameter.name, []).append(name)
    return checked


class Form:
    """Makes the fields of the form of one question."""

    def __init__(self, query: CannedQuery, release: Release, links: Links) -> None:
        self._query, self._release, self._links = query, release, links

    def fields(self, given: Values, faults: Mapping[tuple[str, str], Fault]) -> list[Field]:
        """Return the fields with the values that were `given`, or else the defaults."""
        return [self._field(parameter, given, faults) for parameter in self._query.parameters]

    def _field(self, parameter: Parameter, given: Values, faults: Mapping[tuple[str, str], Fault]) -> Field:
        release, kind = self._release, _KINDS.get(parameter.type, "text")
        defaults = defaults_of(self._query, parameter, release.compiled.prefixes)
        texts = given.get(parameter.name) or defaults
        values = [self._value(parameter, text, faults.get((parameter.name, text))) for text in texts]
        members = few_members(parameter, release.compiled, MOST_OFFERED)
        completed = None
        if parameter.type == "iri" and not members:
            known = {"class": parameter.of_class} if parameter.of_class else {}
            completed = f"{self._links.root}/suggest?{urlencode(known)}"
        return Field(
            parameter,
            # a browser shows nothing in a field for numbers that holds none, and the typed text is to stay
            "text" if kind != "choice" and any(value.fault for value in values) else kind,
            values or [FieldValue("")],
            [spoken_value(iri, parameter, release) for iri in members],
            completed,
            ", ".join(self._value(parameter, text, None).text for text in defaults),
            self._links.of(parameter.of_class) if parameter.of_class else None,
        )

    def _value(self, parameter: Parameter, text: str, fault: Fault | None) -> FieldValue:
        """Return a value as its field shows it; what is wrong stays as it was typed."""
        if parameter.type != "iri" or fault:
            return FieldValue(text, None, fault)
        iri = self._release.resolve(text, parameter.of_class)
        return FieldValue(spoken_value(iri, parameter, self._release), self._links.of(iri))


def effective_values(query: CannedQuery, canonical: Values, prefixes: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the values that a question is asked with: those given, and the defaults of those that it needs."""
    found = {}
    for parameter in query.parameters:
        values = list(canonical.get(parameter.name, ())) or defaults_of(query, parameter, prefixes)
        if values:
            found[parameter.name] = values
    return found


def spoken_value(iri: str, parameter: Parameter, release: Release) -> str:
    """Return what a person types for a thing: its label where that names it without doubt, else its short name."""
    names, prefixes = release.compiled.names, release.compiled.prefixes
    label = names.labels.get(iri, "")
    if label and len(label) <= _LONGEST_LABEL and label == " ".join(label.split()) and expand(label, prefixes) is None:
        meant = names.aliases.get(label.lower(), ())
        if [each for each in meant if parameter.of_class in (None, *names.types.get(each, ()))] == [iri]:
            return label
    return compact(iri, prefixes)


def _canonical(query: CannedQuery, parameter: Parameter, value: str, release: Release) -> str:
    """Return a value in the form in which it is meant without doubt.

    Raises:
        UsageError: it is none that the parameter can have.
    """
    term = to_term(query, parameter, value, release.resolve)
    return compact(term.value, release.compiled.prefixes) if isinstance(term, NamedNode) else term.value


def _message(error: KbError, query: CannedQuery, parameter: Parameter) -> str:
    """Return what is wrong, without the place, which the page shows, and without a remedy for the command line."""
    if isinstance(error, UnknownNameError):
        return f"no {error.kind} is called {_quoted(error.name)}"
    text = str(error)
    for place in (f"{query.name}: parameter '{parameter.name}': ", f"{query.name}: "):
        text = text.removeprefix(place)
    return text


def _quoted(text: str) -> str:
    return f"“{text if len(text) <= _LONGEST_QUOTED else text[:_LONGEST_QUOTED] + '…'}”"


def _nearest(error: KbError, parameter: Parameter, value: str, release: Release) -> list[str]:
    """Return what somebody may have meant: the names most like it, or the things that all have it."""
    if isinstance(error, UnknownNameError):
        return error.nearest[:_NEAREST]
    names, prefixes = release.compiled.names, release.compiled.prefixes
    if parameter.type != "iri":
        return []
    meant = names.aliases.get(" ".join(value.lower().split()), ())
    fitting = [iri for iri in meant if parameter.of_class in (None, *names.types.get(iri, ()))]
    return [compact(iri, prefixes) for iri in fitting]


def _address(path: str, given: Values, parameter: Parameter, wrong: str, right: str) -> str:
    """Return the address of a question with another value in the place of one."""
    values = {name: list(texts) for name, texts in given.items()}
    values[parameter.name] = [right if each == wrong else each for each in values[parameter.name]]
    return f"{path}?{urlencode(values, doseq=True)}"
