"""The two engines behind one function: the fast one, and owlrl as the reference."""

from collections.abc import Callable, Iterable

from kb.errors import UnknownNameError
from kb.reasoning.axioms import compile_axioms
from kb.reasoning.closure import Closure
from kb.reasoning.horn import Fact


def close(facts: Iterable[Fact], engine: str = "fast") -> set[Fact]:
    """Return `facts`, and what follows from them by the axioms among them; `engine` is `fast` or `owlrl`.

    Raises:
        DataError: with `fast`, an axiom is not one of OWL 2 RL that rules can say.
        UnknownNameError: there is no such engine.
    """
    if engine not in _ENGINES:
        raise UnknownNameError("reasoner", engine, _ENGINES, f"(there are {', '.join(_ENGINES)})")
    return _ENGINES[engine](facts)


def _close_fast(facts: Iterable[Fact]) -> set[Fact]:
    asserted = set(facts)
    return asserted | {fact for _, fact in Closure(compile_axioms(asserted), asserted).statements()}


def _close_with_owlrl(facts: Iterable[Fact]) -> set[Fact]:
    from kb.reasoning.reference import close_with_owlrl  # here: owlrl brings rdflib, and only a comparison needs them

    return close_with_owlrl(facts)


_ENGINES: dict[str, Callable[[Iterable[Fact]], set[Fact]]] = {"fast": _close_fast, "owlrl": _close_with_owlrl}
