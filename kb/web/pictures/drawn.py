"""What a picture is asked for with, and what comes back."""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from kb.catalog import Picture
from kb.results import Rows


class Asked(NamedTuple):
    """The rows of an answer, and how they are to be drawn."""

    picture: Picture
    rows: Rows
    label: Callable[[str], str]
    """Gives what an IRI is called."""
    title: str
    """The name of the picture: what was asked, with the values that it was asked of."""
    key: str = "picture"
    """What the identifiers in the picture begin with: a word that nothing else on the page begins with."""
    is_file: bool = False
    """Whether it stands alone, as a file: of a fixed width, on white, with its title and its notes in it."""


class Drawn(NamedTuple):
    """A picture, and what is to be said beside it."""

    svg: str
    """Markup, every value in it escaped; empty where there is nothing to draw, unless it is a file."""
    description: str
    """What the picture shows, in a sentence or two: for who does not see it."""
    notes: tuple[str, ...]
    """How to read it, how many rows it leaves out, and why."""
    width: int | None = None
    """How wide it is, in pixels; None where it is as wide as its place."""


class Tally:
    """Counts what becomes of each row, so that none is left out in silence."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.drawn = 0
        self._repeats = 0
        self._missing: dict[str, Counter[str]] = {}

    def draw(self) -> None:
        """Count a row that is drawn."""
        self.drawn += 1

    def repeat(self) -> None:
        """Count a row that says again what another has said, such as for a second kind of evidence."""
        self._repeats += 1

    def leave_out(self, reason: str, of: str = "") -> None:
        """Count a row that is not drawn; `of` says of what kind it is, among those with the same reason."""
        self._missing.setdefault(reason, Counter())[of] += 1

    def notes(self) -> tuple[str, ...]:
        """Return what is to be said of the rows: how many there are, are drawn, and are not, and why."""
        if not self.rows:
            return ("The answer has no rows.",)
        if not self._missing and not self._repeats:
            return (f"Drawn from {_counted(self.rows)}: all of them.",)
        found = [f"Of {_counted(self.rows)}, {self.drawn} {'is' if self.drawn == 1 else 'are'} drawn."]
        if self._repeats:
            verb = "repeats" if self._repeats == 1 else "repeat"
            found.append(f"{_counted(self._repeats)} {verb} what another has drawn already.")
        if self._missing:
            reasons = sorted(self._missing.items(), key=lambda each: (-each[1].total(), each[0]))
            told = "; ".join(f"{kinds.total()} {reason}{_kinds(kinds)}" for reason, kinds in reasons)
            found.append(f"Not drawn: {told}. The table has them.")
        return tuple(found)


def _counted(rows: int) -> str:
    return "1 row" if rows == 1 else f"{rows:,} rows".replace(",", "\u202f")


def _kinds(kinds: "Counter[str]") -> str:
    """Return in brackets of what kinds rows are, the most frequent first."""
    named = [(of, count) for of, count in kinds.most_common() if of]
    if len(named) == 1:
        return f" ({named[0][0]})"
    return f" ({', '.join(f'{of}: {count}' for of, count in named)})" if named else ""
