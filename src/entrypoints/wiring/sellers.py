"""Who may sell to us: which of them the operator enabled, and by which setting."""

from typing import Final

from attrs import frozen

from ...core.purchases import Kind
from .packs import COINS, STARS
from .settings import Settings

FRAGMENT: Final = "fragment"
STICKERDOM: Final = "stickerdom"
STICKERDOM_STARS: Final = "stickerdom_stars"
NAMES: Final = (FRAGMENT, STICKERDOM, STICKERDOM_STARS)


@frozen
class Seller:
    """One of them."""

    name: str
    enabled: bool
    enabled_by: str
    sells: tuple[Kind, ...]


def sellers(settings: Settings) -> tuple[Seller, ...]:
    """All of them; a store that is paid in two ways is two."""
    cookies, paid_in = settings.fragment.cookies.reveal(), settings.stickerdom.paid_in
    setting, packs = "ALTYN_STICKERDOM_PAID_IN", (Kind.PACK,)
    of_fragment = (Kind.STARS, Kind.PREMIUM, Kind.TON)
    return (
        Seller(FRAGMENT, bool(cookies), "ALTYN_FRAGMENT_COOKIES", of_fragment),
        Seller(STICKERDOM, COINS in paid_in, setting, packs),
        Seller(STICKERDOM_STARS, STARS in paid_in, setting, packs),
    )
