"""Who we are to a provider, and the settings that a profile speaks of by their names."""

import re
from collections.abc import Mapping
from typing import Final

from attrs import field, frozen

SETTING: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")


@frozen
class Setting:
    """The name of a setting in which a secret is; never the secret."""

    name: str

    def __attrs_post_init__(self) -> None:
        if not SETTING.fullmatch(self.name):  # perhaps the secret itself: it is not repeated
            raise ValueError("names a setting, such as key; the secret itself does not belong here")


@frozen(kw_only=True)
class Shop:
    """Our account there, and where payers and notices come back to; empty where there is none."""

    id: str = ""
    secrets: Mapping[str, str] = field(factory=dict, repr=False)
    """By the names that the profile gives them."""
    success_url: str = ""
    failure_url: str = ""
    notice_url: str = ""

    def secret(self, setting: Setting) -> str:
        """What the setting holds; empty when nobody gave it."""
        return self.secrets.get(setting.name, "")
