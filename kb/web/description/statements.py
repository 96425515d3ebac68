"""Statements as plain tuples: quick to count by the ten thousand, which terms of pyoxigraph are not."""

from collections.abc import Iterable
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from kb.terms import XSD

Statement: TypeAlias = tuple[str, str, "str | Literal | Triple", "str | None"]
"""Subject, predicate, object, and the datatype of the object if it is a literal; blank nodes as `_:label`."""

_STRINGS = frozenset((XSD + "string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"))
_INDEX = "urn:x:"


def link(subject: str, predicate: str, other: str) -> Statement:
    """Return the statement that relates two IRIs."""
    return subject, predicate, other, None


def value(subject: str, predicate: str, content: str | int | Literal, datatype: str | None = None) -> Statement:
    """Return the statement that gives an IRI a literal; a number is an `xsd:integer`, a text an `xsd:string`."""
    if isinstance(content, Literal):
        literal = content
    else:
        literal = Literal(content, datatype=NamedNode(datatype)) if datatype else Literal(content)
    return subject, predicate, literal, literal.datatype.value


def text(subject: str, predicate: str, content: str) -> Statement:
    """Return the statement that gives an IRI a text in English."""
    literal = Literal(content, language="en")
    return subject, predicate, literal, literal.datatype.value


def read_statements(triples: Iterable[Triple]) -> list[Statement]:
    """Return triples as statements, each once, with their literals as Oxigraph holds them (`5.10` as `5.1`)."""
    found: list[Statement] = []
    typed: dict[Literal, list[int]] = {}
    for subject, predicate, term in triples:
        name = str(subject) if isinstance(subject, BlankNode) else subject.value
        if isinstance(term, Literal):
            datatype = term.datatype.value
            if datatype not in _STRINGS:
                typed.setdefault(term, []).append(len(found))
            found.append((name, predicate.value, term, datatype))
        elif isinstance(term, NamedNode):
            found.append((name, predicate.value, term.value, None))
        else:
            found.append((name, predicate.value, str(term) if isinstance(term, BlankNode) else term, None))
    for literal, stored in _as_stored(typed).items():
        for at in typed[literal]:
            found[at] = (*found[at][:2], stored, stored.datatype.value)
    return list(dict.fromkeys(found))


def _as_stored(literals: Iterable[Literal]) -> dict[Literal, Literal]:
    """Return {literal: what Oxigraph makes of it} for those that it changes."""
    listed, store = list(literals), Store()
    store.extend(Quad(NamedNode(f"{_INDEX}{at}"), NamedNode(_INDEX), literal) for at, literal in enumerate(listed))
    kept = {listed[int(quad.subject.value[len(_INDEX) :])]: quad.object for quad in store}
    return {literal: stored for literal, stored in kept.items() if isinstance(stored, Literal) and stored != literal}


def to_quads(statements: Iterable[Statement], graph: str) -> list[Quad]:
    """Return statements, whose subjects are IRIs, as quads of a named graph."""
    name = NamedNode(graph)
    return [Quad(*_terms(statement), name) for statement in statements]


def to_triples(statements: Iterable[Statement]) -> list[Triple]:
    """Return statements, whose subjects are IRIs, as triples."""
    return [Triple(*_terms(statement)) for statement in statements]


def _terms(statement: Statement) -> tuple[NamedNode, NamedNode, NamedNode | Literal | Triple]:
    subject, predicate, term, _ = statement
    return NamedNode(subject), NamedNode(predicate), NamedNode(term) if isinstance(term, str) else term
