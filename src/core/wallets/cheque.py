"""A cheque: what a wallet signed, to the letter, before anybody outside has seen it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from attrs import evolve, field, frozen

from ..clock import aware
from ..money import Money
from ..wording import checked_text, checked_word, one_line
from .outlay import TOLD_MAX, ChequeId, OutlayId

MESSAGE_MAX: Final = 262_144
HASH_MAX: Final = 128

CHEQUES: Final = UUID("0b6a1c86-2b70-5d8a-9f38-5a7f0d0e6c11")
"""Ids that follow from a cheque or an outlay are made in this space."""


@frozen(kw_only=True)
class Draft:
    """What a wallet would sign for some bills; nobody has it yet, and thrown away it is nothing."""

    message: str
    """To the letter what will be presented: a signed message, or the id of a form."""
    hash: str
    """What it is looked up by outside."""
    sequence: int
    """Its place among all messages of that wallet where the outside counts them, else 0."""
    expires_at: datetime
    """From then on, by the clock outside, it cannot be carried out any more."""

    def __attrs_post_init__(self) -> None:
        checked_text("message", self.message, MESSAGE_MAX)
        checked_text("hash", self.hash, HASH_MAX)
        aware(self.expires_at)


class ChequeState(StrEnum):
    """Where a cheque is in its life."""

    SIGNED = "signed"
    """It may have been presented, and may be carried out."""
    CASHED = "cashed"
    """It was carried out; of each bill it is known whether that paid it."""
    VOID = "void"
    """It was not carried out and never can be."""


CHEQUE_MOVES: Final[Mapping[ChequeState, frozenset[ChequeState]]] = {
    ChequeState.SIGNED: frozenset({ChequeState.CASHED, ChequeState.VOID}),
    ChequeState.CASHED: frozenset(),
    ChequeState.VOID: frozenset(),
}


@frozen(kw_only=True)
class Cheque:
    """A draft that was written down, with what it pays; of a wallet one is open at a time."""

    id: ChequeId
    wallet: str
    number: int
    """Which cheque of this wallet it is, without gaps; only one can be drawn under a number."""
    draft: Draft
    outlays: tuple[OutlayId, ...]
    present_before: datetime
    """For the first time it is presented before that, or never."""
    state: ChequeState = ChequeState.SIGNED
    signed_at: datetime
    check_at: datetime | None
    """When to go on with it; None when it has ended, or a person has to decide."""
    checks: int = 0
    presented: int = 0
    """How often it was written down that it is being presented."""
    told: str = ""
    decided_by: str = ""
    """Who said what became of it, where that was a person."""

    def __attrs_post_init__(self) -> None:
        checked_word("wallet", self.wallet)
        checked_text("told", self.told, TOLD_MAX)
        checked_text("decided_by", self.decided_by, HASH_MAX)
        for moment in (self.signed_at, self.present_before):
            aware(moment)

    @property
    def ended(self) -> bool:
        """Whether it is known what became of it."""
        return not CHEQUE_MOVES[self.state]

    def told_that(self, words: object) -> "Cheque":
        """With these words of somebody else's, as far as they can be kept."""
        return evolve(self, told=one_line(str(words), TOLD_MAX))


class Sight(StrEnum):
    """What is seen outside of a cheque."""

    NOTHING = "nothing"
    """Nothing of it so far; see by when that is all there is."""
    CASHED = "cashed"
    NEVER = "never"
    """Something else has taken its place: it can never be carried out."""


@frozen(kw_only=True)
class Look:
    """What was seen outside, and as of when."""

    sight: Sight
    as_of: datetime
    """Whatever was carried out by then, by the clock outside, has been seen."""
    paid: Sequence[bool] = ()
    """Of a cheque that was cashed, for each of its bills whether that paid it."""
    proof: str = ""
    fee: Money | None = field(default=None)
    """What it cost us besides."""

    def fate(self, cheque: Cheque) -> ChequeState:
        """
        What that makes of a cheque.

        Not to be there is no fate as long as it may still come: only what was not there after it
        ran out never will be.
        """
        if self.sight is Sight.CASHED:
            return ChequeState.CASHED
        if self.sight is Sight.NEVER or self.as_of >= cheque.draft.expires_at:
            return ChequeState.VOID
        return ChequeState.SIGNED
