"""A query made ready for any engine, and what an engine needs to know of it."""

from typing import NamedTuple


class PreparedQuery(NamedTuple):
    """A prepared query: what an engine needs to know to run it and to report its errors."""

    text: str
    """The text for the engine."""
    form: str
    """`select`, `ask`, `construct` or `describe`."""
    default_graphs: tuple[str, ...] = ()
    """IRIs of its `FROM` clauses, or those of the protocol."""
    named_graphs: tuple[str, ...] = ()
    """IRIs of its `FROM NAMED` clauses, or those of the protocol."""
    uses_graphs: bool = False
    """Whether it speaks of graphs at all (`GRAPH`, `FROM`)."""
    shift: int = 0
    """Characters put in front of the first line, to take off the column of an error there."""
    name: str = ""
    """What to call the query in an error message: a file, or nothing for ad hoc text."""
    protocol_graphs: bool = False
    """Whether the graphs were named beside the text, and win over its `FROM` (SPARQL 1.1 Protocol, 2.1.4)."""
