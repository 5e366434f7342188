"""Texts by their keys: filled in, and safe to be shown as HTML."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, Final

from attrs import field, frozen
from fluent.runtime import FluentBundle, FluentResource

from ....core.identity import Language
from ....core.money import Money
from .showing import moment, money

LANGUAGES: Final[Sequence[Language]] = tuple(Language)


LONG: Final = 200
"""Fluent fills in no more than a thousand characters, so that nobody makes it fill in for ever."""
MARK: Final = "\ue000{}\ue001"
"""What stands for something longer until all the rest is filled in."""


def _is_long(fact: object) -> bool:
    return isinstance(fact, str) and len(fact) > LONG


class Html(str):
    """Text that is HTML already, and is not escaped."""

    __slots__ = ()


class TextMissing(LookupError):
    """There is no such text, or not all that it speaks of was told: a mistake of ours."""


@frozen
class Words:
    """All texts in one language."""

    language: Language
    _bundle: FluentBundle = field(repr=False)

    def __call__(self, key: str, **facts: object) -> str:
        """
        A text as HTML: what it is told is escaped, unless it is `Html`.

        Raises:
            TextMissing: there is none, or it speaks of something that was not told.
        """
        return self._said(key, {name: self._shown(fact) for name, fact in facts.items()})

    def plain(self, key: str, **facts: object) -> str:
        """The same where nothing is read as HTML: on buttons, in lists of commands."""
        return self._said(key, {name: self._as_it_is(fact) for name, fact in facts.items()})

    def _said(self, key: str, facts: Mapping[str, Any]) -> str:
        if not self._bundle.has_message(key):
            raise TextMissing(f"there is no text {key!r} in {self.language}")
        pattern = self._bundle.get_message(key).value
        if pattern is None:
            raise TextMissing(f"text {key!r} is empty in {self.language}")
        long = {name: fact for name, fact in facts.items() if _is_long(fact)}
        short = {**facts, **{name: MARK.format(name) for name in long}}
        said, wrong = self._bundle.format_pattern(pattern, short)
        if wrong:
            raise TextMissing(f"text {key!r} in {self.language}: {wrong[0]}")
        for name, fact in long.items():
            said = str(said).replace(MARK.format(name), fact)
        return str(said)

    def _shown(self, fact: object) -> object:
        shown = self._as_it_is(fact)
        escaped = isinstance(shown, str) and not isinstance(shown, Html)
        return escape(str(shown), quote=False) if escaped else shown

    def _as_it_is(self, fact: object) -> object:
        match fact:
            case Money():
                return money(fact, self.language)
            case datetime():
                return moment(fact, self.language)
        return fact


@cache
def words_in(language: Language) -> Words:
    """All texts in that language."""
    # Marks that isolate what is filled in would be copied together with addresses and memos.
    bundle = FluentBundle([language], use_isolating=False)
    folder = files(__package__) / language
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".ftl"):
            bundle.add_resource(FluentResource(file.read_text("utf-8")))
    return Words(language, bundle)
