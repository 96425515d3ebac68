"""Results as text for people: a table that fits its width, records where it cannot, or Markdown."""

from kb.formatting.cells import Cell, Describe, cell_of
from kb.formatting.markdown import markdown_table
from kb.formatting.table import text_table

__all__ = ["Cell", "Describe", "cell_of", "markdown_table", "text_table"]
