"""Class expressions and lists, read from the blank nodes that stand for them in RDF."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple, NoReturn

from pyoxigraph import BlankNode, NamedNode

from kb.errors import DataError
from kb.prefixes import compact
from kb.reasoning.horn import Fact
from kb.reasoning.vocabulary import (
    CLASS_AXIOMS,
    GROUPS,
    OWL,
    PARTS,
    PROPERTY_AXIOMS,
    PROPERTY_KINDS,
    QUIET,
    QUIET_CLASSES,
    RDF,
    REMEDIES,
    UNKNOWN,
    is_datatype,
    is_misplaced,
    local_name,
)
from kb.terms import RDF_TYPE, Term

THING, NOTHING = NamedNode(OWL + "Thing"), NamedNode(OWL + "Nothing")
_FIRST, _REST, _NIL = (NamedNode(RDF + name) for name in ("first", "rest", "nil"))
_AXIOMS = CLASS_AXIOMS | PROPERTY_AXIOMS
_KINDS = PROPERTY_KINDS | GROUPS
_PROPERTIES_OF_RDF = frozenset(("label", "comment", "seeAlso", "isDefinedBy"))


class Expression(NamedTuple):
    """A class: a named one, or one by what its members are or have."""

    form: str
    """`class`, `and`, `or`, `some` or `value`."""
    text: str
    term: Term
    """The class; the value; or the property again, where there is neither."""
    on: NamedNode
    """The property of `some` and `value`; the class."""
    parts: tuple["Expression", ...] = ()
    """The classes of `and` and `or`; the class of `some`."""
    axiom: tuple[Fact, ...] = ()
    """The statements that describe it, but for those that describe its parts, and for the list of its parts."""
    listed: tuple[Fact, ...] = ()
    """The list of its parts: two statements for each, what it is and what comes next."""

    def path(self, place: int) -> tuple[Fact, ...]:
        """Return the statements of the list that make the part at `place` one of its members."""
        return (*self.listed[1 : 2 * place : 2], self.listed[2 * place])


class OntologyReader:
    """The axioms among statements, and the expressions and lists that they speak of."""

    def __init__(self, facts: Iterable[Fact], prefixes: Mapping[str, str]) -> None:
        """Find the axioms.

        Raises:
            DataError: a statement of OWL or RDFS from which something would follow that no rule derives.
        """
        self._prefixes = prefixes
        self._about: dict[Term, dict[str, list[Fact]]] = defaultdict(lambda: defaultdict(list))
        self._read: set[Term] = set()
        self._datatypes: set[Term] = set()
        self.axioms: list[tuple[str, Fact]] = []
        """(name of the kind, statement), sorted by their text."""
        names: dict[Term, str | None] = {RDF_TYPE: "type", _FIRST: "first", _REST: "rest"}
        classes: dict[Term, str | None] = {}
        for fact in facts:
            _, predicate, value = fact
            if predicate not in names:
                names[predicate] = self._name(fact, predicate, _AXIOMS | PARTS, QUIET)
            name = names[predicate]
            if name is None:
                continue
            if name == "type":
                if value not in classes:
                    classes[value] = self._name(fact, value, _KINDS | {"Datatype"}, QUIET_CLASSES)
                name = classes[value]
                if name is None:
                    continue
                if name == "Datatype":
                    self._datatypes.add(fact[0])
                    continue
            self._sort(name, fact)
        self.axioms.sort(key=lambda axiom: (axiom[0], self.show(axiom[1]), str(axiom[1])))

    def _name(self, fact: Fact, term: Term, known: frozenset[str], quiet: frozenset[str]) -> str | None:
        name = local_name(term)
        if name is None or (name in quiet and not is_misplaced(term)):
            return None
        if name not in known or is_misplaced(term):
            self.refuse(fact, f"{name}: {REMEDIES.get(name, UNKNOWN)}")
        return name

    def _sort(self, name: str, fact: Fact) -> None:
        """Put a statement where it belongs: with the axioms, or with what describes a node."""
        is_axiom = name in _AXIOMS or name in PROPERTY_KINDS
        is_axiom = is_axiom or (name == "intersectionOf" and not isinstance(fact[0], BlankNode))
        if is_axiom:
            self.axioms.append((name, fact))
            return
        self._about[fact[0]][name].append(fact)
        if name in GROUPS:
            self.axioms.append((name, fact))

    def refuse(self, fact: Fact, reason: str) -> NoReturn:
        """Raise the error for an axiom; `reason` is the fault and the remedy."""
        raise DataError(f"{self.show(fact)}: {reason}")

    def name(self, term: Term) -> str:
        """Return a term in short form."""
        if isinstance(term, NamedNode):
            name = compact(term.value, self._prefixes)
            local = local_name(term)
            return f"{'owl' if term.value.startswith(OWL) else 'rdfs'}:{local}" if local else name
        return "[ … ]" if isinstance(term, BlankNode) else str(term)

    def show(self, fact: Fact) -> str:
        """Return a statement in short form."""
        subject, predicate, value = fact
        return f"{self.name(subject)} {'a' if predicate == RDF_TYPE else self.name(predicate)} {self.name(value)}"

    def check_property(self, fact: Fact, term: Term) -> NamedNode:
        """Return `term` if rules can speak of it as a property; `fact` is the axiom that does."""
        if not isinstance(term, NamedNode):
            self.refuse(fact, "a property without a name is not compiled; give it one")
        local = local_name(term)
        if (local and local not in _PROPERTIES_OF_RDF) or (term.value.startswith(RDF) and term.value != RDF + "value"):
            self.refuse(fact, f"{self.name(term)} is a word of the language; name a property of the ontology")
        return term

    def check_class(self, fact: Fact, term: Term) -> NamedNode:
        """Return `term` if it is a class with a name that rules can speak of."""
        if not isinstance(term, NamedNode):
            self.refuse(fact, "an expression is not compiled here; give its class a name")
        local = local_name(term)
        if is_datatype(term) or (local and local not in QUIET_CLASSES - {"Thing", "Resource"}):
            self.refuse(fact, f"{self.name(term)} is a word of the language; name a class of the ontology")
        return term

    def is_datatype(self, term: Term) -> bool:
        """Return whether `term` is a type of literals: one of OWL 2, or one that the ontology declares."""
        return isinstance(term, NamedNode) and (is_datatype(term) or term in self._datatypes)

    def expression(self, fact: Fact, node: Term) -> Expression:
        """Return the class that `node` stands for in the axiom `fact`."""
        if not isinstance(node, BlankNode):
            named = node if node in (THING, NOTHING) else self.check_class(fact, node)
            assert isinstance(named, NamedNode)
            return Expression("class", self.name(named), named, named)
        if node in self._read:
            self.refuse(fact, "its class expression stands in another as well; write it once for each")
        self._read.add(node)
        about = dict(self._about.get(node, {}))
        if any(len(found) > 1 for found in about.values()):
            self.refuse(fact, "its class expression says a thing twice; write two expressions")
        keys, axiom = set(about), tuple(found[0] for _, found in sorted(about.items()))
        if keys in ({"intersectionOf"}, {"unionOf"}):
            return self.group(fact, "and" if "intersectionOf" in keys else "or", axiom)
        if keys not in ({"onProperty", "someValuesFrom"}, {"onProperty", "hasValue"}):
            self.refuse(
                fact, "its class expression is not one that is compiled; give a class a name, and say less of it"
            )
        on = self.check_property(fact, about["onProperty"][0][2])
        if "hasValue" in keys:
            value = about["hasValue"][0][2]
            if isinstance(value, BlankNode):
                self.refuse(fact, "the value that it asks for has no name; give it one")
            return Expression("value", f"({self.name(on)} value {self.name(value)})", value, on, (), axiom)
        filler = self.expression(fact, about["someValuesFrom"][0][2])
        if filler.term == NOTHING:
            self.refuse(fact, "nothing is of the class owl:Nothing; remove the axiom")
        return Expression("some", f"({self.name(on)} some {filler.text})", on, on, (filler,), axiom)

    def group(self, fact: Fact, form: str, axiom: tuple[Fact, ...]) -> Expression:
        """Return the class of what is in all (`and`) or in some (`or`) of the classes in the list of `axiom`."""
        members, listed = self.list_of(fact, axiom[0][2])
        parts = tuple(self.expression(fact, member) for member in members)
        if any(part.term in (THING, NOTHING) for part in parts):
            self.refuse(fact, "owl:Thing and owl:Nothing do nothing in a list of classes; remove them")
        text = f" {form} ".join(part.text for part in parts)
        return Expression(form, f"({text})", parts[0].on, parts[0].on, parts, axiom, listed)

    def list_of(self, fact: Fact, node: Term) -> tuple[list[Term], tuple[Fact, ...]]:
        """Return the members of a list, and the statements that make it."""
        members: list[Term] = []
        listed: list[Fact] = []
        while node != _NIL:
            about = self._about.get(node, {})
            first, rest = about.get("first", []), about.get("rest", [])
            if len(first) != 1 or len(rest) != 1 or first[0] in listed:
                self.refuse(fact, "its list has no end, or branches; write it as ( … )")
            listed += [first[0], rest[0]]
            members.append(first[0][2])
            node = rest[0][2]
        if len(members) < 2:
            self.refuse(fact, "its list has fewer than two members; write the axiom for a single one")
        return members, tuple(listed)

    def members(self, fact: Fact) -> tuple[list[Term], tuple[Fact, ...]]:
        """Return the members of the group that `fact` gives its kind, and the statements that describe it."""
        described = self._about[fact[0]].get("members", [])
        if len(described) != 1:
            self.refuse(fact, "it needs one list of owl:members")
        self._read.add(fact[0])
        members, listed = self.list_of(fact, described[0][2])
        return members, (fact, described[0], *listed)

    def check_all_read(self) -> None:
        """Refuse an expression that stands in no axiom, as nothing would follow from it.

        Raises:
            DataError: there is one.
        """
        for node, about in self._about.items():
            left = sorted((name, fact) for name, facts in about.items() for fact in facts if name in PARTS)
            if left and node not in self._read:
                self.refuse(left[0][1], "it stands in no axiom that is compiled; remove it, or name it in one")
