"""Any history, played on a ledger and on a model of one: nothing may be lost in between."""

import asyncio
import sys
from collections import defaultdict
from collections.abc import Coroutine, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ...core.balances import Account, Command, HoldState, Ledger, Verdict, account_name
from ...core.errors import AltynError
from ...core.money import RUB, UNITS_MAX, XTR, Asset
from .ledger.ground import HandClock, history
from .ledger_commands import CommandSource
from .ledger_model import LedgerModel

Told = TypeVar("Told")

NAMES = tuple(
    account_name(text)
    for text in ("clearing:bank", "user:1", "user:2", "income:shop", "fees:ton", "supply:x")
)
ASSETS = (XTR, RUB)
LIMITS = (0, 1, 20, 60, 100, UNITS_MAX)


def agree(said: Verdict, expected: Verdict) -> bool:
    """Whether two verdicts say the same, refusals by their facts and words."""
    if isinstance(said, AltynError) and isinstance(expected, AltynError):
        return said.like(expected) and str(said) == str(expected)
    return said == expected


class LedgerMachine(RuleBasedStateMachine):
    """
    Plays histories on a ledger of your own: override `opened`, and `closed` to tidy up.

    Every verdict, balance, hold and statement must be what the model says; besides, every asset
    sums to zero, no account is beyond its limits, and held money is that of open holds.
    """

    ledger: Ledger
    clock: HandClock

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.model = LedgerModel()
        self.source = CommandSource(Random(0), NAMES, ASSETS)  # noqa: S311
        self.start: datetime | None = None

    async def opened(self) -> tuple[Ledger, HandClock]:
        """An empty ledger, and the clock it looks at."""
        raise NotImplementedError("override `opened`")

    async def closed(self) -> None:
        """Give back what `opened` took; called on the same event loop."""

    def run(self, asked: Coroutine[Any, Any, Told]) -> Told:
        """Wait for it on the machine's own event loop."""
        return self.runner.run(asked)

    @initialize()
    def begin(self) -> None:
        """Accounts with all kinds of limits, and some money in them."""
        self.ledger, self.clock = self.run(self.opened())
        self.start = self.clock.now()
        for account in self.source.opening:
            self.open(account)
        self.play(self.source.funding())

    def teardown(self) -> None:
        """Compare everything once more, then tidy up."""
        try:
            # Unless it ends because something differed: that is what should be told.
            if self.start is not None and sys.exception() is None:
                self.everything_agrees()
        finally:
            try:
                if self.start is not None:
                    self.run(self.closed())
            finally:
                self.runner.close()

    def play(self, commands: Sequence[Command]) -> None:
        """Carry them out on both, and compare verdict by verdict."""
        said = self.run(self.ledger.carry_out(commands))
        expected = self.model.carry_out(commands, self.clock.now())
        assert len(said) == len(expected)
        for command, one, other in zip(commands, said, expected, strict=True):
            assert agree(one, other), f"{command}\n  said {one!r}\n  expected {other!r}"

    def open(self, account: Account) -> None:
        """Open it on both."""
        expected = self.model.open(account, self.clock.now())
        self.compare_error(self.ledger.open(account), expected)

    def compare_error(self, asked: Coroutine[Any, Any, None], expected: AltynError | None) -> None:
        """Whether it raises what the model says, or nothing."""
        said: AltynError | None = None
        try:
            self.run(asked)
        except AltynError as error:
            said = error
        alike = said is expected if expected is None or said is None else said.like(expected)
        assert alike, f"said {said!r}, expected {expected!r}"

    # What may happen

    @rule(random=st.randoms(use_true_random=False), size=st.integers(1, 20))
    def carry_out(self, random: Random, size: int) -> None:
        """A list of commands of any kind."""
        self.source.random = random
        self.play(self.source.batch(size, self.clock.now()))

    @rule(seed=st.integers(0, 2**32 - 1), size=st.integers(20, 60))
    def carry_out_many(self, seed: int, size: int) -> None:
        """A longer list, whose commands hypothesis cannot make simpler one by one."""
        self.source.random = Random(seed)  # noqa: S311
        self.play(self.source.batch(size, self.clock.now()))

    @rule(
        name=st.sampled_from([*NAMES, account_name("user:new")]),
        asset=st.sampled_from([*ASSETS, Asset("SKU:mug", 0), Asset("RUB", 3)]),
        floor=st.sampled_from(LIMITS),
        ceiling=st.sampled_from(LIMITS),
        anew=st.booleans(),
    )
    def limit(self, name: str, asset: Asset, floor: int, ceiling: int, *, anew: bool) -> None:
        """An account is opened, or gets other limits."""
        account = Account(account_name(name), asset, -floor, ceiling)
        if anew:
            self.open(account)
        else:
            self.compare_error(self.ledger.limit(account), self.model.limit(account))

    @rule(seconds=st.floats(0.000001, 100) | st.sampled_from([-1, -30, -3600, 3600]))
    def time_passes(self, seconds: float) -> None:
        """Forward mostly; now and then the clock is set back."""
        self.clock.advance(seconds=seconds)

    @rule(fraction=st.floats(-0.1, 1.1))
    def look_back(self, fraction: float) -> None:
        """Every account at some moment of the past."""
        assert self.start is not None
        newest = max([self.clock.now(), *self.model.touched.values()])
        self._balances_agree(self.start + (newest - self.start) * fraction)

    @rule(which=st.floats(0, 0.999), aside=st.sampled_from([-1, 0, 1]))
    def look_back_exactly(self, which: float, aside: int) -> None:
        """Every account right at, before and after a moment at which something happened."""
        if moments := sorted({each.at for each in self.model.transfers.values()}):
            at = moments[int(len(moments) * which)]
            self._balances_agree(at + aside * timedelta.resolution)

    @rule(seconds=st.integers(-100, 100), limit=st.integers(1, 5))
    def look_for_late_holds(self, seconds: int, limit: int) -> None:
        """Open holds that are late by a moment, in order."""
        at = self.clock.now() + timedelta(seconds=seconds)
        late = list(self.run(self.ledger.late_holds(at, limit)))
        expected = self.model.late_holds(at)
        assert len(late) == min(limit, len(expected))
        ends = [self.model.holds[id].hold.expires_at for id in expected]
        assert [self.model.holds[id].hold.expires_at for id in late] == ends[: len(late)]

    # What must hold

    @invariant()
    def balances_agree(self) -> None:
        """Every account holds what the model says, within its limits, and all sum to zero."""
        if self.start is None:
            return
        self._balances_agree(None)

    def _balances_agree(self, at: datetime | None) -> None:
        sums: defaultdict[str, int] = defaultdict(int)
        for (name, code), account in self.model.accounts.items():
            balance = self.run(self.ledger.balance(name, account.asset, at))
            assert balance == self.model.balance(name, code, at)
            assert balance.posted.asset == balance.held.asset == account.asset
            sums[code] += balance.posted.units
            if at is None:  # limits may have been others once
                assert balance.available.units >= account.floor_units
                assert balance.posted.units <= account.ceiling_units
        assert not any(sums.values())

    def everything_agrees(self) -> None:
        """Accounts, statements, transfers and holds, one by one."""
        accounts = self.run(self.ledger.accounts(limit=1000))
        assert list(accounts) == [self.model.accounts[key] for key in sorted(self.model.accounts)]
        held: defaultdict[tuple[str, str], int] = defaultdict(int)
        for id, expected in self.model.holds.items():
            kept = self.run(self.ledger.hold(id))
            assert kept == expected
            if kept.state == HoldState.OPEN:
                held[kept.hold.account, kept.hold.amount.asset.code] += kept.hold.amount.units
        for (name, code), account in self.model.accounts.items():
            entries = self.run(history(self.ledger, name, account.asset, page=7))
            assert list(entries)[::-1] == self.model.entries[name, code]
            balance = self.run(self.ledger.balance(name, account.asset))
            assert balance.posted.units == sum(entry.change.units for entry in entries)
            assert balance.held.units == held[name, code]
        for posted in self.model.transfers.values():
            assert self.run(self.ledger.transfer(posted.transfer.id)) == posted
