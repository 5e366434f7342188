"""Who is asking, and what they may do."""

from .appointing import MuteUser, SetRole
from .auditing import Audit, ReadTrail, Verified, VerifyTrail
from .caller import CALLER_MAX, Caller
from .errors import (
    KeyEnded,
    KeyMissing,
    LastOwner,
    MalformedUser,
    NamedOwner,
    NotAllowed,
    NotKnown,
    NotSure,
    Outranked,
    ScopesMissing,
    TermMalformed,
    UserMissing,
)
from .finding import FindUser, ListUsers, whom
from .key_care import OVERLAP, OVERLAP_MAX, MadeKey, MakeKey, RevokeKey, RotateKey
from .key_use import COPY_SECONDS, OpenWithKey
from .keys import ApiKey, ApiKeys
from .permission import GRANTS, Permission, Role, least_for
from .ports import Seen, Trail, Users
from .privacy import Document, EraseUser, ExportUser, Keeper, Keepers
from .seeing import ROUGHLY, Owners, SeeUser
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
    "ROUGHLY",
    "START",
    "ApiKey",
    "ApiKeys",
    "Audit",
    "Audited",
    "Caller",
    "Document",
    "EraseUser",
    "ExportUser",
    "FindUser",
    "Keeper",
    "Keepers",
    "KeyEnded",
    "KeyMissing",
    "Language",
    "LastOwner",
    "Link",
    "ListUsers",
    "MadeKey",
    "MakeKey",
    "MalformedUser",
    "MuteUser",
    "NamedOwner",
    "NotAllowed",
    "NotKnown",
    "NotSure",
    "OpenWithKey",
    "Outranked",
    "Owners",
    "Permission",
    "Profile",
    "ReadTrail",
    "RevokeKey",
    "Role",
    "RotateKey",
    "ScopesMissing",
    "SeeUser",
    "Seen",
    "SetRole",
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
    "whom",
]
