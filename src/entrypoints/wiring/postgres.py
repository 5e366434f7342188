"""The ports of storage, made real by PostgreSQL."""

from collections.abc import AsyncIterator

from dishka import Provider, Scope, provide

from ...adapters.postgres import (
    EVENTS,
    PostgresApiKeys,
    PostgresArrivals,
    PostgresAuditor,
    PostgresCampaigns,
    PostgresCheques,
    PostgresCursors,
    PostgresDeliveries,
    PostgresErrands,
    PostgresFooting,
    PostgresInbox,
    PostgresLeases,
    PostgresLedger,
    PostgresNotices,
    PostgresNotifications,
    PostgresOutbox,
    PostgresOutlays,
    PostgresPayments,
    PostgresPreferences,
    PostgresProbe,
    PostgresPurchases,
    PostgresRefunds,
    PostgresReputations,
    PostgresSchema,
    PostgresSecondFactors,
    PostgresSessions,
    PostgresShutters,
    PostgresStandings,
    PostgresStandstill,
    PostgresStore,
    PostgresTallies,
    PostgresTasks,
    PostgresTickets,
    PostgresTrail,
    PostgresUsers,
    PostgresVitals,
    PostgresWebhooks,
    PostgresWindows,
    open_bell,
    open_postgres,
)
from ...adapters.postgres.records import PostgresRecords
from ...adapters.postgres.safekeeping import PostgresVault
from ...core.balances import Auditor, Ledger
from ...core.bells import Bell
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
from ...core.schema import Schema
from ...core.standstill import Standstill
from ...core.support import Tickets
from ...core.tasks import Tasks
from ...core.transaction import Transaction
from ...core.wallets import Cheques, Outlays
from .news import News
from .secret import Secret


class PostgresStorage(Provider):
    """A server that many processes share."""

    scope = Scope.APP

    def __init__(self, url: Secret) -> None:
        super().__init__()
        self.url = url

    @provide
    async def store(self) -> AsyncIterator[PostgresStore]:
        """The open connections."""
        async with open_postgres(self.url.reveal()) as store:
            yield store

    @provide
    def transaction(self, store: PostgresStore) -> Transaction:
        """Several writes as one."""
        return store

    @provide
    def schema(self, store: PostgresStore) -> Schema:
        """The shape of the database."""
        return PostgresSchema(store)

    @provide
    def ledger(self, store: PostgresStore, clock: Clock) -> Ledger:
        """The balances."""
        return PostgresLedger(store, clock)

    @provide
    def records(self, store: PostgresStore) -> Records:
        """What is handed out."""
        return PostgresRecords(store)

    @provide
    def vault(self, store: PostgresStore) -> Vault:
        """What backups are made of."""
        return PostgresVault(store)

    @provide
    def standstill(self, store: PostgresStore) -> Standstill:
        """Whether money may go out."""
        return PostgresStandstill(store)

    @provide
    def outbox(self, store: PostgresStore) -> Outbox:
        """Events on their way out."""
        return PostgresOutbox(store)

    @provide
    async def news(self, store: PostgresStore) -> AsyncIterator[News]:
        """What wakes whoever watches, on a connection of its own."""
        async with open_bell(store, EVENTS) as bell:
            yield News(bell)

    @provide
    def users(self, store: PostgresStore) -> Users:
        """People who were seen."""
        return PostgresUsers(store)

    @provide
    def trail(self, store: PostgresStore) -> Trail:
        """What was done by hand."""
        return PostgresTrail(store)

    @provide
    def errands(self, store: PostgresStore) -> Errands:
        """What callers asked for under keys of theirs."""
        return PostgresErrands(store)

    @provide
    def tasks(self, store: PostgresStore) -> Tasks:
        """What has to be done."""
        return PostgresTasks(store)

    @provide
    async def bell(self, store: PostgresStore) -> AsyncIterator[Bell]:
        """What wakes whoever does tasks, on a connection of its own."""
        async with open_bell(store) as bell:
            yield bell

    @provide
    def leases(self, store: PostgresStore) -> Leases:
        """What only one may do."""
        return PostgresLeases(store)

    @provide
    def payments(self, store: PostgresStore) -> Payments:
        """What people were asked to pay."""
        return PostgresPayments(store)

    @provide
    def arrivals(self, store: PostgresStore) -> Arrivals:
        """What came."""
        return PostgresArrivals(store)

    @provide
    def notices(self, store: PostgresStore) -> Notices:
        """What providers told us."""
        return PostgresNotices(store)

    @provide
    def refunds(self, store: PostgresStore) -> Refunds:
        """What goes back."""
        return PostgresRefunds(store)

    @provide
    def standings(self, store: PostgresStore) -> Standings:
        """What people pay again and again."""
        return PostgresStandings(store)

    @provide
    def outlays(self, store: PostgresStore) -> Outlays:
        """Bills that our wallets pay."""
        return PostgresOutlays(store)

    @provide
    def cheques(self, store: PostgresStore) -> Cheques:
        """What they signed."""
        return PostgresCheques(store)

    @provide
    def purchases(self, store: PostgresStore) -> Purchases:
        """What is bought for somebody."""
        return PostgresPurchases(store)

    @provide
    def campaigns(self, store: PostgresStore) -> Campaigns:
        """What is bought much of."""
        return PostgresCampaigns(store)

    @provide
    def inbox(self, store: PostgresStore) -> Inbox:
        """What people told our bot."""
        return PostgresInbox(store)

    @provide
    def windows(self, store: PostgresStore) -> Windows:
        """What they see there."""
        return PostgresWindows(store)

    @provide
    def webhooks(self, store: PostgresStore) -> Webhooks:
        """Who is told of events."""
        return PostgresWebhooks(store)

    @provide
    def deliveries(self, store: PostgresStore) -> Deliveries:
        """What they are told."""
        return PostgresDeliveries(store)

    @provide
    def tickets(self, store: PostgresStore) -> Tickets:
        """What people ask us."""
        return PostgresTickets(store)

    @provide
    def shutters(self, store: PostgresStore) -> Shutters:
        """Who does not sell to us."""
        return PostgresShutters(store)

    @provide
    def notifications(self, store: PostgresStore) -> Notifications:
        """What people are told."""
        return PostgresNotifications(store)

    @provide
    def preferences(self, store: PostgresStore) -> Preferences:
        """What they prefer not to be."""
        return PostgresPreferences(store)

    @provide
    def cursors(self, store: PostgresStore) -> Cursors:
        """How far feeds were read."""
        return PostgresCursors(store)

    @provide
    def reputations(self, store: PostgresStore) -> Reputations:
        """How endpoints fared before this process."""
        return PostgresReputations(store)

    @provide
    def api_keys(self, store: PostgresStore) -> ApiKeys:
        """By which programs come in."""
        return PostgresApiKeys(store)

    @provide
    def sessions(self, store: PostgresStore) -> Sessions:
        """Who is signed in."""
        return PostgresSessions(store)

    @provide
    def second_factors(self, store: PostgresStore) -> SecondFactors:
        """By what they are sure."""
        return PostgresSecondFactors(store)

    @provide
    def auditor(self, store: PostgresStore) -> Auditor:
        """The proof of the books."""
        return PostgresAuditor(store)

    @provide
    def probe(self, store: PostgresStore) -> Probe:
        """How the server is."""
        return PostgresProbe(store)

    @provide
    def tallies(self, store: PostgresStore) -> Tallies:
        """What was counted."""
        return PostgresTallies(store)

    @provide
    def vitals(self, store: PostgresStore) -> Vitals:
        """What must not last."""
        return PostgresVitals(store)

    @provide
    def footing(self, store: PostgresStore) -> AskFooting:
        """What may be expected of it."""
        return PostgresFooting(store)
