"""Contradictions: what the ontology denies and yet follows, each with the fewest statements behind it."""

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Quad

from kb.errors import DataError
from kb.prefixes import compact
from kb.reasoning.axioms import compile_axioms, compile_denials
from kb.reasoning.horn import Fact
from kb.reasoning.inconsistency import contradictions
from kb.terms import Term
from kb.validation.files import Descriptions
from kb.validation.problem import Problem

CHECK = "contradictions"


def check_contradictions(quads: Iterable[Quad], places: Descriptions, prefixes: Mapping[str, str]) -> Iterator[Problem]:
    """Yield a problem for each contradiction in what the files state, the rules derived, and the axioms add.

    It stands at the first statement behind it that a file describes, and names all of them with their places.
    """
    facts = [(quad.subject, quad.predicate, quad.object) for quad in quads]
    try:
        axioms, denials = compile_axioms(facts, prefixes), compile_denials(facts, prefixes)
    except DataError:
        return  # an axiom at fault is reported with the rules
    named = [fact for fact in facts if isinstance(fact[0], NamedNode) and isinstance(fact[2], NamedNode | Literal)]
    for found in contradictions(denials, axioms, named):
        behind = [(_shown(fact, prefixes), places.of(str(getattr(fact[0], "value", "")))) for fact in found.behind]
        path, line = next((place for _, place in behind if place), ("ontology", None))
        statements = "; ".join(f"{text} ({place[0]}:{place[1]})" if place else text for text, place in behind)
        message = f"{found.denial.name} is broken by: {statements}; correct or remove one of them"
        yield Problem(path, line, _short(found.statements[0][0], prefixes), message, "error", CHECK)


def _shown(fact: Fact, prefixes: Mapping[str, str]) -> str:
    return " ".join(_short(term, prefixes) for term in fact)


def _short(term: Term, prefixes: Mapping[str, str]) -> str:
    return compact(term.value, prefixes) if isinstance(term, NamedNode) else str(getattr(term, "value", term))
