"""Who may sell to us: which of them the operator enabled, and by which setting."""

from attrs import frozen

from .packs import COINS, STARS
from .settings import Settings


@frozen
class Seller:
    """One of them."""

    name: str
    enabled: bool
    enabled_by: str


def sellers(settings: Settings) -> tuple[Seller, ...]:
    """All of them; a store that is paid in two ways is two."""
    paid_in, setting = settings.stickerdom.paid_in, "ALTYN_STICKERDOM_PAID_IN"
    return (
        Seller("fragment", bool(settings.fragment.cookies.reveal()), "ALTYN_FRAGMENT_COOKIES"),
        Seller("stickerdom", COINS in paid_in, setting),
        Seller("stickerdom_stars", STARS in paid_in, setting),
    )
