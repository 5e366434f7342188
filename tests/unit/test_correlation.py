"""What is being worked on is known to everything that happens meanwhile, and to nothing else."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from altyn.core.correlation import concerning, concerns, henceforth


async def test_inside_and_outside() -> None:
    """Inside the block it is about these, the inner ones too; after it about what it was before."""
    assert dict(concerns()) == {}
    with concerning(payment=1, method="stars"):
        with suppress(ValueError), concerning(payment=2):
            assert dict(concerns()) == {"payment": "2", "method": "stars"}
            raise ValueError
        assert dict(concerns()) == {"payment": "1", "method": "stars"}
    assert dict(concerns()) == {}


async def test_tasks_are_about_what_they_began_with() -> None:
    """A task knows what it was begun about, and tells nobody beside it what it is about itself."""

    async def work(id: int) -> Mapping[str, str]:
        henceforth(update=id)
        await asyncio.sleep(0)
        return concerns()

    with concerning(request="one"):
        both = await asyncio.gather(work(1), work(2))
    assert list(both) == [{"request": "one", "update": "1"}, {"request": "one", "update": "2"}]
    assert dict(concerns()) == {}
