"""What a bot does with messages that were sent, with taps, and with its list of commands."""

import json
from typing import Any, Final

from attrs import define, field

from .telegram_chats import Chats, Message, User, text_of
from .telegram_launch import markup_of
from .telegram_wire import Asked, Methods, Refusal

COMMANDS_MAX: Final = 100
DESCRIPTION_MAX: Final = 256
NOT_MODIFIED: Final = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


@define
class Talk:
    """Messages are edited and deleted, taps are answered."""

    chats: Chats
    answered: list[str] = field(factory=list)
    """The taps that were answered, by their ids."""
    actions: list[tuple[int, str]] = field(factory=list)
    """Who saw what the bot is doing."""
    commands: dict[tuple[str, str], list[dict[str, str]]] = field(factory=dict)
    """By scope and language."""

    @property
    def methods(self) -> Methods:
        """What a bot may ask of this."""
        return {
            "sendDocument": self._send_document,
            "editMessageText": self._edit_text,
            "editMessageReplyMarkup": self._edit_markup,
            "deleteMessage": self._delete,
            "answerCallbackQuery": self._answer,
            "sendChatAction": self._act,
            "getMyCommands": self._get_commands,
            "setMyCommands": self._set_commands,
            "deleteMyCommands": self._delete_commands,
        }

    def press(self, user: User, label: str) -> None:
        """
        The person taps the button that says that, below the newest message of the bot that has it.

        Raises:
            LookupError: there is none.
        """
        for message in reversed(self.chats.messages.get(user.id, [])):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    said = button["text"].replace("\N{NO-BREAK SPACE}", " ")
                    if label in said and "callback_data" in button:
                        self.chats.tap(user, button["callback_data"])
                        return
        raise LookupError(f"no button says {label!r}")

    def block(self, user: User) -> None:
        """The person stops the bot."""
        self.chats.blocked.add(user.id)
        who = {"user": dict(self.chats.me)}
        changed = {
            "chat": user.as_chat(),
            "from": user.as_sender(),
            "date": self.chats.now,
            "old_chat_member": {**who, "status": "member"},
            "new_chat_member": {**who, "status": "kicked", "until_date": 0},
        }
        self.chats.updates.make("my_chat_member", changed)

    def _message(self, asked: Asked, what: str) -> Message:
        user = self.chats.reach(asked)
        id = asked.whole("message_id")
        for message in self.chats.messages[user.id]:
            if message["message_id"] == id:
                if not message["from"]["is_bot"] and what != "delete":
                    raise Refusal(400, f"message can't be {what}ed")
                return message
        raise Refusal(400, f"message to {what} not found")

    async def _send_document(self, asked: Asked) -> Message:
        asked.required("document")  # what is in it is not kept here
        id = f"file_{self.chats.number()}"
        document = {"file_id": id, "file_unique_id": id}
        return self.chats.send(self.chats.reach(asked), asked, {"document": document})

    async def _edit_text(self, asked: Asked) -> Message:
        message = self._message(asked, "edit")
        content, markup = text_of(asked), markup_of(asked)
        before = {name: message.get(name) for name in ("text", "entities", "reply_markup")}
        after = {"entities": None, **content, "reply_markup": markup or None}
        if before == after:
            raise Refusal(400, NOT_MODIFIED)
        return self._changed(message, after)

    async def _edit_markup(self, asked: Asked) -> Message:
        message, markup = self._message(asked, "edit"), markup_of(asked)
        if message.get("reply_markup") == (markup or None):
            raise Refusal(400, NOT_MODIFIED)
        return self._changed(message, {"reply_markup": markup or None})

    def _changed(self, message: Message, after: dict[str, Any]) -> Message:
        for name, value in after.items():
            message.pop(name, None)
            if value is not None:
                message[name] = value
        message["edit_date"] = self.chats.now
        return dict(message)

    async def _delete(self, asked: Asked) -> bool:
        message = self._message(asked, "delete")
        self.chats.messages[message["chat"]["id"]].remove(message)
        return True

    async def _answer(self, asked: Asked) -> bool:
        self.answered.append(asked.required("callback_query_id"))
        return True

    async def _act(self, asked: Asked) -> bool:
        self.actions.append((self.chats.reach(asked).id, asked.required("action")))
        return True

    async def _get_commands(self, asked: Asked) -> list[dict[str, str]]:
        return self.commands.get(_list_of(asked), [])

    async def _set_commands(self, asked: Asked) -> bool:
        asked.required("commands")
        commands = asked.json("commands", list)
        if len(commands) > COMMANDS_MAX:
            raise Refusal(400, "BOT_COMMANDS_TOO_MUCH")
        for each in commands:
            if not 0 < len(each["description"]) <= DESCRIPTION_MAX:
                raise Refusal(400, "BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[_list_of(asked)] = commands
        return True

    async def _delete_commands(self, asked: Asked) -> bool:
        self.commands.pop(_list_of(asked), None)
        return True


def _list_of(asked: Asked) -> tuple[str, str]:
    scope = asked.json("scope", dict) or {"type": "default"}
    return json.dumps(scope, sort_keys=True), asked.text("language_code")
