"""Links that fill in a transfer for the payer; he may change everything in it."""

from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

from attrs import field, frozen

from .address import Address

ANY_WALLET: Final = "ton://transfer/"
TONKEEPER: Final = "https://app.tonkeeper.com/transfer/"


@frozen(kw_only=True)
class Wish:
    """The transfer that we hope for."""

    target: Address
    amount: int = field()
    """In nano of the coin, or in the smallest units of the jetton."""
    text: str = ""
    expires_at: datetime | None = None
    jetton: Address | None = None
    """The master of the jetton; None for the coin itself."""
    testnet: bool = False

    @amount.validator
    def _positive(self, _: object, amount: int) -> None:
        if amount <= 0:
            raise ValueError(f"a transfer moves a positive amount, not {amount}")

    def link(self, form: str = ANY_WALLET) -> str:
        """The link in that form."""
        # Non-bounceable: what is sent to a wallet that was never used is to stay there.
        target = self.target.friendly(bounceable=False, testnet=self.testnet)
        said: dict[str, str | int] = {"amount": self.amount}
        if self.text:
            said["text"] = self.text
        if self.expires_at is not None:
            said["exp"] = int(self.expires_at.timestamp())
        if self.jetton is not None:
            said["jetton"] = self.jetton.friendly(bounceable=True, testnet=self.testnet)
        # A blank is %20: wallets show a plus as it is.
        return f"{form}{target}?{urlencode(said, safe='', quote_via=quote)}"
