"""The contract of `core.identity.Users`."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from ....core.identity import Language, Role, User, UserId, UserMissing, Users
from ....core.transaction import Transaction
from ..stumbling import undone
from .ground import ANN, BOB, EVE, NOON, QUOTED, TICK, Ground, meanwhile, shown

HOUR = timedelta(hours=1)


async def come(users: Users, id: UserId = ANN, **other: Any) -> User:
    """They come at noon, and are known from then on."""
    return (await users.seen(shown(id, **other), NOON)).user


async def got(users: Users, transaction: Transaction, id: UserId) -> User:
    """The user, asked for in a transaction."""
    async with transaction():
        return await users.get(id)


async def all_owners(users: Users, transaction: Transaction) -> list[UserId]:
    """The owners, asked for in a transaction."""
    async with transaction():
        return [each.id for each in await users.owners()]


class UsersContract(Ground):
    """
    What everything that remembers people does. Subclass it in a test and override the fixtures
    `users` and `transaction`, both of one empty storage.
    """

    async def test_who_comes_first_is_new(self, users: Users) -> None:
        """All that Telegram tells is kept, moments to the tick, and who brought them."""
        at = NOON + 7 * TICK
        seen = await users.seen(shown(name=QUOTED), at, referrer=EVE)
        kept = User(
            id=ANN,
            name=QUOTED,
            username="Ann_Lee",
            language=Language.RU,
            since=at,
            seen_at=at,
            referrer=EVE,
        )
        assert (seen.user, seen.new) == (kept, True)
        again = await users.get(ANN)
        assert again == kept
        assert (type(again.role), type(again.language)) == (Role, Language)
        assert (type(again.muted), type(again.blocked)) == (bool, bool)
        assert again.seen_at.utcoffset() == again.since.utcoffset() == timedelta(0)

    async def test_nobody_brings_themselves(self, users: Users) -> None:
        """Then nobody brought them."""
        assert (await users.seen(shown(), NOON, referrer=ANN)).user.referrer is None
        assert (await users.get(ANN)).referrer is None

    async def test_who_brought_how_many_is_counted(self, users: Users) -> None:
        """Nobody twice; whoever was erased came by nobody."""
        assert await users.brought(EVE) == 0
        await users.seen(shown(), NOON, referrer=EVE)
        await users.seen(shown(), NOON + HOUR, referrer=EVE)
        await users.seen(shown(BOB), NOON, referrer=EVE)
        assert (await users.brought(EVE), await users.brought(ANN)) == (2, 0)
        await users.erase(ANN, NOON + HOUR)
        assert await users.brought(EVE) == 1

    async def test_who_comes_again_is_renewed(self, users: Users) -> None:
        """Name and username are those of now; what was chosen and decided stays."""
        await users.seen(shown(), NOON, referrer=EVE)
        was = await users.change(ANN, language=Language.RU, role=Role.SUPPORT, muted=True)
        profile = shown(name="Anna", username="", language=Language.EN)
        seen = await users.seen(profile, NOON + HOUR, referrer=BOB)
        assert not seen.new
        assert seen.user == evolve(was, name="Anna", username="", seen_at=NOON + HOUR)
        assert await users.get(ANN) == seen.user

    async def test_who_comes_again_is_blocked_no_longer(self, users: Users) -> None:
        """Whoever writes to us can be written to."""
        await come(users)
        assert (await users.change(ANN, blocked=True)).blocked
        assert not (await users.seen(shown(), NOON)).user.blocked
        assert not (await users.get(ANN)).blocked

    async def test_time_does_not_go_back(self, users: Users) -> None:
        """Who is told of late was seen later all the same; what they showed is kept."""
        await users.seen(shown(), NOON + HOUR)
        seen = await users.seen(shown(name="Late"), NOON)
        assert (seen.user.seen_at, seen.user.since) == (NOON + HOUR, NOON + HOUR)
        assert await users.get(ANN) == seen.user
        assert seen.user.name == "Late"

    async def test_who_was_never_seen_is_missing(self, users: Users) -> None:
        """They are neither found nor changed nor erased."""
        await come(users)
        with pytest.raises(UserMissing) as missing:
            await users.get(BOB)
        assert missing.value.facts == {"user": "43"}
        with pytest.raises(UserMissing):
            await users.change(BOB, muted=True)
        with pytest.raises(UserMissing):
            await users.erase(BOB, NOON)
        assert [each.id for each in await users.page(9)] == [ANN]

    async def test_somebody_is_found_by_username(self, users: Users) -> None:
        """However it is written; whoever has none is not found by nothing."""
        ann = await come(users)
        await come(users, BOB, username="")
        for written in ("Ann_Lee", "@ann_lee", "ANN_LEE"):
            assert await users.by_username(written) == ann
        for written in ("ann", "@", "", "ann_le_", "ann%lee", "аnn_lee"):
            with pytest.raises(UserMissing):
                await users.by_username(written)

    async def test_of_two_of_one_username_the_later_is_found(self, users: Users) -> None:
        """Names change hands, and whoever had it before may not have come since."""
        await users.seen(shown(EVE), NOON)
        await users.seen(shown(BOB), NOON + TICK)
        await users.seen(shown(ANN), NOON)
        assert (await users.by_username("ann_lee")).id == BOB
        await users.seen(shown(ANN), NOON + HOUR)
        assert (await users.by_username("ann_lee")).id == ANN

    async def test_users_are_paged_by_id(self, users: Users) -> None:
        """Each once, of any role or of one."""
        ids = [UserId(n) for n in (3, 1, 2**52 - 1, 10, 2)]
        for id in ids:
            await come(users, id)
        for id in (UserId(2), UserId(10)):
            await users.change(id, role=Role.SUPPORT)
        assert [each.id for each in await users.page(2)] == [1, 2]
        assert [each.id for each in await users.page(2, after=UserId(2))] == [3, 10]
        assert [each.id for each in await users.page(2**70, after=UserId(3))] == [10, 2**52 - 1]
        assert [each.id for each in await users.page(9, role=Role.SUPPORT)] == [2, 10]
        assert [each.id for each in await users.page(9, UserId(2), Role.SUPPORT)] == [10]
        assert list(await users.page(9, role=Role.OWNER)) == []

    async def test_owners_are_all_told(self, users: Users) -> None:
        """By id, and nobody else."""
        for id in (BOB, ANN, EVE):
            await come(users, id)
        assert list(await users.owners()) == []
        eve = await users.change(EVE, role=Role.OWNER)
        ann = await users.change(ANN, role=Role.OWNER)
        await users.change(BOB, role=Role.OPERATOR)
        assert list(await users.owners()) == [ann, eve]

    @pytest.mark.parametrize(
        "change",
        [
            *({"role": role} for role in Role),
            *({"language": language} for language in Language),
            *({"muted": muted} for muted in (True, False)),
            *({"blocked": blocked} for blocked in (True, False)),
            {"role": Role.OWNER, "muted": True, "language": Language.EN, "blocked": True},
            {},
        ],
    )
    async def test_what_is_named_is_changed(self, users: Users, change: dict[str, Any]) -> None:
        """Nothing else is, of nobody else."""
        await come(users)
        bob = await come(users, BOB)
        was = await users.change(ANN, role=Role.SUPPORT, muted=False, blocked=True)
        now = await users.change(ANN, **change)
        assert now == evolve(was, **change)
        assert await users.get(ANN) == now
        assert await users.get(BOB) == bob

    async def test_who_is_erased_is_a_number(self, users: Users) -> None:
        """All that is personal is wiped, and the role with it; nobody else is touched."""
        await users.seen(shown(), NOON, referrer=EVE)
        bob = await come(users, BOB)
        await users.change(ANN, role=Role.OPERATOR, muted=True, blocked=True)
        at = NOON + HOUR
        erased = await users.erase(ANN, at)
        assert erased == User(
            id=ANN, name="", muted=True, blocked=True, since=NOON, seen_at=NOON, erased_at=at
        )
        assert await users.get(ANN) == erased
        assert await users.by_username("ann_lee") == bob
        later = await users.erase(ANN, at + HOUR)
        assert later == evolve(erased, erased_at=at + HOUR)

    async def test_who_was_erased_and_comes_back_is_not_new(self, users: Users) -> None:
        """They show themselves again; an operator's no is as it was."""
        await users.seen(shown(), NOON, referrer=EVE)
        await users.change(ANN, muted=True, role=Role.SUPPORT)
        await users.erase(ANN, NOON + TICK)
        seen = await users.seen(shown(), NOON + HOUR, referrer=BOB)
        assert not seen.new
        assert seen.user == User(
            id=ANN,
            name="Ann",
            username="Ann_Lee",
            language=Language.RU,
            muted=True,
            since=NOON,
            seen_at=NOON + HOUR,
        )
        assert await users.get(ANN) == seen.user

    # Together

    async def test_a_transaction_keeps_all(self, users: Users, transaction: Transaction) -> None:
        """It sees its own writes, and then everybody does."""
        async with transaction():
            await come(users)
            user = await users.change(ANN, role=Role.OWNER)
            assert await users.get(ANN) == user
            assert list(await users.owners()) == [user]
        assert await users.get(ANN) == user

    async def test_an_undone_transaction_keeps_nothing(
        self, users: Users, transaction: Transaction
    ) -> None:
        """Who was changed is as they were, and who came is new again."""
        ann = await come(users)
        async with undone(transaction):
            await come(users, BOB)
            await users.change(ANN, muted=True)
            await users.erase(ANN, NOON)
        assert await users.get(ANN) == ann
        assert (await users.seen(shown(BOB), NOON)).new

    async def test_a_caught_error_does_not_end_the_transaction(
        self, users: Users, transaction: Transaction
    ) -> None:
        """Asking for what is missing harms nothing."""
        await come(users)
        async with transaction():
            with pytest.raises(UserMissing):
                await users.get(BOB)
            with pytest.raises(UserMissing):
                await users.change(BOB, muted=True)
            await users.change(ANN, muted=True)
        assert (await users.get(ANN)).muted

    async def test_who_got_them_in_a_transaction_has_them_alone(
        self, users: Users, transaction: Transaction
    ) -> None:
        """The second waits for the first to end, and sees what became of them."""
        ann = await come(users)
        for block, sees in ((undone, False), (None, True)):
            async with block(transaction) if block else transaction():
                assert await users.get(ANN) == ann
                second = await meanwhile(got(users, transaction, ANN))
                assert not second.done()
                await users.change(ANN, muted=True)
            assert (await second).muted is sees

    async def test_owners_are_so_until_the_end(
        self, users: Users, transaction: Transaction
    ) -> None:
        """Of two who take each other's role away the second sees what the first did."""
        for id in (ANN, BOB):
            await come(users, id)
            await users.change(id, role=Role.OWNER)
        async with transaction():
            assert [each.id for each in await users.owners()] == [ANN, BOB]
            second = await meanwhile(all_owners(users, transaction))
            assert not second.done()
            await users.change(ANN, role=Role.CUSTOMER)
        assert await second == [BOB]

    async def test_of_many_at_once_one_is_new(self, users: Users) -> None:
        """The same person is known once, whoever was told of them first."""
        seen = await asyncio.gather(*(users.seen(shown(), NOON + n * TICK) for n in range(8)))
        assert [each.new for each in seen].count(True) == 1
        assert (await users.get(ANN)).seen_at == NOON + 7 * TICK
        assert len(await users.page(9)) == 1
