"""Where Telegram tells us that somebody is about to pay, or has paid."""

from collections.abc import Mapping

from attrs import field, frozen

from ...core.money import Assets
from ...core.payments import Checkout, Objection
from .bot import BotApi
from .secret import admit
from .updates import Paid, Returned, update_of
from .words import words_for


@frozen
class TelegramCounter:
    """Updates that are about payments; all others are somebody else's to read."""

    api: BotApi
    assets: Assets
    _secret: str = field(repr=False)

    def read(self, raw: bytes, headers: Mapping[str, str]) -> Checkout | str | None:
        """As the port says."""
        admit(headers, self._secret)
        said = update_of(raw, self.assets)
        return said.method if isinstance(said, Paid | Returned) else said

    async def answer(self, checkout: Checkout, objection: Objection | None) -> None:
        """As the port says; Telegram waits for it ten seconds."""
        said = {"pre_checkout_query_id": checkout.id, "ok": objection is None}
        if objection is not None:
            said["error_message"] = words_for(objection, checkout.language)
        await self.api.at_once("answerPreCheckoutQuery", said)
