"""Every rule: it derives what its sentinel says and nothing that it must not, and the same on every engine."""

from pathlib import Path

import pytest
from pyoxigraph import Triple

from kb import KnowledgeBase
from kb.paths import files_below
from kb.prefixes import read_prefixes
from kb.rules import FOLDER, read_rules
from tests.conftest import ROOT, TINY
from tests.rules.sentinel import check_sentinel, give_on_oxigraph, give_on_rdflib, read_sentinel

# rdflib calls what it deprecates itself
pytestmark = pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning:rdflib")

HERE = Path(__file__).parent
Derived = dict[str, set[Triple]]


def names_of(root: Path) -> list[str]:
    """Return the names of the rules in `root`, sound or not."""
    return [Path(path).stem for path in files_below(str(root), FOLDER, ".rq")]


@pytest.fixture(scope="module")
def derived(shipped: KnowledgeBase) -> tuple[Derived, Derived]:
    """What each rule gives over the whole shipped graph with all that follows: on Oxigraph, and on rdflib."""
    rules = read_rules(str(ROOT), read_prefixes(str(ROOT)))
    everything = {quad.triple for quad in shipped.quads()}
    return give_on_oxigraph(rules, everything), give_on_rdflib(rules, everything)


@pytest.mark.parametrize("name", names_of(ROOT))
def test_a_rule_derives_what_its_sentinel_says(name: str) -> None:
    prefixes = read_prefixes(str(ROOT))

    check_sentinel(read_rules(str(ROOT), prefixes), name, prefixes, HERE / f"{name}.trig")


@pytest.mark.whole_graph
@pytest.mark.parametrize("name", names_of(ROOT))
def test_a_rule_gives_the_same_over_the_whole_graph_on_both_engines(
    name: str, derived: tuple[Derived, Derived]
) -> None:
    on_oxigraph, on_rdflib = derived

    assert on_oxigraph[name] == on_rdflib[name]


@pytest.mark.parametrize("name", names_of(TINY))
def test_a_rule_of_the_invented_graph_derives_what_its_sentinel_says(name: str) -> None:
    prefixes = read_prefixes(str(TINY))

    check_sentinel(read_rules(str(TINY), prefixes), name, prefixes, HERE / "tiny" / f"{name}.trig")


@pytest.mark.parametrize(("root", "folder"), [(ROOT, HERE), (TINY, HERE / "tiny")])
def test_every_rule_has_a_sentinel_and_every_sentinel_a_rule(root: Path, folder: Path) -> None:
    assert sorted(names_of(root)) == sorted(path.stem for path in folder.glob("*.trig"))


@pytest.mark.parametrize("part", ["given", "derived", "not-derived"])
def test_an_empty_part_of_a_sentinel_fails(tmp_path: Path, part: str) -> None:
    text = (HERE / "tiny" / "broader-link.trig").read_text(encoding="utf-8")
    start = text.index("{", text.index(f"<urn:{part}>"))
    path = tmp_path / "broader-link.trig"
    path.write_text(text[: start + 1] + text[text.index("}", start) :], encoding="utf-8")

    with pytest.raises(AssertionError, match=f"<urn:{part}> is empty"):
        read_sentinel(path)


@pytest.mark.parametrize(("old", "new"), [("zorv:ache, zorv:pain", "zorv:ache, zorv:itch"), ("zorv:toe-", "zorv:")])
def test_a_sentinel_that_does_not_hold_fails(tmp_path: Path, old: str, new: str) -> None:
    text = (HERE / "tiny" / "broader-link.trig").read_text(encoding="utf-8")
    at = text.index("<urn:derived>")
    path = tmp_path / "broader-link.trig"
    path.write_text(text[:at] + text[at:].replace(old, new), encoding="utf-8")
    prefixes = read_prefixes(str(TINY))

    with pytest.raises(AssertionError):
        check_sentinel(read_rules(str(TINY), prefixes), "broader-link", prefixes, path)


def test_a_rule_without_a_sentinel_fails(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="a rule needs a sentinel"):
        read_sentinel(tmp_path / "missing.trig")
