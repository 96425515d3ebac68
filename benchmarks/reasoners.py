"""One run of one reasoner over one file of statements, in a process of its own; `reasoning.py` starts them.

`python reasoners.py NAME FOLDER` reads `statements.ttl` in FOLDER (N-Triples, which are Turtle; the axioms among them
stand in `ontology.ttl` alone as well), reasons, and prints what it cost as JSON: CPU seconds of all threads of the
process for reasoning (`seconds`) and for what comes before (`reading`), and its memory before reasoning and at the
peak, in MiB. `fast` writes what it derives to `conclusions.nt` there; the others say how much of that they miss.
"""

import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from typing import Any

STRING = "http://www.w3.org/2001/XMLSchema#string"
Line = str
"""A statement as N-Triples writes it."""


def fast(folder: str) -> tuple[Callable[[], Any], Callable[[Any], Iterable[Line]]]:
    """The engine of the project, with the axioms of the file."""
    from kb.reasoning.axioms import compile_axioms
    from kb.reasoning.closure import Closure

    facts, ontology = _facts(folder), _facts(folder, "ontology.ttl")

    def reason() -> list[Any]:
        closure = Closure(compile_axioms(ontology), facts)
        return [fact for _, fact in closure.statements()]

    return reason, lambda found: (f"{s} {p} {o} ." for s, p, o in found)


def derive(folder: str) -> tuple[Callable[[], Any], Callable[[Any], Iterable[Line]]]:
    """The same engine, and the rules of the project, to their common fixpoint."""
    from pyoxigraph import Quad

    from kb.derivation import derive as run
    from kb.paths import data_root
    from kb.prefixes import read_prefixes
    from kb.rules import read_rules

    root = data_root(None)
    prefixes = read_prefixes(root)
    rules, quads = read_rules(root, prefixes), [Quad(*fact) for fact in _facts(folder)]
    return (lambda: run(rules, quads, prefixes)), lambda found: (
        f"{quad.triple} ." for part in found.values() for quad in part
    )


def owlrl(folder: str) -> tuple[Callable[[], Any], Callable[[Any], Iterable[Line]]]:
    """The reference of the W3C, cleaned as the project does."""
    from kb.reasoning.reference import close_with_owlrl

    facts = _facts(folder)
    return (lambda: close_with_owlrl(facts)), lambda found: (f"{s} {p} {o} ." for s, p, o in found)


def reasonable(folder: str) -> tuple[Callable[[], Any], Callable[[Any], Iterable[Line]]]:
    """OWL 2 RL in Rust, BSD licence: https://pypi.org/project/reasonable/."""
    from reasonable import PyReasoner  # type: ignore[import-not-found]

    reasoner = PyReasoner()
    reasoner.load_file(os.path.join(folder, "statements.ttl"))

    def line(triple: Any) -> Line:
        from rdflib import BNode, Literal

        kinds = {BNode: "bnode", Literal: "literal"}
        parts = [
            (kinds.get(type(term), "uri"), str(term), getattr(term, "language", None), getattr(term, "datatype", None))
            for term in triple
        ]
        return _line(parts)

    return reasoner.reason, lambda found: map(line, found)


def sparq(folder: str) -> tuple[Callable[[], Any], Callable[[Any], Iterable[Line]]]:
    """A store with OWL 2 RL in Rust, MIT licence: https://pypi.org/project/sparq-rdf/."""
    from sparq import Graph  # type: ignore[import-not-found]

    graph = Graph.load(os.path.join(folder, "statements.ttl"), format="ntriples")

    def lines(_: Any) -> Iterable[Line]:
        for triple in graph.construct("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"):
            yield _line([(term.kind, term.value, term.language, term.datatype) for term in triple])

    return (lambda: graph.reason("owl")), lines


def nemo(folder: str) -> tuple[Callable[[], Any], Callable[[Any], Iterable[Line]]]:
    """A rule engine in Rust, MIT or Apache licence, with the rules that the project compiles from the axioms.

    Reading is part of its reasoning: https://pypi.org/project/nemo-python/.
    """
    from nmo_python import NemoEngine, load_string  # type: ignore[import-not-found]

    from kb.reasoning.axioms import compile_axioms

    rules = "\n".join(_nemo_rule(rule) for rule in compile_axioms(_facts(folder, "ontology.ttl")))
    program = f'@import t :- ntriples{{resource="{folder}/statements.ttl"}} .\n{rules}\n@export t :- csv {{}} .\n'

    def reason() -> Any:
        engine = NemoEngine(load_string(program))
        engine.reason()
        return engine

    return reason, lambda engine: (" ".join(map(str, row)) + " ." for row in engine.result("t"))


def _nemo_rule(rule: Any) -> str:
    def atom(pattern: Any) -> str:
        return f"t({', '.join(f'?{term}' if isinstance(term, str) else str(term) for term in pattern)})"

    body = ", ".join(atom(pattern) for pattern in rule.body)
    return f"{atom(rule.head)} :- {body} ." if body else f"{atom(rule.head)} ."


def _line(parts: Iterable[tuple[str, str, str | None, str | None]]) -> Line:
    """Return a statement from the kind, value, language and datatype of each of its terms."""
    from pyoxigraph import BlankNode, Literal, NamedNode

    terms: list[Any] = []
    for kind, value, language, datatype in parts:
        if kind == "literal":
            terms.append(
                Literal(value, language=language)
                if language
                else Literal(value, datatype=NamedNode(datatype or STRING))
            )
        else:
            terms.append(BlankNode(value) if kind == "bnode" else NamedNode(value))
    return " ".join(map(str, terms)) + " ."


def _facts(folder: str, name: str = "statements.ttl") -> list[Any]:
    from pyoxigraph import RdfFormat, parse

    quads = parse(path=os.path.join(folder, name), format=RdfFormat.N_TRIPLES)
    return [(quad.subject, quad.predicate, quad.object) for quad in quads]


REASONERS = {"fast": fast, "derive": derive, "owlrl": owlrl, "reasonable": reasonable, "sparq": sparq, "nemo": nemo}


def explain(count: int = 50) -> dict[str, Any]:
    """Return what it costs to explain derived statements of the shipped graph, some of them drawn."""
    from kb import KnowledgeBase

    base = KnowledgeBase.open()
    if not hasattr(base, "explain"):
        return {"missing": 1}
    graphs = (
        "STRSTARTS(STR(?g), CONCAT(STR(doc:), 'inferred/')) || STRSTARTS(STR(?g), CONCAT(STR(doc:), 'ontology/rules/'))"
    )
    rows = list(base.sparql(f"SELECT ?s ?p ?o {{ GRAPH ?g {{ ?s ?p ?o }} FILTER({graphs}) }} ORDER BY ?s ?p ?o"))
    drawn = random.Random(1).sample(rows, min(count, len(rows)))
    costs = []
    for row in drawn:
        before = time.process_time()
        base.explain(*(str(term) for term in row))
        costs.append(time.process_time() - before)
    later = sorted(costs[1:])
    return {
        "count": len(drawn),
        "statement": [str(term) for term in drawn[0]],
        "derived": len(rows),
        "first": costs[0],
        "median": later[len(later) // 2],
        "worst": later[-1],
    }


def main() -> None:
    """Run one, and print what it cost."""
    name, folder = sys.argv[1:3]
    if name == "explain":
        print(json.dumps(explain()))
        return
    conclusions = os.path.join(folder, "conclusions.nt")
    try:
        reason, lines = REASONERS[name](folder)
    except ImportError as error:
        print(json.dumps({"missing": error.name}))
        return
    reading, loaded = time.process_time(), _peak()
    result = reason()
    report = {"seconds": time.process_time() - reading, "reading": reading, "loaded": loaded, "peak": _peak()}
    if name == "fast":
        with open(conclusions, "w", encoding="utf-8") as file:
            report["derived"] = sum(bool(file.write(line + "\n")) for line in lines(result))
    else:
        with open(conclusions, encoding="utf-8") as file:
            wanted = {line.rstrip("\n") for line in file}
        found = set(lines(result))
        report["derived"] = len(found) if name == "derive" else len(wanted)
        report["missed"] = len(wanted - found)
    print(json.dumps(report))


def _peak() -> float:
    """Return the largest size that the process has had, in MiB."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024
    except OSError:  # not Linux; there, getrusage counts in what the process was forked from
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    os.chdir(tempfile.gettempdir())  # nemo writes beside where it stands
    main()
