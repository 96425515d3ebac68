"""A proof as a page shows it: a tree from what is proved down to what files state, each with its place."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from kb.prefixes import compact
from kb.proof_checker.notation import RDF, read_term
from kb.web.pages.links import Link, Links
from kb.web.release import Release

_TYPE = f"<{RDF}type>"
_IRI = re.compile(r"<([^<>\s]+)>")
_DEEPEST = 60


class Term(NamedTuple):
    """A part of a statement: a link, or the text of a literal."""

    link: Link | None
    text: str = ""


class Node(NamedTuple):
    """A statement in the tree, why it holds, and what it stands on."""

    subject: Term
    subject_short: str
    """The short form of the subject, which tells claims with like labels apart."""
    relation: Term
    value: Term
    reason: str
    """The rule or axiom; empty where a file states it."""
    place: str
    """The file and line that state it."""
    place_href: str | None
    below: "list[Node]"
    absent: list[str]
    """What there must not be for it to hold, as patterns."""
    is_repeated: bool
    """Whether it is unfolded elsewhere in the tree already."""


class Tree(NamedTuple):
    """The answer to why a statement holds, or does not follow."""

    root: Node
    """Without a reason and a place where the statement does not follow."""
    follows: bool
    steps: int
    rule: str
    """Of a statement that does not follow: the rule that comes nearest, or nothing."""
    present: int
    """How many of its premises hold."""
    wanting: list[str]
    """What it lacks."""


def read_tree(answer: Mapping[str, Any], release: Release, links: Links) -> Tree:
    """Return the tree of an answer of `kb.web.workers.proof_process`."""
    reader = _Reader(release, links, answer["proof"]["steps"] if answer["proof"] else [])
    root = reader.node(tuple(answer["statement"]))
    nearest = answer["nearest"] or {"rule": "", "wanting": [], "present": 0}
    wanting = [reader.short(each) for each in nearest["wanting"]]
    follows = answer["proof"] is not None
    return Tree(root, follows, len(reader.steps), reader.short(nearest["rule"]), nearest["present"], wanting)


class _Reader:
    """Reads the steps of one proof; what was unfolded once is not unfolded again."""

    def __init__(self, release: Release, links: Links, steps: Sequence[Mapping[str, Any]]) -> None:
        self._links, self._prefixes, self._rules = links, release.compiled.prefixes, release.compiled.rules
        self.steps = {tuple(step["statement"]): step for step in steps}
        self._ordered = [tuple(step["statement"]) for step in steps]
        self._shown: set[tuple[str, ...]] = set()

    def node(self, statement: tuple[str, ...], depth: int = 0) -> Node:
        """Return the node of a statement, and all below it."""
        step = self.steps.get(statement, {})
        premises = [self._ordered[number - 1] for number in step.get("premises", ())]
        is_repeated = bool(premises) and (statement in self._shown or depth > _DEEPEST)
        self._shown.add(statement)
        named = [] if is_repeated else [each for each in premises if not each[0].startswith("_")]
        subject, relation, value = statement
        return Node(
            self._term(subject),
            self.short(subject),
            Term(None, "is a") if relation == _TYPE else self._term(relation),
            self._term(value),
            self._reason(step),
            step.get("place", ""),
            self._links.path_of(step["graph"][1:-1]) if "graph" in step else None,
            [self.node(each, depth + 1) for each in named],
            [] if is_repeated else [self.short(each) for each in step.get("absent", ())],
            is_repeated,
        )

    def short(self, text: str) -> str:
        """Return text with every IRI in it in its short form."""
        return _IRI.sub(lambda found: compact(found[1], self._prefixes), text)

    def _term(self, term: str) -> Term:
        if term.startswith("<"):
            return Term(self._links.of(term[1:-1]))
        if term.startswith('"'):
            plain = read_term(term)
            return Term(None, f"“{plain[1 : plain.rindex(chr(34))]}”")
        return Term(None, term)

    def _reason(self, step: Mapping[str, Any]) -> str:
        if step.get("by") == "owl":
            return f"by the axiom {step['rule']} of OWL 2 RL"
        if step.get("by") == "rule":
            summary = self._rules.get(step["rule"], ("", 0))[0]
            return f"by the rule {step['rule']}: {summary}" if summary else f"by the rule {step['rule']}"
        return ""
