"""Outlays and cheques in memory."""

from collections.abc import Sequence

from attrs import evolve, field, frozen

from ...core.wallets import (
    OUTLAY_MOVES,
    Cheque,
    Chequebook,
    ChequebookMoved,
    ChequeId,
    ChequeMissing,
    ChequeMoved,
    ChequeOpen,
    Outlay,
    OutlayDoubled,
    OutlayId,
    OutlayMissing,
    OutlayMoved,
    OutlayState,
)
from .store import MemoryStore


@frozen
class MemoryOutlays:
    """Outlays by their id, in the order in which they were asked for."""

    store: MemoryStore
    _kept: dict[OutlayId, Outlay] = field(factory=dict, init=False)

    async def add(self, outlay: Outlay) -> Outlay:
        """As the port says."""
        async with self.store.using():
            if outlay.id in self._kept:
                return self._kept[outlay.id]
            for each in self._kept.values():
                if each.reference == outlay.reference and each.state is not OutlayState.UNPAID:
                    raise OutlayDoubled(outlay.reference)
            self.store.put(self._kept, outlay.id, outlay)
            return outlay

    async def get(self, id: OutlayId) -> Outlay:
        """As the port says."""
        async with self.store.using():
            return self._of(id)

    async def put(self, outlay: Outlay) -> None:
        """As the port says."""
        async with self.store.using():
            kept = self._of(outlay.id)
            if outlay.state not in OUTLAY_MOVES[kept.state]:
                raise OutlayMoved(outlay.id, kept.state)
            after = evolve(
                kept,
                state=outlay.state,
                cheque=outlay.cheque,
                proof=outlay.proof,
                told=outlay.told,
            )
            self.store.put(self._kept, outlay.id, after)

    async def due(self, wallet: str, limit: int) -> Sequence[Outlay]:
        """As the port says."""
        async with self.store.using():
            due = [
                each
                for each in self._kept.values()
                if each.wallet == wallet and each.state is OutlayState.DUE
            ]
            return sorted(due, key=_age)[:limit]

    async def of(self, reference: str) -> Sequence[Outlay]:
        """As the port says."""
        async with self.store.using():
            its = [each for each in self._kept.values() if each.reference == reference]
            return sorted(its, key=_age)

    def _of(self, id: OutlayId) -> Outlay:
        try:
            return self._kept[id]
        except KeyError:
            raise OutlayMissing(id) from None


def _age(outlay: Outlay) -> tuple[object, ...]:
    return outlay.created_at, outlay.id


@frozen
class MemoryCheques:
    """Cheques by their id, and a book for each wallet."""

    store: MemoryStore
    _kept: dict[ChequeId, Cheque] = field(factory=dict, init=False)
    _books: dict[str, Chequebook] = field(factory=dict, init=False)

    async def book(self, wallet: str) -> Chequebook:
        """As the port says."""
        async with self.store.using():
            return self._books.get(wallet, Chequebook(wallet=wallet))

    async def draw(self, cheque: Cheque, book: Chequebook) -> None:
        """As the port says."""
        async with self.store.using():
            kept = self._books.get(cheque.wallet, Chequebook(wallet=cheque.wallet))
            if kept.number + 1 != cheque.number:
                raise ChequebookMoved(cheque.wallet)
            if kept.open is not None:
                raise ChequeOpen(cheque.wallet, kept.open)
            self.store.put(self._kept, cheque.id, cheque)
            self.store.put(self._books, cheque.wallet, book)

    async def get(self, id: ChequeId) -> Cheque:
        """As the port says."""
        async with self.store.using():
            return self._of(id)

    async def put(self, cheque: Cheque, was: Cheque) -> None:
        """As the port says."""
        async with self.store.using():
            kept = self._of(cheque.id)
            if _place(kept) != _place(was):
                raise ChequeMoved(cheque.id, kept.state)
            after = evolve(
                kept,
                state=cheque.state,
                check_at=cheque.check_at,
                checks=cheque.checks,
                presented=cheque.presented,
                told=cheque.told,
                decided_by=cheque.decided_by,
            )
            self.store.put(self._kept, cheque.id, after)

    async def close(self, book: Chequebook) -> None:
        """As the port says."""
        async with self.store.using():
            self.store.put(self._books, book.wallet, book)

    async def waiting(self, limit: int) -> Sequence[Cheque]:
        """As the port says."""
        async with self.store.using():
            waiting = [
                each for each in self._kept.values() if each.check_at is None and not each.ended
            ]
            return sorted(waiting, key=lambda each: (each.signed_at, each.id))[:limit]

    def _of(self, id: ChequeId) -> Cheque:
        try:
            return self._kept[id]
        except KeyError:
            raise ChequeMissing(id) from None


def _place(cheque: Cheque) -> tuple[object, ...]:
    """What tells whether somebody has gone on with it."""
    return cheque.state, cheque.presented, cheque.checks
