"""Commands at random, as the worst of callers would send them: good, bad, again, and twisted."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar
from uuid import NAMESPACE_OID, UUID, uuid5

from attrs import define, evolve, field
from hypothesis import strategies as st

from ...core.balances import (
    Account,
    AccountName,
    Command,
    Expire,
    Hold,
    HoldId,
    Move,
    Place,
    Release,
    Transfer,
    TransferId,
    account_name,
)
from ...core.money import UNITS_MAX, Asset, Money

Known = TypeVar("Known")

STRANGER = account_name("user:stranger")
"""An account that nobody opens."""
WORDS = ("", "order-7", "оплата «7»", 'it\'s \\ "x"', "🪙" * 20)


@define
class CommandSource:
    """
    A stream of commands over a few accounts that remembers what it asked for.

    Earlier commands come again now and then, the same or changed under the same id. The stream is
    the same for the same `random`; sources that feed one ledger need different salts.
    """

    random: Random
    accounts: Sequence[AccountName]
    """The first is the bank; one that is named twice is met twice as often."""
    assets: Sequence[Asset]
    salt: str = ""
    _ids: int = field(default=0, init=False)
    _commands: list[Command] = field(factory=list, init=False)
    _transfers: list[Transfer] = field(factory=list, init=False)
    _mistakes: list[Transfer] = field(factory=list, init=False)
    _holds: list[Hold] = field(factory=list, init=False)

    @property
    def opening(self) -> Sequence[Account]:
        """The accounts to open first: a bank without limits, and others with all kinds of them."""
        limits = [(0, UNITS_MAX), (0, UNITS_MAX), (-30, UNITS_MAX), (0, 150), (-UNITS_MAX, 60)]
        found: list[Account] = []
        for asset in self.assets:
            for at, name in enumerate(dict.fromkeys(self.accounts)):
                floor, ceiling = limits[(at - 1) % len(limits)] if at else (-UNITS_MAX, UNITS_MAX)
                found.append(Account(name, asset, floor, ceiling))
        return found

    def funding(self, units: int = 60) -> Sequence[Command]:
        """What to carry out first, so that there is something to move."""
        bank, *others = dict.fromkeys(self.accounts)
        return [
            Move.of(self._transfer(bank, other, Money(units, asset), "recharge"))
            for asset in self.assets
            for other in others
        ]

    def batch(self, size: int, now: datetime) -> list[Command]:
        """So many commands; holds among them expire around that moment."""
        return [self.command(now) for _ in range(size)]

    def command(self, now: datetime) -> Command:
        """The next one."""
        make = self._chosen(
            (40, self._single),
            (14, self._linked),
            (9, self._correction),
            (9, lambda: self._place(now)),
            (9, self._capture),
            (3, lambda: Release(self._some_hold())),
            (4, lambda: Expire(self._some_hold())),
            (7, self._again),
            (5, self._twisted),
        )
        command = make()
        self._commands.append(command)
        return command

    def _single(self) -> Move:
        source, target = self._two()
        return Move.of(self._transfer(source, target, self._amount()))

    def _linked(self) -> Move:
        legs: list[Transfer] = []
        for _ in range(self.random.randint(2, 5)):
            source, target = self._two()
            if legs and self.random.random() < 0.5:  # hand on what just came
                source = legs[-1].target
                target = self._other(source)
            legs.append(self._transfer(source, target, self._amount()))
            if self.random.random() < 0.2:
                legs.append(self._opposite(legs[-1]))
        return Move(tuple(legs))

    def _correction(self) -> Move:
        if not self._transfers:
            return self._single()
        # Taken back in several parts now and then, until nothing is left of it.
        again = self._mistakes and self.random.random() < 0.6
        mistake = self._recent(self._mistakes if again else self._transfers)
        self._mistakes.append(mistake)
        back = self._opposite(mistake)
        if self.random.random() < 0.1:
            back = evolve(back, target=self._other(back.source))
        return Move.of(back)

    def _opposite(self, mistake: Transfer) -> Transfer:
        units = mistake.amount.units
        part = self.random.choice([units, max(units // 2, 1), 1, min(units + 1, UNITS_MAX)])
        back = mistake.opposite(TransferId(self._id()), amount=Money(part, mistake.amount.asset))
        self._transfers.append(back)
        return back

    def _place(self, now: datetime) -> Place:
        ends = [None, now + timedelta(seconds=self.random.randint(-5, 90))]
        hold = Hold(
            id=HoldId(self._id()),
            account=self._one(),
            amount=self._amount(),
            reference=self.random.choice(WORDS),
            expires_at=self.random.choice(ends),
        )
        self._holds.append(hold)
        return Place(hold)

    def _capture(self) -> Move:
        if not self._holds:
            return self._single()
        hold = self._recent(self._holds)
        count = self.random.randint(1, 3)
        units = max(hold.amount.units // count, 1)
        legs: list[Transfer] = []
        for _ in range(count):
            # Now and then a unit too much, or from the wrong account.
            asked = min(units + (self.random.random() < 0.1), UNITS_MAX // 3)
            source = self._one() if self.random.random() < 0.05 else hold.account
            target = self._other(source)
            legs.append(self._transfer(source, target, Money(asked, hold.amount.asset)))
        return Move(tuple(legs), hold.id)

    def _again(self) -> Command:
        return self._recent(self._commands) if self._commands else self._single()

    def _twisted(self) -> Command:
        """An earlier command with something changed, under the same ids."""
        match command := self._again():
            case Place(hold):
                return Place(
                    self.random.choice(
                        [
                            evolve(hold, reference="another"),
                            evolve(hold, expires_at=None),
                            evolve(hold, amount=Money(7, hold.amount.asset)),
                        ]
                    )
                )
            case Move(transfers, hold_id):
                first, *rest = transfers
                new = self._single().transfers[0]
                changed = evolve(first, amount=Money(7, first.amount.asset))
                return self.random.choice(
                    [
                        Move((evolve(first, memo="another"), *rest), hold_id),
                        Move((changed, *rest), None),
                        Move((first, *rest, new)),
                        Move((new, *transfers)),
                        Move((first, *rest[:-1], new)),
                        Move((first, *rest[1:]), hold_id),
                        Move(transfers[::-1], hold_id),
                        Move(transfers, None),
                        Move(transfers[-1:], HoldId(self._id())),
                    ]
                )
        return command

    def _transfer(
        self, source: AccountName, target: AccountName, amount: Money, kind: str = "adjustment"
    ) -> Transfer:
        transfer = Transfer(
            id=TransferId(self._id()),
            source=source,
            target=target,
            amount=amount,
            kind=kind,
            reference=self.random.choice(WORDS),
            memo=self.random.choice(WORDS),
        )
        self._transfers.append(transfer)
        return transfer

    def _amount(self) -> Money:
        asset = self.random.choice(self.assets)
        chance = self.random.random()
        if chance < 0.01:
            asset = Asset(asset.code, asset.scale + 1)
        if chance > 0.97:
            return Money(self.random.choice([UNITS_MAX, UNITS_MAX - 1, UNITS_MAX // 2]), asset)
        return Money(self.random.randint(1, 70 if chance < 0.2 else 12), asset)

    def _one(self) -> AccountName:
        return STRANGER if self.random.random() < 0.01 else self.random.choice(self.accounts)

    def _two(self) -> tuple[AccountName, AccountName]:
        source = self._one()
        return source, self._other(source)

    def _other(self, than: AccountName) -> AccountName:
        return self.random.choice([name for name in self.accounts if name != than])

    def _some_hold(self) -> HoldId:
        chance = self.random.random()
        if not self._holds or chance < 0.05:
            return HoldId(self._id())
        return self._recent(self._holds).id

    def _recent(self, known: Sequence[Known]) -> Known:
        """Something from before, of late more often than of old."""
        return known[-1 - int(len(known) * self.random.random() ** 3)]

    def _chosen(self, *ways: tuple[int, Callable[[], Command]]) -> Callable[[], Command]:
        (way,) = self.random.choices([way for _, way in ways], [weight for weight, _ in ways])
        return way

    def _id(self) -> UUID:
        self._ids += 1
        return uuid5(NAMESPACE_OID, f"{self.salt}:{self._ids}")


def command_sources(
    accounts: Sequence[AccountName], assets: Sequence[Asset]
) -> st.SearchStrategy[CommandSource]:
    """Sources by seed: fast enough for batches of hundreds, and a seed repeats a failure."""
    seeds = st.integers(min_value=0, max_value=2**32 - 1)
    return seeds.map(lambda seed: CommandSource(Random(seed), accounts, assets))  # noqa: S311
