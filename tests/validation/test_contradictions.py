"""What the ontology denies and yet follows is reported with the fewest statements behind it, each with its place."""

from pathlib import Path

from kb.validation.contradictions import CHECK
from kb.validation.run import validate


def deny_remedies_that_are_complaints(root: Path) -> None:
    """Let the ontology of the invented graph say that no remedy is a complaint."""
    path = root / "ontology" / "modules" / "medicine.ttl"
    text = path.read_text(encoding="utf-8")
    start = text.index("zont:Remedy\n")
    path.write_text(
        text[:start] + text[start:].replace(" ;\n", " ;\n    owl:disjointWith zont:Complaint ;\n", 1), encoding="utf-8"
    )


def test_a_contradiction_is_reported_with_what_is_behind_it_and_where(tiny: Path) -> None:
    deny_remedies_that_are_complaints(tiny)
    path = tiny / "graph_data" / "drugs" / "zorvexin.ttl"
    text = path.read_text(encoding="utf-8").replace("a zont:Remedy ;", "a zont:Remedy, zont:SideEffect ;")
    path.write_text(text, encoding="utf-8")
    line = text.splitlines().index("zorv:zorvexin") + 1

    found = [problem for problem in validate(str(tiny)) if problem.check == CHECK]

    assert [("graph_data/drugs/zorvexin.ttl", line, "error")] == [(*each[:2], each.severity) for each in found]
    assert (
        "cax-dw zont:Complaint zont:Remedy" in found[0].message
        or "cax-dw zont:Remedy zont:Complaint" in found[0].message
    )
    assert f"zorv:zorvexin rdf:type zont:Remedy (graph_data/drugs/zorvexin.ttl:{line})" in found[0].message
    assert f"zorv:zorvexin rdf:type zont:SideEffect (graph_data/drugs/zorvexin.ttl:{line})" in found[0].message
    assert found[0].message.endswith("correct or remove one of them")
    assert 1 == found[0].message.count(" rdf:type zont:SideEffect ")


def test_a_sound_graph_has_none(tiny: Path) -> None:
    deny_remedies_that_are_complaints(tiny)

    assert [] == [problem for problem in validate(str(tiny)) if problem.check == CHECK]
