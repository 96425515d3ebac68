"""Where a statement comes from: the path of its file and the line on which its subject's block starts.

A derived statement comes from the file of its rule, as a whole.
"""

from pyoxigraph import NamedNode

from kb.dataset import GRAPH_PREFIX, subject_lines
from kb.prefixes import compact
from kb.terms import Term


class Places:
    """Looks up `path:line` by named graph and subject; reads each file once."""

    def __init__(self, root: str, prefixes: dict[str, str]) -> None:
        self._root, self._prefixes = root, prefixes
        self._lines: dict[str, dict[str, int]] = {}

    def of(self, graph: Term | None, subject: str) -> str:
        """Return `path:line`, or the path alone when the file has no block for the subject."""
        path = graph.value.removeprefix(self._prefixes[GRAPH_PREFIX]) if isinstance(graph, NamedNode) else ""
        if path not in self._lines:
            try:
                self._lines[path] = subject_lines(self._root, path) if path.endswith(".ttl") else {}
            except OSError:
                self._lines[path] = {}
        lines = self._lines[path]
        line = lines.get(compact(subject, self._prefixes)) or lines.get(f"<{subject}>")
        return f"{path}:{line}" if line else path
