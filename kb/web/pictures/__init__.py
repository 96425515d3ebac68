"""Pictures of answers: a module for each kind, found by its name, that turns rows into SVG."""

from importlib import import_module

from kb.web.pictures.drawn import Asked, Drawn

__all__ = ["Asked", "Drawn", "draw"]


def draw(asked: Asked) -> Drawn:
    """Return the picture that is asked for: the same for the same rows, whatever else happens."""
    drawn: Drawn = import_module(f"kb.web.pictures.{asked.picture.kind}").draw(asked)
    return drawn
