"""What follows from ontology and data: OWL 2 RL axioms as named rules, their closure, and what contradicts."""

from kb.reasoning.axioms import compile_axioms, compile_denials
from kb.reasoning.closure import Closure
from kb.reasoning.engines import close
from kb.reasoning.horn import Denial, Fact, HornRule, Pattern, Variable

__all__ = [
    "Closure",
    "Denial",
    "Fact",
    "HornRule",
    "Pattern",
    "Variable",
    "close",
    "compile_axioms",
    "compile_denials",
]
