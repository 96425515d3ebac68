"""How a header says that an answer is drawn and where it stands: what it says is read, what is unfit is refused."""

import json
from pathlib import Path

import pytest

from kb.catalog import CannedQuery, Picture, Section
from kb.catalog.picture import KINDS
from tests.catalog.test_header import BODY, HEADER, PATH, fault, read

PICTURE = "#+ picture: {kind: pathway, from: drug, relation: how, to: condition, terms: {raises: [on:treats]}}\n"
PAGE = "#+ page: {parameter: drug, title: Uses, order: 30, columns: [condition]}\n"
WIDE = HEADER.replace(
    "#+   condition:",
    "#+   drug: {type: iri, help: the drug}\n#+   how: {type: iri, help: how}\n"
    "#+   dose: {type: decimal, help: how much}\n"
    "#+   condition:",
)
WIDE_BODY = BODY.replace("SELECT ?condition", "SELECT ?drug ?how ?dose ?condition").replace(
    "?drug on:treats ?condition ;", "BIND (on:treats AS ?how)\n  ?drug on:treats ?condition ;"
)


def test_a_picture_and_a_section_are_read(tmp_path: Path) -> None:
    query = read(tmp_path, WIDE + PICTURE + PAGE + WIDE_BODY)

    assert query.picture is not None
    assert "pathway" == query.picture.kind
    assert {"from": "drug", "relation": "how", "to": "condition"} == query.picture.columns
    assert {"raises": ("https://example.org/ontology#treats",)} == query.picture.terms
    assert KINDS["pathway"].words == query.picture.words
    assert (Section("drug", "Uses", 30, ("condition",)),) == query.sections


def test_the_words_of_a_picture_can_be_said_otherwise(tmp_path: Path) -> None:
    picture = PICTURE.replace("to: condition", "to: condition, words: {raises: turns up}")
    query = read(tmp_path, WIDE + picture + WIDE_BODY)

    assert isinstance(query.picture, Picture)
    assert {**KINDS["pathway"].words, "raises": "turns up"} == query.picture.words


def test_an_answer_may_stand_on_the_pages_of_several_classes(tmp_path: Path) -> None:
    header = WIDE.replace(
        '{type: decimal, required: false, help: "the dose, in mg"}',
        "{type: iri, class: on:Dose, required: false, help: the dose}",
    ).replace("class: on:Drug, help", "class: on:Drug, required: false, help")
    page = "#+ page:\n#+   - {parameter: drug, title: Uses}\n#+   - {parameter: dose, title: Uses of it}\n"
    query = read(tmp_path, header + page + WIDE_BODY)

    assert ["drug", "dose"] == [section.parameter for section in query.sections]
    assert {50} == {section.order for section in query.sections}


def test_an_answer_may_be_kept_off_the_pages_of_a_class(tmp_path: Path) -> None:
    page = PAGE.replace("order: 30", "order: 30, not_on: [on:Dose]")
    query = read(tmp_path, WIDE + page + WIDE_BODY)

    assert ("https://example.org/ontology#Dose",) == query.sections[0].not_on
    for wrong in ("not_on: on:Dose", "not_on: [nowhere:Dose]"):
        assert "it is a list of classes" in fault(tmp_path, WIDE + page.replace("not_on: [on:Dose]", wrong) + WIDE_BODY)


def test_how_an_answer_is_shown_survives_the_way_through_json(tmp_path: Path) -> None:
    query = read(tmp_path, WIDE + PICTURE + PAGE + WIDE_BODY)

    assert query == CannedQuery.from_json(json.loads(json.dumps(query.to_json())))


@pytest.mark.parametrize(
    ("expected", "old", "new"),
    [
        ("'picture' needs a kind: {kind: forest, <role>: <column>, …}", "kind: pathway, ", ""),
        ("'picture' has the unknown kind 'pathways'; did you mean pathway?", "kind: pathway", "kind: pathways"),
        (
            "'picture' has the unknown kind 'pie'; there are balance, forest, frequencies, network, pathway",
            "kind: pathway",
            "kind: pie",
        ),
        ("'picture' of the kind pathway has the unknown role 'form'; did you mean from?", "from: drug", "form: drug"),
        ("'picture' of the kind pathway lacks to (where it ends); name the column", ", to: condition", ""),
        (
            "'picture' of the kind pathway has for to the unknown column 'conditions'; did you mean condition?",
            "to: condition",
            "to: conditions",
        ),
        (
            "'picture' of the kind pathway has for to the unknown column ['condition']; ",
            "to: condition",
            "to: [condition]",
        ),
        (
            "'picture' of the kind pathway has for to the column 'dose', of type decimal; give one of iri",
            "to: condition",
            "to: dose",
        ),
        ("'picture' has in terms the unknown meaning 'rise'; did you mean raises?", "raises:", "rise:"),
        (
            "'picture' has in terms raises: 'on:treats'; it is a list of short names",
            "[on:treats]",
            "on:treats",
        ),
        (
            "'picture' has in terms raises the name 'nope:treats', whose prefix is not in ontology/prefixes.ttl; use ",
            "on:treats",
            "nope:treats",
        ),
        ("'picture' has terms: [1]; write {meaning: [name, …]}", "{raises: [on:treats]}", "[1]"),
        ("'picture' has words for the unknown place 'up'; ", "terms: {raises: [on:treats]}", "words: {up: more}"),
        (
            "'picture' has words for raises that are no text: 1; quote",
            "terms: {raises: [on:treats]}",
            "words: {raises: 1}",
        ),
        ("'picture' has words: [up]; write {place: ", "terms: {raises: [on:treats]}", "words: [up]"),
        ("'picture' must be a dict, not 'pathway'", PICTURE[len("#+ picture: ") : -1], "pathway"),
        ("'page' names the unknown parameter 'drugs'; did you mean drug?", "parameter: drug", "parameter: drugs"),
        ("'page' names the parameter 'dose', which has no class; give it one", "parameter: drug", "parameter: dose"),
        ("'page' has the unknown key 'titel'; did you mean title?", "title: Uses", "titel: Uses"),
        ("'page' lacks a title; add one, such as 'title: Side effects'", "title: Uses, ", ""),
        ("'page' has order: first; it is a whole number", "order: 30", "order: first"),
        ("'page' has columns: 'condition'; it is a list of columns", "[condition]", "condition"),
        ("'page' has the unknown column 'conditions'; did you mean condition?", "[condition]", "[conditions]"),
        ("'page' has 'drug'; write {parameter: …, title: …, order: 30}", PAGE[len("#+ page: ") : -1], "drug"),
        (
            "'page' leaves out the parameter 'dose', which would mean its example on every page; make it 'required: ",
            '{type: decimal, required: false, help: "the dose, in mg"}',
            "{type: iri, help: the dose}",
        ),
        (
            "'page' names a parameter twice; keep one section for each",
            PAGE[len("#+ page: ") : -1],
            "[{parameter: drug, title: Uses}, {parameter: drug, title: More}]",
        ),
    ],
)
def test_what_is_unfit_is_refused_with_its_place_and_remedy(tmp_path: Path, expected: str, old: str, new: str) -> None:
    header = WIDE + PICTURE + PAGE
    assert old in header

    message = fault(tmp_path, header.replace(old, new, 1) + WIDE_BODY)

    assert message.startswith(f"{PATH}: ")
    assert expected in message.replace("'first'", "first").replace("['up']", "[up]")
