"""Getting no announcements, or getting them again."""

from attrs import frozen

from ....core.identity import Caller
from ....core.notifications import ANNOUNCEMENT, ChangePreferences, Recipient
from ..views import about
from .guest import Facts, Guest, Shown


@frozen
class Preferring:
    """What somebody wants to hear from us."""

    change: ChangePreferences

    async def quiet(self, guest: Guest, facts: Facts) -> Shown:
        """No announcement any more; all that is about themselves as before."""
        caller = Caller.of(guest.user)
        await self.change.decline(caller, Recipient(guest.user.id), ANNOUNCEMENT)
        return Shown(scene="quiet", view=about.quiet(guest.words))

    async def loud(self, guest: Guest, facts: Facts) -> Shown:
        """As before."""
        caller = Caller.of(guest.user)
        await self.change.accept(caller, Recipient(guest.user.id), ANNOUNCEMENT)
        return Shown(scene="loud", view=about.loud(guest.words))
