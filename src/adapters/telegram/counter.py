"""Where Telegram tells us that somebody is about to pay, or has paid."""

from collections.abc import Mapping

from attrs import field, frozen

from ...core.money import Assets
from ...core.payments import Checkout, Objection, Told
from .bot import BotApi
from .secret import admit
from .updates import checkout_of, told_of
from .words import words_for


@frozen
class TelegramCounter:
    """Updates that are about payments; all others are somebody else's to read."""

    api: BotApi
    assets: Assets
    _secret: str = field(repr=False)

    def read(self, raw: bytes, headers: Mapping[str, str]) -> Checkout | Told | None:
        """As the port says."""
        admit(headers, self._secret)
        return told_of(raw) or checkout_of(raw, self.assets)

    async def answer(self, checkout: Checkout, objection: Objection | None) -> None:
        """As the port says; Telegram waits for it ten seconds."""
        said = {"pre_checkout_query_id": checkout.id, "ok": objection is None}
        if objection is not None:
            said["error_message"] = words_for(objection, checkout.language)
        await self.api.at_once("answerPreCheckoutQuery", said)
