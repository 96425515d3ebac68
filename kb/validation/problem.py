"""What a check reports: one fault, where it is, and what to do about it."""

import re
from typing import Literal, NamedTuple, TypeAlias

from kb.errors import KbError

Severity: TypeAlias = Literal["error", "warning"]

_PLACED = re.compile(r"(?P<path>[^\s:]+):(?:(?P<line>\d+):)? (?:line (?P<inner>\d+)[, ])?", re.DOTALL)


class Problem(NamedTuple):
    """One fault of one file."""

    path: str
    """The file, below the root of the graph."""
    line: int | None
    value: str
    """What is at fault: a thing, a value, a name, in short form."""
    message: str
    """What is wrong with it, and the remedy."""
    severity: Severity
    check: str
    """Which check says so: the name of a shape or a query, or what a module of `kb.validation` looks at."""

    def __str__(self) -> str:
        """Return `path:line: message` on one line."""
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {' '.join(self.message.split())}"


def from_error(error: KbError, path: str, check: str) -> Problem:
    """Return the problem that an error about the file `path` describes; its message may begin with the place."""
    message = str(error)
    line = None
    place = _PLACED.match(message)
    if place and place["path"] == path:
        message = message[len(path) + 1 + (len(place["line"]) + 1 if place["line"] else 0) :].strip()
        line = place["line"] or place["inner"]
    return Problem(path, int(line) if line else None, path, message, "error", check)


def sort_key(problem: Problem) -> tuple[str, int, str, str]:
    """Return the key by which problems are listed: file, line, check, message."""
    return problem.path, problem.line or 0, problem.check, problem.message
