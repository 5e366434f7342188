"""What wallets need: a place to keep cheques, and the purses themselves."""

from collections.abc import Sequence
from typing import Protocol

from ..money import Asset, Money
from .bill import Bill
from .cheque import Cheque, Draft, Look
from .chequebook import Chequebook
from .outlay import ChequeId, Outlay, OutlayId


class Outlays(Protocol):
    """Bills to be paid, kept for good."""

    async def add(self, outlay: Outlay) -> Outlay:
        """
        Keep a new one; when the id is known, the outlay that has it is answered instead.

        Raises:
            OutlayDoubled: another one with its reference is not unpaid.
        """
        ...

    async def get(self, id: OutlayId) -> Outlay:
        """
        The outlay as it is; inside a transaction nobody else changes it until the end.

        Raises:
            OutlayMissing: none has this id.
        """
        ...

    async def put(self, outlay: Outlay) -> None:
        """
        Keep what became of it: its state and cheque, the proof, what was told.

        Raises:
            OutlayMoved: from the state that it is in no move leads there; nothing was written.
            OutlayMissing: none has this id.
        """
        ...

    async def due(self, wallet: str, limit: int) -> Sequence[Outlay]:
        """Those that this wallet is to pay, the oldest first."""
        ...

    async def of(self, reference: str) -> Sequence[Outlay]:
        """All of one thing, the oldest first."""
        ...


class Cheques(Protocol):
    """What wallets signed, kept before anybody outside sees it."""

    async def book(self, wallet: str) -> Chequebook:
        """The book of that wallet; inside a transaction nobody else changes it until the end."""
        ...

    async def draw(self, cheque: Cheque, book: Chequebook) -> None:
        """
        Keep a new cheque, and the book with it.

        Raises:
            ChequebookMoved: a cheque of that number was drawn; nothing was written.
            ChequeOpen: another one of this wallet is open; nothing was written.
        """
        ...

    async def get(self, id: ChequeId) -> Cheque:
        """
        The cheque as it is; inside a transaction nobody else changes it until the end.

        Raises:
            ChequeMissing: none has this id.
        """
        ...

    async def put(self, cheque: Cheque, was: Cheque) -> None:
        """
        Keep what became of it, or that it is being presented; what was signed stays as it was.

        Raises:
            ChequeMoved: it is not as it was any more; nothing was written.
            ChequeMissing: none has this id.
        """
        ...

    async def close(self, book: Chequebook) -> None:
        """Keep that no cheque of this wallet is open, and what it spent today."""
        ...

    async def waiting(self, limit: int) -> Sequence[Cheque]:
        """Those with which nothing goes on before a person decides, the oldest first."""
        ...


class Wallet(Protocol):
    """
    A purse of our own.

    What it signs leaves the house only by `present`. Its failures are ours: Refused is a definite
    no, Unavailable any doubt at all.
    """

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    @property
    def assets(self) -> Sequence[Asset]:
        """What it pays in."""
        ...

    @property
    def bills_max(self) -> int:
        """How many bills it pays with one cheque."""
        ...

    @property
    def presents_are_single(self) -> bool:
        """Whether presenting a cheque twice pays it once at most."""
        ...

    async def draw(self, bills: Sequence[Bill], last: int) -> Draft:
        """
        Sign for these bills, and tell nobody.

        It is presented for the first time within SEND_WINDOW from this call, or never: when it runs
        out leaves room for that, and for how long whoever has it may still carry it out.

        `last` is the sequence of the newest cheque that was cashed, or -1. Nothing is signed under
        a sequence that is not after it: whoever says that it is free has not read all there is.

        Raises:
            WalletPoor: there is not enough in it for all of them.
            BillRefused: one of them is not as it should be.
            Unavailable: what is needed for signing could not be read.
        """
        ...

    async def present(self, cheque: Cheque) -> Look:
        """
        Hand the cheque to whoever carries it out.

        Raises:
            Refused: it was not carried out and never will be.
            Unavailable: perhaps it was.
        """
        ...

    async def look(self, cheque: Cheque) -> Look:
        """
        What is to be seen of it outside.

        Raises:
            Unavailable: that could not be read.
        """
        ...

    async def balance(self, asset: Asset) -> Money:
        """
        What is in it.

        Raises:
            Unavailable: that could not be read.
        """
        ...
