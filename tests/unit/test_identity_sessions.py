"""People sign in once, go on by refreshing, and are signed out: a stolen token is found out."""

import asyncio
import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from attrs import evolve, field, frozen

from altyn.adapters.memory import (
    ManualClock,
    ManualTicks,
    MemoryMeter,
    MemoryOutbox,
    MemorySecondFactors,
    MemorySessions,
    MemoryStore,
    MemoryTrail,
    MemoryUsers,
)
from altyn.core.identifiers import TimeOrdered
from altyn.core.identity import (
    COPY_SECONDS,
    AccessToken,
    AccessTokens,
    Audit,
    Caller,
    Ended,
    EndSessions,
    Launch,
    LaunchOver,
    LaunchUsed,
    ListSessions,
    NotAllowed,
    NotKnown,
    OpenWithAccessToken,
    Owners,
    Permission,
    Profile,
    RefreshSession,
    Role,
    SecondFactorMissing,
    SeeUser,
    Session,
    SessionId,
    SignedIn,
    SignIn,
    TellSessions,
    Token,
    UserId,
)
from altyn.core.identity.launch import AHEAD
from altyn.core.identity.launch import LIFE as LAUNCH_LIFE
from altyn.core.identity.session import IDLE, LIFE
from altyn.core.limits import SignInAttempts, TooOften
from altyn.entrypoints.testkit.access.ground import HOUR, NOON, TICK
from altyn.entrypoints.testkit.access.second_factors import second_factor
from altyn.entrypoints.testkit.access.sessions import digest

ANN, BOB, OWNER = UserId(42), UserId(43), UserId(7)
HOME = "192.0.2.1"
SECOND = timedelta(seconds=1)


@frozen
class Telegram:
    """Whose word is `42` and a name for the launch."""

    at: list[datetime] = field(factory=lambda: [NOON])

    def read(self, raw: str) -> Launch:
        user, _, name = raw.partition(" ")
        if not user.isdecimal():
            raise NotKnown("launch")
        profile = Profile(id=UserId(int(user)), name=f"user {user}")
        return Launch(profile=profile, at=self.at[0], digest=digest(raw + name))


@frozen
class House:
    """Sessions, and all that is done with them."""

    sessions: MemorySessions
    users: MemoryUsers
    outbox: MemoryOutbox
    trail: MemoryTrail
    clock: ManualClock
    ticks: ManualTicks
    telegram: Telegram
    tokens: AccessTokens
    sign_in: SignIn
    refresh: RefreshSession
    opens: OpenWithAccessToken
    list: ListSessions
    end: EndSessions

    def pass_time(self, time: timedelta) -> None:
        self.clock.moment += time
        self.ticks.advance(microseconds=time // TICK)

    async def came(self, launch: str = "42 a") -> SignedIn:
        return await self.sign_in(launch, "a phone", HOME)


KEYS: Mapping[str, bytes] = {"new": b"n" * 32, "old": b"o" * 32}


@pytest.fixture
def house() -> House:
    """Nobody is signed in, at noon."""
    store, clock, ticks = MemoryStore(), ManualClock(NOON), ManualTicks()
    sessions, users = MemorySessions(store), MemoryUsers(store)
    outbox, trail, telegram = MemoryOutbox(store), MemoryTrail(store), Telegram()
    tokens, attempts = AccessTokens(KEYS), SignInAttempts(MemoryMeter(ticks))
    ids = TimeOrdered(clock)
    return House(
        sessions=sessions,
        users=users,
        outbox=outbox,
        trail=trail,
        clock=clock,
        ticks=ticks,
        telegram=telegram,
        tokens=tokens,
        sign_in=SignIn(
            launches=telegram,
            see=SeeUser(users, Owners(frozenset({OWNER})), Audit(trail, clock), store),
            sessions=sessions,
            tokens=tokens,
            attempts=attempts,
            transaction=store,
            clock=clock,
            identifiers=ids,
        ),
        refresh=RefreshSession(
            sessions=sessions,
            tokens=tokens,
            attempts=attempts,
            outbox=outbox,
            transaction=store,
            clock=clock,
            identifiers=ids,
        ),
        opens=OpenWithAccessToken(tokens, sessions, users, attempts, clock, ticks),
        list=ListSessions(sessions, clock),
        end=EndSessions(sessions, Audit(trail, clock), store, clock),
    )


def signed(keys: Mapping[str, bytes] = KEYS) -> str:
    """An access token of Ann's."""
    return AccessTokens(keys).sign(AccessToken.of(ANN, SessionId(UUID(int=1)), NOON))


def test_what_was_signed_is_read() -> None:
    """To the second; until when somebody is sure too. By every key that is still known."""
    token = AccessToken.of(ANN, SessionId(UUID(int=1)), NOON + TICK, NOON + HOUR)
    assert token.issued_at == NOON.replace(microsecond=0)
    tokens = AccessTokens(KEYS)
    assert tokens.read(tokens.sign(token)) == token
    plain = evolve(token, sure_until=None)
    old = AccessTokens({"old": KEYS["old"]})
    assert tokens.read(old.sign(plain)) == plain
    assert old.read(tokens.sign(plain)) is None


def test_it_is_a_json_web_token() -> None:
    """As others could read it."""
    parts = signed().split(".")
    head, claims = [json.loads(base64.urlsafe_b64decode(part + "==")) for part in parts[:2]]
    assert head == {"alg": "HS256", "kid": "new", "typ": "at+jwt"}
    noon = int(NOON.timestamp())
    assert claims == {
        "iss": "altyn",
        "sub": "42",
        "sid": str(UUID(int=1)),
        "iat": noon,
        "exp": noon + 600,
    }


def forged(head: dict[str, str], signature: str = "") -> str:
    """What somebody without our keys can write, under a header of theirs."""
    _, claims, ours = signed().split(".")
    text = base64.urlsafe_b64encode(json.dumps(head, separators=(",", ":")).encode()).decode()
    return f"{text.rstrip('=')}.{claims}.{signature or ours}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "..",
        signed()[:-1],
        signed() + "=",
        signed() + ".",
        "x" + signed(),
        signed().replace(".", ".e30", 1),
        signed() + "\n",
        signed()[:-1] + "é",
        signed() + "a" * 1024,
        forged({"alg": "none", "kid": "new", "typ": "at+jwt"}),
        forged({"alg": "HS512", "kid": "new", "typ": "at+jwt"}),
        forged({"alg": "HS256", "kid": "old", "typ": "at+jwt"}),
        forged({"alg": "HS256", "kid": "nobody", "typ": "at+jwt"}),
        forged({"alg": "HS256", "kid": "new", "typ": "JWT"}),
        signed({"new": b"x" * 32}),
    ],
)
def test_what_was_not_signed_by_us_is_nothing(text: str) -> None:
    """Whatever it says of itself, even where the rest of it is ours."""
    assert AccessTokens(KEYS).read(text) is None


async def test_secrets_are_not_shown(house: House) -> None:
    """Neither keys nor tokens."""
    came = await house.came()
    shown = repr(came) + repr(house.tokens)
    for secret in (came.access, came.refresh.reveal().rpartition("_")[2], repr(KEYS["new"])):
        assert secret not in shown


async def test_a_launch_signs_in(house: House) -> None:
    """Who it is, is remembered; the session lasts for two weeks."""
    came = await house.came()
    assert came.session == await house.sessions.get(came.session.id)
    assert (came.session.user, came.session.device) == (ANN, "a phone")
    assert came.session.expires_at == NOON + IDLE
    assert (await house.users.get(ANN)).name == "user 42"
    guest = await house.opens(came.access, HOME)
    assert guest.session == came.session.id
    assert guest.caller == Caller(name="user:42", role=Role.CUSTOMER, user=ANN)
    assert came.expires_at == NOON.replace(microsecond=0) + timedelta(minutes=10)


async def test_a_launch_signs_in_once(house: House) -> None:
    """Whoever finds it afterwards has nothing."""
    await house.came()
    with pytest.raises(LaunchUsed):
        await house.came()
    await house.came("42 b")
    assert len(await house.sessions.of(ANN, NOON)) == 2


async def test_a_launch_is_of_now(house: House) -> None:
    """Within an hour, and clocks may differ by a minute."""
    for at in (NOON - LAUNCH_LIFE + TICK, NOON + AHEAD):
        house.telegram.at[0] = at
        await house.came(f"42 {at}")
    for at in (NOON - LAUNCH_LIFE, NOON + AHEAD + TICK):
        house.telegram.at[0] = at
        with pytest.raises(LaunchOver):
            await house.came(f"42 {at}")


async def test_guessers_are_told_to_wait(house: House) -> None:
    """Whatever they try to come in with, by their address."""
    tries = (
        lambda: house.sign_in("nobody", "", HOME),
        lambda: house.refresh("nothing", HOME),
        lambda: house.refresh(Token.fresh("rt").reveal(), HOME),
        lambda: house.opens("nothing", HOME),
        lambda: house.opens("something", HOME),
    )
    for each in tries:
        with pytest.raises(NotKnown):
            await each()
    for each in tries:
        with pytest.raises(TooOften):
            await each()


async def test_whoever_comes_in_is_no_guesser(house: House) -> None:
    """However many come from one address."""
    for number in range(8):
        came = await house.came(f"42 {number}")
        await house.refresh(came.refresh.reveal(), HOME)


async def test_a_session_goes_on(house: House) -> None:
    """As long as somebody comes within two weeks; after ninety days they sign in again."""
    came = await house.came()
    first = came.session
    for _ in range(LIFE // IDLE):
        house.pass_time(IDLE - TICK)
        came = await house.refresh(came.refresh.reveal(), HOME)
        assert came.session.id == first.id
        assert came.session.seen_at == house.clock.now()
        await house.opens(came.access, HOME)
    assert came.session.expires_at == first.began_at + LIFE
    house.clock.moment = first.began_at + LIFE
    with pytest.raises(NotKnown):
        await house.refresh(came.refresh.reveal(), HOME)
    assert list(await house.outbox.pending(9)) == []


async def test_whoever_stays_away_signs_in_again(house: House) -> None:
    """What they have opens nothing any more."""
    came = await house.came()
    house.pass_time(IDLE)
    with pytest.raises(NotKnown):
        await house.refresh(came.refresh.reveal(), HOME)


async def test_a_token_shown_twice_ends_the_session(house: House) -> None:
    """For the thief and for the robbed: it cannot be told which is which. It is told once."""
    came = await house.came()
    stolen = came.refresh.reveal()
    next = await house.refresh(stolen, HOME)
    for text in (stolen, next.refresh.reveal(), stolen):
        with pytest.raises(NotKnown):
            await house.refresh(text, HOME)
    assert (await house.sessions.get(came.session.id)).ended is Ended.REUSED
    (event,) = await house.outbox.pending(9)
    assert event.name == "session.reused"
    assert event.facts == {"session": str(came.session.id), "user": 42}
    house.pass_time(COPY_SECONDS * SECOND)
    for text in (came.access, next.access):
        with pytest.raises(NotKnown):
            await house.opens(text, HOME)


async def test_of_two_who_show_the_same_at_once_none_stays(house: House) -> None:
    """One may be answered, but nobody has a session afterwards."""
    came = await house.came()
    tries = (house.refresh(came.refresh.reveal(), HOME) for _ in "12")
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert {type(each) for each in answers} == {SignedIn, NotKnown}
    (won,) = [each for each in answers if isinstance(each, SignedIn)]
    with pytest.raises(NotKnown):
        await house.refresh(won.refresh.reveal(), HOME)
    assert list(await house.sessions.of(ANN, NOON)) == []
    assert len(await house.outbox.pending(9)) == 1


async def test_an_access_token_is_good_for_minutes(house: House) -> None:
    """Ten of them; afterwards it is nothing, and nobody is counted for it."""
    came = await house.came()
    house.pass_time(came.expires_at - NOON)
    for _ in range(9):
        with pytest.raises(NotKnown):
            await house.opens(came.access, HOME)
    house.pass_time(-TICK)
    await house.opens(came.access, HOME)


async def test_what_is_decided_about_people_is_seen_in_seconds(house: House) -> None:
    """Roles given and taken, and whom we do not listen to."""
    came = await house.came()
    await house.opens(came.access, HOME)
    await house.users.change(ANN, role=Role.OPERATOR)
    assert (await house.opens(came.access, HOME)).caller.role is Role.CUSTOMER
    house.pass_time(COPY_SECONDS * SECOND)
    caller = (await house.opens(came.access, HOME)).caller
    assert (caller.role, caller.sure) == (Role.OPERATOR, False)
    await house.users.change(ANN, muted=True)
    house.pass_time(COPY_SECONDS * SECOND)
    caller = (await house.opens(came.access, HOME)).caller
    assert not caller.may(Permission.SEE_OWN)


async def test_whoever_showed_more_is_sure_for_a_while(house: House) -> None:
    """As long as the token says, and not longer."""
    came = await house.came()
    token = AccessToken.of(ANN, came.session.id, NOON, NOON + 5 * SECOND)
    text = house.tokens.sign(token)
    assert (await house.opens(text, HOME)).caller.sure
    house.pass_time(5 * SECOND)
    assert not (await house.opens(text, HOME)).caller.sure


async def test_tokens_of_nobody_open_nothing(house: House) -> None:
    """Signed by us, of a session or a user that is not there."""
    came = await house.came()
    for token in (
        AccessToken.of(ANN, SessionId(UUID(int=1)), NOON),
        AccessToken.of(BOB, came.session.id, NOON),
    ):
        with pytest.raises(NotKnown):
            await house.opens(house.tokens.sign(token), HOME)


async def test_a_token_of_another_opens_nothing(house: House) -> None:
    """A session is of one user, whatever a token says."""
    came = await house.came()
    await house.came("43 b")
    text = house.tokens.sign(AccessToken.of(BOB, came.session.id, NOON))
    with pytest.raises(NotKnown):
        await house.opens(text, HOME)


def by(user: UserId, role: Role = Role.CUSTOMER) -> Caller:
    return Caller(name=f"user:{user}", role=role, user=user)


async def test_people_see_where_they_are_signed_in(house: House) -> None:
    """Others only when they may."""
    first, second = await house.came("42 a"), await house.came("42 b")
    await house.came("43 c")
    told: list[Session] = [second.session, first.session]
    for caller in (by(ANN), by(BOB, Role.SUPPORT), Caller.local()):
        assert list(await house.list(caller, ANN)) == told
    with pytest.raises(NotAllowed):
        await house.list(by(BOB), ANN)


async def test_people_sign_out(house: House) -> None:
    """Here, elsewhere, or everywhere; it is seen in seconds, and leaves no trail."""
    one, two, three = [await house.came(f"42 {name}") for name in "abc"]
    await house.end.leave(ANN, one.session.id)
    assert (await house.sessions.get(one.session.id)).ended is Ended.LEFT
    assert list(await house.end(by(ANN), ANN, but=three.session.id)) == [two.session.id]
    await house.opens(three.access, HOME)
    for each in (one, two):
        with pytest.raises(NotKnown):
            await house.opens(each.access, HOME)
        with pytest.raises(NotKnown):
            await house.refresh(each.refresh.reveal(), HOME)
    assert await house.trail.onward(9) == []


async def test_others_are_signed_out_by_those_who_may(house: House) -> None:
    """And that leaves a trail, unless there was nothing to end."""
    came = await house.came()
    for caller in (by(BOB), by(BOB, Role.OPERATOR)):
        with pytest.raises(NotAllowed):
            await house.end(caller, ANN)
    owner = by(BOB, Role.OWNER)
    for ended in ([came.session.id], []):
        assert list(await house.end(owner, ANN)) == ended
    (link,) = await house.trail.onward(9)
    assert (link.audited.who, link.audited.what) == ("user:43", "sessions.ended")
    assert (link.audited.about, link.audited.facts) == (
        "user:42",
        {"sessions": str(came.session.id)},
    )


def test_only_our_own_keys_make_sure() -> None:
    """Where others could sign, neither what we write nor what we read says so."""
    token = AccessToken.of(ANN, SessionId(UUID(int=1)), NOON, NOON + HOUR)
    ours, shared = AccessTokens(KEYS), AccessTokens(KEYS, vouches=False)
    for read in (shared.read(shared.sign(token)), shared.read(ours.sign(token))):
        assert read == evolve(token, sure_until=None)


async def test_owners_come_in_as_such(house: House) -> None:
    """Those whom the shop was set up with are owners as soon as they sign in."""
    came = await house.came("7 a")
    assert (await house.opens(came.access, HOME)).caller.role is Role.OWNER


async def test_what_is_kept_of_somebody_is_told_and_wiped(house: House) -> None:
    """Where they are signed in; erased, they are so nowhere, and nothing makes them sure."""
    await house.came()
    factors = MemorySecondFactors(house.sessions.store)
    await factors.put(second_factor())
    keeper = TellSessions(house.sessions, factors, house.clock)
    (row,) = [row async for row in keeper.told(ANN)]
    assert (row["device"], row["since"]) == ("a phone", NOON.isoformat())
    await keeper.wipe(ANN)
    assert [row async for row in keeper.told(ANN)] == []
    with pytest.raises(SecondFactorMissing):
        await factors.get(ANN)
