"""Conversations with people: what they wrote, kept until it is answered, and what they see."""

from .errors import LinkForged, UpdateMissing, UpdateMoved, WindowMalformed, WindowMoved
from .links import DeepLink, DeepLinks, Topic
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
    "DeepLink",
    "DeepLinks",
    "Doorbell",
    "Inbox",
    "LinkForged",
    "TakeIn",
    "TellChats",
    "Topic",
    "Update",
    "UpdateMissing",
    "UpdateMoved",
    "Window",
    "WindowMalformed",
    "WindowMoved",
    "Windows",
]
