"""The page of the ontology: its classes as a tree, its properties, how much each is used, and a picture of both."""

import asyncio
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kb.web.answers.negotiation import GRAPH_FORMATS, Format
from kb.web.pages.links import Link, Links, root_of
from kb.web.pages.ontology_terms import OWL, PROPERTIES, RDFS, Ontology, OntologyTerm, ontology_of
from kb.web.pages.rendering import alternate_links, ending_of, page_response, render
from kb.web.pages.schema_picture import Box, draw, schema_boxes
from kb.web.release import Release
from kb.web.service import Service, service_of
from kb.web.things.page import as_page

SVG = Format("svg", "image/svg+xml")
_INVERSE = f"{OWL}inverseOf"
_RELATIONS = {
    f"{RDFS}domain": "said of",
    f"{RDFS}range": "leads to",
    f"{RDFS}subPropertyOf": "narrower than",
    _INVERSE: "inverse of",
}
_DESCRIPTION = (
    "Each box is a kind of thing, with how many there are, and the properties that lead from it to others, "
    "with how many statements there are. A round arrow marks what leads to things of the same kind."
)


class ShownTerm(NamedTuple):
    """A class or a property as the page shows it."""

    link: Link
    anchor: str
    """Its `id` on the page: the local name of a term of this ontology, the short form of a borrowed one."""
    definitions: list[str]
    relations: list[tuple[str, list[Link]]]
    times: int
    """Instances of a class, or statements with a property."""
    examples: str | None
    """Where its instances are listed."""
    uses: list[tuple[Link, int]]
    """The properties of its instances, with how many statements there are."""
    narrower: list["ShownTerm"]
    """Of a class: those that are a kind of it, and not shown above."""


_PAGES: "WeakKeyDictionary[Release, dict[str, bytes]]" = WeakKeyDictionary()


def routes() -> list[BaseRoute]:
    """Return the routes of this module."""
    return [Route("/ontology.html", as_page(_page)), Route("/ontology/picture.svg", _picture)]


async def _page(request: Request) -> Response:
    """Answer with the classes and properties: what they mean, and how much they are used."""
    service = service_of(request)
    release, root = service.release, root_of(service)
    paths = {one.media_type: f"{root}/ontology.{ending_of(one)}" for one in GRAPH_FORMATS}
    kept = _PAGES.setdefault(release, {})
    if root not in kept:
        ontology = await ontology_of(service, release)
        kept[root] = await asyncio.to_thread(_rendered, service, release, ontology)  # it takes a tenth of a second
    return page_response(request, kept[root], headers={"Link": alternate_links(paths)})


async def _picture(request: Request) -> Response:
    """Answer with the picture as a file."""
    service = service_of(request)
    release = service.release
    boxes = schema_boxes(await ontology_of(service, release), Links(release, root_of(service)))
    return page_response(request, _drawn(boxes, standalone=True).encode(), format=SVG)


def _rendered(service: Service, release: Release, ontology: Ontology) -> bytes:
    links = Links(release, root_of(service))
    boxes = schema_boxes(ontology, links)
    return render(
        "ontology.html",
        service,
        release,
        here="/ontology.html",
        link=links.of(release.base + "ontology"),
        formats=[(one, f"{links.root}/ontology.{ending_of(one)}") for one in GRAPH_FORMATS],
        classes=_tree(ontology, ontology.roots, links, set()),
        class_count=len(ontology.narrower),
        properties=[(heading, _properties(ontology, kind, links)) for kind, heading in PROPERTIES.items()],
        picture=Markup(_drawn(boxes)),  # escaped where it is drawn
        leads=[(links.of(box.iri), box.instances, _rows(box, links)) for box in boxes],
    )


def _drawn(boxes: list[Box], standalone: bool = False) -> str:
    return draw(boxes, "Kinds of thing, and what leads from one to another", _DESCRIPTION, standalone)


def _rows(box: Box, links: Links) -> list[tuple[Link, int, list[Link]]]:
    return [(links.of(leads.iri), leads.statements, list(map(links.of, leads.targets))) for leads in box.properties]


def _tree(ontology: Ontology, classes: Iterable[str], links: Links, seen: set[str]) -> list[ShownTerm]:
    """Return some classes with those below them, each where it is first met."""
    found = []
    for iri in classes:
        if iri in seen:
            continue
        seen.add(iri)
        wider = [links.of(wide) for wide in ontology.wider[iri]]
        relations = [("kind of", wider)] if wider else []
        below = _tree(ontology, ontology.narrower[iri], links, seen)
        query = urlencode({"class": links.of(iri).short})
        examples = f"{links.root}/search?{query}" if ontology.counts.instances.get(iri) else None
        uses = _uses(ontology, iri, links) if iri in ontology.kinds else []
        count = ontology.counts.instances.get(iri, 0)
        found.append(_shown(ontology, ontology.terms[iri], links, relations, count, examples, uses, below))
    return found


def _uses(ontology: Ontology, kind: str, links: Links) -> list[tuple[Link, int]]:
    """Return the properties of this ontology that the instances of a class have, that with most statements first."""
    counted = ontology.counts.of_class.get(kind, {}).items()
    own = [(iri, number) for iri, number in counted if iri.startswith(ontology.base)]
    return [(links.of(iri), number) for iri, number in sorted(own, key=lambda use: (-use[1], use[0]))]


def _properties(ontology: Ontology, kind: str, links: Links) -> list[ShownTerm]:
    found = []
    for term in ontology.properties(kind):
        inverse = [other.iri for other in ontology.terms.values() if term.iri in other.named(_INVERSE)]
        named = {predicate: term.named(predicate) for predicate in _RELATIONS}
        named[_INVERSE] = sorted({*named[_INVERSE], *inverse})
        relations = [(word, list(map(links.of, named[predicate]))) for predicate, word in _RELATIONS.items()]
        count = ontology.counts.statements.get(term.iri, 0)
        found.append(_shown(ontology, term, links, [each for each in relations if each[1]], count, None, [], []))
    return found


def _shown(
    ontology: Ontology,
    term: OntologyTerm,
    links: Links,
    relations: list[tuple[str, list[Link]]],
    count: int,
    examples: str | None,
    uses: list[tuple[Link, int]],
    narrower: list[ShownTerm],
) -> ShownTerm:
    link = links.of(term.iri)
    anchor = term.iri[len(ontology.base) :] if term.iri.startswith(ontology.base) else link.short
    return ShownTerm(link, anchor, term.definitions, relations, count, examples, uses, narrower)
