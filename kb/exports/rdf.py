"""The W3C syntaxes of RDF, written by pyoxigraph.

The formats of datasets keep the named graphs; the formats of graphs hold the union of them, each
statement once. `nq` is sorted, with canonical blank nodes: the same graph gives the same bytes.
"""

from collections.abc import Iterable

from pyoxigraph import Quad, RdfFormat, serialize

from kb.dataset import union
from kb.exports import Export
from kb.results import tidy_document


def _dataset(format: RdfFormat) -> Export:
    def write(quads: Iterable[Quad], prefixes: dict[str, str]) -> bytes:
        ordered = sorted(quads, key=lambda quad: (str(quad.graph_name), str(quad)))
        return tidy_document(serialize(ordered, format=format, prefixes=prefixes) or b"")

    return Export(f"{format.name}, named graphs kept", write)


def _lines(quads: Iterable[Quad], _: dict[str, str]) -> bytes:
    """Return N-Quads in the order of their lines; prefixes are of no use to them."""
    return b"".join(sorted((serialize(quads, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True)))


def _graph(format: RdfFormat) -> Export:
    def write(quads: Iterable[Quad], prefixes: dict[str, str]) -> bytes:
        return tidy_document(serialize((quad.triple for quad in union(quads)), format=format, prefixes=prefixes) or b"")

    return Export(f"{format.name}, all graphs in one", write)


FORMATS = {
    "nq": Export("N-Quads, named graphs kept, sorted", _lines),
    "trig": _dataset(RdfFormat.TRIG),
    "jsonld": _dataset(RdfFormat.JSON_LD),
    "nt": _graph(RdfFormat.N_TRIPLES),
    "ttl": _graph(RdfFormat.TURTLE),
    "rdfxml": _graph(RdfFormat.RDF_XML),
}
