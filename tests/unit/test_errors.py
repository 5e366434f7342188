"""Every refusal has a family, a stable code, its facts, and one line of words."""

import gc
import json
import pkgutil
from datetime import UTC, datetime
from importlib import import_module
from uuid import UUID

import pytest
from attrs import define, fields

import altyn.core
from altyn.core.amounts import AmountAmbiguous
from altyn.core.balances import (
    AccountDiffers,
    AccountMissing,
    AssetDiffers,
    CeilingReached,
    HoldClosed,
    HoldElsewhere,
    HoldExceeded,
    HoldId,
    HoldLate,
    HoldMissing,
    HoldNotDue,
    HoldReused,
    HoldState,
    InsufficientFunds,
    LimitsBroken,
    LimitsCrossed,
    MalformedText,
    NotAMovement,
    NothingOpen,
    NotOpposite,
    OverCorrected,
    SameAccount,
    TransferId,
    TransferMissing,
    TransferReused,
    account_name,
    facts_of,
    refusal_of,
)
from altyn.core.broadcasts import (
    AnnouncementMalformed,
    BroadcastMissing,
    BroadcastMoved,
    BroadcastReused,
    LetterMoved,
)
from altyn.core.chats import LinkForged, UpdateMissing, UpdateMoved, WindowMalformed, WindowMoved
from altyn.core.clock import MalformedInstant, ZoneMissing
from altyn.core.errands import ErrandUnderWay, IdempotencyKeyReused
from altyn.core.errors import AltynError, Conflict, Missing, Refused, Unavailable
from altyn.core.events import EventMissing, EventNotStuck
from altyn.core.identifiers import MalformedId
from altyn.core.identity import (
    HasSecondFactor,
    KeyEnded,
    KeyMade,
    KeyMissing,
    LastOwner,
    LaunchOver,
    LaunchUsed,
    MalformedUser,
    NamedOwner,
    NotAllowed,
    NotFresh,
    NothingVouches,
    NotKnown,
    NotSure,
    Outranked,
    ScopesMissing,
    SecondFactorMissing,
    SessionMissing,
    SignInOff,
    TermMalformed,
    UserMissing,
)
from altyn.core.lane import TooManyWaiting
from altyn.core.leases import LeaseLost
from altyn.core.limits import (
    CostMalformed,
    CostNever,
    DemandsMalformed,
    KeyMalformed,
    MeterAway,
    MeterFull,
    PolicyMalformed,
    RuleUnknown,
    SubjectMissing,
    TooOften,
)
from altyn.core.money import (
    RUB,
    XTR,
    AmountTooLarge,
    Asset,
    AssetsMixed,
    MalformedAmount,
    MalformedAsset,
    MalformedPercent,
    Money,
    NotPositive,
    NotShares,
    NotWhole,
    TooManyDecimals,
    UnknownAsset,
)
from altyn.core.notifications import (
    AddressRefused,
    DeliveryMissing,
    DeliveryMoved,
    KindMalformed,
    KindUnworded,
    NotificationMissing,
    NotificationMoved,
    RecipientGone,
    TooFarBehind,
    TooManyWebhooks,
    WebhookMalformed,
    WebhookMissing,
    WebhookMoved,
)
from altyn.core.payments import (
    AmountOutOfBounds,
    ArrivalMissing,
    ArrivalMoved,
    AssetNotTaken,
    CursorMoved,
    FeedStuck,
    InvoiceMissing,
    ListMissing,
    MethodForbidden,
    MethodUnknown,
    NotCancellable,
    NothingHeld,
    NothingUnresolved,
    NoticeForged,
    NoticeMissing,
    NoticeUnconfirmed,
    NoticeUnreadable,
    NotRenewable,
    NotReturnable,
    OwnApproval,
    PaymentMissing,
    PaymentMoved,
    PaymentReused,
    ProviderRefused,
    ProviderUnclear,
    QuoteMixed,
    RefundMissing,
    RefundMoved,
    RefundReused,
    RuleNotKept,
    StandingMissing,
    StandingReused,
    TooMuchBack,
)
from altyn.core.purchases import (
    CampaignMissing,
    CampaignMoved,
    CampaignReused,
    LaneTaken,
    NotForHouse,
    NotForSale,
    NotPaidFor,
    PlanMalformed,
    PriceRose,
    PurchaseMissing,
    PurchaseMoved,
    PurchaseReused,
    QuoteExpired,
    RateMalformed,
    RateUnknown,
    RecipientChanged,
    RecipientRefused,
    SupplierClosed,
    SupplierRefused,
    SupplierUnclear,
    SupplierUnknown,
    TooLateToCancel,
)
from altyn.core.resilience import (
    CacheUnreachable,
    CircuitOpen,
    MisdeclaredOperation,
    MisjudgedProfile,
    NoCandidate,
    NotExecuted,
    OutOfBounds,
    SharingAway,
    TurnedAway,
    UnknownOperation,
    UnknownProfile,
    WaitedTooLong,
)
from altyn.core.safekeeping import BackupRefused, BooksBroken, RestoreRefused
from altyn.core.schema import SchemaAhead, SchemaBehind, SchemaChanged
from altyn.core.sealing import NothingSeals, SealBroken
from altyn.core.standstill import StandsStill
from altyn.core.support import TicketMissing, TicketMoved, TooManyTickets
from altyn.core.tasks import ClaimLost, MalformedFacts, TaskMissing, TaskNotDead, TaskReused
from altyn.core.transaction import (
    StorageBroken,
    StorageBusy,
    StorageUnreachable,
    StorageUnwritable,
)
from altyn.core.wallets import (
    BillRefused,
    BillTooLarge,
    ChequeAlive,
    ChequebookMoved,
    ChequeMissing,
    ChequeMoved,
    ChequeOpen,
    NotABill,
    NotItsBills,
    OutlayDoubled,
    OutlayMissing,
    OutlayMoved,
    OutlayReused,
    SpentForToday,
    WalletPoor,
    WalletUnclear,
    WalletUnknown,
)

ALICE = account_name("user:alice")
ID = UUID("01234567-89ab-7def-8123-456789abcdef")
TRANSFER, HOLD = TransferId(ID), HoldId(ID)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ONE, TWO = Money(1, XTR), Money(250, RUB)

TABLE: dict[str, tuple[type[AltynError], AltynError, str]] = {
    "account_differs": (
        Conflict,
        AccountDiffers(ALICE, "XTR"),
        "user:alice has a XTR account already, with other limits",
    ),
    "account_missing": (Missing, AccountMissing(ALICE, "XTR"), "user:alice has no XTR account"),
    "address_refused": (
        Refused,
        AddressRefused("shop.example", "10.0.0.1 is private"),
        "nothing is sent to shop.example: 10.0.0.1 is private",
    ),
    "amount_out_of_bounds": (
        Refused,
        AmountOutOfBounds("heleket", ONE, Money(2, XTR), Money(9, XTR)),
        "heleket takes from 2 XTR to 9 XTR, not 1 XTR",
    ),
    "amount_ambiguous": (
        Refused,
        AmountAmbiguous("1,000", ("1000", "1")),
        "'1,000' can be read in two ways: write 1000 or 1",
    ),
    "amount_too_large": (
        Refused,
        AmountTooLarge(2**63, XTR),
        "9223372036854775808 smallest units of XTR do not fit into 64 bits",
    ),
    "arrival_missing": (
        Missing,
        ArrivalMissing("heleket", "a\n"),
        r"nothing came by heleket under 'a\n'",
    ),
    "arrival_moved": (
        Conflict,
        ArrivalMoved("heleket", "a\n"),
        r"somebody else has just decided about 'a\n' of heleket",
    ),
    "announcement_malformed": (
        Refused,
        AnnouncementMalformed("the text", "why"),
        "the text is not allowed in an announcement: why",
    ),
    "asset_differs": (
        Refused,
        AssetDiffers(Asset("RUB", 0), 2),
        "RUB is counted with 2 decimals here, not with 0",
    ),
    "asset_not_taken": (Refused, AssetNotTaken("heleket", XTR), "heleket does not take XTR"),
    "assets_mixed": (Refused, AssetsMixed(XTR, RUB), "cannot mix XTR with RUB"),
    "backup_refused": (
        Refused,
        BackupRefused("altyn.backup", "it is damaged"),
        "altyn.backup: it is damaged",
    ),
    "books_broken": (
        Refused,
        BooksBroken("a law", "row 7", "0", "1"),
        "the books are broken (a law): row 7: expected 0, found 1",
    ),
    "restore_refused": (
        Refused,
        RestoreRefused("/shop.db", "it is not empty"),
        "/shop.db: it is not empty",
    ),
    "stands_still": (
        Conflict,
        StandsStill("2026-01-01T12:00:00+00:00"),
        (
            "the books were restored at 2026-01-01T12:00:00+00:00: nothing is paid until somebody "
            "has compared them with the outside and says `altyn resume`"
        ),
    ),
    "bill_refused": (
        Refused,
        BillRefused("ton", "why"),
        "the wallet ton does not pay this bill: why",
    ),
    "bill_too_large": (
        Refused,
        BillTooLarge("ton", Money(2, XTR), ONE),
        "the wallet ton pays 1 XTR at once, not 2 XTR",
    ),
    "broadcast_missing": (
        Missing,
        BroadcastMissing(ID),
        f"there is no broadcast {ID}",
    ),
    "broadcast_moved": (
        Conflict,
        BroadcastMoved(ID, "done"),
        f"broadcast {ID} is done by now",
    ),
    "broadcast_reused": (
        Conflict,
        BroadcastReused(ID),
        f"broadcast {ID} is known with other contents: use a fresh id",
    ),
    "cache_unreachable": (
        Unavailable,
        CacheUnreachable("redis", "why"),
        "cannot use the cache in redis: why",
    ),
    "campaign_missing": (Missing, CampaignMissing(ID), f"there is no campaign {ID}"),
    "campaign_moved": (Conflict, CampaignMoved(ID, "ended"), f"campaign {ID} is ended by now"),
    "campaign_reused": (
        Conflict,
        CampaignReused(ID),
        f"campaign {ID} is known with another plan: use a fresh id",
    ),
    "ceiling_reached": (
        Refused,
        CeilingReached(ALICE, Money(500, RUB), Money(300, RUB), TWO),
        "user:alice holds 3.00 RUB and may hold 5.00 RUB: no room for 2.50 RUB",
    ),
    "cheque_alive": (
        Conflict,
        ChequeAlive(ID, NOON),
        f"cheque {ID} can be carried out until 2026-01-01T12:00:00+00:00",
    ),
    "cheque_missing": (Missing, ChequeMissing(ID), f"there is no cheque {ID}"),
    "cheque_moved": (Conflict, ChequeMoved(ID, "void"), f"cheque {ID} is void by now"),
    "cheque_open": (
        Conflict,
        ChequeOpen("ton", ID),
        f"the wallet ton waits for what becomes of cheque {ID}",
    ),
    "chequebook_moved": (
        Conflict,
        ChequebookMoved("ton"),
        "somebody else has drawn a cheque of the wallet ton meanwhile",
    ),
    "circuit_open": (
        Unavailable,
        CircuitOpen("heleket", 12.5),
        "heleket rests; try again in 12.5 s",
    ),
    "claim_lost": (
        Conflict,
        ClaimLost(ID),
        f"the claim on task {ID} was lost: its lease was over",
    ),
    "cost_malformed": (
        Refused,
        CostMalformed("buy", 1.5),
        "policy 'buy': a cost is a whole number from 1, not 1.5",
    ),
    "cost_never": (
        Refused,
        CostNever("buy", 6, 5),
        "policy 'buy' never admits 6 at once, 5 at most",
    ),
    "cursor_moved": (Conflict, CursorMoved("ton"), "feed ton was read on by somebody else"),
    "delivery_missing": (Missing, DeliveryMissing(ID), f"there is no delivery {ID}"),
    "delivery_moved": (Conflict, DeliveryMoved(ID, "dead"), f"delivery {ID} is dead by now"),
    "demands_malformed": (
        Refused,
        DemandsMalformed(17, "too many"),
        "17 demands in one step: too many",
    ),
    "errand_under_way": (
        Unavailable,
        ErrandUnderWay(ID),
        "the same request is still being carried out: ask again under the same key",
    ),
    "event_missing": (Missing, EventMissing(ID), f"there is no event {ID}"),
    "event_not_stuck": (Conflict, EventNotStuck(ID), f"event {ID} is not stuck"),
    "feed_stuck": (
        Unavailable,
        FeedStuck("stars", "odd"),
        "feed stars cannot be read on: odd",
    ),
    "hold_closed": (
        Conflict,
        HoldClosed(HOLD, HoldState.RELEASED),
        f"hold {ID} is released already",
    ),
    "hold_elsewhere": (
        Refused,
        HoldElsewhere(HOLD, ALICE, "XTR"),
        f"hold {ID} is on XTR of user:alice, the capture is not",
    ),
    "hold_exceeded": (
        Refused,
        HoldExceeded(HOLD, ONE, Money(2, XTR)),
        f"hold {ID} has 1 XTR set aside, asked for 2 XTR",
    ),
    "hold_late": (
        Conflict,
        HoldLate(HOLD, NOON),
        f"hold {ID} was good until 2026-01-01T12:00:00+00:00",
    ),
    "hold_missing": (Missing, HoldMissing(HOLD), f"no hold {ID}"),
    "hold_not_due": (
        Conflict,
        HoldNotDue(HOLD, NOON),
        f"hold {ID} is good until 2026-01-01T12:00:00+00:00",
    ),
    "hold_reused": (
        Conflict,
        HoldReused(HOLD),
        f"hold id {ID} was used before with other contents",
    ),
    "idempotency_key_reused": (
        Refused,
        IdempotencyKeyReused(ID),
        "this Idempotency-Key was used for a request with other contents: use a fresh one",
    ),
    "insufficient_funds": (
        Refused,
        InsufficientFunds(ALICE, ONE, Money(2, XTR)),
        "user:alice has 1 XTR available, asked for 2 XTR",
    ),
    "invoice_missing": (
        Missing,
        InvoiceMissing(ID, "heleket"),
        f"heleket knows no invoice of payment {ID}",
    ),
    "key_malformed": (
        Refused,
        KeyMalformed("buy", "bytes"),
        "policy 'buy': a key is text, not bytes",
    ),
    "kind_malformed": (
        Refused,
        KindMalformed("X"),
        "'X' is no kind: lower-case words with dots, like payment.settled",
    ),
    "kind_unworded": (Missing, KindUnworded("a.b"), "there are no words for a.b"),
    "link_forged": (Refused, LinkForged("abc"), "'abc' is no link of ours"),
    "lane_taken": (Conflict, LaneTaken("fragment"), "another purchase is under way in fragment"),
    "lease_lost": (Conflict, LeaseLost("bot", "ann"), "ann has lost the lease bot"),
    "letter_moved": (
        Conflict,
        LetterMoved(ID, 42),
        f"the letter of broadcast {ID} to 42 is not being sent",
    ),
    "limits_broken": (
        Refused,
        LimitsBroken(ALICE, ONE, Money(-1, XTR)),
        "user:alice has 1 XTR with -1 XTR available, which the new limits forbid",
    ),
    "limits_crossed": (
        Refused,
        LimitsCrossed(ALICE, ONE, Money(-1, XTR)),
        (
            "user:alice cannot be kept between 1 XTR and -1 XTR: "
            "the floor is zero or less, the ceiling zero or more"
        ),
    ),
    "list_missing": (
        Missing,
        ListMissing("cards"),
        "cards keeps no list: compare those in the provider's cabinet",
    ),
    "malformed_amount": (
        Refused,
        MalformedAmount("1\n2"),
        r"'1\n2' is not an amount: write digits and at most one point, like 12.50",
    ),
    "malformed_asset": (
        Refused,
        MalformedAsset("x\n", None),
        (
            r"'x\n' with scale None is no asset: a code looks like XTR or SKU:mug, "
            "a scale is a whole number from 0 to 18"
        ),
    ),
    "malformed_facts": (
        Refused,
        MalformedFacts("order", "64 bits at most"),
        "the facts of a task (order) are not allowed: 64 bits at most",
    ),
    "malformed_id": (
        Refused,
        MalformedId("7\n"),
        r"'7\n' is not an id: expected a UUID, such as the ones Altyn prints",
    ),
    "malformed_instant": (
        Refused,
        MalformedInstant("soon\n"),
        r"'soon\n' is not a moment: write it like 2026-11-20T12:00:00Z",
    ),
    "malformed_percent": (
        Refused,
        MalformedPercent("a\n"),
        r"'a\n' is not a percentage: write a number like 2.5 with up to four decimals",
    ),
    "malformed_text": (
        Refused,
        MalformedText("memo", "a\nb", "one line of printable characters"),
        r"memo 'a\nb' is not allowed: one line of printable characters",
    ),
    "meter_away": (
        Unavailable,
        MeterAway(2.0),
        "limits cannot be counted right now; try again in 2 s",
    ),
    "meter_full": (
        Unavailable,
        MeterFull(9),
        "9 debts are remembered already; try again shortly",
    ),
    "method_forbidden": (
        Refused,
        MethodForbidden("bazu", "goods", "digital", "telegram", ""),
        "bazu is not for digital goods that are sold inside Telegram",
    ),
    "method_unknown": (
        Missing,
        MethodUnknown("cash\n", ("heleket", "stars")),
        r"there is no payment method 'cash\n'; there are: heleket, stars",
    ),
    "last_owner": (
        Refused,
        LastOwner("user:42"),
        "user:42 is the only owner: make somebody else one first",
    ),
    "named_owner": (
        Refused,
        NamedOwner("user:42"),
        "user:42 is named in ALTYN_OWNERS: take them out of it first",
    ),
    "outranked": (
        Refused,
        Outranked("user:42", "owner"),
        "user:42 has the role owner: only who is above that can do this",
    ),
    "malformed_user": (
        Refused,
        MalformedUser("-1\n"),
        r"'-1\n' is no user of Telegram: expected a number like 42",
    ),
    "misdeclared_operation": (
        Refused,
        MisdeclaredOperation("buy", "it has no endpoints"),
        "operation 'buy': it has no endpoints",
    ),
    "misjudged_profile": (
        Refused,
        MisjudgedProfile("safe", "retries_max", "is from 0 to 10, not 11"),
        "profile 'safe': retries_max is from 0 to 10, not 11",
    ),
    "no_candidate": (
        Unavailable,
        NoCandidate("price", 30.0),
        "every endpoint of price rests; try again in 30 s",
    ),
    "not_a_bill": (Refused, NotABill(5), "a bill has from 1 to 4 parts, not 5"),
    "not_a_movement": (
        Refused,
        NotAMovement(0),
        "0 transfers cannot happen together: from 1 to 100, each with an id of its own",
    ),
    "not_allowed": (
        Refused,
        NotAllowed("user:42", "refund", "operator"),
        "user:42 may not do this (refund): it takes the role operator",
    ),
    "not_known": (Refused, NotKnown("key"), "this key opens nothing here"),
    "not_fresh": (
        Refused,
        NotFresh("user:42"),
        "user:42 came in too long ago for this: sign in again",
    ),
    "nothing_vouches": (
        Refused,
        NothingVouches("ALTYN_ACCESS_KEYS"),
        "nobody can be sure here: ALTYN_ACCESS_KEYS is not set",
    ),
    "has_second_factor": (
        Refused,
        HasSecondFactor("user:42"),
        "user:42 has a second factor that counts: it has to be taken away first",
    ),
    "second_factor_missing": (
        Missing,
        SecondFactorMissing("user:42"),
        "there is no second factor of user:42",
    ),
    "not_sure": (
        Refused,
        NotSure("user:42"),
        "user:42 may do this after showing their second factor, and shortly after only",
    ),
    "key_ended": (Refused, KeyEnded("abc"), "key abc is over: make a new one"),
    "key_made": (
        Conflict,
        KeyMade("abc"),
        "key abc was made before: if its secret got lost, let another take over",
    ),
    "key_missing": (Missing, KeyMissing("abc"), "there is no key abc"),
    "launch_over": (
        Refused,
        LaunchOver(datetime(2026, 1, 1, tzinfo=UTC)),
        "the app was opened at 2026-01-01T00:00:00+00:00: open it again to sign in",
    ),
    "launch_used": (
        Refused,
        LaunchUsed("user:42"),
        "user:42 has signed in with this launch already: open the app again",
    ),
    "session_missing": (Missing, SessionMissing(ID), f"there is no session {ID}"),
    "sign_in_off": (
        Missing,
        SignInOff("ALTYN_TELEGRAM_TOKEN"),
        "nobody signs in here: ALTYN_TELEGRAM_TOKEN is not set",
    ),
    "scopes_missing": (
        Refused,
        ScopesMissing("cash desk"),
        "key 'cash desk' would open nothing: name what it is for",
    ),
    "term_malformed": (
        Refused,
        TermMalformed("the moment is past"),
        "it cannot be good for that long: the moment is past",
    ),
    "not_cancellable": (
        Conflict,
        NotCancellable(ID, "settled"),
        f"payment {ID} is settled: it cannot be called off",
    ),
    "not_executed": (
        Unavailable,
        NotExecuted("no connection"),
        "nothing was done: no connection",
    ),
    "not_for_house": (Refused, NotForHouse(ID), f"purchase {ID} is not paid for by the house"),
    "not_for_sale": (
        Refused,
        NotForSale("stars", 7, "at least 50"),
        "7 of stars cannot be bought: at least 50",
    ),
    "not_opposite": (
        Refused,
        NotOpposite(TRANSFER, TRANSFER),
        f"transfer {ID} does not run opposite to {ID}, which it names",
    ),
    "not_its_bills": (Refused, NotItsBills(ID, 2, 3), f"cheque {ID} pays 2 bills, not 3"),
    "not_paid_for": (Conflict, NotPaidFor(ID, ID), f"purchase {ID} waits for payment {ID}"),
    "not_positive": (
        Refused,
        NotPositive(Money(0, XTR)),
        "an amount that moves is positive, not 0 XTR",
    ),
    "not_returnable": (
        Refused,
        NotReturnable("ton", "it is gone"),
        "ton cannot give that back: it is gone",
    ),
    "not_shares": (
        Refused,
        NotShares((1, -1)),
        "cannot share by [1, -1]: weights are whole, not negative, not all zero",
    ),
    "not_whole": (
        Refused,
        NotWhole("float 1.5"),
        "money is a whole number of smallest units, not float 1.5",
    ),
    "not_renewable": (
        Refused,
        NotRenewable(ID),
        f"nothing that renews itself was paid under standing order {ID}",
    ),
    "nothing_seals": (
        Refused,
        NothingSeals("webhook 1"),
        (
            "nothing seals the secret of webhook 1, so it is not made: give "
            "ALTYN_SEALING_KEYS a key of 64 hexadecimal digits"
        ),
    ),
    "nothing_unresolved": (
        Conflict,
        NothingUnresolved("heleket", "7"),
        "notice '7' of heleket waits for nobody",
    ),
    "notice_missing": (Missing, NoticeMissing("heleket", "7"), "there is no notice '7' of heleket"),
    "notice_unconfirmed": (
        Unavailable,
        NoticeUnconfirmed("heleket", "7", "5 USDT"),
        "heleket told of 5 USDT under '7', and does not show it",
    ),
    "notification_missing": (Missing, NotificationMissing(ID), f"there is no notification {ID}"),
    "notification_moved": (
        Conflict,
        NotificationMoved(ID, "sent"),
        f"notification {ID} is sent by now",
    ),
    "own_approval": (
        Refused,
        OwnApproval(ID, "ann"),
        f"refund {ID} was asked for by ann: somebody else has to agree",
    ),
    "recipient_gone": (Refused, RecipientGone(42, "why"), "42 cannot be told anything: why"),
    "refund_missing": (Missing, RefundMissing(ID), f"there is no refund {ID}"),
    "refund_moved": (Conflict, RefundMoved(ID, "done"), f"refund {ID} is done by now"),
    "refund_reused": (
        Conflict,
        RefundReused(ID),
        f"refund {ID} is known with other contents: use a fresh id",
    ),
    "rule_not_kept": (
        Refused,
        RuleNotKept("ton", ("late",)),
        "ton returns nothing by rule (late): hold it there, or credit it",
    ),
    "seal_broken": (
        Refused,
        SealBroken("webhook 1"),
        "the secret of webhook 1 cannot be opened with the keys that are here",
    ),
    "standing_missing": (Missing, StandingMissing(ID), f"there is no standing order {ID}"),
    "standing_reused": (
        Conflict,
        StandingReused(ID),
        f"standing order {ID} is known with other contents: use a fresh id",
    ),
    "too_much_back": (
        Refused,
        TooMuchBack(Money(3, XTR), Money(2, XTR)),
        "2 XTR can go back, not 3 XTR",
    ),
    "nothing_held": (
        Conflict,
        NothingHeld("heleket", "a\n"),
        r"nothing of 'a\n' of heleket waits for a decision",
    ),
    "nothing_open": (Missing, NothingOpen(ALICE), "user:alice has no account"),
    "notice_forged": (
        Refused,
        NoticeForged("heleket"),
        "this notice was not signed by heleket",
    ),
    "notice_unreadable": (
        Refused,
        NoticeUnreadable("heleket", "it is not JSON"),
        "not a notice of heleket: it is not JSON",
    ),
    "out_of_bounds": (
        Refused,
        OutOfBounds("probes", 0, "at least 1"),
        "probes must be at least 1, not 0",
    ),
    "outlay_doubled": (Conflict, OutlayDoubled("that"), "that is being paid already"),
    "outlay_missing": (Missing, OutlayMissing(ID), f"there is no outlay {ID}"),
    "outlay_moved": (Conflict, OutlayMoved(ID, "paid"), f"outlay {ID} is paid by now"),
    "outlay_reused": (
        Conflict,
        OutlayReused(ID),
        f"outlay {ID} is known with other contents: use a fresh id",
    ),
    "over_corrected": (
        Refused,
        OverCorrected(TRANSFER, ONE, Money(2, XTR)),
        f"of transfer {ID} 1 XTR can still be corrected, not 2 XTR",
    ),
    "payment_missing": (Missing, PaymentMissing(ID), f"there is no payment {ID}"),
    "payment_moved": (Conflict, PaymentMoved(ID, "settled"), f"payment {ID} is settled by now"),
    "payment_reused": (
        Conflict,
        PaymentReused(ID),
        f"payment {ID} is known with other contents: use a fresh id",
    ),
    "plan_malformed": (
        Refused,
        PlanMalformed("nothing is wanted"),
        "this plan cannot be carried out: nothing is wanted",
    ),
    "policy_malformed": (
        Refused,
        PolicyMalformed("buy", "its limit is odd"),
        "policy 'buy': its limit is odd",
    ),
    "price_rose": (
        Refused,
        PriceRose(Money(2, XTR), ONE),
        "it costs 2 XTR by now, and the price was made for 1 XTR at most",
    ),
    "provider_refused": (
        Refused,
        ProviderRefused("heleket", "why"),
        "heleket refused: why",
    ),
    "provider_unclear": (
        Unavailable,
        ProviderUnclear("heleket", "status 500"),
        "heleket left us in doubt: status 500",
    ),
    "purchase_missing": (Missing, PurchaseMissing(ID), f"there is no purchase {ID}"),
    "purchase_moved": (Conflict, PurchaseMoved(ID, "paid"), f"purchase {ID} is paid by now"),
    "purchase_reused": (
        Conflict,
        PurchaseReused(ID),
        f"purchase {ID} is known with other contents: use a fresh id",
    ),
    "quote_expired": (
        Refused,
        QuoteExpired(ID),
        f"the price of purchase {ID} does not hold any more",
    ),
    "quote_mixed": (
        Refused,
        QuoteMixed(ONE, Money(2, XTR)),
        "1 XTR are worth 1 XTR, not 2 XTR",
    ),
    "rate_malformed": (
        Refused,
        RateMalformed(ONE, ONE),
        "1 XTR for 1 XTR is no rate: those are positive amounts of two assets",
    ),
    "rate_unknown": (Refused, RateUnknown(XTR, RUB), "there is no rate from XTR to RUB"),
    "recipient_changed": (
        Refused,
        RecipientChanged("Bob", "Rob"),
        "the recipient was Bob, and is Rob by now",
    ),
    "recipient_refused": (
        Refused,
        RecipientRefused("bob", "why"),
        "@bob cannot be given this: why",
    ),
    "rule_unknown": (
        Missing,
        RuleUnknown("bot", "by", "buy"),
        "no limits are written for 'by' of 'bot'; did you mean 'buy'?",
    ),
    "same_account": (
        Refused,
        SameAccount(ALICE),
        "a transfer needs two accounts, user:alice is both",
    ),
    "schema_ahead": (
        Refused,
        SchemaAhead("the database", 7, 5),
        (
            "the database is at migration 7, this version knows 5: "
            "run the newer Altyn that migrated it"
        ),
    ),
    "schema_behind": (
        Refused,
        SchemaBehind("the database", 3, 5),
        "the database is at migration 3, this version needs 5: run `altyn migrate`",
    ),
    "schema_changed": (
        Refused,
        SchemaChanged("the database", 3),
        (
            "migration 3 of the database differs from the one this version carries: "
            "the database was migrated by another build, do not write to it"
        ),
    ),
    "sharing_away": (
        Unavailable,
        SharingAway("no answer"),
        "breakers are not shared now: no answer",
    ),
    "spent_for_today": (
        Refused,
        SpentForToday("ton", ONE, Money(9, XTR), Money(9, XTR)),
        "the wallet ton pays 9 XTR a day and has paid 9 XTR: 1 XTR would be too much",
    ),
    "storage_broken": (Refused, StorageBroken("sqlite", "why"), "sqlite refused: why"),
    "storage_busy": (Unavailable, StorageBusy("sqlite", "why"), "sqlite is busy: why; try again"),
    "storage_unreachable": (
        Unavailable,
        StorageUnreachable("sqlite", "why"),
        "cannot reach sqlite: why",
    ),
    "storage_unwritable": (Refused, StorageUnwritable("/data", "why"), "cannot write /data: why"),
    "subject_missing": (
        Refused,
        SubjectMissing("buy.user", "user"),
        "limit 'buy.user' counts by user, and none was named",
    ),
    "supplier_closed": (
        Unavailable,
        SupplierClosed("fragment", "why"),
        "fragment does not sell to us: why",
    ),
    "supplier_refused": (Refused, SupplierRefused("fragment", "why"), "fragment refused: why"),
    "supplier_unclear": (
        Unavailable,
        SupplierUnclear("fragment", "why"),
        "fragment left us in doubt: why",
    ),
    "supplier_unknown": (
        Missing,
        SupplierUnknown("stars"),
        "there is no supplier of or called stars",
    ),
    "too_far_behind": (
        Refused,
        TooFarBehind(4, 20_000),
        "too much has happened since 4: read how everything is now, then watch from now on",
    ),
    "too_late_to_cancel": (
        Conflict,
        TooLateToCancel(ID, "paid"),
        f"purchase {ID} is paid: it cannot be called off any more",
    ),
    "too_many_decimals": (
        Refused,
        TooManyDecimals("1.000", RUB),
        "1.000 does not fit: RUB has 2 decimals",
    ),
    "too_many_waiting": (
        Unavailable,
        TooManyWaiting(9),
        "9 requests are waiting already; try again shortly",
    ),
    "task_missing": (Missing, TaskMissing(ID), f"there is no task {ID}"),
    "task_not_dead": (
        Conflict,
        TaskNotDead(ID, "done"),
        f"task {ID} was not given up, it is done",
    ),
    "task_reused": (
        Conflict,
        TaskReused(ID),
        f"task {ID} is known with other contents: use an id of its own for each task",
    ),
    "ticket_missing": (Missing, TicketMissing(7), "there is no ticket 7"),
    "ticket_moved": (Conflict, TicketMoved(7, "closed"), "ticket 7 is closed by now"),
    "too_many_tickets": (
        Refused,
        TooManyTickets(5),
        "5 tickets of theirs are open, which is all that one may have",
    ),
    "too_often": (
        Unavailable,
        TooOften("buy", 1_500_000),
        "too often for 'buy': again in 1.500 s",
    ),
    "transfer_missing": (Missing, TransferMissing(TRANSFER), f"no transfer {ID}"),
    "transfer_reused": (
        Conflict,
        TransferReused(TRANSFER),
        f"transfer id {ID} was used before with other contents",
    ),
    "turned_away": (Unavailable, TurnedAway("busy", 3.0), "turned away: busy"),
    "unknown_asset": (
        Missing,
        UnknownAsset("RUR", ("RUB", "XTR")),
        "no asset is called 'RUR'; known: RUB, XTR",
    ),
    "unknown_operation": (
        Missing,
        UnknownOperation("by\n", ("buy", "price")),
        r"no operation is called 'by\n'; known: buy, price",
    ),
    "unknown_profile": (
        Missing,
        UnknownProfile("saef", ("safe", "fast")),
        "no profile is called 'saef'; did you mean safe? known: safe, fast",
    ),
    "user_missing": (Missing, UserMissing("@ann"), "nobody here is known as @ann"),
    "waited_too_long": (
        Unavailable,
        WaitedTooLong("low", 5.0, 61.0),
        "no turn of low priority within 5 s; try again in 61 s",
    ),
    "update_missing": (Missing, UpdateMissing(42, 7), "bot 42 keeps no update 7"),
    "update_moved": (
        Conflict,
        UpdateMoved(42, 7),
        "update 7 of bot 42 is handled by somebody else by now",
    ),
    "wallet_poor": (
        Refused,
        WalletPoor("ton", ONE, Money(2, XTR)),
        "the wallet ton has 1 XTR to spend, asked for 2 XTR",
    ),
    "wallet_unclear": (
        Unavailable,
        WalletUnclear("ton", "why"),
        "the wallet ton left us in doubt: why",
    ),
    "wallet_unknown": (
        Missing,
        WalletUnknown("x", ("ton",)),
        "there is no wallet 'x'; there are: ton",
    ),
    "window_malformed": (
        Refused,
        WindowMalformed("menu", "40 facts at most"),
        "window 'menu' cannot be kept: 40 facts at most",
    ),
    "window_moved": (
        Conflict,
        WindowMoved(42, 7),
        "chat 7 of bot 42 shows something else by now",
    ),
    "too_many_webhooks": (
        Refused,
        TooManyWebhooks("user:42", 5),
        "user:42 has 5 webhooks, and no more are allowed: remove one",
    ),
    "webhook_malformed": (
        Refused,
        WebhookMalformed("url", "why"),
        "url is not allowed for a webhook: why",
    ),
    "webhook_missing": (Missing, WebhookMissing(ID), f"there is no webhook {ID}"),
    "webhook_moved": (Conflict, WebhookMoved(ID, "removed"), f"webhook {ID} is removed by now"),
    "zone_missing": (
        Refused,
        ZoneMissing(datetime(2026, 1, 1)),  # noqa: DTZ001
        "2026-01-01T00:00:00 has no time zone: write it like 2026-11-20T12:00:00Z",
    ),
}


def home_of(code: str) -> str:
    """The module in which that error lives."""
    return type(TABLE[code][1]).__module__


OF_THE_LEDGER = sorted(code for code in TABLE if home_of(code) == "altyn.core.balances.errors")


def known_errors() -> dict[str, type[AltynError]]:
    """Every error of the core that is not a family, by code."""
    for module in pkgutil.walk_packages(altyn.core.__path__, "altyn.core."):
        import_module(module.name)
    gc.collect()  # attrs makes a class with slots anew; the first draft is garbage
    found: dict[str, type[AltynError]] = {}
    waiting = [AltynError]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            if kind.__module__.startswith("altyn.core.") and kind.__module__ != "altyn.core.errors":
                assert kind.code not in found, f"two errors are called {kind.code}"
                found[kind.code] = kind
    return found


def test_codes_are_stable_and_complete() -> None:
    """Clients rely on codes: changing one here is a breaking change."""
    assert {code: type(error) for code, (_, error, _) in TABLE.items()} == known_errors()


@pytest.mark.parametrize("code", TABLE)
def test_an_error_says_what_happened(code: str) -> None:
    """Its family, its code, its words on one line, and the facts as they were given."""
    family, error, words = TABLE[code]
    assert isinstance(error, family)
    assert type(error).__mro__[1] is family
    assert error.code == code
    assert str(error) == words
    assert len(words.splitlines()) == 1
    assert dict(error.facts) == {
        each.name: getattr(error, each.name)
        for each in fields(type(error))  # type: ignore[arg-type]
    }
    assert error.facts


def test_words_follow_the_facts() -> None:
    """Where an error words two cases differently."""
    assert str(SchemaBehind("db", 0, 5)).startswith("db has not been set up, this version needs 5")
    assert str(TooManyDecimals("1.0", XTR)) == "1.0 does not fit: XTR has no decimals"
    assert str(HoldNotDue(HOLD, None)) == f"hold {ID} is good without an end"
    assert str(NotShares(tuple(range(99)))).count(",") < 12
    assert str(UnknownProfile("x", ("safe",))) == "no profile is called 'x'; known: safe"
    stranger = BillTooLarge("ton", ONE, ONE, "eve")
    assert str(stranger) == "the wallet ton does not pay eve"
    assert str(WalletUnknown("x", ())) == "there is no wallet 'x'; none is enabled"


def test_errors_are_alike_when_they_say_the_same() -> None:
    """The same kind with the same facts; anything else is not."""
    error = AccountMissing(ALICE, "XTR")
    assert error.like(AccountMissing(ALICE, "XTR"))
    assert not error.like(AccountMissing(ALICE, "RUB"))
    assert not error.like(AccountDiffers(ALICE, "XTR"))
    assert not error.like(ValueError("user:alice has no XTR account"))


def test_only_what_is_not_known_may_say_when_to_ask_again() -> None:
    """Some know how long it takes, others do not."""
    assert StorageUnreachable("db", "why").retry_after_seconds is None
    assert StorageBusy("db", "why").retry_after_seconds == 1.0
    assert TooManyWaiting(9).retry_after_seconds == 1.0
    assert NotExecuted("why").retry_after_seconds is None
    assert ProviderUnclear("heleket", "why").retry_after_seconds is None
    assert TurnedAway("busy", None).retry_after_seconds is None
    assert TurnedAway("busy", 3.0).retry_after_seconds == 3.0
    assert CircuitOpen("heleket", 12.5).retry_after_seconds == 12.5
    assert NoCandidate("price", 30.0).retry_after_seconds == 30.0
    assert WaitedTooLong("low", 5.0, 61.0).retry_after_seconds == 61.0


def test_a_code_follows_the_name() -> None:
    """Whoever adds an error gets its code for nothing."""

    @define
    class CardStolenTwice(Refused):
        """Made up."""

    assert CardStolenTwice().code == "card_stolen_twice"
    assert dict(CardStolenTwice().facts) == {}


@pytest.mark.parametrize("code", OF_THE_LEDGER)
def test_a_refusal_of_the_ledger_survives_storage(code: str) -> None:
    """As JSON and back it says the same, word for word, with facts of the same types."""
    survives(TABLE[code][1])


def test_a_fact_may_be_that_there_is_none() -> None:
    """A hold without an end comes back without one."""
    survives(HoldNotDue(HOLD, None))


def survives(error: AltynError) -> None:
    """Write it down as JSON, read it, and compare."""
    stored = json.dumps(facts_of(error), ensure_ascii=False)
    again = refusal_of(error.code, json.loads(stored))
    assert again.like(error)
    assert str(again) == str(error)
    types = {name: type(fact) for name, fact in error.facts.items()}
    assert {name: type(fact) for name, fact in again.facts.items()} == types


@pytest.mark.parametrize("code", sorted(set(TABLE) - set(OF_THE_LEDGER)))
def test_other_errors_are_not_kept_by_a_ledger(code: str) -> None:
    """What a ledger does not say it need not say again."""
    with pytest.raises(KeyError):
        refusal_of(code, {})
