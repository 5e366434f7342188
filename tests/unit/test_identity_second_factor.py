"""A second factor makes somebody sure for a while; each code counts once, and few are tried."""

import asyncio
import re
from base64 import b32decode
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from attrs import evolve, field, frozen

from altyn.adapters.memory import (
    ManualClock,
    ManualTicks,
    MemoryMeter,
    MemorySecondFactors,
    MemoryStore,
    MemoryTrail,
    MemoryUsers,
)
from altyn.core.identity import (
    AccessToken,
    AccessTokens,
    Audit,
    Caller,
    Enrolment,
    EnrolSecondFactor,
    HandOutSecondFactor,
    HasSecondFactor,
    NotAllowed,
    NotFresh,
    NothingVouches,
    NotKnown,
    NotSure,
    Profile,
    ResetSecondFactor,
    Role,
    SecondFactorMissing,
    SessionId,
    ShowSecondFactor,
    StepUp,
    UserId,
    UserMissing,
)
from altyn.core.identity.one_time import STEP_SECONDS, code_of, step_of
from altyn.core.identity.proving import FRESH_FOR, SURE_FOR
from altyn.core.limits import SignInAttempts, TooOften
from altyn.core.sealing import SealBroken
from altyn.entrypoints.testkit.access.ground import NOON, TICK

ANN = UserId(42)
HOME = "192.0.2.1"
STEP = timedelta(seconds=STEP_SECONDS)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """The vectors of RFC 6238, of which apps show six digits."""
    moment = datetime.fromtimestamp(seconds, UTC)
    assert code_of(b"12345678901234567890", step_of(moment)) == code


@frozen
class TurningSealer:
    """Seals by a number that goes up each time, and opens what is sealed about just that."""

    times: list[int] = field(factory=lambda: [0])

    def seal(self, plain: bytes, about: str) -> bytes:
        self.times[0] += 1
        return b"%d|%s|%s" % (self.times[0], about.encode(), plain[::-1])

    def open(self, sealed: bytes, about: str) -> bytes:
        _, whose, plain = sealed.split(b"|", 2)
        if whose != about.encode():
            raise SealBroken(about)
        return plain[::-1]


@frozen
class House:
    """Second factors, and all that is done with them."""

    factors: MemorySecondFactors
    trail: MemoryTrail
    clock: ManualClock
    ticks: ManualTicks
    enrol: EnrolSecondFactor
    show: ShowSecondFactor
    reset: ResetSecondFactor
    hand_out: HandOutSecondFactor
    users: MemoryUsers

    def pass_time(self, time: timedelta) -> None:
        self.clock.moment += time
        self.ticks.advance(microseconds=time // TICK)

    async def confirmed(self) -> Enrolment:
        """Somebody who has set up theirs; the code that confirmed it has counted."""
        enrolment = await self.enrol(ann(), NOON)
        await self.show(ann(), app(enrolment, self.clock.moment), HOME)
        self.pass_time(STEP)
        return enrolment

    async def told(self) -> list[tuple[str, str, str]]:
        links = [link.audited for link in await self.trail.onward(99)]
        return [(each.who, each.what, each.about) for each in links]


@pytest.fixture
def house() -> House:
    """Nobody has one, at noon."""
    store, clock, ticks = MemoryStore(), ManualClock(NOON), ManualTicks()
    factors, trail, sealer = MemorySecondFactors(store), MemoryTrail(store), TurningSealer()
    users = MemoryUsers(store)
    audit, attempts = Audit(trail, clock), SignInAttempts(MemoryMeter(ticks))
    return House(
        factors=factors,
        trail=trail,
        clock=clock,
        ticks=ticks,
        enrol=EnrolSecondFactor(factors, sealer, store, clock),
        show=ShowSecondFactor(factors, sealer, attempts, audit, store, clock),
        reset=ResetSecondFactor(factors, audit, store),
        hand_out=HandOutSecondFactor(factors, users, sealer, audit, store, clock),
        users=users,
    )


def ann(sure: bool = False) -> Caller:
    return Caller(name="user:42", role=Role.OPERATOR, user=ANN, sure=sure)


def app(enrolment: Enrolment, at: datetime) -> str:
    """What her app shows then."""
    return code_of(b32decode(enrolment.secret), step_of(at))


async def test_a_first_code_confirms(house: House) -> None:
    """Until then nothing counts; afterwards they are sure for five minutes."""
    enrolment = await house.enrol(ann(), NOON)
    with pytest.raises(NotKnown):
        await house.show(ann(), enrolment.recovery[0], HOME)
    until = await house.show(ann(), f" {app(enrolment, NOON)} ", HOME)
    assert until == NOON + SURE_FOR
    assert (await house.factors.get(ANN)).confirmed_at == NOON
    assert await house.told() == [("user:42", "factor.confirmed", "user:42")]


async def test_what_an_app_reads(house: House) -> None:
    """The secret, whose it is, and that it is of the usual kind."""
    enrolment = await house.enrol(ann(), NOON)
    read = urlsplit(enrolment.uri)
    assert (read.scheme, read.netloc, read.path) == ("otpauth", "totp", "/Altyn%3Auser%3A42")
    assert parse_qs(read.query) == {"secret": [enrolment.secret], "issuer": ["Altyn"]}
    assert len(b32decode(enrolment.secret)) == 20
    assert len(set(enrolment.recovery)) == 10
    assert all(re.fullmatch(r"([a-z2-7]{4}-){3}[a-z2-7]{4}", each) for each in enrolment.recovery)


async def test_secrets_are_kept_sealed_and_not_shown(house: House) -> None:
    """Neither of them is where it could be read; every use seals it anew."""
    enrolment = await house.confirmed()
    factor = await house.factors.get(ANN)
    assert factor.sealed.startswith(b"2|second factor of user:42|")
    shown = repr(enrolment) + repr(factor)
    for secret in (enrolment.secret, *enrolment.recovery, repr(factor.sealed)):
        assert secret not in shown


async def test_each_code_counts_once(house: House) -> None:
    """Also those before it: whoever read them over a shoulder has nothing."""
    enrolment = await house.confirmed()
    before = app(enrolment, house.clock.moment - STEP)
    now = app(enrolment, house.clock.moment)
    await house.show(ann(), now, HOME)
    for code in (now, before):
        with pytest.raises(NotKnown):
            await house.show(ann(), code, HOME)


async def test_of_two_who_show_the_same_at_once_one_is_sure(house: House) -> None:
    """Whoever is first."""
    enrolment = await house.confirmed()
    tries = (house.show(ann(), app(enrolment, house.clock.moment), HOME) for _ in "123")
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(each) for each in answers] == [datetime, NotKnown, NotKnown]


async def test_clocks_may_differ_by_half_a_minute(house: House) -> None:
    """Either way, and not more."""
    enrolment = await house.confirmed()
    house.pass_time(9 * STEP)
    for steps in (-2, 2):
        with pytest.raises(NotKnown):
            await house.show(ann(), app(enrolment, house.clock.moment + steps * STEP), HOME)
    for steps in (-1, 0, 1):
        await house.show(ann(), app(enrolment, house.clock.moment + steps * STEP), HOME)


async def test_codes_on_paper_count_once(house: House) -> None:
    """However they are typed; it leaves a trail of how many are left."""
    enrolment = await house.confirmed()
    first, second = enrolment.recovery[:2]
    await house.show(ann(), first, HOME)
    await house.show(ann(), second.upper().replace("-", " "), HOME)
    for used in (first, second):
        with pytest.raises(NotKnown):
            await house.show(ann(), used, HOME)
    assert len((await house.factors.get(ANN)).recovery) == 8
    assert (await house.told())[1:] == [("user:42", "factor.recovered", "user:42")] * 2


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "aaaa-bbbb-cccc-dddd", "١٢٣٤٥٦"]
)
async def test_what_is_no_code(house: House, code: str) -> None:
    """It is refused as a wrong one is."""
    await house.confirmed()
    with pytest.raises(NotKnown) as unknown:
        await house.show(ann(), code, HOME)
    assert unknown.value.like(NotKnown("code"))


async def test_few_are_tried(house: House) -> None:
    """Five wrong ones in five minutes, and a right one is not looked at either."""
    enrolment = await house.confirmed()
    for number in range(5):
        with pytest.raises(NotKnown):
            await house.show(ann(), "000000", f"192.0.2.{number + 9}")
    right = app(enrolment, house.clock.moment)
    with pytest.raises(TooOften):
        await house.show(ann(), right, HOME)
    house.pass_time(timedelta(minutes=5))
    await house.show(ann(), app(enrolment, house.clock.moment), HOME)


async def test_a_thief_sets_up_nothing(house: House) -> None:
    """A first factor is set up soon after coming in; another one by whoever has the first."""
    house.pass_time(FRESH_FOR)
    await house.enrol(ann(), NOON)
    house.pass_time(TICK)
    with pytest.raises(NotFresh):
        await house.enrol(ann(), NOON)
    enrolment = await house.enrol(ann(), house.clock.moment)
    await house.show(ann(), app(enrolment, house.clock.moment), HOME)
    with pytest.raises(NotSure):
        await house.enrol(ann(), house.clock.moment)
    anew = await house.enrol(ann(sure=True), NOON)
    house.pass_time(STEP)
    with pytest.raises(NotKnown):
        await house.show(ann(), app(enrolment, house.clock.moment), HOME)
    await house.show(ann(), app(anew, house.clock.moment), HOME)


async def test_programs_have_none(house: House) -> None:
    """And whoever has set up none shows none."""
    for asked in (
        house.enrol(Caller.local(), NOON),
        house.show(Caller.local(), "000000", HOME),
        house.show(ann(), "000000", HOME),
    ):
        with pytest.raises(SecondFactorMissing):
            await asked


async def test_a_lost_one_is_taken_away(house: House) -> None:
    """By whoever decides about people, who has to be sure; it leaves a trail."""
    await house.confirmed()
    owner = Caller(name="user:1", role=Role.OWNER, user=UserId(1))
    with pytest.raises(NotAllowed):
        await house.reset(ann(sure=True), ANN)
    with pytest.raises(NotSure):
        await house.reset(owner, ANN)
    await house.reset(Caller.local(), ANN)
    with pytest.raises(SecondFactorMissing):
        await house.reset(evolve(owner, sure=True), ANN)
    assert (await house.told())[1:] == [("local", "factor.reset", "user:42")]
    await house.enrol(ann(), house.clock.moment)


async def test_an_owner_hands_one_out(house: House) -> None:
    """To somebody who was seen and has none that counts; it counts from its first code on."""
    with pytest.raises(UserMissing):
        await house.hand_out(Caller.local(), ANN)
    await house.users.seen(Profile(id=ANN, name="Ann"), NOON)
    with pytest.raises(NotAllowed):
        await house.hand_out(ann(sure=True), ANN)
    owner = Caller(name="user:1", role=Role.OWNER, user=UserId(1))
    with pytest.raises(NotSure):
        await house.hand_out(owner, ANN)
    await house.hand_out(evolve(owner, sure=True), ANN)
    enrolment = await house.hand_out(Caller.local(), ANN)
    await house.show(ann(), app(enrolment, house.clock.moment), HOME)
    with pytest.raises(HasSecondFactor):
        await house.hand_out(Caller.local(), ANN)
    assert await house.told() == [
        ("user:1", "factor.handed_out", "user:42"),
        ("local", "factor.handed_out", "user:42"),
        ("user:42", "factor.confirmed", "user:42"),
    ]


async def test_a_token_says_that_somebody_is_sure(house: House) -> None:
    """After they have shown a code, and where nobody else could say so."""
    enrolment = await house.enrol(ann(), NOON)
    keys, session = {"new": bytes(32)}, SessionId(UUID(int=1))
    code = app(enrolment, NOON)
    nowhere = StepUp(house.show, AccessTokens(keys, vouches=False), house.clock)
    with pytest.raises(NothingVouches):
        await nowhere(ann(), session, code, HOME)
    sure = await StepUp(house.show, AccessTokens(keys), house.clock)(ann(), session, code, HOME)
    token = AccessTokens(keys).read(sure.access)
    assert token == AccessToken.of(ANN, session, NOON, sure.sure_until)
    assert sure.sure_until == NOON + SURE_FOR
    assert sure.access not in repr(sure)
