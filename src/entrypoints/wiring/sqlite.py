"""The ports of storage, made real by SQLite."""

from collections.abc import AsyncIterator
from pathlib import Path

from dishka import Provider, Scope, provide

from ...adapters.sqlite import (
    SqliteApiKeys,
    SqliteArrivals,
    SqliteAuditor,
    SqliteCampaigns,
    SqliteCheques,
    SqliteCursors,
    SqliteDeliveries,
    SqliteErrands,
    SqliteFooting,
    SqliteInbox,
    SqliteLeases,
    SqliteLedger,
    SqliteNotices,
    SqliteNotifications,
    SqliteOutbox,
    SqliteOutlays,
    SqlitePayments,
    SqlitePreferences,
    SqliteProbe,
    SqlitePurchases,
    SqliteRefunds,
    SqliteReputations,
    SqliteSchema,
    SqliteSecondFactors,
    SqliteSessions,
    SqliteShutters,
    SqliteStandings,
    SqliteStandstill,
    SqliteStore,
    SqliteTallies,
    SqliteTasks,
    SqliteTickets,
    SqliteTrail,
    SqliteUsers,
    SqliteVitals,
    SqliteWebhooks,
    SqliteWindows,
    open_sqlite,
)
from ...adapters.sqlite.records import SqliteRecords
from ...adapters.sqlite.safekeeping import SqliteVault
from ...adapters.sqlite.schema import MIGRATIONS
from ...core.balances import Auditor, Ledger
from ...core.bells import Bell, HandBell
from ...core.chats import Inbox, Windows
from ...core.clock import Clock
from ...core.errands import Errands
from ...core.events import Outbox
from ...core.health import AskFooting, Probe
from ...core.identity import ApiKeys, SecondFactors, Sessions, Trail, Users
from ...core.leases import Leases
from ...core.notifications import Deliveries, Notifications, Preferences, Webhooks
from ...core.oversight import Tallies, Vitals
from ...core.payments import Arrivals, Cursors, Notices, Payments, Refunds, Standings
from ...core.purchases import Campaigns, Purchases, Shutters
from ...core.resilience import Reputations
from ...core.safekeeping import Records, Vault
from ...core.schema import Schema, make_sure, migrations_in
from ...core.standstill import Standstill
from ...core.support import Tickets
from ...core.tasks import Tasks
from ...core.transaction import Transaction
from ...core.wallets import Cheques, Outlays
from .news import News


class SqliteStorage(Provider):
    """A file on this machine."""

    scope = Scope.APP

    def __init__(self, path: Path, *, create: bool) -> None:
        super().__init__()
        self.path = path
        self.create = create

    @provide
    async def store(self) -> AsyncIterator[SqliteStore]:
        """The open file; one that is not there is only created by those who will fill it."""
        if not self.create and not self.path.exists():
            make_sure(str(self.path.absolute()), migrations_in(MIGRATIONS), ())
        async with open_sqlite(self.path) as store:
            yield store

    @provide
    def transaction(self, store: SqliteStore) -> Transaction:
        """Several writes as one."""
        return store

    @provide
    def schema(self, store: SqliteStore) -> Schema:
        """The shape of the file."""
        return SqliteSchema(store)

    @provide
    def ledger(self, store: SqliteStore, clock: Clock) -> Ledger:
        """The balances."""
        return SqliteLedger(store, clock)

    @provide
    def happenings(self, store: SqliteStore) -> SqliteOutbox:
        """Events on their way out, and the bell that they ring."""
        return SqliteOutbox(store)

    @provide
    def records(self, store: SqliteStore) -> Records:
        """What is handed out."""
        return SqliteRecords(store)

    @provide
    def vault(self, store: SqliteStore) -> Vault:
        """What backups are made of."""
        return SqliteVault(store)

    @provide
    def standstill(self, store: SqliteStore) -> Standstill:
        """Whether money may go out."""
        return SqliteStandstill(store)

    @provide
    def outbox(self, happenings: SqliteOutbox) -> Outbox:
        """The same, as the port."""
        return happenings

    @provide
    def news(self, happenings: SqliteOutbox) -> News:
        """Rung within this process; events of other processes are found by looking."""
        return News(happenings.bell)

    @provide
    def users(self, store: SqliteStore) -> Users:
        """People who were seen."""
        return SqliteUsers(store)

    @provide
    def trail(self, store: SqliteStore) -> Trail:
        """What was done by hand."""
        return SqliteTrail(store)

    @provide
    def errands(self, store: SqliteStore) -> Errands:
        """What callers asked for under keys of theirs."""
        return SqliteErrands(store)

    @provide
    def here(self) -> HandBell:
        """Rung within this process; tasks of other processes are found by looking."""
        return HandBell()

    @provide
    def bell(self, here: HandBell) -> Bell:
        """What wakes whoever does tasks."""
        return here

    @provide
    def tasks(self, store: SqliteStore, clock: Clock, here: HandBell) -> Tasks:
        """What has to be done."""
        return SqliteTasks(store, clock, here)

    @provide
    def leases(self, store: SqliteStore, clock: Clock) -> Leases:
        """What only one may do."""
        return SqliteLeases(store, clock)

    @provide
    def payments(self, store: SqliteStore) -> Payments:
        """What people were asked to pay."""
        return SqlitePayments(store)

    @provide
    def arrivals(self, store: SqliteStore) -> Arrivals:
        """What came."""
        return SqliteArrivals(store)

    @provide
    def notices(self, store: SqliteStore) -> Notices:
        """What providers told us."""
        return SqliteNotices(store)

    @provide
    def refunds(self, store: SqliteStore) -> Refunds:
        """What goes back."""
        return SqliteRefunds(store)

    @provide
    def standings(self, store: SqliteStore) -> Standings:
        """What people pay again and again."""
        return SqliteStandings(store)

    @provide
    def outlays(self, store: SqliteStore) -> Outlays:
        """Bills that our wallets pay."""
        return SqliteOutlays(store)

    @provide
    def cheques(self, store: SqliteStore) -> Cheques:
        """What they signed."""
        return SqliteCheques(store)

    @provide
    def purchases(self, store: SqliteStore) -> Purchases:
        """What is bought for somebody."""
        return SqlitePurchases(store)

    @provide
    def campaigns(self, store: SqliteStore) -> Campaigns:
        """What is bought much of."""
        return SqliteCampaigns(store)

    @provide
    def inbox(self, store: SqliteStore) -> Inbox:
        """What people told our bot."""
        return SqliteInbox(store)

    @provide
    def windows(self, store: SqliteStore) -> Windows:
        """What they see there."""
        return SqliteWindows(store)

    @provide
    def webhooks(self, store: SqliteStore) -> Webhooks:
        """Who is told of events."""
        return SqliteWebhooks(store)

    @provide
    def deliveries(self, store: SqliteStore) -> Deliveries:
        """What they are told."""
        return SqliteDeliveries(store)

    @provide
    def tickets(self, store: SqliteStore) -> Tickets:
        """What people ask us."""
        return SqliteTickets(store)

    @provide
    def shutters(self, store: SqliteStore) -> Shutters:
        """Who does not sell to us."""
        return SqliteShutters(store)

    @provide
    def notifications(self, store: SqliteStore) -> Notifications:
        """What people are told."""
        return SqliteNotifications(store)

    @provide
    def preferences(self, store: SqliteStore) -> Preferences:
        """What they prefer not to be."""
        return SqlitePreferences(store)

    @provide
    def cursors(self, store: SqliteStore) -> Cursors:
        """How far feeds were read."""
        return SqliteCursors(store)

    @provide
    def reputations(self, store: SqliteStore) -> Reputations:
        """How endpoints fared before this process."""
        return SqliteReputations(store)

    @provide
    def api_keys(self, store: SqliteStore) -> ApiKeys:
        """By which programs come in."""
        return SqliteApiKeys(store)

    @provide
    def sessions(self, store: SqliteStore) -> Sessions:
        """Who is signed in."""
        return SqliteSessions(store)

    @provide
    def second_factors(self, store: SqliteStore) -> SecondFactors:
        """By what they are sure."""
        return SqliteSecondFactors(store)

    @provide
    def auditor(self, store: SqliteStore) -> Auditor:
        """The proof of the books."""
        return SqliteAuditor(store)

    @provide
    def probe(self, store: SqliteStore) -> Probe:
        """How the file is."""
        return SqliteProbe(store)

    @provide
    def tallies(self, store: SqliteStore) -> Tallies:
        """What was counted."""
        return SqliteTallies(store)

    @provide
    def vitals(self, store: SqliteStore) -> Vitals:
        """What must not last."""
        return SqliteVitals(store)

    @provide
    def footing(self, store: SqliteStore) -> AskFooting:
        """What may be expected of it."""
        return SqliteFooting(store)
