"""Writing the trail, reading it, and proving that nobody has changed it."""

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from ..balances import Finding
from ..clock import Clock
from ..events import Fact
from .caller import Caller
from .permission import Permission
from .ports import Trail
from .trail import START, Audited, Link, seal

LAW: Final = "the trail is as it was written"
PAGE: Final = 1000


@frozen
class Audit:
    """Writes down who did what, inside the transaction that does it."""

    trail: Trail
    clock: Clock

    async def __call__(self, by: Caller, what: str, about: str, **facts: Fact) -> None:
        """Add it to the end; the last thing in a transaction, since all others wait from here."""
        entry = Audited(at=self.clock.now(), who=by.name, what=what, about=about, facts=facts)
        await self.trail.append(entry)


@frozen
class ReadTrail:
    """Who did what."""

    trail: Trail

    async def __call__(
        self, by: Caller, limit: int, before: int | None = None, *, about: str = "", who: str = ""
    ) -> Sequence[Link]:
        """
        The newest first, of anything and anybody or only of those, a page of it.

        Raises:
            NotAllowed: they may not read it.
        """
        by.must(Permission.SEE_AUDIT)
        return await self.trail.page(limit, before, about=about, who=who)


@frozen(kw_only=True)
class Verified:
    """What was found in the whole trail."""

    links: int
    """How many were looked at, up to the first that is wrong."""
    head: Link | None
    """The newest; noted elsewhere, it shows later whether the end was cut off."""
    finding: Finding | None
    """The first that is not as it was written."""


@frozen
class VerifyTrail:
    """Seal everything again, and compare."""

    trail: Trail

    async def __call__(self, by: Caller, noted: tuple[int, bytes] | None = None) -> Verified:
        """
        Whether anything was changed, removed or put in between.

        Whoever can write all of the trail anew can make it agree with itself. What was noted
        outside, the number and digest of some link, shows that too, and a cut at the end.

        Raises:
            NotAllowed: they may not read it.
        """
        by.must(Permission.SEE_AUDIT)
        count, last = 0, None
        while links := await self.trail.onward(PAGE, after=0 if last is None else last.number):
            for link in links:
                count += 1
                if finding := broken(last, link) or missed(noted, link):
                    return Verified(links=count, head=last, finding=finding)
                last = link
        finding = None
        if noted is not None and (last is None or last.number < noted[0]):
            found = "nothing" if last is None else f"an end at link {last.number}"
            finding = Finding(LAW, f"link {noted[0]}", noted[1].hex(), found)
        return Verified(links=count, head=last, finding=finding)


def broken(last: Link | None, link: Link) -> Finding | None:
    """What is wrong with a link that follows that one."""
    number, before = (1, START) if last is None else (last.number + 1, last.digest)
    where = f"link {link.number}"
    if link.number != number:
        return Finding(LAW, where, f"link {number}", "a gap")
    if link.before != before:
        return Finding(LAW, where, f"after {before.hex()}", f"after {link.before.hex()}")
    digest = seal(link.number, link.before, link.audited)
    if link.digest != digest:
        return Finding(LAW, where, digest.hex(), link.digest.hex())
    return None


def missed(noted: tuple[int, bytes] | None, link: Link) -> Finding | None:
    """What is wrong with a link that was noted to be otherwise."""
    if noted is None or noted[0] != link.number or noted[1] == link.digest:
        return None
    return Finding(LAW, f"link {link.number}", noted[1].hex(), link.digest.hex())
