"""Coins and jettons on TON: a memo of one payment on an address that all of them share."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final

from attrs import evolve, frozen

from ...core.money import TON, Money
from ...core.payments import (
    AmountOutOfBounds,
    Arrival,
    AssetNotTaken,
    CursorMoved,
    Cursors,
    Deposit,
    Hint,
    Inflow,
    Invoice,
    Line,
    NoticeForged,
    NotReturnable,
    Payment,
    ProviderUnclear,
    Refund,
    RefundStage,
    Report,
    Returning,
    stage_of,
)
from .address import Address
from .chain import METHOD, Chain, Transaction
from .deposits import memo_of
from .feed import beginning
from .links import Wish
from .purses import Purses

LIFETIME_SECONDS: Final = 3600
PAGES_MAX: Final = 1000


@frozen(kw_only=True)
class TonGateway:
    """
    Paid on chain, by nobody's leave.

    There is no invoice but our word: what comes with the memo is for the payment. What came is
    in our books as soon as the feed was read.
    """

    chain: Chain
    purses: Purses
    cursors: Cursors
    bounds: Mapping[str, tuple[Money, Money]]
    testnet: bool = False
    lifetime_seconds: int = LIFETIME_SECONDS
    pages_max: int = PAGES_MAX
    """Of one account, on a list."""

    @property
    def method(self) -> str:
        """As the port says."""
        return METHOD

    async def accept(self, amount: Money) -> None:
        """As the port says."""
        found = self.bounds.get(amount.asset.code)
        if found is None or found[0].asset != amount.asset:
            raise AssetNotTaken(METHOD, amount.asset)
        least, most = found
        if not least <= amount <= most:
            raise AmountOutOfBounds(METHOD, amount, least, most)

    async def open(self, payment: Payment) -> Invoice:
        """As the port says; the link is a suggestion, the memo is what counts."""
        asset = payment.asked.asset
        masters = {each: master for master, each in self.purses.masters.items()}
        if asset != TON and asset not in masters:
            raise AssetNotTaken(METHOD, asset)
        await self._begin_before(payment)
        memo = memo_of(payment.id)
        wish = Wish(
            target=self.purses.owner,
            amount=payment.asked.units,
            text=memo,
            expires_at=payment.expires_at,
            jetton=masters.get(asset),
            testnet=self.testnet,
        )
        return Invoice(provider_id=memo, link=wish.link())

    async def _begin_before(self, payment: Payment) -> None:
        """See to it that what comes for it is read, however long from now the reading begins."""
        cursor = await self.cursors.get(METHOD)
        if not cursor.position:
            with suppress(CursorMoved):  # somebody else has begun
                begun = evolve(cursor, position=beginning(payment.created_at))
                await self.cursors.put(begun, was=cursor)

    def prove(self, raw: bytes, headers: Mapping[str, str]) -> Hint:
        """As the port says: the chain tells nobody anything, it is read."""
        raise NoticeForged(METHOD)

    def told(self, raw: bytes) -> Sequence[Deposit]:
        """As the port says."""
        return ()

    def claims(self, raw: bytes) -> Sequence[Inflow]:
        """As the port says."""
        return ()

    async def inquire(self, payment: Payment) -> Report:
        """As the port says."""
        return Report(stage_of(payment, await self.cursors.get(METHOD)))

    async def find(self, hint: Hint) -> Sequence[Inflow]:
        """As the port says."""
        return ()

    @property
    def returning(self) -> Returning:
        """As the port says: who sent it may be an exchange that knows nothing of the payer."""
        return Returning.NEVER

    @property
    def returns_to_sender(self) -> bool:
        """As the port says."""
        return False

    @property
    def refunds_are_single(self) -> bool:
        """As the port says."""
        return False

    async def refund(self, refund: Refund, arrival: Arrival) -> RefundStage:
        """As the port says."""
        raise NotReturnable(METHOD, "what came on chain is sent from a wallet, by a person")

    async def inquire_refund(self, refund: Refund, arrival: Arrival) -> RefundStage:
        """As the port says."""
        return RefundStage.NOTHING

    @property
    def lists(self) -> bool:
        """As the port says."""
        return True

    async def lines(self, since: datetime, until: datetime) -> AsyncIterator[Sequence[Line]]:
        """As the port says: the chain's own list, and jettons that came without a word."""
        purse = await self.purses.ours()
        async for page in self._read(purse.owner, since, until):
            yield [line_of(each) for each in map(purse.deposit, page) if each is not None]
        for wallet in purse.jettons:
            async for page in self._read(wallet, since, until):
                yield [line_of(each) for each in map(purse.silent, page) if each is not None]

    async def _read(
        self, account: Address, since: datetime, until: datetime
    ) -> AsyncIterator[Sequence[Transaction]]:
        page = await self.chain.page(account, since=since)
        for _ in range(self.pages_max):
            yield [each for each in page.transactions if since <= each.at < until]
            if page.last or page.transactions[-1].at >= until:
                return
            page = await self.chain.page(account, start_lt=page.transactions[-1].lt + 1)
        raise ProviderUnclear(METHOD, f"over {self.pages_max} pages of one account")


def line_of(deposit: Deposit) -> Line:
    """A deposit on the list."""
    inflow = deposit.inflow
    return Line(key=inflow.key, amount=inflow.amount, at=inflow.at, payment=deposit.payment)
