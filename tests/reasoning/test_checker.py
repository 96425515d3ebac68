"""The independent checker: it imports the standard library only, and takes no proof in which anything is changed."""

import ast
import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kb import KnowledgeBase
from kb.proof_checker import Checker, CheckError
from kb.proof_checker.notation import Statements, read_quads, read_term, write_term
from kb.proof_checker.reader import read_rule
from tests.conftest import ROOT, Run
from tests.reasoning.proofs import AXIOMS, RULE_FACTS, RULES, Proving, proving, proving_of, rules_folder

PACKAGE = ROOT / "kb" / "proof_checker"
OTHER = '"other"'
Document = dict[str, Any]


def corruptions(proof: Document) -> Iterator[tuple[str, Document]]:
    """Yield the proof with one thing changed, for each thing in it, and what that is."""

    def changed(what: str, number: int, **keys: object) -> tuple[str, Document]:
        found = copy.deepcopy(proof)
        found["steps"][number].update(keys)
        return f"{what} of step {number + 1}", found

    steps = proof["steps"]
    for number, step in enumerate(steps):
        fewer = copy.deepcopy(proof)
        del fewer["steps"][number]
        yield f"without step {number + 1}", fewer
        for place in range(3):
            terms = [*step["statement"]]
            terms[place] = "<urn:other>"
            yield changed(f"term {place}", number, statement=terms)
        for key in step:
            kept = copy.deepcopy(proof)
            del kept["steps"][number][key]
            yield f"without {key} of step {number + 1}", kept
        for kind in {"stated", "owl", "rule", "asserted"} - {step["by"]}:
            yield changed(f"by {kind}", number, by=kind)
        yield changed("more", number, more=1)
        if step["by"] == "stated":
            yield changed("graph", number, graph="<urn:other.ttl>")
            yield changed("place", number, place="graph_data/other.ttl:1")
            continue
        yield changed("rule", number, rule="other")
        premises = step["premises"]
        for at in range(len(premises)):
            yield changed(f"without premise {at}", number, premises=premises[:at] + premises[at + 1 :])
            for other in set(range(0, len(steps) + 1)) - set(premises):
                yield changed(
                    f"{other} for premise {at}", number, premises=[*premises[:at], other, *premises[at + 1 :]]
                )
        for other in range(0, len(steps) + 1):
            yield changed(f"and premise {other}", number, premises=[*premises, other])
        if step["by"] == "rule":
            yield changed("binding of another variable", number, bindings={**step["bindings"], "another": OTHER})
            for name, term in step["bindings"].items():
                rest = {key: value for key, value in step["bindings"].items() if key != name}
                yield changed(f"without ?{name}", number, bindings=rest)
                for other in {OTHER, "<urn:other>", *step["bindings"].values()} - {term}:
                    yield changed(f"{other} for ?{name}", number, bindings={**step["bindings"], name: other})
            yield changed("more that is absent", number, absent=[*step["absent"], "?x ?y ?z"])
            if step["absent"]:
                yield changed("less that is absent", number, absent=step["absent"][1:])
    yield "another statement", {**proof, "statement": ["<urn:a>", "<urn:b>", "<urn:c>"]}
    yield "another version", {**proof, "version": 2}
    yield "no steps", {**proof, "steps": []}
    yield "a step twice", {**proof, "steps": [*steps, steps[-1]]}


def check_corruptions(checker: Checker, proof: Document) -> int:
    """See that the proof is valid, and no corruption of it; return how many there were."""
    found = list(corruptions(proof))

    assert checker.fault(proof) is None
    assert [] == [what for what, corrupted in found if checker.fault(corrupted) is None]
    return len(found)


@pytest.mark.parametrize(("facts", "rules"), [(AXIOMS, {}), (RULE_FACTS, RULES)], ids=["axioms", "rules"])
def test_every_corruption_of_a_proof_is_caught(facts: str, rules: dict[str, str]) -> None:
    graph = proving(facts, rules)
    proofs = [graph.explainer.explain(each, 1).proofs[0] for each in graph.explainer.prover.derived()]

    assert sum(check_corruptions(graph.checker, proof.to_json()) for proof in proofs) > 1000


@pytest.fixture(scope="module")
def shipped_graph(shipped: KnowledgeBase) -> Proving:
    return proving_of(shipped)


@pytest.mark.whole_graph
def test_every_corruption_of_proofs_by_each_rule_of_the_shipped_graph_is_caught(shipped_graph: Proving) -> None:
    prover, checker = shipped_graph.explainer.prover, shipped_graph.checker
    for name, rule in prover.rules.rules.items():
        predicates = {str(head.predicate) for head in rule.head}
        derived = (each for each in prover.derived() if each[1] in predicates or "?" in "".join(predicates))
        by_rule = (proof for each in derived for proof in prover.proofs(each, 1) if name in str(proof.steps[-1]))
        proof = next(by_rule, None)

        assert proof is not None, name
        assert check_corruptions(checker, proof.to_json()) > 50


def test_what_is_said_to_be_absent_is_looked_for_in_the_whole_graph() -> None:
    rules = {
        "first": "CONSTRUCT { ?x a ex:First } WHERE { ?x ex:p ?y OPTIONAL { ?z ex:before ?x } FILTER(!BOUND(?z)) }"
    }
    graph = proving("ex:x ex:p ex:y .", rules)
    (each,) = graph.explainer.prover.derived()
    proof = graph.explainer.explain(each).proofs[0].to_json()
    later = "<https://example.org/z> <https://example.org/before> <https://example.org/x> <urn:derived> .\n"

    assert graph.checker.fault(proof) is None
    assert "does not hold" in (Checker(graph.dataset + later, graph.rules).fault(proof) or "")


def test_a_changed_rule_text_is_noticed() -> None:
    graph = proving(RULE_FACTS, RULES)
    proofs = [graph.explainer.explain(each).proofs[0].to_json() for each in graph.explainer.prover.derived()]
    grown = next(proof for proof in proofs if "grown" in str(proof["statement"]))
    text = graph.rules["grown"]

    assert Checker(graph.dataset, {"grown": text.replace(">= 2", ">= 9")}).fault(grown)
    assert Checker(graph.dataset, {"grown": text.replace("ex:age", "ex:size")}).fault(grown)
    assert Checker(graph.dataset, {"grown": text.replace("ex:grown", "ex:shrunk")}).fault(grown)


def test_what_is_derived_does_not_pass_as_stated() -> None:
    graph = proving("ex:Cat rdfs:subClassOf ex:Animal . ex:tom a ex:Cat .")
    (each,) = graph.explainer.prover.derived()
    graph_name = "<https://example.org/graph/inferred/owl-rl>"
    step = {"statement": list(each), "by": "stated", "graph": graph_name, "place": "inferred/owl-rl"}

    assert f"the graph {graph_name} does not state" in str(
        graph.checker.fault({"version": 1, "statement": list(each), "steps": [step]})
    )


@pytest.mark.parametrize(
    "body",
    [
        "?x ex:p ?y { SELECT ?y WHERE { ?y ex:q ?z } }",
        "?x ex:p [ ex:q ?y ]",
        "SERVICE ex:s { ?x ex:p ?y }",
        "?x ex:p ?y OPTIONAL { ?y ex:q ?z OPTIONAL { ?z ex:r ?x } }",
    ],
)
def test_a_rule_that_the_reader_does_not_know_is_refused(body: str) -> None:
    with pytest.raises(CheckError):
        read_rule(f"PREFIX ex: <urn:> CONSTRUCT {{ ?x ex:r ?y }} WHERE {{ {body} }}")


@pytest.mark.parametrize(
    "value", ["", "plain", 'a "quote"', "back\\slash", "two\nlines\t\r", "\x00\x7f", "é 😀", '\\"']
)
def test_a_literal_is_read_as_it_was_written(value: str) -> None:
    for suffix in ("", "@en", "^^<urn:type>"):
        line = f"<urn:s> <urn:p> {write_term(f'{chr(34)}{value}{chr(34)}{suffix}')} <urn:g.ttl> ."

        assert [(("<urn:s>", "<urn:p>", f'"{value}"{suffix}'), "<urn:g.ttl>")] == list(read_quads(line))


def test_the_statements_of_the_checker_are_those_of_the_engine(shipped: KnowledgeBase) -> None:
    text = Path(shipped.compiled.named).read_text(encoding="utf-8")
    found = {(statement, graph) for statement, graph in read_quads(text)}
    expected = {
        ((str(quad.subject), str(quad.predicate), read_term(str(quad.object))), str(quad.graph_name))
        for quad in shipped.quads()
    }

    assert expected == found
    assert len(Statements(statement for statement, _ in found).all) > 30_000


def test_it_imports_the_standard_library_and_itself_only() -> None:
    imported = set()
    for path in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(node.module or "")
    others = {name for name in imported if not name.startswith("kb.proof_checker")}

    assert {name.split(".")[0] for name in others} <= sys.stdlib_module_names


def test_it_runs_alone(run_kb: Run, shipped: KnowledgeBase, tmp_path: Path) -> None:
    proof, broken = tmp_path / "proof.json", tmp_path / "broken.json"
    document = shipped.explain("baclofen", "treats", "spasticity-due-to-multiple-sclerosis", 2)
    proof.write_text(json.dumps([each.to_json() for each in document.proofs]), encoding="utf-8")
    last = document.proofs[0].to_json()
    broken.write_text(json.dumps({**last, "statement": ["<urn:a>", "<urn:b>", "<urn:c>"]}), encoding="utf-8")

    def check(*arguments: object) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-I", "-c", "import sys; sys.path.insert(0, sys.argv.pop(1)); import runpy; "]
        command[-1] += "runpy.run_module('kb.proof_checker', run_name='__main__', alter_sys=True)"
        return subprocess.run([*command, str(ROOT), *map(str, arguments)], capture_output=True, text=True, timeout=120)

    rules = rules_folder(shipped.compiled.root)
    good, bad = (check(path, shipped.compiled.named, rules) for path in (proof, broken))

    assert (0, "valid\nvalid\n", "") == (good.returncode, good.stdout, good.stderr)
    assert (1, "the last step does not prove the statement\n") == (bad.returncode, bad.stdout)
    assert 2 == check(proof).returncode
    assert 2 == check(tmp_path / "none.json", shipped.compiled.named, rules).returncode
