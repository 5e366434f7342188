"""Writing to many: drafts, whoever steers them, and the one who sends."""

import os
import secrets

from dishka import Provider, Scope, provide

from ...core.broadcasts import (
    LEASE,
    Announcer,
    Broadcasts,
    ComposeBroadcast,
    CountAudience,
    GatherRecipients,
    Letters,
    SendBroadcasts,
    SendLetter,
    SteerBroadcast,
)
from ...core.clock import Clock
from ...core.events import Outbox
from ...core.identifiers import Identifiers
from ...core.identity import Users
from ...core.leases import Leases, Sole
from ...core.limits import Meter
from ...core.notifications import Pace, Preferences
from ...core.signals import Signals
from ...core.transaction import Transaction
from .telling import Speechless


class Broadcasting(Provider):
    """Saying one thing to many."""

    scope = Scope.APP

    @provide
    def announcer(self) -> Announcer:
        """Nobody here speaks with people; whoever does provides another one."""
        return Speechless()

    @provide
    def send_letter(
        self,
        broadcasts: Broadcasts,
        letters: Letters,
        users: Users,
        preferences: Preferences,
        announcer: Announcer,
        pace: Pace,
        meter: Meter,
        clock: Clock,
        signals: Signals,
    ) -> SendLetter:
        """One letter, by the time of the loop."""
        return SendLetter(
            broadcasts=broadcasts,
            letters=letters,
            users=users,
            preferences=preferences,
            announcer=announcer,
            pace=pace,
            meter=meter,
            clock=clock,
            signals=signals,
        )

    @provide
    def send(
        self,
        broadcasts: Broadcasts,
        letters: Letters,
        gather: GatherRecipients,
        send_letter: SendLetter,
        outbox: Outbox,
        transaction: Transaction,
        clock: Clock,
        identifiers: Identifiers,
        leases: Leases,
    ) -> SendBroadcasts:
        """All of them, as the only one who does."""
        holder = f"{os.getpid()}-{secrets.token_hex(8)}"
        return SendBroadcasts(
            broadcasts=broadcasts,
            letters=letters,
            gather=gather,
            send=send_letter,
            outbox=outbox,
            transaction=transaction,
            clock=clock,
            identifiers=identifiers,
            sole=Sole(leases=leases, name=LEASE, holder=holder),
        )

    compose = provide(ComposeBroadcast)
    count = provide(CountAudience)
    steer = provide(SteerBroadcast)
    gather = provide(GatherRecipients)
