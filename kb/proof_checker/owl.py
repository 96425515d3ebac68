"""The rules of OWL 2 RL as the checker knows them, and whether one of them gives a conclusion.

Source: OWL 2 Web Ontology Language Profiles (Second Edition), section 4.3, tables 5 to 9. A step may need several of
them at once, as a class that is described by a node without a name is reached through that node.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from kb.proof_checker.evaluator import Evaluator, Solution
from kb.proof_checker.notation import RDF, Statement, Statements
from kb.proof_checker.patterns import Rule
from kb.proof_checker.reader import read_rule

_RDFS, _OWL = "http://www.w3.org/2000/01/rdf-schema#", "http://www.w3.org/2002/07/owl#"
_TYPE, _FIRST, _REST, _NIL = (f"<{RDF}{name}>" for name in ("type", "first", "rest", "nil"))
_CHAIN, _ALL_OF = f"<{_OWL}propertyChainAxiom>", f"<{_OWL}intersectionOf>"
_TABLE = """
prp-dom:  ?p rdfs:domain ?c . ?x ?p ?y => ?x rdf:type ?c
prp-rng:  ?p rdfs:range ?c . ?x ?p ?y => ?y rdf:type ?c
prp-symp: ?p rdf:type owl:SymmetricProperty . ?x ?p ?y => ?y ?p ?x
prp-trp:  ?p rdf:type owl:TransitiveProperty . ?x ?p ?y . ?y ?p ?z => ?x ?p ?z
prp-spo1: ?p rdfs:subPropertyOf ?q . ?x ?p ?y => ?x ?q ?y
prp-eqp1: ?p owl:equivalentProperty ?q . ?x ?p ?y => ?x ?q ?y
prp-eqp2: ?p owl:equivalentProperty ?q . ?x ?q ?y => ?x ?p ?y
prp-inv1: ?p owl:inverseOf ?q . ?x ?p ?y => ?y ?q ?x
prp-inv2: ?p owl:inverseOf ?q . ?x ?q ?y => ?y ?p ?x
cls-int2: ?c owl:intersectionOf ?l . ?l rdf:rest*/rdf:first ?d . ?x rdf:type ?c => ?x rdf:type ?d
cls-uni:  ?c owl:unionOf ?l . ?l rdf:rest*/rdf:first ?d . ?x rdf:type ?d => ?x rdf:type ?c
cls-svf1: ?c owl:someValuesFrom ?d ; owl:onProperty ?p . ?x ?p ?y . ?y rdf:type ?d => ?x rdf:type ?c
cls-svf2: ?c owl:someValuesFrom owl:Thing ; owl:onProperty ?p . ?x ?p ?y => ?x rdf:type ?c
cls-hv1:  ?c owl:hasValue ?y ; owl:onProperty ?p . ?x rdf:type ?c => ?x ?p ?y
cls-hv2:  ?c owl:hasValue ?y ; owl:onProperty ?p . ?x ?p ?y => ?x rdf:type ?c
cax-sco:  ?c rdfs:subClassOf ?d . ?x rdf:type ?c => ?x rdf:type ?d
cax-eqc1: ?c owl:equivalentClass ?d . ?x rdf:type ?c => ?x rdf:type ?d
cax-eqc2: ?c owl:equivalentClass ?d . ?x rdf:type ?d => ?x rdf:type ?c
scm-sco:  ?c rdfs:subClassOf ?d . ?d rdfs:subClassOf ?e => ?c rdfs:subClassOf ?e
scm-spo:  ?p rdfs:subPropertyOf ?q . ?q rdfs:subPropertyOf ?r => ?p rdfs:subPropertyOf ?r
scm-eqc1: ?c owl:equivalentClass ?d => ?c rdfs:subClassOf ?d
scm-eqc1: ?c owl:equivalentClass ?d => ?d rdfs:subClassOf ?c
scm-eqp1: ?p owl:equivalentProperty ?q => ?p rdfs:subPropertyOf ?q
scm-eqp1: ?p owl:equivalentProperty ?q => ?q rdfs:subPropertyOf ?p
scm-int:  ?c owl:intersectionOf ?l . ?l rdf:rest*/rdf:first ?d => ?c rdfs:subClassOf ?d
scm-uni:  ?c owl:unionOf ?l . ?l rdf:rest*/rdf:first ?d => ?d rdfs:subClassOf ?c
scm-hv:   ?c owl:hasValue ?y ; owl:onProperty ?p . ?d owl:hasValue ?y ; owl:onProperty ?p => ?c rdfs:subClassOf ?d
scm-hv:   ?c owl:hasValue ?y ; owl:onProperty/rdfs:subPropertyOf ?q .
    ?d owl:hasValue ?y ; owl:onProperty ?q => ?c rdfs:subClassOf ?d
"""
_LISTED = ("prp-spo2", "cls-int1")
"""Rules over a list of any length, which no pattern says."""

_TO_CLASSES, _TO_SUBCLASSES = frozenset(("cax-sco", "cax-eqc1", "cax-eqc2")), frozenset(("scm-sco", "scm-eqc1"))
_AIDS = {"cls-": _TO_CLASSES, "scm-int": _TO_SUBCLASSES, "scm-uni": _TO_SUBCLASSES, "scm-hv": _TO_SUBCLASSES}
"""Rules that lead to and from the node of a class, for the rules whose names start so: they speak of one."""


def _schemas() -> list[tuple[str, Rule, frozenset[str]]]:
    """Return each rule with its name, and the terms that must stand among the premises for it to apply."""
    found = []
    spaces = f"PREFIX rdf: <{RDF}> PREFIX rdfs: <{_RDFS}> PREFIX owl: <{_OWL}> "
    for line in re.split(r"\n(?! )", _TABLE.strip()):
        name, body, head = re.split(r":\s+|\s+=>\s+", line)
        rule = read_rule(f"{spaces} CONSTRUCT {{ {head} }} WHERE {{ {body} }}")
        needed = (token for token in rule.body.text if token[0] == "<" and token not in (_FIRST, _REST))
        found.append((name, rule, frozenset(needed)))
    return found


_SCHEMAS = _schemas()
NAMES = frozenset(name for name, _, _ in _SCHEMAS) | frozenset(_LISTED)
"""The names of the rules that the checker knows."""


def fault_of(name: str, premises: Collection[Statement], conclusion: Statement) -> str:
    """Return why `conclusion` does not follow from all of `premises`, and no fewer, by the rule; empty if it does."""
    if name not in NAMES:
        return f"the checker knows no rule {name!r} of OWL 2 RL"
    aids = next((aids for start, aids in _AIDS.items() if name.startswith(start)), frozenset[str]())
    if not _follows(premises, conclusion, aids | {name}):
        return f"the conclusion does not follow from the premises by {name}"
    if _follows(premises, conclusion, aids):
        return f"the conclusion follows without {name}"
    for premise in premises:
        if _follows([other for other in premises if other != premise], conclusion, aids | {name}):
            return f"the conclusion follows without the premise {' '.join(premise)}"
    return ""


def _follows(premises: Collection[Statement], conclusion: Statement, names: Collection[str]) -> bool:
    """Return whether rules of these names lead from the premises to the conclusion."""
    found = set(premises)
    while conclusion not in found:
        new = set(_step(found, names)) - found
        if not new:
            return False
        found |= new
    return True


def _step(found: set[Statement], names: Collection[str]) -> Iterator[Statement]:
    """Yield what follows from `found` by one use of a rule."""
    statements = Statements(found)
    evaluator, terms = Evaluator(statements, statements), {term for statement in found for term in statement}
    for name, rule, needed in _SCHEMAS:
        if name not in names or not needed <= terms:
            continue
        for solution in evaluator.solve(rule.body, Solution({})):
            (head,) = rule.head
            subject, predicate, value = (solution.binding.get(str(term), str(term)) for term in head)
            if subject[0] != '"':
                yield subject, predicate, value
    if "prp-spo2" in names:
        yield from _chains(statements)
    if "cls-int1" in names:
        for described, _, node in statements.match(None, _ALL_OF, None):
            classes = _members(statements, node)
            for member in {statement[0] for statement in statements.match(None, _TYPE, None)} if classes else ():
                if all((member, _TYPE, each) in statements for each in classes):
                    yield member, _TYPE, described


def _chains(statements: Statements) -> Iterator[Statement]:
    for implied, _, node in statements.match(None, _CHAIN, None):
        chain = _members(statements, node)
        pairs: set[tuple[str, str]] = {(each[0], each[2]) for each in _of(statements, chain[:1])}
        for predicate in chain[1:]:
            pairs = {(start, each[2]) for start, middle in pairs for each in statements.match(middle, predicate, None)}
        for start, end in pairs:
            yield start, implied, end


def _of(statements: Statements, predicates: list[str]) -> Iterable[Statement]:
    return statements.match(None, predicates[0], None) if predicates else ()


def _members(statements: Statements, node: str) -> list[str]:
    """Return the members of a list, or none when it is broken off."""
    members = list[str]()
    while node != _NIL:
        firsts, rests = (list(statements.match(node, predicate, None)) for predicate in (_FIRST, _REST))
        if len(firsts) != 1 or len(rests) != 1 or len(members) > len(statements.all):
            return []
        members.append(firsts[0][2])
        node = rests[0][2]
    return members
