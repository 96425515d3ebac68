"""Why a statement is in the graph, or what is wanting for it."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store

from kb.place import Places
from kb.proof_checker.notation import Statement, write_term
from kb.reasoning.axioms import compile_axioms
from kb.reasoning.horn import Fact
from kb.reasoning.nearest import nearest
from kb.reasoning.proof import Missing, Proof
from kb.reasoning.prover import MOST_PROOFS, Prover
from kb.reasoning.ways import graph_text, text_of


class Explanation(NamedTuple):
    """The proofs of a statement; where there are none, what comes nearest."""

    statement: Statement
    """Its terms as text: `<iri>`, or a literal as `"value"` with `@language` or `^^<datatype>`."""
    proofs: tuple[Proof, ...]
    """The shortest first; at most as many as were asked for."""
    missing: Missing | None
    """What is wanting for the rule that comes nearest; None beside proofs, or when nothing comes near."""

    def to_json(self) -> dict[str, object]:
        """Return why the statement does not follow, as plain data for JSON."""
        missing = self.missing
        nearest_rule = {"rule": missing.rule, "wanting": list(missing.wanting)} if missing else None
        return {"statement": [write_term(term) for term in self.statement], "follows": False, "nearest": nearest_rule}


class Explainer:
    """Explains the statements of one graph."""

    def __init__(
        self,
        quads: Iterable[Quad],
        rules: Mapping[str, str],
        root: str,
        prefixes: Mapping[str, str],
        default: str | None = None,
    ) -> None:
        """Read the whole graph, derived statements included; `rules` is {name: text of the rule}.

        `default` is the path of an N-Triples file with the same statements, which loads quicker.
        """
        self.quads, self._default = list(quads), default
        stated = (quad for quad in self.quads if graph_text(quad).endswith(".ttl>"))
        axioms = compile_axioms((_fact(quad) for quad in stated), prefixes)
        texts = [(text_of(_fact(quad)), graph_text(quad)) for quad in self.quads]
        places = Places(root, dict(prefixes))

        def place(graph: str, subject: str) -> str:
            return places.of(NamedNode(graph[1:-1]), subject[1:-1] if subject[0] == "<" else subject)

        self.prover = Prover(texts, axioms, rules, self._store, place)

    def explain(self, statement: Statement, limit: int = MOST_PROOFS) -> Explanation:
        """Return up to `limit` proofs of a statement, or what is wanting for one."""
        proofs = self.prover.proofs(statement, limit)
        return Explanation(statement, tuple(proofs), None if proofs else nearest(self.prover, statement))

    def _store(self) -> Store:
        store = Store()
        if self._default:
            store.load(path=self._default, format=RdfFormat.N_TRIPLES)
            return store
        store.bulk_extend(Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()) for quad in self.quads)
        return store


def _fact(quad: Quad) -> Fact:
    return quad.subject, quad.predicate, quad.object
