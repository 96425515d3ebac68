"""The shape of the shipped graph, measured: what a synthetic pharmacopoeia is drawn from."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kb.prefixes import expand

Term = NamedNode | BlankNode | Literal | Triple
Kind = tuple[frozenset[Term], int]
"""The classes of a thing, and how many steps of the hierarchy are above it."""
STANDING = ("graph_data/vocabularies", "graph_data/jurisdictions", "graph_data/agents")
SOURCES = "graph_data/sources"


class Node(NamedTuple):
    """Something that the shipped graph describes: in which file, as what, and how."""

    name: NamedNode
    file: str
    kind: Kind
    statements: tuple[tuple[NamedNode, Term], ...]


class Shape:
    """What the generator draws from, measured in the shipped graph."""

    def __init__(self, quads: Iterable[Quad], prefixes: dict[str, str]) -> None:
        """Measure."""
        self.prefixes = prefixes
        self.ontology: list[Quad] = []
        self.standing: list[Quad] = []
        described: dict[NamedNode, list[Quad]] = defaultdict(list)
        for quad in quads:
            file = quad.graph_name.value.removeprefix(prefixes["doc"])
            if not file.startswith("graph_data/"):
                self.ontology.append(quad)
            elif file.startswith(STANDING):
                self.standing.append(quad)
            else:
                described[quad.subject].append(quad)
        self.anchors = {quad.object for quad in self.ontology} & described.keys()
        """Things that an axiom of the ontology names: they keep their names."""
        types, broader = self.term("rdf:type"), self.term("bkg:subtypeOf")
        above = {n: [q.object for q in said if q.predicate == broader] for n, said in described.items()}
        self.nodes = {
            name: Node(
                name,
                said[0].graph_name.value.removeprefix(prefixes["doc"]),
                (frozenset(q.object for q in said if q.predicate == types), _depth(name, above)),
                tuple((q.predicate, q.object) for q in said),
            )
            for name, said in described.items()
        }
        self.bundles: dict[str, list[Node]] = defaultdict(list)
        self.forms: dict[Kind, list[Node]] = defaultdict(list)
        homes = self._homes()
        for node in self.nodes.values():
            if node.file.startswith(SOURCES):
                self.bundles[homes.get(node.file, node.file)].append(node)
            else:
                self.forms[node.kind].append(node)
        self.newness = self._newness()
        said = " ".join(str(term) for name, node in self.nodes.items() for _, term in [(0, name), *node.statements])
        self.words = set(re.findall("[a-z]+", said.lower()))
        """Words of the shipped graph, in texts and in names: none of them is an invention."""

    def term(self, name: str) -> NamedNode:
        """Return the term with a compact name."""
        return NamedNode(expand(name, self.prefixes) or "")

    def is_domain(self, term: Term) -> bool:
        """Return whether a term is a thing of the domain."""
        return term in self.nodes and not self.nodes[term].file.startswith(SOURCES)

    def _homes(self) -> dict[str, str]:
        """Return {file: file of the source versions that it belongs to} where these are not the same."""
        parts = [self.term(f"bkg:{name}") for name in ("statedIn", "inSourceVersion", "versionOf")]
        links = [(node.file, value) for node in self.nodes.values() for name, value in node.statements if name in parts]
        homes = {file: self.nodes[value].file for file, value in links if self.nodes[value].file != file}
        return {file: homes.get(home, home) for file, home in homes.items()}

    def _newness(self) -> dict[Kind, float]:
        """Return, for each kind, the share of mentions that are the first of their thing."""
        mentions: Counter[Kind] = Counter()
        for bundle in self.bundles.values():
            named = {value for node in bundle for _, value in node.statements if self.is_domain(value)}
            mentions.update(self.nodes[value].kind for value in named)
        for forms in self.forms.values():
            mentions.update(
                self.nodes[value].kind for form in forms for _, value in form.statements if self.is_domain(value)
            )
        return {kind: min(len(self.forms[kind]) / count, 1.0) for kind, count in mentions.items()}


def _depth(name: NamedNode, above: dict[NamedNode, list[NamedNode]]) -> int:
    return max((1 + _depth(other, above) for other in above.get(name, ())), default=0)


def local_name(term: NamedNode) -> str:
    """Return the last part of an IRI."""
    return term.value.replace("#", "/").rsplit("/", 1)[-1]
