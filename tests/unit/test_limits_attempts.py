"""Failed attempts are counted, however many guess at once; who succeeds begins anew."""

import asyncio

import pytest

from altyn.adapters.memory import ManualTicks, MemoryMeter
from altyn.core.limits import BY_ACCOUNT, BY_ADDRESS, FixedWindow, SignInAttempts, TooOften

ALICE, BOB = "alice", "bob"
HOME, AWAY = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def ticks() -> ManualTicks:
    """The meter's clock."""
    return ManualTicks()


@pytest.fixture
def attempts(ticks: ManualTicks) -> SignInAttempts:
    """With the limits they have by default."""
    return SignInAttempts(MemoryMeter(ticks))


async def fail(attempts: SignInAttempts, account: str, address: str, times: int = 1) -> None:
    """Attempts that do not succeed: nobody tells how they ended."""
    for _ in range(times):
        await attempts.begin(account, address)


async def succeed(attempts: SignInAttempts, account: str, address: str) -> None:
    """An attempt that does."""
    await attempts.succeeded(await attempts.begin(account, address))


async def refused(attempts: SignInAttempts, account: str, address: str) -> TooOften:
    """An attempt that may not be made."""
    with pytest.raises(TooOften) as often:
        await attempts.begin(account, address)
    return often.value


async def addresses(attempts: SignInAttempts, account: str, count: int) -> int:
    """How many of so many attempts, each from an address of its own, begin."""
    begun = 0
    for number in range(count):
        try:
            await attempts.begin(account, f"198.51.100.{number}")
        except TooOften:
            continue
        begun += 1
    return begun


def test_five_may_fail_in_five_minutes() -> None:
    """Of an account, and of an address."""
    for policy in (BY_ACCOUNT, BY_ADDRESS):
        assert (policy.limit, policy.seconds, policy.fails_closed) == (5, 300, True)


async def test_an_account_may_fail_five_times(attempts: SignInAttempts) -> None:
    """Wherever the attempts come from; others are not concerned."""
    assert await addresses(attempts, ALICE, 8) == 5
    assert (await refused(attempts, ALICE, HOME)).limit == "sign_in.account"
    assert await addresses(attempts, BOB, 1) == 1


async def test_an_address_may_fail_five_times(attempts: SignInAttempts) -> None:
    """Whichever accounts it tries; others are not concerned."""
    for number in range(5):
        await fail(attempts, f"account{number}", HOME)
    assert (await refused(attempts, ALICE, HOME)).limit == "sign_in.address"
    await fail(attempts, ALICE, AWAY)


async def test_the_first_failure_starts_the_window(
    attempts: SignInAttempts, ticks: ManualTicks
) -> None:
    """Five minutes after it, to the microsecond, one may try again; the last does not matter."""
    await fail(attempts, ALICE, HOME)
    ticks.advance(seconds=200)
    await fail(attempts, ALICE, HOME, times=4)
    assert (await refused(attempts, ALICE, HOME)).retry_after_seconds == 100
    ticks.advance(microseconds=99_999_999)
    assert (await refused(attempts, ALICE, HOME)).wait_microseconds == 1
    ticks.advance(microseconds=1)
    await fail(attempts, ALICE, HOME, times=5)
    await refused(attempts, ALICE, HOME)


async def test_a_refused_attempt_is_no_failure(
    attempts: SignInAttempts, ticks: ManualTicks
) -> None:
    """Neither of the account nor of the address; otherwise it would never end."""
    await fail(attempts, ALICE, HOME, times=5)
    for _ in range(5):
        await refused(attempts, ALICE, AWAY)
        await refused(attempts, BOB, HOME)
    await fail(attempts, BOB, AWAY, times=5)


async def test_of_many_at_once_five_begin(attempts: SignInAttempts) -> None:
    """Before any of them is known to have failed."""

    async def guess(number: int) -> bool:
        try:
            await attempts.begin(ALICE, f"address{number}")
        except TooOften:
            return False
        return True

    async with asyncio.TaskGroup() as group:
        guesses = [group.create_task(guess(number)) for number in range(64)]
    assert sum(task.result() for task in guesses) == 5


async def test_a_success_lets_the_account_begin_anew(attempts: SignInAttempts) -> None:
    """After four failures it is as if there had been none."""
    for number in range(4):
        await fail(attempts, ALICE, f"address{number}")
    await succeed(attempts, ALICE, HOME)
    assert await addresses(attempts, ALICE, 8) == 5


async def test_a_success_is_no_failure_of_the_address(attempts: SignInAttempts) -> None:
    """However many sign in from there."""
    for number in range(20):
        await succeed(attempts, f"account{number}", HOME)
    await fail(attempts, ALICE, HOME, times=5)
    await refused(attempts, BOB, HOME)


async def test_an_account_of_ones_own_does_not_clear_the_address(attempts: SignInAttempts) -> None:
    """Between guesses at others it gives back only itself."""
    for number in range(4):
        await fail(attempts, f"victim{number}", HOME)
        await succeed(attempts, "mallory", HOME)
    await fail(attempts, "victim4", HOME)
    assert (await refused(attempts, "victim5", HOME)).limit == "sign_in.address"


async def test_a_late_success_takes_nothing_from_the_next_window(
    attempts: SignInAttempts, ticks: ManualTicks
) -> None:
    """Of the address; the account begins anew whenever it succeeds."""
    slow = await attempts.begin(ALICE, HOME)
    ticks.advance(seconds=300)
    for number in range(4):
        await fail(attempts, f"account{number}", HOME)
    await fail(attempts, ALICE, AWAY, times=4)
    await attempts.succeeded(slow)
    await fail(attempts, ALICE, HOME)
    assert (await refused(attempts, BOB, HOME)).limit == "sign_in.address"
    await fail(attempts, ALICE, "192.0.2.3", times=4)


async def test_a_failure_beside_a_success_stays_one_of_the_address(
    attempts: SignInAttempts,
) -> None:
    """Two attempts under way at once are told apart."""
    mine = await attempts.begin(ALICE, HOME)
    await fail(attempts, BOB, HOME)
    await attempts.succeeded(mine)
    await fail(attempts, BOB, HOME, times=4)
    assert (await refused(attempts, ALICE, HOME)).limit == "sign_in.address"


async def test_an_account_named_like_an_address_is_none(attempts: SignInAttempts) -> None:
    """They are counted apart."""
    await fail(attempts, HOME, AWAY, times=5)
    await fail(attempts, ALICE, HOME, times=5)


async def test_other_limits_may_be_given(ticks: ManualTicks) -> None:
    """Two by account, three by address, in ten seconds."""
    attempts = SignInAttempts(
        MemoryMeter(ticks),
        FixedWindow(name="one", limit=2, seconds=10),
        FixedWindow(name="two", limit=3, seconds=20),
    )
    await fail(attempts, ALICE, HOME, times=2)
    assert (await refused(attempts, ALICE, HOME)).like(TooOften("one", 10_000_000))
    await fail(attempts, BOB, HOME)
    assert (await refused(attempts, BOB, HOME)).like(TooOften("two", 20_000_000))
