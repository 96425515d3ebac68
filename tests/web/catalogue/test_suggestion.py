"""Names that go on as somebody has begun to type: their order, their speed, and what is left out."""

import pytest

from kb import KnowledgeBase
from kb.names import Names
from kb.web.catalogue.suggestion_index import SuggestionIndex, fold, sentence_entities
from tests.web.running import RunningServer

PLACE = "https://example.org/id/"
TOWN, NOTE = "https://example.org/def#Town", "https://example.org/def#Note"
PREFIXES = {"p": PLACE, "d": "https://example.org/def#"}


def _names(towns: dict[str, list[str]], notes: dict[str, str] | None = None) -> Names:
    """Return names of towns, the first of each its label, and of notes, whose labels are sentences."""
    labels = {PLACE + slug: given[0] for slug, given in towns.items()}
    labels |= {PLACE + slug: text for slug, text in (notes or {}).items()}
    labels |= {TOWN: "town", NOTE: "note"}
    types = {PLACE + slug: [TOWN] for slug in towns} | {PLACE + slug: [NOTE] for slug in notes or {}}
    aliases: dict[str, list[str]] = {}
    for slug, given in [*towns.items(), *((slug, [text]) for slug, text in (notes or {}).items())]:
        for name in dict.fromkeys([*given, slug]):
            aliases.setdefault(name.lower(), []).append(PLACE + slug)
    return Names(labels, types, aliases)


def _found(names: Names, text: str, of_class: str | None = None, limit: int = 10) -> list[str]:
    return [each.name for each in SuggestionIndex(names, PREFIXES).suggest(text, of_class, limit)]


def test_the_same_comes_before_a_beginning_before_a_word_before_a_part() -> None:
    names = _names({"a": ["Upton"], "b": ["Ton upon Sea"], "c": ["New Tonbridge"], "d": ["Ton"]})

    assert ["p:d", "p:b", "p:c", "p:a"] == _found(names, "ton")


def test_of_names_that_fit_alike_the_shorter_comes_first() -> None:
    names = _names({"a": ["Longer Lane"], "b": ["Long"], "c": ["Long Lane"]})

    assert ["p:b", "p:c"] == _found(names, "LON", limit=2)


def test_a_synonym_leads_to_the_entity_and_says_so() -> None:
    names = _names({"a": ["Köln", "Colonia", "X:12"]})
    index = SuggestionIndex(names, PREFIXES)

    (suggestion,) = index.suggest("colo")
    assert (PLACE + "a", "p:a", "Köln", "colonia", ["town"]) == suggestion
    assert ["x:12"] == [each.match for each in index.suggest("x:1")]
    assert ["Köln"] == [each.match for each in index.suggest("kol")]


def test_an_entity_comes_once_however_many_of_its_names_fit() -> None:
    assert ["p:a"] == _found(_names({"a": ["Ayr", "Ayrton", "Old Ayr"]}), "ayr")


def test_a_short_name_comes_behind_what_people_write() -> None:
    names = _names({"new-ayr": ["Somewhere"], "b": ["New Ayr in the Highlands"]})

    assert ["p:b", "p:new-ayr"] == _found(names, "new")


def test_spaces_and_marks_are_as_they_come() -> None:
    names = _names({"a": ["St. John's (north)"]})

    assert ["p:a"] == _found(names, "  st.   john's ")
    assert ["p:a"] == _found(names, "(nor")
    assert [] == _found(names, " ")
    assert [] == _found(names, "\x00\n")
    assert [] == _found(names, "ton" * 60)


def test_sentences_are_left_out_unless_their_class_is_asked_for() -> None:
    notes = {f"n{number}": f"the town {number} is one that nobody has ever seen" for number in range(12)}
    names = _names({"a": ["the town"]}, notes)

    assert {PLACE + slug for slug in notes} == sentence_entities(names)
    assert ["p:a"] == _found(names, "the town")
    assert 10 == len(_found(names, "the town", NOTE))
    assert [] == _found(names, "the town", "https://example.org/def#Other")


def test_letters_are_compared_without_case_and_accents() -> None:
    assert "sjogren strasse 12" == fold("  SJÖGREN\tStrasse  12 ")
    assert "½" != fold("½")


def test_the_shipped_names_lead_to_entities_and_no_claim(shipped: KnowledgeBase) -> None:
    index = SuggestionIndex(shipped.compiled.names, shipped.prefixes)
    claim = shipped.resolve("bkg:Claim")

    assert "bk:baclofen" == index.suggest("baclof")[0].name
    assert "bk:baclofen" == index.suggest("CHEBI:2972")[0].name
    assert not {"claim", "verdict"} & {kind for each in index.suggest("baclofen", limit=100) for kind in each.classes}
    assert 10 == len(index.suggest("baclofen", claim))
    assert all("claim" in each.classes for each in index.suggest("baclofen", claim))


def test_a_form_gets_names(tiny_server: RunningServer) -> None:
    response = tiny_server.client.get("/suggest", params={"q": "zorv"})

    assert 200 == response.status_code
    assert "application/json" == response.headers["content-type"]
    first = {
        "iri": "https://example.org/tiny/id/zorvexin",
        "name": "zorv:zorvexin",
        "label": "zorvexin",
        "match": "zorvexin",
        "classes": ["remedy", "thing"],
    }
    assert first == response.json()[0]


def test_a_form_gets_names_of_its_class(tiny_server: RunningServer) -> None:
    def names(**params: str) -> list[str]:
        return [each["name"] for each in tiny_server.client.get("/suggest", params=params).json()]

    assert ["zorv:giggles"] == names(q="gig", **{"class": "side effect"})
    assert ["zorv:giggles"] == names(q="gig", **{"class": "zont:Complaint"})
    assert [] == names(q="gig", **{"class": "zont:Remedy"})
    assert 1 == len(names(q="cramp", limit="1"))


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("", "q: is missing; give the beginning of a name, such as /suggest?q=ab"),
        ("q=", "q: has no value; give one, or leave it out"),
        ("q=a&q=b", "q: takes one value, and has 2; give one"),
        ("q=" + "x" * 201, "q: has 201 characters; give up to 200"),
        ("q=a&limit=0", "limit: '0' is not a whole number from 1 to 100"),
        ("q=a&limit=101", "limit: '101' is not a whole number from 1 to 100"),
        ("q=a&limit=%C2%B2", "limit: '²' is not a whole number from 1 to 100"),
        ("q=a&class=remdy", "no owl:Class is called 'remdy'; did you mean remedy"),
        ("q=a&class=zorvexin", "'zorvexin' is not a owl:Class: zorv:zorvexin is a remedy"),
        (
            "q=a&limt=3",
            "no parameter of /suggest is called 'limt'; did you mean limit? (it has q, class, limit, format)",
        ),
    ],
)
def test_what_is_wrong_is_said(tiny_server: RunningServer, query: str, fault: str) -> None:
    response = tiny_server.client.get(f"/suggest?{query}")

    assert (400, "application/problem+json") == (response.status_code, response.headers["content-type"])
    assert response.json()["detail"].startswith(fault)


def test_what_a_client_has_is_not_sent_again(tiny_server: RunningServer) -> None:
    tag = tiny_server.client.get("/suggest?q=zorv").headers["etag"]

    assert 304 == tiny_server.client.get("/suggest?q=zorv", headers={"If-None-Match": tag}).status_code
    assert 200 == tiny_server.client.get("/suggest?q=gig", headers={"If-None-Match": tag}).status_code
