"""Attempts to sign in: failures are counted, whoever guesses however fast."""

from typing import Final

from attrs import frozen

from .errors import TooOften
from .ports import Admission, Meter
from .window import FixedWindow

FAILURES_MAX: Final = 5
WINDOW_SECONDS: Final = 300

BY_ACCOUNT: Final = FixedWindow(name="sign_in.account", limit=FAILURES_MAX, seconds=WINDOW_SECONDS)
BY_ADDRESS: Final = FixedWindow(name="sign_in.address", limit=FAILURES_MAX, seconds=WINDOW_SECONDS)


@frozen
class Attempt:
    """One attempt under way: it counts as a failure until it is told to have succeeded."""

    account: str
    admission: Admission


@frozen
class SignInAttempts:
    """
    How often one may fail, for each account and for each address.

    The first failure starts the window. An attempt is counted before it is made, so that many at
    once cannot all find the counter low, and one whose outcome is never told stays a failure.
    """

    meter: Meter
    by_account: FixedWindow = BY_ACCOUNT
    by_address: FixedWindow = BY_ADDRESS

    async def begin(self, account: str, address: str) -> Attempt:
        """
        Begin an attempt; call this before looking at what was given as proof.

        Raises:
            TooOften: too many failed already, and when to try again.
        """
        admission = await self.meter.admit(
            (account, self.by_account, 1), (address, self.by_address, 1)
        )
        if not admission.admitted:
            raise TooOften(admission.refused_by.name, admission.wait)
        return Attempt(account, admission)

    async def succeeded(self, attempt: Attempt) -> None:
        """
        It was no failure: the account begins anew.

        Of the address only this attempt is taken back: with an account of their own a guesser
        could otherwise clear the counter between guesses at the accounts of others.
        """
        await self.meter.forgive(attempt.admission)
        await self.meter.reset(attempt.account, self.by_account)
