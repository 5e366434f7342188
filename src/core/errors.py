"""How Altyn says no: four families, told apart by what the caller can do next."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import define, fields


class AltynError(Exception):
    """What every typed error has: a stable code for machines, facts, and words for people."""

    code: ClassVar[str] = "altyn_error"

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @property
    def facts(self) -> Mapping[str, Any]:
        """The values the error carries, by name."""
        names = (field.name for field in fields(type(self)))  # type: ignore[arg-type]
        return {name: getattr(self, name) for name in names}

    def like(self, other: BaseException) -> bool:
        """Whether the other one says the same: exceptions themselves compare by identity."""
        return type(self) is type(other) and self.facts == getattr(other, "facts", None)


@define
class Refused(AltynError):
    """No, and asking again changes nothing."""


@define
class Missing(AltynError):
    """What was named is not there."""


@define
class Conflict(AltynError):
    """Something else came first: read again, decide again."""


@define
class Unavailable(AltynError):
    """It is not known what happened, or nothing could be asked; asking again is safe."""

    @property
    def retry_after_seconds(self) -> float | None:
        """How long to wait before asking again, where that is known."""
        return None
