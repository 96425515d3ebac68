"""A synthetic pharmacopoeia in the project's own model: any size, the shape of the shipped graph, invented names.

Nothing of the shape is written here. The shipped graph is measured, and drawn from:

- A source is drawn whole from the files of `graph_data/sources/` and made anew: as many claims, passages, estimates
  and judgements, with the same properties. So claims per source, estimates per claim and polarity come out right.
- A thing of the domain that it names is one of the same class and the same depth below the top of its hierarchy:
  one that is there already, or, as often as in the shipped graph, a new one, formed like one that is shipped.
- Names, labels, identifiers and digests are invented, figures drawn anew; controlled values and jurisdictions stay.

The last source is cut off at the claim that fills the size, and its control totals count what is there. The same
seed and graph give the same statements. `python benchmarks/pharmacopoeia.py 10000 > ten-thousand.nq` writes them.
"""

import argparse
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from graph_shape import SOURCES, Kind, Node, Shape, Term, local_name
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from kb.dataset import graph_of, read_dataset
from kb.paths import data_root
from kb.prefixes import read_prefixes

TOTALS = ("affirmedClaimCount", "negatedClaimCount", "estimateCount", "judgementCount")
SCALED = ("pointValue", "lowerBound", "upperBound", "comparatorValue")
COUNTED = ("sampleSize", "eventCount", "comparatorSampleSize", "comparatorEventCount")
KEPT = ("unit", "durationUnit", "language")
"""Properties whose strings are codes, not words."""
SYLLABLES = [a + b + c for a in "bdfgjklmnprstvwxz" for b in "aeiou" for c in ("", "", "", "k", "l", "n", "x")]
NESTED = 12
"""So many things made for the sake of one another at most."""


class Pharmacopoeia:
    """Statements drawn from a shape."""

    def __init__(self, shape: Shape, size: int, seed: int = 1) -> None:
        """Set up; `size` is the number of statements beside the ontology and the controlled values."""
        self.shape, self.size, self.count = shape, size, 0
        self.random = random.Random(seed)
        self._words = set(shape.words)
        filling = [first + second for first in SYLLABLES[::7] for second in SYLLABLES[::11]]
        self._filling = [word for word in filling if word not in shape.words]
        self._made: set[NamedNode] = set()
        self._pools: dict[Kind, list[NamedNode]] = defaultdict(list)
        self._clones: dict[NamedNode, list[NamedNode]] = defaultdict(list)
        self._claims: list[NamedNode] = []
        self._buffer: dict[Quad, None] = {}
        self._graphs: dict[str, NamedNode] = {}
        self._number = 0

    def quads(self) -> Iterator[Quad]:
        """Yield the statements, each in the graph of the file that it would stand in."""
        bundles = list(self.shape.bundles.values())
        while self.count < self.size:
            _Source(self, self.random.choice(bundles)).write()
            yield from self._buffer
            self._buffer = {}

    def add(self, subject: NamedNode, predicate: NamedNode, value: Term, file: str) -> None:
        """Add a statement."""
        if file not in self._graphs:
            self._graphs[file] = NamedNode(graph_of(file, self.shape.prefixes))
        quad = Quad(subject, predicate, value, self._graphs[file])
        self.count += quad not in self._buffer
        self._buffer[quad] = None

    def word(self) -> str:
        """Return a word that was not there before."""
        word = "".join(self.random.choices(SYLLABLES, k=3))
        while word in self._words:
            word += self.random.choice(SYLLABLES)
        self._words.add(word)
        return word

    def thing(self, like: NamedNode, taken: set[NamedNode], nested: int = 0) -> NamedNode | None:
        """Return a thing of the kind of a shipped one, none of those that are taken; None where it would not end."""
        kind = self.shape.nodes[like].kind
        pool = self._pools[kind]
        if pool and (nested > NESTED or self.random.random() >= self.shape.newness[kind]):
            for drawn in self.random.choices(pool, k=4):
                if drawn not in taken:
                    return drawn
        return self._new(kind, nested) if nested <= NESTED else None

    def _new(self, kind: Kind, nested: int) -> NamedNode:
        forms, word = self.shape.forms[kind], self.word()
        anchor = next((form for form in forms if form.name in self.shape.anchors and form.name not in self._made), None)
        form = anchor or self.random.choice(forms)
        name = anchor.name if anchor else self.shape.term(f"bk:{word}")
        self._made.add(name)
        file = form.file.rsplit("/", 1)[0] + "/invented.ttl"
        taken: set[NamedNode] = set()
        for predicate, value in form.statements:
            other: Term | None = value
            if self.shape.is_domain(value):
                other = self.thing(value, taken, nested + 1)
                taken |= {other} if other else set()
            if other is not None:
                self.add(name, predicate, self.plain(predicate, other, word), file)
        self._pools[kind].append(name)  # only now, so that nothing is below itself
        return name

    def claim_like(self, claim: NamedNode, taken: set[NamedNode]) -> NamedNode | None:
        """Return a claim of an earlier source, made after the given one where there is such."""
        drawn = [self.random.choice(pool) for pool in (self._clones[claim], self._claims) if pool]
        return next((other for other in drawn if other not in taken), None)

    def like(self, name: NamedNode) -> NamedNode | None:
        """Return something that an earlier source has in the place of a shipped name."""
        return self.random.choice(self._clones[name]) if self._clones[name] else None

    def keep(self, made: dict[NamedNode, NamedNode], claims: Iterable[NamedNode]) -> None:
        """Let later sources speak of what a source has."""
        for shipped, name in made.items():
            self._clones[shipped].append(name)
        self._claims += claims

    def plain(self, predicate: NamedNode, value: Term, word: str, factor: Decimal = Decimal(1)) -> Term:
        """Return what stands in the place of a shipped value that is no link: words invented, figures by a factor."""
        local = local_name(predicate)
        if isinstance(value, NamedNode):
            self._number += local.endswith("Match")
            return NamedNode(f"https://example.org/{self._number}") if local.endswith("Match") else value
        if not isinstance(value, Literal) or local in KEPT:
            return value
        if local == "sha256":
            return Literal(f"{self.random.getrandbits(256):064x}")
        if local in ("identifier", "hasDbXref"):
            self._number += 1
            return Literal(f"SYN:{self._number}")
        if local in SCALED:
            return Literal(f"{Decimal(value.value) * factor:f}", datatype=self.shape.term("xsd:decimal"))
        if local in COUNTED:
            number = int(value.value)
            return Literal(int(1 + (number - 1) * factor)) if number else value
        if value.language or value.datatype == self.shape.term("xsd:string"):
            words = [word, *self.random.choices(self._filling, k=value.value.count(" "))]
            text = " ".join(words) if local == "label" else " ".join(words)[: len(value.value)].strip()
            return Literal(text, language=value.language) if value.language else Literal(text)
        return value


class _Source:
    """A source that is being made after the statements of a shipped file."""

    def __init__(self, book: Pharmacopoeia, bundle: list[Node]) -> None:
        self._book, self._shape = book, book.shape
        self._nodes = {node.name: node for node in bundle}
        self._word = book.word()
        self._names = {
            node.name: self._shape.term(f"bk:{local_name(min(node.kind[0], key=str)).lower()}-{self._word}-{at}")
            for at, node in enumerate(bundle, 1)
        }
        self._file = f"{SOURCES}/{self._word}.ttl"
        self._things: dict[NamedNode, NamedNode | None] = {}
        self._done: set[NamedNode] = set()
        self._later: list[tuple[NamedNode, NamedNode, NamedNode]] = []
        self._totals: dict[Term, Counter[str]] = defaultdict(Counter)

    def write(self) -> None:
        """Add the statements of the source, up to the claim that fills the pharmacopoeia."""
        book = self._book
        judged = defaultdict(list)
        for node in self._of("Judgement"):
            judged[self._one(node, "judgingClaim")].append(node)
        versions = [*self._of("SourceVersion"), *self._of("Source")]
        ending = sum(len(node.statements) for node in versions)
        claims = []
        for root in [*self._of("Claim"), *self._of("SetAsideStatement")]:
            if claims and book.count + ending >= book.size:
                break
            self._describe(root)
            taken: set[NamedNode] = set()
            for judgement in judged[root.name]:
                self._judge(judgement, root, taken)
            claims += [root.name] if self._is(root, "Claim") else []
        else:
            for node in self._nodes.values():
                if not self._is(node, "Judgement") and node not in versions:
                    self._describe(node)
        for subject, predicate, value in self._later:
            if value in self._done:
                book.add(subject, predicate, self._names[value], self._file)
        for node in versions:
            self._describe(node)
        kept = {name: self._names[name] for name in [*claims, *(node.name for node in versions)]}
        book.keep(kept, [self._names[name] for name in claims])

    def _is(self, node: Node, name: str) -> bool:
        if name == "Claim":
            return self._is(node, "AffirmedClaim") or self._is(node, "NegatedClaim")
        return self._shape.term(f"bkg:{name}") in node.kind[0]

    def _of(self, name: str) -> list[Node]:
        return [node for node in self._nodes.values() if self._is(node, name)]

    def _one(self, node: Node, name: str) -> Term | None:
        return next((value for predicate, value in node.statements if local_name(predicate) == name), None)

    def _judge(self, node: Node, claim: Node, taken: set[NamedNode]) -> None:
        judged = self._one(node, "judgedClaim")
        other = self._book.claim_like(judged, taken) if isinstance(judged, NamedNode) else None
        if other:
            taken.add(other)
            self._describe(node, {judged: other})
            self._totals[self._one(claim, "statedIn")]["judgementCount"] += 1

    def _describe(self, node: Node, known: dict[Term | None, NamedNode] | None = None) -> None:
        """Add the statements of a node, and before them those of what it has, such as its estimates."""
        if node.name in self._done:
            return
        self._done.add(node.name)
        name, totals = self._names[node.name], self._totals[self._one(node, "statedIn")]
        factor = Decimal(self._book.random.randint(50, 100)) / 100
        totals["affirmedClaimCount"] += self._is(node, "AffirmedClaim")
        totals["negatedClaimCount"] += self._is(node, "NegatedClaim")
        for predicate, value in node.statements:
            totals["estimateCount"] += local_name(predicate) == "hasEstimate"
            other = (known or {}).get(value) or self._link(name, predicate, value)
            if local_name(predicate) in TOTALS:
                other = Literal(self._totals[node.name][local_name(predicate)])
            elif other is value:
                other = self._book.plain(predicate, value, self._word, factor)
            if other is not None:
                self._book.add(name, predicate, other, self._file)

    def _link(self, name: NamedNode, predicate: NamedNode, value: Term) -> Term | None:
        """Return what a link leads to, None where that is not there or comes later, the value itself if it is none."""
        if self._shape.is_domain(value):
            if value not in self._things:
                self._things[value] = self._book.thing(value, {thing for thing in self._things.values() if thing})
            return self._things[value]
        if value in self._nodes:
            other = self._nodes[value]
            if (self._is(other, "Claim") or self._is(other, "SetAsideStatement")) and value not in self._done:
                self._later.append((name, predicate, value))
                return None
            if self._is(other, "Passage") or self._is(other, "Estimate"):
                self._describe(other)
            return self._names[value]
        return self._book.like(value) if value in self._shape.nodes else value


def main() -> None:
    """Write a pharmacopoeia to the standard output."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("size", type=int, help="number of statements, beside the ontology and the controlled values")
    parser.add_argument("--seed", type=int, default=1, help="seed of the draw (default 1)")
    options = parser.parse_args()
    root = data_root(None)
    prefixes = read_prefixes(root)
    shape = Shape(read_dataset(root, prefixes), prefixes)
    serialize(Pharmacopoeia(shape, options.size, options.seed).quads(), sys.stdout.buffer, RdfFormat.N_QUADS)


if __name__ == "__main__":
    main()
