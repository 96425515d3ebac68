"""Horn rules: what follows from which statements, each under a name."""

from typing import NamedTuple, TypeAlias

from pyoxigraph import BlankNode, NamedNode

from kb.terms import Term

Fact: TypeAlias = tuple[Term, Term, Term]
"""Subject, predicate and object of a statement."""

RDFS = "http://www.w3.org/2000/01/rdf-schema#"
RDFS_SUBCLASS = NamedNode(RDFS + "subClassOf")
RDFS_SUBPROPERTY = NamedNode(RDFS + "subPropertyOf")
REFLEXIVE = frozenset((RDFS_SUBCLASS, RDFS_SUBPROPERTY))
"""Predicates that hold between each class, or property, and itself; nobody derives that."""


class Variable(str):
    """A variable of a rule, by its name."""

    __slots__ = ()


class Pattern(NamedTuple):
    """A statement with variables in some places; the class in a pattern of `rdf:type` is never one."""

    subject: Term | Variable
    predicate: NamedNode
    object: Term | Variable


class HornRule(NamedTuple):
    """A statement of the form of `head` follows wherever those of `body` stand together.

    Every variable of the head is one of the body. An empty body: the head follows from the axiom alone.
    """

    name: str
    """The name of the rule in the OWL 2 RL profile, and the axiom, such as `cax-sco ex:Cat ex:Animal`."""
    body: tuple[Pattern, ...]
    head: Pattern
    axiom: tuple[Fact, ...]
    """The asserted statements that the rule was made from; none for a rule that holds in every ontology."""


class Denial(NamedTuple):
    """Statements of the form of `body` never stand together."""

    name: str
    body: tuple[Pattern, ...]
    axiom: tuple[Fact, ...]


def is_derivable(fact: Fact) -> bool:
    """Return whether a rule may derive `fact`.

    Its subject can stand there; and it does not say that a class or property is below itself, nor which of them is
    below or above a node of a class expression.
    """
    subject, predicate, value = fact
    if predicate in REFLEXIVE:
        return isinstance(subject, NamedNode) and isinstance(value, NamedNode) and subject != value
    return isinstance(subject, NamedNode | BlankNode)
