"""What a rule is made of, as the reader gives it and the evaluator takes it."""

from typing import NamedTuple, TypeAlias

Path: TypeAlias = "str | tuple[str, tuple[Path, ...]]"
"""A predicate, or an operator (`|`, `/`, `^`, `*`, `+`, `?`) with what it is applied to."""
Element: TypeAlias = "Triple | Values | Bind | Filter | Part"


class Expression(NamedTuple):
    """An operator or function with its arguments, or a term alone, whose operator is empty."""

    operator: str
    arguments: "tuple[Expression | str, ...]"


class Triple(NamedTuple):
    """A pattern of one statement, or of a path."""

    subject: str
    predicate: Path
    object: str


class Values(NamedTuple):
    """A table of terms; None stands for UNDEF."""

    variables: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


class Bind(NamedTuple):
    """`BIND(expression AS ?variable)`."""

    expression: Expression
    variable: str


class Filter(NamedTuple):
    """`FILTER(expression)`, with its own text."""

    expression: Expression
    text: tuple[str, ...]


class Part(NamedTuple):
    """Groups under a keyword: OPTIONAL, MINUS, EXISTS, NOT EXISTS or GROUP with one, UNION with two or more."""

    kind: str
    groups: "tuple[Group, ...]"


class Group(NamedTuple):
    """What stands between two braces: its elements in order, and its tokens with all names written in full."""

    elements: "tuple[Element, ...]"
    text: tuple[str, ...]


class Rule(NamedTuple):
    """A CONSTRUCT: the statements that follow (`head`) and from what (`body`)."""

    head: tuple[Triple, ...]
    body: Group


def variables_of(group: Group) -> frozenset[str]:
    """Return all variables that stand in a group."""
    return frozenset(token for token in group.text if token[0] == "?")
