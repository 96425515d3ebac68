"""Begin and end of every picture: its title and its notes, in it where it is a file, and beside it on a page."""

from kb.web.pictures.drawn import Asked, Drawn, Tally
from kb.web.pictures.sheet import Sheet


def begun(asked: Asked, width: int | None = None) -> Sheet:
    """Return a sheet for a picture, with its title where it is a file."""
    sheet = Sheet(asked.key, asked.is_file, width)
    if asked.is_file:
        sheet.lines(asked.title, size=15, step=20, font_weight="700")
    return sheet


def finished(sheet: Sheet, asked: Asked, tally: Tally, description: str, is_anything: bool, legend: list[str]) -> Drawn:
    """Return what has been drawn on a sheet, with all that is to be said beside it."""
    notes = (*(legend if is_anything else ()), *tally.notes())
    if not is_anything and not asked.is_file:
        return Drawn("", "There is nothing to draw.", notes)
    if not is_anything:
        description = "There is nothing to draw."
    if asked.is_file:
        sheet.y += 8
        for said in (*(() if is_anything else (description,)), *notes):
            sheet.lines(said, size=12, step=15)
    return Drawn(sheet.markup(asked.title, description), description, notes, sheet.width)
