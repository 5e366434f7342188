"""Saying one thing to many: what, to whom, and each at most once."""

from .announcement import Announcement, Link
from .broadcast import BROADCAST_MOVES, Broadcast, BroadcastId, BroadcastState
from .composing import ComposeBroadcast, CountAudience
from .errors import (
    AnnouncementMalformed,
    BroadcastMissing,
    BroadcastMoved,
    BroadcastReused,
    LetterMoved,
)
from .gathering import GatherRecipients
from .letter import LETTER_MOVES, Counts, Letter, LetterState
from .markup import checked_markup
from .one_letter import SendLetter
from .ports import Announcer, Audience, Broadcasts, Crowd, Letters
from .segment import Segment
from .sending import LEASE, SendBroadcasts
from .steering import SteerBroadcast
from .told import TellLetters

__all__ = [
    "BROADCAST_MOVES",
    "LEASE",
    "LETTER_MOVES",
    "Announcement",
    "AnnouncementMalformed",
    "Announcer",
    "Audience",
    "Broadcast",
    "BroadcastId",
    "BroadcastMissing",
    "BroadcastMoved",
    "BroadcastReused",
    "BroadcastState",
    "Broadcasts",
    "ComposeBroadcast",
    "CountAudience",
    "Counts",
    "Crowd",
    "GatherRecipients",
    "Letter",
    "LetterMoved",
    "LetterState",
    "Letters",
    "Link",
    "Segment",
    "SendBroadcasts",
    "SendLetter",
    "SteerBroadcast",
    "TellLetters",
    "checked_markup",
]
