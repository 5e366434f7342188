"""What the worker has to do, and what it gave up."""

from typing import Final

from . import dead, listing, replaying

STORIES: Final = (listing, dead, replaying)
