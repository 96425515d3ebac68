"""A table of text that fits the width it is given."""

from collections.abc import Sequence

from kb.formatting.cells import Cell, display_width, longest_piece, spoken_name, wrap

_GAP = 2
_NARROWEST = 12
"""Columns below this many characters make words unreadable: records are shown instead."""
_COMFORTABLE = 28
"""Short forms of IRIs up to this long are kept in one piece where there is room."""

BOLD, DIM, PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"


def text_table(columns: Sequence[str], rows: Sequence[Sequence[Cell]], width: int, colour: bool = False) -> str:
    """Return rows as aligned text of at most `width` columns, each line ended by a line feed.

    A column that is the same or empty in every one of several rows is said once, below the table.
    Where the columns cannot be wide enough to read, each row is shown as a record instead.
    """
    spoken = [spoken_name(column) for column in columns]
    kept, remarks = _split_constant(spoken, rows)
    names = [spoken[at] for at in kept]
    body = [[row[at] for at in kept] for row in rows]
    widths = _widths(names, body, width)
    lines = _records(names, body, width, colour) if widths is None else _grid(names, body, widths, colour)
    if remarks:
        lines += ["", *(line for remark in remarks for line in _hanging(remark, width))]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _split_constant(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> tuple[list[int], list[str]]:
    """Return the columns that vary, and a remark on each that does not."""
    kept, remarks = [], []
    for at, column in enumerate(columns):
        values = {row[at] for row in rows}
        if len(rows) < 2 or len(values) > 1:
            kept.append(at)
            continue
        cell = values.pop()
        shown = f"{cell.text}  {cell.name}".rstrip() if cell.text else "not given"
        remarks.append(f"{column} in every row: {shown}")
    return (kept, remarks) if kept else (list(range(len(columns))), [])


def _widths(names: Sequence[str], rows: Sequence[Sequence[Cell]], width: int) -> list[int] | None:
    """Return a width for each column, or None when they cannot all be read within `width`."""
    wanted = [
        max([display_width(name), *(max(display_width(row[at].text), display_width(row[at].name)) for row in rows)])
        for at, name in enumerate(names)
    ]
    short_forms = [max((display_width(row[at].name) for row in rows), default=0) for at in range(len(names))]
    pieces = [max((longest_piece(part) for row in rows for part in row[at]), default=0) for at in range(len(names))]
    room = width - _GAP * (len(names) - 1)
    for whole in (short_forms, pieces):
        widths = [
            min(want, max(_NARROWEST, display_width(name), piece, min(form, _COMFORTABLE)))
            for name, want, form, piece in zip(names, wanted, whole, pieces, strict=True)
        ]
        if sum(widths) <= room:
            break
    else:
        return None
    spare = room - sum(widths)
    while spare > 0:
        hungry = [at for at, now in enumerate(widths) if now < wanted[at]]
        if not hungry:
            break
        at = min(hungry, key=lambda column: widths[column] / wanted[column])
        widths[at] += 1
        spare -= 1
    return widths


def _grid(names: Sequence[str], rows: Sequence[Sequence[Cell]], widths: list[int], colour: bool) -> list[str]:
    lines = [
        _line([(name, BOLD) for name in names], widths, colour),
        _line([("-" * wide, "") for wide in widths], widths, colour),
    ]
    tall = any(row[at].name for row in rows for at in range(len(names)))
    for number, row in enumerate(rows):
        if number and tall:
            lines.append("")
        blocks = [
            [(part, "") for part in wrap(cell.text, wide)]
            + [(part, DIM) for part in (wrap(cell.name, wide) if cell.name else [])]
            for cell, wide in zip(row, widths, strict=True)
        ]
        for at in range(max(map(len, blocks))):
            lines.append(_line([block[at] if at < len(block) else ("", "") for block in blocks], widths, colour))
    return lines


def _line(parts: Sequence[tuple[str, str]], widths: Sequence[int], colour: bool) -> str:
    padded = []
    for (text, style), wide in zip(parts, widths, strict=True):
        shown = f"{style}{text}{PLAIN}" if colour and style and text else text
        padded.append(shown + " " * (wide - display_width(text)))
    return (" " * _GAP).join(padded)


def _records(names: Sequence[str], rows: Sequence[Sequence[Cell]], width: int, colour: bool) -> list[str]:
    lines: list[str] = []
    margin = min(max(map(display_width, names), default=0) + _GAP, max(width // 2, 4))
    for number, row in enumerate(rows):
        if number:
            lines.append("")
        for name, cell in zip(names, row, strict=True):
            if not cell.text:
                continue
            parts = [(part, "") for part in wrap(cell.text, max(width - margin, 4))]
            if (
                cell.name
                and len(parts) == 1
                and margin + display_width(cell.text) + _GAP + display_width(cell.name) <= width
            ):
                parts = [(f"{cell.text}{' ' * _GAP}{DIM if colour else ''}{cell.name}{PLAIN if colour else ''}", "")]
            elif cell.name:
                parts += [(part, DIM) for part in wrap(cell.name, max(width - margin, 4))]
            head = f"{BOLD}{name}{PLAIN}" if colour else name
            head += " " * (margin - display_width(name))
            for at, (text, style) in enumerate(parts):
                shown = f"{style}{text}{PLAIN}" if colour and style else text
                lines.append((head if at == 0 else " " * margin) + shown)
    return lines


def _hanging(text: str, width: int) -> list[str]:
    first, *rest = wrap(text, max(width - _GAP, 4))
    return [first, *(" " * _GAP + line for line in rest)]
