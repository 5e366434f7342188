"""What stands behind what: settings, and the container made of them (`wiring.container`)."""

from .errors import SettingMissing, SettingsError, SettingUnknown, SettingWrong
from .merchants import Heleket
from .settings import Api, Metrics, Settings, read_settings

__all__ = [
    "Api",
    "Heleket",
    "Metrics",
    "SettingMissing",
    "SettingUnknown",
    "SettingWrong",
    "Settings",
    "SettingsError",
    "read_settings",
]
