"""What has to be so at last: what Fragment and the chain hold, and what the books say of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from attrs import frozen
from dishka import AsyncContainer

from altyn.core.balances import Ledger, account_name
from altyn.core.identity import Caller
from altyn.core.money import RUB, TON, Money
from altyn.core.purchases import (
    Campaigns,
    CampaignState,
    DecidePurchase,
    Plan,
    Purchase,
    Purchases,
    State,
    Tally,
)
from altyn.core.wallets import Cheques
from altyn.entrypoints.sandbox.fragment_sales import Asked

from .buyers import CROWD, GIVEN, Buyer
from .judge import balances
from .market import Market

ENDED: Final = {State.DELIVERED, State.REFUSED, State.RELEASED}
MANY: Final = 1000

PERSON: Final = Caller.local("a person")


@frozen(kw_only=True)
class Accounts:
    """All that was noted, once nothing is left to be done."""

    purchases: Mapping[int, Purchase]
    """By the number of the buyer."""
    campaign: Sequence[Purchase]
    is_open: bool
    """Whether it is not known of some cheque what became of it, or of the campaign."""
    balances: Mapping[tuple[str, str], int]
    held: Mapping[int, int]
    """What is still set aside, by the number of the buyer."""

    @property
    def everything(self) -> list[Purchase]:
        """All purchases."""
        return [*self.purchases.values(), *self.campaign]

    @property
    def quiet(self) -> bool:
        """Whether nothing is left to be done but by a person."""
        states = {each.state for each in self.everything}
        return not self.is_open and states <= ENDED | {State.REVIEW}


async def read(house: AsyncContainer, buyers: Sequence[Buyer], plan: Plan | None) -> Accounts:
    """The books as they are by now."""
    purchases, cheques = await house.get(Purchases), await house.get(Cheques)
    campaigns, ledger = await house.get(Campaigns), await house.get(Ledger)
    book = await cheques.book("ton")
    campaign = None if plan is None else await campaigns.get(plan.id)
    kept = {each.number: await purchases.get(each.id) for each in buyers}
    return Accounts(
        purchases=kept,
        campaign=[] if campaign is None else await purchases.of(campaign.buyer, MANY),
        is_open=book.open is not None
        or (campaign is not None and campaign.state is not CampaignState.ENDED),
        balances=await balances(ledger),
        held={
            each.number: (await ledger.balance(account_name(each.name), RUB)).held.units
            for each in buyers
        },
    )


async def decide(house: AsyncContainer, accounts: Accounts, market: Market) -> int:
    """A person looks at Fragment, and says of each purchase in doubt what became of it."""
    say, count = await house.get(DecidePurchase), 0
    for each in accounts.everything:
        if each.state is State.REVIEW:
            there = any(asked.delivered_at for asked in _requests(market, each.wish.recipient))
            await say(
                each.id, Caller.local("a person"), delivered=there, because="seen at Fragment"
            )
            count += 1
    return count


def account_for(accounts: Accounts, market: Market, plan: Plan | None) -> Counter[str]:
    """The books agree with what those outside know; answers how purchases ended."""
    paid = market.paid
    assert {len(each) for each in paid.values()} <= {1}, "no bill was paid twice"
    for number, purchase in accounts.purchases.items():
        asked = _requests(market, purchase.wish.recipient)
        payments = [units for each in asked for units in paid.get(each.reference, [])]
        assert len(payments) <= 1, f"two payments for one purchase: {purchase}"
        got = [each for each in asked if each.delivered_at]
        delivered = purchase.state is State.DELIVERED
        assert len(got) == delivered, f"taken is what was delivered, and nothing else: {purchase}"
        assert len(payments) == delivered, f"paid is what was delivered: {purchase}"
        price = purchase.price.units if delivered else 0
        left = accounts.balances[f"user:{number}", RUB.code]
        assert (left, accounts.held[number]) == (GIVEN.units - price, 0), purchase
    if plan is not None:
        _campaign(accounts, market, plan)
    _money(accounts, market)
    return Counter(each.state for each in accounts.everything)


def _campaign(accounts: Accounts, market: Market, plan: Plan) -> None:
    asked, paid = _requests(market, CROWD), market.paid
    got = [each.quantity for each in asked if each.delivered_at]
    tally = Tally.of(accounts.campaign)
    assert sum(got) == tally.delivered <= plan.wanted
    spent = sum(units for each in asked for units in paid.get(each.reference, []))
    nothing = Money(0, TON)
    assert (
        spent == tally.spent.get(TON.code, nothing).units + tally.lost.get(TON.code, nothing).units
    )
    assert spent <= plan.budgets[TON].units


def _money(accounts: Accounts, market: Market) -> None:
    """What has left the wallet on the chain has left it in the books, and went where they say."""
    units = accounts.balances
    came = sum(each for payments in market.paid.values() for each in payments)
    assert units["supply:fragment", TON.code] == came
    gone = market.had - market.has
    assert units["wallet:ton", TON.code] == -gone
    assert units.get(("fees:ton", TON.code), 0) == gone - came, "fees are what did not come"
    sums: Counter[str] = Counter()
    for (_, code), held in units.items():
        sums[code] += held
    assert not any(sums.values()), sums


def _requests(market: Market, recipient: str) -> list[Asked]:
    return [each for each in market.desks.fragment.requests.values() if each.username == recipient]
