"""Canned queries described in JSON: what they ask, what they take, what they give, and where the rest is."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode
from weakref import WeakKeyDictionary

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kb.catalog import CannedQuery, Parameter
from kb.compilation import Compiled
from kb.prefixes import compact

CHECKS = "checks"
"""The topic of the queries that must find nothing."""
MOST_LISTED = 30
"""The members of a class are listed with a parameter when there are no more than these."""
_MEMBERS: "WeakKeyDictionary[Compiled, dict[str, list[str]]]" = WeakKeyDictionary()
_FIRST = "http://www.w3.org/1999/02/22-rdf-syntax-ns#first"


def topic_of(query: CannedQuery) -> str:
    """Return the topic of a query: its name up to the slash."""
    return query.name.partition("/")[0]


def described_briefly(query: CannedQuery, compiled: Compiled, url: str) -> dict[str, Any]:
    """Return what the list of queries says of one; `url` is that of the list."""
    return {
        "name": query.name,
        "topic": topic_of(query),
        "check": topic_of(query) == CHECKS,
        "summary": query.summary,
        "tags": list(query.tags),
        "parameters": [_parameter(query, parameter, compiled) for parameter in query.parameters],
        "columns": [column.described() for column in query.columns],
        "links": links(query, url),
    }


def described(
    query: CannedQuery, compiled: Compiled, url: str, bound: str, values: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Return all there is to say of a query; `bound` is its text as it runs with the `values` that were given."""
    brief = described_briefly(query, compiled, url)
    for entry, parameter in zip(brief["parameters"], query.parameters, strict=True):
        members = members_of(parameter, compiled)
        if members:
            entry["members"] = members
    return {
        **brief,
        "description": query.description,
        "links": {**links(query, url, values), "list": url},
        "text": query.text,
        "sparql": bound,
    }


def links(query: CannedQuery, url: str, values: Mapping[str, Sequence[str]] | None = None) -> dict[str, str]:
    """Return where the documentation, the SPARQL and the results of a query are, with the same `values`."""
    own = f"{url}/{quote(query.name)}"
    given = urlencode(values or {}, doseq=True)
    return {
        "self": own + (f"?{given}" if given else ""),
        "results": f"{own}/results" + (f"?{given}" if given else ""),
        "sparql": f"{own}?{given}&format=rq" if given else f"{own}?format=rq",
    }


def defaults_of(query: CannedQuery, parameter: Parameter, prefixes: Mapping[str, str]) -> list[str]:
    """Return the example of a parameter as values that a client could give: short names, and texts of literals.

    There are none where leaving the parameter out means anything.
    """
    if not parameter.required:
        return []
    example = query.text[parameter.line.open_at + 1 : parameter.line.close_at]
    declared = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in prefixes.items())
    # what stands in VALUES is a list of terms in Turtle, too: a collection keeps their order and their number
    triples = parse(f"{declared}<urn:s> <urn:p> ( {example} ) .", format=RdfFormat.TURTLE)
    terms = [quad.object for quad in triples if quad.predicate.value == _FIRST]
    return [
        compact(term.value, prefixes) if isinstance(term, NamedNode) else term.value
        for term in terms
        if isinstance(term, (NamedNode, Literal))
    ]


def members_of(parameter: Parameter, compiled: Compiled) -> list[dict[str, str]]:
    """Return the short names and labels of what a parameter may be, where its class has few members."""
    names, prefixes = compiled.names, compiled.prefixes
    found = few_members(parameter, compiled, MOST_LISTED)
    return [{"name": compact(iri, prefixes), "label": names.label(iri, prefixes)} for iri in found]


def few_members(parameter: Parameter, compiled: Compiled, most: int) -> list[str]:
    """Return the IRIs of what a parameter may be; none where its class has more than `most`, or it has no class."""
    found = _members(compiled).get(parameter.of_class or "", [])
    return found if len(found) <= most else []


def _members(compiled: Compiled) -> dict[str, list[str]]:
    """Return the members of each class, gathered once for an opened graph."""
    if compiled not in _MEMBERS:
        members: dict[str, list[str]] = {}
        for iri, classes in compiled.names.types.items():
            for kind in classes:
                members.setdefault(kind, []).append(iri)
        _MEMBERS[compiled] = members
    return _MEMBERS[compiled]


def _parameter(query: CannedQuery, parameter: Parameter, compiled: Compiled) -> dict[str, Any]:
    prefixes = compiled.prefixes
    entry: dict[str, Any] = {
        "name": parameter.name,
        "type": parameter.type,
        "help": parameter.help,
        "required": parameter.required,
        "default": defaults_of(query, parameter, prefixes),
    }
    if parameter.of_class:
        entry["class"] = compact(parameter.of_class, prefixes)
        entry["classLabel"] = compiled.names.label(parameter.of_class, prefixes)
    return entry
