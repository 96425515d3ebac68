"""An evidence-first drug knowledge graph: open it, ask it, get rows that say where they come from."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.errors import KbError
    from kb.knowledge_base import KnowledgeBase
    from kb.results import Answer, Row, Rows, Triples

__all__ = ["Answer", "KbError", "KnowledgeBase", "Row", "Rows", "Triples"]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Return a public name, imported when first asked for: `import kb` alone loads nothing."""
    from importlib import import_module

    places = {"KbError": "kb.errors", "KnowledgeBase": "kb.knowledge_base"}
    if name in __all__:
        return getattr(import_module(places.get(name, "kb.results")), name)
    raise AttributeError(f"module 'kb' has no attribute {name!r}; it has {', '.join(__all__)}")
