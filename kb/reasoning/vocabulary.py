"""What OWL and RDFS call things: what is compiled, what is quiet, and what is refused, with the remedy."""

from pyoxigraph import NamedNode

from kb.reasoning.horn import RDFS
from kb.terms import XSD

OWL = "http://www.w3.org/2002/07/owl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

CLASS_AXIOMS = frozenset(("subClassOf", "equivalentClass", "disjointWith", "domain", "range"))
PROPERTY_AXIOMS = frozenset(
    ("subPropertyOf", "equivalentProperty", "inverseOf", "propertyDisjointWith", "propertyChainAxiom")
)
PROPERTY_KINDS = frozenset(("TransitiveProperty", "SymmetricProperty", "AsymmetricProperty", "IrreflexiveProperty"))
GROUPS = frozenset(("AllDisjointClasses", "AllDisjointProperties"))
PARTS = frozenset(("onProperty", "someValuesFrom", "hasValue", "intersectionOf", "unionOf", "members"))
"""What the node of a class expression, or of a group, is described with."""

QUIET = frozenset(
    (
        "label",
        "comment",
        "seeAlso",
        "isDefinedBy",
        "versionInfo",
        "versionIRI",
        "priorVersion",
        "backwardCompatibleWith",
        "incompatibleWith",
        "deprecated",
        "annotatedSource",
        "annotatedProperty",
        "annotatedTarget",
    )
)
"""Properties from which nothing follows."""
QUIET_CLASSES = frozenset(
    (
        "Class",
        "Resource",
        "Literal",
        "ObjectProperty",
        "DatatypeProperty",
        "AnnotationProperty",
        "Ontology",
        "OntologyProperty",
        "NamedIndividual",
        "Thing",
        "Axiom",
        "Annotation",
        "DeprecatedClass",
        "DeprecatedProperty",
        "Restriction",
    )
)
"""Classes from which nothing follows; `Restriction` is read with its parts."""

_OF_RDFS = frozenset(("subClassOf", "subPropertyOf", "domain", "range", "Resource", "Literal", "Datatype"))
_OF_RDFS |= {"label", "comment", "seeAlso", "isDefinedBy"}
_RESTRICTION = "a restriction of this kind is not compiled; say what follows with a rule in ontology/rules"
_SAME = "it says which names mean one thing, and the closure takes each name for a thing of its own; merge them"
REMEDIES = {
    "FunctionalProperty": _SAME + ", or check it with a shape",
    "InverseFunctionalProperty": _SAME + ", or check it with a shape",
    "hasKey": _SAME + ", or check it with a shape",
    "sameAs": _SAME,
    "differentFrom": "names are taken for different things already; remove it",
    "AllDifferent": "names are taken for different things already; remove it",
    "ReflexiveProperty": "OWL 2 RL leaves reflexive properties out; state what you need",
    "hasSelf": "OWL 2 RL leaves it out; state what you need",
    "disjointUnionOf": "OWL 2 RL leaves it out; write rdfs:subClassOf and owl:disjointWith",
    "complementOf": "nothing follows from a class that is all the rest; write owl:disjointWith",
    "oneOf": "a class by its members is not compiled; give each member the class",
    "allValuesFrom": _RESTRICTION,
    "imports": "an import is not followed; copy the axioms into ontology/modules",
    "NegativePropertyAssertion": "it is not compiled; state it as a negated claim",
}
UNKNOWN = _RESTRICTION.replace("a restriction", "an axiom") + ", or correct the name"


def local_name(term: object) -> str | None:
    """Return the name of a term of OWL or RDFS without its namespace; None for any other term."""
    if isinstance(term, NamedNode):
        for space in (OWL, RDFS):
            if term.value.startswith(space):
                return term.value[len(space) :]
    return None


def is_misplaced(term: object) -> bool:
    """Return whether a term has a name of OWL in the namespace of RDFS, or the other way round."""
    name = local_name(term)
    return name is not None and name != "Class" and (name in _OF_RDFS) == (term == NamedNode(OWL + name))


def is_datatype(term: NamedNode) -> bool:
    """Return whether the term is one of the datatypes that OWL 2 knows."""
    return term.value.startswith(XSD) or term.value in (
        RDFS + "Literal",
        RDF + "langString",
        RDF + "PlainLiteral",
        RDF + "XMLLiteral",
        OWL + "real",
        OWL + "rational",
    )
