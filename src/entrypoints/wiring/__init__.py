"""What stands behind what: settings, and the container made of them (`wiring.container`)."""

from .errors import SettingMissing, SettingsError, SettingUnknown, SettingWrong
from .settings import Api, Metrics, Settings, read_settings

__all__ = [
    "Api",
    "Metrics",
    "SettingMissing",
    "SettingUnknown",
    "SettingWrong",
    "Settings",
    "SettingsError",
    "read_settings",
]
