"""Axioms of properties as Horn rules."""

from collections.abc import Iterator
from itertools import combinations, pairwise

from pyoxigraph import NamedNode

from kb.reasoning.expressions import OntologyReader
from kb.reasoning.horn import RDFS_SUBPROPERTY, Denial, Fact, HornRule, Pattern, Variable
from kb.terms import Term

_X, _Y, _Z = Variable("x"), Variable("y"), Variable("z")


def property_rules(ontology: OntologyReader, kind: str, fact: Fact) -> Iterator[HornRule | Denial]:
    """Yield the rules and denials of an axiom of properties."""
    if kind == "propertyChainAxiom":
        yield _chain(ontology, fact)
    elif kind == "AllDisjointProperties":
        members, axiom = ontology.members(fact)
        for pair in combinations(members, 2):
            yield _disjoint(ontology, "prp-adp", fact, pair, axiom)
    elif kind == "propertyDisjointWith":
        yield _disjoint(ontology, "prp-pdw", fact, (fact[0], fact[2]), (fact,))
    elif kind.endswith("Property") and kind != "equivalentProperty":
        yield _of_kind(ontology, kind, fact)
    else:
        yield from _between(ontology, kind, fact)


def _of_kind(ontology: OntologyReader, kind: str, fact: Fact) -> HornRule | Denial:
    """Return what follows from the kind of a property."""
    on = ontology.check_property(fact, fact[0])
    text = ontology.name(on)
    there, back = Pattern(_X, on, _Y), Pattern(_Y, on, _X)
    if kind == "TransitiveProperty":
        return HornRule(f"prp-trp {text}", (there, Pattern(_Y, on, _Z)), Pattern(_X, on, _Z), (fact,))
    if kind == "SymmetricProperty":
        return HornRule(f"prp-symp {text}", (there,), back, (fact,))
    if kind == "AsymmetricProperty":
        return Denial(f"prp-asyp {text}", (there, back), (fact,))
    return Denial(f"prp-irp {text}", (Pattern(_X, on, _X),), (fact,))


def _between(ontology: OntologyReader, kind: str, fact: Fact) -> Iterator[HornRule]:
    """Yield what follows from what one property is to another."""
    one, other = (ontology.check_property(fact, node) for node in (fact[0], fact[2]))
    text = f"{ontology.name(one)} {ontology.name(other)}"
    lower, higher = Pattern(_X, one, _Y), Pattern(_X, other, _Y)
    if kind == "subPropertyOf":
        yield HornRule(f"prp-spo1 {text}", (lower,), higher, (fact,))
    elif kind == "inverseOf":
        yield HornRule(f"prp-inv1 {text}", (lower,), Pattern(_Y, other, _X), (fact,))
        yield HornRule(f"prp-inv2 {text}", (higher,), Pattern(_Y, one, _X), (fact,))
    else:
        back = f"{ontology.name(other)} {ontology.name(one)}"
        yield HornRule(f"prp-eqp1 {text}", (lower,), higher, (fact,))
        yield HornRule(f"prp-eqp2 {text}", (higher,), lower, (fact,))
        yield HornRule(f"scm-eqp1 {text}", (), Pattern(one, RDFS_SUBPROPERTY, other), (fact,))
        yield HornRule(f"scm-eqp1 {back}", (), Pattern(other, RDFS_SUBPROPERTY, one), (fact,))


def _chain(ontology: OntologyReader, fact: Fact) -> HornRule:
    given = ontology.check_property(fact, fact[0])
    listed, statements = ontology.list_of(fact, fact[2])
    members: list[NamedNode] = [ontology.check_property(fact, member) for member in listed]
    places = [Variable(f"x{at}") for at in range(len(members) + 1)]
    body = tuple(Pattern(here, member, there) for (here, there), member in zip(pairwise(places), members, strict=True))
    text = "/".join(ontology.name(member) for member in members)
    return HornRule(
        f"prp-spo2 {text} {ontology.name(given)}", body, Pattern(places[0], given, places[-1]), (fact, *statements)
    )


def _disjoint(
    ontology: OntologyReader, name: str, fact: Fact, pair: tuple[Term, Term], axiom: tuple[Fact, ...]
) -> Denial:
    one, other = (ontology.check_property(fact, node) for node in pair)
    body = tuple(dict.fromkeys((Pattern(_X, one, _Y), Pattern(_X, other, _Y))))
    return Denial(f"{name} {ontology.name(one)} {ontology.name(other)}", body, axiom)
