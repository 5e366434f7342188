"""Who is asking, and what they may do."""

from .caller import CALLER_MAX, Caller
from .errors import MalformedUser, NotAllowed, UserMissing
from .permission import GRANTS, Permission, Role, least_for
from .ports import Seen, Users
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
    "CALLER_MAX",
    "GRANTS",
    "ID_MAX",
    "NAME_MAX",
    "Caller",
    "Language",
    "MalformedUser",
    "NotAllowed",
    "Permission",
    "Profile",
    "Role",
    "Seen",
    "User",
    "UserId",
    "UserMissing",
    "Users",
    "account_of",
    "least_for",
    "user_id",
    "user_of",
]
