"""Finds canned queries and the values of their parameters, for the API and the pages alike."""

import asyncio
from collections.abc import Collection, Mapping, Sequence

from kb.catalog import CannedQuery
from kb.errors import ParameterError, UnknownNameError, nearest_names
from kb.prefixes import expand
from kb.prepared_query import PreparedQuery
from kb.web.answers.problems import HttpProblem
from kb.web.catalogue.description import topic_of
from kb.web.catalogue.parameters import Pairs, bounded_text, one_value
from kb.web.release import Release

LONGEST_SEARCH = 200
"""Characters of the words that are looked for in the list."""
SEARCHING = asyncio.Lock()
"""Held while the names nearest to an unknown one are looked for, which takes a thread some 50 ms."""
_LONGEST_NAME = 100


def find_query(release: Release, name: str) -> CannedQuery:
    """Return the canned query of that name.

    Raises:
        HttpProblem: 404, there is none; its member `nearest` has the names that look like it.
    """
    queries = release.compiled.queries
    if name not in queries:
        error = UnknownNameError("canned query", name[:_LONGEST_NAME], queries, "(/queries lists them)")
        raise HttpProblem(404, str(error), nearest=error.nearest)
    return queries[name]


def chosen_queries(queries: Sequence[CannedQuery], pairs: Pairs) -> list[CannedQuery]:
    """Return the queries of a topic, with a tag, with all the words that were asked for."""
    topic = _known(pairs, "topic", {topic_of(query) for query in queries})
    tag = _known(pairs, "tag", {tag for query in queries for tag in query.tags})
    words = (bounded_text(pairs, "q", LONGEST_SEARCH) or "").lower().split()
    return [
        query
        for query in queries
        if topic in (None, topic_of(query))
        and (tag is None or tag in query.tags)
        and all(word in _said_of(query) for word in words)
    ]


async def bind_values(release: Release, query: CannedQuery, values: Mapping[str, Sequence[str]]) -> PreparedQuery:
    """Return a canned query with values bound; where a name is not known, without holding up other requests."""
    kinds = {parameter.name: parameter.type for parameter in query.parameters}
    names = (value for name, texts in values.items() if kinds[name] == "iri" for value in texts)
    if all(is_known(release, name) for name in names):
        return release.bind(query.name, values)
    async with SEARCHING:
        return await asyncio.to_thread(release.bind, query.name, values)


def is_known(release: Release, name: str) -> bool:
    """Whether anything has that name, of whichever class."""
    names = release.compiled.names
    bare = name.strip().removeprefix("<").removesuffix(">")
    as_alias = " ".join(bare.lower().split())
    return bare in names.types or expand(bare, release.compiled.prefixes) in names.types or as_alias in names.aliases


def _known(pairs: Pairs, name: str, choices: Collection[str]) -> str | None:
    """Return a value that is one of `choices`, or None where it is not given.

    Raises:
        ParameterError: it is none of them; the nearest are suggested, or all.
    """
    text = one_value(pairs, name)
    if text is not None and text not in choices:
        near = nearest_names(text[:_LONGEST_NAME], sorted(choices))
        remedy = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(sorted(choices))}"
        raise ParameterError(f"{name}: no query has {text[:_LONGEST_NAME]!r}; {remedy}")
    return text


def _said_of(query: CannedQuery) -> str:
    return f"{query.name} {query.summary} {query.description} {' '.join(query.tags)}".lower()
