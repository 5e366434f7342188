"""What paying inside Telegram has in common: invoice links, and charges that cannot be doubted."""

from collections.abc import Mapping, Sequence
from typing import Final

from attrs import field, frozen

from ...core.balances import MalformedText
from ...core.clock import Clock
from ...core.money import Assets, Money
from ...core.payments import (
    AmountOutOfBounds,
    AssetNotTaken,
    Deposit,
    Hint,
    Inflow,
    Invoice,
    NoticeUnreadable,
    Payment,
    ProviderUnclear,
    RenewalChange,
    Reversal,
)
from .bot import BotApi
from .methods import STARS, TELEGRAM
from .secret import admit
from .updates import Paid, Returned, payload_of, told_of, update_of

LIFETIME_SECONDS: Final = 3600
LINK: Final = "https://t.me/$"
TITLE_MAX: Final = 32
DESCRIPTION_MAX: Final = 255


async def invoice_link(
    api: BotApi, price: Money, payload: str, words: tuple[str, str], **more: object
) -> Invoice:
    """
    A new link to pay that, with a title and a description.

    Raises:
        ProviderRefused: there is none.
        Unavailable: perhaps there is one, of which nobody knows.
    """
    title, description = words
    label = str(price)[:TITLE_MAX]
    asked = {
        "title": title[:TITLE_MAX],
        "description": (description or label)[:DESCRIPTION_MAX],
        "payload": payload,
        "currency": price.asset.code,
        "prices": [{"label": label, "amount": price.units}],
    }
    link = await api("createInvoiceLink", asked | more)
    if not isinstance(link, str) or not link.startswith("https://"):
        raise ProviderUnclear(TELEGRAM, "it answered with no link")
    try:
        return Invoice(provider_id=link.removeprefix(LINK), link=link)
    except MalformedText as wrong:
        raise ProviderUnclear(TELEGRAM, str(wrong)) from None


@frozen(kw_only=True)
class Till:
    """
    One way of paying inside Telegram.

    A link has no end and anybody may pay it, as often as they like: whoever pays is asked about
    before they are charged, and what is paid twice nevertheless is for our rules.
    """

    api: BotApi
    clock: Clock
    assets: Assets
    secret: str = field(repr=False)
    """What Telegram repeats to us in every update."""
    bounds: Mapping[str, tuple[Money, Money]]
    provider_token: str = field(default="", repr=False)
    """Of whoever charges the payer, where that is not Telegram itself."""
    title: str = "Altyn"
    lifetime_seconds: int = LIFETIME_SECONDS

    @property
    def method(self) -> str:
        """As the port says."""
        raise NotImplementedError

    async def accept(self, amount: Money) -> None:
        """As the port says."""
        found = self.bounds.get(amount.asset.code)
        if found is None or found[0].asset != amount.asset:
            raise AssetNotTaken(self.method, amount.asset)
        least, most = found
        if not least <= amount <= most:
            raise AmountOutOfBounds(self.method, amount, least, most)

    async def open(self, payment: Payment) -> Invoice:
        """As the port says. Of a link that we were not told nobody knows, so it is never paid."""
        if payment.provider_id:
            return Invoice(provider_id=payment.provider_id, link=payment.link)
        described = payment.order.reference.strip()
        return await invoice_link(
            self.api,
            payment.asked,
            payload_of(payment.id),
            (self.title, described),
            provider_token=self.provider_token,
        )

    def prove(self, raw: bytes, headers: Mapping[str, str]) -> Hint:
        """As the port says."""
        admit(headers, self.secret)
        told = told_of(raw)
        if told is None or told.method != self.method:
            raise NoticeUnreadable(self.method, "it is about no payment")
        return told.hint

    def told(self, raw: bytes) -> Sequence[Deposit | Reversal | RenewalChange]:
        """As the port says: only this is payment, and it is proof."""
        match update_of(raw, self.assets):
            case Paid(method=self.method, deposit=deposit):
                return (deposit,)
            case Returned(method=self.method, reversal=reversal):
                return (reversal,)
            case RenewalChange() as change if self.method == STARS:
                return (change,)
        return ()

    def claims(self, raw: bytes) -> Sequence[Inflow]:
        """As the port says: what is told is proof, and needs no more."""
        return ()

    async def find(self, hint: Hint) -> Sequence[Inflow]:
        """As the port says: what there is to know was in the notice."""
        return ()
