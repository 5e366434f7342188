"""Who may see what is whose, and act for whom."""

import pytest

from altyn.core.identity import Caller, NotAllowed, Permission, Role, UserId
from altyn.entrypoints.api.calling import must_act, must_see

ANN, BOB = "user:1", "user:2"
CUSTOMER = Caller(name=ANN, role=Role.CUSTOMER, user=UserId(1))
MUTED = Caller(name=ANN, role=Role.CUSTOMER, user=UserId(1), scopes=frozenset())
SUPPORT = Caller(name="user:9", role=Role.SUPPORT, user=UserId(9))
OPERATOR = Caller(name="user:8", role=Role.OPERATOR, user=UserId(8))
OWNER = Caller.local()
PAYS = Caller(name="key:a", role=Role.OWNER, scopes=frozenset({Permission.PAY}))
PAYS_FOR_ALL = Caller(
    name="key:b", role=Role.OWNER, scopes=frozenset({Permission.PAY, Permission.ADJUST})
)


@pytest.mark.parametrize(
    ("caller", "own", "others"),
    [
        (CUSTOMER, True, False),
        (MUTED, False, False),
        (SUPPORT, True, True),
        (OPERATOR, True, True),
        (OWNER, True, True),
        (PAYS, False, False),
    ],
    ids=lambda caller: getattr(caller, "name", None),
)
def test_who_sees_what(caller: Caller, own: bool, others: bool) -> None:
    """One's own takes `see_own`, what is others' and what is nobody's takes `see_others`."""
    for name, may in {caller.name: own, BOB: others, "shop:main": others}.items():
        if may:
            must_see(caller, name)
        else:
            with pytest.raises(NotAllowed):
                must_see(caller, name)


@pytest.mark.parametrize(
    ("caller", "own", "others"),
    [
        (CUSTOMER, True, False),
        (MUTED, False, False),
        (SUPPORT, True, False),
        (OPERATOR, True, True),
        (OWNER, True, True),
        (PAYS, False, False),
        (PAYS_FOR_ALL, True, True),
    ],
    ids=lambda caller: getattr(caller, "name", None),
)
def test_who_acts_for_whom(caller: Caller, own: bool, others: bool) -> None:
    """For oneself it takes the permission alone, for anybody else `adjust` besides."""
    for names, may in {(caller.name,): own, (BOB,): others, (caller.name, BOB): others}.items():
        if may:
            must_act(caller, Permission.PAY, *names)
        else:
            with pytest.raises(NotAllowed):
                must_act(caller, Permission.PAY, *names)
