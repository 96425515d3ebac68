"""schema.org on pages: valid JSON-LD, which says no more than undisputed claims do."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, Triple, parse

from kb import KnowledgeBase
from kb.errors import DataError, ParameterError
from kb.results import Rows, Triples
from kb.terms import RDF_TYPE
from kb.views import View, bind_entity, read_view, read_views
from kb.web.things.structured_data import VOCABULARY, to_json_ld, to_script_text
from tests.conftest import ROOT, TINY

BK = "https://w3id.org/baclofen-kg/id/"
BKG = "https://w3id.org/baclofen-kg/ontology#"
OWN_WORDS = {
    *(VOCABULARY + word for word in ("name", "alternateName", "identifier", "sameAs")),
    *(VOCABULARY + word for word in ("activeIngredient", "administrationRoute", "dosageForm")),
    RDF_TYPE.value,
}
"""All that is said of a thing itself: what it is and what it is called, and nothing that a claim says."""
CLAIM_WORDS = {
    *(VOCABULARY + word for word in ("name", "about", "appearance", "spatialCoverage")),
    RDF_TYPE.value,
}
QUALIFIERS = ("inPopulation", "inJurisdiction", "underRegimen", "withCoIntervention", "atSite", "claimSubject")


@pytest.fixture(scope="module")
def views(shipped: KnowledgeBase) -> list[View]:
    return read_views(shipped.compiled.root, shipped.prefixes)


def _said(kb: KnowledgeBase, views: Iterable[View], iri: str) -> list[Triple]:
    """Return what the views say of a thing, as a search engine reads it out of the page."""
    seen: list[Triple] = []
    for view in views:
        result = kb.run(kb.prepare(bind_entity(view.text, iri)))
        assert isinstance(result, Triples)
        seen += result.triples
    document = to_json_ld(seen, iri)
    return _parsed(json.dumps(document)) if document else []


def _parsed(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(text.encode(), RdfFormat.JSON_LD)]


def _column(kb: KnowledgeBase, pattern: str) -> list[str]:
    """Return the IRIs of `?x` in a pattern over the graph."""
    rows = kb.sparql(f"SELECT DISTINCT ?x WHERE {{ {pattern} }} ORDER BY ?x")
    assert isinstance(rows, Rows)
    return [term.value for (term,) in rows.rows if isinstance(term, NamedNode)]


def _pairs(kb: KnowledgeBase, pattern: str) -> set[tuple[str, str]]:
    """Return the IRIs of `?x` and `?y` in a pattern over the graph."""
    rows = kb.sparql(f"SELECT DISTINCT ?x ?y WHERE {{ {pattern} }}")
    assert isinstance(rows, Rows)
    return {(x.value, y.value) for x, y in rows.rows if isinstance(x, NamedNode) and isinstance(y, NamedNode)}


class Claims:
    """What the claims of the shipped graph allow a page to say, read from the side of the claims."""

    def __init__(self, kb: KnowledgeBase) -> None:
        affirmed = set(_column(kb, "?x a bkg:AffirmedClaim ; bkg:modality bk:modality-asserted"))
        denied = set(_column(kb, "?x a bkg:NegatedClaim"))
        disputed = set(_column(kb, "?other bkg:disputes ?x"))
        disputed |= set(_column(kb, "?x a bkg:DisputedClaim"))
        for state in ("disputed", "contested"):
            disputed |= set(_column(kb, f"?x bkg:agreementState bk:agreement-{state}"))
        self.every = set(_column(kb, "?x a bkg:Claim"))
        self.sound = affirmed - denied - disputed
        self.unsound = denied | disputed
        self.treated = _pairs(kb, "?x bkg:treats ?y")
        self.drugs = _pairs(kb, "?x bkg:concernsDrug ?y")
        self.objects = dict(_pairs(kb, "?x bkg:claimObject ?y"))
        self.predicates = dict(_pairs(kb, "?x bkg:claimPredicate ?y"))
        self.treating = set(_column(kb, "?x rdfs:subPropertyOf* bkg:treatsOrStudiedFor"))
        self.wider = _pairs(kb, "?x bkg:subtypeOf ?y")
        self.qualifiers = {name: _pairs(kb, f"?x bkg:{name} ?y") for name in QUALIFIERS}
        self.denied_uses = {
            (drug, self.objects[claim])
            for claim, drug in self.drugs
            if claim in denied and self.predicates[claim] in self.treating
        }
        self.labels = {kb.label(claim) for claim in self.unsound}

    def is_denied(self, drug: str, condition: str) -> bool:
        """Whether a claim denies that the drug helps in the condition, or in a wider or narrower one."""
        return any(
            of == drug and (other == condition or (condition, other) in self.wider or (other, condition) in self.wider)
            for of, other in self.denied_uses
        )


@pytest.fixture(scope="module")
def claims(shipped: KnowledgeBase) -> Claims:
    return Claims(shipped)


def _faults(said: list[Triple], iri: str, claims: Claims) -> Iterator[str]:
    """Yield whatever a page says of `iri` that no sound claim stands behind."""
    shown = {triple.subject.value for triple in said if triple.object == NamedNode(VOCABULARY + "Claim")}
    yield from (f"{claim} is not sound" for claim in shown - claims.sound)
    for triple in said:
        subject, word, value = triple.subject.value, triple.predicate.value, triple.object
        mentioned = {subject, value.value if isinstance(value, NamedNode) else ""}
        yield from (f"{triple} names a claim that is denied or disputed" for _ in mentioned & claims.unsound)
        if isinstance(value, Literal) and value.value in claims.labels:
            yield f"{triple} is the label of a claim that is denied or disputed"
        if word not in (CLAIM_WORDS if subject in claims.every else OWN_WORDS):
            yield f"{triple} says more of a thing than what it is and is called"
        if subject in claims.every and subject not in shown:
            yield f"{triple} speaks of a claim that is not called one"
    parts = {(triple.subject.value, triple.object.value) for triple in said if isinstance(triple.object, NamedNode)}
    for claim in shown:
        condition = claims.objects[claim]
        drugs = [drug for of, drug in claims.drugs if of == claim]
        if not any((drug, condition) in claims.treated and not claims.is_denied(drug, condition) for drug in drugs):
            yield f"{claim} has no undisputed statement of treatment behind it"
        if iri not in {condition, *drugs, *(part for of, part in claims.qualifiers["claimSubject"] if of == claim)}:
            yield f"{claim} is not on {iri}"
        for name, pairs in claims.qualifiers.items():
            lost = {part for of, part in pairs if of == claim and (claim, part) not in parts}
            yield from (f"{claim} loses {name} {part}" for part in lost)


def test_drugs_and_conditions_that_one_treats_say_no_more_than_claims_do(
    shipped: KnowledgeBase, views: list[View], claims: Claims
) -> None:
    approved = {iri for pair in claims.treated for iri in pair}
    said = {iri: _said(shipped, views, iri) for iri in sorted(approved)}

    assert [] == [fault for iri, triples in said.items() for fault in _faults(triples, iri, claims)]
    assert any(triple.object == NamedNode(VOCABULARY + "Claim") for triples in said.values() for triple in triples)
    assert all(any(triple.subject == NamedNode(iri) for triple in triples) for iri, triples in said.items())


@pytest.mark.whole_graph
def test_no_thing_or_source_has_more_said_of_it_than_claims_do(
    shipped: KnowledgeBase, views: list[View], claims: Claims
) -> None:
    shown = {BKG + name for name in ("DomainEntity", "Vocabulary", "Source", "SourceVersion")}
    every = [iri for iri, classes in shipped.compiled.names.types.items() if shown & set(classes)]

    assert {BK + "baclofen", BK + "spasticity", BK + "source-baclofen-article-v1"} <= set(every)
    assert [] == [fault for iri in every for fault in _faults(_said(shipped, views, iri), iri, claims)]


def test_a_use_that_another_source_denies_is_left_out(
    shipped: KnowledgeBase, views: list[View], claims: Claims
) -> None:
    drug, condition = BK + "baclofen", BK + "spasticity-due-to-multiple-sclerosis"
    said = _said(shipped, views, condition)

    assert (drug, condition) in claims.treated
    assert claims.is_denied(drug, condition)
    assert [] == [triple for triple in said if triple.predicate.value == VOCABULARY + "about"]


def test_a_claim_says_nothing_of_itself(shipped: KnowledgeBase, views: list[View], claims: Claims) -> None:
    for claim in sorted(claims.unsound)[:4] + sorted(claims.sound)[:4]:
        assert [] == _said(shipped, views, claim), claim


APPROVAL = """
PREFIX bk: <https://w3id.org/baclofen-kg/id/>
PREFIX bkg: <https://w3id.org/baclofen-kg/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
bk:zorvexin rdfs:label "zorvexin" ; bkg:treats bk:crampitis .
bk:crampitis rdfs:label "crampitis" ; bkg:subtypeOf bk:cramp .
bk:cramp bkg:hasSubtype bk:crampitis .
bk:label bkg:sourceKind bk:kind-regulatory-label .
bk:label-new bkg:versionOf bk:label ; rdfs:label "label of zorvexin" .
bk:approval a bkg:AffirmedClaim ; rdfs:label "zorvexin is approved for crampitis" ;
  bkg:modality bk:modality-asserted ; bkg:agreementState bk:agreement-alone ; bkg:concernsDrug bk:zorvexin ;
  bkg:claimSubject bk:zorvexin ; bkg:claimPredicate bkg:hasApprovedIndication ; bkg:claimObject bk:crampitis ;
  bkg:statedIn bk:label-new .
"""
PREFIXES = APPROVAL[: APPROVAL.index("bk:zorvexin rdfs")]


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ("", 1),
        ("bk:review bkg:disputes bk:approval .", 0),
        ("bk:label-newer bkg:supersedes bk:label-new .", 0),
        ("bk:label-new bkg:retells bk:other .", 0),
        ("bk:approval bkg:hasCaveat bk:caveat-known-error .", 0),
        (
            "bk:no a bkg:NegatedClaim ; bkg:concernsDrug bk:zorvexin ; bkg:claimPredicate bkg:treatsOrStudiedFor ; "
            "bkg:claimObject bk:crampitis .",
            0,
        ),
        (
            "bk:no a bkg:NegatedClaim ; bkg:concernsDrug bk:zorvexin ; bkg:claimPredicate bkg:treatsOrStudiedFor ; "
            "bkg:claimObject bk:cramp .",
            0,
        ),
        (
            "bk:no a bkg:NegatedClaim ; bkg:concernsDrug bk:other ; bkg:claimPredicate bkg:treatsOrStudiedFor ; "
            "bkg:claimObject bk:crampitis .",
            1,
        ),
    ],
    ids=["sound", "disputed", "replaced", "retold", "error", "denied", "denied of all", "denied of another"],
)
def test_an_approval_is_shown_only_where_nothing_speaks_against_it(views: list[View], more: str, shown: int) -> None:
    text = next(view.text for view in views if view.name == "schema-org-approval")
    store = Store()
    store.load((APPROVAL + more).encode(), RdfFormat.TURTLE)

    for name in ("zorvexin", "crampitis"):
        found = list(store.query(bind_entity(text, BK + name)))

        assert shown == sum(triple.object == NamedNode(VOCABULARY + "Claim") for triple in found)


@pytest.mark.parametrize("state", ["disputed", "contested"])
def test_an_approval_in_dispute_is_not_shown(views: list[View], state: str) -> None:
    text = next(view.text for view in views if view.name == "schema-org-approval")
    store = Store()
    store.load(APPROVAL.replace("agreement-alone", f"agreement-{state}").encode(), RdfFormat.TURTLE)

    assert [] == list(store.query(bind_entity(text, BK + "zorvexin")))


def test_a_claim_without_the_gated_statement_is_not_shown(views: list[View]) -> None:
    text = next(view.text for view in views if view.name == "schema-org-approval")
    store = Store()
    store.load(APPROVAL.replace("; bkg:treats bk:crampitis", "").encode(), RdfFormat.TURTLE)

    assert [] == list(store.query(bind_entity(text, BK + "zorvexin")))


def test_the_document_holds_the_triples_and_needs_no_other() -> None:
    thing, other = NamedNode("https://example.org/a"), NamedNode("https://example.org/b")
    triples = [
        Triple(thing, RDF_TYPE, NamedNode(VOCABULARY + "Drug")),
        Triple(thing, NamedNode(VOCABULARY + "name"), Literal("a")),
        Triple(thing, NamedNode(VOCABULARY + "name"), Literal("ä", language="de")),
        Triple(thing, NamedNode(VOCABULARY + "size"), Literal(5)),
        Triple(thing, NamedNode(VOCABULARY + "sameAs"), NamedNode("https://example.org/elsewhere")),
        Triple(thing, NamedNode(VOCABULARY + "about"), other),
        Triple(other, NamedNode("https://example.org/word"), Literal("b")),
    ]
    document = to_json_ld(triples, thing.value)

    assert document is not None
    assert {"@vocab": VOCABULARY, "sameAs": {"@type": "@id"}} == document["@context"]
    assert thing.value == document["@graph"][0]["@id"]
    assert "https://example.org/elsewhere" == document["@graph"][0]["sameAs"]
    assert set(triples) == set(_parsed(json.dumps(document)))
    assert to_json_ld([], thing.value) is None


@pytest.mark.parametrize("label", ["</script><script>alert(1)</script>", "<!--", "a & b", "\u2028", "]]>", '"\\'])
def test_no_label_can_end_the_script_element(label: str) -> None:
    thing = NamedNode("https://example.org/a")
    document = to_json_ld([Triple(thing, NamedNode(VOCABULARY + "name"), Literal(label))], thing.value)
    assert document is not None
    text = to_script_text(document)

    assert not set("<>&\u2028\u2029") & set(text)
    assert label == json.loads(text)["@graph"][0]["name"]


def test_an_iri_cannot_leave_its_place_in_a_view(views: list[View]) -> None:
    for hostile in ("https://example.org/> } DELETE", "https://example.org/a b", "no scheme"):
        with pytest.raises(ParameterError, match="IRI"):
            bind_entity(views[0].text, hostile)


def test_a_graph_without_views_has_none() -> None:
    assert [] == read_views(str(TINY), {})


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("CONSTRUCT { ?entity ?p ?o } WHERE { VALUES ?entity { <https://example.org/a> } ?entity ?p ?o }", "no header"),
        ("#+ summary: x\nSELECT ?entity WHERE { VALUES ?entity { <https://example.org/a> } }", "is a SELECT"),
        ("#+ summary: x\nCONSTRUCT { ?entity ?p ?o } WHERE { ?entity ?p ?o }", "exactly one line"),
        (
            "#+ summary: x\nCONSTRUCT { ?entity ?p ?o } WHERE { { VALUES ?entity { <https://example.org/a> } } "
            "?entity ?p ?o }",
            "exactly one line",
        ),
        ("#+ summary: x\n#+ tags: [a]\nCONSTRUCT { ?entity ?p ?o } WHERE { ?entity ?p ?o }", "unknown key"),
    ],
)
def test_a_faulty_view_is_refused_with_its_place(tmp_path: Path, text: str, fault: str) -> None:
    folder = tmp_path / "ontology" / "views"
    folder.mkdir(parents=True)
    (folder / "some-view.rq").write_text(text, encoding="utf-8")

    with pytest.raises(DataError, match=f"^ontology/views/some-view.rq.*{fault}"):
        read_view(str(tmp_path), "ontology/views/some-view.rq", {})


def test_views_of_the_shipped_graph_run_as_they_stand(shipped: KnowledgeBase, views: list[View]) -> None:
    assert len(list((ROOT / "ontology" / "views").glob("*.rq"))) == len(views)
    for view in views:
        assert len(shipped.sparql(view.text)) > 0, view.path
