"""What stands behind what: settings, and the container made of them (`wiring.container`)."""

from .errors import SettingMissing, SettingsError, SettingUnknown, SettingWrong
from .merchants import Heleket, Psp, Telegram, Ton
from .settings import Api, Found, Metrics, Settings, find_settings, read_settings

__all__ = [
    "Api",
    "Found",
    "Heleket",
    "Metrics",
    "Psp",
    "SettingMissing",
    "SettingUnknown",
    "SettingWrong",
    "Settings",
    "SettingsError",
    "Telegram",
    "Ton",
    "find_settings",
    "read_settings",
]
