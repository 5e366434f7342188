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
)
from .bot import BotApi
from .methods import TELEGRAM
from .secret import admit
from .updates import Paid, payload_of, update_of

LIFETIME_SECONDS: Final = 3600
LINK: Final = "https://t.me/$"
TITLE_MAX: Final = 32
DESCRIPTION_MAX: Final = 255


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
        asked = payment.asked
        label = str(asked)[:TITLE_MAX]
        link = await self.api(
            "createInvoiceLink",
            {
                "title": self.title[:TITLE_MAX],
                "description": (payment.order.reference.strip() or label)[:DESCRIPTION_MAX],
                "payload": payload_of(payment.id),
                "currency": asked.asset.code,
                "prices": [{"label": label, "amount": asked.units}],
                "provider_token": self.provider_token,
            },
        )
        if not isinstance(link, str) or not link.startswith("https://"):
            raise ProviderUnclear(TELEGRAM, "it answered with no link")
        try:
            return Invoice(provider_id=link.removeprefix(LINK), link=link)
        except MalformedText as wrong:
            raise ProviderUnclear(TELEGRAM, str(wrong)) from None

    def prove(self, raw: bytes, headers: Mapping[str, str]) -> Hint:
        """As the port says."""
        admit(headers, self.secret)
        if not (deposits := self.told(raw)):
            raise NoticeUnreadable(self.method, "it is about no payment")
        key = deposits[0].inflow.key
        return Hint(key, deposits[0].payment, key)

    def told(self, raw: bytes) -> Sequence[Deposit]:
        """As the port says: only this is payment, and it is proof."""
        said = update_of(raw, self.assets)
        if isinstance(said, Paid) and said.method == self.method:
            return (said.deposit,)
        return ()

    def claims(self, raw: bytes) -> Sequence[Inflow]:
        """As the port says: what is told is proof, and needs no more."""
        return ()

    async def find(self, hint: Hint) -> Sequence[Inflow]:
        """As the port says: what there is to know was in the notice."""
        return ()
