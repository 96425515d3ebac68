"""Which entity is a kind of which: against the ontologies it was taken from, and our own few additions."""

import re
from collections import defaultdict
from itertools import permutations

import pytest
import rdflib
from rdflib.namespace import RDF, RDFS, SKOS

from tests.conftest import ROOT
from tests.facts import SHARED, needs_facts, read_facts

FOLDERS = ("conditions", "drugs", "effects", "sites", "targets")
BK = rdflib.Namespace("https://w3id.org/baclofen-kg/id/")
BKG = rdflib.Namespace("https://w3id.org/baclofen-kg/ontology#")
OBO = "http://purl.obolibrary.org/obo/"
MESH = "http://id.nlm.nih.gov/mesh/"

Edge = tuple[str, str]

OWN: dict[str, str] = {
    # the name of the narrower says it: the broader, with a word added
    "abdominal-pain": "pain",
    "diazepam-withdrawal": "substance-withdrawal-syndrome",
    "intolerable-adverse-effects": "any-adverse-effect",
    "kainate-status-epilepticus": "status-epilepticus",
    "longer-mechanical-ventilation": "mechanical-ventilation",
    "acute-low-back-pain": "pain",
    "acute-respiratory-failure": "respiratory-insufficiency",
    "alcohol-craving": "craving",
    "auditory-hallucination": "hallucination",
    "chest-pain": "pain",
    "chronic-intractable-pain": "chronic-pain",
    "chronic-pain": "pain",
    "chronic-pain-with-opioid-tolerance": "chronic-pain",
    "compensated-alcohol-associated-liver-disease": "alcohol-associated-liver-disease",
    "drug-induced-constipation": "constipation",
    "hepatitis-c-cirrhosis": "liver-cirrhosis",
    "high-fever": "fever",
    "muscle-pain": "pain",
    "new-onset-seizure": "seizure",
    "partial-epilepsy": "epilepsy",
    "partial-onset-seizure": "seizure",
    "acute-repetitive-seizures": "seizure",
    "preoperative-anxiety": "anxiety",
    "profound-sedation": "sedation",
    "rebound-spasticity": "spasticity",
    "return-of-baseline-spasticity": "spasticity",
    "severe-pain": "pain",
    "severe-pain-with-opioid-tolerance": "severe-pain",
    "severe-spasticity": "spasticity",
    "spasticity-of-cerebral-origin": "spasticity",
    "spasticity-of-spinal-origin": "spasticity",
    "spastic-quadriplegic-cerebral-palsy": "spastic-cerebral-palsy",
    "certain-types-of-epilepsy": "epilepsy",
    "transformed-migraine": "migraine",
    "visual-hallucination": "hallucination",
    # a spasm by the muscles that it moves, a disorder by the substance, a disease by its textbook group
    "flexor-spasm": "muscle-spasm",
    "extensor-spasm": "muscle-spasm",
    "opioid-induced-constipation": "drug-induced-constipation",
    "opioid-use-disorder": "substance-use-disorder",
    "cocaine-use-disorder": "substance-use-disorder",
    "crohn-disease": "inflammatory-bowel-disease",
    "ulcerative-colitis": "inflammatory-bowel-disease",
    # the cause lies in the brain, or in the spinal cord
    "spasticity-due-to-cerebral-palsy": "spasticity-of-cerebral-origin",
    "spasticity-due-to-head-injury": "spasticity-of-cerebral-origin",
    "spasticity-due-to-spinal-cord-disorder": "spasticity-of-spinal-origin",
    "spasticity-due-to-spinal-cord-injury": "spasticity-of-spinal-origin",
    "spasticity-due-to-stroke": "spasticity-of-cerebral-origin",
    # a receptor by its type, an assembly of it by its subunits
    "gaba-a-receptor": "gaba-receptor",
    "gaba-b-receptor": "gaba-receptor",
    # members of a class of drugs
    "fentanyl": "general-anaesthetics",
    "morphine": "opioids",
    "propofol": "general-anaesthetics",
    # a role by a narrower name
    "role-acetaldehyde-dehydrogenase-inhibitor": "role-enzyme-inhibitor",
    "role-adrenergic-agonist": "role-adrenergic-agent",
    "role-alpha-2-adrenergic-agonist": "role-alpha-adrenergic-agonist",
    "role-alpha-adrenergic-agonist": "role-adrenergic-agonist",
    "role-central-alpha-2-adrenergic-agonist": "role-alpha-2-adrenergic-agonist",
    "role-central-muscle-relaxant": "role-muscle-relaxant",
    "role-gaba-modulator": "role-gaba-agent",
    "role-intravenous-anesthetic": "role-anesthetic",
    "role-skeletal-muscle-relaxant": "role-muscle-relaxant",
    "role-tricyclic-antidepressant": "role-antidepressant",
}
"""Edges that no extract gives: narrower to broader."""

ALSO: set[Edge] = {
    ("severe-spasticity-of-cerebral-origin", "severe-spasticity"),
    ("severe-spasticity-of-cerebral-origin", "spasticity-of-cerebral-origin"),
    ("severe-spasticity-of-spinal-origin", "severe-spasticity"),
    ("severe-spasticity-of-spinal-origin", "spasticity-of-spinal-origin"),
}
"""More of them, where one has two broader entities."""

DECLINED: set[Edge] = {
    # MONDO files all mental disorders under the brain; our neurological disorder is what neurologists treat
    ("psychotic-disorder", "neurological-disorder"),
    ("alcohol-withdrawal-delirium", "neurological-disorder"),
    # MeSH files a symptom under the disease that it belongs to, or a molecule under one that it was built from
    ("alcohol-withdrawal-seizure", "substance-withdrawal-syndrome"),
    ("baclofen", "gaba"),
}
"""Edges that an extract gives and we do not take over."""


@pytest.fixture(scope="module")
def data() -> rdflib.Graph:
    graph = rdflib.Graph()
    for folder in FOLDERS:
        for path in (ROOT / "graph_data" / folder).glob("*.ttl"):
            graph.parse(path)
    return graph


@pytest.fixture(scope="module")
def edges(data: rdflib.Graph) -> set[Edge]:
    return {(_name(narrow), _name(broad)) for narrow, broad in data.subject_objects(BKG.subtypeOf)}


def _name(node: rdflib.term.Node) -> str:
    return str(node).removeprefix(str(BK))


def _broader() -> dict[str, set[str]]:
    """Return the direct parents of every outside term; Uberon is left out, since its extract mixes in parts."""
    parents: dict[str, set[str]] = defaultdict(set)
    for name in ("chebi", "doid", "mondo", "symp"):
        extract = rdflib.Graph().parse(SHARED / "facts" / "ontology-extracts" / f"{name}-extract.ttl")
        for narrow, broad in extract.subject_objects(RDFS.subClassOf):
            parents[str(narrow)].add(str(broad))
    for name in ("chebi", "doid", "mondo"):
        for row in read_facts(f"open-data/ontology_{name}.tsv"):
            above = [code for code in row["is_a"].split("|") if code]
            parents[OBO + row["id"].replace(":", "_")] |= {OBO + code.replace(":", "_") for code in above}
    trees = {
        MESH + row["id"]: [place for place in row["tree_numbers_or_mapped"].split("|") if "." in place]
        for row in read_facts("open-data/mesh_terms.tsv")
    }
    for narrow_term, broad_term in permutations(trees, 2):
        if any(place.startswith(f"{above}.") for place in trees[narrow_term] for above in trees[broad_term]):
            parents[narrow_term].add(broad_term)
    return parents


def _ancestors(term: str, parents: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [term]
    while waiting:
        for parent in parents.get(waiting.pop(), ()):
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found


@pytest.fixture(scope="module")
def entailed(data: rdflib.Graph) -> set[Edge]:
    """Edges between our entities that an extract gives through terms that are exactly ours."""
    same: dict[str, set[str]] = defaultdict(set)
    for entity, term in data.subject_objects(SKOS.exactMatch):
        same[_name(entity)].add(str(term))
    parents = _broader()
    above = {entity: set().union(*(_ancestors(term, parents) for term in terms)) for entity, terms in same.items()}
    return {(a, b) for a in same for b in same if a != b and same[b] & above[a]}


def _is_assembly(edge: Edge) -> bool:
    return edge[1] == "gaba-a-receptor" and bool(re.fullmatch(r"gaba-a-receptor(-[a-z]+-\d){3}", edge[0]))


@needs_facts
def test_every_edge_is_entailed_by_an_extract_or_is_one_of_our_own(edges: set[Edge], entailed: set[Edge]) -> None:
    own = set(OWN.items()) | ALSO
    strange = {edge for edge in edges - entailed - own if not _is_assembly(edge)}

    assert len(edges & entailed) >= 20
    assert set() == strange


@needs_facts
def test_every_edge_of_an_extract_is_there_or_declined(edges: set[Edge], entailed: set[Edge]) -> None:
    reached = set(edges)
    while more := {(a, d) for a, b in reached for c, d in reached if b == c} - reached:
        reached |= more
    declined = {
        (a, b) for a, b in entailed if (a, b) in DECLINED or any((c, b) in DECLINED for x, c in reached if x == a)
    }

    assert set() == entailed - reached - declined
    assert set() == DECLINED & reached
    assert set() == DECLINED - entailed


@needs_facts
def test_no_list_of_ours_holds_an_edge_that_is_not_there_or_needs_no_list(
    edges: set[Edge], entailed: set[Edge]
) -> None:
    own = set(OWN.items()) | ALSO

    assert set() == own - edges
    assert set() == own & entailed


def test_no_edge_follows_from_two_others(edges: set[Edge]) -> None:
    assert set() == {(a, c) for a, b in edges for x, c in edges if b == x and (a, c) in edges}


def test_the_broader_entity_is_of_the_same_class(data: rdflib.Graph, edges: set[Edge]) -> None:
    kind = {_name(entity): _name(value).split("#")[1] for entity, value in data.subject_objects(RDF.type)}
    fits = {
        ("ContextualCondition", "Manifestation"),
        ("UnspecifiedCondition", "Disease"),
        ("DrugSubstance", "Substance"),
    }

    assert [] == [(a, b) for a, b in sorted(edges) if kind[a] != kind[b] and (kind[a], kind[b]) not in fits]


def test_a_disorder_is_not_a_kind_of_symptom(data: rdflib.Graph) -> None:
    above = set(data.transitive_objects(BK["alcohol-use-disorder"], BKG.subtypeOf)) - {BK["alcohol-use-disorder"]}

    assert (BK["alcohol-use-disorder"], RDF.type, BKG.Disease) in data
    assert BKG.Manifestation not in {data.value(broad, RDF.type) for broad in above}
