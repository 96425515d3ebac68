"""The canned queries by name, each unpacked from the compiled form when it is first asked for."""

import json
from collections.abc import Iterator, Mapping

from kb.catalog.canned_query import CannedQuery


class Catalogue(Mapping[str, CannedQuery]):
    """A mapping from names to canned queries, over {name: JSON text} as the compiled form holds it."""

    def __init__(self, packed: Mapping[str, str]) -> None:
        self._packed = packed
        self._queries: dict[str, CannedQuery] = {}

    def __getitem__(self, name: str) -> CannedQuery:
        if name not in self._queries:
            self._queries[name] = CannedQuery.from_json(json.loads(self._packed[name]))
        return self._queries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)
