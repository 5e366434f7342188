"""What stands behind what: settings, and the container made of them (`wiring.container`)."""

from .errors import SettingMissing, SettingsError, SettingUnknown, SettingWrong
from .merchants import Heleket, Psp, Telegram, Ton
from .settings import Api, Metrics, Settings, read_settings

__all__ = [
    "Api",
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
    "read_settings",
]
