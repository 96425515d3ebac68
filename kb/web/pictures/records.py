"""The rows of an answer as the roles of a picture name them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from pyoxigraph import Literal, NamedNode

from kb.terms import Term
from kb.web.pictures.drawn import Asked

_MOST_DIGITS = 12
"""Digits before or behind the point that a figure may have: more is no figure that a person reads."""


class Record:
    """One row: its values by role."""

    def __init__(self, asked: Asked, places: Mapping[str, int], row: Sequence[Term | None]) -> None:
        self._asked, self._places, self._row = asked, places, row

    def _term(self, role: str) -> Term | None:
        place = self._places.get(role)
        return None if place is None else self._row[place]

    def has(self, role: str) -> bool:
        """Return whether the row has a value for that role."""
        return self._term(role) is not None

    def raw(self, role: str) -> str:
        """Return an IRI or the text of a literal; empty where there is none."""
        term = self._term(role)
        return term.value if isinstance(term, (NamedNode, Literal)) else ""

    def name(self, role: str) -> str:
        """Return the label of an IRI, or the text of a literal; empty where there is none."""
        term = self._term(role)
        if isinstance(term, NamedNode):
            return self._asked.label(term.value)
        return term.value if isinstance(term, Literal) else ""

    def number(self, role: str) -> Decimal | None:
        """Return a number; None where there is none, or no number that can be drawn."""
        text = self.raw(role)
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            return None
        if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
            return None
        return number

    def is_unreadable(self, role: str) -> bool:
        """Return whether there is a value that is no number."""
        return self.has(role) and self.number(role) is None

    def means(self, role: str, meaning: str) -> bool:
        """Return whether the value of a role is one of those with that meaning."""
        return self.raw(role) in self._asked.picture.terms.get(meaning, ())

    def bearing(self) -> list[str]:
        """Return in words what stands beside the statement: how it is hedged, and that it is disputed."""
        found = []
        if self.has("hedge"):
            found.append(f"hedged: “{self.raw('hedge')}”")
        elif self.means("modality", "hedged"):
            found.append(f"hedged: {self.name('modality')}")
        if self.means("agreement", "disputed"):
            found.append(self.name("agreement"))
        return found

    @property
    def is_denied(self) -> bool:
        """Whether its claim denies."""
        return self.means("polarity", "denied")

    @property
    def is_hedged(self) -> bool:
        """Whether its claim is less than asserted."""
        return self.has("hedge") or self.means("modality", "hedged")

    @property
    def is_disputed(self) -> bool:
        """Whether others speak against its claim."""
        return self.means("agreement", "disputed")


def records_of(asked: Asked) -> list[Record]:
    """Return the rows in their order."""
    places = {role: asked.rows.variables.index(column) for role, column in asked.picture.columns.items()}
    return [Record(asked, places, row) for row in asked.rows.rows]
