"""What the page of a thing shows: its statements by property, and what points at it, each with labels and links."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode

from kb.results import Rows
from kb.terms import RDF_TYPE, RDFS_LABEL, XSD, Term
from kb.web.pages.links import Link, Links

if TYPE_CHECKING:
    from kb.names import Names

STATEMENTS = """
SELECT DISTINCT ?property ?value ?graph
WHERE {
  VALUES ?entity { UNDEF }
  GRAPH ?graph { ?entity ?property ?value }
}
ORDER BY ?property ?value ?graph
"""
USES = """
SELECT ?property ?user
WHERE {
  VALUES ?entity { UNDEF }
  ?user ?property ?entity .
  FILTER (ISIRI(?user))
}
ORDER BY ?property ?user
LIMIT 2000
"""
USE_COUNTS = """
SELECT ?property (COUNT(?user) AS ?count)
WHERE {
  VALUES ?entity { UNDEF }
  ?user ?property ?entity .
  FILTER (ISIRI(?user))
}
GROUP BY ?property
"""
WIDER_CLASSES = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?class ?wider
WHERE {
  ?class rdfs:subClassOf ?wider .
  FILTER (ISIRI(?class) && ISIRI(?wider))
}
"""
SHOWN_USES = 25
"""Things that a page lists under one property by which they point at its thing; of more, it says how many."""

_SKOS, _DCTERMS = "http://www.w3.org/2004/02/skos/core#", "http://purl.org/dc/terms/"
_NOTES = (
    f"{_SKOS}definition",
    f"{_DCTERMS}description",
    f"{_SKOS}scopeNote",
    f"{_SKOS}example",
    f"{_SKOS}editorialNote",
    "http://www.w3.org/2000/01/rdf-schema#comment",
)
_NAMES = (f"{_SKOS}prefLabel", f"{_SKOS}altLabel", f"{_SKOS}hiddenLabel")
_IDENTIFIERS = (
    f"{_DCTERMS}identifier",
    *(f"{_SKOS}{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")),
    "http://www.geneontology.org/formats/oboInOwl#hasDbXref",
)


class Value(NamedTuple):
    """One value of a property, and whether a file states it or it only follows."""

    link: Link | None
    text: str
    """The text of a literal; empty beside a link."""
    language: str | None
    datatype: Link | None
    """Its type, unless it is plain text."""
    follows: bool
    why: str = ""
    """Where it is proved, if it follows."""


class Group(NamedTuple):
    """A property with its values."""

    property: Link
    values: list[Value]


class User(NamedTuple):
    """A thing that points at another, and its classes: they tell a claim that affirms from one that denies."""

    link: Link
    classes: list[Link]


class Uses(NamedTuple):
    """The things that point at a thing by one property: the first by label, and how many more there are."""

    property: Link
    users: list[User]
    more: int


class Content(NamedTuple):
    """All that the page of one thing shows of it."""

    link: Link
    classes: list[Value]
    """The narrowest ones: of those that are stated, and of all."""
    names: list[Group]
    """Its other names."""
    notes: list[Group]
    identifiers: list[Group]
    statements: list[Group]
    uses: list[Uses]

    @property
    def stated(self) -> int:
        """How many statements are shown that files make."""
        return sum(not value.follows for group in self._groups for value in group.values)

    @property
    def following(self) -> int:
        """How many are shown that follow."""
        return sum(value.follows for group in self._groups for value in group.values)

    @property
    def _groups(self) -> list[Group]:
        return [*self.identifiers, *self.statements]


class Classes:
    """The classes of the graph, and which of them are wider than which."""

    def __init__(self, rows: Rows) -> None:
        self._wider: dict[str, set[str]] = {}
        for row in rows:
            narrow, wide = row[0], row[1]
            if isinstance(narrow, NamedNode) and isinstance(wide, NamedNode) and narrow != wide:
                self._wider.setdefault(narrow.value, set()).add(wide.value)

    def narrowest(self, classes: Iterable[str]) -> list[str]:
        """Return those of some classes that are wider than none of the others, sorted."""
        found = set(classes)
        return sorted(found - {wide for each in found for wide in self._wider.get(each, ())}) or sorted(found)


def read_content(iri: str, answers: Mapping[str, Rows], classes: Classes, names: "Names", links: Links) -> Content:
    """Return what the page of `iri` shows, from the answers to `STATEMENTS`, `USES` and `USE_COUNTS`.

    Without an answer to `USES`, the page says how many things point at its thing, and lists none.
    """
    groups = _groups(iri, answers[STATEMENTS], links)
    types = {
        value.link.iri: value for value in groups.pop(RDF_TYPE.value, Group(links.of(iri), [])).values if value.link
    }
    labels = groups.get(RDFS_LABEL.value)
    if labels and len(labels.values) == 1:
        del groups[RDFS_LABEL.value]  # the title of the page says it
    others, notes, identifiers = (_taken(groups, each) for each in (_NAMES, _NOTES, _IDENTIFIERS))
    return Content(
        links.of(iri),
        _kinds(types, classes),
        others,
        notes,
        identifiers,
        sorted(groups.values(), key=lambda group: _order(group.property)),
        _uses(answers, classes, names, links),
    )


def _kinds(types: Mapping[str, Value], classes: Classes) -> list[Value]:
    """Return what a thing is: by the files, and then by what follows where that says more."""
    stated = classes.narrowest(iri for iri, value in types.items() if not value.follows)
    return [types[iri] for iri in dict.fromkeys((*stated, *classes.narrowest(types)))]


def _groups(iri: str, rows: Rows, links: Links) -> dict[str, Group]:
    """Return the values by property; one that a file states and that follows as well is stated."""
    stated: dict[tuple[str, Term], bool] = {}
    for row in rows:
        predicate, value, graph = row[0], row[1], row[2]
        if isinstance(predicate, NamedNode) and isinstance(graph, NamedNode) and value is not None:
            key = (predicate.value, value)
            stated[key] = stated.get(key, False) or graph.value.endswith(".ttl")
    groups: dict[str, Group] = {}
    for (predicate_iri, value), is_stated in stated.items():
        group = groups.setdefault(predicate_iri, Group(links.of(predicate_iri), []))
        found = _value(value, not is_stated, links)
        why = links.why(iri, predicate_iri, value) if found.follows else ""
        group.values.append(found._replace(why=why))
    for group in groups.values():
        group.values.sort(key=lambda value: (value.follows, (value.link.label if value.link else value.text).lower()))
    return groups


def _value(term: Term, follows: bool, links: Links) -> Value:
    if isinstance(term, NamedNode):
        return Value(links.of(term.value), "", None, None, follows)
    if isinstance(term, Literal):
        plain = term.language or term.datatype.value == XSD + "string"
        return Value(None, term.value, term.language, None if plain else links.of(term.datatype.value), follows)
    return Value(None, str(term), None, None, follows)


def _taken(groups: dict[str, Group], properties: Iterable[str]) -> list[Group]:
    """Return the groups of some properties, in their order, and take them out."""
    return [groups.pop(each) for each in properties if each in groups]


def _uses(answers: Mapping[str, Rows], classes: Classes, names: "Names", links: Links) -> list[Uses]:
    users: dict[str, list[Link]] = {}
    for row in answers.get(USES, ()):
        if isinstance(row[0], NamedNode) and isinstance(row[1], NamedNode):
            users.setdefault(row[0].value, []).append(links.of(row[1].value))
    found = []
    for row in answers[USE_COUNTS]:
        if not isinstance(row[0], NamedNode) or not isinstance(row[1], Literal):
            continue
        shown = sorted(users.get(row[0].value, []), key=_order)[:SHOWN_USES]
        listed = [
            User(link, [links.of(each) for each in classes.narrowest(names.types.get(link.iri, ()))]) for link in shown
        ]
        found.append(Uses(links.of(row[0].value), listed, int(row[1].value) - len(shown)))
    return sorted(found, key=lambda uses: _order(uses.property))


def _order(link: Link) -> tuple[str, str]:
    return link.label.lower(), link.iri
