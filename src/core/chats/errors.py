"""How conversations refuse."""

from attrs import define

from ..errors import Conflict, Missing, Refused


@define
class UpdateMissing(Missing):
    """No update of that bot has this number, or it was forgotten since."""

    bot: int
    number: int

    def __str__(self) -> str:
        return f"bot {self.bot} keeps no update {self.number}"


@define
class UpdateMoved(Conflict):
    """Somebody else handles the update by now."""

    bot: int
    number: int

    def __str__(self) -> str:
        return f"update {self.number} of bot {self.bot} is handled by somebody else by now"


@define
class WindowMoved(Conflict):
    """Something else is shown in that chat by now."""

    bot: int
    chat: int

    def __str__(self) -> str:
        return f"chat {self.chat} of bot {self.bot} shows something else by now"


@define
class WindowMalformed(Refused):
    """What a window is about is more than is kept, or no text."""

    scene: str
    rule: str

    def __str__(self) -> str:
        return f"window {self.scene!r} cannot be kept: {self.rule}"


@define
class LinkForged(Refused):
    """A link into the chat was not written by us, or is damaged."""

    text: str

    def __str__(self) -> str:
        return f"{self.text!r} is no link of ours"
