"""Who may do what, and how people are known."""

from typing import Any

import pytest

from altyn.core.identity import (
    GRANTS,
    ID_MAX,
    NAME_MAX,
    Caller,
    Language,
    MalformedUser,
    NotAllowed,
    Permission,
    Profile,
    Role,
    User,
    UserId,
    account_of,
    least_for,
    user_id,
    user_of,
)
from altyn.core.wording import MalformedText
from altyn.entrypoints.testkit.identity.ground import ANN, BOB, NOON

MAY = {
    Permission.SEE_OWN: Role.CUSTOMER,
    Permission.PAY: Role.CUSTOMER,
    Permission.BUY: Role.CUSTOMER,
    Permission.ERASE_OWN: Role.CUSTOMER,
    Permission.SEE_OTHERS: Role.SUPPORT,
    Permission.MUTE: Role.SUPPORT,
    Permission.ANSWER: Role.SUPPORT,
    Permission.REFUND: Role.OPERATOR,
    Permission.ADJUST: Role.OPERATOR,
    Permission.DECIDE: Role.OPERATOR,
    Permission.CAMPAIGN: Role.OPERATOR,
    Permission.SEE_AUDIT: Role.OWNER,
    Permission.MANAGE_USERS: Role.OWNER,
    Permission.MANAGE_KEYS: Role.OWNER,
}
"""The least role for each, written down a second time so that no change of it goes unnoticed."""

IN_ORDER = list(Role)


def user(**other: Any) -> User:
    """Ann."""
    return User(**{"id": ANN, "name": "Ann", "since": NOON, "seen_at": NOON, **other})


def caller(role: Role = Role.CUSTOMER, **other: Any) -> Caller:
    """Ann, in some role."""
    return Caller(**{"name": "user:42", "role": role, "user": ANN, **other})


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", Role)
def test_a_role_may_what_the_table_says(role: Role, permission: Permission) -> None:
    """From the least role that may on, all may, and nobody before."""
    allowed = IN_ORDER.index(role) >= IN_ORDER.index(MAY[permission])
    assert caller(role).may(permission) is allowed
    assert (permission in GRANTS[role]) is allowed
    if allowed:
        caller(role).must(permission)
    else:
        with pytest.raises(NotAllowed) as refused:
            caller(role).must(permission)
        takes = {"who": "user:42", "permission": permission, "takes": MAY[permission]}
        assert refused.value.facts == takes
    assert least_for(permission) is MAY[permission]


@pytest.mark.parametrize("one", Role)
@pytest.mark.parametrize("other", Role)
def test_each_role_covers_those_before_it(one: Role, other: Role) -> None:
    """And itself."""
    assert one.covers(other) is (IN_ORDER.index(one) >= IN_ORDER.index(other))


def test_scopes_narrow_and_never_widen() -> None:
    """A key of an operator may a part of what an operator may, and nothing else."""
    narrow = caller(Role.OPERATOR, scopes=frozenset({Permission.REFUND, Permission.SEE_AUDIT}))
    assert [each for each in Permission if narrow.may(each)] == [Permission.REFUND]
    nothing = caller(Role.OWNER, scopes=frozenset())
    assert not any(map(nothing.may, Permission))


def test_what_is_ones_own_takes_less() -> None:
    """Of oneself one sees what of others support sees."""
    caller().must_own_or(ANN, Permission.SEE_OTHERS)
    caller(Role.SUPPORT).must_own_or(BOB, Permission.SEE_OTHERS)
    with pytest.raises(NotAllowed) as refused:
        caller().must_own_or(BOB, Permission.SEE_OTHERS)
    assert refused.value.permission == Permission.SEE_OTHERS
    caller().must_own_or(ANN, Permission.REFUND, own=Permission.BUY)
    scoped = caller(Role.SUPPORT, scopes=frozenset({Permission.SEE_OTHERS}))
    scoped.must_own_or(ANN, Permission.SEE_OTHERS)
    with pytest.raises(NotAllowed):
        scoped.must_own_or(ANN, Permission.MUTE)


def test_accounts_are_owned_by_name() -> None:
    """A user's own, and nobody's where nobody is asking."""
    assert caller().owns("user:42")
    assert not caller().owns("user:43")
    assert not Caller.local().owns("user:42")


def test_a_user_calls_under_the_name_of_their_accounts() -> None:
    """With the role they have, and with as much of it as is asked for."""
    ann = Caller.of(user(role=Role.SUPPORT))
    assert ann == Caller(name="user:42", role=Role.SUPPORT, user=ANN)
    only = frozenset({Permission.BUY})
    assert Caller.of(user(), only).scopes == only


def test_the_muted_may_nothing() -> None:
    """Whatever their role."""
    muted = Caller.of(user(role=Role.OWNER, muted=True), frozenset({Permission.SEE_OWN}))
    assert not any(map(muted.may, Permission))


def test_the_machine_itself_is_an_owner() -> None:
    """Under any name that is one."""
    assert Caller.local() == Caller(name="local", role=Role.OWNER)
    assert all(map(Caller.local("ann").may, Permission))
    with pytest.raises(ValueError, match="has a name"):
        Caller.local(" ")
    for wrong in ("a\nb", "x" * 129, "user:42", "key:1"):
        with pytest.raises(MalformedText):
            Caller.local(wrong)


@pytest.mark.parametrize("number", [1, 42, ID_MAX])
def test_ids_are_those_of_telegram(number: int) -> None:
    """And name accounts, back and forth."""
    assert user_id(number) == number
    assert account_of(UserId(number)) == f"user:{number}"
    assert user_of(f"user:{number}") == number


@pytest.mark.parametrize("number", [0, -1, ID_MAX + 1, True, "42", 4.2, None])
def test_nobody_has_such_an_id(number: Any) -> None:
    """No user is made with it either."""
    with pytest.raises(MalformedUser):
        user_id(number)
    with pytest.raises(MalformedUser):
        user(id=number)
    with pytest.raises(MalformedUser):
        Profile(id=number, name="")


@pytest.mark.parametrize(
    "account",
    ["user:", "user:ann", "user:042", "user:٤٢", "user:-1", f"user:{2**52}", "key:42", "42", ""],
)
def test_what_is_no_users_account_is_nobodys(account: str) -> None:
    """Whatever it looks like."""
    assert user_of(account) is None


def test_names_are_kept_as_far_as_they_can() -> None:
    """On one line, and cut; a username that Telegram would not give is none."""
    odd = user(name="A\n\tb" + "x" * 200, username="@Ann_Lee")
    assert odd.name == "A  b" + "x" * (NAME_MAX - 4)
    assert odd.username == "Ann_Lee"
    for wrong in ("", "@", "a b", "аня", "x" * 33, "a\n"):
        assert user(username=wrong).username == Profile(id=ANN, name="", username=wrong).username
        assert user(username=wrong).username == ""


def test_nothing_new_is_shown_by_the_same_profile() -> None:
    """The language is not looked at: it was chosen."""
    same = Profile(id=ANN, name="Ann", language=Language.RU)
    assert user().shows(same)
    assert not user(name="Bob").shows(same)
    assert not user(username="ann").shows(same)
    assert not user(blocked=True).shows(same)
    assert not user(erased_at=NOON).shows(same)


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("ru", Language.RU),
        ("RU-ru", Language.RU),
        ("be", Language.RU),
        ("kk", Language.RU),
        ("en", Language.EN),
        ("pt-br", Language.EN),
        ("rum", Language.EN),
        ("", Language.EN),
    ],
)
def test_people_are_written_to_in_one_of_two_languages(code: str, language: Language) -> None:
    """Russian where it is nearer, else English."""
    assert Language.of(code) is language
