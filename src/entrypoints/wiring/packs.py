"""Our account of Telegram and the store of sticker packs, as operators write them."""

from pathlib import Path
from typing import Final

from attrs import frozen

from .errors import SettingMissing, SettingWrong
from .merchants import NO_KEY, word
from .places import is_here
from .secret import Secret

SESSION: Final = Path("altyn-data", "stars.session")
STORE: Final = "stickerdom"
MINI_APP: Final = "https://stickerdom.store/"
"""Where the store is, whatever stands in for it: Telegram opens no other."""
STICKERDOM_API: Final = "https://api.stickerdom.store"
STICKERDOM_BOT: Final = ("sticker_bot", 7686366470)
COINS: Final = "TON"
STARS: Final = "XTR"
PAID_IN: Final = (COINS, STARS)
KEY_DIGITS: Final = 64
HASH_DIGITS: Final = 32
HEXADECIMAL: Final = frozenset("0123456789abcdef")


@frozen(kw_only=True)
class StarsAccount:
    """An account of Telegram of our own, which pays with its Stars; without one nothing does."""

    api_id: int = 0
    api_hash: Secret = NO_KEY
    """By which Telegram knows the program; from my.telegram.org."""
    key: Secret = NO_KEY
    """What the session is sealed with."""
    session: Path = SESSION
    """Where it lies; whoever can open it is the account."""

    def __attrs_post_init__(self) -> None:
        hash, key = self.api_hash.reveal(), self.key.reveal()
        if not (self.api_id or hash or key or self.session != SESSION):
            return
        if not self.api_id:
            raise SettingMissing("ALTYN_STARS_API_ID", "Telegram knows no program without it")
        if not hash:
            raise SettingMissing("ALTYN_STARS_API_HASH", "it belongs to ALTYN_STARS_API_ID")
        if not key:
            raise SettingMissing("ALTYN_STARS_KEY", "the session of the account is sealed with it")

    @property
    def enabled(self) -> bool:
        """Whether there is one."""
        return bool(self.api_id)


@frozen(kw_only=True)
class Stickerdom:
    """The store of sticker packs; nothing is bought there unless it is said how it is paid."""

    paid_in: tuple[str, ...] = ()
    """The preferred one first."""
    api: str = STICKERDOM_API
    bot: tuple[str, int] = STICKERDOM_BOT
    """Its username and id: it opens the store, and its invoices are paid."""
    opener: str = ""
    """Where somebody else opens the store for our account; empty: we do, as `StarsAccount`."""
    opener_key: Secret = NO_KEY
    """By which he knows us."""

    def __attrs_post_init__(self) -> None:
        key = self.opener_key.reveal()
        if key and not self.opener:
            raise SettingMissing("ALTYN_STICKERDOM_OPENER", "nobody else is shown its key")
        something = self.opener or (self.api, self.bot) != (STICKERDOM_API, STICKERDOM_BOT)
        if something and not self.paid_in:
            raise SettingMissing("ALTYN_STICKERDOM_PAID_IN", "nothing is bought there without it")
        if self.opener and not key and not is_here(self.opener):
            raise SettingMissing(
                "ALTYN_STICKERDOM_OPENER_KEY",
                "whoever asks there gets into our account: on another machine he has to know us",
            )
        if self.opener and STARS in self.paid_in:
            raise SettingWrong(
                "ALTYN_STICKERDOM_OPENER",
                "who pays in Stars enters by the account that pays, ALTYN_STARS_API_ID: "
                "take this away, or be paid in TON alone",
            )


def api_id(written: object) -> int:
    """Read the number of a program at Telegram."""
    number = int(written) if isinstance(written, str) and written.isdecimal() else written
    if type(number) is not int or not 0 < number < 2**31:
        raise ValueError("expected the number that my.telegram.org gives")
    return number


def api_hash(written: object) -> Secret:
    """Read the hash that belongs to it."""
    return _hexadecimal(written, HASH_DIGITS)


def session_key(written: object) -> Secret:
    """Read the key of a sealed session."""
    return _hexadecimal(written, KEY_DIGITS)


def session(written: object) -> Path:
    """Read the path of a sealed session."""
    if not isinstance(written, str) or not written.isprintable() or not written:
        raise ValueError("expected the path of a file")
    if written.endswith("/"):
        raise ValueError("the path names no file")
    return Path(written).expanduser()


def ways(written: object) -> tuple[str, ...]:
    """Read `TON`, `XTR` or both, the preferred one first."""
    words = written.replace(",", " ").split() if isinstance(written, str) else written
    if not isinstance(words, list) or not words or len(set(map(str, words))) < len(words):
        raise ValueError(f"expected one of {', '.join(PAID_IN)}, or each of them once")
    for each in words:
        if each not in PAID_IN:
            raise ValueError(f"expected one of {', '.join(PAID_IN)}, or each of them once")
    return tuple(words)


def bot(written: object) -> tuple[str, int]:
    """Read the username of a bot with its id: `sticker_bot:7686366470`."""
    name, _, id = word(written, "expected a username and an id").removeprefix("@").partition(":")
    if not name.replace("_", "a").isalnum() or not id.isdecimal() or not 0 < int(id) < 2**63:
        raise ValueError("expected a username and an id, like sticker_bot:7686366470")
    return name, int(id)


def _hexadecimal(written: object, digits: int) -> Secret:
    if not isinstance(written, str) or len(written) != digits or not set(written) <= HEXADECIMAL:
        raise ValueError(f"expected {digits} hexadecimal digits")
    return Secret(written)
