"""A campaign: many purchases of one thing, side by side, out of one budget."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NewType
from uuid import UUID, uuid5

from attrs import evolve, field, frozen

from ..balances import AccountName, account_name
from ..clock import aware
from ..money import Asset, Money, zero
from ..wording import checked_text, checked_word, one_line
from .errors import PlanMalformed
from .goods import ITEM_MAX, LEAST, Kind, checked_recipient
from .purchase import PURCHASES, TOLD_MAX, Purchase, PurchaseId, State

CampaignId = NewType("CampaignId", UUID)

PACKS: Final = Asset("PACK", 0)
"""What is still wanted is counted like money: it is set aside and taken."""
STRATEGIES_MAX: Final = 16
POLL_SECONDS_MAX: Final = 86_400
BUDGETS: Final = account_name("budget:campaigns")
"""Where the budgets of the house come from."""


@frozen(kw_only=True)
class Strategy:
    """One way of buying."""

    supplier: str
    budget: Money
    """What all of its purchases may cost together; strategies of one asset share theirs."""
    unit_max: Money
    """What one piece may cost."""
    at_once: int = 2
    """How many purchases go on side by side."""
    quantity_max: int = 5
    """How many pieces are bought with one purchase."""

    def __attrs_post_init__(self) -> None:
        checked_word("supplier", self.supplier)
        if self.budget.asset != self.unit_max.asset:
            raise PlanMalformed("a budget and the most for a piece are in one asset")
        if min(self.budget.units, self.unit_max.units, self.at_once, self.quantity_max) < 1:
            raise PlanMalformed("a strategy with nothing to spend buys nothing")

    @property
    def asset(self) -> Asset:
        """In what it pays."""
        return self.budget.asset


@frozen(kw_only=True)
class Plan:
    """What is to be bought, how much of it, for how much; the id is the idempotency key."""

    id: CampaignId
    kind: Kind
    item: str = ""
    recipient: str
    wanted: int
    strategies: tuple[Strategy, ...] = field()
    deadline: datetime
    """From then on nothing new is begun."""
    source: AccountName = BUDGETS
    """Whose money it is."""
    poll_seconds: float = 5.0
    """How often is looked whether there is anything to be had."""

    def __attrs_post_init__(self) -> None:
        aware(self.deadline)
        account_name(self.source)
        checked_recipient(self.recipient)
        checked_text("item", self.item, ITEM_MAX)
        if self.wanted < 1 or not 0 < self.poll_seconds <= POLL_SECONDS_MAX:
            raise PlanMalformed("something is wanted, and looked for at least once a day")
        if self.kind is Kind.PREMIUM:
            raise PlanMalformed("months of Premium are no pieces of which one buys many")
        if any(each.quantity_max < LEAST[self.kind] for each in self.strategies):
            raise PlanMalformed(f"of {self.kind} at least {LEAST[self.kind]} are bought at once")
        if not 1 <= len(self.strategies) <= STRATEGIES_MAX:
            raise PlanMalformed(f"it has from 1 to {STRATEGIES_MAX} strategies")

    @property
    def account(self) -> AccountName:
        """The account out of which everything is allotted."""
        return account_name(f"campaign:{self.id}")

    @property
    def budgets(self) -> Mapping[Asset, Money]:
        """What may be spent in each asset, by all strategies together."""
        budgets: dict[Asset, Money] = {}
        for each in self.strategies:
            before = budgets.get(each.asset)
            budgets[each.asset] = each.budget if before is None else before + each.budget
        return budgets


class CampaignState(StrEnum):
    """Where a campaign is in its life."""

    RUNNING = "running"
    PAUSED = "paused"
    """Nothing new is begun; what was begun goes on."""
    STOPPING = "stopping"
    """Nothing new is begun any more."""
    ENDED = "ended"
    """Everything that was begun has ended, or is in doubt."""


CAMPAIGN_MOVES: Final[Mapping[CampaignState, frozenset[CampaignState]]] = {
    CampaignState.RUNNING: frozenset({CampaignState.PAUSED, CampaignState.STOPPING}),
    CampaignState.PAUSED: frozenset({CampaignState.RUNNING, CampaignState.STOPPING}),
    CampaignState.STOPPING: frozenset({CampaignState.ENDED}),
    CampaignState.ENDED: frozenset(),
}
"""Every move a campaign can make."""


@frozen(kw_only=True)
class Campaign:
    """A plan, and how far it has come; its purchases are found by their buyer."""

    plan: Plan
    state: CampaignState = CampaignState.RUNNING
    version: int = 0
    """How often it changed: whoever writes says which one they have read."""
    begun: int = 0
    """How many purchases were numbered."""
    created_at: datetime
    check_at: datetime | None
    told: str = ""
    """Why nothing was begun, or why it stopped."""

    def __attrs_post_init__(self) -> None:
        checked_text("told", self.told, TOLD_MAX)
        aware(self.created_at)

    @property
    def id(self) -> CampaignId:
        """The plan's."""
        return self.plan.id

    @property
    def buyer(self) -> str:
        """Who buys its purchases."""
        return self.plan.account

    def moved(self, state: CampaignState, at: datetime, told: str = "") -> "Campaign":
        """In that state, which the table has to allow."""
        if state not in CAMPAIGN_MOVES[self.state]:
            raise ValueError(f"no move leads from {self.state} to {state}")
        return self.changed(state=state, check_at=at, told=told)

    def changed(self, **changes: Any) -> "Campaign":
        """With these changes, as its next version."""
        if "told" in changes:
            changes["told"] = one_line(str(changes["told"]), TOLD_MAX)
        return evolve(self, version=self.version + 1, **changes)

    def purchase_id(self, number: int) -> PurchaseId:
        """The id of the purchase of that number."""
        return PurchaseId(uuid5(PURCHASES, f"{self.id}\n{number}"))


@frozen(kw_only=True)
class Tally:
    """What became of all purchases of a campaign."""

    delivered: int = 0
    """In pieces, like the others."""
    under_way: int = 0
    unknown: int = 0
    """Paid, and it is not known whether they came."""
    refused: int = 0
    released: int = 0
    spent: Mapping[str, Money] = field(factory=dict)
    """By asset, for what was delivered."""
    in_doubt: Mapping[str, Money] = field(factory=dict)
    """By asset, for what is unknown."""
    lost: Mapping[str, Money] = field(factory=dict)
    """By asset, for what was paid and never came."""

    @classmethod
    def of(cls, purchases: Sequence[Purchase]) -> "Tally":
        """Counted from them; prices that nobody agreed to do not count."""
        counts = dict.fromkeys(("delivered", "under_way", "unknown", "refused", "released"), 0)
        sums: dict[str, dict[str, Money]] = {"delivered": {}, "unknown": {}, "lost": {}}
        for each in purchases:
            if each.state is State.QUOTED:
                continue
            name = COUNTED.get(each.state, "under_way")
            counts[name] += each.wish.goods.quantity
            column = "lost" if name == "released" and each.paid else name
            if column in sums:
                code = each.price.asset.code
                before = sums[column].get(code, zero(each.price.asset))
                sums[column][code] = before + each.price
        return cls(**counts, spent=sums["delivered"], in_doubt=sums["unknown"], lost=sums["lost"])


COUNTED: Final = {
    State.DELIVERED: "delivered",
    State.UNKNOWN: "unknown",
    State.REVIEW: "unknown",
    State.REFUSED: "refused",
    State.RELEASED: "released",
}
