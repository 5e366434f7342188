"""Whether what was decided about payments fits the rest of the settings."""

from collections.abc import Mapping
from typing import Final

from .approvals import approvals
from .errors import SettingWrong
from .methods import BOUNDS, methods
from .settings import Settings
from .tables import known

BY_METHOD: Final = ("rules", "routes", "bounds")


def check(settings: Settings) -> None:
    """
    Nothing, when it does.

    Raises:
        SettingWrong: an asset or a way of paying is not there.
    """
    decided = settings.payments
    try:
        approvals(decided.approvals, settings.assets)
    except ValueError as wrong:
        raise SettingWrong("ALTYN_PAYMENTS_APPROVALS", str(wrong)) from None
    for table in BY_METHOD:
        for name, value in getattr(decided, table).items():
            if name not in BOUNDS and isinstance(value, Mapping):
                _known(f"ALTYN_PAYMENTS_{table.upper()}", name, settings)


def _known(setting: str, name: str, settings: Settings) -> None:
    names = list(BOUNDS)
    if settings.psp.profile:  # only a card provider goes by another name
        try:
            names = [each.name for each in methods(settings)]
        except SettingWrong:
            return  # his profile cannot be used, which is told by whoever would use it
    try:
        known(name, names, "way of paying")
    except ValueError as wrong:
        raise SettingWrong(setting, f"{name}: {wrong}") from None
