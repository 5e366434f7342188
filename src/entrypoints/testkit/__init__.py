"""
The test kit: what authors of adapters run to know that theirs are right.

- `ApiKeysContract`, `ArrivalsContract`, `AudienceContract`, `BellContract`, `BroadcastsContract`,
  `CacheContract`, `CampaignsContract`, `ChequesContract`, `CursorsContract`, `DeliveriesContract`,
  `ErrandsContract`, `GatewayContract`, `InboxContract`, `LeasesContract`, `LedgerContract`,
  `LettersContract`, `MessengerContract`, `MeterContract`, `NoticesContract`,
  `NotificationsContract`, `OutboxBellContract`, `OutboxContract`, `OutlaysContract`,
  `PaymentsContract`, `PreferencesContract`, `PurchasesContract`, `RefundsContract`,
  `ReputationsContract`, `SealerContract`, `SecondFactorsContract`, `SessionsContract`,
  `SharedTripsContract`, `ShowcaseContract`, `ShuttersContract`, `StandingsContract`,
  `StandstillContract`, `SupplierContract`, `TalliesContract`, `TasksContract`, `TicketsContract`,
  `TrailContract`, `UsersContract`, `VitalsContract`, `WalletContract`, `WebhooksContract`,
  `WindowsContract`: classes of tests, one for each port. Subclass one in a test module and override
  its fixtures.
- `LedgerMachine`: a hypothesis state machine that plays any history on a ledger and on a
  `LedgerModel`. Subclass it, override `opened`, and collect its `TestCase`. `LimitsMachine` is the
  same for a meter and its `LimitsModel`, `TasksMachine` for tasks.
- `Recorder`: a tracer that keeps what it is told as `RecordedSpan`s.
- `VirtualLoop`, `run_virtually`: time that passes at once, for stories full of waiting.
- `CommandSource`, `command_sources`: random commands for batches of any size, refusals,
  repetitions and reused ids among them; `agree` compares the verdicts of two ledgers.
"""

import pytest

# Before the modules come in, so that their bare asserts explain themselves.
pytest.register_assert_rewrite(
    f"{__name__}.access",
    f"{__name__}.breakers",
    f"{__name__}.broadcasts",
    f"{__name__}.cache",
    f"{__name__}.chats",
    f"{__name__}.errands",
    f"{__name__}.gateway",
    f"{__name__}.leases",
    f"{__name__}.identity",
    f"{__name__}.ledger",
    f"{__name__}.ledger_machine",
    f"{__name__}.limits",
    f"{__name__}.limits_machine",
    f"{__name__}.notifications",
    f"{__name__}.outbox",
    f"{__name__}.oversight",
    f"{__name__}.standstill",
    f"{__name__}.payments",
    f"{__name__}.purchases",
    f"{__name__}.reputation",
    f"{__name__}.showcase",
    f"{__name__}.stumbling",
    f"{__name__}.tasks",
    f"{__name__}.tasks_machine",
    f"{__name__}.tickets",
    f"{__name__}.wallet",
    f"{__name__}.supplier",
    f"{__name__}.wallets",
    f"{__name__}.vitals",
)

from .access import (  # noqa: E402
    ApiKeysContract,
    SecondFactorsContract,
    SessionsContract,
)
from .breakers import SharedTripsContract  # noqa: E402
from .broadcasts import (  # noqa: E402
    AudienceContract,
    BroadcastsContract,
    LettersContract,
)
from .cache import CacheContract, Passing  # noqa: E402
from .chats import InboxContract, WindowsContract  # noqa: E402
from .errands import ErrandsContract  # noqa: E402
from .gateway import (  # noqa: E402
    Call,
    GatewayContract,
    House,
    NotPayable,
    Outside,
    Told,
    Trait,
    Trouble,
)
from .identity import TrailContract, UsersContract  # noqa: E402
from .leases import LeasesContract  # noqa: E402
from .ledger import HandClock, LedgerContract  # noqa: E402
from .ledger_commands import CommandSource, command_sources  # noqa: E402
from .ledger_machine import LedgerMachine, agree  # noqa: E402
from .ledger_model import LedgerModel  # noqa: E402
from .limits import HandTicks, MeterContract  # noqa: E402
from .limits_machine import LimitsMachine  # noqa: E402
from .limits_model import LimitsModel  # noqa: E402
from .notifications import (  # noqa: E402
    DeliveriesContract,
    FakeMessenger,
    FakeSealer,
    Mailbox,
    MessengerContract,
    NotificationsContract,
    PreferencesContract,
    SealerContract,
    WebhooksContract,
    notification,
)
from .outbox import OutboxContract  # noqa: E402
from .outbox_bell import OutboxBellContract  # noqa: E402
from .oversight import TalliesContract  # noqa: E402
from .payments import (  # noqa: E402
    ArrivalsContract,
    CursorsContract,
    NoticesContract,
    PaymentsContract,
    RefundsContract,
    StandingsContract,
)
from .purchases import (  # noqa: E402
    CampaignsContract,
    PurchasesContract,
    ShuttersContract,
)
from .reputation import ReputationsContract  # noqa: E402
from .showcase import OnShow, ShowcaseContract  # noqa: E402
from .spans import RecordedSpan, Recorder  # noqa: E402
from .standstill import StandstillContract  # noqa: E402
from .supplier import SupplierContract  # noqa: E402
from .tasks import BellContract, TasksContract  # noqa: E402
from .tasks_machine import TasksMachine  # noqa: E402
from .tickets import TicketsContract  # noqa: E402
from .virtual import Deadlock, VirtualLoop, run_virtually  # noqa: E402
from .vitals import VitalsContract  # noqa: E402
from .wallet import WalletContract  # noqa: E402
from .wallets import ChequesContract, OutlaysContract  # noqa: E402

__all__ = [
    "ApiKeysContract",
    "ArrivalsContract",
    "AudienceContract",
    "BellContract",
    "BroadcastsContract",
    "CacheContract",
    "Call",
    "CampaignsContract",
    "ChequesContract",
    "CommandSource",
    "CursorsContract",
    "Deadlock",
    "DeliveriesContract",
    "ErrandsContract",
    "FakeMessenger",
    "FakeSealer",
    "GatewayContract",
    "HandClock",
    "HandTicks",
    "House",
    "InboxContract",
    "LeasesContract",
    "LedgerContract",
    "LedgerMachine",
    "LedgerModel",
    "LettersContract",
    "LimitsMachine",
    "LimitsModel",
    "Mailbox",
    "MessengerContract",
    "MeterContract",
    "NotPayable",
    "NoticesContract",
    "NotificationsContract",
    "OnShow",
    "OutboxBellContract",
    "OutboxContract",
    "OutlaysContract",
    "Outside",
    "Passing",
    "PaymentsContract",
    "PreferencesContract",
    "PurchasesContract",
    "RecordedSpan",
    "Recorder",
    "RefundsContract",
    "ReputationsContract",
    "SealerContract",
    "SecondFactorsContract",
    "SessionsContract",
    "SharedTripsContract",
    "ShowcaseContract",
    "ShuttersContract",
    "StandingsContract",
    "StandstillContract",
    "SupplierContract",
    "TalliesContract",
    "TasksContract",
    "TasksMachine",
    "TicketsContract",
    "Told",
    "TrailContract",
    "Trait",
    "Trouble",
    "UsersContract",
    "VirtualLoop",
    "VitalsContract",
    "WalletContract",
    "WebhooksContract",
    "WindowsContract",
    "agree",
    "command_sources",
    "notification",
    "run_virtually",
]
