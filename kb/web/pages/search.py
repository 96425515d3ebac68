"""`/search`: things by what they are called, by kind and the best first; and all things of a class."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kb.errors import KbError, UnknownNameError
from kb.prefixes import compact
from kb.web.catalogue.parameters import bounded_text, one_value, pairs_of, refuse_unknown, whole_number
from kb.web.catalogue.suggestion_index import Suggestion, fold, index_of
from kb.web.pages.links import Link, Links, root_of
from kb.web.pages.ontology_terms import CLASS, PROPERTIES, Ontology, ontology_of
from kb.web.pages.rendering import page_response, render
from kb.web.release import Release
from kb.web.service import service_of
from kb.web.things.page import as_page

LONGEST = 200
"""Characters of what may be looked for."""
MOST = 5_000
"""Things that are counted; of more, it is said that there are at least so many."""
PER_GROUP = 8
"""Things that are shown of each kind."""
PER_PAGE = 50
"""Things on a page where all are of one kind."""
_LONGEST_GUESS = 60
_MOST_QUESTIONS = 6
_NEAREST = asyncio.Lock()
"""Held while the names nearest to what was not found are looked for, which takes a thread some 50 ms."""


class Hit(NamedTuple):
    """A thing that was found."""

    link: Link
    classes: list[str]
    """Labels of the closest of its classes."""
    matched: str | None
    """The name that fits, where it is not the label."""


class Group(NamedTuple):
    """The things of one kind that were found: the best, and how many there are."""

    heading: str
    hits: list[Hit]
    total: int
    href: str
    """Where all of them are."""


class Slice(NamedTuple):
    """Which of the things are on this page, and where the others are."""

    first: int
    last: int
    total: int
    before: str | None
    after: str | None


def routes() -> list[BaseRoute]:
    """Return the routes of this module."""
    return [Route("/search", as_page(_search))]


async def _search(request: Request) -> Response:
    """Answer with the things that a person looks for."""
    service, pairs = service_of(request), pairs_of(request)
    release = service.release
    refuse_unknown(pairs, ("q", "class", "page"), "/search")
    sought, kind = bounded_text(pairs, "q", LONGEST) or "", one_value(pairs, "class")
    of_class = release.resolve(kind, CLASS) if kind else None
    number = whole_number(pairs, "page", 1, MOST) or 1
    ontology = await ontology_of(service, release)
    finder = _Finder(release, ontology, Links(release, root_of(service)))
    found = finder.found(sought, of_class)
    page = render(
        "search.html",
        service,
        release,
        sought=sought,
        of_class=finder.links.of(of_class) if of_class else None,
        count=len(found),
        is_more=len(found) >= MOST,
        groups=[] if of_class else finder.groups(found, sought),
        hits=[finder.hit(each) for each in found[(number - 1) * PER_PAGE : number * PER_PAGE]] if of_class else [],
        slice=finder.slice(len(found), number, sought, of_class) if of_class else None,
        questions=_questions(release, sought),
        nearest=[] if found or not sought else await _nearest(release, sought),
        kinds=[] if sought or of_class else finder.kinds(),
    )
    return page_response(request, page)


class _Finder:
    """Finds things of one release, and says of them what the page shows."""

    def __init__(self, release: Release, ontology: Ontology, links: Links) -> None:
        self.links, self._ontology, self._things = links, ontology, release.base + "id/"
        self._names, self._prefixes = release.compiled.names, release.compiled.prefixes
        self._index = index_of(release.compiled)

    def found(self, sought: str, of_class: str | None) -> list[Suggestion]:
        """Return what fits, the best first; without a text, all things of the class by label."""
        if sought:
            return [each for each in self._index.search(sought, of_class, MOST) if self._has_page(each.iri)]
        members = [iri for iri, classes in self._names.types.items() if of_class in classes and self._has_page(iri)]
        described = [Suggestion(iri, "", self._names.label(iri, self._prefixes), "", []) for iri in members]
        return sorted(described, key=lambda each: (fold(each.label), each.iri))

    def hit(self, found: Suggestion) -> Hit:
        """Return a thing as the page shows it."""
        classes = [self._names.label(kind, self._prefixes) for kind in self._closest(found.iri)]
        is_other = found.match and fold(found.match) != fold(found.label)
        return Hit(self.links.of(found.iri), classes, found.match if is_other else None)

    def groups(self, found: Sequence[Suggestion], sought: str) -> list[Group]:
        """Return the things by kind, that kind first of which the best is."""
        parts: dict[str, list[Suggestion]] = {}
        for each in found:
            parts.setdefault(self._kind(each.iri), []).append(each)
        return [
            Group(
                self._names.label(kind, self._prefixes) if kind in self._names.types else _HEADINGS.get(kind, "other"),
                [self.hit(each) for each in hits[:PER_GROUP]],
                len(hits),
                self._href(sought, kind),
            )
            for kind, hits in parts.items()
        ]

    def slice(self, count: int, number: int, sought: str, of_class: str) -> Slice:
        """Return which of `count` things are on the page of that number."""
        first, last = (number - 1) * PER_PAGE + 1, min(number * PER_PAGE, count)
        before = self._href(sought, of_class, number - 1) if number > 1 else None
        return Slice(first, last, count, before, self._href(sought, of_class, number + 1) if last < count else None)

    def kinds(self) -> list[tuple[Link, int, str]]:
        """Return the kinds of thing that there are, how many of each, and where they are listed."""
        counts = self._ontology.counts.instances
        used = sorted((kind for kind in self._ontology.kinds if counts.get(kind)), key=lambda kind: -counts[kind])
        return [(self.links.of(kind), counts[kind], self._href("", kind)) for kind in used]

    def _has_page(self, iri: str) -> bool:
        return iri.startswith(self._things) or iri in self._ontology.terms

    def _kind(self, iri: str) -> str:
        classes = self._names.types.get(iri, ())
        if iri in self._ontology.terms:
            return next((each for each in _HEADINGS if each in classes), "")
        return next((kind for each in classes for kind in self._ontology.kinds_of(each)), "")

    def _closest(self, iri: str) -> list[str]:
        """Return the classes of a thing that none of its others is narrower than, but no more than three."""
        classes = [each for each in self._names.types.get(iri, ()) if each in self._ontology.narrower]
        wide = {wider for each in classes for wider in self._ontology.wider[each]}
        return [each for each in classes if each not in wide][:3]

    def _href(self, sought: str, kind: str, page: int = 1) -> str:
        given = {"q": sought, "class": compact(kind, self._prefixes) if kind else "", "page": page if page > 1 else ""}
        return f"{self.links.root}/search?{urlencode({name: value for name, value in given.items() if value})}"


_HEADINGS = {CLASS: "class", **dict.fromkeys(PROPERTIES, "property")}


def _questions(release: Release, sought: str) -> list[tuple[str, str]]:
    """Return (name, summary) of the canned queries that speak of all the words."""
    words = sought.lower().split()
    if not words:
        return []
    found = [
        (query.name, query.summary)
        for query in release.compiled.queries.values()
        if all(word in f"{query.name} {query.summary} {query.description}".lower() for word in words)
    ]
    return found[:_MOST_QUESTIONS]


async def _nearest(release: Release, sought: str) -> list[str]:
    """Return the names that look most like a text, without holding up other requests."""
    if len(sought) > _LONGEST_GUESS:
        return []
    async with _NEAREST:
        try:
            await asyncio.to_thread(release.resolve, sought)
        except UnknownNameError as error:
            return list(error.nearest)
        except KbError:
            return []
    return []
