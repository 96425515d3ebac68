"""The words that descriptions are written in, and the IRIs of the parts that they describe."""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import NamedTuple

from kb.dataset import graph_of
from kb.prefixes import compact

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
VOID = "http://rdfs.org/ns/void#"
VOID_EXT = "http://ldf.fi/void-ext#"
"""Partitions by datatype, as SIB's void-generator writes them and its SPARQL editor reads them."""
DCAT = "http://www.w3.org/ns/dcat#"
DCTERMS = "http://purl.org/dc/terms/"
SH = "http://www.w3.org/ns/shacl#"
SD = "http://www.w3.org/ns/sparql-service-description#"
SCHEMA = "https://schema.org/"
FOAF = "http://xmlns.com/foaf/0.1/"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"

TYPE = RDF + "type"
LABEL = RDFS + "label"
COMMENT = RDFS + "comment"

_PREFIXES = {
    "dcat": DCAT,
    "dcterms": DCTERMS,
    "foaf": FOAF,
    "owl": OWL,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "sd": SD,
    "sh": SH,
    "void": VOID,
    "void-ext": VOID_EXT,
}
_PLAIN = re.compile(r"[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)*")


class DescriptionGraphs(NamedTuple):
    """The IRIs of the named graphs that hold what the graph tells of itself."""

    void: str
    prefixes: str
    examples: str

    def part(self, *names: str) -> str:
        """Return the IRI of something that the VoID graph describes, such as `dataset` or a partition."""
        return f"{self.void}#{'--'.join(names)}"


def description_graphs(prefixes: Mapping[str, str]) -> DescriptionGraphs:
    """Return the IRIs of the description graphs of a graph with these prefixes."""
    return DescriptionGraphs(*(graph_of(f"description/{name}", prefixes) for name in DescriptionGraphs._fields))


def word_prefixes(prefixes: Mapping[str, str]) -> dict[str, str]:
    """Return the prefixes of the graph, and those of the words of descriptions where the graph has none."""
    taken = set(prefixes.values())
    return {**{prefix: space for prefix, space in _PREFIXES.items() if space not in taken}, **prefixes}


def document_prefixes(prefixes: Mapping[str, str]) -> dict[str, str]:
    """Return the prefixes under which a document of descriptions is short."""
    graphs = description_graphs(prefixes)
    return {**word_prefixes(prefixes), "part": graphs.part(), "parameter": f"{graphs.examples}#"}


def part_name(iri: str, prefixes: Mapping[str, str]) -> str:
    """Return a name for what concerns `iri`, another for each IRI, without `--`: `prefix.local` where that is plain."""
    prefix, _, local = compact(iri, prefixes).partition(":")
    if _PLAIN.fullmatch(prefix) and _PLAIN.fullmatch(local):
        return f"{prefix}.{local}"
    return f"iri.{sha256(iri.encode()).hexdigest()[:16]}"


def namespace(iri: str) -> str:
    """Return what is before the last part of an IRI: up to the last `#` or `/`, else to the last `:`."""
    end = max(iri.rfind("#"), iri.rfind("/")) + 1
    return iri[: end or iri.rfind(":") + 1]
