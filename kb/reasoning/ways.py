"""The ways in which a statement follows in one step from statements of the graph."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import product

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from kb.engines.oxigraph import engine_error
from kb.errors import DataError
from kb.proof_checker import CheckError
from kb.proof_checker.evaluator import Evaluator, Solution
from kb.proof_checker.notation import RDF, Statement, Statements, read_term
from kb.proof_checker.patterns import Rule, Triple
from kb.proof_checker.reader import read_rule
from kb.proof_checker.replay import conclusions
from kb.query_text import prepare
from kb.reasoning.horn import HornRule, Pattern, Variable
from kb.reasoning.proof import ByHornRule, BySparqlRule
from kb.terms import Term
from kb.tokens import significant

_TYPE = f"<{RDF}type>"
OFTEN = 8
"""So many statements are looked for one by one; from then on all that a rule concludes is kept at hand."""
Atom = tuple[str, str, str]
"""A pattern: terms as text, and variables as `?name`."""


class AxiomWays:
    """Finds by which axioms, and from what, a statement follows."""

    def __init__(self, facts: Statements, rules: Iterable[HornRule]) -> None:
        self._facts = facts
        self._by_head: dict[tuple[str, str], list[tuple[HornRule, tuple[Atom, ...], Atom]]] = defaultdict(list)
        for rule in rules:
            head, body = atom_of(rule.head), tuple(atom_of(pattern) for pattern in rule.body)
            self._by_head[_relation(head)].append((rule, body, head))

    def rules_for(self, statement: Statement) -> Iterator[tuple[HornRule, tuple[Atom, ...], dict[str, str]]]:
        """Yield each rule whose head fits the statement, with its body and what the head binds."""
        for rule, body, head in self._by_head[_relation(statement)]:
            bound = match(head, statement)
            if bound is not None:
                yield rule, body, bound

    def of(self, statement: Statement) -> Iterator[ByHornRule]:
        """Yield the steps by one axiom, in the order of the names of the axioms."""
        for rule, body, bound in self.rules_for(statement):
            axiom = tuple(text_of(fact) for fact in rule.axiom)
            for found in sorted(set(self._join(body, bound))):
                if statement not in found:
                    premises = tuple(dict.fromkeys((*found, *axiom)))
                    yield ByHornRule(statement, rule.name, premises, axiom)

    def _join(self, body: tuple[Atom, ...], bound: Mapping[str, str]) -> Iterator[tuple[Statement, ...]]:
        if not body:
            yield ()
            return
        at = max(range(len(body)), key=lambda at: sum(term[0] != "?" or term in bound for term in body[at]))
        subject, predicate, value = (bound.get(term, term) if term[0] == "?" else term for term in body[at])
        for fact in self._facts.match(
            None if subject[0] == "?" else subject, predicate, None if value[0] == "?" else value
        ):
            more = match(body[at], fact, bound)
            if more is not None:
                for rest in self._join(body[:at] + body[at + 1 :], more):
                    yield *rest[:at], fact, *rest[at:]


class RuleWays:
    """Finds by which rules of the ontology, and from what, a statement follows."""

    def __init__(self, facts: Statements, texts: Mapping[str, str], store: Callable[[], Store]) -> None:
        """Read the rules, {name: text}; `store` gives a store with `facts` in its default graph, when asked."""
        self._facts, self._texts, self._store = facts, texts, store
        self.rules = {name: _read(name, text) for name, text in texts.items()}
        self._bound: dict[str, dict[Statement, list[dict[str, str]]]] = {}
        self._asked = Counter[str]()
        self._steps: dict[tuple[str, Statement], list[BySparqlRule]] = {}
        self._stored: Store | None = None

    def of(self, statement: Statement) -> Iterator[BySparqlRule]:
        """Yield the steps by one rule, in the order of the rules."""
        for name, rule in self.rules.items():
            if any(match(head_atom(head), statement) is not None for head in rule.head):
                if (name, statement) not in self._steps:
                    self._steps[name, statement] = self._steps_to(statement, name, rule)
                yield from self._steps[name, statement]

    def _steps_to(self, statement: Statement, name: str, rule: Rule) -> list[BySparqlRule]:
        """Return the steps by which a rule concludes a statement.

        Oxigraph finds the bindings; on what they stand is then read off the patterns of the rule.
        """
        evaluator, steps = Evaluator(self._facts, self._facts), []
        for binding in self._bindings_to(statement, name, rule):
            found = list(self._solutions(evaluator, rule, binding))
            if not found:
                raise DataError(
                    f"ontology/rules/{name}.rq: the engine finds {binding}, and its reader does not; report this"
                )
            for each in found:
                premises = tuple(dict.fromkeys(each.used))
                if statement in conclusions(rule, each.binding) and statement not in premises:
                    steps.append(BySparqlRule(statement, name, premises, each.binding, each.absent))
        return steps

    def _bindings_to(self, statement: Statement, name: str, rule: Rule) -> list[dict[str, str]]:
        """Return the bindings with which a rule concludes a statement: looked for singly, until it is asked often."""
        self._asked[name] += 1
        if name not in self._bound and self._asked[name] <= OFTEN:
            fits = [match(head_atom(head), statement) for head in rule.head]
            known = [{key: term for key, term in fit.items() if term[0] == "<"} for fit in fits if fit is not None]
            found = {tuple(each.items()): each for bound in known for each in self._bindings(name, bound)}
            return [each for each in found.values() if statement in conclusions(rule, each)]
        if name not in self._bound:
            self._bound[name] = defaultdict(list)
            for binding in self._bindings(name, {}):
                for conclusion in dict.fromkeys(conclusions(rule, binding)):
                    self._bound[name][conclusion].append(binding)
        return self._bound[name].get(statement, [])

    def _bindings(self, name: str, bound: Mapping[str, str]) -> list[dict[str, str]]:
        if self._stored is None:
            self._stored = self._store()
        query = prepare(_as_select(self._texts[name], bound), {}, name=f"ontology/rules/{name}.rq")
        try:
            solutions = self._stored.query(query.text)
            assert isinstance(solutions, QuerySolutions)  # `_as_select` makes a SELECT
            names = [variable.value for variable in solutions.variables]
            written: dict[Term | None, str] = {None: ""}  # the same few terms come again and again
            rows = {tuple(_written(term, written) for term in row) for row in solutions}
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic of Oxigraph does not derive from Exception
            raise engine_error(query, error) from error
        return [{f"?{key}": term for key, term in zip(names, row, strict=True) if term} for row in sorted(rows)]

    def _solutions(self, evaluator: Evaluator, rule: Rule, binding: Mapping[str, str]) -> Iterator[Solution]:
        """Yield the solutions with this binding, in which a number may be written as a file has it."""
        spellings = [[term, *self._spellings.get(term, ())] for term in binding.values()]
        for terms in product(*spellings):
            wanted = dict(zip(binding, terms, strict=True))
            for found in evaluator.solve(rule.body, Solution({}), wanted):
                if found.binding == wanted:
                    yield found

    @cached_property
    def _spellings(self) -> Mapping[str, list[str]]:
        """{number as the engine writes it: the other ways in which the graph has it}; `5.0` comes out as `5`."""
        return _rewritten(sorted({each[2] for each in self._facts.all if each[2][0] == '"' and "^^<" in each[2]}))


def match(atom: Atom, statement: Statement, bound: Mapping[str, str] | None = None) -> dict[str, str] | None:
    """Return `bound` with what makes `atom` the statement, or None when nothing does."""
    found = dict(bound or {})
    for place, term in zip(atom, statement, strict=True):
        if (found.setdefault(place, term) if place[0] == "?" else place) != term:
            return None
    return found


def atom_of(pattern: Pattern) -> Atom:
    """Return a pattern of a Horn rule as text."""
    subject, predicate, value = (_text(term) for term in pattern)
    return subject, predicate, value


def head_atom(head: Triple) -> Atom:
    """Return what a rule of the ontology concludes, whose predicate is never a path."""
    return head.subject, str(head.predicate), head.object


def text_of(fact: tuple[Term, Term, Term]) -> Statement:
    """Return a statement as text."""
    subject, predicate, value = (read_term(str(term)) for term in fact)
    return subject, predicate, value


def graph_text(quad: Quad) -> str:
    """Return the graph of a quad as text."""
    return str(quad.graph_name)


def _text(term: Term | Variable) -> str:
    return f"?{term}" if isinstance(term, Variable) else read_term(str(term))


def _relation(atom: Atom) -> tuple[str, str]:
    return atom[1], atom[2] if atom[1] == _TYPE else ""


def _written(term: Term | None, written: dict[Term | None, str]) -> str:
    if term not in written:
        written[term] = read_term(str(term))
    return written[term]


def _read(name: str, text: str) -> Rule:
    try:
        return read_rule(text)
    except CheckError as error:
        raise DataError(
            f"ontology/rules/{name}.rq: its proofs could not be checked ({error}); write it without"
        ) from error


def _as_select(text: str, bound: Mapping[str, str]) -> str:
    """Return the rule as a SELECT of all its variables, some of them bound to IRIs."""
    tokens = significant(text)
    start = next(token.start for token in tokens if token.is_word("CONSTRUCT"))
    where = next(token.start for token in tokens if token.start > start and token.is_word("WHERE"))
    end = tokens[-1].start
    values = f"VALUES ({' '.join(bound)}) {{ ({' '.join(bound.values())}) }}\n" if bound else ""
    return "".join((text[:start], "SELECT * ", text[where:end], values, text[end:]))


def _rewritten(terms: list[str]) -> dict[str, list[str]]:
    """Return {literal as the engine gives it back: those of `terms` that it stands for but is not}."""
    store, found = Store(), defaultdict[str, list[str]](list)
    for number, term in enumerate(terms):
        end = term.rindex('"')
        literal = Literal(term[1:end], datatype=NamedNode(term[end + 4 : -1]))
        store.add(Quad(NamedNode(f"urn:{number}"), NamedNode("urn:is"), literal))
    for quad in store:
        given, read = terms[int(quad.subject.value[4:])], read_term(str(quad.object))
        if given != read:
            found[read].append(given)
    return {term: sorted(spellings) for term, spellings in found.items()}
