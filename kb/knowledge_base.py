"""The facade: open the graph, then ask it by canned query, by SPARQL, or as an rdflib Dataset."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from kb.catalog import CannedQuery, bind
from kb.compilation import Compiled, open_compiled
from kb.engines import engine_names, open_engine
from kb.errors import EngineError, UnknownNameError, UsageError
from kb.paths import data_root
from kb.prefixes import compact
from kb.prepared_query import PreparedQuery
from kb.results import Result, Rows

if TYPE_CHECKING:
    import rdflib

    from kb.engines.protocol import Engine
    from kb.reasoning.explanation import Explainer, Explanation

Value = str | int | float | bool | NamedNode | Literal
"""What a parameter of a canned query takes; several of them as a list or tuple."""


class KnowledgeBase:
    """An opened graph. Use it in a `with` statement, or close it when done."""

    def __init__(self, compiled: Compiled, engine: str = "oxigraph", endpoint: str | None = None) -> None:
        self.compiled = compiled
        self.endpoint = endpoint
        if engine not in engine_names():
            raise UnknownNameError("engine", engine, engine_names(), f"(there are {', '.join(engine_names())})")
        if endpoint and engine not in ("oxigraph", "remote"):  # oxigraph is what is meant when nothing is said
            raise UsageError(f"the engine {engine!r} does not ask the endpoint {endpoint}; leave one of the two out")
        if endpoint and not compiled.inferred:
            raise UsageError(
                f"the endpoint {endpoint} answers with all it holds; load it with asserted statements only"
            )
        self.engine_name = "remote" if endpoint else engine
        self._engines: dict[str, Engine] = {}
        self._explainer: Explainer | None = None

    @classmethod
    def open(
        cls,
        folder: str | None = None,
        engine: str = "oxigraph",
        endpoint: str | None = None,
        *,
        inferred: bool = True,
    ) -> "KnowledgeBase":
        """Return the graph in `folder`, or the one that comes with the package.

        `engine` is one of `kb.engines.engine_names()`; with `endpoint`, the URL of a SPARQL 1.1
        endpoint that holds the same graph, queries run there. With `inferred=False`, the graph is
        what its files state, without what follows from that by axioms and rules.

        Raises:
            DataError: a file of the graph is broken.
            UnknownNameError: there is no such engine.
            UsageError: an `endpoint` is given beside an engine that does not ask it, or beside `inferred=False`.
        """
        return cls(open_compiled(data_root(folder), inferred), engine, endpoint)

    def __enter__(self) -> "KnowledgeBase":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back what the engines hold."""
        while self._engines:
            self._engines.popitem()[1].close()

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefixes that query text need not declare."""
        return self.compiled.prefixes

    @property
    def queries(self) -> Mapping[str, CannedQuery]:
        """The canned queries by name."""
        return self.compiled.queries

    def find_query(self, name: str) -> CannedQuery:
        """Return a canned query by its full name, or by the part behind the `/` where that is clear.

        Raises:
            UnknownNameError: there is none; the nearest names are suggested.
        """
        if name in self.queries:
            return self.queries[name]
        ending = [full for full in self.queries if full.rsplit("/", 1)[-1] == name]
        if len(ending) == 1:
            return self.queries[ending[0]]
        raise UnknownNameError("canned query", name, self.queries, "'kb queries' lists them")

    def resolve(self, name: str, of_class: str | None = None) -> str:
        """Return the IRI that a short name, label, outside code or IRI names.

        Raises:
            UnknownNameError: nothing has that name.
            ParameterError: it names several things, or none of the class.
        """
        return self.compiled.names.resolve(name, self.prefixes, of_class)

    def label(self, iri: str) -> str | None:
        """Return the label of an IRI, or None."""
        return self.compiled.names.labels.get(iri)

    def compact(self, iri: str) -> str:
        """Return an IRI in its short form, `prefix:local`, or in angle brackets."""
        return compact(iri, self.prefixes)

    def bind(self, name: str, values: Mapping[str, Value | Sequence[Value]]) -> PreparedQuery:
        """Return a canned query with values bound, as it would run; see `query` for what may go wrong."""
        query = self.find_query(name)
        lists = {key: _as_list(value) for key, value in values.items() if value is not None}
        return PreparedQuery(bind(query, lists, self.resolve), "select", uses_graphs=query.uses_graphs, name=query.path)

    def prepare(self, text: str, name: str = "") -> PreparedQuery:
        """Return query text with the prefixes it uses declared, and refused where it is unsafe."""
        from kb.query_text import (
            prepare,
        )  # not on the way of a canned query, whose text was checked when it was compiled

        graphs = None if self.endpoint else self.compiled.graphs
        return prepare(text, self.prefixes, graphs, name)

    def query(self, name: str, *, timeout: float | None = None, **values: Value | Sequence[Value]) -> Rows:
        """Return the rows of a canned query, with `values` for its parameters by name.

        Raises:
            UnknownNameError: no such query, parameter, or entity.
            ParameterError: a value of the wrong type.
            QueryTimeoutError: `timeout` seconds passed.
        """
        result = self.run(self.bind(name, values), timeout)
        assert isinstance(result, Rows)  # the catalogue admits SELECT only
        return result

    def sparql(self, text: str, *, timeout: float | None = None) -> Result:
        """Return the result of any SELECT, ASK, CONSTRUCT or DESCRIBE; known prefixes need no declaration.

        Raises:
            QuerySyntaxError: it does not parse.
            RefusedQueryError: it would write, or leave the graph.
            QueryTimeoutError: `timeout` seconds passed.
        """
        return self.run(self.prepare(text), timeout)

    def run(self, query: PreparedQuery, timeout: float | None = None) -> Result:
        """Return the result of a prepared query; with a timeout, Oxigraph runs in a process that can be stopped."""
        name = "worker" if timeout is not None and self.engine_name == "oxigraph" else self.engine_name
        return self._engine(name).run(query, timeout)

    def explain(self, subject: str, predicate: str, value: str, limit: int = 25) -> "Explanation":
        """Return why the graph says a statement: up to `limit` proofs, the shortest first, each down to the files.

        Where the statement does not follow there are no proofs, and the explanation says what is wanting. Names are
        those of `resolve`, and of properties with or without their prefix; see docs/reasoning.md.

        Raises:
            UnknownNameError: nothing has one of the names.
            ParameterError: one of them names several things.
            UsageError: the graph was opened without what is inferred.
        """
        from kb.reasoning.statement_names import read_names

        explainer = self._open_explainer()
        names = (subject, predicate, value)
        return explainer.explain(read_names(*names, self.resolve, self.prefixes, explainer.prover.facts), limit)

    def quads(self) -> list[Quad]:
        """Return every statement of the graph in its named graph, in the order of the N-Quads lines."""
        try:
            return list(parse(path=self.compiled.named, format=RdfFormat.N_QUADS))
        except (OSError, SyntaxError) as error:
            raise EngineError(f"{self.compiled.named}: cannot be read ({error}); open the graph again") from error

    def graph(self) -> "rdflib.Dataset":
        """Return the whole graph as an rdflib Dataset whose default graph is the union of its named graphs."""
        from kb.engines.rdflib import RdflibEngine

        engine = self._engine("rdflib")
        assert isinstance(engine, RdflibEngine)
        return engine.dataset

    def _open_explainer(self) -> "Explainer":
        if not self.compiled.inferred:
            raise UsageError("the graph was opened without what is inferred; open it with inferred=True to explain it")
        if self._explainer is None:
            from kb.reasoning.explanation import Explainer
            from kb.rules import read_rules

            rules = {rule.name: rule.text for rule in read_rules(self.compiled.root, self.prefixes)}
            self._explainer = Explainer(self.quads(), rules, self.compiled.root, self.prefixes, self.compiled.default)
        return self._explainer

    def _engine(self, name: str) -> "Engine":
        if name not in self._engines:
            self._engines[name] = open_engine(name, self.compiled.default, self.compiled.named, self.endpoint)
        return self._engines[name]


def _as_list(value: Value | Sequence[Value]) -> list[Value]:
    return list(value) if isinstance(value, (list, tuple)) else [value]  # type: ignore[list-item]
