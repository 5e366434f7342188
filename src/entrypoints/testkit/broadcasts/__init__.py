"""The contracts of broadcasts."""

from .gathering import AudienceContract
from .keeping import BroadcastsContract
from .letters import LettersContract

__all__ = ["AudienceContract", "BroadcastsContract", "LettersContract"]
