"""The descriptions as documents of one service: what the store holds, with the URLs under which clients reach it."""

from collections.abc import Iterable

from pyoxigraph import NamedNode, Quad, Triple

from kb.compilation import Compiled
from kb.web.description.examples import default_statements, offered_examples
from kb.web.description.statements import Statement, link, to_triples
from kb.web.description.vocabulary import (
    DCAT,
    FOAF,
    RDFS,
    SCHEMA,
    SH,
    TYPE,
    VOID,
    DescriptionGraphs,
    description_graphs,
)

ENDPOINT = "/sparql"
DOWNLOADS = "/download/"
VOID_DOCUMENT = "/.well-known/void"
EXAMPLES_DOCUMENT = "/.well-known/sparql-examples"


def served_description(quads: Iterable[Quad], root_url: str) -> list[Triple]:
    """Return the VoID and DCAT document of the service at `root_url`, which has no trailing slash.

    `quads` are those of `stored_description`.
    """
    stored = list(quads)
    graphs = _graphs_of(stored)
    found = [quad.triple for quad in stored if quad.graph_name == NamedNode(graphs.void)]
    return [*found, *to_triples(_addresses(found, graphs, root_url))]


def served_examples(quads: Iterable[Quad], root_url: str, compiled: Compiled, base: str) -> list[Triple]:
    """Return the document of example queries of the service at `root_url`, with the prefixes that they name."""
    graphs = description_graphs(compiled.prefixes)
    wanted = (NamedNode(graphs.prefixes), NamedNode(graphs.examples))
    found = [quad.triple for quad in quads if quad.graph_name in wanted]
    more = list(default_statements(offered_examples(compiled.queries), compiled.prefixes, base))
    for triple in found:
        if triple.predicate == NamedNode(TYPE) and triple.object == NamedNode(SH + "SPARQLExecutable"):
            more.append(link(_iri(triple.subject), SCHEMA + "target", root_url + ENDPOINT))
    return list(dict.fromkeys([*found, *to_triples(more)]))


def _graphs_of(quads: Iterable[Quad]) -> DescriptionGraphs:
    """Return the description graphs: the one that says of itself that it describes a dataset, and its neighbours."""
    described = NamedNode(VOID + "DatasetDescription")
    void = next(_iri(quad.subject) for quad in quads if quad.object == described)
    folder = void.removesuffix("void")
    return DescriptionGraphs(void, f"{folder}prefixes", f"{folder}examples")


def _addresses(found: Iterable[Triple], graphs: DescriptionGraphs, root_url: str) -> list[Statement]:
    """Return where the dataset, its service and its distributions are."""
    endpoint, document = root_url + ENDPOINT, root_url + VOID_DOCUMENT
    dataset, service, release = graphs.part("dataset"), graphs.part("service"), graphs.part("release")
    statements = [
        link(document, TYPE, VOID + "DatasetDescription"),
        link(document, FOAF + "primaryTopic", dataset),
        link(dataset, VOID + "sparqlEndpoint", endpoint),
        link(dataset, DCAT + "landingPage", f"{root_url}/"),
        link(dataset, RDFS + "seeAlso", root_url + EXAMPLES_DOCUMENT),
        link(service, DCAT + "endpointURL", endpoint),
        link(service, DCAT + "endpointDescription", endpoint),
        link(service, DCAT + "endpointDescription", f"{root_url}/openapi.json"),
    ]
    for triple in found:
        if triple.predicate == NamedNode(DCAT + "distribution"):
            part = _iri(triple.object)
            url = root_url + DOWNLOADS + part.rpartition("--")[2]
            statements += [
                link(release, VOID + "dataDump", url),
                link(part, DCAT + "accessURL", url),
                link(part, DCAT + "downloadURL", url),
            ]
    return statements


def _iri(term: object) -> str:
    assert isinstance(term, NamedNode)  # descriptions have no blank nodes
    return term.value
