"""The default engine: Oxigraph inside this process, with nothing to install or start."""

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    parse,
)

from kb.errors import EngineError, QuerySyntaxError
from kb.prepared_query import PreparedQuery
from kb.results import Answer, Result, Rows, Triples

RawResult = QuerySolutions | QueryBoolean | QueryTriples
_Converted = TypeVar("_Converted")

_POSITION = r"(?s)error at (\d+):(\d+): (.*)"
_EXPECTED = r"\[(?:'(?:\\.|[^'\\])*'|[^\]'])*\]|\"(?:\\.|[^\"\\])*\"|[^,]+"
_PUNCTUATION = r'"\W+"'
_MOST_EXPECTED = 8
_MISLEADING = ("OPTIONAL", "LATERAL", "SERVICE")
"""What Oxigraph names in passing, and what no query may use."""


class OxigraphEngine:
    """Oxigraph over two files of the compiled graph, in memory.

    `default` is an N-Triples file with the union of all graphs, read at once; `named` an N-Quads
    file with the named graphs, read when a query first speaks of graphs.
    """

    name = "oxigraph"

    def __init__(self, default: str | None, named: str | None) -> None:
        self._store: Store | None = Store()
        self._named = named
        if default:
            _load(self._store, default, RdfFormat.N_TRIPLES)

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> "OxigraphEngine":
        """Return an engine over quads in memory; its default graph is the union of all their graphs."""
        engine = cls(None, None)
        engine.add(quads)
        return engine

    def run(self, query: PreparedQuery, timeout: float | None = None) -> Result:
        """Return the result of `query`; see `kb.engines.protocol.Engine.run`."""
        refuse_timeout(timeout)
        return self.evaluate(query, to_result)

    def evaluate(self, query: PreparedQuery, convert: Callable[[RawResult], _Converted]) -> _Converted:
        """Return what `convert` makes of pyoxigraph's own result, which must be read in this thread."""
        store = self._open_store()
        if query.uses_graphs:
            self.load_named()
        try:
            if len(query.default_graphs) > 1 or (query.protocol_graphs and not query.default_graphs):
                return convert(_query_merged(store, query))
            if query.protocol_graphs:
                named: list[NamedNode | BlankNode] = [NamedNode(iri) for iri in query.named_graphs]
                default = NamedNode(query.default_graphs[0])
                return convert(store.query(query.text, default_graph=default, named_graphs=named))
            return convert(store.query(query.text))
        except SyntaxError as error:
            raise _syntax_error_of(query, str(error)) from error
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic of Oxigraph does not derive from Exception
            raise engine_error(query, error) from error

    def add(self, quads: Iterable[Quad]) -> None:
        """Add quads to their named graphs and to the default graph."""
        kept = list(quads)
        store = self._open_store()
        store.bulk_extend(kept)
        store.bulk_extend(Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()) for quad in kept)

    def close(self) -> None:
        """Give back the memory of the store; afterwards the engine cannot run."""
        self._store = None

    def _open_store(self) -> Store:
        if self._store is None:
            raise EngineError("the engine is closed; open another")
        return self._store

    def load_named(self) -> None:
        """Read the named graphs now; otherwise the first query that speaks of graphs does."""
        store = self._open_store()
        if self._named:  # two threads that come here at once load the same statements, which a store holds once
            _load(store, self._named, RdfFormat.N_QUADS)
            self._named = None


def open_from(default: str | None, named: str | None, url: str | None) -> OxigraphEngine:
    """Return the engine over the files of the compiled graph."""
    return OxigraphEngine(default, named)


def to_result(raw: RawResult) -> Result:
    """Return a result of pyoxigraph as rows, an answer or triples."""
    if isinstance(raw, QuerySolutions):
        return Rows([variable.value for variable in raw.variables], [tuple(solution) for solution in raw])
    if isinstance(raw, QueryBoolean):
        return Answer(bool(raw))
    return Triples(list(raw))


def refuse_timeout(timeout: float | None) -> None:
    """Refuse a deadline that an engine inside this process cannot keep.

    Raises:
        EngineError: there is a `timeout`.
    """
    if timeout is not None:
        raise EngineError(
            "an engine inside this process cannot stop a query, so it takes no timeout; "
            'use the worker engine (--engine worker, or engine="worker")'
        )


def read_quads(path: str, format: RdfFormat) -> Iterable[Quad]:
    """Yield the quads of a file of the compiled graph; blank nodes keep their labels across files.

    Raises:
        EngineError: the file cannot be read.
    """
    try:
        yield from parse(path=path, format=format)
    except (OSError, SyntaxError) as error:
        raise EngineError(f"{path}: {one_line(str(error))}; open the graph again") from error


def syntax_error(query: PreparedQuery, line: int, column: int, reason: str) -> QuerySyntaxError:
    """Return the error for a place in the text that the engine got, moved to the text as written."""
    if line == 1:
        column = max(1, column - query.shift)
    place = f"{query.name}: " if query.name else ""
    return QuerySyntaxError(f"{place}line {line}, column {column}: {reason}", line, column)


def engine_error(query: PreparedQuery, error: BaseException) -> EngineError:
    """Return the error for a failure that is not the fault of the query's spelling."""
    place = f"{query.name}: " if query.name else ""
    reason = one_line(str(error)) or type(error).__name__
    return EngineError(f"{place}the engine failed: {reason}; simplify the query, or try another engine")


def one_line(text: str, limit: int = 300) -> str:
    """Return `text` on one line, cut to `limit` characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def trim_reason(reason: str) -> str:
    """Return what Oxigraph expected in words a person can use, without its character classes."""
    body = reason.removeprefix("expected ").removeprefix("one of ")
    parts = [part.strip() for part in re.findall(_EXPECTED, body)]
    sentences = [part for part in parts if part[:1].isupper() and " " in part]
    if sentences:
        return one_line("; ".join(sentences))
    kept = [part for part in parts if part and not part.startswith("[") and part not in _MISLEADING]
    kept.sort(key=lambda part: bool(re.fullmatch(_PUNCTUATION, part)), reverse=True)
    if not kept:
        return "the query cannot go on like this" if parts else one_line(reason)
    more = ", …" if len(kept) > _MOST_EXPECTED else ""
    return f"expected {'one of ' if len(kept) > 1 else ''}{', '.join(kept[:_MOST_EXPECTED])}{more}"


def _syntax_error_of(query: PreparedQuery, message: str) -> QuerySyntaxError:
    found = re.search(_POSITION, message)
    if found:
        line, column = int(found[1]), int(found[2])
        lines = query.text.split("\n")
        rest = lines[line - 1][column - 1 :] if line <= len(lines) else ""
        return syntax_error(
            query, line, column, f"{trim_reason(found[3])}, found {rest[:20] or 'the end of the line'!r}"
        )
    place = f"{query.name}: " if query.name else ""
    return QuerySyntaxError(f"{place}{one_line(message)}")


def _query_merged(store: Store, query: PreparedQuery) -> RawResult:
    """Return the result over a copy of the graphs that the query names.

    Oxigraph 0.5.13 gives a triple once for each graph of several `FROM` that holds it, where the
    default graph must be their merge (oxigraph/oxigraph#1919, corrected after that version).
    """
    merged = Store()
    for iri in query.default_graphs:
        found = store.quads_for_pattern(None, None, None, NamedNode(iri))
        merged.bulk_extend(Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()) for quad in found)
    for iri in query.named_graphs:
        merged.bulk_extend(store.quads_for_pattern(None, None, None, NamedNode(iri)))
    named: list[NamedNode | BlankNode] = [NamedNode(iri) for iri in query.named_graphs]
    return merged.query(query.text, default_graph=DefaultGraph(), named_graphs=named)


def _load(store: Store, path: str, format: RdfFormat) -> None:
    """Load a file of the compiled graph; blank nodes keep their labels across files.

    Raises:
        EngineError: the file cannot be read.
    """
    try:
        with open(path, "rb") as file:
            content = file.read()
        if b" _:" in content or b"\n_:" in content or content.startswith(b"_:"):
            store.bulk_extend(read_quads(path, format))  # load would give blank nodes other labels in each file
        else:
            store.load(content, format)
    except (OSError, SyntaxError) as error:
        raise EngineError(f"{path}: {one_line(str(error))}; open the graph again") from error
