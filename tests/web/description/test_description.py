"""What the graph tells of itself: its numbers are those of COUNT, and SPARQL editors find what they look for."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, Triple, parse

from kb import KnowledgeBase
from kb.compilation import Compiled, open_compiled
from kb.terms import XSD
from kb.web.base import base_of
from kb.web.description import (
    description_graphs,
    served_description,
    served_examples,
    service_description,
    stored_description,
)
from kb.web.description.statements import read_statements, to_quads
from kb.web.description.statistics import count_graphs
from kb.web.description.vocabulary import part_name
from tests.conftest import TINY

URL = "http://127.0.0.1:1/kg"
PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sh": "http://www.w3.org/ns/shacl#",
    "void": "http://rdfs.org/ns/void#",
    "void-ext": "http://ldf.fi/void-ext#",
}


class Served(NamedTuple):
    """A graph with its description, as the server holds it."""

    compiled: Compiled
    base: str
    description: list[Quad]
    store: Store

    def rows(self, query: str) -> list[tuple[str | int | None, ...]]:
        """Return the rows of a SELECT: IRIs as text, numbers as numbers."""
        return _rows(self.store, query)

    def one(self, query: str) -> str | int | None:
        """Return the only value of a SELECT."""
        ((found,),) = self.rows(query)
        return found

    def part(self, *names: str) -> str:
        """Return the IRI of a part, ready for a query."""
        return f"<{description_graphs(self.compiled.prefixes).part(*names)}>"


def _rows(store: Store, query: str) -> list[tuple[str | int | None, ...]]:
    found = store.query(query, prefixes=PREFIXES)
    assert isinstance(found, QuerySolutions)
    return [tuple(map(_plain, row)) for row in found]


def _plain(term: object) -> str | int | None:
    if isinstance(term, Literal) and term.datatype.value == XSD + "integer":
        return int(term.value)
    return None if term is None else str(getattr(term, "value", term))


def _triples(path: str) -> list[Triple]:
    return [quad.triple for quad in parse(path=path, format=RdfFormat.N_TRIPLES)]


def _serve(compiled: Compiled, more: list[Triple] | None = None) -> Served:
    triples = [*_triples(compiled.default), *(more or [])]
    description = stored_description(triples, compiled, base_of(compiled))
    store = Store()
    store.bulk_extend(Quad(*triple) for triple in triples)
    store.bulk_extend(parse(path=compiled.named, format=RdfFormat.N_QUADS))  # keeps the labels of blank nodes
    store.bulk_extend(description)
    store.bulk_extend(Quad(quad.subject, quad.predicate, quad.object) for quad in description)
    return Served(compiled, base_of(compiled), description, store)


@pytest.fixture(scope="module")
def small(_own_cache: None) -> Served:
    return _serve(open_compiled(str(TINY)))


@pytest.fixture(scope="module")
def large(shipped: KnowledgeBase) -> Served:
    return _serve(shipped.compiled)


@pytest.fixture(params=["small", "large"])
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    yield request.getfixturevalue(request.param)


WHOLE = {
    "triples": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "entities": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a ?class FILTER (isIRI(?s)) }",
    "distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "distinctObjects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
    "classes": "SELECT (COUNT(DISTINCT ?class) AS ?n) { ?s a ?class }",
    "properties": "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
}


@pytest.mark.parametrize("name", WHOLE)
def test_numbers_of_the_whole_are_those_of_count(served: Served, name: str) -> None:
    said = served.one(f"SELECT ?n {{ {served.part('dataset')} void:{name} ?n }}")

    assert served.one(WHOLE[name]) == said


PARTS = {
    "classes": (
        "SELECT ?class (COUNT(?s) AS ?n) { ?s a ?class FILTER (isIRI(?class)) } GROUP BY ?class",
        "SELECT ?class ?n { DATASET void:classPartition [ void:class ?class ; void:entities ?n ] }",
    ),
    "properties": (
        "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p",
        "SELECT ?p ?n { DATASET void:propertyPartition [ void:property ?p ; void:triples ?n ] }",
    ),
    "properties of classes": (
        "SELECT ?class ?p (COUNT(*) AS ?n) { ?s a ?class ; ?p ?o FILTER (isIRI(?class)) } GROUP BY ?class ?p",
        "SELECT ?class ?p ?n { DATASET void:classPartition [ void:class ?class ; void:propertyPartition"
        " [ void:property ?p ; void:triples ?n ] ] }",
    ),
    "datatypes": (
        "SELECT ?class ?p ?type (COUNT(*) AS ?n) { ?s a ?class ; ?p ?o FILTER (isIRI(?class) && isLiteral(?o))"
        " BIND (DATATYPE(?o) AS ?type) } GROUP BY ?class ?p ?type",
        "SELECT ?class ?p ?type ?n { DATASET void:classPartition [ void:class ?class ; void:propertyPartition"
        " [ void:property ?p ; void-ext:datatypePartition [ void-ext:datatype ?type ; void:triples ?n ] ] ] }",
    ),
    "named graphs": (
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
        "SELECT ?g ?n { DATASET void:subset ?g . ?g void:triples ?n FILTER (!CONTAINS(STR(?g), '#')) }",
    ),
}


@pytest.mark.parametrize("name", PARTS)
def test_partitions_are_complete_and_their_numbers_those_of_count(served: Served, name: str) -> None:
    counted, said = PARTS[name]

    found = served.rows(said.replace("DATASET", served.part("dataset")))

    assert sorted(served.rows(counted)) == sorted(found)


def test_partitions_by_class_of_object_have_the_numbers_of_count(served: Served) -> None:
    counted = served.rows(
        "SELECT ?class ?p ?other (COUNT(*) AS ?n) { ?s a ?class ; ?p ?o . ?o a ?other"
        " FILTER (isIRI(?class) && isIRI(?other) && ?p != rdf:type) } GROUP BY ?class ?p ?other"
    )
    said = served.rows(
        f"SELECT ?class ?p ?other ?n {{ {served.part('dataset')} void:classPartition [ void:class ?class ;"
        " void:propertyPartition [ void:property ?p ; void:classPartition [ void:class ?other ; void:triples ?n ] ] ] }"
    )

    assert said
    assert set() == set(said) - set(counted)
    assert {row[:2] for row in counted} == {row[:2] for row in said}


def test_an_object_is_told_by_its_narrowest_class(small: Served) -> None:
    said = small.rows(
        "SELECT ?other { ?p void:property <https://example.org/tiny/ontology#ofComplaint> ;"
        " void:classPartition/void:class ?other }"
    )

    assert {("https://example.org/tiny/ontology#Complaint",), ("https://example.org/tiny/ontology#SideEffect",)} == set(
        said
    )


def test_linksets_have_the_numbers_of_count(served: Served) -> None:
    linksets = served.rows(
        "SELECT ?p ?space ?n { ?set a void:Linkset ; void:linkPredicate ?p ; void:triples ?n ;"
        f" void:subjectsTarget {served.part('dataset')} ; void:objectsTarget/void:uriSpace ?space }}"
    )

    assert linksets
    for predicate, space, number in linksets:
        counted = (
            f"SELECT (COUNT(*) AS ?n) {{ ?s <{predicate}> ?o FILTER (isIRI(?o) && STRSTARTS(STR(?o), '{space}')) }}"
        )
        assert number == served.one(counted)


def test_linksets_lead_out_of_the_graph(small: Served, large: Served) -> None:
    query = "SELECT ?p ?space { ?set void:linkPredicate ?p ; void:objectsTarget/void:uriSpace ?space }"
    match = "http://www.w3.org/2004/02/skos/core#exactMatch"
    shipped = large.rows(query)

    assert [(match, "http://purl.obolibrary.org/obo/CHEBI_")] == small.rows(query)
    assert (match, "http://id.nlm.nih.gov/mesh/") in shipped
    assert not [space for _, space in shipped if str(space).startswith((large.base, PREFIXES["owl"], XSD))]


def test_namespaces_of_its_own_have_the_numbers_of_count(served: Served) -> None:
    spaces = served.rows(
        f"SELECT ?space ?entities ?n {{ {served.part('dataset')} void:subset [ void:uriSpace ?space ;"
        " void:entities ?entities ; void:triples ?n ] }"
    )

    assert f"{served.base}id/" in {space for space, _, _ in spaces}
    for space, entities, number in spaces:
        inside = f"FILTER (isIRI(?s) && STRSTARTS(STR(?s), '{space}'))"
        assert entities == served.one(f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a ?class {inside} }}")
        assert number == served.one(f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o {inside} }}")


def test_every_word_in_use_is_of_a_vocabulary(served: Served) -> None:
    vocabularies = tuple(str(row[0]) for row in served.rows("SELECT ?v { ?dataset void:vocabulary ?v }"))
    words = served.rows("SELECT DISTINCT ?word { { ?s ?word ?o } UNION { ?s a ?word FILTER (isIRI(?word)) } }")

    assert [] == [word for (word,) in words if not str(word).startswith(vocabularies)]


def test_the_release_has_the_statements_that_exports_hold(served: Served) -> None:
    said = served.one(f"SELECT ?n {{ {served.part('release')} void:triples ?n }}")

    assert len(_triples(served.compiled.default)) == said


def test_licence_title_and_version_are_those_of_the_ontology(large: Served) -> None:
    wanted = "dcterms:license ?licence ; dcterms:title ?title ; owl:versionInfo ?version"
    ontology = large.rows(f"SELECT ?licence ?title ?version {{ ?ontology a owl:Ontology ; {wanted} }}")

    assert 1 == len(ontology)
    assert ontology == large.rows(f"SELECT ?licence ?title ?version {{ {large.part('dataset')} {wanted} }}")


def test_descriptions_have_no_blank_nodes_and_no_statement_twice(served: Served) -> None:
    assert len(served.description) == len(set(served.description))
    assert [] == [quad for quad in served.description if isinstance(quad.subject, BlankNode)]
    assert [] == [quad for quad in served.description if isinstance(quad.object, BlankNode)]
    assert set(description_graphs(served.compiled.prefixes)) == {
        getattr(quad.graph_name, "value", "") for quad in served.description
    }


def test_the_same_graph_gives_the_same_description(small: Served) -> None:
    triples = list(reversed(_triples(small.compiled.default)))

    assert small.description == stored_description(triples, small.compiled, small.base)


@pytest.mark.parametrize("further", range(12))
def test_a_number_that_counts_itself_is_right_or_not_there(small: Served, further: int) -> None:
    thing, number = NamedNode(f"{small.base}id/number"), NamedNode(f"{small.base}ontology#number")
    known = small.one(f"SELECT ?n {{ {small.part('dataset')} void:distinctObjects ?n }}")
    assert isinstance(known, int)
    more = [Triple(thing, number, Literal(known + other)) for other in range(4, 4 + further)]

    served = _serve(small.compiled, more)

    said = served.rows(f"SELECT ?n {{ {served.part('dataset')} void:distinctObjects ?n }}")
    assert said in ([], [(served.one(WHOLE["distinctObjects"]),)])
    assert served.one(WHOLE["triples"]) == served.one(f"SELECT ?n {{ {served.part('dataset')} void:triples ?n }}")


def test_data_that_describe_themselves_are_counted_in(small: Served) -> None:
    kind, void = NamedNode(PREFIXES["rdf"] + "type"), PREFIXES["void"]
    part = description_graphs(small.compiled.prefixes).part("dataset")
    more = [
        Triple(NamedNode("urn:x:a"), kind, NamedNode(void + "Dataset")),
        Triple(NamedNode("urn:x:a"), NamedNode(void + "subset"), NamedNode(part)),
    ]

    served = _serve(small.compiled, more)

    for counted, said in PARTS.values():
        assert sorted(served.rows(counted)) == sorted(served.rows(said.replace("DATASET", served.part("dataset"))))


def test_literals_are_counted_as_the_store_holds_them(small: Served, tmp_path: Path) -> None:
    subject, predicate = NamedNode("urn:x:s"), NamedNode("urn:x:p")
    texts = [Literal("5.10", datatype=NamedNode(XSD + "decimal")), Literal("5.1", datatype=NamedNode(XSD + "decimal"))]
    file = tmp_path / "twice.nq"
    file.write_text("".join(f"<urn:x:s> <urn:x:p> {literal} <urn:x:g> .\n" for literal in texts))

    found = read_statements(Triple(subject, predicate, text) for text in texts)

    assert 1 == len(found)
    assert [Quad(subject, predicate, texts[1], NamedNode("urn:x:g"))] == to_quads(found, "urn:x:g")
    assert {"urn:x:g": 1} == count_graphs(str(file))


def test_names_of_parts_differ_where_iris_do() -> None:
    prefixes = {"a": "http://x/", "a-b": "http://x/b/"}
    iris = [
        f"http://x/{end}" for end in ("b", "b/", "b/c", "b.c", "b--c", "b-c", "-b", "b-", "é", "b#c", "b/c/d", "%62")
    ]

    names = [part_name(iri, prefixes) for iri in iris]

    assert len(iris) == len(set(names))
    assert "a.b" == names[0]
    assert "a-b.c" == names[2]
    assert [] == [name for name in names if "--" in name]


# What SPARQL editors ask, after github.com/sib-swiss/sparql-editor (packages/sparql-editor/src/utils.ts).

EDITOR_PREFIXES = (
    "SELECT DISTINCT ?prefix ?namespace { [] sh:namespace ?namespace ; sh:prefix ?prefix } ORDER BY ?prefix"
)
EDITOR_CLASSES = """
    SELECT DISTINCT ?graph ?subjectClass ?prop ?objectClass ?objectDatatype ?triples ?propLabel {
      {
        OPTIONAL { ?graph sd:graph ?graphDesc . ?graphDesc void:classPartition ?cp }
        ?cp void:class ?subjectClass ; void:propertyPartition ?pp .
        ?pp void:property ?prop .
        OPTIONAL { ?pp void:triples ?triples }
        OPTIONAL { ?prop rdfs:label ?propLabel }
        OPTIONAL {
          { ?pp void:classPartition [ void:class ?objectClass ] }
          UNION
          { ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] }
        }
      }
      UNION
      {
        ?linkset void:subjectsTarget [ void:class ?subjectClass ] ;
          void:linkPredicate ?prop ; void:objectsTarget [ void:class ?objectClass ]
      }
    }
    ORDER BY ?subjectClass ?objectClass ?objectDatatype ?graph ?triples"""
EDITOR_EXAMPLES = """
    SELECT DISTINCT ?sq ?comment ?query {
      ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct|sh:describe ?query
    }
    ORDER BY ?sq"""


def test_an_editor_finds_every_prefix(served: Served) -> None:
    assert sorted(served.compiled.prefixes.items()) == served.rows(EDITOR_PREFIXES)


def test_an_editor_finds_classes_with_their_properties_and_what_these_lead_to(small: Served) -> None:
    word = "https://example.org/tiny/ontology#"
    found = {(row[1], row[2], row[3], row[4]) for row in small.rows(EDITOR_CLASSES)}

    assert (word + "Statement", word + "ofRemedy", word + "Remedy", None) in found
    assert (word + "Statement", word + "share", None, XSD + "integer") in found
    assert (word + "Denial", word + "madeIn", word + "Document", None) in found


def test_an_editor_finds_each_canned_query_but_the_checks_once(served: Served) -> None:
    queries = [query for name, query in served.compiled.queries.items() if not name.startswith("checks/")]
    expected = [(f"{served.base}queries/{query.name}", query.summary) for query in queries]

    assert sorted(expected) == [row[:2] for row in served.rows(EDITOR_EXAMPLES)]


@pytest.mark.parametrize("graph", ["small", pytest.param("large", marks=pytest.mark.whole_graph)])
def test_examples_run_as_they_stand_and_give_the_rows_of_the_canned_query(
    graph: str, request: pytest.FixtureRequest
) -> None:
    served: Served = request.getfixturevalue(graph)
    found = served.rows(EDITOR_EXAMPLES)

    assert found
    for iri, _, text in found:
        query = served.compiled.queries[str(iri).removeprefix(f"{served.base}queries/")]
        example = served.store.query(str(text))
        assert isinstance(example, QuerySolutions)
        assert not str(text).startswith("#")
        assert [tuple(row) for row in served.store.query(query.text)] == [tuple(row) for row in example]  # type: ignore


@pytest.mark.whole_graph
def test_canned_queries_answer_as_they_do_without_the_description(large: Served, shipped: KnowledgeBase) -> None:
    counting_uses = {"ontology/terms"}
    """It counts what uses a word, and the description uses words as well."""
    names = [name for name in shipped.queries if not name.startswith("checks/") and name not in counting_uses]

    for name in names:
        text = shipped.bind(name, {}).text
        with_description = [tuple(row) for row in large.store.query(text)]  # type: ignore[union-attr]
        assert shipped.query(name).rows == with_description, name


def test_parameters_are_described(served: Served) -> None:
    rows = served.rows(
        "SELECT ?query ?order ?name ?class ?datatype ?optional { ?query sh:parameter ?p . ?p a sh:Parameter ;"
        " sh:name ?name ; sh:path ?path ; sh:order ?order ; sh:optional ?optional ; sh:description ?help"
        " OPTIONAL { ?p sh:nodeKind sh:IRI ; sh:class ?class } OPTIONAL { ?p sh:datatype ?datatype }"
        " FILTER (STRENDS(STR(?path), CONCAT('#', ?name)) && STRENDS(STR(?p), CONCAT('#', ?name))) }"
    )
    expected = {
        (
            f"{served.base}queries/{name}",
            at,
            parameter.name,
            parameter.of_class,
            None if parameter.type == "iri" else XSD + parameter.type,
            "false" if parameter.required else "true",
        )
        for name, query in served.compiled.queries.items()
        if not name.startswith("checks/")
        for at, parameter in enumerate(query.parameters)
    }

    assert expected
    assert expected == set(rows)


def test_defaults_do_not_point_at_entities_in_the_store_but_in_the_document(small: Served) -> None:
    stored = small.rows("SELECT ?default { ?p sh:defaultValue ?default FILTER (isIRI(?default)) }")
    document = _loaded(served_examples(small.description, URL, small.compiled, small.base))
    defaults = _rows(document, "SELECT ?default { ?p sh:defaultValue ?default }")

    assert [] == stored
    assert {("https://example.org/tiny/id/zorvexin",), ("gig",)} <= set(defaults)


def _loaded(triples: list[Triple]) -> Store:
    store = Store()
    store.extend(Quad(*triple) for triple in triples)
    return store


def test_the_examples_document_names_its_endpoint_and_its_prefixes(small: Served) -> None:
    document = _loaded(served_examples(small.description, URL, small.compiled, small.base))
    declared = "[ sh:prefix ?prefix ; sh:namespace ?space ]"
    targets = _rows(
        document, "SELECT ?example ?target { ?example a sh:SPARQLSelectExecutable ; schema:target ?target }"
    )
    prefixes = _rows(document, f"SELECT DISTINCT ?prefix ?space {{ ?example sh:prefixes/sh:declare {declared} }}")

    assert {f"{URL}/sparql"} == {target for _, target in targets}
    assert len(_rows(document, EDITOR_EXAMPLES)) == len(targets)
    assert sorted(small.compiled.prefixes.items()) == sorted(prefixes)


def test_the_void_document_says_where_everything_is(small: Served) -> None:
    document = _loaded(served_description(small.description, URL))
    dumps = _rows(
        document,
        "SELECT ?url ?type { ?dataset void:sparqlEndpoint ?e ; void:subset ?release ."
        " ?release void:dataDump ?url ; dcat:distribution ?d ."
        " ?d dcat:downloadURL ?url ; dcat:accessURL ?url ; dcat:mediaType ?type }",
    )
    endpoints = _rows(document, "SELECT ?url { ?service a dcat:DataService ; dcat:endpointURL ?url }")

    assert (f"{URL}/download/ttl", "https://www.iana.org/assignments/media-types/text/turtle") in dumps
    assert {f"{URL}/download/{name}" for name in ("nq", "trig", "jsonld", "nt", "ttl", "rdfxml")} == {
        url for url, _ in dumps
    }
    assert [(f"{URL}/sparql",)] == endpoints


def test_the_service_description_names_every_graph_and_format(served: Served) -> None:
    document = _loaded(service_description(URL, served))
    graphs = _rows(
        document, "SELECT ?g ?n { ?s sd:defaultDataset/sd:namedGraph [ sd:name ?g ; sd:graph/void:triples ?n ] }"
    )
    formats = {row[0] for row in _rows(document, "SELECT ?f { ?s a sd:Service ; sd:resultFormat ?f }")}
    whole = _rows(document, "SELECT ?n { ?s sd:defaultDataset/sd:defaultGraph/void:triples ?n }")

    assert sorted(served.rows(PARTS["named graphs"][0])) == sorted(graphs)
    assert [(served.one(WHOLE["triples"]),)] == whole
    assert [(f"{URL}/sparql",)] == _rows(document, "SELECT ?e { ?s sd:endpoint ?e ; sd:feature sd:UnionDefaultGraph }")
    assert {
        f"http://www.w3.org/ns/formats/{name}"
        for name in (
            *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
            *("Turtle", "N-Triples", "JSON-LD", "RDF_XML"),
        )
    } == formats


def test_the_default_graph_is_the_union_that_is_claimed(served: Served) -> None:
    missing = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } MINUS { ?s ?p ?o } }"
    extra = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o MINUS { GRAPH ?g { ?s ?p ?o } } }"

    assert (0, 0) == (served.one(missing), served.one(extra))
