"""Bank cards through Telegram: a provider charges them, and only updates tell of it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from attrs import field, frozen

from ...core.payments import (
    Arrival,
    Line,
    NotReturnable,
    Payment,
    ProviderUnclear,
    Refund,
    RefundStage,
    Report,
    Returning,
    Stage,
)
from .methods import CARDS, TELEGRAM
from .till import Till

MINOR_DIGITS: Final[Mapping[str, int]] = {"RUB": 2, "USD": 2}
"""How many decimal digits the amounts of a currency have there."""


@frozen(kw_only=True)
class CardsGateway(Till):
    """Paid by card; money goes back at the provider, not here."""

    provider_token: str = field(repr=False)

    def __attrs_post_init__(self) -> None:
        for code, (least, _) in self.bounds.items():
            if least.asset.scale != MINOR_DIGITS.get(code):
                raise ValueError(f"it is not known in which units Telegram counts {code}")

    @property
    def method(self) -> str:
        """As the port says."""
        return CARDS

    @property
    def returning(self) -> Returning:
        """As the port says."""
        return Returning.NEVER

    @property
    def returns_to_sender(self) -> bool:
        """As the port says."""
        return False

    @property
    def refunds_are_single(self) -> bool:
        """As the port says."""
        return False

    async def inquire(self, payment: Payment) -> Report:
        """As the port says: nobody can be asked, and updates that were lost are sent again."""
        over = self.clock.now() >= payment.expires_at
        return Report(Stage.EXPIRED if over else Stage.OPEN)

    async def refund(self, refund: Refund, arrival: Arrival) -> RefundStage:
        """As the port says."""
        raise NotReturnable(CARDS, "the provider gives money back, in his own cabinet")

    async def inquire_refund(self, refund: Refund, arrival: Arrival) -> RefundStage:
        """As the port says."""
        return RefundStage.NOTHING

    @property
    def lists(self) -> bool:
        """As the port says: Telegram keeps none of these."""
        return False

    def lines(self, since: datetime, until: datetime) -> AsyncIterator[Sequence[Line]]:
        """As the port says: Telegram has no list of these."""
        raise ProviderUnclear(TELEGRAM, "it keeps no list of card payments")
