"""rdflib's own SPARQL: a second opinion, for people who want the graph as an `rdflib.Dataset`."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

import rdflib
import rdflib.plugins.sparql
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Triple
from pyoxigraph import Literal as OxigraphLiteral
from pyparsing import ParseException
from rdflib import BNode, Dataset, Graph, Literal, URIRef
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.evaluate import evalQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import Query, SPARQLError
from rdflib.term import Identifier, Node

from kb.engines.oxigraph import engine_error, one_line, read_quads, refuse_timeout, syntax_error
from kb.errors import EngineError, QuerySyntaxError
from kb.prepared_query import PreparedQuery
from kb.results import Answer, Result, Rows, Triples
from kb.terms import XSD, Term
from kb.turtle import quiet_rdflib, to_rdflib

_RdfTerm: TypeAlias = URIRef | BNode | Literal
_FLAGS = threading.RLock()


class RdflibEngine:
    """rdflib over the named graphs of the compiled graph; its default graph is their union.

    `named` is an N-Quads file; `default`, an N-Triples file, is read only when there is no `named`.
    """

    name = "rdflib"

    def __init__(self, default: str | None, named: str | None) -> None:
        # a lock on the door only: run takes FROM out of the query before rdflib sees it
        rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False
        self._dataset: Dataset | None = Dataset(default_union=True)
        if named:
            _fill(self._dataset, read_quads(named, RdfFormat.N_QUADS))
        elif default:
            _fill(self._dataset, read_quads(default, RdfFormat.N_TRIPLES))

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> "RdflibEngine":
        """Return an engine over quads in memory; its default graph is the union of all their graphs."""
        engine = cls(None, None)
        _fill(engine.dataset, quads)
        return engine

    @property
    def dataset(self) -> Dataset:
        """The graph itself, literals as their sources write them; a change of it changes the answers."""
        if self._dataset is None:
            raise EngineError("the engine is closed; open another")
        return self._dataset

    def run(self, query: PreparedQuery, timeout: float | None = None) -> Result:
        """Return the result of `query`; see `kb.engines.protocol.Engine.run`."""
        refuse_timeout(timeout)
        dataset = self.dataset
        with _lexical_forms_kept():
            try:
                parsed = parseQuery(query.text)
                translated = translateQuery(parsed)
            except ParseException as error:
                reason = one_line(str(error).split("  (at char")[0])
                raise syntax_error(query, error.lineno, error.column, reason) from error
            except Exception as error:
                if type(error) not in (Exception, SPARQLError):  # rdflib raises these two on purpose
                    raise engine_error(query, error) from error
                place = f"{query.name}: " if query.name else ""
                raise QuerySyntaxError(f"{place}{one_line(str(error))}") from error
            try:
                return _evaluate(dataset, translated, selects_all=parsed[1].projection is None)
            except Exception as error:
                raise engine_error(query, error) from error

    def close(self) -> None:
        """Give back the memory of the graph; afterwards the engine cannot run."""
        self._dataset = None


def open_from(default: str | None, named: str | None, url: str | None) -> RdflibEngine:
    """Return the engine over the files of the compiled graph."""
    return RdflibEngine(default, named)


@contextmanager
def _lexical_forms_kept() -> Iterator[None]:
    """Keep rdflib from rewriting literals meanwhile: the parser asks this flag, and takes no argument."""
    with _FLAGS:
        before = rdflib.NORMALIZE_LITERALS
        rdflib.NORMALIZE_LITERALS = False
        try:
            yield
        finally:
            rdflib.NORMALIZE_LITERALS = before


def _evaluate(dataset: Dataset, query: Query, selects_all: bool) -> Result:
    clause = query.algebra.pop("datasetClause", None)
    found = evalQuery(dataset if clause is None else _view(dataset, clause), query)
    if found["type_"] == "ASK":
        return Answer(bool(found["askAnswer"]))
    if found["type_"] != "SELECT":
        return Triples([triple for triple in map(_to_triple, found["graph"]) if triple])
    # rdflib has the columns of SELECT * in the order of a set
    variables = sorted(found["vars_"]) if selects_all else found["vars_"]
    rows = [tuple(_to_term(row.get(variable)) for variable in variables) for row in found["bindings"]]
    return Rows([str(variable) for variable in variables], rows)


def _view(dataset: Dataset, clause: Iterable[CompValue]) -> Dataset:
    """Return the dataset that `FROM` and `FROM NAMED` describe (SPARQL 1.1 Query Language, section 13.2)."""
    view = Dataset(default_union=False)
    for entry in clause:
        target = view.default_graph if entry.default else view.graph(entry.named)
        for triple in dataset.get_context(entry.default or entry.named):
            target.add(triple)
    return view


def _fill(dataset: Dataset, quads: Iterable[Quad]) -> None:
    graphs: dict[object, Graph] = {}
    known: dict[Term, _RdfTerm] = {}

    def convert(term: Term) -> _RdfTerm:
        """Return the one object of rdflib for a term that comes often."""
        if term not in known:
            known[term] = to_rdflib(term)
        return known[term]

    with quiet_rdflib():
        for subject, predicate, value, name in quads:
            if name not in graphs:
                is_default = isinstance(name, DefaultGraph)
                graphs[name] = dataset.default_graph if is_default else dataset.graph(to_rdflib(name))
            graphs[name].add((convert(subject), convert(predicate), convert(value)))


def _to_term(term: Identifier | None) -> NamedNode | BlankNode | OxigraphLiteral | None:
    if term is None:
        return None
    if isinstance(term, URIRef):
        try:
            return NamedNode(str(term))
        except ValueError:  # IRI("a b"): an error in SPARQL, which leaves the variable unbound
            return None
    if isinstance(term, BNode):
        return BlankNode(str(term))
    if not isinstance(term, Literal):
        raise EngineError(f"rdflib gave {term!r}, which is no RDF term; use another engine")
    if term.language:
        return OxigraphLiteral(str(term), language=term.language)
    return OxigraphLiteral(str(term), datatype=NamedNode(str(term.datatype or XSD + "string")))


def _to_triple(triple: tuple[Node, Node, Node]) -> Triple | None:
    """Return a triple, or None where RDF allows none, as with a literal for a subject."""
    subject, predicate, value = (_to_term(part) for part in triple if isinstance(part, Identifier))
    if isinstance(subject, NamedNode | BlankNode) and isinstance(predicate, NamedNode) and value is not None:
        return Triple(subject, predicate, value)
    return None
