"""How keeping copies refuses."""

from attrs import define

from ..errors import Refused


@define
class BackupRefused(Refused):
    """The file cannot be written as a backup, or is none that can be used here."""

    file: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.reason}"


@define
class RestoreRefused(Refused):
    """Nothing may be restored there as it is."""

    where: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


@define
class BooksBroken(Refused):
    """A copy of the books does not agree with itself; it is not kept."""

    law: str
    row: str
    expected: str
    found: str

    def __str__(self) -> str:
        return (
            f"the books are broken ({self.law}): {self.row}: "
            f"expected {self.expected}, found {self.found}"
        )
