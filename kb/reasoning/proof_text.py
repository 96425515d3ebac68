"""Explanations for people: as a tree in text, in Markdown, and as a Mermaid diagram."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from kb.formatting.cells import visible
from kb.proof_checker.notation import RDF, Statement
from kb.reasoning.explanation import Explanation
from kb.reasoning.proof import Asserted, ByHornRule, BySparqlRule, Proof, Step


class Namer(NamedTuple):
    """How terms and rules are called."""

    label: Callable[[str], str | None]
    """Label of an IRI."""
    compact: Callable[[str], str]
    """IRI in short form."""
    summaries: Mapping[str, str]
    """{name of a rule of the ontology: what it derives}."""

    def term(self, term: str) -> str:
        """Return a term as a reader knows it: by its label, else its short form; a literal by its text."""
        if term[0] == "<":
            return visible(self.label(term[1:-1]) or self.compact(term[1:-1]))
        return visible(f"“{term[1 : term.rindex(chr(34))]}”") if term[0] == '"' else term

    def statement(self, statement: Statement) -> str:
        """Return a statement in one line, with the short form of its subject, which tells claims apart."""
        subject, predicate, value = statement
        name = self.term(subject)
        short = self.short(subject)
        relation = "is a" if predicate == f"<{RDF}type>" else self.term(predicate)
        return f"{name}{f' ({short})' if short != name else ''} · {relation} · {self.term(value)}"

    def short(self, text: str) -> str:
        """Return text with every IRI in it in its short form."""
        return visible(re.sub(r"<([^<>\s]+)>", lambda found: self.compact(found[1]), text))

    def reason(self, step: Step) -> str:
        """Return why a step holds: the place, the axiom, or the rule."""
        if isinstance(step, Asserted):
            return step.place
        if isinstance(step, ByHornRule):
            return f"by the axiom {step.rule}"
        return f"by the rule {step.rule}: {visible(self.summaries.get(step.rule, ''))}"


class _Line(NamedTuple):
    """A line of the tree: how deep, whether last of its siblings at each depth, what, and why."""

    lasts: tuple[bool, ...]
    what: str
    why: str


def text_tree(explanation: Explanation, namer: Namer) -> str:
    """Return the proofs as trees of text, or what is wanting."""
    if not explanation.proofs:
        return "\n".join(_wanting(explanation, namer)) + "\n"
    blocks = []
    for number, proof in enumerate(explanation.proofs, 1):
        lines = [f"proof {number} of {len(explanation.proofs)}, {proof.size} steps"] if _are_many(explanation) else []
        for line in _tree(proof, namer):
            start = "".join("   " if last else "│  " for last in line.lasts[:-1])
            turn = ("└─ " if line.lasts[-1] else "├─ ") if line.lasts else ""
            lines.append(f"{start}{turn}{line.what}" + (f"  [{line.why}]" if line.why else ""))
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def markdown(explanation: Explanation, namer: Namer) -> str:
    """Return the proofs as nested lists in Markdown, or what is wanting."""
    title = f"# {_plain(namer.statement(explanation.statement))}\n"
    if not explanation.proofs:
        first, *rest = _wanting(explanation, namer)
        return "\n".join((title, _plain(first), "", *(f"- {_plain(line.strip())}" for line in rest))) + "\n"
    blocks = [title]
    for number, proof in enumerate(explanation.proofs, 1):
        lines = [f"## Proof {number}\n"] if _are_many(explanation) else []
        for line in _tree(proof, namer):
            why = f" — {'`' + line.why + '`' if _is_place(line.why) else _plain(line.why)}" if line.why else ""
            lines.append(f"{'  ' * len(line.lasts)}- {_plain(line.what)}{why}")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def mermaid(explanation: Explanation, namer: Namer) -> str:
    """Return the shortest proof as a Mermaid flowchart, premises above what they lead to; or what is wanting."""
    lines = ["flowchart TD"]
    if not explanation.proofs:
        text = "<br/>".join(_quoted(line.strip()) for line in _wanting(explanation, namer))
        return "\n".join((*lines, f'  s1["{text}"]')) + "\n"
    proof = explanation.proofs[0]
    numbers = {step.statement: number for number, step in enumerate(proof.steps, 1)}
    for step in proof.steps:
        number = numbers[step.statement]
        why = step.rule if isinstance(step, ByHornRule | BySparqlRule) else step.place
        lines.append(f'  s{number}["{_quoted(namer.statement(step.statement))}<br/><i>{_quoted(why)}</i>"]')
        lines += [f"  s{numbers[premise]} --> s{number}" for premise in step.premises]
        for place, absent in enumerate(_absent(step), 1):
            lines.append(f'  s{number}n{place}(["none: {_quoted(namer.short(absent))}"]) --> s{number}')
    return "\n".join(lines) + "\n"


def _are_many(explanation: Explanation) -> bool:
    return len(explanation.proofs) > 1


def _tree(proof: Proof, namer: Namer) -> Iterator[_Line]:
    """Yield the lines of a proof from what is proved downwards; what stands above is not unfolded again.

    The nodes without names of an axiom are left out: its name says what they do.
    """
    steps, shown = proof.by_statement(), set[Statement]()
    stack: list[tuple[tuple[bool, ...], Statement | str]] = [((), proof.statement)]
    while stack:
        lasts, item = stack.pop()
        if isinstance(item, str):
            yield _Line(lasts, f"there is no {namer.short(item)}", "")
            continue
        step = steps[item]
        if item in shown and step.premises:
            yield _Line(lasts, namer.statement(item), "as above")
            continue
        shown.add(item)
        yield _Line(lasts, namer.statement(item), namer.reason(step))
        named = (premise for premise in step.premises if premise[0][0] != "_")
        below: list[Statement | str] = [*named, *_absent(step)]
        stack += [((*lasts, at == len(below) - 1), each) for at, each in enumerate(below)][::-1]


def _absent(step: Step) -> tuple[str, ...]:
    return step.absent if isinstance(step, BySparqlRule) else ()


def _wanting(explanation: Explanation, namer: Namer) -> Iterator[str]:
    missing = explanation.missing
    yield f"this does not follow: {namer.statement(explanation.statement)}"
    if missing is None:
        yield "  no axiom and no rule comes near it"
        return
    kind = "axiom" if " " in missing.rule or ("-" in missing.rule and missing.rule not in namer.summaries) else "rule"
    yield f"  nearest comes the {kind} {missing.rule}; it finds {len(missing.present)} of its premises, and lacks"
    for wanting in missing.wanting:
        yield f"    {namer.short(wanting)}"


def _is_place(text: str) -> bool:
    return re.fullmatch(r"\S+\.ttl(:\d+)?", text) is not None


def _plain(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", text)


def _quoted(text: str) -> str:
    """Return text that can stand between quotes in Mermaid."""
    return re.sub(r'["<>#&;`]', lambda found: f"#{ord(found[0])};", text)
