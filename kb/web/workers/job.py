"""What a worker is asked to do, and what it reports: the words that the server's processes share."""

import json
from typing import Any, NamedTuple

from kb.prepared_query import PreparedQuery


class View(NamedTuple):
    """How rows are shown beyond their format: with labels, with short IRIs, a part of them."""

    labels: bool = False
    """A column `<name>Label` behind every column that holds IRIs of things with a label."""
    compact: bool = False
    """IRIs as their short form, which is plain text."""
    offset: int | None = None
    """How many rows to leave out at the start."""
    limit: int | None = None
    """How many rows to give at most."""

    @property
    def slices(self) -> bool:
        """Whether only a part of the rows is asked for."""
        return self.offset is not None or self.limit is not None


class Job(NamedTuple):
    """One query to run, and the caps on its answer."""

    query: PreparedQuery
    format: str
    """One of `kb.results.ROW_FORMATS` or `TRIPLE_FORMATS`."""
    gzip: bool
    max_rows: int
    max_bytes: int
    whole_bytes: int
    view: View = View()
    described: bool = True
    """Whether the graph describes itself in it: not for canned queries, whose answers are those of the data."""

    def encode(self) -> bytes:
        """Return the job as JSON."""
        return json.dumps([self.query, *self[1:]]).encode()

    @classmethod
    def decode(cls, body: bytes) -> "Job":
        """Return the job that `encode` wrote."""
        fields: list[Any] = json.loads(body)
        fields[0], fields[6] = PreparedQuery(*fields[0]), View(*fields[6])
        return cls(*fields)


class Report(NamedTuple):
    """What a worker says of an answer: its rows, its bytes before compression, the rows before a slice."""

    rows: int = 0
    size: int = 0
    total: int | None = None
    gzip: bool = False

    def encode(self) -> bytes:
        """Return the report as JSON."""
        return json.dumps(self).encode()

    @classmethod
    def decode(cls, body: bytes) -> "Report":
        """Return the report that `encode` wrote."""
        return cls(*json.loads(body))


class Fault(NamedTuple):
    """Why there is no answer: a kind (syntax, engine, rows, bytes, memory, format) and what to tell the client."""

    kind: str
    message: str
    line: int | None = None
    column: int | None = None

    def encode(self) -> bytes:
        """Return the fault as JSON."""
        return json.dumps(self).encode()

    @classmethod
    def decode(cls, body: bytes) -> "Fault":
        """Return the fault that `encode` wrote."""
        fields: list[Any] = json.loads(body)
        return cls(*fields)
