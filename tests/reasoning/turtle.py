"""Short Turtle for tests."""

from pyoxigraph import RdfFormat, parse

from kb.reasoning import Fact

EX = "https://example.org/"
_PREFIXES = f"""
PREFIX ex: <{EX}>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""


def facts_of(text: str) -> list[Fact]:
    """Return the statements of a piece of Turtle."""
    return [(quad.subject, quad.predicate, quad.object) for quad in parse(_PREFIXES + text, format=RdfFormat.TURTLE)]
