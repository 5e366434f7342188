"""Moving money by hand: `/adjust USER AMOUNT [ASSET] WHY`; an amount below zero takes it away."""

from contextlib import suppress
from typing import Final

from attrs import frozen

from .....core.amounts import amount_written, leading_amount
from .....core.balances import (
    Account,
    AccountDiffers,
    Transfer,
    TransferId,
    account_name,
)
from .....core.errors import Missing, Refused
from .....core.identity import Caller, FindUser, MoveByHand, OpenByHand, account_of, user_id
from .....core.money import Asset, Assets, Money, zero
from ...views.office.sheet import sheet
from ..guest import Facts, Front, Guest, Shown
from .deeds import BECAUSE_MAX, Deed, because_of, drafted, id_of
from .people import People
from .sure import still

NAME: Final = "adjust"
WORDS_MIN: Final = 3
"""Whom, how much, and why."""
BY_HAND: Final = account_name("adjustments:by_hand")
"""Where money comes from that somebody is given by hand, and goes that is taken from them."""


@frozen
class Adjusting:
    """Drafts transfers, and posts them."""

    front: Front
    people: People
    find: FindUser
    open: OpenByHand
    move: MoveByHand
    assets: Assets

    @property
    def deed(self) -> Deed:
        """Somebody is given money, or it is taken from them."""
        again = self.people.person_again
        return Deed(tell=self._tell, do=self._do, after=again, before=again)

    async def asked(self, guest: Guest, facts: Facts, text: str) -> Shown | Facts:
        """A draft, where all of it was said."""
        whom, _, rest = text.strip().partition(" ")
        number, because = leading_amount(rest)
        asset, because = self._asset(because.strip())
        if not because:
            return await self.people.ask(guest, {"what": NAME, **still(facts)})
        try:
            user = await self.find(Caller.of(guest.user), whom)
            amount = amount_written(number, asset)
        except (Refused, Missing) as no:
            return await self.people.nobody(guest, facts, NAME, text, str(no))
        if not amount.units:
            return await self.people.ask(guest, {"what": NAME, **still(facts)})
        told = {"user": str(user.id), "amount": amount.decimal, "asset": asset.code}
        return drafted(guest, NAME, {**told, **still(facts)}, because=because)

    def _asset(self, text: str) -> tuple[Asset, str]:
        """That of balances, unless the first word names another one; and what follows."""
        first, _, rest = text.partition(" ")
        if (named := self.assets.by_code.get(first.upper())) is not None:
            return named, rest.strip()
        return self.front.asset, text

    def _amount(self, facts: Facts) -> Money:
        return Money.parse(facts["amount"], self.assets.named(facts["asset"]))

    async def _tell(self, guest: Guest, facts: Facts) -> str:
        amount, title = self._amount(facts), "adjust-give"
        if amount.units < 0:
            amount, title = -amount, "adjust-take"
        lines = [("user", facts["user"]), ("amount", amount)]
        return sheet(guest.words, guest.words.plain(title), lines)

    async def _do(self, by: Caller, facts: Facts) -> None:
        amount = self._amount(facts)
        theirs = account_of(user_id(int(facts["user"])))
        await self.open(by, Account.unlimited(BY_HAND, amount.asset))
        with suppress(AccountDiffers):  # it has limits of its own, which hold
            await self.open(by, Account(theirs, amount.asset))
        source, target = (BY_HAND, theirs) if amount > zero(amount.asset) else (theirs, BY_HAND)
        transfer = Transfer(
            id=TransferId(id_of(facts)),
            source=source,
            target=target,
            amount=amount if amount.units > 0 else -amount,
            memo=because_of(facts, by)[:BECAUSE_MAX],
        )
        await self.move(by, transfer)
