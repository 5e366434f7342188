"""The other end of a wallet, as the contract plays with it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from ....core.wallets import Bill, Cheque, Draft, Wallet
from ..gateway import Trouble

__all__ = ["Call", "Outside", "Trait", "Trouble"]


class Call(StrEnum):
    """What a wallet calls somebody outside for."""

    DRAW = "draw"
    """What it has to read before it signs."""
    PRESENT = "present"
    LOOK = "look"
    BALANCE = "balance"


class Trait(StrEnum):
    """What a wallet is like; whoever lacks one is tested for the opposite, or not at all."""

    COUNTS = "counts"
    """Every message has a place in a sequence, and only one can take it; else all have 0."""
    RUNS_OUT = "runs_out"
    """What is presented after it ran out is not carried out; else it may be."""
    LEAVES_OUT = "leaves_out"
    """A cheque may be carried out, and what it should pay be left out."""
    LAGS = "lags"
    """Whoever is asked may be behind what has happened."""
    WAITS = "waits"
    """What was presented may be carried out later, or never."""


class Outside:
    """
    Whoever carries cheques out, and does as he is told. Subclass it and override what the traits
    ask for.

    What belongs to a trait that the wallet lacks is never called.
    """

    traits: frozenset[Trait] = frozenset()
    secrets: Sequence[str] = ()
    """What nobody may read in an error, nor in what a wallet or a draft looks like."""

    @property
    def now(self) -> datetime:
        """What time it is, for everybody."""
        raise NotImplementedError

    def pass_time(self, time: timedelta) -> None:
        """It gets later, for everybody."""
        raise NotImplementedError

    def trouble(self, call: Call, *troubles: Trouble) -> None:
        """The next calls of that kind go wrong like this, one each."""
        raise NotImplementedError

    def anew(self) -> Wallet:
        """The wallet as it is after a crash: the same one, which remembers nothing."""
        raise NotImplementedError

    # Bills.

    def bill(self) -> Bill:
        """Somebody wants to be paid, as never before; it has one part, and can be paid."""
        raise NotImplementedError

    def wrong_bills(self) -> Sequence[Bill]:
        """Bills that are not as they should be, each for another reason."""
        raise NotImplementedError

    def too_much(self) -> Bill:
        """A bill as it should be, for more than there is in the wallet."""
        raise NotImplementedError

    def paid(self, bill: Bill) -> int:
        """How often whoever made it was paid."""
        raise NotImplementedError

    # Cheques.

    def hold_back(self) -> None:
        """What is presented from now on is taken, and carried out when somebody says so."""
        raise NotImplementedError

    def carry_out(self) -> None:
        """What was held back is carried out, unless it ran out; nothing is held back any more."""
        raise NotImplementedError

    def leave_out(self) -> None:
        """The next cheque is carried out, and pays nothing."""
        raise NotImplementedError

    def overtake(self, draft: Draft) -> None:
        """Somebody else who has our key takes its place in the sequence."""
        raise NotImplementedError

    def lag(self) -> None:
        """Whoever is asked stands still where he is."""
        raise NotImplementedError

    def catch_up(self) -> None:
        """He knows all there is again."""
        raise NotImplementedError

    def seen(self, cheque: Cheque) -> None:
        """Let so much time pass as it takes until what was carried out can be seen."""
