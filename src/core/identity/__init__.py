"""Who is asking, and what they may do."""

from .auditing import Audit, ReadTrail, Verified, VerifyTrail
from .caller import CALLER_MAX, Caller
from .errors import MalformedUser, NotAllowed, UserMissing
from .permission import GRANTS, Permission, Role, least_for
from .ports import Seen, Trail, Users
from .trail import ABOUT_MAX, START, Audited, Link
from .user import (
    ID_MAX,
    NAME_MAX,
    Language,
    Profile,
    User,
    UserId,
    account_of,
    user_id,
    user_of,
)

__all__ = [
    "ABOUT_MAX",
    "CALLER_MAX",
    "GRANTS",
    "ID_MAX",
    "NAME_MAX",
    "START",
    "Audit",
    "Audited",
    "Caller",
    "Language",
    "Link",
    "MalformedUser",
    "NotAllowed",
    "Permission",
    "Profile",
    "ReadTrail",
    "Role",
    "Seen",
    "Trail",
    "User",
    "UserId",
    "UserMissing",
    "Users",
    "Verified",
    "VerifyTrail",
    "account_of",
    "least_for",
    "user_id",
    "user_of",
]
