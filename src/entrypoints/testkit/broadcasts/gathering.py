"""The contract of `core.broadcasts.Audience`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import pytest

from ....core.broadcasts import Audience, Segment
from ....core.identity import Language, Profile, Role, UserId, Users, account_of
from ....core.notifications import Preference, Preferences, Recipient
from ....core.purchases import Purchases, State
from ....core.wallets import Cheques, Outlays
from ..purchases.ground import Market, wish
from .ground import NOON, TICK

DAY: Final = timedelta(days=1)
AT: Final = NOON + DAY


@pytest.mark.asyncio
class AudienceContract:
    """
    What everything that knows who is of a segment does. Subclass it in a test and override the
    fixtures `audience`, `users`, `preferences`, `purchases`, `outlays` and `cheques`, all of one
    empty storage.
    """

    @pytest.fixture
    def audience(self) -> Audience:
        """Nobody known."""
        raise NotImplementedError("override the fixture `audience`")

    @pytest.fixture
    def users(self) -> Users:
        """Nobody known."""
        raise NotImplementedError("override the fixture `users`")

    @pytest.fixture
    def preferences(self) -> Preferences:
        """Nothing said."""
        raise NotImplementedError("override the fixture `preferences`")

    @pytest.fixture
    def purchases(self) -> Purchases:
        """Nothing bought."""
        raise NotImplementedError("override the fixture `purchases`")

    @pytest.fixture
    def outlays(self) -> Outlays:
        """Nothing to be paid."""
        raise NotImplementedError("override the fixture `outlays`")

    @pytest.fixture
    def cheques(self) -> Cheques:
        """Nothing signed."""
        raise NotImplementedError("override the fixture `cheques`")

    @pytest.fixture
    def market(self, purchases: Purchases, outlays: Outlays, cheques: Cheques) -> Market:
        """Where purchases go on."""
        return Market(purchases, outlays, cheques)

    async def test_everybody_is_everybody(self, audience: Audience, users: Users) -> None:
        """Whom we know by then, page by page; no page looks at more people than it may."""
        for number in range(1, 8):
            await came(users, number)
        late = await came(users, 8, since=AT + TICK)
        first = await audience.page(Segment(), AT, 3)
        assert (list(first.recipients), first.last) == ([1, 2, 3], 3)
        rest = await audience.page(Segment(), AT, 5, first.last)
        assert (list(rest.recipients), rest.last) == ([4, 5, 6, 7], late)
        end = await audience.page(Segment(), AT, 5, rest.last)
        assert (list(end.recipients), end.last) == ([], None)
        assert await audience.count(Segment(), AT) == {Language.EN: 7}
        assert await audience.count(Segment(), NOON - TICK) == {}

    async def test_a_page_without_anybody_leads_on(self, audience: Audience, users: Users) -> None:
        """Those of a segment may be far apart."""
        for number in range(1, 5):
            await came(users, number, language=Language.RU if number == 4 else Language.EN)
        first = await audience.page(Segment(language=Language.RU), AT, 2)
        assert (list(first.recipients), first.last) == ([], 2)
        assert await reached(audience, Segment(language=Language.RU)) == [4]

    async def test_who_does_not_want_to_is_left_out(
        self, audience: Audience, users: Users, preferences: Preferences
    ) -> None:
        """Muted, gone, forgotten, or without a wish for announcements; others decline as ever."""
        for number in range(1, 9):
            await came(users, number)
        await users.change(UserId(1), muted=True)
        await users.change(UserId(2), blocked=True)
        await users.erase(UserId(3), NOON)
        for id, declined in {
            4: {"announcement"},
            5: {"payment.*", "announcement"},
            6: {"payment.*", "announcements"},
        }.items():
            await preferences.put(Preference(recipient=Recipient(id), declined=frozenset(declined)))
        await preferences.put(Preference(recipient=Recipient(7), gone_since=NOON))
        assert await reached(audience, Segment()) == [6, 8]
        assert await audience.count(Segment(), AT) == {Language.EN: 2}

    async def test_all_that_is_named_is_true(self, audience: Audience, users: Users) -> None:
        """Language, role, and since when they were seen; to the tick."""
        await came(users, 1, language=Language.RU)
        await came(users, 2)
        await came(users, 3, since=NOON + DAY)
        await users.change(UserId(2), role=Role.SUPPORT)
        assert await reached(audience, Segment(language=Language.RU)) == [1]
        assert await reached(audience, Segment(role=Role.SUPPORT)) == [2]
        assert await reached(audience, Segment(role=Role.CUSTOMER)) == [1, 3]
        assert await reached(audience, Segment(seen_since=NOON)) == [1, 2, 3]
        assert await reached(audience, Segment(seen_since=NOON + TICK)) == [3]
        both = Segment(language=Language.RU, role=Role.SUPPORT)
        assert await reached(audience, both) == []
        assert await audience.count(Segment(role=Role.CUSTOMER), AT) == {
            Language.RU: 1,
            Language.EN: 1,
        }

    async def test_who_bought_and_who_did_not(
        self, audience: Audience, users: Users, market: Market
    ) -> None:
        """Something that was delivered, then or later; what came to nothing does not count."""
        for number in range(1, 5):
            await came(users, number)
        await buys(market, 1, NOON - DAY)
        await buys(market, 2, NOON)
        await buys(market, 3, NOON, State.REFUSED)
        await buys(market, 2, NOON - 2 * DAY)
        assert await reached(audience, Segment(bought_since=NOON)) == [2]
        assert await reached(audience, Segment(bought_since=NOON - DAY)) == [1, 2]
        assert await reached(audience, Segment(bought_since=NOON + TICK)) == []
        assert await reached(audience, Segment(not_bought_since=NOON)) == [1, 3, 4]
        lapsed = Segment(bought_since=NOON - DAY, not_bought_since=NOON)
        assert await reached(audience, lapsed) == [1]


async def came(users: Users, number: int, **what: Any) -> UserId:
    """Somebody was seen for the first time."""
    since = what.pop("since", NOON)
    profile = Profile(id=UserId(number), name="«Ann»", **what)
    return (await users.seen(profile, since)).user.id


async def reached(audience: Audience, segment: Segment) -> Sequence[UserId]:
    """All of a segment, two people at a time."""
    found: list[UserId] = []
    crowd = await audience.page(segment, AT, 2)
    while crowd.last is not None:
        found += crowd.recipients
        crowd = await audience.page(segment, AT, 2, crowd.last)
    return [*found, *crowd.recipients]


async def buys(market: Market, number: int, at: datetime, state: State = State.DELIVERED) -> None:
    """They bought something at that moment."""
    await market.bought(state, wish(buyer=account_of(UserId(number))), at=at)
