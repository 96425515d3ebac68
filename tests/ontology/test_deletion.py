"""What is taken away takes along exactly the conclusions that have no other proof.

The oracle joins the bodies of the rules by SPARQL: each way to draw a conclusion is written down once, over the
whole graph; after a deletion, a conclusion stays if a way that stands on what is left leads to it.
"""

import random
from collections import defaultdict
from collections.abc import Iterable

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from kb import KnowledgeBase
from kb.dataset import read_dataset
from kb.derivation import INFERRED, derive
from kb.prefixes import read_prefixes
from kb.reasoning import Closure, HornRule, Variable, compile_axioms
from kb.rules import read_rules
from tests.conftest import ROOT
from tests.rules.sentinel import give_on_oxigraph, spelled

pytestmark = pytest.mark.whole_graph
PREFIXES = read_prefixes(str(ROOT))
Way = tuple[frozenset[Triple], Triple]


def fact_of(triple: Triple) -> tuple[NamedNode, NamedNode, NamedNode | Literal]:
    return triple.subject, triple.predicate, triple.object


def has_names_only(triple: Triple) -> bool:
    return not isinstance(triple.subject, BlankNode) and isinstance(triple.object, NamedNode | Literal)


def store_of(triples: Iterable[Triple]) -> Store:
    store = Store()
    store.bulk_extend(Quad(*triple, DefaultGraph()) for triple in triples)
    return store


def ways(axioms: Iterable[HornRule], store: Store) -> list[Way]:
    """Return each (premises, conclusion) that an axiom gives over a store."""
    found = []
    for rule in axioms:
        body = " . ".join(" ".join(f"?{t}" if isinstance(t, Variable) else str(t) for t in part) for part in rule.body)
        for solution in store.query(f"SELECT * WHERE {{ {body} }}"):
            facts = [
                tuple(solution[str(term)] if isinstance(term, Variable) else term for term in part)
                for part in (*rule.body, rule.head)
            ]
            if isinstance(facts[-1][0], NamedNode) and facts[-1][0] != facts[-1][2]:
                found.append((frozenset(Triple(*fact) for fact in facts[:-1]), Triple(*facts[-1])))
    return found


def reached(all_ways: list[Way], stated: set[Triple]) -> set[Triple]:
    """Return the conclusions that ways lead to from what is stated, step by step."""
    waiting: dict[Triple, list[int]] = defaultdict(list)
    missing = []
    fresh = [*stated, *(conclusion for premises, conclusion in all_ways if not premises)]
    known = set(fresh)
    for at, (premises, _) in enumerate(all_ways):
        missing.append(len(premises))
        for premise in premises:
            waiting[premise].append(at)
    while fresh:
        for at in waiting[fresh.pop()]:
            missing[at] -= 1
            if missing[at] == 0 and all_ways[at][1] not in known:
                known.add(all_ways[at][1])
                fresh.append(all_ways[at][1])
    return known - stated


@pytest.fixture(scope="module")
def base(shipped: KnowledgeBase) -> list[Triple]:
    """What files state and rules give, sorted."""
    end = f"/{INFERRED}"
    found = {quad.triple for quad in shipped.quads() if not quad.graph_name.value.endswith(end)}
    return sorted(filter(has_names_only, found), key=str)


@pytest.fixture(scope="module")
def axioms(shipped: KnowledgeBase) -> list[HornRule]:
    return compile_axioms((fact_of(quad.triple) for quad in shipped.quads()), PREFIXES)


@pytest.fixture(scope="module")
def all_ways(shipped: KnowledgeBase, axioms: list[HornRule]) -> list[Way]:
    return ways(axioms, store_of({quad.triple for quad in shipped.quads() if has_names_only(quad.triple)}))


@pytest.mark.parametrize("count", [1, 2, 10, 50, 200, 1000])
def test_axioms_conclude_what_ways_from_what_is_left_lead_to(
    count: int, base: list[Triple], axioms: list[HornRule], all_ways: list[Way]
) -> None:
    concluded = reached(all_ways, set(base))
    premises = sorted({premise for way, _ in all_ways for premise in way} & set(base), key=str)
    gone = set(random.Random(count).sample(premises, count))
    left = [triple for triple in base if triple not in gone]

    by_closure = {Triple(*fact) for _, fact in Closure(axioms, map(fact_of, left)).statements()}
    expected = reached(all_ways, set(left))

    assert expected == by_closure
    assert concluded - expected - gone or count < 50, "every conclusion had another proof"


@pytest.mark.whole_graph
@pytest.mark.parametrize("seed", range(4))
def test_a_graph_compiled_anew_concludes_what_one_more_step_gives_and_nothing_else(
    seed: int, axioms: list[HornRule]
) -> None:
    rules = read_rules(str(ROOT), PREFIXES)
    asserted = read_dataset(str(ROOT), PREFIXES)
    data = [quad for quad in asserted if "/graph_data/" in quad.graph_name.value]
    gone = set(random.Random(seed).sample(data, 300))
    stated = {quad.triple for quad in asserted if quad not in gone}
    derived = derive(rules, [quad for quad in asserted if quad not in gone], PREFIXES)
    concluded = {quad.triple for found in derived.values() for quad in found}
    everything = stated | concluded

    step = set().union(*give_on_oxigraph(rules, everything).values())
    step |= {spelled(conclusion) for _, conclusion in ways(axioms, store_of(filter(has_names_only, everything)))}

    assert set(map(spelled, concluded)) == step - set(map(spelled, stated))
