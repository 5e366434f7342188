"""What every story about a meter starts from: fixtures, a few policies, short ways to ask."""

from typing import Protocol

import pytest

from ....core.limits import (
    Admission,
    Answer,
    Concurrency,
    Demand,
    FixedWindow,
    Meter,
    Policy,
    Rate,
    StrictWindow,
)

SECOND = 1_000_000
YEAR_SECONDS = 366 * 24 * 3600
TASKS = 64

KEY = "user:42"

# All of them admit 5 at once and are done with that after a second, or half of one.
RATE = Rate(name="rate", count=10, seconds=1, burst=5)
FIXED = FixedWindow(name="fixed", limit=5, seconds=1)
STRICT = StrictWindow(name="strict", limit=5, seconds=1)
LEASE = Concurrency(name="lease", limit=5, seconds=1)

POLICIES: tuple[Policy, ...] = (RATE, FIXED, STRICT, LEASE)

every_policy = pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.kind)


class HandTicks(Protocol):
    """Microseconds that pass for a meter only when a test says so."""

    async def advance(self, microseconds: int) -> None:
        """Let so many pass, wherever the meter looks at its clock."""
        ...


@pytest.mark.asyncio
class Ground:
    """The two fixtures that whoever runs the contract overrides."""

    @pytest.fixture
    def clock(self) -> HandTicks:
        """A clock moved by hand; the meter looks at no other."""
        raise NotImplementedError("override the fixture `clock`")

    @pytest.fixture
    def meter(self) -> Meter:
        """A meter on that clock that has counted nothing yet."""
        raise NotImplementedError("override the fixture `meter`")


def only(admission: Admission) -> Answer:
    """Wait, remaining and full of the only demand."""
    (answer,) = admission.answers
    return answer


async def spent(meter: Meter, policy: Policy, cost: int = 1, key: str = KEY) -> Admission:
    """An admission, which must be one."""
    return await admitted(meter, (key, policy, cost))


async def admitted(meter: Meter, *demands: Demand) -> Admission:
    """An admission of a set, which must be one."""
    admission = await meter.admit(*demands)
    assert admission.admitted
    assert admission.wait == 0
    return admission


async def refused(meter: Meter, *demands: Demand) -> Admission:
    """A refusal of a set, which must be one."""
    admission = await meter.admit(*demands)
    assert not admission.admitted
    assert admission.wait > 0
    return admission


async def looked(meter: Meter, policy: Policy, cost: int = 1, key: str = KEY) -> Answer:
    """What would be answered."""
    return only(await meter.peek((key, policy, cost)))


async def free(meter: Meter, policy: Policy, key: str = KEY) -> int:
    """How much could be spent at once, found by asking for more and more."""
    cost = 0
    while cost < policy.most and (await meter.peek((key, policy, cost + 1))).admitted:
        cost += 1
    return cost


async def until_admitted(meter: Meter, clock: HandTicks, *demands: Demand) -> int:
    """Wait for as long as one is told; sooner it is refused, then it is admitted."""
    wait = (await refused(meter, *demands)).wait
    await clock.advance(wait - 1)
    assert (await refused(meter, *demands)).wait == 1
    await clock.advance(1)
    await admitted(meter, *demands)
    return wait
