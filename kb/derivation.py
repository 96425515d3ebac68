"""What the rules derive: each runs once, in order, over what is asserted and what rules before it derived.

One pass is enough, since a rule says which others it reads (`after`); see docs/decisions/rules.md.
"""

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QueryTriples, Store, Triple

from kb.dataset import graph_of
from kb.engines.oxigraph import engine_error
from kb.errors import DataError, KbError
from kb.query_text import prepare
from kb.rules import Rule


def derive(rules: Iterable[Rule], quads: Iterable[Quad], prefixes: Mapping[str, str]) -> dict[str, list[Quad]]:
    """Return {name of a rule: what it adds to `quads` and to the rules before it}, in the order of `rules`.

    The statements of a rule are sorted, and lie in the named graph whose IRI is the path of its file.

    Raises:
        DataError: a rule derives a statement with a blank node or a triple term.
        EngineError: the engine fails over a rule.
    """
    results = dict[str, list[Quad]]()
    for rule, result in run_rules(rules, quads, prefixes):
        if isinstance(result, KbError):
            raise result
        results[rule.name] = result
    return results


def run_rules(
    rules: Iterable[Rule], quads: Iterable[Quad], prefixes: Mapping[str, str]
) -> Iterator[tuple[Rule, list[Quad] | KbError]]:
    """Yield each rule with what it adds, or with the fault of what it derives, which is then not added."""
    store = Store()
    store.bulk_extend(Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()) for quad in quads)
    for rule in rules:
        try:
            graph = NamedNode(graph_of(rule.path, prefixes))
            new = [triple for triple in _construct(store, rule) if Quad(*triple) not in store]
        except KbError as error:
            yield rule, error
        else:
            store.bulk_extend(Quad(*triple) for triple in new)
            yield rule, [Quad(triple.subject, triple.predicate, triple.object, graph) for triple in new]


def _construct(store: Store, rule: Rule) -> list[Triple]:
    """Return the statements that a rule gives over `store`, each once, sorted."""
    query = prepare(rule.text, {}, name=rule.path)
    try:
        result = store.query(query.text)
        assert isinstance(result, QueryTriples)  # a rule is a CONSTRUCT
        found = set(result)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of Oxigraph does not derive from Exception
        raise engine_error(query, error) from error
    for triple in found:
        if not isinstance(triple.subject, NamedNode) or not isinstance(triple.object, NamedNode | Literal):
            raise DataError(
                f"{rule.path}: derives {triple}, and a derived statement has IRIs and literals only; "
                "keep other nodes out with FILTER (isIRI(?x))"
            )
    return sorted(found, key=str)
