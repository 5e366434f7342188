"""The book of campaigns: what each may spend is allotted first, so that nothing is spent twice."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final
from uuid import uuid5

from attrs import frozen

from ..balances import (
    ADJUSTMENT,
    Account,
    AccountDiffers,
    AccountName,
    Ledger,
    Move,
    Receipt,
    Transfer,
    TransferId,
    granted,
)
from ..clock import Clock
from ..events import Event, EventId, Fact, Outbox
from ..identifiers import Identifiers
from ..money import Money
from .campaign import BUDGETS, PACKS, Campaign, Plan, Tally
from .ports import Campaigns, Purchases
from .purchase import PURCHASES, Purchase

PAGE: Final = 200


@frozen
class CampaignBook:
    """Keeps campaigns, allots what they may spend, and tells of them, inside a transaction."""

    campaigns: Campaigns
    purchases: Purchases
    ledger: Ledger
    outbox: Outbox
    clock: Clock
    identifiers: Identifiers

    async def allot(self, plan: Plan) -> None:
        """
        Put the budgets and what is wanted where they are set aside from.

        Raises:
            InsufficientFunds: whoever it is for has less.
        """
        for amount in (*plan.budgets.values(), Money(plan.wanted, PACKS)):
            source = BUDGETS if amount.asset == PACKS else plan.source
            if source == BUDGETS:
                await self._open(Account.unlimited(source, amount.asset))
            await self._open(Account(plan.account, amount.asset))
            await self._move(plan, "allotted", source, plan.account, amount)

    async def give_back(self, campaign: Campaign) -> None:
        """Put what nobody spent back where it came from; what is in doubt stays set aside."""
        plan = campaign.plan
        for balance in await self.ledger.balances(plan.account):
            target = BUDGETS if balance.available.asset == PACKS else plan.source
            if balance.available.units > 0:
                step = f"back {campaign.version}"
                await self._move(plan, step, plan.account, target, balance.available)

    async def available(self, plan: Plan) -> dict[str, int]:
        """What is not set aside, in units by asset."""
        balances = await self.ledger.balances(plan.account)
        return {each.available.asset.code: each.available.units for each in balances}

    async def bought(self, campaign: Campaign) -> Sequence[Purchase]:
        """Everything it began, the newest first."""
        found: list[Purchase] = []
        before = None
        while page := await self.purchases.of(campaign.buyer, PAGE, before):
            found += page
            before = page[-1].created_at, page[-1].id
        return found

    async def tell(self, campaign: Campaign, tally: Tally) -> None:
        """Put into the outbox in which state it is now, and what came of it so far."""
        facts: dict[str, Fact] = {
            "campaign": str(campaign.id),
            "item": campaign.plan.item or campaign.plan.kind,
            "wanted": campaign.plan.wanted,
            "delivered": tally.delivered,
            "unknown": tally.unknown,
            "refused": tally.refused,
            "released": tally.released,
            "spent": ", ".join(str(each) for each in tally.spent.values()),
            "lost": ", ".join(str(each) for each in tally.lost.values()),
            "in_doubt": ", ".join(str(each) for each in tally.in_doubt.values()),
            "told": campaign.told,
        }
        id, name = EventId(self.identifiers()), f"campaign.{campaign.state}"
        await self.outbox.put([Event(id=id, name=name, at=self.clock.now(), facts=facts)])

    async def _open(self, account: Account) -> None:
        with suppress(AccountDiffers):  # it is open, with limits that somebody chose for it
            await self.ledger.open(account)

    async def _move(
        self, plan: Plan, step: str, source: AccountName, target: AccountName, amount: Money
    ) -> None:
        transfer = Transfer(
            id=TransferId(uuid5(PURCHASES, f"{plan.id}\n{step}\n{amount.asset}")),
            source=source,
            target=target,
            amount=amount,
            kind=ADJUSTMENT,
            reference=plan.account,
        )
        (verdict,) = await self.ledger.carry_out([Move.of(transfer)])
        granted(verdict, Receipt)
