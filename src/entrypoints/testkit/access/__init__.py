"""The contracts of what lets people and programs in."""

from .keys import ApiKeysContract
from .second_factors import SecondFactorsContract
from .sessions import SessionsContract

__all__ = ["ApiKeysContract", "SecondFactorsContract", "SessionsContract"]
