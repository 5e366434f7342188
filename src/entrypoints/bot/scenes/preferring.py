"""Getting no announcements, or getting them again."""

from attrs import frozen

from ....core.notifications import ANNOUNCEMENT, ChangePreferences, Recipient
from ..views import about
from .guest import Facts, Guest, Shown


@frozen
class Preferring:
    """What somebody wants to hear from us."""

    change: ChangePreferences

    async def quiet(self, guest: Guest, facts: Facts) -> Shown:
        """No announcement any more; all that is about themselves as before."""
        await self.change.decline(Recipient(guest.user.id), ANNOUNCEMENT)
        return Shown(scene="quiet", view=about.quiet(guest.words))

    async def loud(self, guest: Guest, facts: Facts) -> Shown:
        """As before."""
        await self.change.accept(Recipient(guest.user.id), ANNOUNCEMENT)
        return Shown(scene="loud", view=about.loud(guest.words))
