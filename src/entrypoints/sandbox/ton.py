"""TON on this machine: a small chain, the hands of those who pay on it, and who tells of it."""

import hmac
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qs

from attrs import define, field, frozen
from pytoniq_core.boc.builder import Builder
from pytoniq_core.boc.cell import Cell

from ...core.clock import Clock
from .faults import Fault, Faults, Receive, Scope, Send, answer, read_body
from .ton_cells import (
    account,
    comment_cell,
    encrypted_cell,
    excesses,
    internal_transfer,
    jetton_wallet,
    stranger,
    transfer_notification,
)
from .ton_chain import USDT_MASTER, Chain
from .ton_query import Query, Refusal
from .ton_relay import release
from .ton_steps import FORWARD_FEE, GAS_FEE, Keyed, Message, Purse, Transaction
from .ton_wallets import DEFAULT_IDS
from .ton_wire import Row
from .ton_wires import Wire, wire_of

SOMEBODY: Final = stranger("somebody")
FAUCET: Final = stranger("the faucet")
JETTON_NANO: Final = 50_000_000
"""What a transfer of jettons has left for its way when it reaches the receiver's wallet."""
JETTON_SPENT: Final = GAS_FEE + 2 * FORWARD_FEE
FORWARDED: Final = 1
"""So many nano come with the news, as from most wallets: too little to run any code."""


@frozen
class Standstill:
    """Where an index is that does not come after its chain."""

    at: datetime
    shown: int


@define
class TonDesk:
    """
    A provider who reads a chain for us: an ASGI application, and the hands of payers and of fate.

    Two desks over one chain are two providers. Where `external` was never called, nobody lives yet:
    what is sent there stays, or goes home when it is bounceable, and no code runs.
    """

    clock: Clock
    chain: Chain = field()
    api_key: str = ""
    """When there is one, others are refused, and who says none is served once a second."""
    faults: Faults = field(factory=Faults)
    down: Fault | None = None
    """How every call goes wrong, as long as it is set."""
    calls: list[str] = field(factory=list, init=False)
    """The paths that were called, in their order."""
    _standstill: Standstill | None = field(default=None, init=False)
    _served_at: int = field(default=0, init=False)

    @chain.default
    def _of_its_own(self) -> Chain:
        return Chain(self.clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request of somebody who wants to know."""
        body = await read_body(receive)
        path = str(scope["path"])
        self.calls.append(path)
        fault, wire = self.faults.next(path) or self.down, wire_of(path)
        if fault is None or fault.happens:
            status, said = self._answered(wire, scope, path, body)
        else:
            status, said = 500, wire.failed
        if fault is not None and fault in wire.spoken:
            (status, said), fault = wire.spoken[fault], None
        written = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
        await answer(send, receive, fault, status, written)

    def wallet(
        self,
        public_key: bytes,
        version: str = "v5r1",
        *,
        nano: int = 0,
        units: int = 0,
        id: int | None = None,
        seqno: int = 1,
    ) -> str:
        """
        A wallet that does what is signed with that key, and nothing else; answered is its address.

        It has so many coins, and units of USDT, and has carried out so many messages.
        """
        its_id = DEFAULT_IDS[version] if id is None else id
        at = self.chain.settle(Keyed(version=version, id=its_id, public_key=public_key), seqno)
        if nano:
            self.give(at, nano)
        if units:
            self.send_jetton(at, units, notify=False)
        return at

    def hold_back(self) -> None:
        """Messages from outside are taken from now on, and carried out later."""
        self.chain.mempool.holds = True

    def release(self) -> None:
        """Those that were held back are carried out, where they still can be."""
        release(self.chain)

    def drop(self, count: int = 1) -> None:
        """So many of the next messages from outside are taken, and never carried out."""
        self.chain.mempool.drops += count

    def give(self, to: str, nano: int) -> Transaction:
        """Coins out of nothing."""
        return self.send(to, nano, source=FAUCET)

    def send(
        self,
        to: str,
        nano: int,
        comment: str | None = None,
        *,
        source: str = SOMEBODY,
        bounce: bool = False,
        encrypted: bool = False,
        body: Cell | None = None,
        exit_code: int = 0,
    ) -> Transaction:
        """
        A wallet sends coins; answered is what that did to the receiver.

        His code ends with that exit code, should it run at all. What comes home to the source is
        a transaction of the source.
        """
        if body is None:
            body = _said(comment, encrypted)
        message = Message(to=account(to), nano=nano, body=body, bounce=bounce)
        left = self.chain.external(account(source), message)
        return self.chain.deliver(left.sent[0], trace=left.trace, exit_code=exit_code)

    def external(self, to: str) -> Transaction:
        """A message from outside, after which somebody lives there; it brings no money."""
        return self.chain.external(account(to))

    def send_jetton(
        self,
        to_owner: str,
        units: int,
        comment: str | None = None,
        *,
        source: str = SOMEBODY,
        master: str = USDT_MASTER,
        inline: bool = False,
        notify: bool = True,
        false_wallet: bool = False,
        payload: Cell | None = None,
    ) -> Transaction:
        """
        Somebody's jettons come into the owner's jetton wallet, which tells him; answered is that.

        Without `notify` he is not told, and answered is what happened to the wallet. With
        `false_wallet` nothing came at all, and somebody else tells him that it did. A payload
        takes the place of the comment.
        """
        owner, sender, master = account(to_owner), account(source), account(master)
        payload = _said(comment) if payload is None else payload
        told = transfer_notification(units, sender, payload, inline=inline)
        if false_wallet:
            return self.send(owner, FORWARDED, source=stranger("a false wallet"), body=told)
        self.chain.masters.add(master)
        at, forwarded = jetton_wallet(master, owner), FORWARDED if notify else 0
        came = Message(
            source=jetton_wallet(master, sender),
            to=at,
            nano=JETTON_NANO,
            body=internal_transfer(units, sender, forwarded, payload, inline=inline),
            bounce=True,
        )
        rest = Message(to=sender, nano=JETTON_NANO - JETTON_SPENT - forwarded, body=excesses())
        sends = [Message(to=owner, nano=forwarded, body=told)] if notify else []
        had = self.chain.at(at).purse
        purse = Purse(owner=owner, master=master, units=units + (had.units if had else 0))
        arrived = self.chain.deliver(came, *sends, rest, purse=purse)
        return self.chain.made_by(arrived.sent[0]) if notify else arrived

    def lag(self, seconds: float = 0) -> None:
        """The index stands still where it was so long ago, until it may catch up."""
        at = self.clock.now() - timedelta(seconds=seconds)
        shown = sum(each.now <= at.timestamp() for each in self.chain.transactions)
        self._standstill = Standstill(at, shown)

    def catch_up(self) -> None:
        """The index follows its chain again."""
        self._standstill = None

    def _answered(self, wire: Wire, scope: Scope, path: str, body: bytes) -> tuple[int, Row]:
        query = Query(parse_qs(scope["query_string"].decode(), keep_blank_values=True))
        try:
            self._admit(wire, scope, query)
            reading = wire.reading(self.chain, *self._read)
            return 200, reading.carry_out(scope["method"], path, query, body)
        except Refusal as refusal:
            return refusal.status, refusal.said

    def _admit(self, wire: Wire, scope: Scope, query: Query) -> None:
        if not self.api_key:
            return
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        key = headers.get("x-api-key") or query.text("api_key") or bearer
        if key:
            if not hmac.compare_digest(key.encode(), self.api_key.encode()):
                raise Refusal(401, wire.no_such_key)
            return
        now = int(self.clock.now().timestamp())
        if now == self._served_at:
            raise Refusal(429, wire.busy)
        self._served_at = now

    @property
    def lags(self) -> bool:
        """Whether the index stands still."""
        return self._standstill is not None

    @property
    def _read(self) -> tuple[Sequence[Transaction], datetime]:
        """How far the chain has been read: the transactions, and the last moment."""
        stands = self._standstill
        if stands is None:
            return self.chain.transactions, self.clock.now()
        return self.chain.transactions[: stands.shown], stands.at


def _said(comment: str | None, encrypted: bool = False) -> Cell:
    if comment is None:
        return Builder().end_cell()
    return encrypted_cell(comment) if encrypted else comment_cell(comment)
