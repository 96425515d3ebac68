"""What follows from the statements of the files: by the axioms of the ontology, and by the rules, until nothing is new.

A round is the closure under the axioms, then every rule once, in order, each over everything before
it. Rounds go on until one brings nothing; what was derived must then still follow, so that no rule
took for absent what came only later. See docs/decisions/inference.md and docs/decisions/rules.md.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QueryTriples, Store, Triple

from kb.dataset import graph_of
from kb.engines.oxigraph import engine_error
from kb.errors import DataError, KbError
from kb.query_text import prepare
from kb.reasoning.axioms import compile_axioms
from kb.reasoning.closure import Closure
from kb.reasoning.horn import Fact, HornRule
from kb.rules import Rule

INFERRED = "inferred/owl-rl"
"""Path of the graph of what follows by the axioms, and its name among the results."""
MOST_ROUNDS = 10


class Derived(NamedTuple):
    """What follows, and what kept parts of it from following."""

    quads: dict[str, list[Quad]]
    """`INFERRED`, and the name of each rule in order: what it adds, sorted, in the graph of its path."""
    faults: list[KbError]


def derive(rules: Iterable[Rule], quads: Iterable[Quad], prefixes: Mapping[str, str]) -> dict[str, list[Quad]]:
    """Return {name: what follows from `quads` and is not among them}, as in `Derived.quads`.

    Raises:
        DataError: an axiom or a rule says what cannot be derived.
        EngineError: the engine fails over a rule.
    """
    derived = derive_what_can(rules, quads, prefixes)
    if derived.faults:
        raise derived.faults[0]
    return derived.quads


def derive_what_can(rules: Iterable[Rule], quads: Iterable[Quad], prefixes: Mapping[str, str]) -> Derived:
    """Return what follows from `quads` without the axioms, or the rules, that are at fault."""
    return _Derivation(list(rules), quads, prefixes).run()


class _Derivation:
    """All statements so far, and who gave those that no file states."""

    def __init__(self, rules: list[Rule], quads: Iterable[Quad], prefixes: Mapping[str, str]) -> None:
        self._facts = {quad.triple for quad in quads}
        self._named = [_fact_of(triple) for triple in self._facts if _has_names_only(triple)]
        self._store = Store()
        self._store.bulk_extend(_in_graph(self._facts, DefaultGraph()))
        self._rules, self._prefixes = rules, prefixes
        self._found: dict[str, list[Triple]] = {INFERRED: [], **{rule.name: [] for rule in rules}}
        self._faults: list[KbError] = []
        self._faulty: set[str] = set()

    def run(self) -> Derived:
        """Return what follows, round by round."""
        axioms = self._compile_axioms()
        for _ in range(MOST_ROUNDS):
            self._run_axioms(axioms)
            given: dict[str, set[Triple]] = {}
            growing = []
            for rule in self._rules:
                given[rule.name] = self._run_rule(rule)
                if self._add(rule.name, given[rule.name]):
                    growing.append(rule)
            if not growing:
                self._check_that_all_still_follows(given)
                break
        else:
            self._refuse_to_go_on(growing)
        graphs = {INFERRED: graph_of(INFERRED, self._prefixes)}
        graphs |= {rule.name: graph_of(rule.path, self._prefixes) for rule in self._rules}
        quads = {
            name: _in_graph(sorted(triples, key=str), NamedNode(graphs[name])) for name, triples in self._found.items()
        }
        return Derived(quads, self._faults)

    def _compile_axioms(self) -> list[HornRule]:
        try:
            return compile_axioms(map(_fact_of, self._facts), self._prefixes)
        except DataError as error:
            self._faults.append(error)
            return []

    def _run_axioms(self, axioms: list[HornRule]) -> None:
        """Add what follows by the axioms from statements between names."""
        if axioms:
            closure = Closure(axioms, self._named)
            self._add(INFERRED, [Triple(*fact) for _, fact in closure.statements()])  # type: ignore[arg-type]

    def _run_rule(self, rule: Rule) -> set[Triple]:
        """Return all that a rule gives over everything so far; nothing, and a fault, when it cannot run."""
        if rule.name in self._faulty:
            return set()
        try:
            return _construct(self._store, rule)
        except KbError as error:
            self._faults.append(error)
            self._faulty.add(rule.name)
            return set()

    def _add(self, name: str, triples: Iterable[Triple]) -> bool:
        """Add what is new of `triples`; return whether anything is."""
        new = [triple for triple in triples if triple not in self._facts]
        self._facts.update(new)
        self._named += map(_fact_of, new)
        self._store.bulk_extend(_in_graph(new, DefaultGraph()))
        self._found[name] += new
        return bool(new)

    def _check_that_all_still_follows(self, given: Mapping[str, set[Triple]]) -> None:
        """Note a fault for each rule that no longer gives, over everything, what it gave in an earlier round."""
        for rule in self._rules:
            lost = sorted(set(self._found[rule.name]) - given[rule.name], key=str)
            if lost and rule.name not in self._faulty:
                self._faults.append(
                    DataError(
                        f"{rule.path}: derives {lost[0]}, which takes for absent what is derived later; "
                        "name under 'after' the rules that it reads, and let none of them read it"
                    )
                )

    def _refuse_to_go_on(self, growing: list[Rule]) -> None:
        """Note a fault for the rules that still derive something new."""
        names = " and ".join(rule.name for rule in growing)
        self._faults.append(
            DataError(
                f"{growing[0].path}: after {MOST_ROUNDS} rounds something new still follows, by {names}; "
                "follow a path with + or * in one rule instead of letting rules feed each other"
            )
        )


def _fact_of(triple: Triple) -> Fact:
    return triple.subject, triple.predicate, triple.object


def _in_graph(triples: Iterable[Triple], graph: NamedNode | DefaultGraph) -> list[Quad]:
    return [Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples]


def _has_names_only(fact: Triple) -> bool:
    """Return whether no blank node or triple term is in a statement."""
    return isinstance(fact.subject, NamedNode) and isinstance(fact.object, NamedNode | Literal)


def _construct(store: Store, rule: Rule) -> set[Triple]:
    """Return the statements that a rule gives over `store`."""
    query = prepare(rule.text, {}, name=rule.path)
    try:
        result = store.query(query.text)
        assert isinstance(result, QueryTriples)  # a rule is a CONSTRUCT
        found = set(result)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of Oxigraph does not derive from Exception
        raise engine_error(query, error) from error
    strange = [triple for triple in found if not _has_names_only(triple)]
    if strange:
        raise DataError(
            f"{rule.path}: derives {min(strange, key=str)}, and a derived statement has IRIs and literals only; "
            "keep other nodes out with FILTER (isIRI(?x))"
        )
    return found
