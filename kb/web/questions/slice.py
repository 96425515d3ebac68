"""Which rows of an answer a page shows, and where the others are."""

from collections.abc import Callable
from typing import NamedTuple


class Slice(NamedTuple):
    """Rows of an answer, counted from 1; `first` is 0 where the page shows none."""

    first: int
    last: int
    total: int
    others: dict[str, str]
    """{first, prev, next, last: address}, of the pages that there are beside this one."""

    @property
    def is_whole(self) -> bool:
        """Whether the page shows all rows."""
        return self.last - self.first + 1 == self.total


def slice_of(offset: int, limit: int, count: int, total: int, address: Callable[[int], str]) -> Slice:
    """Return what a page says of `count` rows behind the first `offset`, with up to `limit` on each page.

    `address` gives that of the page which begins behind so many rows.
    """
    others: dict[str, str] = {}
    if offset > 0 and total:
        others = {"first": address(0), "prev": address(max(0, min(offset, total) - limit))}
    if offset + count < total:
        others["next"] = address(offset + limit)
        others["last"] = address((total - 1) // limit * limit)
    return Slice(offset + 1 if count else 0, offset + count if count else 0, total, others)
