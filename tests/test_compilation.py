"""The compiled form: made once, trusted only while whole and fresh, and never in the way of an answer."""

import builtins
import errno
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import RdfFormat, parse

from kb import KnowledgeBase
from kb.compilation import open_compiled
from kb.errors import DataError, EngineError, OutputError, UnknownNameError, UsageError
from kb.results import Rows
from tests.conftest import ROOT, Run

QUERY = "treatment/remedies-by-complaint"
DRUG = "graph_data/drugs/zorvexin.ttl"
RULES = "ontology/rules"
BEARS_ON = "https://example.org/tiny/ontology#bearsOn"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place for compiled forms."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("KB_CACHE", str(folder))
    return folder


def answer(root: Path) -> list[dict[str, Any]]:
    """Return what the graph in `root` answers."""
    with KnowledgeBase.open(str(root)) as kb:
        return kb.query(QUERY).to_dicts()


def compiled_files(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.rglob("*") if path.is_file())


def looks_whole(cache: Path) -> bool:
    """Whether the place holds one compiled form and nothing else."""
    endings = [(name.split("-")[0], name.rsplit(".", 1)[-1]) for name in compiled_files(cache)]
    asserted = [("asserted", "nq"), ("asserted", "nt")]
    return endings == [*asserted, ("dataset", "nq"), ("default", "nt"), ("index.json", "json"), ("names", "json")]


def file_of(cache: Path, pattern: str) -> Path:
    (found,) = cache.rglob(pattern)
    return found


def index_of(cache: Path) -> Path:
    (found,) = cache.rglob("index.json")
    return found


def break_unseen(root: Path) -> None:
    """Break every Turtle and query file, but keep sizes and times: who reads one fails."""
    for path in [*root.rglob("*.ttl"), *root.rglob("*.rq")]:
        stat = path.stat()
        path.write_bytes(b"!" * stat.st_size)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_the_second_run_reads_no_file_of_the_graph(tiny: Path, cache: Path) -> None:
    first = answer(tiny)
    break_unseen(tiny)

    assert first == answer(tiny)
    assert first
    assert looks_whole(cache)


def change(root: Path) -> None:
    path = root / DRUG
    path.write_text(path.read_text(encoding="utf-8").replace('"zorvexin"@en', '"ZORVEXIN"@en'), encoding="utf-8")


def touch(root: Path) -> None:
    os.utime(root / DRUG, ns=(1, 1))


def add_data(root: Path) -> None:
    (root / "graph_data" / "drugs" / "new.ttl").write_text(
        "<https://example.org/n> a <https://example.org/N> .\n", encoding="utf-8"
    )


def add_query(root: Path) -> None:
    text = (root / "queries" / f"{QUERY}.rq").read_text(encoding="utf-8")
    (root / "queries" / "treatment" / "twin.rq").write_text(text, encoding="utf-8")


def remove_data(root: Path) -> None:
    (root / DRUG).unlink()


def remove_query(root: Path) -> None:
    (root / "queries" / f"{QUERY}.rq").unlink()


def add_ontology(root: Path) -> None:
    (root / "ontology" / "modules" / "more.ttl").write_text("<urn:a> a <urn:b> .\n", encoding="utf-8")


def change_rule(root: Path) -> None:
    path = root / RULES / "broader-link.rq"
    path.write_text(path.read_text(encoding="utf-8").replace("kindOf+", "kindOf"), encoding="utf-8")


def add_rule(root: Path) -> None:
    text = (root / RULES / "broader-link.rq").read_text(encoding="utf-8")
    (root / RULES / "twin.rq").write_text(text, encoding="utf-8")


def remove_rule(root: Path) -> None:
    (root / RULES / "broader-link.rq").unlink()


EDITS = [
    change, touch, add_data, add_query, add_ontology, remove_data, remove_query, change_rule, add_rule, remove_rule
]  # fmt: skip


@pytest.mark.parametrize("edit", EDITS)
def test_a_changed_added_or_removed_file_compiles_anew(tiny: Path, cache: Path, edit: Callable[[Path], None]) -> None:
    open_compiled(str(tiny))
    before = index_of(cache).stat().st_ino
    edit(tiny)
    open_compiled(str(tiny))

    assert before != index_of(cache).stat().st_ino


def test_a_change_is_seen_in_the_answer(tiny: Path, cache: Path) -> None:
    with KnowledgeBase.open(str(tiny)) as kb:
        before = kb.label(kb.resolve("CHEBI:1"))
    change(tiny)
    with KnowledgeBase.open(str(tiny)) as kb:
        after = kb.label(kb.resolve("CHEBI:1"))

    assert ("zorvexin", "ZORVEXIN") == (before, after)


@pytest.mark.parametrize("name", ["index.json", "default-*.nt", "dataset-*.nq", "names-*.json"])
@pytest.mark.parametrize("content", [b"", b"{", b"garbage \xff\x00", b"[]", b"null", b'{"format": 1}'])
def test_a_truncated_or_foreign_file_is_made_anew(tiny: Path, cache: Path, name: str, content: bytes) -> None:
    expected = answer(tiny)
    size = file_of(cache, name).stat().st_size
    file_of(cache, name).write_bytes(content)

    assert expected == answer(tiny)
    assert size == file_of(cache, name).stat().st_size


@pytest.mark.parametrize("name", ["index.json", "default-*.nt", "dataset-*.nq", "names-*.json"])
def test_a_missing_file_is_made_anew(tiny: Path, cache: Path, name: str) -> None:
    expected = answer(tiny)
    file_of(cache, name).unlink()

    assert expected == answer(tiny)


def test_names_that_are_garbage_of_the_right_size_are_an_error_with_the_remedy(tiny: Path, cache: Path) -> None:
    compiled = open_compiled(str(tiny))
    path = file_of(cache, "names-*.json")
    path.write_bytes(b"x" * path.stat().st_size)

    with pytest.raises(EngineError, match=r"names-.*cannot be read .*; remove it, and open the graph again"):
        _ = open_compiled(str(tiny)).names
    assert compiled.root == str(tiny)


def test_the_form_of_another_version_is_made_anew(tiny: Path, cache: Path) -> None:
    expected = answer(tiny)
    index = json.loads(index_of(cache).read_text(encoding="utf-8"))
    index_of(cache).write_text(json.dumps({**index, "format": -1, "names": []}), encoding="utf-8")

    assert expected == answer(tiny)


def test_what_a_killed_process_leaves_behind_does_not_look_whole(tiny: Path, cache: Path) -> None:
    expected = answer(tiny)
    folder = index_of(cache).parent
    index_of(cache).unlink()
    file_of(cache, "default-*.nt").write_bytes(b"<urn:half> <urn:written")
    (folder / ".index.json.12345").write_bytes(b'{"format": 2, "fi')

    assert expected == answer(tiny)


def test_the_index_is_written_last(tiny: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved: list[str] = []
    replace = os.replace
    monkeypatch.setattr(os, "replace", lambda old, new: (moved.append(Path(new).name), replace(old, new)))
    open_compiled(str(tiny))

    assert "index.json" == moved[-1]
    assert moved.count("index.json") == 1


def unwritable(kind: str, tmp_path: Path) -> str:
    """Return a place for caches that not even root can write."""
    file = tmp_path / "file"
    file.write_text("a file", encoding="utf-8")
    return {"below a file": f"{file}/cache", "proc": "/proc/cache", "device": "/dev/null"}[kind]


@pytest.mark.parametrize("kind", ["below a file", "proc", "device"])
def test_an_unwritable_place_for_caches_keeps_nobody_from_the_answer(
    run_kb: Run, tiny: Path, tmp_path: Path, kind: str
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    done = run_kb(
        "query", QUERY, "--data", str(tiny), env={"KB_CACHE": unwritable(kind, tmp_path), "TMPDIR": str(temporary)}
    )

    assert (0, "") == (done.returncode, done.stderr)
    assert done.stdout.count("\n") > 1
    assert [] == list(temporary.iterdir())


@pytest.mark.parametrize("full_after", [0, 1, 2, 3, 4, 5])
def test_a_disk_that_fills_up_keeps_nobody_from_the_answer(
    tiny: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, full_after: int
) -> None:
    expected = answer(tiny)
    index_of(cache).unlink()
    fill_up(monkeypatch, str(cache), full_after)

    assert expected == answer(tiny)
    assert not [name for name in compiled_files(cache) if name.startswith(".") or name == "index.json"]


def test_no_place_at_all_is_an_error_that_says_so(tiny: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_up(monkeypatch, "", 0)

    with pytest.raises(
        OutputError,
        match=r"the compiled graph cannot be written \(No space left on device\); free some space, or name a folder",
    ):
        open_compiled(str(tiny))


def fill_up(monkeypatch: pytest.MonkeyPatch, folder: str, after: int) -> None:
    """Let writing below `folder` fail as on a full disk, from the file numbered `after` on."""
    opened = Counter[str]()
    real = builtins.open

    def limited(file: Any, mode: str = "r", *arguments: Any, **more: Any) -> Any:
        if "w" in mode and str(file).startswith(folder):
            opened["w"] += 1
            if opened["w"] > after:
                real(file, mode, *arguments, **more).close()
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), file)
        return real(file, mode, *arguments, **more)

    monkeypatch.setattr(builtins, "open", limited)


def test_processes_that_compile_at_once_all_answer(tiny: Path, cache: Path) -> None:
    command = [sys.executable, "-m", "kb", "query", QUERY, "--data", str(tiny)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)
    ]
    outputs = [process.communicate(timeout=60) for process in running]

    assert [0] * 4 == [process.returncode for process in running]
    assert 1 == len(set(outputs))
    assert outputs[0][0].count(b"\n") > 1
    assert looks_whole(cache)


def test_the_default_graph_holds_a_statement_of_two_files_once(tiny: Path, cache: Path) -> None:
    statement = '<https://example.org/tiny/id/zorvexin> <urn:note> "said twice" .\n'
    for name in ("one", "two"):
        (tiny / "graph_data" / "drugs" / f"{name}.ttl").write_text(statement, encoding="utf-8")
    compiled = open_compiled(str(tiny))

    assert 1 == Path(compiled.default).read_text(encoding="utf-8").count("said twice")
    assert 2 == Path(compiled.named).read_text(encoding="utf-8").count("said twice")


def test_default_and_named_graphs_hold_the_same_statements(tiny: Path, cache: Path) -> None:
    compiled = open_compiled(str(tiny))
    named = {quad.triple for quad in parse(path=compiled.named, format=RdfFormat.N_QUADS)}
    default = [quad.triple for quad in parse(path=compiled.default, format=RdfFormat.N_TRIPLES)]

    assert named == set(default)
    assert len(named) == len(default)


def test_what_the_rules_derive_is_in_both_graphs_under_the_path_of_its_rule(tiny: Path, cache: Path) -> None:
    compiled = open_compiled(str(tiny))
    rules = {f"https://example.org/tiny/graph/{RULES}/{name}.rq": rule[1] for name, rule in compiled.rules.items()}
    quads = [quad for quad in parse(path=compiled.named, format=RdfFormat.N_QUADS) if quad.predicate.value == BEARS_ON]
    default = [quad.triple for quad in parse(path=compiled.default, format=RdfFormat.N_TRIPLES)]

    assert ["link-from-statement", "broader-link"] == list(compiled.rules)
    assert rules == Counter(str(quad.graph_name)[1:-1] for quad in quads)
    assert {quad.triple for quad in quads} <= set(default)
    assert rules.keys() <= set(compiled.graphs)


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib", "worker"])
def test_every_engine_has_what_the_rules_derive(tiny: Path, cache: Path, engine: str) -> None:
    graph = f"https://example.org/tiny/graph/{RULES}/broader-link.rq"
    with KnowledgeBase.open(str(tiny), engine=engine) as kb:
        union = kb.sparql("SELECT ?remedy ?complaint { ?remedy zont:bearsOn ?complaint }")
        named = kb.sparql(f"SELECT ?complaint FROM <{graph}> {{ ?remedy ?p ?complaint }}")

        assert isinstance(union, Rows) and isinstance(named, Rows)
        assert (4, 1) == (len(union), len(named))


def test_the_rdflib_dataset_has_what_the_rules_derive(tiny: Path, cache: Path) -> None:
    with KnowledgeBase.open(str(tiny)) as kb:
        found = [str(predicate) for _, predicate, _, _ in kb.graph().quads((None, None, None, None))]

    assert 4 == found.count(BEARS_ON)


def test_a_rule_that_is_taken_away_takes_its_statements_along(tiny: Path, cache: Path) -> None:
    before = open_compiled(str(tiny)).rules
    remove_rule(tiny)
    with KnowledgeBase.open(str(tiny)) as kb:
        left = kb.sparql("SELECT * { ?remedy zont:bearsOn ?complaint }")

    assert {"link-from-statement": before["link-from-statement"]} == kb.compiled.rules
    assert isinstance(left, Rows)
    assert 3 == len(left)


def test_n_quads_are_sorted_and_the_same_bytes_in_every_process_and_place(
    tiny: Path, tmp_path: Path, run_kb: Run
) -> None:
    import shutil

    blank = "[] <urn:p> [ <urn:q> 1 ] , [ <urn:q> 2 ; <urn:r> [] ] .\n"
    (tiny / "graph_data" / "drugs" / "blank.ttl").write_text(blank, encoding="utf-8")
    other = Path(shutil.copytree(tiny, tmp_path / "another" / "place"))
    outputs = [
        run_kb(
            "export", "nq", "--data", str(root), env={"PYTHONHASHSEED": seed, "KB_CACHE": str(tmp_path / seed)}
        ).stdout
        for root, seed in ((tiny, "0"), (other, "1"), (tiny, "2"))
    ]
    lines = outputs[0].splitlines()

    assert 1 == len(set(outputs))
    assert sorted(lines) == lines
    assert len(lines) > 100


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        (DRUG, "a b", r"graph_data/drugs/zorvexin\.ttl:1: .*; mend the Turtle"),
        (DRUG, "\n\n<urn:a> <urn:b> 'open .\n", r"graph_data/drugs/zorvexin\.ttl:3: .*; mend the Turtle"),
        (DRUG, "<urn:a> <urn:b> nope:c .\n", r"graph_data/drugs/zorvexin\.ttl:1: .*; add its PREFIX line"),
        ("ontology/prefixes.ttl", "@", r"ontology/prefixes\.ttl:1: .*; mend the Turtle"),
        ("ontology/prefixes.ttl", "", r"ontology/prefixes\.ttl: has no prefix 'doc'"),
        ("queries/treatment/new.rq", "SELECT", r"queries/treatment/new\.rq:1: has no header"),
        (f"{RULES}/new.rq", "CONSTRUCT", r"ontology/rules/new\.rq:1: has no header"),
        (
            f"{RULES}/new.rq",
            "#+ summary: x\n#+ after: [old]\nCONSTRUCT {} WHERE {}",
            r"new\.rq: 'after' names 'old', and",
        ),
        (
            f"{RULES}/link-from-statement.rq",
            "#+ summary: x\n#+ after: [broader-link]\nCONSTRUCT {} WHERE {}",
            r"ontology/rules/broader-link\.rq: 'after' goes in a circle",
        ),
    ],
)
def test_a_broken_file_is_named_with_its_line_and_leaves_no_compiled_form(
    tiny: Path, cache: Path, path: str, content: str, expected: str
) -> None:
    (tiny / path).write_text(content, encoding="utf-8")

    with pytest.raises(DataError, match=expected) as caught:
        open_compiled(str(tiny))
    assert "\n" not in str(caught.value)
    assert not cache.exists()


def test_a_file_that_is_not_utf_8_is_refused(tiny: Path, cache: Path) -> None:
    (tiny / DRUG).write_bytes(b"<urn:a> <urn:b> '\xff' .\n")

    with pytest.raises(DataError, match=r"graph_data/drugs/zorvexin\.ttl"):
        open_compiled(str(tiny))


def test_a_folder_that_ends_in_ttl_or_a_dangling_link_is_no_crash(tiny: Path, cache: Path) -> None:
    (tiny / "graph_data" / "drugs" / "folder.ttl").mkdir()
    open_compiled(str(tiny))
    (tiny / "graph_data" / "drugs" / "gone.ttl").symlink_to("nowhere.ttl")

    with pytest.raises(DataError, match=r"graph_data/drugs/gone\.ttl: cannot be read \(No such file or directory\)"):
        open_compiled(str(tiny))


@pytest.mark.parametrize("missing", ["ontology", "graph_data", "queries"])
def test_a_folder_that_is_no_graph_is_refused_with_what_it_lacks(tiny: Path, missing: str) -> None:
    (tiny / missing).rename(tiny / "elsewhere")

    with pytest.raises(
        UsageError, match=f"has no folder {missing}/; name a folder with ontology/, graph_data/ and queries/"
    ):
        KnowledgeBase.open(str(tiny))


def test_a_file_whose_name_is_no_iri_is_named(tiny: Path) -> None:
    (tiny / "graph_data" / "a b.ttl").write_text("<urn:a> <urn:b> <urn:c> .", encoding="utf-8")

    with pytest.raises(DataError, match=r"graph_data/a b\.ttl: .*rename the file"):
        KnowledgeBase.open(str(tiny))


def test_an_open_graph_goes_on_when_another_process_compiles_a_newer_one(tiny: Path) -> None:
    with KnowledgeBase.open(str(tiny)) as before:
        with (tiny / "graph_data" / "drugs" / "zorvexin.ttl").open("a", encoding="utf-8") as file:
            file.write("\n<https://example.org/tiny/id/zorvexin> <http://www.w3.org/2004/02/skos/core#note> 'x' .\n")
        with KnowledgeBase.open(str(tiny)) as after:
            assert len(before.quads()) + 1 == len(after.quads())


def test_an_engine_that_does_not_ask_the_endpoint_is_refused(tiny: Path) -> None:
    with pytest.raises(UsageError, match="does not ask the endpoint"):
        KnowledgeBase.open(str(tiny), engine="rdflib", endpoint="http://127.0.0.1:1/")
    with pytest.raises(UnknownNameError, match="no engine is called 'nosuch'"):
        KnowledgeBase.open(str(tiny), engine="nosuch")
