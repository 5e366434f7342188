"""Conversations with people: what they wrote, kept until it is answered, and what they see."""

from .errors import UpdateMissing, UpdateMoved, WindowMalformed, WindowMoved
from .ports import Inbox, Windows
from .taking import Doorbell, TakeIn
from .told import TellChats
from .update import LANE_MAX, RAW_MAX, TRIES_MAX, Update
from .window import FACTS_MAX, Window

__all__ = [
    "FACTS_MAX",
    "LANE_MAX",
    "RAW_MAX",
    "TRIES_MAX",
    "Doorbell",
    "Inbox",
    "TakeIn",
    "TellChats",
    "Update",
    "UpdateMissing",
    "UpdateMoved",
    "Window",
    "WindowMalformed",
    "WindowMoved",
    "Windows",
]
