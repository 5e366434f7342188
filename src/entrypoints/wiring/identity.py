"""People: who owns the shop, who keeps something about them, and the use cases over that."""

from dishka import Provider, Scope, provide

from ...core.broadcasts import Letters, TellLetters
from ...core.chats import Inbox, TellChats, Windows
from ...core.clock import Clock
from ...core.events import Outbox
from ...core.identity import (
    Audit,
    EraseUser,
    ExportUser,
    FindUser,
    Keepers,
    ListUsers,
    MoveByHand,
    MuteUser,
    OpenByHand,
    Owners,
    ReadTrail,
    ResumePaying,
    RetryByHand,
    SecondFactors,
    SeeUser,
    Sessions,
    SetRole,
    TellSessions,
    UserId,
    VerifyTrail,
)
from ...core.notifications import (
    Deliveries,
    Notifications,
    Preferences,
    TellNotifications,
    TellWebhooks,
    Webhooks,
)
from ...core.payments import (
    Payments,
    Refunds,
    Standings,
    TellPayments,
    TellRefunds,
    TellStandings,
)
from ...core.purchases import Purchases, TellPurchases
from ...core.safekeeping import BackUp, Desks, Export, Safe
from ...core.support import TellTickets, Tickets
from .settings import Settings


class Knowing(Provider):
    """Who is asking."""

    scope = Scope.APP

    @provide
    def owners(self, settings: Settings) -> Owners:
        """Those whom the setting names."""
        return Owners(frozenset(map(UserId, settings.owners)))

    @provide
    def keepers(
        self,
        settings: Settings,
        inbox: Inbox,
        windows: Windows,
        payments: Payments,
        refunds: Refunds,
        standings: Standings,
        purchases: Purchases,
        sessions: Sessions,
        factors: SecondFactors,
        webhooks: Webhooks,
        notifications: Notifications,
        preferences: Preferences,
        outbox: Outbox,
        deliveries: Deliveries,
        clock: Clock,
        tickets: Tickets,
        letters: Letters,
    ) -> Keepers:
        """Everybody who keeps something about people."""
        return Keepers(
            (
                TellChats(settings.telegram.bot, inbox, windows),
                TellPayments(payments),
                TellRefunds(refunds),
                TellStandings(standings),
                TellPurchases(purchases),
                TellSessions(sessions, factors, clock),
                TellWebhooks(webhooks, deliveries),
                TellNotifications(notifications, preferences, outbox, deliveries),
                TellTickets(tickets),
                TellLetters(letters),
            )
        )

    @provide
    def safe(self) -> Safe:
        """Files of this machine."""
        from ...adapters.archive import FileSafe  # few take backups

        return FileSafe()

    audit = provide(Audit)
    back_up = provide(BackUp)

    @provide
    def desks(self) -> Desks:
        """Folders of this machine."""
        from ...adapters.archive import FolderDesks

        return FolderDesks()

    export = provide(Export)
    resume_paying = provide(ResumePaying)
    read_trail = provide(ReadTrail)
    verify_trail = provide(VerifyTrail)
    see_user = provide(SeeUser)
    set_role = provide(SetRole)
    move_by_hand = provide(MoveByHand)
    open_by_hand = provide(OpenByHand)
    retry_by_hand = provide(RetryByHand)
    mute_user = provide(MuteUser)
    find_user = provide(FindUser)
    list_users = provide(ListUsers)
    export_user = provide(ExportUser)
    erase_user = provide(EraseUser)
