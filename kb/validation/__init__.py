"""Checks of every file of the graph: Turtle, prefixes, layout, literals, shapes, rules, checks, canned queries."""

from kb.validation.problem import Problem
from kb.validation.run import validate

__all__ = ["Problem", "validate"]
