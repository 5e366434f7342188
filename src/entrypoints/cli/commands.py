"""The commands there are, by their first word; what tells of one is imported when it is said."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, Final

from attrs import frozen


@frozen
class Command:
    """A first word: where its stories are, and what it is about."""

    module: str
    words: str

    @property
    def stories(self) -> Sequence[Any]:
        """Its stories: one of its own name, or those whose names have a second word."""
        # Each brings its part of the core along: all of them would be most of a second.
        module = import_module(f".{self.module}", __package__)
        stories: Sequence[Any] = getattr(module, "STORIES", (module,))
        return stories


COMMANDS: Final[Mapping[str, Command]] = {
    "init": Command("init", "set Altyn up: ask, try out, write altyn.toml"),
    "up": Command("up", "start Altyn: the API, the worker and the bot, with their database"),
    "bot": Command("bot", "talk with people over the bot"),
    "cases": Command("cases", "show what the bot could not answer"),
    "support": Command("support", "see what people ask us, and answer it"),
    "api": Command("api", "start the API alone"),
    "worker": Command("worker", "start the worker alone"),
    "sandbox": Command("sandbox", "start servers that play the providers, for tests"),
    "migrate": Command("migrate", "create the database or bring it up to date"),
    "doctor": Command("doctor", "find what is wrong with the setup, and say what to do"),
    "check": Command("check", "prove the books against their own history"),
    "export": Command("export", "hand out the books, sheet by sheet"),
    "backup": Command("backup", "copy all of the database into one file, while it is used"),
    "restore": Command("restore", "make the database what it was when a backup was taken"),
    "resume": Command("resume", "let money go out again after the books were restored"),
    "open": Command("opening", "open an account"),
    "balance": Command("balance", "show what an account holds"),
    "statement": Command("statement", "show the history of an account"),
    "transfer": Command("transfer", "move money between two accounts"),
    "reconcile": Command("reconcile", "compare the books with the providers' lists"),
    "payments": Command("payments", "ask for money, decide about what came, give it back"),
    "purchases": Command("purchases", "buy goods for somebody, decide what is in doubt"),
    "campaign": Command("campaigns", "buy much of one thing, side by side, out of one budget"),
    "users": Command("users", "see who people are, give roles, hand out and wipe what is known"),
    "audit": Command("audit", "see what was done by hand, prove that nobody has changed it"),
    "keys": Command("keys", "let programs in at the API, each with a key of its own"),
    "sessions": Command("sessions", "see where people are signed in, and sign them out"),
    "webhooks": Command("webhooks", "tell the systems of others what happens"),
    "events": Command("events", "see what could not be passed on"),
    "tasks": Command("tasks", "see what has to be done, and what was given up"),
    "stars": Command("stars", "the account of Telegram that pays in Stars"),
    "completion": Command("completion", "let your shell complete what you type"),
}
