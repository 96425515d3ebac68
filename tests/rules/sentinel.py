"""The sentinel of a rule: statements that are given, those that must follow, and those that must not.

`<slug>.trig` beside the tests holds three named graphs, `<urn:given>`, `<urn:derived>` and
`<urn:not-derived>`. What must follow is derived by the rule itself, not by one that it is after.
"""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from kb.derivation import derive
from kb.engines.rdflib import RdflibEngine
from kb.query_text import prepare
from kb.results import Triples
from kb.rules import Rule
from kb.terms import XSD

GRAPHS = ("given", "derived", "not-derived")


class Sentinel(NamedTuple):
    """The three graphs."""

    given: set[Triple]
    derived: set[Triple]
    not_derived: set[Triple]


def read_sentinel(path: Path) -> Sentinel:
    """Return the sentinel in a TriG file, none of its graphs empty, and no statement in two of them."""
    assert path.is_file(), f"{path.name}: a rule needs a sentinel; see CONTRIBUTING.md"
    graphs: dict[str, set[Triple]] = {name: set() for name in GRAPHS}
    for quad in parse(path=str(path), format=RdfFormat.TRIG):
        name = quad.graph_name.value.removeprefix("urn:") if isinstance(quad.graph_name, NamedNode) else ""
        assert name in graphs, f"{path.name}: has a statement in {quad.graph_name}; the graphs are <urn:…> {GRAPHS}"
        graphs[name].add(quad.triple if name == "given" else spelled(quad.triple))
    for name, triples in graphs.items():
        assert triples, f"{path.name}: <urn:{name}> is empty"
    assert sum(map(len, graphs.values())) == len(set().union(*graphs.values())), f"{path.name}: a statement is in two"
    return Sentinel(*graphs.values())


def check_sentinel(rules: Iterable[Rule], name: str, prefixes: dict[str, str], path: Path) -> None:
    """Assert that a rule, run behind those that it is after, does on both engines what its sentinel says."""
    sentinel = read_sentinel(path)
    chosen = with_those_before(rules, name)
    given = [Quad(*triple, NamedNode("urn:given")) for triple in sentinel.given]
    results = derive(chosen, given, prefixes)
    everything = sentinel.given.union(*({quad.triple for quad in found} for found in results.values()))
    derived = {spelled(quad.triple) for quad in results[name]}

    assert give_on_oxigraph(chosen, everything) == give_on_rdflib(chosen, everything)
    assert set() == sentinel.derived - derived
    assert set() == sentinel.not_derived & {spelled(triple) for triple in everything}


def with_those_before(rules: Iterable[Rule], name: str) -> list[Rule]:
    """Return a rule and all that it is after, directly or not, in the order in which they run."""
    ordered = list(rules)
    needed = {name}
    for rule in reversed(ordered):
        if rule.name in needed:
            needed |= set(rule.after)
    return [rule for rule in ordered if rule.name in needed]


def give_on_oxigraph(rules: Iterable[Rule], everything: Iterable[Triple]) -> dict[str, set[Triple]]:
    """Return what each rule gives over `everything`, new or not, by Oxigraph."""
    store = Store()
    store.bulk_extend(Quad(*triple, DefaultGraph()) for triple in everything)
    return {rule.name: {spelled(triple) for triple in store.query(rule.text)} for rule in rules}


def give_on_rdflib(rules: Iterable[Rule], everything: Iterable[Triple]) -> dict[str, set[Triple]]:
    """Return what each rule gives over `everything`, new or not, by rdflib's SPARQL."""
    engine = RdflibEngine.of(Quad(*triple, DefaultGraph()) for triple in everything)
    results: dict[str, set[Triple]] = {}
    for rule in rules:
        found = engine.run(prepare(rule.text, {}, name=rule.path))
        assert isinstance(found, Triples)
        results[rule.name] = {spelled(triple) for triple in found}
    return results


def spelled(triple: Triple) -> Triple:
    """Return a triple with its number as Oxigraph spells it: rdflib keeps `1.500`, and makes decimals of integers."""
    value = triple.object
    if not isinstance(value, Literal) or not value.datatype.value.endswith(("#decimal", "#integer")):
        return triple
    number = Decimal(value.value)
    text = format(number.normalize(), "f")
    return Triple(triple.subject, triple.predicate, Literal(text, datatype=NamedNode(XSD + "decimal")))
