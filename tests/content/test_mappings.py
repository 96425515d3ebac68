"""The mapping sets for other tools: what they state is what the graph states, and the form is that of SSSOM."""

import csv
import re
from functools import cache
from io import StringIO

import pytest
import rdflib
import yaml
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS

from tests.conftest import ROOT
from tests.facts import SHARED, needs_facts

BK = "https://w3id.org/baclofen-kg/id/"
BKG = "https://w3id.org/baclofen-kg/ontology#"
FOLDERS = {
    "conditions": ("conditions", None),
    "drugs": ("drugs", False),
    "effects": ("effects", None),
    "roles": ("drugs", True),
    "sites": ("sites", None),
    "targets": ("targets", None),
}
"""For each set the folder of its subjects, and whether they are the roles in it."""
SETS = (*FOLDERS, "terms")
COLUMNS = [
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "object_source",
    "comment",
]
MATCHES = {f"skos:{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")}
JUSTIFICATIONS = {"semapv:ManualMappingCuration", "semapv:UnspecifiedMatching"}
NO_LABELS = {
    *("ATC", "HP", "INN", "IUPHAR.LIGAND", "MEDDRA", "OAE", "SNOMEDCT", "UMLS"),
}
"""Vocabularies whose labels may not, or could not, be given."""
NO_IRIS_OF_THEIR_OWN = {"ATC", "DRUGBANK", "INN", "IUPHAR.LIGAND", "UMLS"}
"""Vocabularies that stand as codes only: in a mapping they are spelled out with a neutral resolver."""

Mapping = tuple[str, str, str]


@cache
def _read(name: str) -> tuple[dict[str, object], list[dict[str, str]]]:
    """Return the head and the rows of a mapping set."""
    lines = (ROOT / "ontology" / "mappings" / f"{name}.sssom.tsv").read_text(encoding="utf-8").splitlines(keepends=True)
    head = yaml.safe_load("".join(line[1:] for line in lines if line.startswith("#")))
    body = "".join(line for line in lines if not line.startswith("#"))
    return head, list(csv.DictReader(StringIO(body), delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def _curies(name: str) -> dict[str, str]:
    head, _ = _read(name)
    curies = head["curie_map"]
    assert isinstance(curies, dict)
    return curies


def _expand(name: str, curie: str) -> str:
    prefix, local = curie.split(":", 1)
    return _curies(name)[prefix] + local


@cache
def _graph(folder: str) -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in (ROOT / folder).glob("*.ttl"):
        graph.parse(path)
    return graph


def _stated(name: str) -> set[Mapping]:
    """Return the matches and the identifiers that the data states of the subjects of a set."""
    folder, roles = FOLDERS[name]
    graph = _graph(f"graph_data/{folder}")
    found: set[Mapping] = set()
    for subject in graph.subjects(RDF.type):
        is_role = graph.value(subject, RDF.type) == rdflib.URIRef(f"{BKG}PharmacologicRole")
        if roles is not None and roles != is_role:
            continue
        for match in MATCHES:
            found |= {(str(subject), match, str(term)) for term in graph.objects(subject, SKOS[match.split(":")[1]])}
        found |= {
            (str(subject), "skos:exactMatch", _expand(name, str(code)))
            for code in graph.objects(subject, DCTERMS.identifier)
        }
    return found


@pytest.mark.parametrize("name", sorted(FOLDERS))
def test_a_set_states_what_the_data_states(name: str) -> None:
    _, rows = _read(name)
    listed = {(_expand(name, row["subject_id"]), row["predicate_id"], _expand(name, row["object_id"])) for row in rows}

    assert _stated(name) == listed
    assert len(rows) == len(listed)


@pytest.mark.parametrize("name", SETS)
def test_the_labels_of_subjects_are_those_of_the_data(name: str) -> None:
    graph = _graph(f"graph_data/{FOLDERS[name][0]}" if name in FOLDERS else "ontology/modules")
    _, rows = _read(name)

    assert [] == [
        row["subject_id"]
        for row in rows
        if row["subject_label"] != str(graph.value(rdflib.URIRef(_expand(name, row["subject_id"])), RDFS.label))
    ]


@pytest.mark.parametrize("name", SETS)
def test_the_form_is_that_of_sssom(name: str) -> None:
    head, rows = _read(name)
    used = {
        row[column].split(":")[0]
        for row in rows
        for column in ("subject_id", "predicate_id", "object_id", "mapping_justification", "object_source")
    }

    assert head["mapping_set_id"] == f"https://w3id.org/baclofen-kg/mappings/{name}"
    assert head["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", str(head["mapping_set_version"]))
    assert used | {"bkgset", "semapv", "skos"} == set(_curies(name))
    assert {*COLUMNS} == {column for row in rows for column in row}
    assert MATCHES >= {row["predicate_id"] for row in rows}
    assert JUSTIFICATIONS >= {row["mapping_justification"] for row in rows}
    assert [] == [
        row for row in rows if not all(row[column] for column in COLUMNS if column not in ("object_label", "comment"))
    ]
    assert rows == sorted(rows, key=lambda row: (row["subject_id"], row["predicate_id"], row["object_id"]))


@pytest.mark.parametrize("name", SETS)
def test_no_label_is_given_where_the_licence_keeps_it(name: str) -> None:
    _, rows = _read(name)

    assert [] == [
        row["object_id"] for row in rows if row["object_label"] and row["object_id"].split(":")[0] in NO_LABELS
    ]
    assert set() == {
        prefix
        for prefix, iri in _curies(name).items()
        if prefix in NO_IRIS_OF_THEIR_OWN and not iri.startswith("https://bioregistry.io/")
    }


@pytest.mark.parametrize("name", SETS)
def test_what_was_taken_over_says_from_where(name: str) -> None:
    _, rows = _read(name)

    assert [] == [
        row["object_id"]
        for row in rows
        if row["mapping_justification"] == "semapv:UnspecifiedMatching"
        and not row["comment"].startswith("taken over from ")
        and row["object_id"].split(":")[0] != "OAE"
    ]


def test_terms_are_properties_of_the_ontology() -> None:
    graph = _graph("ontology/modules")
    _, rows = _read("terms")

    assert [] == [
        row["subject_id"]
        for row in rows
        if (rdflib.URIRef(_expand("terms", row["subject_id"])), RDF.type, OWL.ObjectProperty) not in graph
    ]
    assert "skos:exactMatch" not in {row["predicate_id"] for row in rows}  # our claims carry more than an edge does


@needs_facts
def test_the_objects_of_terms_exist() -> None:
    known = rdflib.Graph()
    for extract in ("ro", "biolink-predicates"):
        known.parse(SHARED / "facts" / "ontology-extracts" / f"{extract}-extract.ttl")
    _, rows = _read("terms")

    assert [] == [
        row["object_id"]
        for row in rows
        if str(known.value(rdflib.URIRef(_expand("terms", row["object_id"])), RDFS.label)) != row["object_label"]
    ]
