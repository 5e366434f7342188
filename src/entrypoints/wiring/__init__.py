"""What stands behind what: settings, and the container made of them (`wiring.container`)."""

from .errors import SettingMissing, SettingsError, SettingUnknown, SettingWrong
from .settings import Api, Settings, read_settings

__all__ = [
    "Api",
    "SettingMissing",
    "SettingUnknown",
    "SettingWrong",
    "Settings",
    "SettingsError",
    "read_settings",
]
