"""Where Telegram sends updates: told once by everybody who starts."""

from typing import Final

from attrs import define, field

from ...core.clock import Ticks, ticks
from ...core.payments import ProviderUnclear
from .bot import BotApi
from .methods import TELEGRAM

UPDATES: Final = (
    "message",
    "callback_query",
    "pre_checkout_query",
    "shipping_query",
    "purchased_paid_media",
    "subscription",
    "my_chat_member",
)
"""All that payments and a bot need; what is not named here would not be sent."""

AGAIN_MICROSECONDS: Final = 300 * 1_000_000


@define
class Webhook:
    """Our address, as Telegram is to know it."""

    api: BotApi
    url: str
    _secret: str = field(repr=False)
    ticks: Ticks = ticks
    _told_at: int | None = field(default=None, init=False)

    async def __call__(self) -> None:
        """
        See to it that updates come here; asked again soon it does nothing.

        It is told again now and then: whoever polls with our token takes the webhook away, and
        then nobody can pay.

        Raises:
            Refused, Unavailable: they do not, yet.
        """
        now = self.ticks()
        if self._told_at is not None and now < self._told_at + AGAIN_MICROSECONDS:
            return
        asked = {
            "url": self.url,
            "secret_token": self._secret,
            "allowed_updates": list(UPDATES),
            # What waits there may be payments.
            "drop_pending_updates": False,
        }
        if await self.api("setWebhook", asked) is not True:
            raise ProviderUnclear(TELEGRAM, "it did not say that it sends updates here")
        self._told_at = now
