"""Keys by which programs come in: make them, see them, let others take over, take them away."""

from . import adding, listing, revoking, rotating

STORIES = (adding, listing, rotating, revoking)

__all__ = ["STORIES"]
