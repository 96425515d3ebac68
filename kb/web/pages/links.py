"""Where the IRIs of the graph lead: things, terms and graphs to their place in this service, others out of it."""

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from pyoxigraph import NamedNode

from kb.errors import nearest_names
from kb.prefixes import compact
from kb.terms import Term
from kb.web.answers.problems import HttpProblem

if TYPE_CHECKING:
    from kb.names import Names
    from kb.web.release import Release
    from kb.web.service import Service

_LONGEST_GUESS = 100
"""Characters of a name for which near ones are looked for."""
_LENGTHS_APART = 4


class Link(NamedTuple):
    """An IRI as a page shows it."""

    iri: str
    label: str
    short: str
    """Its short form, `prefix:local`, or the IRI in angle brackets."""
    href: str | None
    """Where it leads; None where a browser has nothing to open, or should not."""
    is_outside: bool


class Links:
    """The links of one release; `root` is the path below which the service is reached, without trailing slash."""

    def __init__(self, release: "Release", root: str = "") -> None:
        self.root = root
        self._names, self._prefixes = release.compiled.names, release.compiled.prefixes
        self._things, self._ontology = release.base + "id/", release.base + "ontology"
        self._graphs = release.compiled.prefixes["doc"]

    def of(self, iri: str) -> Link:
        """Return the link of an IRI, under its label or else its short form."""
        href = self.path_of(iri)
        is_outside = href is None and scheme_of(iri) in ("http", "https")
        short = compact(iri, self._prefixes)
        label = self._names.labels.get(iri) or short
        return Link(iri, label, short, iri if is_outside else href, is_outside)

    def path_of(self, iri: str) -> str | None:
        """Return the path of an IRI within this service, or None."""
        if iri.startswith(self._things):
            return self.page(iri[len(self._things) :]) if is_known(iri, self._names) else None
        if iri.startswith(self._ontology + "#"):
            return f"{self.root}/ontology.html#{quote(iri[len(self._ontology) + 1 :], safe='')}"
        if iri == self._ontology:
            return f"{self.root}/ontology"
        if iri.startswith(self._graphs):
            return f"{self.root}/graph/{quote(iri[len(self._graphs) :])}"
        return None

    def page(self, name: str) -> str:
        """Return the path of the page of the thing with that short name."""
        return f"{self.root}/page/{quote(name, safe='')}"

    def why(self, subject: str, predicate: str, value: Term) -> str:
        """Return the path at which a statement is proved."""
        parts = [self._named(subject), self._named(predicate)]
        parts.append(self._named(value.value) if isinstance(value, NamedNode) else str(value))
        return f"{self.root}/why?{urlencode(dict(zip(('subject', 'predicate', 'object'), parts, strict=True)))}"

    def _named(self, iri: str) -> str:
        return compact(iri, self._prefixes).strip("<>")

    def data(self, name: str, ending: str) -> str:
        """Return the path of the data of the thing with that short name."""
        return f"{self.root}/data/{quote(name, safe='')}.{ending}"


def scheme_of(iri: str) -> str:
    """Return the scheme of an IRI in small letters, or nothing where it cannot be told."""
    try:
        return urlsplit(iri).scheme.lower()
    except ValueError:
        return ""


def is_known(iri: str, names: "Names") -> bool:
    """Return whether the graph says anything of an IRI by way of class or label."""
    return iri in names.types or iri in names.labels


def root_of(service: "Service") -> str:
    """Return the path below which clients reach the service; nothing that a client sends is in it."""
    public = service.settings.public_url
    return (urlsplit(public).path if public else service.settings.root_path).rstrip("/")


def thing_of(release: "Release", name: str) -> str:
    """Return the IRI of the thing with that short name.

    Raises:
        HttpProblem: 404, there is none; its member `nearest` has the short names that look most like it.
    """
    iri = f"{release.base}id/{name}"
    if is_known(iri, release.compiled.names):
        return iri
    nearest = _nearest(release, name)
    hint = f"; did you mean {' or '.join(nearest)}?" if nearest else "; look it up with /suggest?q="
    raise HttpProblem(404, f"nothing is called {name!r}{hint}", {"Vary": "Accept"}, nearest=nearest)


def _nearest(release: "Release", name: str) -> list[str]:
    """Return the short names most like `name`, of those that begin or end like it: to compare with all takes time."""
    space = release.base + "id/"
    names = release.compiled.names
    if len(name) > _LONGEST_GUESS:
        return []
    folded = " ".join(name.lower().replace("_", " ").split())
    by_alias = [iri[len(space) :] for iri in names.aliases.get(folded, ()) if iri.startswith(space)]
    local = (iri[len(space) :] for iri in names.types if iri.startswith(space))
    alike = (
        other
        for other in local
        if abs(len(other) - len(name)) <= _LENGTHS_APART
        and (other[:1].lower() == name[:1].lower() or other[-3:] == name[-3:])
    )
    return (by_alias or nearest_names(name, alike))[:3]
