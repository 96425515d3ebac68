"""Derivation rules: what follows from the statements of the graph, one SPARQL CONSTRUCT a file.

A rule is `ontology/rules/<slug>.rq`. Its header says in `summary` what it derives, in `after` which
rules must have run before it, because it reads what they derive, and in `description` what else a
reader should know.
"""

from collections.abc import Mapping
from typing import NamedTuple

from kb.errors import DataError, nearest_names
from kb.paths import files_below
from kb.sparql_file import check_text, line_of, read_header, read_text
from kb.tokens import Token, line_and_column

FOLDER = "ontology/rules"
_KEYS = {"summary": str, "description": str, "after": list}
_UNSTEADY = ("BNODE", "GROUP_CONCAT", "LIMIT", "NOW", "OFFSET", "RAND", "SAMPLE", "STRUUID", "UUID")
"""Words whose result may differ from run to run, or from engine to engine."""


class Rule(NamedTuple):
    """One derivation rule."""

    name: str
    summary: str
    """What it derives."""
    after: tuple[str, ...]
    """Names of the rules whose results it reads."""
    text: str
    """The SPARQL, header included: it runs as it stands."""

    @property
    def path(self) -> str:
        """The file that holds the rule, below the root of the graph."""
        return f"{FOLDER}/{self.name}.rq"


def read_rules(root: str, prefixes: Mapping[str, str]) -> list[Rule]:
    """Return the rules of the graph in `root` in the order in which they run.

    Raises:
        DataError: the first fault of a rule.
    """
    rules, faults = collect_rules(root, prefixes)
    if faults:
        raise faults[0]
    return rules


def collect_rules(root: str, prefixes: Mapping[str, str]) -> tuple[list[Rule], list[DataError]]:
    """Return the rules that can run, in the order in which they run, and the faults of the others.

    A rule runs behind all that it is `after`; of those that could run next, the first by name. One
    that is after a faulty rule is left out too.
    """
    sound: dict[str, Rule] = {}
    faults: list[DataError] = []
    paths = files_below(root, FOLDER, ".rq")
    names = sorted(path[len(FOLDER) + 1 : -len(".rq")] for path in paths)
    for name in names:
        try:
            sound[name] = read_rule(root, f"{FOLDER}/{name}.rq", prefixes)
            _check_after(sound[name], names)
        except DataError as error:
            sound.pop(name, None)
            faults.append(error)
    ordered: dict[str, Rule] = {}
    while ready := [rule for rule in sound.values() if rule.name not in ordered and ordered.keys() >= set(rule.after)]:
        ordered[ready[0].name] = ready[0]
    waiting = {name: rule for name, rule in sound.items() if name not in ordered}
    return list(ordered.values()), [*faults, *_cycles(waiting)]


def read_rule(root: str, path: str, prefixes: Mapping[str, str]) -> Rule:
    """Return the rule in the file `path` (below `root`), checked but for the names in `after`.

    Raises:
        DataError: with file, line where known, the fault and the remedy.
    """
    name = path[len(FOLDER) + 1 : -len(".rq")]
    if "/" in name:
        raise DataError(f"{path}: lies in a folder of its own; move it to {FOLDER}/")
    text = read_text(root, path)
    header = read_header(path, text, _KEYS, "what the rule derives")
    after = header.get("after", [])
    for entry in after:
        if not isinstance(entry, str):
            raise DataError(f"{path}: 'after' has {entry!r}; it is a list of names of rules, such as [some-rule]")
    rule = Rule(name, line_of(path, header, "summary", required=True), tuple(after), text)
    tokens, _ = check_text(path, text, prefixes, "construct", "a rule is a CONSTRUCT, which says what follows")
    _check_words(rule, tokens)
    _check_template(rule, tokens)
    return rule


def _check_words(rule: Rule, tokens: list[Token]) -> None:
    """Refuse what reads only part of the graph, and what may give other statements next time."""
    for token in tokens:
        place = f"{rule.path}:{line_and_column(rule.text, token.start)[0]}"
        if token.is_word("GRAPH", "FROM"):
            word = token.text.upper()
            raise DataError(f"{place}: {word} chooses graphs, and a rule reads the union of all; write it without")
        if token.is_word(*_UNSTEADY):
            word = token.text.upper()
            raise DataError(f"{place}: {word} need not give the same each time; derive from what the graph states")


def _check_template(rule: Rule, tokens: list[Token]) -> None:
    """Refuse a node without a name between the braces of CONSTRUCT, or of WHERE in the form `CONSTRUCT WHERE`."""
    start = next(at for at, token in enumerate(tokens) if token.is_word("CONSTRUCT"))
    for token in tokens[start:]:
        if token.text == "}":
            return
        if token.kind == "blank" or token.text in ("[", "(", "<<", "<<(", "{|"):
            line = line_and_column(rule.text, token.start)[0]
            raise DataError(
                f"{rule.path}:{line}: {token.text} makes a blank node or a triple term; derive statements between IRIs"
            )


def _check_after(rule: Rule, names: list[str]) -> None:
    for name in rule.after:
        if name not in names:
            near = nearest_names(name, (other for other in names if other != rule.name), 1)
            hint = f"did you mean {near[0]}?" if near else f"name a file of {FOLDER}/ without its .rq"
            raise DataError(f"{rule.path}: 'after' names {name!r}, and there is no such rule; {hint}")


def _cycles(waiting: dict[str, Rule]) -> list[DataError]:
    """Return a fault for each circle among rules that wait for others; `waiting` is emptied."""
    faults = []
    while waiting:
        name, trail = min(waiting), list[str]()
        while name in waiting and name not in trail:
            trail.append(name)
            name = next((other for other in waiting[name].after if other in waiting), "")
        if name in trail:
            circle = trail[trail.index(name) :]
            first = circle.index(min(circle))
            shown = " after ".join([*circle[first:], *circle[: first + 1]])
            path = waiting[circle[first]].path
            faults.append(DataError(f"{path}: 'after' goes in a circle, {shown}; take one of them out"))
        for each in trail:
            del waiting[each]
    return faults
