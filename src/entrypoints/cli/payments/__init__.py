"""Money coming in: ask for it, see what came, decide about what is held."""

from . import asking, crediting, drawer, giving, showing

STORIES = (asking, showing, drawer, crediting, giving)

__all__ = ["STORIES"]
