"""The ways of paying there are: which of them the operator enabled, and what each may take."""

import ipaddress
from collections.abc import Mapping
from typing import Final

from attrs import frozen

from ...core.money import RUB, TON, USD, USDT, XTR, Money
from ...core.payments import Case, Condition, Goods, Place, Route, Treatment
from .errors import SettingWrong
from .merchants import HELEKET_API, TELEGRAM_API, Network
from .settings import Api, Settings

HELEKET: Final = "heleket"
STARS: Final = "stars"
CARDS: Final = "cards"
TON_METHOD: Final = "ton"
TELEGRAM: Final = "telegram"
"""The bot over which Stars and cards are taken."""

HELEKETS: Final = (ipaddress.ip_network("31.133.220.8"),)
TELEGRAMS: Final = (ipaddress.ip_network("149.154.160.0/20"), ipaddress.ip_network("91.108.4.0/22"))
"""Where they say that their notices come from."""

BOUNDS: Final[Mapping[str, Mapping[str, tuple[Money, Money]]]] = {
    HELEKET: {
        "USDT": (Money.parse("1", USDT), Money.parse("10000", USDT)),
        "TON": (Money.parse("1", TON), Money.parse("5000", TON)),
    },
    STARS: {"XTR": (Money(1, XTR), Money(10_000, XTR))},
    CARDS: {
        "RUB": (Money.parse("100", RUB), Money.parse("100000", RUB)),
        "USD": (Money.parse("1", USD), Money.parse("1000", USD)),
    },
    TON_METHOD: {
        "USDT": (Money.parse("0.5", USDT), Money.parse("10000", USDT)),
        "TON": (Money.parse("0.1", TON), Money.parse("5000", TON)),
    },
}
"""By method and asset: the least and the most that is asked of anybody at once."""

TREATMENTS: Final[Mapping[str, Mapping[Case, Treatment]]] = {
    # A link of Telegram's can be paid again by anybody; what comes twice was a mistake.
    STARS: {Case.DOUBLE: Treatment.RETURN},
    # A memo is for one payment. Who uses it again may be somebody else.
    TON_METHOD: {Case.DOUBLE: Treatment.HOLD},
}

TELEGRAMS_RULE: Final = frozenset({(Goods.DIGITAL, Place.TELEGRAM)})
"""Digital goods that are sold inside Telegram are charged in Stars, says Telegram."""

CARDS_ROUTE: Final = Route(rank=40, forbidden=TELEGRAMS_RULE)

ROUTES: Final[Mapping[str, Route]] = {
    STARS: Route(rank=10),
    TON_METHOD: Route(rank=20),
    HELEKET: Route(rank=30),
    CARDS: CARDS_ROUTE,
}


@frozen(kw_only=True)
class Method:
    """One way of paying, as the operator decided about it."""

    name: str
    enabled: bool
    enabled_by: str
    """The setting without which it is not."""
    told_as: str = ""
    """What stands behind `/webhooks/` where he tells us."""
    notices: str = ""
    """Where the provider tells us; empty when he is not to, and has to be asked."""
    addresses: tuple[Network, ...] = ()
    reads: bool = False
    """Whether nobody tells us, and we read what came by ourselves."""
    takes: tuple[str, ...] = ()
    """The codes of the assets that may be paid."""
    wrong: str = ""
    """Why it cannot be enabled, although something was said about it."""

    @property
    def condition(self) -> Condition:
        """How it stands, as far as settings tell."""
        if self.wrong:
            return Condition.MISCONFIGURED
        return Condition.ENABLED if self.enabled else Condition.DISABLED

    def admits(self, host: str) -> bool:
        """Whether a notice may come from there."""
        if not self.addresses:
            return True
        try:
            where = ipaddress.ip_address(host)
        except ValueError:
            return False
        if isinstance(where, ipaddress.IPv6Address) and where.ipv4_mapped is not None:
            where = where.ipv4_mapped
        return any(where in network for network in self.addresses)


@frozen
class Ways:
    """All ways of paying, as the operator decided when the process began."""

    known: tuple[Method, ...]

    def admit(self, told_as: str, host: str) -> bool:
        """Whether a notice under that name may come from there."""
        told = [each for each in self.known if each.enabled and each.told_as == told_as]
        return all(each.admits(host) for each in told)


def methods(settings: Settings) -> tuple[Method, ...]:
    """All there are."""
    heleket, telegram, public = settings.heleket, settings.telegram, settings.api.public
    bot = f"{public}/webhooks/{TELEGRAM}" if public else ""
    bounds = bounds_of(settings)
    updates = _lock(telegram.addresses, TELEGRAMS, settings.api, telegram.api == TELEGRAM_API)
    return (
        Method(
            name=HELEKET,
            takes=tuple(bounds[HELEKET]),
            enabled=bool(heleket.merchant),
            enabled_by="ALTYN_HELEKET_MERCHANT",
            told_as=HELEKET,
            notices=f"{public}/webhooks/{HELEKET}" if heleket.merchant and public else "",
            addresses=_lock(heleket.addresses, HELEKETS, settings.api, heleket.api == HELEKET_API),
        ),
        Method(
            name=STARS,
            takes=tuple(bounds[STARS]),
            enabled=bool(telegram.token.reveal()),
            enabled_by="ALTYN_TELEGRAM_TOKEN",
            told_as=TELEGRAM,
            addresses=updates,
            notices=bot if telegram.token.reveal() else "",
        ),
        Method(
            name=CARDS,
            takes=tuple(bounds[CARDS]),
            enabled=bool(telegram.provider_token.reveal()),
            enabled_by="ALTYN_TELEGRAM_PROVIDER_TOKEN",
            told_as=TELEGRAM,
            addresses=updates,
            notices=bot if telegram.provider_token.reveal() else "",
        ),
        Method(
            name=TON_METHOD,
            takes=tuple(bounds[TON_METHOD]),
            enabled=bool(settings.ton.address),
            enabled_by="ALTYN_TON_ADDRESS",
            reads=True,
        ),
        *_card_provider(settings),
    )


def _lock(
    named: tuple[Network, ...] | None, known: tuple[Network, ...], api: Api, public: bool
) -> tuple[Network, ...]:
    """
    Where notices may come from, when nothing else was said.

    Altyn speaks plain HTTP, so a proxy stands before it wherever providers reach it. Until it is
    said which, all of them seem to come from the proxy, and to insist would refuse every notice.
    """
    if named is not None:
        return named
    return known if public and api.proxies else ()


def _card_provider(settings: Settings) -> tuple[Method, ...]:
    """The one whose profile was named; nobody else has a name."""
    if not settings.psp.profile:
        return ()
    from .psp import profile_of  # nearly nobody has one

    profile, public = profile_of(settings.psp, settings.assets), settings.api.public
    told = profile.callback is not None and bool(public)
    method = Method(
        name=profile.name,
        enabled=True,
        enabled_by="ALTYN_PSP_PROFILE",
        told_as=profile.name,
        notices=f"{public}/webhooks/{profile.name}" if told else "",
        addresses=profile.callback.addresses if profile.callback else (),
        takes=tuple(profile.currencies),
    )
    if method.name in BOUNDS or method.name == TELEGRAM:
        raise SettingWrong("ALTYN_PSP_PROFILE", f"{method.name} is another way of paying")
    return (method,)


def bounds_of(settings: Settings) -> Mapping[str, Mapping[str, tuple[Money, Money]]]:
    """What each of them may take, as the operator decided."""
    if not settings.payments.bounds:
        return BOUNDS
    from .bounds import bounds  # nearly nobody writes any

    return bounds(settings.payments.bounds)
