"""Who we are to those who take money for us, as operators write it."""

import hmac
import ipaddress
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from attrs import field, frozen

from .chain_readers import ChainReader
from .errors import SettingMissing, SettingWrong
from .places import is_here
from .secret import Secret

HELEKET_API: Final = "https://api.heleket.com"
TELEGRAM_API: Final = "https://api.telegram.org"
ANY: Final = "any"
KEY_LENGTH_MIN: Final = 16
NO_KEY: Final = Secret("")
FRAGMENT_API: Final = ("https://fragment.com",)
FRAGMENT_PAYEES: Final = ("UQCFJEP4WZ_mpdo0_kMEmsTgvrMHG7K_tWY16pQhKHwoOtFz",)
"""Whom Fragment wants to be paid; the operator looks before that is changed."""
PAID_IN: Final = ("TON", "USDT")
PHRASE_WORDS: Final = 24
CODE_HASH_DIGITS: Final = 64
WALLET_KINDS: Final = ("v4r2", "v5r1")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@frozen(kw_only=True)
class Heleket:
    """Our account at Heleket; without one nobody can pay by it."""

    merchant: str = ""
    payment_key: Secret = NO_KEY
    payout_key: Secret = NO_KEY
    """What refunds are signed with; without it there are none."""
    api: str = HELEKET_API
    addresses: tuple[Network, ...] | None = None
    """Where its notices may come from; none in it: anywhere; None: as is known, where it can be."""

    def __attrs_post_init__(self) -> None:
        key = self.payment_key.reveal()
        something = (
            self.merchant
            or key
            or self.payout_key.reveal()
            or self.addresses is not None
            or self.api != HELEKET_API
        )
        if something and not self.merchant:
            raise SettingMissing("ALTYN_HELEKET_MERCHANT", "nobody can pay by Heleket without it")
        if something and not key:
            raise SettingMissing("ALTYN_HELEKET_PAYMENT_KEY", "Heleket and we sign with it")


@frozen(kw_only=True)
class Telegram:
    """Our bot; without a token nobody can pay in Stars or by card."""

    token: Secret = NO_KEY
    api: str = TELEGRAM_API
    provider_token: Secret = NO_KEY
    """Of a provider who charges cards; without it nobody can pay by card."""
    addresses: tuple[Network, ...] | None = None
    """Where its updates may come from, as of Heleket."""

    def __attrs_post_init__(self) -> None:
        elsewhere = self.api != TELEGRAM_API or self.addresses is not None
        something = self.provider_token.reveal() or elsewhere
        if something and not self.token.reveal():
            raise SettingMissing("ALTYN_TELEGRAM_TOKEN", "there is no bot without it")

    @property
    def bot(self) -> int:
        """Its number; 0 where there is none."""
        return int(self.token.reveal().partition(":")[0] or 0)

    @property
    def secret(self) -> Secret:
        """What Telegram repeats in every update: nobody can know it who has not the token."""
        token = self.token.reveal().encode()
        return Secret(hmac.new(token, b"altyn webhook", sha256).hexdigest() if token else "")


@frozen(kw_only=True)
class Ton:
    """Our address on TON; without one nobody can pay there."""

    address: str = ""
    api: tuple[ChainReader, ...] = ()
    """Who is asked, the preferred one first; empty: toncenter's own index."""
    api_key: tuple[Secret, ...] = ()
    """For each of them in that order, as far as there are any."""
    usdt: str = ""
    """The master of the USDT that we take; empty: that of Tether."""
    testnet: bool = False
    wallet: str = ""
    """The hot wallet that pays suppliers; without it nothing can be bought for TON or USDT."""
    mnemonic: Secret = NO_KEY
    """The words of its key; they leave this process by no way."""
    wallet_codes: Mapping[str, str] = field(factory=dict)
    """Kinds of wallets on a chain of this machine, by the hash of their code; none: as known."""

    def __attrs_post_init__(self) -> None:
        something = self.api or self.api_key or self.usdt or self.testnet
        if something and not (self.address or self.wallet):
            raise SettingMissing("ALTYN_TON_ADDRESS", "nobody can pay on TON without it")
        if self.wallet and not self.mnemonic.reveal():
            raise SettingMissing("ALTYN_TON_MNEMONIC", "the hot wallet signs with it")
        if self.mnemonic.reveal() and not self.wallet:
            raise SettingMissing("ALTYN_TON_WALLET", "it says which wallet the words are of")
        if len(self.api_key) > max(1, len(self.api)):
            raise SettingWrong("ALTYN_TON_API_KEY", "there are more keys than readers")
        if self.wallet_codes and not self.wallet:
            raise SettingMissing("ALTYN_TON_WALLET", "no other wallet has a code of its own")
        # Where coins are worth something nobody may say of an unknown code by which rules it pays.
        if self.wallet_codes and not (self.api and all(is_here(each.website) for each in self.api)):
            raise SettingWrong(
                "ALTYN_TON_WALLET_CODES",
                "codes of one's own are for a chain on this machine: "
                "let ALTYN_TON_API name readers there, and nobody else",
            )


@frozen(kw_only=True)
class Listeners:
    """Where systems of others may be that are told what happens."""

    private: bool = False
    """Whether also on private networks and this machine, and by http."""
    customers: int = 0
    """How many a customer may have of their own."""

    def __attrs_post_init__(self) -> None:
        if self.customers and self.private:
            raise SettingWrong(
                "ALTYN_WEBHOOKS_CUSTOMERS",
                "customers would reach what is on private networks: take away "
                "ALTYN_WEBHOOKS_PRIVATE, or this",
            )


@frozen(kw_only=True)
class Fragment:
    """Our session at Fragment; without one neither Stars nor Premium can be bought there."""

    cookies: Secret = NO_KEY
    api: tuple[str, ...] = FRAGMENT_API
    """The preferred one first; others lead to the same."""
    payees: tuple[str, ...] = FRAGMENT_PAYEES
    """Whom it may be paid, and nobody else."""
    paid_in: str = "TON"

    def __attrs_post_init__(self) -> None:
        something = (self.api, self.payees, self.paid_in) != (FRAGMENT_API, FRAGMENT_PAYEES, "TON")
        if something and not self.cookies.reveal():
            raise SettingMissing("ALTYN_FRAGMENT_COOKIES", "Fragment knows nobody without it")


@frozen(kw_only=True)
class Selling:
    """What the operator decided about goods, as it was written."""

    prices: Mapping[str, object] = field(factory=dict)
    most: Mapping[str, object] = field(factory=dict)
    caps: Mapping[str, object] = field(factory=dict)


@frozen(kw_only=True)
class Psp:
    """Our account at a card provider whom a profile describes; without a profile there is none."""

    profile: str = ""
    id: str = ""
    secrets: Mapping[str, Secret] = field(factory=dict)
    """By the names that the profile gives them."""
    api: str = ""
    """Where he is asked, where that is not as the profile says."""
    success: str = ""
    failure: str = ""
    """Where payers are led back to."""

    def __attrs_post_init__(self) -> None:
        something = self.id or self.secrets or self.api or self.success or self.failure
        if something and not self.profile:
            raise SettingMissing("ALTYN_PSP_PROFILE", "it says who the card provider is")


@frozen(kw_only=True)
class Decisions:
    """What differs from what is shipped, as it was written."""

    rules: Mapping[str, object] = field(factory=dict)
    approvals: Mapping[str, object] = field(factory=dict)
    routes: Mapping[str, object] = field(factory=dict)
    bounds: Mapping[str, object] = field(factory=dict)


def profile(written: object) -> str:
    """Read the name of a profile that comes with Altyn, or the path of one."""
    if not isinstance(written, str) or not written.isprintable() or not written:
        raise ValueError("expected the name of a profile, or the path of one")
    return written


def secrets(written: object) -> dict[str, Secret]:
    """Read `key=…, callback_key=…`, or a table of such."""
    pairs: object = written
    if isinstance(written, str):
        words = written.replace(",", " ").split()
        pairs = {name: value for name, _, value in (word.partition("=") for word in words)}
    if not isinstance(pairs, dict) or not pairs:
        raise ValueError("expected secrets by their names, like key=…, callback_key=…")
    otherwise = "a secret is printable ASCII without spaces"
    return {name: Secret(word(value, otherwise)) for name, value in pairs.items()}


def token(written: object) -> Secret:
    """Read the token of a bot: its id, a colon and its secret."""
    text = word(written, "a token is printable ASCII without spaces")
    id, colon, rest = text.partition(":")
    if not id.isdecimal() or not colon or len(rest) < KEY_LENGTH_MIN:
        raise ValueError("a token is the number of the bot, a colon and its secret")
    return Secret(text)


def provider_token(written: object) -> Secret:
    """Read what BotFather gives for a provider of card payments."""
    return Secret(word(written, "a token is printable ASCII without spaces"))


def ton_address(written: object) -> str:
    """Read an address; whether it is one is said when the chain is first read."""
    return word(written, "an address is printable ASCII without spaces")


def phrase(written: object) -> Secret:
    """Read the 24 words of a wallet; whether they are is said when it is opened."""
    if not isinstance(written, str) or not written.isascii() or not written.isprintable():
        raise ValueError("a phrase is words of plain letters")
    if len(written.split()) != PHRASE_WORDS:
        raise ValueError(f"a phrase of TON has {PHRASE_WORDS} words")
    return Secret(" ".join(written.split()))


def wallet_codes(written: object) -> dict[str, str]:
    """Read `HASH=v5r1, HASH=v4r2`, or a table of such."""
    pairs: object = written
    if isinstance(written, str):
        words = written.replace(",", " ").split()
        pairs = {code: kind for code, _, kind in (word.partition("=") for word in words)}
    if not isinstance(pairs, dict) or not pairs:
        raise ValueError("expected kinds of wallets by the hash of their code, like 1f…=v5r1")
    for code, kind in pairs.items():
        if len(code) != CODE_HASH_DIGITS or not set(code) <= set("0123456789abcdef"):
            raise ValueError(f"a hash is written with {CODE_HASH_DIGITS} hexadecimal digits")
        if kind not in WALLET_KINDS:
            raise ValueError(f"a wallet is one of {', '.join(WALLET_KINDS)}")
    return dict(pairs)


def cookies(written: object) -> Secret:
    """Read the cookies of a session at Fragment, as a browser gives them out."""
    if not isinstance(written, str) or not written.isascii() or not written.isprintable():
        raise ValueError("cookies are printable ASCII on one line, like a=b; c=d")
    return Secret(written)


def payees(written: object) -> tuple[str, ...]:
    """Read one address or several, separated by commas, or a list of them."""
    words = written.replace(",", " ").split() if isinstance(written, str) else written
    if not isinstance(words, list) or not words:
        raise ValueError("expected one address or several")
    return tuple(word(each, "an address is printable ASCII without spaces") for each in words)


def paid_in(written: object) -> str:
    """Read `TON` or `USDT`."""
    if written not in PAID_IN:
        raise ValueError(f"expected one of {', '.join(PAID_IN)}")
    return str(written)


def yes_or_no(written: object) -> bool:
    """Read `true`, or a word for it."""
    if isinstance(written, bool):
        return written
    if isinstance(written, str) and written.lower() in ("true", "yes", "1"):
        return True
    if isinstance(written, str) and written.lower() in ("false", "no", "0"):
        return False
    raise ValueError("expected true or false")


def merchant(written: object) -> str:
    """Read the name that a provider gave us."""
    return word(written, "an id is printable ASCII without spaces")


def payment_key(written: object) -> Secret:
    """Read a key that signs."""
    key = word(written, "a key is printable ASCII without spaces")
    if len(key) < KEY_LENGTH_MIN:
        raise ValueError(f"a key has at least {KEY_LENGTH_MIN} characters")
    return Secret(key)


def addresses(written: object) -> tuple[Network, ...]:
    """Read `192.0.2.1, 198.51.100.0/24`, or a list of such."""
    words = written.replace(",", " ").split() if isinstance(written, str) else written
    if not isinstance(words, list) or not words:
        raise ValueError("expected one address or several, like 192.0.2.1 or 198.51.100.0/24")
    return tuple(map(_network, words))


def addresses_or_any(written: object) -> tuple[Network, ...]:
    """The same, or the word `any`: none in particular."""
    return () if written == ANY else addresses(written)


def proxies(written: object) -> tuple[Network, ...]:
    """The same; not everybody can be trusted."""
    found = addresses(written)
    for network in found:
        if not network.prefixlen:
            raise ValueError(f"{network} is everybody: they could say that they come from anywhere")
    return found


def _network(written: object) -> Network:
    if not isinstance(written, str):  # a number would be read as an address too
        raise ValueError("an address is text")
    try:
        return ipaddress.ip_network(written)
    except ValueError:
        raise ValueError(f"{written[:50]!r} is no address and no network") from None


def word(written: object, otherwise: str) -> str:
    """Read one word, or say what is expected."""
    if not isinstance(written, str) or not written.isascii() or not written.isprintable():
        raise ValueError(otherwise)
    if not written or " " in written:
        raise ValueError(otherwise)
    return written
