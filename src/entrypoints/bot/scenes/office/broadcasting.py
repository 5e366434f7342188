"""Writing to many: what is said, to whom, how it looks, and how far it has come."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from attrs import frozen

from .....core.broadcasts import (
    Announcement,
    AnnouncementMalformed,
    Broadcast,
    BroadcastId,
    BroadcastMoved,
    Broadcasts,
    BroadcastState,
    ComposeBroadcast,
    CountAudience,
    Link,
    Segment,
    SteerBroadcast,
)
from .....core.clock import Clock
from .....core.errors import Refused
from .....core.identity import Caller, Language
from ...views.office import broadcast as views
from ..guest import Facts, Guest, Shown

LATEST: Final = 6
LOOK_SECONDS: Final = 3.0
EVER: Final = datetime(2013, 1, 1, tzinfo=UTC)
"""Before Telegram was."""
LINK: Final = "link"
"""What is said on the button, beside the texts in each language."""


def segments(at: datetime) -> Mapping[str, Segment]:
    """Those that can be chosen by a tap; the command line has any."""
    week, month = at - timedelta(days=7), at - timedelta(days=30)
    return {
        "all": Segment(),
        "ru": Segment(language=Language.RU),
        "en": Segment(language=Language.EN),
        "seen_week": Segment(seen_since=week),
        "seen_month": Segment(seen_since=month),
        "bought": Segment(bought_since=month),
        "lapsed": Segment(bought_since=EVER, not_bought_since=month),
        "never": Segment(not_bought_since=EVER),
    }


@frozen
class Broadcasting:
    """Scenes and actions about broadcasts; in the facts stands which."""

    broadcasts: Broadcasts
    compose: ComposeBroadcast
    count: CountAudience
    steer: SteerBroadcast
    clock: Clock

    async def newest(self, guest: Guest, facts: Facts) -> Shown:
        """Those there are, and writing another one."""
        found = await self.broadcasts.newest(LATEST)
        return Shown(scene="broadcast", view=views.newest(guest.words, found))

    async def new(self, guest: Guest, facts: Facts) -> Shown:
        """A draft."""
        id = BroadcastId(guest.fresh("broadcast"))
        draft = await self.compose.draft(id, Caller.of(guest.user))
        return self._shown(guest, draft)

    async def chosen(self, guest: Guest, facts: Facts, hexadecimal: str) -> Shown:
        """One of those."""
        return self._shown(guest, await self.broadcasts.get(BroadcastId(UUID(hexadecimal))))

    async def one(self, guest: Guest, facts: Facts) -> Shown:
        """As it is by now: a draft to be written, or how far it has come."""
        return self._shown(guest, await self.broadcasts.get(_id(facts)))

    def _shown(self, guest: Guest, broadcast: Broadcast) -> Shown:
        facts = {"broadcast": str(broadcast.id)}
        if broadcast.state is BroadcastState.DRAFT:
            view = views.draft(guest.words, broadcast)
            return Shown(scene="letter", view=view, facts=facts)
        counts = broadcast.counts
        seen = f"{broadcast.state} {broadcast.gathered} {counts.letters} {counts.open}"
        under_way = broadcast.ended_at is None
        return Shown(
            scene="letter",
            view=views.progress(guest.words, broadcast),
            facts={**facts, "seen": seen},
            look_in_seconds=LOOK_SECONDS if under_way else None,
        )

    async def ask(self, guest: Guest, facts: Facts, what: str) -> Shown:
        """What is to be said, in a language or on the button."""
        return await self.say(guest, {"broadcast": facts["broadcast"], "what": what})

    async def say(self, guest: Guest, facts: Facts) -> Shown:
        """The same, and why what was sent would not do."""
        told = {name: facts[name] for name in ("broadcast", "what")}
        view = views.asking(guest.words, facts["what"], facts.get("wrong", ""))
        return Shown(scene="say", view=view, facts=told)

    async def said(self, guest: Guest, facts: Facts, text: str) -> Shown:
        """That is what is said, if Telegram shows it."""
        before = (await self.broadcasts.get(_id(facts))).announcement
        try:
            announcement = _with(before, facts["what"], text)
        except Refused as no:
            why = no.reason if isinstance(no, AnnouncementMalformed) else str(no)
            return await self.say(guest, {**facts, "wrong": why})
        return await self._changed(guest, facts, announcement=announcement)

    async def to(self, guest: Guest, facts: Facts) -> Shown:
        """To whom."""
        view = views.to(guest.words, segments(self.clock.now()))
        return Shown(scene="to", view=view, facts={"broadcast": facts["broadcast"]})

    async def to_them(self, guest: Guest, facts: Facts, name: str) -> Shown:
        """To those."""
        segment = segments(self.clock.now()).get(name)
        return await self._changed(guest, facts, segment=segment)

    async def _changed(
        self,
        guest: Guest,
        facts: Facts,
        announcement: Announcement | None = None,
        segment: Segment | None = None,
    ) -> Shown:
        by = Caller.of(guest.user)
        with suppress(BroadcastMoved):  # another one was faster: what is so now is shown
            await self.compose.change(_id(facts), by, announcement, segment)
        return await self.one(guest, facts)

    async def preview(self, guest: Guest, facts: Facts, language: str) -> Shown:
        """As those see it who read that language."""
        return await self.look(guest, {**facts, "language": language})

    async def look(self, guest: Guest, facts: Facts) -> Shown:
        """The same again."""
        broadcast, language = await self.broadcasts.get(_id(facts)), Language(facts["language"])
        told = {name: facts[name] for name in ("broadcast", "language")}
        view = views.preview(guest.words, broadcast.announcement, language)
        return Shown(scene="look", view=view, facts=told)

    async def send(self, guest: Guest, facts: Facts) -> Shown:
        """Whether to, and how many would get it."""
        broadcast = await self.broadcasts.get(_id(facts))
        if broadcast.state is not BroadcastState.DRAFT or not broadcast.announcement.texts:
            return self._shown(guest, broadcast)
        found = await self.count(Caller.of(guest.user), broadcast.segment)
        view = views.sure(guest.words, broadcast, found)
        return Shown(scene="send", view=view, facts={"broadcast": facts["broadcast"]})

    async def send_yes(self, guest: Guest, facts: Facts) -> Shown:
        """It begins."""
        return await self._steered(guest, facts, "begin")

    async def pause(self, guest: Guest, facts: Facts) -> Shown:
        """Not now."""
        return await self._steered(guest, facts, "pause")

    async def resume(self, guest: Guest, facts: Facts) -> Shown:
        """On with it."""
        return await self._steered(guest, facts, "resume")

    async def call_off(self, guest: Guest, facts: Facts) -> Shown:
        """No more of it."""
        return await self._steered(guest, facts, "cancel")

    async def _steered(self, guest: Guest, facts: Facts, how: str) -> Shown:
        steering = {
            "begin": self.steer.begin,
            "pause": self.steer.pause,
            "resume": self.steer.resume,
            "cancel": self.steer.cancel,
        }
        with suppress(BroadcastMoved):  # another one was faster: what is so now is shown
            await steering[how](_id(facts), Caller.of(guest.user))
        return await self.one(guest, facts)


def _id(facts: Facts) -> BroadcastId:
    return BroadcastId(UUID(facts["broadcast"]))


def _with(before: Announcement, what: str, text: str) -> Announcement:
    """The announcement with that text, or with that button: `Open | https://shop.example`."""
    if what != LINK:
        return Announcement(texts={**before.texts, Language(what): text}, link=before.link)
    label, _, url = text.rpartition("|")
    return Announcement(texts=before.texts, link=Link(label.strip(), url.strip()))
