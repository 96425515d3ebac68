"""What a query gives: rows, a yes or no, or triples; the same classes from every engine."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    RdfFormat,
    Triple,
    parse_query_results,
    serialize,
)

from kb.errors import UnknownNameError, UsageError
from kb.terms import XSD, PythonValue, Term, to_python

if TYPE_CHECKING:
    import pandas

ROW_FORMATS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
TRIPLE_FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}

NOT_IN_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
"""What XML 1.0 cannot hold, as UTF-8 (section 2.2)."""


class Row:
    """One row: its values by position, by column name, or as attributes; unbound is None."""

    __slots__ = ("terms", "variables")

    def __init__(self, variables: tuple[str, ...], terms: tuple[Term | None, ...]) -> None:
        self.variables = variables
        self.terms = terms

    def __getitem__(self, key: int | str) -> Term | None:
        if isinstance(key, str):
            if key not in self.variables:
                raise UnknownNameError("column", key, self.variables)
            return self.terms[self.variables.index(key)]
        return self.terms[key]

    def __getattr__(self, name: str) -> Term | None:
        if name in self.__slots__:  # while a copy is being made it has none yet
            raise AttributeError(name)
        if name in self.variables:
            return self.terms[self.variables.index(name)]
        raise AttributeError(f"the row has no column {name!r}; its columns: {', '.join(self.variables)}")

    def __iter__(self) -> Iterator[Term | None]:
        return iter(self.terms)

    def __len__(self) -> int:
        return len(self.terms)

    def __repr__(self) -> str:
        return f"Row({', '.join(f'{name}={term}' for name, term in zip(self.variables, self.terms, strict=True))})"


class Rows:
    """The answer to a SELECT: `variables`, and `rows` as tuples of terms in their order."""

    def __init__(self, variables: Sequence[str], rows: Sequence[tuple[Term | None, ...]]) -> None:
        self.variables = tuple(variables)
        self.rows = list(rows)

    def __iter__(self) -> Iterator[Row]:
        return (Row(self.variables, row) for row in self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> Row:
        return Row(self.variables, self.rows[index])

    def __repr__(self) -> str:
        return f"<Rows: {len(self.rows)} of ({', '.join(self.variables)})>"

    def to_dicts(self) -> list[dict[str, PythonValue | None]]:
        """Return a list of {column: plain Python value}, IRIs as text, unbound as None."""
        return [dict(zip(self.variables, map(to_python, row), strict=True)) for row in self.rows]

    def to_pandas(self) -> "pandas.DataFrame":
        """Return a pandas DataFrame, one column a variable, values as in `to_dicts`.

        Raises:
            ImportError: pandas is not installed; it comes with `baclofen-kg[pandas]`.
        """
        try:
            import pandas
        except ImportError as error:
            raise ImportError("to_pandas needs pandas: pip install 'baclofen-kg[pandas]'") from error
        return pandas.DataFrame(self.to_dicts(), columns=list(self.variables))

    def serialize(self, format: str) -> bytes:
        """Return the rows as W3C SPARQL results in `json`, `xml`, `csv` or `tsv`.

        Raises:
            UnknownNameError: another format.
        """
        bindings = [
            {name: _to_json(term) for name, term in zip(self.variables, row, strict=True) if term is not None}
            for row in self.rows
        ]
        return _serialize_results({"head": {"vars": list(self.variables)}, "results": {"bindings": bindings}}, format)


class Answer(NamedTuple):
    """The answer to an ASK: `value`, and the same as a truth value."""

    value: bool

    def __bool__(self) -> bool:
        return self.value

    def serialize(self, format: str) -> bytes:
        """Return the answer as W3C SPARQL results in `json`, `xml`, `csv` or `tsv`."""
        return _serialize_results({"head": {}, "boolean": self.value}, format)


class Triples:
    """The answer to a CONSTRUCT or DESCRIBE: `triples`, in no order, none twice."""

    def __init__(self, triples: Sequence[Triple]) -> None:
        self.triples = list(dict.fromkeys(triples))

    def __iter__(self) -> Iterator[Triple]:
        return iter(self.triples)

    def __len__(self) -> int:
        return len(self.triples)

    def __repr__(self) -> str:
        return f"<Triples: {len(self.triples)}>"

    def serialize(self, format: str, prefixes: dict[str, str] | None = None) -> bytes:
        """Return the triples, sorted, as `ttl`, `nt`, `jsonld` or `rdfxml`.

        Raises:
            UnknownNameError: another format.
        """
        if format not in TRIPLE_FORMATS:
            raise UnknownNameError(
                "format for triples", format, TRIPLE_FORMATS, f"(there are {', '.join(TRIPLE_FORMATS)})"
            )
        ordered = sorted(self.triples, key=str)
        text = "\n".join(map(str, ordered))
        used = {prefix: space for prefix, space in (prefixes or {}).items() if f"<{space}" in text}
        return tidy_document(serialize(ordered, format=TRIPLE_FORMATS[format], prefixes=used) or b"")


Result: TypeAlias = Rows | Answer | Triples


def _to_json(term: Term) -> dict[str, object]:
    """Return a term as SPARQL 1.1 Query Results JSON, section 3.2.2 (triple terms as in SPARQL 1.2)."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Literal):
        entry: dict[str, object] = {"type": "literal", "value": term.value}
        if term.language:
            entry["xml:lang"] = term.language
        elif term.datatype.value != XSD + "string":
            entry["datatype"] = term.datatype.value
        return entry
    parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
    return {"type": "triple", "value": {name: _to_json(part) for name, part in parts.items()}}


def _serialize_results(document: dict[str, object], format: str) -> bytes:
    """Return a SPARQL JSON results document in another W3C format, written by pyoxigraph."""
    if format not in ROW_FORMATS:
        raise UnknownNameError("format for rows", format, ROW_FORMATS, f"(there are {', '.join(ROW_FORMATS)})")
    text = json.dumps(document, ensure_ascii=False).encode()
    return tidy_document(
        parse_query_results(text, QueryResultsFormat.JSON).serialize(format=ROW_FORMATS[format]) or b""
    )


def tidy_document(document: bytes) -> bytes:
    """Return a document of pyoxigraph with what 0.5.13 leaves open: prefixes in order, XML that keeps carriage returns.

    Raises:
        UsageError: it is XML and holds a character that XML 1.0 cannot hold (section 2.2), or it is
            RDF/XML and holds a property that it cannot (RDF 1.1 XML Syntax, section 2.5 and 8).
    """
    if document.startswith(b"@prefix"):
        lines = document.splitlines(keepends=True)
        first = next((at for at, line in enumerate(lines) if not line.startswith(b"@prefix")), len(lines))
        return b"".join(sorted(lines[:first]) + lines[first:])
    if document.startswith(b"<?xml"):
        if b"<oxprefix: " in document:
            raise UsageError(
                "the result holds a property whose IRI ends in no name, which RDF/XML cannot hold; write another format"
            )
        bad = NOT_IN_XML.search(document)
        if bad:
            raise UsageError(
                f"the result holds the character {bad.group().decode()!r}, which XML cannot hold; write another format"
            )
        return document.replace(b"\r", b"&#13;")
    return document
