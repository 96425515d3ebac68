"""A small graph about an invented drug, its compiled files, and a real endpoint that serves it."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse, serialize

from kb.prepared_query import PreparedQuery
from kb.query_text import prepare
from tests.endpoint import serve

PREFIXES = {
    "ex": "https://example.org/id/",
    "on": "https://example.org/ontology#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
GRAPHS = ("https://example.org/id/leaflet", "https://example.org/id/trial")
HOSTILE = 'say "hi"\nback\\slash \\u0041 \\n 😀 𓀀\ttab'

TRIG = r"""
PREFIX ex: <https://example.org/id/>
PREFIX on: <https://example.org/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

ex:leaflet {
  ex:zorvexin a on:Drug ; rdfs:label "zorvexin"@en, "Zorvexin"@de-at ;
    on:dose 5.5, 10 ; on:approved true ; on:since "2019-03-04"^^xsd:date ;
    on:note "say \"hi\"\nback\\slash \\u0041 \\n 😀 𓀀\ttab" ;
    on:treats ex:crampitis, ex:stiffness ; on:part _:salt .
  _:salt on:share 3 .
  ex:plenamine a on:Drug ; rdfs:label "plenamine" ; on:dose 2.25 ; on:approved false ;
    on:since "2018-01-01"^^xsd:date .
  ex:hexol a on:Drug ; on:dose 7 ; on:when "2020-01-02T03:04:05Z"^^xsd:dateTime .
  ex:crampitis a on:Condition ; rdfs:label "crampitis"@en .
}
ex:trial {
  ex:zorvexin a on:Drug ; on:treats ex:migrosis .
  ex:crampitis on:broader ex:pain . ex:pain on:broader ex:complaint .
  ex:stiffness rdfs:label "stiffness"@en .
  ex:statement rdf:subject ex:zorvexin ; rdf:predicate on:treats ; rdf:object ex:crampitis .
}
"""


class Compiled(NamedTuple):
    """The two files that engines read."""

    default: str
    named: str


def read(text: str, name: str = "") -> PreparedQuery:
    """Return `text` prepared for the graph of this folder."""
    return prepare(text, PREFIXES, GRAPHS, name)


@pytest.fixture(scope="session")
def quads() -> list[Quad]:
    return list(parse(TRIG, RdfFormat.TRIG))


@pytest.fixture(scope="session")
def compiled(quads: list[Quad], tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    folder = tmp_path_factory.mktemp("compiled")
    union = dict.fromkeys(Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()) for quad in quads)
    default, named = str(folder / "default.nt"), str(folder / "named.nq")
    serialize((quad.triple for quad in union), default, RdfFormat.N_TRIPLES)
    serialize(quads, named, RdfFormat.N_QUADS)
    return Compiled(default, named)


@pytest.fixture(scope="session")
def endpoint(compiled: Compiled) -> Iterator[str]:
    """The address of an endpoint that holds the graph."""
    with serve(compiled.default, compiled.named) as url:
        yield url
