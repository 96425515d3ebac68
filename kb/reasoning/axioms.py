"""The axioms of an ontology as Horn rules: those of OWL 2 RL that rules can say, and a refusal of the others.

The rules are those of the W3C's table, "OWL 2 Web Ontology Language Profiles (Second Edition)", section 4.3, under
the names of that table (`cax-sco`, `prp-dom`, …), each for the one axiom that it was made from. What is left out
on purpose: what holds of everything (`owl:Thing`, each class below itself), equality, and what the types of literals
say, which the shapes check.
"""

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import NamedNode

from kb.reasoning.class_axioms import class_rules
from kb.reasoning.expressions import THING, OntologyReader
from kb.reasoning.horn import RDFS_SUBCLASS, RDFS_SUBPROPERTY, REFLEXIVE, Denial, Fact, HornRule, Pattern, Variable
from kb.reasoning.property_axioms import property_rules
from kb.reasoning.regularity import irregular_chain
from kb.reasoning.vocabulary import PROPERTY_AXIOMS, PROPERTY_KINDS, local_name
from kb.terms import Term

_SCHEMA = {"subClassOf": "scm-sco", "subPropertyOf": "scm-spo"}


def compile_axioms(facts: Iterable[Fact], prefixes: Mapping[str, str] | None = None) -> list[HornRule]:
    """Return the rules that the axioms among `facts` make, sorted by name, which `prefixes` shorten.

    Two axioms that say the same make one rule.

    Raises:
        DataError: an axiom that would be ignored in part or whole, or a chain that is not regular.
    """
    return [rule for rule in _compile(facts, prefixes or {}) if isinstance(rule, HornRule)]


def compile_denials(facts: Iterable[Fact], prefixes: Mapping[str, str] | None = None) -> list[Denial]:
    """Return what the axioms among `facts` deny, sorted by name; errors are those of `compile_axioms`."""
    return [rule for rule in _compile(facts, prefixes or {}) if isinstance(rule, Denial)]


def _compile(facts: Iterable[Fact], prefixes: Mapping[str, str]) -> list[HornRule | Denial]:
    ontology = OntologyReader(facts, prefixes)
    made: dict[str, HornRule | Denial] = {}
    for kind, fact in ontology.axioms:
        rules = property_rules if kind in PROPERTY_AXIOMS | PROPERTY_KINDS | {"AllDisjointProperties"} else class_rules
        for rule in rules(ontology, kind, fact):
            if isinstance(rule, Denial) or not _says_nothing(rule):
                made.setdefault(rule.name, rule)
    _check_chains(ontology)
    ontology.check_all_read()
    horn = [rule for rule in made.values() if isinstance(rule, HornRule)]
    by_value = list(_classes_by_the_same_value(horn))
    spoken_of = {rule.head.predicate for rule in [*horn, *by_value]} | {fact[1] for _, fact in ontology.axioms}
    generic = [_transitivity(predicate) for predicate in sorted(REFLEXIVE & spoken_of, key=str)]
    made |= {rule.name: rule for rule in [*by_value, *generic]}
    return [made[name] for name in sorted(made)]


def _says_nothing(rule: HornRule) -> bool:
    """Return whether what the rule gives holds of everything, or is what it starts from."""
    head = rule.head
    return head in rule.body or head.object == THING or (head.predicate in REFLEXIVE and head.subject == head.object)


def _transitivity(predicate: NamedNode) -> HornRule:
    x, y, z = Variable("x"), Variable("y"), Variable("z")
    body = Pattern(x, predicate, y), Pattern(y, predicate, z)
    return HornRule(_SCHEMA[local_name(predicate) or ""], body, Pattern(x, predicate, z), ())


def _classes_by_the_same_value(rules: Iterable[HornRule]) -> Iterator[HornRule]:
    """Yield scm-hv: a class whose members have a value is below the class of all that have it."""
    rules = list(rules)
    having = [rule for rule in rules if rule.name.startswith("cls-hv1 ")]
    defined = [rule for rule in rules if rule.name.startswith("cls-hv2 ")]
    for one in having:
        for other in defined:
            lower, higher = one.head, other.body[0]
            if lower.object != higher.object:
                continue
            same = lower.predicate == higher.predicate
            body = () if same else (Pattern(lower.predicate, RDFS_SUBPROPERTY, higher.predicate),)
            name = f"scm-hv {one.name.removeprefix('cls-hv1 ')} {other.name.removeprefix('cls-hv2 ')}"
            head = Pattern(one.body[0].object, RDFS_SUBCLASS, other.head.object)
            axiom = tuple(dict.fromkeys((*one.axiom, *other.axiom)))
            rule = HornRule(name, body, head, axiom)
            if not _says_nothing(rule):
                yield rule


def _check_chains(ontology: OntologyReader) -> None:
    """Refuse a chain that is not regular."""
    chains = [
        (fact, ontology.list_of(fact, fact[2])[0], fact[0])
        for kind, fact in ontology.axioms
        if kind == "propertyChainAxiom"
    ]
    hierarchy: list[tuple[Term, Term]] = []
    for kind, (subject, _, value) in ontology.axioms:
        if kind in ("subPropertyOf", "equivalentProperty", "inverseOf"):
            hierarchy.append((subject, value))
        if kind in ("equivalentProperty", "inverseOf"):
            hierarchy.append((value, subject))
    found = irregular_chain([(members, given) for _, members, given in chains], hierarchy)
    if found:
        place, member = found
        fact, members, given = chains[place]
        text = " ".join(ontology.name(part) for part in members)
        ontology.refuse(
            fact,
            f"the chain ( {text} ) is not regular, as {ontology.name(member)} itself depends on {ontology.name(given)},"
            " and need not come to an end when it is unfolded; make its members of properties that do not",
        )
