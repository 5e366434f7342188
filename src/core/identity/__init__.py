"""Who is asking, and what they may do."""

from .appointing import MuteUser, SetRole
from .auditing import Audit, ReadTrail, Verified, VerifyTrail
from .by_hand import MoveByHand
from .caller import CALLER_MAX, Caller
from .errors import (
    LastOwner,
    MalformedUser,
    NamedOwner,
    NotAllowed,
    Outranked,
    UserMissing,
)
from .finding import FindUser, ListUsers, whom
from .permission import GRANTS, Permission, Role, least_for
from .ports import Seen, Trail, Users
from .privacy import Document, EraseUser, ExportUser, Keeper, Keepers
from .seeing import ROUGHLY, Owners, SeeUser
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
    "ROUGHLY",
    "START",
    "Audit",
    "Audited",
    "Caller",
    "Document",
    "EraseUser",
    "ExportUser",
    "FindUser",
    "Keeper",
    "Keepers",
    "Language",
    "LastOwner",
    "Link",
    "ListUsers",
    "MalformedUser",
    "MoveByHand",
    "MuteUser",
    "NamedOwner",
    "NotAllowed",
    "Outranked",
    "Owners",
    "Permission",
    "Profile",
    "ReadTrail",
    "Role",
    "SeeUser",
    "Seen",
    "SetRole",
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
