"""Answers kept for when they are asked again, up to a number of bytes; the one unused longest goes first."""

from collections import OrderedDict

from kb.web.workers.job import Report

_OVERHEAD = 500
"""Bytes that an entry takes beside its body, roughly."""


class AnswerCache:
    """A bounded mapping from what names an answer to its report and body."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._kept: OrderedDict[str, tuple[Report, bytes]] = OrderedDict()
        self.size = 0
        """Bytes that it takes."""

    def find(self, key: str) -> tuple[Report, bytes] | None:
        """Return the report and the body of an answer, or None."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def keep(self, key: str, report: Report, body: bytes) -> None:
        """Keep an answer, and let go of older ones where there is no room; one that takes over a tenth is not kept."""
        if len(body) + _OVERHEAD > self._most // 10:
            return
        if key in self._kept:
            self.size -= len(self._kept.pop(key)[1]) + _OVERHEAD
        self._kept[key] = (report, body)
        self.size += len(body) + _OVERHEAD
        while self.size > self._most:
            self.size -= len(self._kept.popitem(last=False)[1][1]) + _OVERHEAD

    def clear(self) -> None:
        """Let go of all of them."""
        self._kept.clear()
        self.size = 0
