"""Axioms of classes as Horn rules."""

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import NamedTuple

from kb.reasoning.expressions import NOTHING, THING, Expression, OntologyReader
from kb.reasoning.horn import RDFS_SUBCLASS, Denial, Fact, HornRule, Pattern, Variable
from kb.terms import RDF_TYPE, Term


class _Half(NamedTuple):
    """One side of a rule."""

    name: str
    """Name of the rule of the W3C that is needed for it, if any."""
    patterns: tuple[Pattern, ...]
    text: str
    axiom: tuple[Fact, ...]


_X, _Y = Variable("x"), Variable("y")


def class_rules(ontology: OntologyReader, kind: str, fact: Fact) -> Iterator[HornRule | Denial]:
    """Yield the rules and denials of an axiom of classes, or of one that gives a class to what has a property."""
    if kind in ("domain", "range"):
        yield from _domain_or_range(ontology, kind, fact)
    elif kind == "disjointWith":
        yield _disjoint(ontology, "cax-dw", fact, (fact[0], fact[2]), (fact,))
    elif kind == "AllDisjointClasses":
        members, axiom = ontology.members(fact)
        for pair in combinations(members, 2):
            yield _disjoint(ontology, "cax-adc", fact, pair, axiom)
    elif kind == "intersectionOf":  # a class with a name, described as the node of an expression is
        named = ontology.expression(fact, fact[0])
        yield from _equivalent(ontology, fact, named, ontology.group(fact, "and", (fact,)))
    else:
        one, other = (ontology.expression(fact, node) for node in (fact[0], fact[2]))
        if kind == "equivalentClass":
            yield from _equivalent(ontology, fact, one, other)
        else:
            yield from _below(ontology, fact, one, other, "cax-sco")


def _is_a(subject: Term | Variable, named: Term) -> Pattern:
    return Pattern(subject, RDF_TYPE, named)


def _domain_or_range(ontology: OntologyReader, kind: str, fact: Fact) -> Iterator[HornRule]:
    on, named = ontology.check_property(fact, fact[0]), fact[2]
    if kind == "range" and ontology.is_datatype(named):
        return  # nothing follows of a literal, as it is no subject
    if named != THING:
        named = ontology.check_class(fact, named)
    name = f"prp-{'dom' if kind == 'domain' else 'rng'} {ontology.name(on)} {ontology.name(named)}"
    yield HornRule(name, (Pattern(_X, on, _Y),), _is_a(_X if kind == "domain" else _Y, named), (fact,))


def _disjoint(
    ontology: OntologyReader, name: str, fact: Fact, pair: tuple[Term, Term], axiom: tuple[Fact, ...]
) -> Denial:
    one, other = (ontology.check_class(fact, node) for node in pair)
    name = f"{name} {ontology.name(one)} {ontology.name(other)}"
    return Denial(name, tuple(dict.fromkeys((_is_a(_X, one), _is_a(_X, other)))), axiom)


def _equivalent(
    ontology: OntologyReader, fact: Fact, one: Expression, other: Expression
) -> Iterator[HornRule | Denial]:
    yield from _below(ontology, fact, one, other, "cax-eqc1")
    yield from _below(ontology, fact, other, one, "cax-eqc2")


def _below(
    ontology: OntologyReader, fact: Fact, lower: Expression, higher: Expression, plain: str
) -> Iterator[HornRule | Denial]:
    """Yield what follows from each member of one class being a member of another."""
    if "class" not in (lower.form, higher.form):
        ontology.refuse(fact, "an expression on either side is not compiled; give one of them a name")
    if lower.term == THING != higher.term:
        ontology.refuse(fact, "it speaks of everything there is; name the class that is meant")
    if lower.term == NOTHING:
        return  # holds of every class
    for condition in _conditions(lower, _X):
        if higher.term == NOTHING:
            yield Denial(f"cls-nothing2 {condition.text}", condition.patterns, _axiom(fact, condition))
            continue
        for conclusion in _conclusions(ontology, fact, higher):
            name = condition.name or conclusion.name or plain
            name += f" {condition.text} {conclusion.text}"
            axiom, (head,) = _axiom(fact, condition, conclusion), conclusion.patterns
            yield HornRule(name, condition.patterns, head, axiom)
            yield from _schema(condition, conclusion, plain, axiom)


def _axiom(fact: Fact, *halves: _Half) -> tuple[Fact, ...]:
    """Return the statements of an axiom, each once."""
    return tuple(dict.fromkeys((fact, *(each for half in halves for each in half.axiom))))


def _schema(condition: _Half, conclusion: _Half, plain: str, axiom: tuple[Fact, ...]) -> Iterator[HornRule]:
    """Yield that one class with a name is below another, where that is not what the axiom states."""
    name = {"cls-uni": "scm-uni", "cls-int2": "scm-int"}.get(condition.name or conclusion.name)
    if not condition.name and not conclusion.name and plain != "cax-sco":
        name = "scm-eqc1"
    if name:
        (body,), (head,) = condition.patterns, conclusion.patterns
        yield HornRule(
            f"{name} {condition.text} {conclusion.text}", (), Pattern(body.object, RDFS_SUBCLASS, head.object), axiom
        )


def _conditions(expression: Expression, subject: Variable) -> Iterator[_Half]:
    """Yield the ways for `subject` to be a member of a class."""
    form, text, on, axiom = expression.form, expression.text, expression.on, expression.axiom
    if form == "class":
        yield _Half("", (_is_a(subject, on),), text, ())
    elif form == "value":
        yield _Half("cls-hv2", (Pattern(subject, on, expression.term),), text, axiom)
    elif form == "or":
        for place, part in enumerate(expression.parts):
            for way in _conditions(part, subject):
                yield way._replace(name=way.name or "cls-uni", axiom=(*axiom, *expression.path(place), *way.axiom))
    elif form == "and":
        for ways in product(*(_conditions(part, subject) for part in expression.parts)):
            yield _all_of(ways, subject, (*axiom, *expression.listed))
    else:
        filler, value = expression.parts[0], Variable(subject + "y")
        if filler.term == THING:
            yield _Half("cls-svf2", (Pattern(subject, on, value),), text, axiom)
            return
        for way in _conditions(filler, value):
            yield _Half(
                "cls-svf1",
                (Pattern(subject, on, value), *way.patterns),
                f"{text.partition(' some ')[0]} some {way.text})",
                (*axiom, *way.axiom),
            )


def _all_of(ways: Sequence[_Half], subject: Variable, axiom: tuple[Fact, ...]) -> _Half:
    """Return the condition that all of `ways` hold; variables that each made for itself are kept apart."""

    def apart(term: Term | Variable, place: int) -> Term | Variable:
        return Variable(f"{term}{place}") if isinstance(term, Variable) and term != subject else term

    patterns = [
        Pattern(apart(pattern.subject, place), pattern.predicate, apart(pattern.object, place))
        for place, way in enumerate(ways)
        for pattern in way.patterns
    ]
    text = f"({' and '.join(way.text for way in ways)})"
    return _Half(
        "cls-int1", tuple(dict.fromkeys(patterns)), text, (*axiom, *(each for way in ways for each in way.axiom))
    )


def _conclusions(ontology: OntologyReader, fact: Fact, expression: Expression) -> Iterator[_Half]:
    """Yield what each member of a class is or has."""
    form, text, on, axiom = expression.form, expression.text, expression.on, expression.axiom
    if form == "class":
        yield _Half("", (_is_a(_X, on),), text, ())
    elif form == "value":
        yield _Half("cls-hv1", (Pattern(_X, on, expression.term),), text, axiom)
    elif form == "and":
        for place, part in enumerate(expression.parts):
            for way in _conclusions(ontology, fact, part):
                yield way._replace(name=way.name or "cls-int2", axiom=(*axiom, *expression.path(place), *way.axiom))
    elif form == "or":
        ontology.refuse(fact, "owl:unionOf does not say which of the classes; name a class above all of them")
    else:
        ontology.refuse(fact, "owl:someValuesFrom does not say which value; state the value, or write it below a class")
