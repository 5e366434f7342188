"""Examples of what goes over the wire about people, keys, webhooks and the trail."""

from typing import Any, Final

from attrs import asdict

from ...core.identity import Permission, Role
from ..wiring.plain_access import PlainKey
from ..wiring.plain_identity import PlainLink, PlainUser
from ..wiring.plain_notifications import (
    PlainAttempt,
    PlainDelivery,
    PlainNotification,
    PlainWebhook,
)
from .audit import PlainTrail, PlainVerified
from .hooks import (
    NewWebhook,
    Pausing,
    PlainDeliveries,
    PlainWebhooks,
    Replayed,
    ShownWebhook,
)
from .keys import NewKey, NextKey, PlainKeys, ShownKey
from .preferences import NewWish, PlainNotifications, PlainPreference
from .users import Muting, NewRole, PlainDocument, PlainUsers

ONE: Final = "01a0b2c4-7a10-7cc1-b9b4-0f6e2d1c5a01"
TWO: Final = "01a0b2c4-7a10-7cc1-b9b4-0f6e2d1c5a02"
WHEN: Final = "2026-11-20T11:48:20.671428Z"
YEAR_LATER: Final = "2027-11-20T11:48:20.671428Z"
DIGEST: Final = "8d969eef6ecad3c29a3a629280e686cf0c3f5d5a86aff3ca12020c923adc6c92"
URL: Final = "https://shop.example/altyn"

USER: Final = PlainUser(
    id=42,
    account="user:42",
    name="Pavel",
    username="durov",
    language="ru",
    role="customer",
    muted=False,
    blocked=False,
    since=WHEN,
    seen_at=WHEN,
    referrer=None,
    erased_at=None,
)
LINK: Final = PlainLink(
    number=7,
    at=WHEN,
    who="user:43",
    what="user.role_set",
    about="user:42",
    facts={"role": "support", "was": "customer"},
    digest=DIGEST,
)
WEBHOOK: Final = PlainWebhook(
    id=ONE,
    url=URL,
    events=("payment.settled", "purchase.*"),
    account=None,
    state="enabled",
    why="",
    old_secret_until=None,
    failing_since=None,
    resting_until=None,
    created_at=WHEN,
)
DELIVERY: Final = PlainDelivery(
    id=TWO,
    webhook=ONE,
    event=ONE,
    name="payment.settled",
    state="delivered",
    attempts=1,
    next_at=None,
    told="",
    made_at=WHEN,
    log=(PlainAttempt(1, WHEN, 84, 204, "", ""),),
)
NOTIFICATION: Final = PlainNotification(
    id=ONE,
    kind="payment.settled",
    facts={"payment": TWO, "payer": "user:42", "credited": "500.00 RUB"},
    state="sent",
    told="",
    made_at=WHEN,
)

KEY: Final = PlainKey(
    key="mf3k7q2x5tnd4awz",
    name="cash desk",
    scopes=["refund", "see_others"],
    made_by="user:43",
    made_at=WHEN,
    expires_at=YEAR_LATER,
    replaces=None,
    revoked_at=None,
    used_at=None,
)

OF_PEOPLE: Final[tuple[Any, ...]] = (
    USER,
    PlainUsers((USER,), None),
    PlainDocument(
        user={"id": 42, "name": "Pavel", "username": "durov"},
        balances=[{"posted": "400.00 RUB", "held": "50.00 RUB"}],
        kept={"payments": [{"id": ONE, "asked": "500.00 RUB", "state": "settled"}]},
    ),
    NewRole(role=Role.SUPPORT),
    Muting(why="sends abuse"),
    LINK,
    PlainTrail((LINK,), None),
    PlainVerified(True, 7, f"7:{DIGEST}", None),
    WEBHOOK,
    ShownWebhook(**asdict(WEBHOOK, recurse=False), secret="whsec_…"),  # noqa: S106 - an example
    PlainWebhooks((WEBHOOK,), None),
    DELIVERY,
    PlainDeliveries((DELIVERY,), None),
    Replayed(3),
    ShownKey(**asdict(KEY, recurse=False), secret="ak_mf3k7q2x5tnd4awz_…"),  # noqa: S106
    PlainKeys((KEY,)),
    NewKey(
        name="cash desk",
        scopes=(Permission.REFUND, Permission.SEE_OTHERS),
        expires_at=YEAR_LATER,
    ),
    NextKey(expires_at=YEAR_LATER, hours=72),
    NewWebhook(url=URL, events=("payment.settled", "purchase.*")),
    Pausing(why="it is being moved"),
    PlainPreference(["payment.settled", "purchase.delivered"], ["purchase.*"], None),
    NewWish(kind="purchase.*"),
    PlainNotifications((NOTIFICATION,), None),
    NOTIFICATION,
)
