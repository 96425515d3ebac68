"""Every error the package raises on purpose.

KbError
├── UsageError                what the caller wrote is wrong (exit code 2)
│   ├── UnknownNameError      no query, parameter, entity, format or engine of that name
│   ├── ParameterError        a parameter is missing, of the wrong type, or given twice
│   ├── QuerySyntaxError      SPARQL that does not parse
│   ├── RefusedQueryError     SPARQL that parses, but would write, reach out or overflow
│   │   └── RefusedUpdateError    SPARQL that would write
│   └── OutputError           a result cannot be written where it was asked for
├── DataError                 a file of the graph or a canned query is faulty (exit code 1)
├── QueryTimeoutError         the deadline passed before the answer was complete (exit code 3)
└── EngineError               the engine or the endpoint failed (exit code 4)

A message names the place, the value and the remedy, on one line.
"""

from collections.abc import Iterable


class KbError(Exception):
    """Base of all errors of this package; `exit_code` is what the command line returns."""

    exit_code = 4


class UsageError(KbError):
    """What the caller asked for cannot be done as written."""

    exit_code = 2


class UnknownNameError(UsageError):
    """Nothing has that name; the message suggests the nearest names there are."""

    def __init__(self, kind: str, name: str, known: Iterable[str], remedy: str = "") -> None:
        self.kind, self.name = kind, name
        self.nearest = nearest_names(name, known)
        message = f"no {kind} is called {name!r}"
        if self.nearest:
            message += f"; did you mean {' or '.join(self.nearest)}?"
            message += f" {remedy}" if remedy else ""
        elif remedy:
            message += f"; {remedy[1:-1] if remedy.startswith('(') else remedy}"
        super().__init__(message)


class ParameterError(UsageError):
    """A parameter of a canned query is missing, repeated or has a value of the wrong type."""


class QuerySyntaxError(UsageError):
    """SPARQL text that does not parse; `line` and `column` count from 1 when known."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        self.line, self.column = line, column
        super().__init__(message)


class RefusedQueryError(UsageError):
    """SPARQL that would change the graph, leave it, or overflow the engine."""


class RefusedUpdateError(RefusedQueryError):
    """SPARQL that would change the graph."""


class OutputError(UsageError):
    """A result cannot be written to the place that was named."""


class DataError(KbError):
    """A file of the graph, the ontology or the catalogue is faulty."""

    exit_code = 1


class QueryTimeoutError(KbError):
    """The deadline passed before the answer was complete."""

    exit_code = 3


class EngineError(KbError):
    """The engine or the remote endpoint failed to answer."""

    exit_code = 4


def reason_of(error: OSError) -> str:
    """Return why the system refused; errors from pyoxigraph have it in their text alone."""
    return error.strerror or str(error).split(" (os error")[0]


def nearest_names(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """Return up to `limit` of the `known` names that look most like `name`, best first."""
    from difflib import get_close_matches  # imported here: only a mistake pays for it

    by_folded = {candidate.lower(): candidate for candidate in known}
    folded = name.lower()
    matches = get_close_matches(folded, by_folded, n=limit, cutoff=0.6)
    matches += [key for key in sorted(by_folded) if folded and folded in key and key not in matches]
    return [by_folded[match] for match in matches[:limit]]
