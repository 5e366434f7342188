"""Payments by card providers, each described by a profile; cards themselves never come here."""

from .cards import looks_like_card, masked
from .errors import ProfileMissing, ProfileUnfinished, ProfileWrong, ShopIncomplete
from .gateway import PspGateway
from .loading import load_profile, read_profile
from .profile import Acknowledgement, Profile
from .shop import Shop

__all__ = [
    "Acknowledgement",
    "Profile",
    "ProfileMissing",
    "ProfileUnfinished",
    "ProfileWrong",
    "PspGateway",
    "Shop",
    "ShopIncomplete",
    "load_profile",
    "looks_like_card",
    "masked",
    "read_profile",
]
