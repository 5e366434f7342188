"""What a customer is shown of what is theirs: nothing that is ours, and nobody who works here."""

from attrs import evolve

from altyn.core.identity import Caller, Permission, Role, UserId
from altyn.entrypoints.api.examples import PURCHASE, REFUND
from altyn.entrypoints.api.showing import as_seen

ANN = Caller(name="user:42", role=Role.CUSTOMER, user=UserId(42))
SEES_OWN = frozenset({Permission.SEE_OWN})
OTHERS = (ANN, Caller(name="key:a", role=Role.OWNER, scopes=SEES_OWN))
SUPPORT = Caller(name="user:9", role=Role.SUPPORT, user=UserId(9))


def test_of_a_purchase() -> None:
    """What is ours is veiled, and so is who decided unless it was they."""
    whole = evolve(PURCHASE, order_id="7", told="costs 1 TON", decided_by="user:9")
    assert as_seen(SUPPORT, whole, told="") == whole
    for caller in OTHERS:
        veiled = evolve(whole, told="", decided_by="")
        assert as_seen(caller, whole, told="") == veiled
        assert as_seen(caller, evolve(whole, decided_by=caller.name)).decided_by == caller.name


def test_of_a_refund() -> None:
    """Who asked for it and who agreed, only where that is oneself."""
    whole = evolve(REFUND, by="user:9", approved_by="user:8")
    assert as_seen(SUPPORT, whole) == whole
    for caller in OTHERS:
        assert as_seen(caller, whole) == evolve(whole, by="", approved_by="")
        own = evolve(whole, by=caller.name, approved_by=caller.name)
        assert as_seen(caller, own) == own
