"""Roles, and what each of them may do: one table, and nothing decides beside it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What somebody is to us; each may do whatever those before it may."""

    CUSTOMER = "customer"
    SUPPORT = "support"
    OPERATOR = "operator"
    OWNER = "owner"

    def covers(self, other: "Role") -> bool:
        """Whether it may do all that the other one may."""
        return GRANTS[self] >= GRANTS[other]


class Permission(StrEnum):
    """One kind of thing that somebody may do."""

    SEE_OWN = "see_own"
    """Their own money, payments and purchases."""
    PAY = "pay"
    """Pay money in, and call that off."""
    BUY = "buy"
    """Have goods bought out of their own money, and call that off."""
    ERASE_OWN = "erase_own"
    """Have all that is personal about themselves wiped."""
    SEE_OTHERS = "see_others"
    """The same of anybody."""
    MUTE = "mute"
    """Listen to somebody no longer, or again."""
    ANSWER = "answer"
    """Answer what people ask us, and ask for them."""
    REFUND = "refund"
    """Have money go back, and agree or not when another one asks for that."""
    ADJUST = "adjust"
    """Move money by hand, and have the house pay for goods."""
    DECIDE = "decide"
    """
    Say what became of what is in doubt, whose money in the drawer is, and that money may go out
    again after a restore.
    """
    CAMPAIGN = "campaign"
    """Buy much of one thing out of a budget of the house."""
    BROADCAST = "broadcast"
    """Write to everybody, or to many, at once."""
    SEE_AUDIT = "see_audit"
    """Read who did what."""
    MANAGE_USERS = "manage_users"
    """Give roles and take them away; have data handed out or wiped, somebody's or everybody's."""
    MANAGE_KEYS = "manage_keys"
    """Give out keys for programs and take them away, and look after webhooks."""


ADDED: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.CUSTOMER: frozenset(
        {Permission.SEE_OWN, Permission.PAY, Permission.BUY, Permission.ERASE_OWN}
    ),
    Role.SUPPORT: frozenset({Permission.SEE_OTHERS, Permission.MUTE, Permission.ANSWER}),
    Role.OPERATOR: frozenset(
        {
            Permission.REFUND,
            Permission.ADJUST,
            Permission.DECIDE,
            Permission.CAMPAIGN,
            Permission.BROADCAST,
        }
    ),
    Role.OWNER: frozenset({Permission.SEE_AUDIT, Permission.MANAGE_USERS, Permission.MANAGE_KEYS}),
}
"""What each may do that none before it may."""


def _summed() -> Mapping[Role, frozenset[Permission]]:
    granted: frozenset[Permission] = frozenset()
    return {role: (granted := granted | ADDED[role]) for role in Role}


GRANTS: Final = _summed()
"""All that each may do."""


def least_for(permission: Permission) -> Role:
    """The least role that may."""
    return next(role for role in Role if permission in GRANTS[role])
