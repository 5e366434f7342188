"""What there is to do, over the ports of a container."""

from functools import partial
from typing import Final

from dishka import AsyncContainer

from ...core.balances import ExpireHolds
from ...core.broadcasts import SendBroadcasts
from ...core.identifiers import Identifiers
from ...core.leases import Leases
from ...core.notifications import (
    DeliverWebhooks,
    ExpireNotifications,
    RelayEvents,
    SendNotifications,
    Spoken,
)
from ...core.oversight import TellVitals
from ...core.payments import (
    Gateways,
    LapseStandings,
    PollPayments,
    PollRefunds,
    ReadFeed,
    ReadNotices,
    TieOutDays,
)
from ...core.purchases import LookForLate, PollCampaigns, PollPurchases, VisitSuppliers
from ...core.retention import ForgetOld
from ...core.standstill import Standstill, WhileItMoves
from ...core.tasks import CountTasks, Runner
from ...core.wallets import PollWallets, VisitWallets, Wallets
from ..wiring.news import News
from ..wiring.outlook import Outlook
from ..wiring.tending import Handlings
from ..wiring.tills import Tills
from .alone import Alone
from .looking import LookOutside
from .working import Chore, Worker

TIE_OUT_SECONDS: Final = 600.0
"""How often to look whether another day is over."""
LAPSE_SECONDS: Final = 60.0
FORGET_SECONDS: Final = 60.0
EXPIRE_SECONDS: Final = 5.0
COUNT_SECONDS: Final = 15.0
LATE_SECONDS: Final = 3600.0
LOOK_SECONDS: Final = 180.0
"""Nobody outside minds being asked so rarely, and a customer seldom comes before that."""


async def worker_of(container: AsyncContainer) -> Worker:
    """All the chores there are, and the tasks that this house knows how to do."""
    runner = await container.get(Runner) if await container.get(Handlings) else None
    return Worker(await chores_of(container), runner)


async def chores_of(container: AsyncContainer) -> tuple[Chore, ...]:
    """All that is to be done."""
    return (
        *await _of_payments(container),
        *await _of_purchases(container),
        *await _of_notifications(container),
        Chore("expiring holds", await container.get(ExpireHolds), EXPIRE_SECONDS),
        Chore("forgetting what is old", await _forgetting(container), FORGET_SECONDS),
        Chore("counting tasks", await container.get(CountTasks), COUNT_SECONDS),
        Chore("telling how we are", await container.get(TellVitals), COUNT_SECONDS),
    )


async def _forgetting(container: AsyncContainer) -> Alone:
    holder = str((await container.get(Identifiers))())
    return Alone(await container.get(Leases), "forgetting", holder, await container.get(ForgetOld))


async def _of_notifications(container: AsyncContainer) -> tuple[Chore, ...]:
    """Something always happens that somebody may want to know; people, where there are words."""
    relay, deliver = await container.get(RelayEvents), await container.get(DeliverWebhooks)
    expire = await container.get(ExpireNotifications)
    bell = (await container.get(News)).bell
    chores = [
        Chore("passing events on", relay, bell=bell.another()),
        Chore("telling webhooks", deliver),
        Chore("ending old news", expire, FORGET_SECONDS),
    ]
    if (await container.get(Spoken)).kinds:
        chores.append(Chore("telling people", await container.get(SendNotifications)))
        broadcasts = await container.get(SendBroadcasts)
        chores.append(Chore("sending broadcasts", broadcasts, leave=broadcasts.leave_off))
    return tuple(chores)


async def _of_purchases(container: AsyncContainer) -> tuple[Chore, ...]:
    """Nothing, where nothing can be paid; what was begun is gone on with, whoever sells by now."""
    if not (await container.get(Wallets)).names:
        return ()
    moves = partial(WhileItMoves, await container.get(Standstill))
    late = moves(await container.get(LookForLate))
    pay, go_on = moves(await container.get(PollWallets)), moves(await container.get(PollPurchases))
    bell = (await container.get(News)).bell
    look = LookOutside(
        await container.get(VisitSuppliers),
        await container.get(VisitWallets),
        await container.get(Outlook),
    )
    return (
        # One waits for the other, and every step of either is told.
        Chore("paying bills", pay, bell=bell.another()),
        Chore("going on with purchases", go_on, bell=bell.another()),
        Chore("stepping campaigns", moves(await container.get(PollCampaigns))),
        Chore("asking after what was given up", late, LATE_SECONDS),
        Chore("looking at suppliers and wallets", look, LOOK_SECONDS),
    )


async def _of_payments(container: AsyncContainer) -> tuple[Chore, ...]:
    """Nothing, where nobody can pay."""
    gateways = await container.get(Gateways)
    if not gateways.by_method:
        return ()
    read, poll = await container.get(ReadNotices), await container.get(PollPayments)
    refund, read_feed = await container.get(PollRefunds), await container.get(ReadFeed)
    tills, standstill = await container.get(Tills), await container.get(Standstill)
    # Apart from each other: a provider who hangs when he is asked of one thing delays no other.
    return (
        Chore("reading notices", read),
        Chore("asking about payments", poll),
        Chore("giving money back", WhileItMoves(standstill, refund)),
        Chore("letting subscriptions lapse", await container.get(LapseStandings), LAPSE_SECONDS),
        Chore("tying out", await container.get(TieOutDays), TIE_OUT_SECONDS),
        *(
            Chore(f"reading {each.name}", partial(read_feed, each), each.every_seconds)
            for each in gateways.feeds
        ),
        *(Chore("telling providers where we are", each) for each in tills.announce),
    )
