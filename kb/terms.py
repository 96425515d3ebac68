"""RDF terms: how a value is written into SPARQL, and how a term is read as a Python value.

The term classes are pyoxigraph's. This is the only module that turns a value into query text.
"""

import re
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kb.errors import ParameterError

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    PythonValue: TypeAlias = str | int | float | bool | Decimal | date | datetime
else:
    PythonValue = object  # decimal and datetime cost the quick path 8 ms, and only `to_python` needs them

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
RDFS_LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")

# Patterns are compiled when first used: a query without values needs none of them.
_FORBIDDEN_IN_IRI = r"[\x00-\x20<>\"{}|^`\\\ud800-\udfff]"
_SCHEME = r"[A-Za-z][A-Za-z0-9+.-]*:"
_SURROGATE = "[\ud800-\udfff]"
_NEEDS_ESCAPE = r'\\[uU]|[\\"]|[\x00-\x1f\x7f]'
_SHORT_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_INTEGER_TYPES = frozenset(
    XSD + name for name in ("integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger")
)


def check_iri(iri: str) -> str:
    """Return `iri` unchanged when it can stand between angle brackets.

    Raises:
        ParameterError: it has no scheme, or holds a character that SPARQL forbids in an IRI.
    """
    bad = re.search(_FORBIDDEN_IN_IRI, iri)
    if bad:
        raise ParameterError(f"IRI {iri!r}: the character {bad.group()!r} cannot stand in an IRI; percent-encode it")
    if not re.match(_SCHEME, iri):
        raise ParameterError(f"IRI {iri!r}: has no scheme; write it in full, such as https://example.org/x")
    return iri


def quote_string(text: str) -> str:
    """Return `text` as a SPARQL string token that every engine reads back as the same string.

    rdflib expands `\\uXXXX` before it parses, even after an escaped backslash, so a `u` that
    follows a backslash is itself written as an escape.

    Raises:
        ParameterError: `text` holds a lone surrogate, which no engine can store.
    """
    if re.search(_SURROGATE, text):
        raise ParameterError(f"text {text!r}: holds half of a surrogate pair; remove it")

    def escape(match: re.Match[str]) -> str:
        found = match.group()
        if len(found) == 2:
            return f"\\\\\\U{ord(found[1]):08X}"
        return _SHORT_ESCAPES.get(found, f"\\U{ord(found):08X}")

    return f'"{re.sub(_NEEDS_ESCAPE, escape, text)}"'


def to_sparql(term: NamedNode | Literal) -> str:
    """Return the SPARQL text of an IRI or a literal, the same for every engine."""
    if isinstance(term, NamedNode):
        return f"<{check_iri(term.value)}>"
    quoted = quote_string(term.value)
    if term.language:
        return f"{quoted}@{term.language}"
    if term.datatype.value == XSD + "string":
        return quoted
    return f"{quoted}^^<{check_iri(term.datatype.value)}>"


def to_python(term: Term | None) -> PythonValue | None:
    """Return a term as a plain Python value: numbers, booleans and dates by datatype, else text.

    An IRI gives its text, a blank node `_:` and its label, an unbound value None. A literal whose
    text does not fit its datatype gives its text.
    """
    from datetime import date, datetime
    from decimal import Decimal, InvalidOperation

    if term is None:
        return None
    if not isinstance(term, Literal):
        return term.value if isinstance(term, NamedNode) else str(term)
    text, datatype = term.value, term.datatype.value
    try:
        if datatype in _INTEGER_TYPES:
            return int(text)
        if datatype == XSD + "decimal":
            return Decimal(text)
        if datatype in (XSD + "double", XSD + "float"):
            return float(text)
        if datatype == XSD + "boolean":
            return {"true": True, "1": True, "false": False, "0": False}[text]
        if datatype == XSD + "date":
            return date.fromisoformat(text)
        if datatype == XSD + "dateTime":
            return datetime.fromisoformat(text)
    except (ValueError, KeyError, InvalidOperation):
        return text
    return text
