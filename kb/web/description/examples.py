"""The canned queries as examples that SPARQL editors load: SHACL's executables, as SIB's sparql-examples has them."""

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from kb.catalog import CannedQuery, Parameter
from kb.terms import XSD
from kb.web.description.statements import Statement, link, text, value
from kb.web.description.vocabulary import COMMENT, DCTERMS, LABEL, SCHEMA, SH, TYPE, DescriptionGraphs

NOT_FOR_READERS = "checks/"
"""The topic of the queries that look for mistakes: they answer nothing where all is well."""


def offered_examples(queries: Mapping[str, CannedQuery]) -> list[CannedQuery]:
    """Return the canned queries that are worth loading as examples, by name."""
    return [queries[name] for name in sorted(queries) if not name.startswith(NOT_FOR_READERS)]


def example_statements(
    queries: Iterable[CannedQuery], prefixes: Mapping[str, str], base: str, graphs: DescriptionGraphs
) -> Iterator[Statement]:
    """Yield each query as an example at `<base>queries/<topic>/<name>`, with its parameters.

    Defaults that are IRIs are not among them: what points at an entity shall be the data alone
    (`default_statements` has them, for documents that are not loaded).
    """
    for query in queries:
        iri = example_iri(query, base)
        yield link(iri, TYPE, SH + "SPARQLExecutable")
        yield link(iri, TYPE, SH + "SPARQLSelectExecutable")
        yield value(iri, LABEL, query.name)
        yield text(iri, COMMENT, query.summary)
        if query.description:
            yield text(iri, DCTERMS + "abstract", query.description)
        yield value(iri, SH + "select", example_text(query))
        yield link(iri, SH + "prefixes", graphs.prefixes)
        for word in sorted({query.name.split("/")[0], *query.tags}):
            yield value(iri, SCHEMA + "keywords", word)
        for at, parameter in enumerate(query.parameters):
            yield from _parameter(iri, at, parameter, graphs)
    yield from (one for one in default_statements(queries, prefixes, base) if isinstance(one[2], Literal))


def default_statements(queries: Iterable[CannedQuery], prefixes: Mapping[str, str], base: str) -> Iterator[Statement]:
    """Yield the values that stand in the queries themselves, and count where a parameter is left out."""
    for query in queries:
        for parameter in query.parameters:
            for term in example_values(query, parameter, prefixes):
                subject = f"{example_iri(query, base)}#{parameter.name}"
                default = SH + "defaultValue"
                yield (
                    link(subject, default, term.value) if isinstance(term, NamedNode) else value(subject, default, term)
                )


def example_iri(query: CannedQuery, base: str) -> str:
    """Return the IRI of a canned query."""
    return f"{base}queries/{query.name}"


def example_text(query: CannedQuery) -> str:
    """Return the SPARQL of a canned query without the comment lines of its header: it runs as it stands."""
    lines = query.text.splitlines()
    while lines and (lines[0].startswith("#") or not lines[0].strip()):
        del lines[0]
    return "\n".join(lines)


def example_values(query: CannedQuery, parameter: Parameter, prefixes: Mapping[str, str]) -> list[NamedNode | Literal]:
    """Return the values in the line of a parameter; none for `UNDEF`."""
    line = query.text[parameter.line.start : parameter.line.close_at + 1]
    rows = Store().query(" ".join(("SELECT * WHERE {", line, "}")), prefixes=dict(prefixes))
    assert isinstance(rows, QuerySolutions)  # it is a SELECT
    return [row[0] for row in rows if isinstance(row[0], (NamedNode, Literal))]


def _parameter(query: str, at: int, parameter: Parameter, graphs: DescriptionGraphs) -> Iterator[Statement]:
    iri = f"{query}#{parameter.name}"
    yield link(query, SH + "parameter", iri)
    yield link(iri, TYPE, SH + "Parameter")
    yield link(iri, SH + "path", f"{graphs.examples}#{parameter.name}")  # its last part is the name (SHACL 6.2.1)
    yield value(iri, SH + "name", parameter.name)
    yield text(iri, SH + "description", parameter.help)
    yield value(iri, SH + "order", at)
    yield value(iri, SH + "optional", "false" if parameter.required else "true", XSD + "boolean")
    if parameter.type == "iri":
        yield link(iri, SH + "nodeKind", SH + "IRI")
        if parameter.of_class:
            yield link(iri, SH + "class", parameter.of_class)
    else:
        yield link(iri, SH + "datatype", XSD + parameter.type)
