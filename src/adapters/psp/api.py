"""Asking a card provider anything, as his profile says that he is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from attrs import frozen

from ...core.balances import MalformedText
from ...core.clock import Clock
from ...core.payments import ProviderUnclear
from ...core.resilience import Guard
from ...core.spans import calling
from ..http import Calls
from .asking import Heard, Request, Word, heard, request, understood
from .calls import Call
from .expressions import Known
from .profile import Profile
from .reader import Reader, Unintelligible
from .shop import Shop


@frozen
class Api:
    """The provider of a profile."""

    profile: Profile
    shop: Shop
    caller: Calls
    guard: Guard
    clock: Clock

    @property
    def reader(self) -> Reader:
        """Who reads his answers."""
        return Reader(self.profile)

    async def ask(self, call: Call, known: Known) -> dict[str, Any] | None:
        """
        What is answered to a question; None when he knows nothing of it.

        Raises:
            ProviderRefused: he will not say.
            Unavailable: he did not say.
        """
        match await self.have(call, known):
            case Word.NOT_THERE:
                return None
            case Word.THERE_ALREADY:
                raise ProviderUnclear(self.profile.name, "that is no answer to a question")
            case said:
                return said

    async def have(self, call: Call, known: Known) -> Heard:
        """
        What is answered when something is to be done.

        Raises:
            ProviderRefused: it was not done, and will not be.
            Unavailable: it is not known what became of it.
        """
        asked = request(call, known, self.profile.auth, self.shop, self.clock.now())
        # What he says and we do not understand is no reason to leave him alone.
        status, said = await self.guard(lambda: self._call(call, asked))
        return understood(status, said, self.profile.answers, self.profile.name)

    async def _call(self, call: Call, asked: Request) -> tuple[int, dict[str, Any]]:
        with calling(self.profile.name, f"{asked.method} {call.path.text}"):
            answer = await self.caller(
                asked.method, asked.path, body=asked.body, headers=asked.headers
            )
            return answer.status, heard(answer, self.profile.name)

    @contextmanager
    def understood(self) -> Iterator[None]:
        """What we cannot read leaves us in doubt."""
        try:
            yield
        except (Unintelligible, MalformedText) as wrong:
            raise ProviderUnclear(self.profile.name, str(wrong)) from None
