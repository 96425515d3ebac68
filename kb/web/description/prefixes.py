"""The prefixes of the graph as SPARQL editors look for them: `sh:declare`, as SHACL has it (section 5.2.1)."""

from collections.abc import Iterator, Mapping

from kb.terms import XSD
from kb.web.description.statements import Statement, link, value
from kb.web.description.vocabulary import SH, TYPE, DescriptionGraphs


def prefix_statements(prefixes: Mapping[str, str], graphs: DescriptionGraphs) -> Iterator[Statement]:
    """Yield the declaration of every prefix, all of one node, which examples name with `sh:prefixes`.

    That node is no `owl:Ontology`: whoever asks for the ontology of the graph shall find one.
    """
    for prefix, space in sorted(prefixes.items()):
        part = f"{graphs.prefixes}#{prefix}"
        yield link(graphs.prefixes, SH + "declare", part)
        yield link(part, TYPE, SH + "PrefixDeclaration")
        yield value(part, SH + "prefix", prefix)
        yield value(part, SH + "namespace", space, XSD + "anyURI")
