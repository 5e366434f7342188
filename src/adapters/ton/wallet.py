"""A hot wallet on TON: it signs under the next number, and believes what the chain has done."""

from collections.abc import Awaitable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from attrs import define, field

from ...core.clock import Clock
from ...core.errors import Conflict, Missing, Refused
from ...core.money import TON, Asset, Money
from ...core.wallets import (
    Bill,
    BillRefused,
    Cheque,
    Draft,
    Look,
    Sight,
    WalletPoor,
    WalletUnclear,
)
from .address import Address
from .cells import Unreadable
from .chain import AccountState, Chain, Transaction
from .drafting import SEARCHED, Pen, Reserve
from .keys import Key
from .opening import Identity, WalletShut, identity_of, kept_by
from .payable import Payer
from .purses import Purses
from .searching import search
from .sends import Sending
from .tracing import Fate, Tracing
from .versions import CODES, Kept, Version

Told = TypeVar("Told")

LAGS_MAX: Final = timedelta(seconds=30)
"""Whoever is further behind is not told from: what he says of the number may be long over."""
LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""As of when nothing is known that could end a doubt."""


@define(kw_only=True)
class TonWallet:
    """
    Coins and jettons of one wallet contract, of which we have the key.

    A message is carried out at most once: under the number it names, before it runs out. So the
    same message may be handed to anybody as often as one likes, and is void when the number was
    still free after it had run out, or when another message of the same key has taken it.
    """

    name: str
    chain: Chain
    address: Address
    key: Key = field(repr=False)
    clock: Clock
    masters: Mapping[Address, Asset] = field(factory=dict)
    """The jettons it pays in, by their master."""
    reserve: Reserve = field(factory=Reserve)
    codes: Mapping[str, Version] = field(default=CODES, repr=False)
    """The kinds of wallets, by the hash of their code in hexadecimal."""
    testnet: bool = False
    _identity: Identity | None = field(default=None, init=False)
    _purses: Purses = field(init=False, repr=False)
    _pen: Pen = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._purses = Purses(self.chain, self.address, self.masters)
        self._pen = Pen(wallet=self.name, address=self.address, key=self.key)

    @property
    def assets(self) -> Sequence[Asset]:
        """As the port says."""
        return (TON, *self.masters.values())

    @property
    def bills_max(self) -> int:
        """As the port says; before it was opened, what each kind can."""
        kinds = set(self.codes.values()) if self._identity is None else {self._identity.version}
        return min(kind.sends_max for kind in kinds)

    @property
    def presents_are_single(self) -> bool:
        """As the port says."""
        return True

    async def open(self) -> Identity:
        """
        Who it is, once it was proven to be ours.

        Raises:
            WalletShut: it was never used, is not ours, or is of a kind that we do not know.
            Unavailable: nobody says what there is.
        """
        if self._identity is None:
            self._identity = self._identity_in(await self._state())
        return self._identity

    async def draw(self, bills: Sequence[Bill], last: int) -> Draft:
        """
        As the port says; of several bills each has one part, or nobody could say which was paid.

        Raises:
            WalletShut: as when opening it.
        """
        parts = [part for bill in bills for part in bill.parts]
        if len(bills) > 1 and len(parts) > len(bills):
            raise BillRefused(self.name, "a bill of several parts has a cheque of its own")
        state = await self._state()
        if self._identity is None:
            self._identity = self._identity_in(state)
        kept = self._kept_in(state)
        behind = self.clock.now() - state.head.at
        if behind > LAGS_MAX:
            raise self._unclear(f"the reader is {behind.total_seconds():.0f} s behind")
        if kept.seqno <= last:
            raise self._unclear(f"the reader says that number {kept.seqno} is free, which was used")
        jettons = (await self._purses.ours()).jettons
        payer = Payer(wallet=self.name, owner=self.address, jettons=jettons, testnet=self.testnet)
        sends = [payer.sending(part, kept.seqno << 8 | at) for at, part in enumerate(parts)]
        self._affords(state.balance, sends)
        await self._affords_jettons(bills, jettons)
        return self._pen.draft(kept, sends, state.head.at)

    async def present(self, cheque: Cheque) -> Look:
        """
        As the port says: whatever is answered proves nothing.

        Raises:
            Unavailable: perhaps it was taken; never Refused.
        """
        await self._asked(self.chain.send(cheque.draft.message))
        return Look(sight=Sight.NOTHING, as_of=LONG_AGO)

    async def look(self, cheque: Cheque) -> Look:
        """
        As the port says.

        The number is read with the moment as of which it is so. As long as it is free nothing was
        carried out; that it stayed free for too long is believed when no transaction speaks
        against it. Once it is taken, it is a transaction that says by what.
        """
        state = await self._state()
        kept, draft = self._kept_in(state), cheque.draft
        free, as_of = kept.seqno <= draft.sequence, state.head.at
        if free and as_of < draft.expires_at:
            return Look(sight=Sight.NOTHING, as_of=as_of)
        found = await self._asked(
            search(
                self.chain,
                self.address,
                lambda each: bool(self._pen.taken_by(each, kept, draft.sequence)),
                since=draft.expires_at - SEARCHED,
            )
        )
        if found.transaction is None:
            # Taken, and by nobody knows what: whoever shows transactions is behind.
            as_of = min(as_of, found.as_of) if free else LONG_AGO
            return Look(sight=Sight.NOTHING, as_of=as_of)
        if self._pen.taken_by(found.transaction, kept, draft.sequence) != draft.hash:
            return Look(sight=Sight.NEVER, as_of=found.as_of)
        return await self._cashed(cheque, kept, found.transaction, found.as_of)

    async def _cashed(
        self, cheque: Cheque, kept: Kept, carried_out: Transaction, as_of: datetime
    ) -> Look:
        """What became of what it pays, as far as it can fail."""
        try:
            sends = self._pen.sends(kept, cheque.draft)
        except Unreadable as wrong:
            raise self._unclear(f"the cheque is {wrong}") from None
        tracing = Tracing(self.chain, self.address, (await self._purses.ours()).jettons)
        fates = await self._asked(tracing.fates(carried_out, sends))
        return Look(
            sight=Sight.CASHED,
            as_of=as_of,
            paid=self._paid(cheque, fates),
            proof=carried_out.hash,
            fee=Money(carried_out.fees + sum(each.cost for each in fates), TON),
        )

    async def balance(self, asset: Asset) -> Money:
        """As the port says."""
        if asset == TON:
            return Money((await self._state()).balance, TON)
        for purse, its in (await self._purses.ours()).jettons.items():
            if its == asset:
                return Money(await self._asked(self.chain.jetton_balance(purse)), asset)
        raise BillRefused(self.name, f"it has no {asset}")

    def _identity_in(self, state: AccountState) -> Identity:
        return identity_of(self.address, state, self.key.public, self.codes)

    def _kept_in(self, state: AccountState) -> Kept:
        """What the wallet keeps now; that it is ours was proven, or need not be to look."""
        try:
            return kept_by(self.address, state, self.codes)
        except WalletShut as odd:
            raise self._unclear(str(odd)) from None

    def _affords(self, balance: int, sends: Sequence[Sending]) -> None:
        available = max(0, balance - self.reserve.of(sends))
        asked = sum(each.nano for each in sends)
        if available < asked:
            raise WalletPoor(self.name, Money(available, TON), Money(asked, TON))

    async def _affords_jettons(
        self, bills: Sequence[Bill], jettons: Mapping[Address, Asset]
    ) -> None:
        for purse, asset in jettons.items():
            asked = sum(each.total.units for each in bills if each.asset == asset)
            if not asked:
                continue
            available = await self._asked(self.chain.jetton_balance(purse))
            if available < asked:
                raise WalletPoor(self.name, Money(available, asset), Money(asked, asset))

    def _paid(self, cheque: Cheque, fates: Sequence[Fate]) -> Sequence[bool]:
        """Of each bill whether it was paid: one payment each, or all are of the only one."""
        paid = tuple(each.paid for each in fates)
        if len(cheque.outlays) == len(paid):
            return paid
        if len(cheque.outlays) > 1:
            raise self._unclear(f"it made {len(paid)} payments for {len(cheque.outlays)} bills")
        if any(paid) and not all(paid):
            raise self._unclear(f"{sum(paid)} of {len(paid)} parts were paid: a person decides")
        return (all(paid),)

    async def _state(self) -> AccountState:
        return await self._asked(self.chain.account(self.address))

    async def _asked(self, asked: Awaitable[Told]) -> Told:
        """What is answered; that somebody will not answer at all leaves us in doubt."""
        try:
            return await asked
        except (Refused, Missing, Conflict) as no:
            raise self._unclear(str(no)) from None

    def _unclear(self, reason: str) -> WalletUnclear:
        return WalletUnclear(self.name, reason)
