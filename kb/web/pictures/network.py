"""What a thing is tied to, as a picture that keeps still: drawn as a pathway; `kb.web.neighbourhood` has the other."""

from kb.web.pictures.pathway import draw

__all__ = ["draw"]
