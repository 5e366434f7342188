"""Who is told of events over HTTP: begin, look, have it told again, stop."""

from . import (
    adding,
    deliveries,
    disabling,
    enabling,
    listing,
    removing,
    replaying,
    rotating,
    showing,
)

STORIES = (
    adding,
    listing,
    showing,
    deliveries,
    replaying,
    rotating,
    disabling,
    enabling,
    removing,
)

__all__ = ["STORIES"]
