"""Whether providers let us in."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

import pytest
from attrs import define, field

from altyn.adapters.memory import ManualClock
from altyn.core.errors import AltynError
from altyn.core.payments import (
    AskMethods,
    Condition,
    Gateways,
    Line,
    ProviderRefused,
    ProviderUnclear,
    Reply,
)
from tests.unit.payments_house import Scripted, usdt


@define(slots=False)
class Listing(Scripted):
    """One who lists what he has, or says why not."""

    no: AltynError | None = None
    asked: list[timedelta] = field(factory=list)

    async def lines(self, since: datetime, until: datetime) -> AsyncIterator[Sequence[Line]]:
        """As the port says."""
        self.asked.append(until - since)
        if self.no is not None:
            raise self.no
        for page in self.listed:
            yield page


@pytest.mark.parametrize(
    ("no", "reply"),
    [
        (None, Reply(Condition.ENABLED)),
        (
            ProviderUnclear("fake", "silence"),
            Reply(Condition.SILENT, "fake left us in doubt: silence"),
        ),
        (ProviderRefused("fake", "no"), Reply(Condition.MISCONFIGURED, "fake refused: no")),
    ],
    ids=str,
)
@pytest.mark.parametrize("lines", [0, 2])
async def test_each_is_asked_for_what_he_shows_to_us_alone(
    no: AltynError | None, reply: Reply, lines: int
) -> None:
    """His latest lines, be there any or not; what he says of others is their matter."""
    clock = ManualClock()
    line = Line(key="in-1", amount=usdt(1), at=clock.now())
    asked = Listing(clock, no=no, listed=[[line]] * lines)
    well = Listing(clock, method="well")
    said = await AskMethods(Gateways.these(asked, well), clock)()
    assert said == {"fake": reply, "well": Reply(Condition.ENABLED)}
    assert asked.asked == [timedelta(minutes=1)]


async def test_where_there_is_none_nobody_is_asked() -> None:
    """There is nothing to say."""
    assert await AskMethods(Gateways.these(), ManualClock())() == {}
