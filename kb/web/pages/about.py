"""What a release says of itself on every page: its title, what it covers, its date and its licence."""

from typing import NamedTuple
from weakref import WeakKeyDictionary

from pyoxigraph import Literal, NamedNode

from kb.formatting.quantities import date_text
from kb.web.description import description_graphs
from kb.web.release import Release

_DCTERMS = "http://purl.org/dc/terms/"


class About(NamedTuple):
    """What the ontology of a graph says of the whole, as people read it."""

    title: str
    covers: str | None
    date: str | None
    """The day, month or year of the data, such as 3 May 2021; None where they do not say."""
    licence: str | None
    """The address of the licence."""


_KNOWN: WeakKeyDictionary[Release, About] = WeakKeyDictionary()


def about(release: Release) -> About:
    """Return what a release says of itself."""
    if release not in _KNOWN:
        _KNOWN[release] = _read(release)
    return _KNOWN[release]


def _read(release: Release) -> About:
    dataset = description_graphs(release.compiled.prefixes).part("dataset")
    said = {
        quad.predicate.value: quad.object
        for quad in release.description
        if isinstance(quad.subject, NamedNode) and quad.subject.value == dataset
    }

    def text(*names: str) -> str | None:
        found = (said.get(_DCTERMS + name) for name in names)
        return next((term.value for term in found if isinstance(term, Literal)), None)

    day, licence = text("modified", "issued"), said.get(_DCTERMS + "license")
    is_linked = isinstance(licence, NamedNode) and licence.value.startswith(("http://", "https://"))
    return About(
        (text("title") or "Knowledge graph").removesuffix(" ontology"),
        text("description"),
        (date_text(day) or day) if day else None,
        licence.value if isinstance(licence, NamedNode) and is_linked else None,
    )
