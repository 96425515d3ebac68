"""What the tests of proofs share: a small graph with rules and axioms of every kind, its explainer and its checker."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

from kb import KnowledgeBase
from kb.derivation import derive
from kb.proof_checker import Checker
from kb.proof_checker.notation import Statement
from kb.reasoning.explanation import Explainer
from kb.rules import FOLDER, Rule, read_rules

SPACE = "https://example.org/"
PREFIXES = {
    "ex": SPACE,
    "doc": SPACE + "graph/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
}
_HEADER = "".join(f"PREFIX {prefix}: <{space}>\n" for prefix, space in PREFIXES.items())


class Proving(NamedTuple):
    """A graph, ready to prove in and to check against."""

    explainer: Explainer
    dataset: str
    rules: Mapping[str, str]

    @property
    def checker(self) -> Checker:
        """A new checker of its proofs."""
        return Checker(self.dataset, self.rules)


def proving(turtle: str, rules: Mapping[str, str] | None = None) -> Proving:
    """Return the graph of one Turtle file, and what follows from it by its axioms and `rules`, in their order."""
    graph = NamedNode(PREFIXES["doc"] + "facts.ttl")
    found = parse(_HEADER + turtle, format=RdfFormat.TURTLE)
    quads = [Quad(quad.subject, quad.predicate, quad.object, graph) for quad in found]
    texts = {name: _HEADER + text for name, text in (rules or {}).items()}
    derived = derive([Rule(name, "", (), text) for name, text in texts.items()], quads, PREFIXES)
    return _proving([*quads, *(quad for each in derived.values() for quad in each)], texts, "", PREFIXES)


def proving_of(kb: KnowledgeBase) -> Proving:
    """Return an opened graph."""
    rules = {rule.name: rule.text for rule in read_rules(kb.compiled.root, kb.prefixes)}
    return _proving(kb.quads(), rules, kb.compiled.root, kb.prefixes)


def _proving(quads: Iterable[Quad], rules: Mapping[str, str], root: str, prefixes: Mapping[str, str]) -> Proving:
    quads = list(quads)
    dataset = (serialize(quads, format=RdfFormat.N_QUADS) or b"").decode()
    return Proving(Explainer(quads, rules, root, prefixes), dataset, rules)


def statement(text: str) -> Statement:
    """Return a statement from three names of `ex:`, or `a`, such as `x p y`."""
    subject, predicate, value = (f"<{SPACE}{name}>" for name in text.split())
    return subject, f"<{PREFIXES['rdf']}type>" if predicate == f"<{SPACE}a>" else predicate, value


def rules_folder(root: str | Path) -> Path:
    """Return the folder of the rules of a graph."""
    return Path(root) / FOLDER


AXIOMS = """
ex:Cat rdfs:subClassOf ex:Animal . ex:Animal rdfs:subClassOf ex:Thing .
ex:Feline owl:equivalentClass ex:Cat .
ex:owns rdfs:domain ex:Person ; rdfs:range ex:Animal ; rdfs:subPropertyOf ex:has ; owl:inverseOf ex:ownedBy .
ex:has rdfs:subPropertyOf ex:touches . ex:keeps owl:equivalentProperty ex:owns .
ex:near a owl:SymmetricProperty . ex:under a owl:TransitiveProperty .
ex:ownsKindOf owl:propertyChainAxiom ( ex:owns ex:kindOf ex:under ) .
[ owl:onProperty ex:owns ; owl:someValuesFrom ex:Cat ] rdfs:subClassOf ex:CatOwner .
[ owl:onProperty ex:owns ; owl:someValuesFrom owl:Thing ] rdfs:subClassOf ex:Owner .
ex:Red owl:equivalentClass [ owl:onProperty ex:colour ; owl:hasValue ex:red ] .
ex:Crimson rdfs:subClassOf [ owl:onProperty ex:colour ; owl:hasValue ex:red ] .
ex:RedCat owl:equivalentClass [ owl:intersectionOf ( ex:Red ex:Cat ) ] .
[ owl:unionOf ( ex:Cat ex:Dog ex:Bird ) ] rdfs:subClassOf ex:Pet .
ex:tom a ex:Feline ; ex:colour ex:red ; ex:kindOf ex:tabby ; ex:near ex:ann .
ex:rex a ex:Bird . ex:rose a ex:Crimson . ex:fur a ex:RedCat .
ex:ann ex:owns ex:tom . ex:bob ex:keeps ex:rex . ex:rex ex:ownedBy ex:cy .
ex:tabby ex:under ex:cats . ex:cats ex:under ex:beasts . ex:beasts ex:under ex:life .
"""
"""Axioms of every kind that is compiled, each with something that follows from it."""

RULES = {
    "grown": "CONSTRUCT { ?x ex:grown ?y } WHERE { ?x ex:age ?age ; ex:factor ?factor . "
    "BIND(?age * ?factor AS ?y) FILTER(?age >= 2 && ?x NOT IN (ex:u)) }",
    "lonely": "CONSTRUCT { ?x a ex:Lonely } WHERE { ?x ex:age ?age OPTIONAL { ?x ex:near ?y FILTER(?y != ?x) } "
    "FILTER(!BOUND(?y)) }",
    "company": "CONSTRUCT { ?x ex:company ?state . } WHERE { ?x ex:age ?age "
    "OPTIONAL { ?x ex:near ?y . ?y ex:age ?old } BIND(IF(BOUND(?y), ex:elderly, ex:none) AS ?state) }",
    "alone": "CONSTRUCT { ?x a ex:Alone } WHERE { ?x ex:age ?age MINUS { ?x ex:near ?y } }",
    "apart": "CONSTRUCT { ?x a ex:Apart } WHERE { ?x ex:age ?age FILTER NOT EXISTS { ?y ex:near ?x } }",
    "kin": "CONSTRUCT { ?x ex:kin ?y . ?y ex:kin ?x } "
    "WHERE { { ?x ex:parent+ ?y } UNION { ?x ex:friend|ex:cousin ?y } }",
    "named": "CONSTRUCT { ?named rdfs:label ?label } "
    'WHERE { VALUES (?x ?word) { (ex:s "one") (ex:t "two") } ?x ex:age ?age '
    'BIND(IRI(CONCAT(STR(ex:), "n-", STRAFTER(STR(?x), "org/"))) AS ?named) '
    'BIND(STRLANG(CONCAT(?word, ", \\"", STR(?age)), "en") AS ?label) }',
}
"""Rules of every form that the checker reads."""
RULE_FACTS = """
ex:s ex:age 2 ; ex:factor 2.50 ; ex:near ex:t ; ex:parent ex:t ; ex:friend ex:v ; ex:cousin ex:v .
ex:t ex:age 3 ; ex:factor 5.0 ; ex:parent ex:u .
ex:u ex:age 7 ; ex:factor 1 ; ex:near ex:w .
"""
