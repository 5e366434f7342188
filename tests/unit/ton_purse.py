"""A wallet on the small chain as tests play with it, and the desk where it is reached."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any, Final

from attrs import define, evolve, field

from altyn.adapters.memory import ManualClock
from altyn.adapters.ton import (
    AccountState,
    Address,
    Chain,
    Key,
    TonWallet,
    Version,
    notification_of,
    parse_address,
)
from altyn.adapters.ton.body import comment_cell
from altyn.adapters.ton.cells import bag_of
from altyn.adapters.ton.drafting import Pen
from altyn.adapters.ton.jetton import transfer_cell
from altyn.adapters.ton.sends import Sending
from altyn.adapters.ton.versions import Kept
from altyn.core.money import RUB, TON, USDT, Asset, Money
from altyn.core.wallets import Bill, Cheque, Draft, Part, Wallet
from altyn.entrypoints.sandbox.ton import TonDesk
from altyn.entrypoints.sandbox.ton_cells import boc, comment_of, jetton_wallet, stranger
from altyn.entrypoints.sandbox.ton_chain import USDT_MASTER
from altyn.entrypoints.sandbox.ton_relay import hand_in
from altyn.entrypoints.sandbox.ton_wallets import CODES
from altyn.entrypoints.testkit.wallet import Call, Outside, Trait, Trouble
from tests.unit.ton_outside import FAULTS, MASTER, NANO, AtTheDesk
from tests.unit.ton_readers import JETTONS, MESSAGES, READERS, STATES

SEED: Final = sha256(b"the key of tests").digest()
OURS: Final = {cell.hash.hex(): Version(name) for name, cell in CODES.items()}
"""The kinds of wallets of the small chain, by the hash of their code."""
PAYEE: Final = stranger("supplier")
SUPPLIER: Final = parse_address(PAYEE)
UNITS: Final = 10**6
FIRST: Final = 7
"""The number of the first message that tests sign."""


@define
class Office:
    """A wallet with coins and jettons, a chain, and whoever reads it; everything new."""

    version: str = "v5r1"
    kind: str = "toncenter"
    clock: ManualClock = field(factory=ManualClock)
    nano: int = 100 * NANO
    units: int = 100 * UNITS
    desk: TonDesk = field(init=False)
    at: str = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.desk = TonDesk(self.clock)
        self.desk.external(PAYEE)
        public = Key(SEED).public
        self.at = self.desk.wallet(
            public, self.version, nano=self.nano, units=self.units, seqno=FIRST
        )
        self.clock.advance(seconds=5)

    @property
    def address(self) -> Address:
        """Where it lives."""
        return parse_address(self.at)

    @property
    def purse(self) -> str:
        """Its jetton wallet."""
        return jetton_wallet(USDT_MASTER, self.at)

    @property
    def seqno(self) -> int:
        """How many messages it has carried out."""
        return self.desk.chain.at(self.at).seqno

    def reader(self, desk: TonDesk | None = None) -> Chain:
        """Whoever tells of the chain."""
        return READERS[self.kind](AtTheDesk(desk or self.desk))

    def wallet(self, chain: Chain | None = None) -> TonWallet:
        """The wallet, as it is when the process begins."""
        return TonWallet(
            name="ton",
            chain=chain or self.reader(),
            address=self.address,
            key=Key(SEED),
            clock=self.clock,
            masters={MASTER: USDT},
            codes=OURS,
        )

    def received(self, comment: str) -> int:
        """How often the supplier was paid with these words, in coins or in jettons."""
        said = [
            comment_of(each.came.body) or _forwarded(boc(each.came.body))
            for each in self.desk.chain.transactions
            if each.account == PAYEE and each.came.source
        ]
        return said.count(comment)

    def kept(self) -> Kept:
        """What the wallet keeps about itself now."""
        its = self.desk.chain.at(self.at)
        assert its.keyed is not None
        return Kept(
            version=Version(its.keyed.version),
            seqno=its.seqno,
            id=its.keyed.id,
            public_key=its.keyed.public_key,
        )

    def overtake(self, seqno: int, comment: str = "something else") -> None:
        """Somebody who has the same key pays something under that number."""
        pen = Pen(wallet="theirs", address=self.address, key=Key(SEED))
        sending = Sending(to=SUPPLIER, nano=NANO, body=comment_cell(comment))
        draft = pen.draft(evolve(self.kept(), seqno=seqno), [sending], self.clock.now())
        hand_in(self.desk.chain, draft.message)

    def bill(self, comment: str, asset: Asset = TON, amount: str = "2", **part: str) -> Bill:
        """The supplier wants to be paid."""
        parts = (self.part(comment, asset, amount, **part),)
        return Bill(parts=parts, pay_before=self.clock.now() + timedelta(minutes=30))

    def part(self, comment: str, asset: Asset = TON, amount: str = "2", **part: str) -> Part:
        """One part of what he wants."""
        to = part.pop("to", SUPPLIER.friendly(bounceable=False))
        return Part(to=to, amount=Money.parse(amount, asset), comment=comment, **part)


def patched(chain: Chain, **methods: Any) -> Any:
    """That reader, some of whose answers are those of somebody else."""

    class Patched:
        def __getattr__(self, name: str) -> Any:
            return methods.get(name) or getattr(chain, name)

    return Patched()


def saying(state: AccountState) -> Any:
    """Tells of that account, whichever is asked for."""

    async def account(_: Address) -> AccountState:
        return state

    return account


def _forwarded(body: str) -> str | None:
    told = notification_of(body)
    return None if told is None else told.comment


class DeskOutside(Outside):
    """The desk, as the contract wants to play with it."""

    traits = frozenset(Trait)
    secrets = (SEED.hex(), repr(SEED), str(list(SEED)))

    def __init__(self, office: Office, asset: Asset) -> None:
        self.office, self.asset, self.numbers = office, asset, count(1)

    @property
    def now(self) -> datetime:
        return self.office.clock.now()

    def pass_time(self, time: timedelta) -> None:
        self.office.clock.moment += time

    def trouble(self, call: Call, *troubles: Trouble) -> None:
        kind, at = self.office.kind, self.office.address
        path = MESSAGES[kind] if call is Call.PRESENT else STATES[kind]
        if call is Call.BALANCE and self.asset == USDT:
            path, at = JETTONS[kind], parse_address(self.office.purse)
        faults = (FAULTS[each] for each in troubles)
        self.office.desk.faults.plan(path.format(at.raw), *faults)

    def anew(self) -> Wallet:
        return self.office.wallet()

    def bill(self) -> Bill:
        return self.office.bill(f"order {next(self.numbers)}", self.asset)

    def wrong_bills(self) -> Sequence[Bill]:
        office = self.office
        order = bag_of(transfer_cell(1, SUPPLIER, office.address, "", 0))
        return [
            office.bill("in an asset that it has not", RUB),
            office.bill("to nobody", self.asset, to="nobody"),
            office.bill("to itself", self.asset, to=office.address.raw),
            office.bill("to its own purse", self.asset, to=parse_address(office.purse).raw),
            office.bill("with something else", self.asset, body="something else"),
            office.bill("with an order to a contract", self.asset, body=order),
        ]

    def too_much(self) -> Bill:
        return self.office.bill("too much", self.asset, "1000")

    def paid(self, bill: Bill) -> int:
        return self.office.received(bill.parts[0].comment)

    def hold_back(self) -> None:
        self.office.desk.hold_back()

    def carry_out(self) -> None:
        self.office.desk.release()

    def leave_out(self) -> None:
        self.office.desk.chain.mempool.poor += 1

    def overtake(self, draft: Draft) -> None:
        self.office.overtake(draft.sequence)

    def lag(self) -> None:
        self.office.desk.lag()

    def catch_up(self) -> None:
        self.office.desk.catch_up()

    def seen(self, cheque: Cheque) -> None:
        self.office.clock.advance(seconds=3)
