"""The keys under which secrets are kept, as the operator gave them."""

from typing import Final

from attrs import frozen

from ...core.sealing import NothingSeals, SealBroken, Sealer
from .errors import SettingWrong
from .secret import Secret

SETTING: Final = "ALTYN_SEALING_KEYS"
KEY_BYTES: Final = 32


@frozen(kw_only=True)
class Sealing:
    """Keys: the first one seals, the others open what was sealed before."""

    keys: tuple[Secret, ...] = ()


def sealing_keys(written: object) -> tuple[Secret, ...]:
    """Read keys in hexadecimal, the one that seals first."""
    words = written.replace(",", " ").split() if isinstance(written, str) else written
    if not isinstance(words, list) or not words:
        raise ValueError("expected one key or several, separated by commas")
    for each in words:
        if not isinstance(each, str) or not _is_key(each):
            raise ValueError(f"a key has {2 * KEY_BYTES} hexadecimal digits")
    return tuple(map(Secret, words))


def _is_key(text: str) -> bool:
    try:
        return len(bytes.fromhex(text)) == KEY_BYTES and len(text) == 2 * KEY_BYTES
    except ValueError:
        return False


@frozen
class Unsealed:
    """There is no key, so nothing secret is kept."""

    def seal(self, plain: bytes, about: str) -> bytes:
        """As the port says: there is no key."""
        raise NothingSeals(about)

    def open(self, sealed: bytes, about: str) -> bytes:
        """As the port says: none of the keys fits."""
        raise SealBroken(about)


def sealer(sealing: Sealing) -> Sealer:
    """
    Whoever seals with these keys.

    Raises:
        SettingWrong: what seals is not installed.
    """
    if not sealing.keys:
        return Unsealed()
    try:
        from ...adapters.sodium import SodiumSealer
    except ModuleNotFoundError as absent:
        if absent.name != "nacl":
            raise
        raise SettingWrong(
            SETTING, "sealing takes more than is installed: pip install 'altyn[sealing]'"
        ) from None
    return SodiumSealer(tuple(bytes.fromhex(each.reveal()) for each in sealing.keys))
