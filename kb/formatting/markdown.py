"""A table in GitHub Flavored Markdown."""

from collections.abc import Sequence

from kb.formatting.cells import Cell


def markdown_table(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Return rows as a Markdown table; an IRI stands as its label with its short form as code."""
    lines = [_line(columns), _line(["---"] * len(columns))]
    lines += [_line([_text(cell) for cell in row]) for row in rows]
    return "".join(f"{line}\n" for line in lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _text(cell: Cell) -> str:
    escaped = cell.text
    for char in "\\`*_{}[]<>|#":
        escaped = escaped.replace(char, "\\" + char)
    return f"{escaped} `{cell.name}`" if cell.name else escaped
