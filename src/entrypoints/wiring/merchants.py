"""Who we are to those who take money for us, as operators write it."""

import ipaddress
from typing import Final

from attrs import frozen

from .errors import SettingMissing
from .secret import Secret

HELEKET_API: Final = "https://api.heleket.com"
KEY_LENGTH_MIN: Final = 16
NO_KEY: Final = Secret("")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@frozen(kw_only=True)
class Heleket:
    """Our account at Heleket; without one nobody can pay by it."""

    merchant: str = ""
    payment_key: Secret = NO_KEY
    api: str = HELEKET_API
    addresses: tuple[Network, ...] = ()
    """Where its notices may come from; when none is named, anywhere."""

    def __attrs_post_init__(self) -> None:
        key = self.payment_key.reveal()
        something = self.merchant or key or self.addresses or self.api != HELEKET_API
        if something and not self.merchant:
            raise SettingMissing("ALTYN_HELEKET_MERCHANT", "nobody can pay by Heleket without it")
        if something and not key:
            raise SettingMissing("ALTYN_HELEKET_PAYMENT_KEY", "Heleket and we sign with it")


def merchant(written: object) -> str:
    """Read the name that a provider gave us."""
    return _word(written, "an id is printable ASCII without spaces")


def payment_key(written: object) -> Secret:
    """Read a key that signs."""
    key = _word(written, "a key is printable ASCII without spaces")
    if len(key) < KEY_LENGTH_MIN:
        raise ValueError(f"a key has at least {KEY_LENGTH_MIN} characters")
    return Secret(key)


def addresses(written: object) -> tuple[Network, ...]:
    """Read `192.0.2.1, 198.51.100.0/24`, or a list of such."""
    words = written.replace(",", " ").split() if isinstance(written, str) else written
    if not isinstance(words, list) or not words:
        raise ValueError("expected one address or several, like 192.0.2.1 or 198.51.100.0/24")
    return tuple(map(_network, words))


def _network(written: object) -> Network:
    if not isinstance(written, str):  # a number would be read as an address too
        raise ValueError("an address is text")
    try:
        return ipaddress.ip_network(written)
    except ValueError:
        raise ValueError(f"{written[:50]!r} is no address and no network") from None


def _word(written: object, otherwise: str) -> str:
    if not isinstance(written, str) or not written.isascii() or not written.isprintable():
        raise ValueError(otherwise)
    if not written or " " in written:
        raise ValueError(otherwise)
    return written
