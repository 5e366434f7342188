"""Telling the systems of others over HTTP."""

from .places import Place, places_of
from .sender import HttpSender, open_sender

__all__ = ["HttpSender", "Place", "open_sender", "places_of"]
