"""The SPARQL 1.1 Service Description: what the endpoint understands, answers in, and holds."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from pyoxigraph import NamedNode, Quad, Triple

from kb.results import ROW_FORMATS, TRIPLE_FORMATS
from kb.web.description.dataset import syntax_iri
from kb.web.description.served import ENDPOINT, EXAMPLES_DOCUMENT, VOID_DOCUMENT
from kb.web.description.statements import Statement, link, to_triples, value
from kb.web.description.vocabulary import RDFS, SD, TYPE, VOID, DescriptionGraphs, description_graphs


class _Prefixed(Protocol):
    @property
    def prefixes(self) -> dict[str, str]:
        """The prefixes of the graph."""


class Described(Protocol):
    """What a service description needs of a release of the data."""

    @property
    def compiled(self) -> _Prefixed:
        """The compiled graph."""

    @property
    def description(self) -> list[Quad]:
        """The quads of `stored_description`."""


def service_description(root_url: str, release: Described) -> list[Triple]:
    """Return the description of the endpoint below `root_url`, which has no trailing slash.

    It claims `sd:UnionDefaultGraph`, as the default graph holds every statement of the named graphs.
    """
    graphs = description_graphs(release.compiled.prefixes)
    numbers = _sizes(release.description, graphs)
    return to_triples([*_service(root_url), *_dataset(root_url, graphs, numbers)])


def _sizes(quads: list[Quad], graphs: DescriptionGraphs) -> dict[str, int]:
    """Return {named graph, or the dataset: its statements}, as the stored description has them."""
    dataset = graphs.part("dataset")
    triples = NamedNode(VOID + "triples")
    sized = {
        quad.subject.value: int(quad.object.value)  # type: ignore[union-attr]
        for quad in quads
        if quad.predicate == triples
    }
    subsets = [
        quad.object.value  # type: ignore[union-attr]
        for quad in quads
        if quad.predicate == NamedNode(VOID + "subset") and quad.subject == NamedNode(dataset)
    ]
    named = {graph: sized[graph] for graph in subsets if not graph.startswith(graphs.part())}
    return {dataset: sized[dataset], **named}


def _service(root_url: str) -> Iterator[Statement]:
    endpoint = root_url + ENDPOINT
    yield link(endpoint, TYPE, SD + "Service")
    yield link(endpoint, SD + "endpoint", endpoint)
    yield link(endpoint, SD + "supportedLanguage", SD + "SPARQL11Query")
    yield link(endpoint, SD + "feature", SD + "UnionDefaultGraph")
    for iri in (*map(syntax_iri, ROW_FORMATS.values()), *map(syntax_iri, TRIPLE_FORMATS.values())):
        yield link(endpoint, SD + "resultFormat", iri)
    for document in (VOID_DOCUMENT, EXAMPLES_DOCUMENT):
        yield link(endpoint, RDFS + "seeAlso", root_url + document)
    yield link(endpoint, SD + "defaultDataset", f"{endpoint}#dataset")


def _dataset(root_url: str, graphs: DescriptionGraphs, numbers: Mapping[str, int]) -> Iterator[Statement]:
    dataset, default = f"{root_url}{ENDPOINT}#dataset", graphs.part("dataset")
    yield link(dataset, TYPE, SD + "Dataset")
    yield link(dataset, SD + "defaultGraph", default)
    yield link(default, TYPE, SD + "Graph")
    for graph, number in numbers.items():
        yield value(graph, VOID + "triples", number)
        if graph != default:
            node = f"{dataset}-{graph.removeprefix(graphs.void.removesuffix('description/void'))}"
            yield link(dataset, SD + "namedGraph", node)
            yield link(node, TYPE, SD + "NamedGraph")
            yield link(node, SD + "name", graph)
            yield link(node, SD + "graph", graph)
