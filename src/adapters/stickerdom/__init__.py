"""Sticker packs, bought of stickerdom.store as its own Mini App does it."""

from .api import StickerdomApi
from .door import Account, Door, InitData
from .line import Line
from .opener import Opener
from .operations import OPERATIONS
from .shelf import Shelf
from .showcase import StickerdomShowcase
from .supplier import StickerdomSupplier
from .ways import CoinsWay, StarsWay, Way
from .wire import STICKERDOM, STICKERDOM_STARS

__all__ = [
    "OPERATIONS",
    "STICKERDOM",
    "STICKERDOM_STARS",
    "Account",
    "CoinsWay",
    "Door",
    "InitData",
    "Line",
    "Opener",
    "Shelf",
    "StarsWay",
    "StickerdomApi",
    "StickerdomShowcase",
    "StickerdomSupplier",
    "Way",
]
