"""Rendered pages of one release, kept while they are asked for again."""

from collections import OrderedDict
from typing import NamedTuple

from pyoxigraph import NamedNode

from kb.results import Rows
from kb.views import View, collect_views, entities_text
from kb.web.release import Release
from kb.web.service import Service
from kb.web.things.content import WIDER_CLASSES, Classes

MOST_BYTES = 16 * 2**20


class Background(NamedTuple):
    """What the pages of one release are made with, beside the answers on their own thing."""

    classes: Classes
    views: list[tuple[View, frozenset[str]]]
    """The sound views, each with the IRIs of which it has something to say; `kb validate` names the others."""

    def views_on(self, iri: str) -> list[View]:
        """Return the views that have something to say of a thing."""
        return [view for view, known in self.views if iri in known]


class PageCache:
    """The pages of the newest release that was asked for, up to `MOST_BYTES` of them, and their background."""

    def __init__(self) -> None:
        self._release: Release | None = None
        self._background: Background | None = None
        self._pages: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._bytes = 0

    def get(self, release: Release, key: tuple[str, str]) -> bytes | None:
        """Return a page of that release, or None."""
        if release is not self._release or key not in self._pages:
            return None
        self._pages.move_to_end(key)
        return self._pages[key]

    def put(self, release: Release, key: tuple[str, str], page: bytes) -> None:
        """Keep a page, and let go of those that were not asked for the longest where there is no room."""
        self._turn_to(release)
        self._bytes += len(page) - len(self._pages.pop(key, b""))
        self._pages[key] = page
        while self._bytes > MOST_BYTES:
            self._bytes -= len(self._pages.popitem(last=False)[1])

    async def background(self, service: Service, release: Release) -> Background:
        """Return what all pages of a release share, read when it is first asked for."""
        self._turn_to(release)
        if self._background is None:
            rows = await service.result(release.prepare(WIDER_CLASSES))
            assert isinstance(rows, Rows)  # a SELECT
            views = collect_views(release.compiled.root, release.compiled.prefixes)[0]
            found = Background(Classes(rows), [(view, await _known_to(service, release, view)) for view in views])
            if release is not self._release:
                return found  # another release came meanwhile
            self._background = found
        return self._background

    def _turn_to(self, release: Release) -> None:
        if release is not self._release:
            self._release, self._background, self._bytes = release, None, 0
            self._pages.clear()


async def _known_to(service: Service, release: Release, view: View) -> frozenset[str]:
    """Return the IRIs of which a view has something to say."""
    rows = await service.result(release.prepare(entities_text(view.text)))
    assert isinstance(rows, Rows)  # a SELECT
    return frozenset(row[0].value for row in rows if isinstance(row[0], NamedNode))
