"""Who is asking, and what they may do."""

from .auditing import Audit, ReadTrail, Verified, VerifyTrail
from .caller import CALLER_MAX, Caller
from .errors import (
    KeyEnded,
    KeyMissing,
    MalformedUser,
    NotAllowed,
    NotKnown,
    NotSure,
    ScopesMissing,
    TermMalformed,
    UserMissing,
)
from .key_care import OVERLAP, OVERLAP_MAX, MadeKey, MakeKey, RevokeKey, RotateKey
from .key_use import COPY_SECONDS, OpenWithKey
from .keys import ApiKey, ApiKeys
from .permission import GRANTS, Permission, Role, least_for
from .ports import Seen, Trail, Users
from .token import Token
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
    "COPY_SECONDS",
    "GRANTS",
    "ID_MAX",
    "NAME_MAX",
    "OVERLAP",
    "OVERLAP_MAX",
    "START",
    "ApiKey",
    "ApiKeys",
    "Audit",
    "Audited",
    "Caller",
    "KeyEnded",
    "KeyMissing",
    "Language",
    "Link",
    "MadeKey",
    "MakeKey",
    "MalformedUser",
    "NotAllowed",
    "NotKnown",
    "NotSure",
    "OpenWithKey",
    "Permission",
    "Profile",
    "ReadTrail",
    "RevokeKey",
    "Role",
    "RotateKey",
    "ScopesMissing",
    "Seen",
    "TermMalformed",
    "Token",
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
