"""How wiring says no: each names the setting that has to change."""

from attrs import define

from ...core.errors import Refused


@define
class SettingsError(Refused):
    """What the operator decided cannot be carried out."""


@define
class SettingWrong(SettingsError):
    """A setting has a value that it cannot have."""

    setting: str
    reason: str

    def __str__(self) -> str:
        return f"{self.setting}: {self.reason}"


@define
class SettingUnknown(SettingsError):
    """Nothing is set by this name; most likely it is misspelt."""

    setting: str
    nearest: str | None

    def __str__(self) -> str:
        meant = f"; did you mean {self.nearest}?" if self.nearest else ""
        return f"{self.setting}: there is no such setting{meant}"


@define
class SettingMissing(SettingsError):
    """A setting was given that is only safe together with another one."""

    setting: str
    reason: str

    def __str__(self) -> str:
        return f"{self.setting} is missing: {self.reason}"
