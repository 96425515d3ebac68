"""One version of the data in service: its names and queries here, its statements in processes of their own."""

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from hashlib import sha256

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from kb import __version__
from kb.catalog import bind
from kb.compilation import Compiled
from kb.errors import UnknownNameError
from kb.prepared_query import PreparedQuery
from kb.query_limits import Limits
from kb.query_text import prepare
from kb.web.base import base_of
from kb.web.metrics import Metrics
from kb.web.settings import Settings
from kb.web.workers.pool import Pool
from kb.web.workers.store import Store

_VERSION = "http://www.w3.org/2002/07/owl#versionInfo"
_MOST_PREPARED = 1_000
_LONGEST_PREPARED = 20_000


class Release:
    """An opened version of the data; it does not change, and is closed when no request uses it any more."""

    def __init__(self, store: Store, settings: Settings, metrics: Metrics) -> None:
        known = store.known
        self.compiled = Compiled(known["root"], known["folder"], known["index"])
        self.digest: str = known["digest"]
        """SHA-256 of the sorted N-Quads, as `kb info` prints it."""
        self.statements: int = known["statements"]
        """How many statements the graph makes, its own description left out."""
        self.base = base_of(self.compiled)
        self.description: list[Quad] = list(parse(known["description"].encode(), RdfFormat.N_QUADS))
        """What the served graph says of itself, in named graphs of its own."""
        described = {quad.graph_name.value for quad in self.description if isinstance(quad.graph_name, NamedNode)}
        self.graphs = frozenset((*self.compiled.graphs, *described))
        """IRIs of all named graphs, those of the description among them."""
        self.version = self._version()
        parts = (self.digest, json.dumps(self.compiled.prefixes), known["description"], __version__)
        self.edition = sha256("\0".join(parts).encode()).hexdigest()
        """What every answer depends on: the data, its prefixes, what it says of itself, and this program."""
        self.pool = Pool(store, settings, metrics)
        self.limits = Limits(settings.max_query, settings.max_nesting, settings.services)
        self.in_use = 0
        """How many requests use it now."""
        self._prepared: OrderedDict[str, PreparedQuery] = OrderedDict()

    @classmethod
    async def open(cls, settings: Settings, metrics: Metrics) -> "Release":
        """Return the data of the settings as they are now on disk, with workers ready for queries.

        Raises:
            DataError: a file of the graph is broken.
            EngineError: the process that reads it ended.
        """
        store = await Store.open(settings)
        try:
            release = cls(store, settings, metrics)
            await release.pool.open()
        except BaseException:
            store.close()
            raise
        return release

    def prepare(self, text: str) -> PreparedQuery:
        """Return query text with known prefixes declared; see `kb.query_text.prepare` for what is refused."""
        if text in self._prepared:
            self._prepared.move_to_end(text)
            return self._prepared[text]
        query = prepare(text, self.compiled.prefixes, self.graphs, limits=self.limits)
        if len(text) <= _LONGEST_PREPARED:
            self._prepared[text] = query
            if len(self._prepared) > _MOST_PREPARED:
                self._prepared.popitem(last=False)
        return query

    def bind(self, name: str, values: Mapping[str, Sequence[object]]) -> PreparedQuery:
        """Return a canned query with values bound; see `kb.catalog.bind`.

        Raises:
            UnknownNameError: no such query, parameter or entity.
            ParameterError: a value of the wrong type.
        """
        if name not in self.compiled.queries:
            raise UnknownNameError("canned query", name, self.compiled.queries)
        query = self.compiled.queries[name]
        return PreparedQuery(
            bind(query, values, self.resolve), "select", uses_graphs=query.uses_graphs, name=query.path
        )

    def resolve(self, name: str, of_class: str | None = None) -> str:
        """Return the IRI that a short name, label, outside code or IRI names; see `kb.names.Names.resolve`."""
        return self.compiled.names.resolve(name, self.compiled.prefixes, of_class)

    def _version(self) -> str:
        found = (quad.object for quad in self.description if quad.predicate.value == _VERSION)
        return next((value.value for value in found if isinstance(value, Literal)), __version__)
