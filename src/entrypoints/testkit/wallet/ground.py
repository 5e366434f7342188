"""What every story about a wallet starts from: fixtures, and cheques as the core draws them."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

import pytest

from ....core.errors import Unavailable
from ....core.wallets import SEND_WINDOW, Bill, Cheque, ChequeId, Draft, OutlayId, Wallet
from .outside import Outside, Trait

SOON = timedelta(seconds=1)
LONG = timedelta(hours=3)


@pytest.mark.asyncio
class Ground:
    """The two fixtures that whoever runs the contract overrides."""

    @pytest.fixture
    def wallet(self) -> Wallet:
        """A wallet that reaches the outside."""
        raise NotImplementedError("override the fixture `wallet`")

    @pytest.fixture
    def outside(self) -> Outside:
        """Where its cheques are carried out."""
        raise NotImplementedError("override the fixture `outside`")

    async def drawn(self, wallet: Wallet, outside: Outside, *bills: Bill, last: int = -1) -> Cheque:
        """A cheque that nobody has yet."""
        return cheque_of(wallet, outside, await wallet.draw(bills, last), len(bills))

    async def presented(self, wallet: Wallet, cheque: Cheque) -> None:
        """It was presented; whether whoever took it said so is not the question."""
        try:
            await wallet.present(cheque)
        except Unavailable:
            return

    def past(self, outside: Outside, cheque: Cheque) -> None:
        """It ran out long ago, by every clock."""
        outside.pass_time(cheque.draft.expires_at - outside.now + LONG)

    def numbered(self, outside: Outside, draft: Draft) -> None:
        """It has a place in the sequence, where there is one."""
        assert (draft.sequence >= 0) if Trait.COUNTS in outside.traits else (draft.sequence == 0)

    def keeps_secrets(self, outside: Outside, *things: object) -> None:
        """None of the secrets is in what they look like."""
        for thing in things:
            shown = f"{thing!r} {thing}"
            if isinstance(thing, BaseException):
                shown += f" {thing.args} {thing.__cause__!r} {thing.__context__!r}"
            assert [each for each in outside.secrets if each in shown] == []


def cheque_of(wallet: Wallet, outside: Outside, draft: Draft, bills: int = 1) -> Cheque:
    """The draft, written down."""
    now = outside.now
    return Cheque(
        id=ChequeId(uuid4()),
        wallet=wallet.name,
        number=1,
        draft=draft,
        outlays=tuple(OutlayId(uuid4()) for _ in range(bills)),
        present_before=now + SEND_WINDOW,
        signed_at=now,
        check_at=now,
        presented=1,
    )


def payments(outside: Outside, bills: Sequence[Bill]) -> list[int]:
    """How often each of them was paid."""
    return [outside.paid(each) for each in bills]
