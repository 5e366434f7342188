"""What people want to be told: said by themselves, wherever they are asked."""

from collections.abc import Callable
from datetime import datetime

from attrs import evolve, frozen

from ..identity import Caller, Permission
from ..transaction import Transaction
from .catalogue import ANNOUNCEMENT, is_known
from .errors import KindMalformed
from .notification import Recipient
from .ports import Preference, Preferences

Declined = Callable[[Preference], frozenset[str]]


@frozen
class ChangePreferences:
    """
    Be told less, or everything again; be there again.

    Whoever says what they prefer is there: what they said before that is no hindrance.
    """

    preferences: Preferences
    transaction: Transaction

    async def decline(self, by: Caller, recipient: Recipient, kind: str) -> Preference:
        """
        Be told nothing of that kind, or of a subject: `payment.*`; get no `announcement`.

        Raises:
            NotAllowed: they may not say it for themselves, or not for others.
            KindMalformed: nothing of that kind is ever told.
        """
        must_say(by, recipient)
        if kind != ANNOUNCEMENT and not is_known(kind):
            raise KindMalformed(kind[:40])
        return await self._changed(recipient, lambda preference: preference.declined | {kind})

    async def accept(self, by: Caller, recipient: Recipient, kind: str) -> Preference:
        """
        Be told of it again.

        Raises:
            NotAllowed: they may not say it for themselves, or not for others.
        """
        must_say(by, recipient)
        return await self._changed(recipient, lambda preference: preference.declined - {kind})

    async def back(self, recipient: Recipient) -> Preference:
        """
        They have written to us, so they can be told again what they want to be told.

        Whoever was not gone is only looked up, so it may be said of all that anybody writes.
        """
        known = (await self.preferences.of([recipient])).get(recipient)
        if known is None or known.gone_since is None:
            return known or Preference(recipient=recipient)
        return await self._changed(recipient, lambda preference: preference.declined)

    async def _changed(self, recipient: Recipient, declined: Declined) -> Preference:
        async with self.transaction():
            known = await self.preferences.of([recipient])
            preference = known.get(recipient, Preference(recipient=recipient))
            preference = evolve(preference, declined=declined(preference), gone_since=None)
            await self.preferences.put(preference)
            return preference


def must_say(by: Caller, recipient: Recipient) -> None:
    """That they may say what somebody wants to be told; for others it takes acting for them."""
    by.must(Permission.SEE_OWN)
    if by.user is None or int(by.user) != recipient:
        by.must(Permission.ADJUST)


async def note_gone(preferences: Preferences, recipient: Recipient, at: datetime) -> None:
    """They do not let us talk to them: they are told nothing more until they come back."""
    known = await preferences.of([recipient])
    preference = known.get(recipient, Preference(recipient=recipient))
    if preference.gone_since is None:
        await preferences.put(evolve(preference, gone_since=at))
