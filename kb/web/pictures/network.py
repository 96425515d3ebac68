"""What a thing is tied to, as a picture that keeps still; the one that moves is `kb.web.things.neighbourhood`."""

from kb.web.pictures.pathway import draw

__all__ = ["draw"]
