"""How people name a thing: a short name, a label, an outside code or an IRI, all resolved to one IRI."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Quad

from kb.errors import ParameterError, UnknownNameError
from kb.prefixes import compact, expand
from kb.terms import RDF_TYPE, RDFS_LABEL

_RDFS_SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_NAMING = (RDFS_LABEL.value, _SKOS + "altLabel", "http://purl.org/dc/terms/identifier")


_LONGEST_SUGGESTION = 40
"""Labels of claims are sentences, which nobody meant to type."""


class Names(NamedTuple):
    """The names of everything in the graph."""

    labels: dict[str, str]
    """IRI to its English label, else its first label."""
    types: dict[str, list[str]]
    """IRI to its classes and all their superclasses."""
    aliases: dict[str, list[str]]
    """Lower-case name to the IRIs it may mean."""

    def resolve(self, name: str, prefixes: Mapping[str, str], of_class: str | None = None) -> str:
        """Return the IRI of the entity that `name` names, as a member of `of_class` if given.

        `name` is a short name (the last part of an IRI), a prefixed name, an outside code (`CHEBI:2972`), a
        label, or an IRI with or without angle brackets.

        Raises:
            UnknownNameError: nothing in the graph has that name; the nearest names are suggested.
            ParameterError: it names several things, or none that is of the class.
        """
        found = self._candidates(name.strip(), prefixes)
        wanted = [iri for iri in found if of_class is None or of_class in self.types.get(iri, ())]
        if len(wanted) == 1:
            return wanted[0]
        kind = self.label(of_class, prefixes) if of_class else "entity"
        if wanted:
            choices = ", ".join(compact(iri, prefixes) for iri in wanted)
            raise ParameterError(f"{name!r} names several things: {choices}; give one of these")
        if found:
            actual = (
                ", ".join(self.label(kind_iri, prefixes) for kind_iri in self.types.get(found[0], ())[:1]) or "untyped"
            )
            raise ParameterError(f"{name!r} is not a {kind}: {compact(found[0], prefixes)} is a {actual}")
        short = (alias for alias in self.aliases if len(alias) <= _LONGEST_SUGGESTION)
        known = [alias for alias in short if self._any_of(self.aliases[alias], of_class)]
        raise UnknownNameError(kind, name, known, "'kb query entity/list' lists the names")

    def label(self, iri: str | None, prefixes: Mapping[str, str]) -> str:
        """Return the label of an IRI, or its short form when it has none."""
        return self.labels.get(iri or "") or compact(iri or "", prefixes)

    def _any_of(self, iris: Iterable[str], of_class: str | None) -> bool:
        return of_class is None or any(of_class in self.types.get(iri, ()) for iri in iris)

    def _candidates(self, name: str, prefixes: Mapping[str, str]) -> list[str]:
        bare = name[1:-1] if name.startswith("<") and name.endswith(">") else name
        for iri in (bare, expand(bare, prefixes)):
            if iri in self.types or iri in self.labels:
                return [iri] if iri else []
        return self.aliases.get(" ".join(bare.lower().split()), [])


def collect_names(quads: Iterable[Quad], prefixes: Mapping[str, str]) -> Names:
    """Return the names in the graph, by labels, alternative labels, identifiers, exact matches and IRIs."""
    labels: dict[str, str] = {}
    direct: dict[str, list[str]] = {}
    parents: dict[str, list[str]] = {}
    aliases: dict[str, dict[str, None]] = {}
    for quad in quads:
        if not isinstance(quad.subject, NamedNode):
            continue
        iri, predicate, value = quad.subject.value, quad.predicate.value, quad.object
        if quad.predicate == RDF_TYPE and isinstance(value, NamedNode):
            direct.setdefault(iri, []).append(value.value)
        elif predicate == _RDFS_SUBCLASS and isinstance(value, NamedNode):
            parents.setdefault(iri, []).append(value.value)
        elif predicate in _NAMING and isinstance(value, Literal):
            aliases.setdefault(" ".join(value.value.lower().split()), {})[iri] = None
            if quad.predicate == RDFS_LABEL and (iri not in labels or value.language == "en"):
                labels[iri] = value.value
        elif predicate == _SKOS + "exactMatch" and isinstance(value, NamedNode):
            for name in (value.value, compact(value.value, prefixes)):
                aliases.setdefault(name.lower(), {})[iri] = None
    for iri in direct:
        local = iri[max(iri.rfind("/"), iri.rfind("#")) + 1 :]
        aliases.setdefault(local.lower(), {})[iri] = None
    types = {iri: _with_ancestors(classes, parents) for iri, classes in sorted(direct.items())}
    return Names(
        dict(sorted(labels.items())), types, {name: sorted(iris) for name, iris in sorted(aliases.items()) if name}
    )


def _with_ancestors(classes: list[str], parents: Mapping[str, list[str]]) -> list[str]:
    """Return the classes, sorted, followed by all their superclasses."""
    found = dict.fromkeys(sorted(classes))
    queue = list(found)
    while queue:
        for parent in sorted(parents.get(queue.pop(0), ())):
            if parent not in found:
                found[parent] = None
                queue.append(parent)
    return list(found)
