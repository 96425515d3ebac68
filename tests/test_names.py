"""Names: the many ways in which people name one thing."""

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kb import KnowledgeBase
from kb.errors import ParameterError, UnknownNameError
from kb.names import Names, collect_names

BACLOFEN = "https://w3id.org/baclofen-kg/id/baclofen"
DRUG = "https://w3id.org/baclofen-kg/ontology#DrugSubstance"
EX, RDF, RDFS = (
    "https://example.org/",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://www.w3.org/2000/01/rdf-schema#",
)
PREFIXES = {"ex": EX, "rdfs": RDFS}


@pytest.mark.parametrize(
    "name",
    [
        "baclofen",
        "Baclofen",
        "  baclofen ",
        "bk:baclofen",
        "CHEBI:2972",
        "RXNORM:1292",
        "rxnorm:1292",
        "obo:CHEBI_2972",
        "http://purl.obolibrary.org/obo/CHEBI_2972",
        "(RS)-baclofen",
        "(rs)-BACLOFEN",
        "ATC:M03BX01",
        "inchikey:KPYSYYIEGFHWSV-UHFFFAOYSA-N",
        BACLOFEN,
        f"<{BACLOFEN}>",
    ],
)
def test_every_name_of_baclofen_names_it(shipped: KnowledgeBase, name: str) -> None:
    assert BACLOFEN == shipped.resolve(name)
    assert BACLOFEN == shipped.resolve(name, DRUG)


def test_a_label_of_several_words_names_a_thing_whatever_its_spaces(shipped: KnowledgeBase) -> None:
    label = next(
        label for iri, label in shipped.compiled.names.labels.items() if label.count(" ") == 1 and "/id/" in iri
    )

    assert shipped.resolve(label) == shipped.resolve(label.replace(" ", "   ").upper())


def test_a_thing_of_another_class_is_refused_with_both_classes(shipped: KnowledgeBase) -> None:
    with pytest.raises(ParameterError) as caught:
        shipped.resolve("spasticity", DRUG)

    assert str(caught.value).startswith("'spasticity' is not a drug substance: bk:spasticity is a ")


def test_an_unknown_name_is_refused_with_the_nearest(shipped: KnowledgeBase) -> None:
    with pytest.raises(UnknownNameError, match=r"no entity is called 'bakclofen'; did you mean baclofen"):
        shipped.resolve("bakclofen")


def test_suggestions_are_of_the_class_that_is_wanted(shipped: KnowledgeBase) -> None:
    with pytest.raises(UnknownNameError) as caught:
        shipped.resolve("spasticty", DRUG)

    assert not any("spastic" in name for name in caught.value.nearest)


@pytest.mark.parametrize(
    "name", ["", " ", "<>", "bk:", ":", "bk:nope", "https://example.org/nope", "\ud800", "\x00", "{", "x" * 10_000]
)
def test_a_name_of_nothing_is_refused(shipped: KnowledgeBase, name: str) -> None:
    with pytest.raises(UnknownNameError):
        shipped.resolve(name)


def names_of(*statements: tuple[str, str, str | Literal]) -> Names:
    quads = [Quad(NamedNode(s), NamedNode(p), NamedNode(o) if isinstance(o, str) else o) for s, p, o in statements]
    return collect_names(quads, PREFIXES)


def test_an_ambiguous_name_is_refused_with_the_choices() -> None:
    names = names_of(
        (EX + "a", RDF + "type", EX + "Drug"),
        (EX + "b", RDF + "type", EX + "Condition"),
        (EX + "a", RDFS + "label", Literal("Cold", language="en")),
        (EX + "b", RDFS + "label", Literal("cold", language="en")),
    )

    with pytest.raises(ParameterError, match="'cold' names several things: ex:a, ex:b; give one of these"):
        names.resolve("cold", PREFIXES)
    assert EX + "b" == names.resolve("cold", PREFIXES, EX + "Condition")


def test_a_member_of_a_subclass_is_a_member() -> None:
    names = names_of(
        (EX + "Drug", RDFS + "subClassOf", EX + "Substance"),
        (EX + "Substance", RDFS + "subClassOf", EX + "Thing"),
        (EX + "Thing", RDFS + "subClassOf", EX + "Drug"),
        (EX + "a", RDF + "type", EX + "Drug"),
    )

    assert EX + "a" == names.resolve("a", PREFIXES, EX + "Thing")


def test_an_english_label_goes_before_others() -> None:
    german, english = Literal("Baclofen (de)", language="de"), Literal("baclofen (en)", language="en")
    for labels in ((german, english), (english, german)):
        names = names_of(*((EX + "a", RDFS + "label", label) for label in labels))

        assert "baclofen (en)" == names.label(EX + "a", PREFIXES)


def test_a_thing_without_label_is_called_by_its_short_form() -> None:
    assert "ex:a" == names_of().label(EX + "a", PREFIXES)
