"""Programs come in with keys: what these open, until when, and what is remembered of them."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve, field, frozen

from altyn.adapters.memory import (
    ManualClock,
    ManualTicks,
    MemoryApiKeys,
    MemoryMeter,
    MemoryStore,
    MemoryTrail,
)
from altyn.core.clock import ZoneMissing
from altyn.core.identity import (
    COPY_SECONDS,
    OVERLAP,
    OVERLAP_MAX,
    ApiKey,
    ApiKeys,
    Audit,
    Caller,
    KeyEnded,
    KeyMade,
    KeyMissing,
    ListKeys,
    MakeKey,
    NotAllowed,
    NotKnown,
    NotSure,
    OpenWithKey,
    Permission,
    RevokeKey,
    Role,
    RotateKey,
    ScopesMissing,
    TermMalformed,
    Token,
    UserId,
)
from altyn.core.identity.copies import Copies
from altyn.core.limits import SignInAttempts, TooOften
from altyn.core.transaction import StorageUnreachable
from altyn.core.wording import MalformedText
from altyn.entrypoints.testkit.access.ground import HOUR, NOON, TICK
from altyn.entrypoints.testkit.access.keys import key

SEES = frozenset({Permission.SEE_OTHERS})
HOME, AWAY = "192.0.2.1", "192.0.2.2"
SECOND = timedelta(seconds=1)


@frozen
class Counting:
    """Keys, and how often somebody looked at them; they may be out of reach for a while."""

    kept: MemoryApiKeys
    looked: list[str] = field(factory=list)
    away: set[str] = field(factory=set)

    async def add(self, key: ApiKey) -> ApiKey:
        return await self.kept.add(key)

    async def get(self, public: str) -> ApiKey:
        self.looked.append(public)
        if "get" in self.away:
            raise StorageUnreachable("here", "away")
        await asyncio.sleep(0)
        return await self.kept.get(public)

    async def put(self, key: ApiKey) -> None:
        await self.kept.put(key)

    async def used(self, public: str, at: datetime) -> None:
        if "used" in self.away:
            raise StorageUnreachable("here", "away")
        await self.kept.used(public, at)

    async def all(self) -> Any:
        return await self.kept.all()


@frozen
class House:
    """Keys, and all that is done with them."""

    keys: Counting
    trail: MemoryTrail
    clock: ManualClock
    ticks: ManualTicks
    make: MakeKey
    rotate: RotateKey
    revoke: RevokeKey
    opens: OpenWithKey

    def pass_seconds(self, seconds: float) -> None:
        self.clock.advance(seconds=seconds)
        self.ticks.advance(seconds=seconds)


@pytest.fixture
def house() -> House:
    """No keys, at noon."""
    store, clock, ticks = MemoryStore(), ManualClock(NOON), ManualTicks()
    trail = MemoryTrail(store)
    audit = Audit(trail, clock)
    keys: ApiKeys = Counting(MemoryApiKeys(store))
    assert isinstance(keys, Counting)
    return House(
        keys,
        trail,
        clock,
        ticks,
        MakeKey(keys, audit, store, clock),
        RotateKey(keys, audit, store, clock),
        RevokeKey(keys, audit, store, clock),
        OpenWithKey(keys, SignInAttempts(MemoryMeter(ticks)), clock, ticks),
    )


LOCAL = Caller.local()
ANN = Caller(name="user:42", role=Role.OWNER, user=UserId(42), sure=True)


def test_tokens_are_read_as_they_were_written() -> None:
    """One kind is not another, nothing is added, and no two are alike."""
    token = Token.fresh("ak")
    text = token.reveal()
    assert Token.read("ak", text) == token
    for other in ("", text[:-1], f"{text}a", f" {text}", f"{text}\n", text.upper(), "ak__"):
        assert Token.read("ak", other) is None
    assert Token.read("rt", text) is None
    assert Token.fresh("ak").reveal() != text
    assert len(token.digest) == 32


def test_secrets_are_not_shown() -> None:
    """Neither by a token nor by what is kept of it."""
    token = Token.fresh("ak")
    secret = token.reveal().rpartition("_")[2]
    kept = key(public=token.public, digest=token.digest)
    for shown in (repr(token), str(token), repr(kept)):
        assert secret not in shown
        assert repr(token.digest) not in shown


def test_keys_are_checked() -> None:
    """A name is a line of text, moments have zones."""
    with pytest.raises(MalformedText):
        key(name="a\nb")
    with pytest.raises(ZoneMissing):
        key(expires_at=NOON.replace(tzinfo=None))


async def test_a_made_key_opens_what_it_was_made_for(house: House) -> None:
    """And nothing else, whoever shows it."""
    made = await house.make(LOCAL, "cash desk", SEES, NOON + HOUR)
    assert made.key == await house.keys.get(made.key.public)
    assert (made.key.made_by, made.key.made_at) == ("local", NOON)
    caller = await house.opens(made.token.reveal(), HOME)
    assert caller == made.key.caller
    assert (caller.name, caller.user) == (f"key:{made.key.public}", None)
    caller.must(Permission.SEE_OTHERS)
    caller.must_be_sure()
    for other in set(Permission) - SEES:
        with pytest.raises(NotAllowed):
            caller.must(other)


async def test_nobody_gives_what_they_have_not(house: House) -> None:
    """A key that makes keys makes none that opens more; others make none at all."""
    maker = Caller(name="key:x", role=Role.OWNER, user=None, scopes=SEES | {Permission.MANAGE_KEYS})
    made = await house.make(maker, "narrow", SEES)
    assert made.key.made_by == "key:x"
    with pytest.raises(NotAllowed):
        await house.make(maker, "wide", {Permission.REFUND})
    wide = await house.make(LOCAL, "wide", {Permission.REFUND})
    with pytest.raises(NotAllowed):
        await house.rotate(maker, wide.key.public)
    nobody = Caller(name="user:1", role=Role.OPERATOR, user=UserId(1), sure=True)
    for asked in (
        house.make(nobody, "mine", SEES),
        house.rotate(nobody, wide.key.public),
        house.revoke(nobody, wide.key.public),
    ):
        with pytest.raises(NotAllowed):
            await asked


async def test_of_one_id_there_is_one_key(house: House) -> None:
    """Asked for again it is there, whatever became of the first answer; nothing else is done."""
    once, taken_over = UUID(int=1), UUID(int=2)
    made = await house.make(LOCAL, "cash desk", SEES, id=once)
    with pytest.raises(KeyMade) as known:
        await house.make(LOCAL, "cash desk", SEES, id=once)
    assert known.value.public == made.key.public
    new = await house.rotate(LOCAL, made.key.public, timedelta(0), id=taken_over)
    with pytest.raises(KeyMade) as known:  # and not that the old one is over
        await house.rotate(LOCAL, made.key.public, timedelta(0), id=taken_over)
    assert known.value.public == new.key.public
    assert await house.opens(new.token.reveal(), HOME)
    assert len(await house.keys.all()) == len(await house.trail.page(9)) == 2


async def test_who_looks_after_keys_sees_them(house: House) -> None:
    """All of them; nobody else any."""
    made = await house.make(LOCAL, "cash desk", SEES)
    assert list(await ListKeys(house.keys)(LOCAL)) == [made.key]
    with pytest.raises(NotAllowed):
        await ListKeys(house.keys)(made.key.caller)


async def test_people_show_their_second_factor_first(house: House) -> None:
    """What was stolen from an owner makes no keys, and takes none away."""
    made = await house.make(ANN, "cash desk", SEES)
    unsure = Caller(name="user:42", role=Role.OWNER, user=UserId(42))
    for asked in (
        house.make(unsure, "mine", SEES),
        house.rotate(unsure, made.key.public),
        house.revoke(unsure, made.key.public),
    ):
        with pytest.raises(NotSure):
            await asked


async def test_a_key_is_for_something_and_for_a_while(house: House) -> None:
    """What opens nothing, or is over before it begins, is not made."""
    with pytest.raises(ScopesMissing):
        await house.make(LOCAL, "idle", frozenset())
    with pytest.raises(TermMalformed):
        await house.make(LOCAL, "late", SEES, NOON)
    assert list(await house.keys.all()) == []


async def test_the_old_key_is_good_while_the_new_one_takes_over(house: House) -> None:
    """For a day unless it is said otherwise, and never longer than it would have been."""
    old = await house.make(LOCAL, "cash desk", SEES, NOON + 2 * OVERLAP)
    new = await house.rotate(LOCAL, old.key.public, expires_at=NOON + 9 * OVERLAP)
    assert (new.key.name, new.key.scopes) == (old.key.name, old.key.scopes)
    assert (new.key.replaces, new.key.expires_at) == (old.key.public, NOON + 9 * OVERLAP)
    assert (await house.keys.get(old.key.public)).expires_at == NOON + OVERLAP
    await house.rotate(LOCAL, old.key.public, overlap=OVERLAP_MAX)
    assert (await house.keys.get(old.key.public)).expires_at == NOON + OVERLAP
    await house.opens(old.token.reveal(), HOME)
    house.pass_seconds(OVERLAP.total_seconds())
    with pytest.raises(NotKnown):
        await house.opens(old.token.reveal(), HOME)
    await house.opens(new.token.reveal(), HOME)


async def test_a_program_stays_who_it_is(house: House) -> None:
    """By whatever key of the chain it comes: nothing is done twice, or agreed to by itself."""
    old = await house.make(LOCAL, "cash desk", SEES)
    new = await house.rotate(LOCAL, old.key.public)
    newest = await house.rotate(LOCAL, new.key.public)
    callers = [await house.opens(each.token.reveal(), HOME) for each in (old, new, newest)]
    assert {caller.name for caller in callers} == {f"key:{old.key.public}"}
    other = await house.make(LOCAL, "cash desk", SEES)
    assert (await house.opens(other.token.reveal(), HOME)).name == f"key:{other.key.public}"


async def test_what_is_over_is_not_taken_over(house: House) -> None:
    """Whoever let it run out or took it away makes a new one; the rest is refused too."""
    made = await house.make(LOCAL, "cash desk", SEES)
    for wrong in (-TICK, OVERLAP_MAX + TICK):
        with pytest.raises(TermMalformed):
            await house.rotate(LOCAL, made.key.public, overlap=wrong)
    with pytest.raises(TermMalformed):
        await house.rotate(LOCAL, made.key.public, expires_at=NOON)
    await house.revoke(LOCAL, made.key.public)
    with pytest.raises(KeyEnded):
        await house.rotate(LOCAL, made.key.public)
    for asked in (house.rotate(LOCAL, "nobody"), house.revoke(LOCAL, "nobody")):
        with pytest.raises(KeyMissing):
            await asked


async def test_a_revoked_key_opens_nothing(house: House) -> None:
    """Seconds later wherever it was known, at once elsewhere; again changes nothing."""
    made = await house.make(LOCAL, "cash desk", SEES)
    text = made.token.reveal()
    await house.opens(text, HOME)
    revoked = await house.revoke(LOCAL, made.key.public)
    assert revoked.revoked_at == NOON
    house.pass_seconds(COPY_SECONDS)
    for opens in (house.opens, evolve(house.opens)):
        with pytest.raises(NotKnown):
            await opens(text, AWAY)
    assert (await house.revoke(LOCAL, made.key.public)).revoked_at == NOON


async def test_an_expired_key_opens_nothing_at_once(house: House) -> None:
    """Also where it was known a moment ago."""
    made = await house.make(LOCAL, "cash desk", SEES, NOON + SECOND)
    await house.opens(made.token.reveal(), HOME)
    house.pass_seconds(1)
    with pytest.raises(NotKnown):
        await house.opens(made.token.reveal(), HOME)


async def test_friends_are_remembered_for_seconds(house: House) -> None:
    """In which nobody asks the storage; the same public part with another secret is a stranger."""
    made = await house.make(LOCAL, "cash desk", SEES)
    text = made.token.reveal()
    for _ in range(100):
        await house.opens(text, HOME)
    assert len(house.keys.looked) == 1
    with pytest.raises(NotKnown):
        await house.opens(text[:-52] + "a" * 52, AWAY)
    await house.opens(text, HOME)
    assert len(house.keys.looked) == 2
    house.pass_seconds(COPY_SECONDS)
    await house.opens(text, HOME)
    await house.opens(text, HOME)
    assert len(house.keys.looked) == 3


async def test_many_at_once_are_one_attempt(house: House) -> None:
    """A program that starts with a hundred requests is no guesser."""
    made = await house.make(LOCAL, "cash desk", SEES)
    came = await asyncio.gather(*(house.opens(made.token.reveal(), HOME) for _ in range(100)))
    assert set(came) == {made.key.caller}
    assert len(house.keys.looked) == 1


async def test_guessers_are_told_to_wait(house: House) -> None:
    """By address, whatever they show; whoever is known there comes in all the same."""
    made = await house.make(LOCAL, "cash desk", SEES)
    await house.opens(made.token.reveal(), HOME)
    late = await house.make(LOCAL, "late", SEES)
    shown = ["", "no key", Token.fresh("ak").reveal(), Token.fresh("ak").reveal(), "кл"]
    for text in shown:
        with pytest.raises(NotKnown):
            await house.opens(text, HOME)
    for text in (*shown, late.token.reveal()):
        with pytest.raises(TooOften) as often:
            await house.opens(text, HOME)
        assert often.value.limit == "sign_in.address"
    house.pass_seconds(COPY_SECONDS)
    await house.opens(made.token.reveal(), HOME)
    await house.opens(late.token.reveal(), AWAY)


async def test_a_good_key_is_no_failure(house: House) -> None:
    """However many come from one address."""
    for number in range(12):
        made = await house.make(LOCAL, f"desk {number}", SEES)
        await house.opens(made.token.reveal(), HOME)


async def test_nobody_comes_in_unasked(house: House) -> None:
    """While the storage is away, those who were known a moment ago are; nobody else is."""
    made, other = [await house.make(LOCAL, name, SEES) for name in ("one", "other")]
    await house.opens(made.token.reveal(), HOME)
    house.keys.away.add("get")
    await house.opens(made.token.reveal(), HOME)
    house.pass_seconds(COPY_SECONDS)
    for each in (made, other):
        with pytest.raises(StorageUnreachable):
            await house.opens(each.token.reveal(), HOME)


async def test_the_last_use_is_noted_once_a_minute(house: House) -> None:
    """Nobody waits for that, and nobody is refused for it."""
    made = await house.make(LOCAL, "cash desk", SEES)

    async def used(after: float = COPY_SECONDS) -> datetime | None:
        house.pass_seconds(after)
        await house.opens(made.token.reveal(), HOME)
        await house.opens.settle()
        return (await house.keys.kept.get(made.key.public)).used_at

    house.keys.away.add("used")
    assert await used(0) is None
    house.keys.away.clear()
    first = NOON + COPY_SECONDS * SECOND
    assert await used() == first
    assert await used() == first
    assert await used(60) == first + 65 * SECOND


def test_only_so_many_are_remembered() -> None:
    """Where there is no room, the one that was read longest ago is forgotten."""
    ticks = ManualTicks()
    copies = Copies[str, int](ticks, most=2)
    for name, number in (("a", 1), ("b", 2), ("a", 3), ("c", 4)):
        copies.put(name, number, ticks())
    assert [copies.any(name) for name in "abc"] == [3, None, 4]
    ticks.advance(seconds=COPY_SECONDS)
    assert [copies.fresh(name) for name in "abc"] == [None, None, None]
    assert [copies.any(name) for name in "abc"] == [3, None, 4]


async def test_what_is_done_to_keys_leaves_a_trail(house: House) -> None:
    """Who did it, to which, and what it opens: no secret, and nothing for what changed nothing."""
    old = await house.make(LOCAL, "cash desk", SEES, NOON + HOUR)
    new = await house.rotate(ANN, old.key.public)
    for _ in "12":
        await house.revoke(LOCAL, old.key.public)
    trail = [link.audited for link in await house.trail.onward(9, after=0)]
    assert [(each.who, each.what, each.about) for each in trail] == [
        ("local", "key.made", f"key:{old.key.public}"),
        ("user:42", "key.rotated", f"key:{old.key.public}"),
        ("local", "key.revoked", f"key:{old.key.public}"),
    ]
    opening = {"name": "cash desk", "scopes": "see_others"}
    assert trail[0].facts == {**opening, "ends": str(NOON + HOUR)}
    assert trail[1].facts == {**opening, "ends": None, "successor": new.key.public}
