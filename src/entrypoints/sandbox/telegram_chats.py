"""The private chats of a bot: its people, and what was said there."""

from collections.abc import Mapping
from typing import Any, Final

from attrs import define, field, frozen

from ...core.clock import Clock
from .telegram_html import plain_of
from .telegram_launch import markup_of
from .telegram_updates import Updates
from .telegram_wire import Asked, Methods, Refusal

TEXT_MAX: Final = 4096
FIRST_USER_ID: Final = 7_000_000_001
"""No 32 bits hold it, as they hold few of the real ones."""

Message = dict[str, Any]


@frozen
class User:
    """A person with an account."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "en"

    def as_sender(self) -> dict[str, Any]:
        """A `User` of the Bot API."""
        return {"id": self.id, "is_bot": False, **self._names("language_code")}

    def as_chat(self) -> dict[str, Any]:
        """The private chat with them."""
        return {"id": self.id, "type": "private", **self._names()}

    def _names(self, *more: str) -> dict[str, str]:
        names = ("first_name", "last_name", "username", *more)
        return {name: value for name in names if (value := getattr(self, name))}


@define
class Chats:
    """Messages by chat, the oldest first; a chat begins when its person does something."""

    clock: Clock
    me: Mapping[str, Any]
    updates: Updates
    last_number: int = 0
    """Messages, queries, links and charges are numbered together."""
    users: dict[int, User] = field(factory=dict)
    messages: dict[int, list[Message]] = field(factory=dict)
    blocked: set[int] = field(factory=set)
    """Who does not want to hear from the bot any more."""

    @property
    def methods(self) -> Methods:
        """What a bot may ask of this."""
        return {"getMe": self._get_me, "sendMessage": self._send_message}

    @property
    def now(self) -> int:
        """The moment in seconds, as Telegram counts them."""
        return int(self.clock.now().timestamp())

    def number(self) -> int:
        """Nothing else has it."""
        self.last_number += 1
        return self.last_number

    def join(self, first_name: str, **names: str) -> User:
        """Somebody makes an account; the bot has never heard of them."""
        user = User(FIRST_USER_ID + len(self.users), first_name, **names)
        self.users[user.id] = user
        return user

    def say(self, user: User, **content: Any) -> Message:
        """The person writes, or something happens of which the chat tells in their name."""
        message = self._add(user, user.as_sender(), content)
        self.updates.make("message", message)
        return message

    def tap(self, user: User, callback_data: str, message_id: int | None = None) -> None:
        """
        The person taps a button below that message, or the newest one of the bot that has it.

        Raises:
            LookupError: there is none.
        """
        for message in reversed(self.messages.get(user.id, [])):
            if message_id not in (None, message["message_id"]):
                continue
            rows = message.get("reply_markup", {}).get("inline_keyboard", [])
            if any(button.get("callback_data") == callback_data for row in rows for button in row):
                break
        else:
            raise LookupError(f"no button says {callback_data!r}")
        query = {
            "id": str(self.number()),
            "from": user.as_sender(),
            "message": message,
            "chat_instance": str(user.id),
            "data": callback_data,
        }
        self.updates.make("callback_query", query)

    def reach(self, asked: Asked) -> User:
        """
        Who is to be written to.

        Raises:
            Refusal: the bot cannot write to them.
        """
        id = asked.whole("chat_id")
        if id not in self.messages:
            raise Refusal(400, "chat not found")
        if id in self.blocked:
            raise Refusal(403, "bot was blocked by the user")
        return self.users[id]

    def send(self, user: User, asked: Asked, content: Mapping[str, Any]) -> Message:
        """The bot writes; what it is answered shows no keyboard but those below messages."""
        markup = markup_of(asked)
        message = self._add(user, self.me, content)
        told = dict(message)
        if markup:
            message["reply_markup"] = markup
        if "inline_keyboard" in markup:
            told["reply_markup"] = markup
        return told

    def _add(self, user: User, sender: Mapping[str, Any], content: Mapping[str, Any]) -> Message:
        message = {
            "message_id": self.number(),
            "from": dict(sender),
            "chat": user.as_chat(),
            "date": self.now,
            **content,
        }
        self.users[user.id] = user
        self.messages.setdefault(user.id, []).append(message)
        return message

    async def _get_me(self, asked: Asked) -> dict[str, Any]:
        return {
            **self.me,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    async def _send_message(self, asked: Asked) -> Message:
        return self.send(self.reach(asked), asked, text_of(asked))


def text_of(asked: Asked) -> dict[str, Any]:
    """
    The text that was asked to be shown, as it is shown.

    Raises:
        Refusal: there is none, it is too long, or it is no HTML although that was said.
    """
    text = asked.text("text").strip()
    entities: list[dict[str, Any]] = []
    if asked.text("parse_mode").upper() == "HTML":
        text, entities = plain_of(text)
    if not text:
        raise Refusal(400, "message text is empty")
    if len(text) > TEXT_MAX:
        raise Refusal(400, "message is too long")
    return {"text": text, "entities": entities} if entities else {"text": text}
