"""Who is asking, and what they may do."""

from .access_token import AccessToken, AccessTokens
from .auditing import Audit, ReadTrail, Verified, VerifyTrail
from .caller import CALLER_MAX, Caller
from .copies import COPY_SECONDS
from .errors import (
    KeyEnded,
    KeyMissing,
    LaunchOver,
    LaunchUsed,
    MalformedUser,
    NotAllowed,
    NotFresh,
    NothingVouches,
    NotKnown,
    NotSure,
    ScopesMissing,
    SecondFactorMissing,
    SessionMissing,
    SignInOff,
    TermMalformed,
    UserMissing,
)
from .key_care import OVERLAP, OVERLAP_MAX, MadeKey, MakeKey, RevokeKey, RotateKey
from .key_use import OpenWithKey
from .keys import ApiKey, ApiKeys
from .launch import Launch, Launches
from .leaving import EndSessions, ForgetSessions, ListSessions
from .permission import GRANTS, Permission, Role, least_for
from .ports import Seen, Trail, Users
from .proving import Enrolment, EnrolSecondFactor, ResetSecondFactor, ShowSecondFactor, StepUp, Sure
from .second_factor import SecondFactor, SecondFactors
from .session import Ended, Session, SessionId, Sessions, Spent
from .signing_in import RefreshSession, SignedIn, SignIn
from .token import Token
from .token_use import Guest, OpenWithAccessToken
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
    "AccessToken",
    "AccessTokens",
    "ApiKey",
    "ApiKeys",
    "Audit",
    "Audited",
    "Caller",
    "EndSessions",
    "Ended",
    "EnrolSecondFactor",
    "Enrolment",
    "ForgetSessions",
    "Guest",
    "KeyEnded",
    "KeyMissing",
    "Language",
    "Launch",
    "LaunchOver",
    "LaunchUsed",
    "Launches",
    "Link",
    "ListSessions",
    "MadeKey",
    "MakeKey",
    "MalformedUser",
    "NotAllowed",
    "NotFresh",
    "NotKnown",
    "NotSure",
    "NothingVouches",
    "OpenWithAccessToken",
    "OpenWithKey",
    "Permission",
    "Profile",
    "ReadTrail",
    "RefreshSession",
    "ResetSecondFactor",
    "RevokeKey",
    "Role",
    "RotateKey",
    "ScopesMissing",
    "SecondFactor",
    "SecondFactorMissing",
    "SecondFactors",
    "Seen",
    "Session",
    "SessionId",
    "SessionMissing",
    "Sessions",
    "ShowSecondFactor",
    "SignIn",
    "SignInOff",
    "SignedIn",
    "Spent",
    "StepUp",
    "Sure",
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
