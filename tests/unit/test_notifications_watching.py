"""Who may see that something happened, and how far behind they may begin."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from altyn.core.events import Event, EventId
from altyn.core.identity import Caller, NotAllowed, Permission, Role, UserId
from altyn.core.notifications import BEHIND_MAX, TooFarBehind, may_see, must_watch, near

ANN = Caller(name="user:42", role=Role.CUSTOMER, user=UserId(42))
MUTED = Caller(name="user:42", role=Role.CUSTOMER, user=UserId(42), scopes=frozenset())
SUPPORT = Caller(name="user:9", role=Role.SUPPORT, user=UserId(9))
PAYS = Caller(name="key:a", role=Role.OWNER, scopes=frozenset({Permission.PAY}))


def event(name: str = "payment.settled", **facts: str) -> Event:
    return Event(id=EventId(UUID(int=1)), name=name, at=datetime.now(UTC), facts=facts)


@pytest.mark.parametrize(
    ("told", "seers"),
    [
        (event(payer="user:42"), {"ann", "support"}),
        (event("purchase.delivered", buyer="user:42"), {"ann", "support"}),
        (event(payer="user:43"), {"support"}),
        (event("campaign.running", campaign="x"), {"support"}),
        (event("wallet.drawn", payer="user:42"), set()),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_who_sees_what(told: Event, seers: set[str]) -> None:
    """What is theirs, or of all for who may see that; what stays in the house nobody."""
    callers = {"ann": ANN, "muted": MUTED, "support": SUPPORT, "pays": PAYS}
    assert {name for name, caller in callers.items() if may_see(caller, told)} == seers


def test_who_watches() -> None:
    """Whoever might be told anything at all."""
    for caller in (ANN, SUPPORT, Caller.local()):
        must_watch(caller)
    for caller in (MUTED, PAYS):
        with pytest.raises(NotAllowed):
            must_watch(caller)


def test_how_far_behind() -> None:
    """To a stated number of events, and to none that was forgotten; then it is said so."""
    assert near(5, 5 + BEHIND_MAX, 5) == 5
    assert near(9, 5, 0) == 9
    with pytest.raises(TooFarBehind) as told:
        near(4, 5 + BEHIND_MAX, 0)
    assert told.value.facts == {"place": 4, "newest": 5 + BEHIND_MAX}
    with pytest.raises(TooFarBehind):
        near(4, 9, 5)
