"""What of broadcasts is handed out to the person who got their letters."""

from collections.abc import AsyncIterator
from typing import Final

from attrs import frozen

from ..events import Fact
from ..identity import UserId
from .ports import Letters

PAGE: Final = 200


@frozen
class TellLetters:
    """Which broadcasts they were sent; that of those still under way is forgotten by its age."""

    letters: Letters
    name: str = "letters"

    async def told(self, user: UserId) -> AsyncIterator[dict[str, Fact]]:
        """As the port says."""
        after = None
        while page := await self.letters.to(user, PAGE, after):
            for id, each in page:
                yield {
                    "broadcast": str(id),
                    "state": each.state.value,
                    "at": None if each.at is None else each.at.isoformat(),
                    "told": each.told,
                }
            after = page[-1][0]

    async def wipe(self, user: UserId) -> None:
        """As the port says."""
        await self.letters.wipe(user)
