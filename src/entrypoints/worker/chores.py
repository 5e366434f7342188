"""What there is to do, over the ports of a container."""

from dishka import AsyncContainer

from ...core.payments import Gateways, PollPayments, ReadNotices
from .working import Chore


async def chores_of(container: AsyncContainer) -> tuple[Chore, ...]:
    """All that is to be done; nothing, where nobody can pay."""
    if not (await container.get(Gateways)).by_method:
        return ()
    read, poll = await container.get(ReadNotices), await container.get(PollPayments)
    # Apart from each other: a provider who hangs when he is asked of one thing delays no other.
    return Chore("reading notices", read), Chore("asking about payments", poll)
