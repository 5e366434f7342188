"""Who is asking, and what they may do."""

from .access_token import AccessToken, AccessTokens
from .appointing import MuteUser, SetRole
from .auditing import Audit, ReadTrail, Verified, VerifyTrail
from .by_hand import MoveByHand
from .caller import CALLER_MAX, Caller
from .copies import COPY_SECONDS
from .errors import (
    HasSecondFactor,
    KeyEnded,
    KeyMade,
    KeyMissing,
    LastOwner,
    LaunchOver,
    LaunchUsed,
    MalformedUser,
    NamedOwner,
    NotAllowed,
    NotFresh,
    NothingVouches,
    NotKnown,
    NotSure,
    Outranked,
    ScopesMissing,
    SecondFactorMissing,
    SessionMissing,
    SignInOff,
    TermMalformed,
    UserMissing,
)
from .finding import FindUser, ListUsers, whom
from .key_care import OVERLAP, OVERLAP_MAX, ListKeys, MadeKey, MakeKey, RevokeKey, RotateKey
from .key_use import OpenWithKey
from .keys import ApiKey, ApiKeys
from .launch import Launch, Launches
from .leaving import EndSessions, ListSessions
from .opening import OpenByHand
from .permission import GRANTS, Permission, Role, least_for
from .ports import Seen, Trail, Users
from .privacy import Document, EraseUser, ExportUser, Keeper, Keepers
from .proving import (
    Enrolment,
    EnrolSecondFactor,
    HandOutSecondFactor,
    ResetSecondFactor,
    ShowSecondFactor,
    StepUp,
    Sure,
)
from .resuming import ResumePaying
from .retrying import RetryByHand
from .second_factor import SecondFactor, SecondFactors, recovery_digest
from .seeing import ROUGHLY, Owners, SeeUser
from .session import Ended, Session, SessionId, Sessions, Spent
from .signing_in import RefreshSession, SignedIn, SignIn
from .token import Token
from .token_use import Guest, OpenWithAccessToken
from .told import TellSessions
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
    "AccessToken",
    "AccessTokens",
    "ApiKey",
    "ApiKeys",
    "Audit",
    "Audited",
    "Caller",
    "Document",
    "EndSessions",
    "Ended",
    "EnrolSecondFactor",
    "Enrolment",
    "EraseUser",
    "ExportUser",
    "FindUser",
    "Guest",
    "HandOutSecondFactor",
    "HasSecondFactor",
    "Keeper",
    "Keepers",
    "KeyEnded",
    "KeyMade",
    "KeyMissing",
    "Language",
    "LastOwner",
    "Launch",
    "LaunchOver",
    "LaunchUsed",
    "Launches",
    "Link",
    "ListKeys",
    "ListSessions",
    "ListUsers",
    "MadeKey",
    "MakeKey",
    "MalformedUser",
    "MoveByHand",
    "MuteUser",
    "NamedOwner",
    "NotAllowed",
    "NotFresh",
    "NotKnown",
    "NotSure",
    "NothingVouches",
    "OpenByHand",
    "OpenWithAccessToken",
    "OpenWithKey",
    "Outranked",
    "Owners",
    "Permission",
    "Profile",
    "ReadTrail",
    "RefreshSession",
    "ResetSecondFactor",
    "ResumePaying",
    "RetryByHand",
    "RevokeKey",
    "Role",
    "RotateKey",
    "ScopesMissing",
    "SecondFactor",
    "SecondFactorMissing",
    "SecondFactors",
    "SeeUser",
    "Seen",
    "Session",
    "SessionId",
    "SessionMissing",
    "Sessions",
    "SetRole",
    "ShowSecondFactor",
    "SignIn",
    "SignInOff",
    "SignedIn",
    "Spent",
    "StepUp",
    "Sure",
    "TellSessions",
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
    "recovery_digest",
    "user_id",
    "user_of",
    "whom",
]
