"""Leaving out what is inferred: `--asserted` on the command line, `inferred=False` in Python."""

import json
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from kb import KnowledgeBase
from kb.dataset import read_dataset
from kb.errors import RefusedQueryError, UsageError
from kb.prefixes import read_prefixes
from tests.cli.outcome import failure, success
from tests.conftest import TINY, Run

DATA = ("--data", str(TINY))
BEARS_ON = "SELECT ?complaint { zorv:zorvexin zont:bearsOn ?complaint }"
TYPES = "SELECT ?class { zorv:zorvexin a ?class }"


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib", "worker"])
def test_sparql_sees_only_what_files_state(run_kb: Run, engine: str) -> None:
    arguments = ("--engine", engine, "-o", "json", *DATA)
    whole, asserted = (
        [
            len(json.loads(run_kb("sparql", text, *arguments, *more).stdout)["results"]["bindings"])
            for text in (BEARS_ON, TYPES)
        ]
        for more in ((), ("--asserted",))
    )

    assert [3, 2] == whole
    assert [0, 1] == asserted


def test_no_graph_of_a_rule_or_the_axioms_is_left(tiny: Path) -> None:
    with KnowledgeBase.open(str(tiny), inferred=False) as kb:
        named = kb.sparql("SELECT DISTINCT ?graph { GRAPH ?graph { ?s ?p ?o } }")

        assert read_dataset(str(tiny), read_prefixes(str(tiny))) == kb.quads()
        assert not [row for row in named if "/rules/" in str(row) or "/inferred/" in str(row)]
        assert sorted(row["graph"].value for row in named) == sorted(kb.compiled.graphs)
        with pytest.raises(RefusedQueryError, match="is not a graph of this dataset"):
            kb.sparql("SELECT * FROM doc:inferred\\/owl-rl { ?s ?p ?o }")


def test_export_and_show_leave_it_out(run_kb: Run) -> None:
    whole, asserted = (success(run_kb("export", "nq", *DATA, *more)) for more in ((), ("--asserted",)))
    shown = success(run_kb("show", "baclofen", "--asserted"))

    assert set(asserted.splitlines()) < set(whole.splitlines())
    assert "ontology/rules/" in success(run_kb("show", "baclofen"))
    assert "ontology/rules/" not in shown
    assert set() == {
        quad for quad in parse(asserted.encode(), RdfFormat.N_QUADS) if "/inferred/" in str(quad.graph_name)
    }


def test_no_rows_says_what_was_left_out(run_kb: Run) -> None:
    done = run_kb("sparql", BEARS_ON, "--asserted", *DATA)

    assert "kb: no rows: nothing in the graph fits the pattern; --asserted leaves out what is inferred\n" == done.stderr


def test_a_canned_query_takes_it_and_refuses_a_value(run_kb: Run) -> None:
    message = failure(run_kb("query", "treatment/remedies-by-complaint", "--asserted=yes", *DATA))

    assert success(run_kb("query", "treatment/remedies-by-complaint", "--asserted", *DATA))
    assert "--asserted takes no value" in message


def test_an_endpoint_cannot_leave_it_out(run_kb: Run, tiny: Path) -> None:
    arguments = ("--endpoint", "http://127.0.0.1:9/", "--asserted", *DATA)

    assert "answers with all it holds" in failure(run_kb("sparql", BEARS_ON, *arguments))
    with pytest.raises(UsageError, match="answers with all it holds"):
        KnowledgeBase.open(str(tiny), endpoint="http://127.0.0.1:9/", inferred=False)


def test_info_counts_what_is_asserted_derived_and_inferred(run_kb: Run) -> None:
    facts = json.loads(success(run_kb("info", "-o", "json", *DATA)))
    counts = [facts[f"{kind} statements"] for kind in ("asserted", "derived", "inferred")]

    assert facts["statements"] == sum(counts)
    assert all(counts)
