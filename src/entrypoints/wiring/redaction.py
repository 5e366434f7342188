"""Redaction: no secret of the settings, and nothing that looks like one, is ever written down."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote, unquote

from attrs import define, field, fields, has

from .secret import Secret, passwords

HIDDEN: Final = "***"
VALUE_MIN: Final = 4
"""Anything shorter is in every second word, so hiding it would tell more than it hides."""
PART_MIN: Final = 8
"""What belongs to a secret is looked for by itself from this length on."""
PHRASE_MIN: Final = 12
WORDS_MIN: Final = 3
"""So many words of a phrase in a row are no accident any more."""

NAMES: Final = re.compile(
    r"(?:^|[_-])(?:"
    r"passw(?:or)?d|secrets?|tokens?|authorization|cookies?|mnemonic|phrase|init_?data|"
    r"tgwebappdata|t?otp|sign|signature|(?:api|payment|payout|private|access|sealing)_?keys?"
    r")$",
    re.IGNORECASE,
)
"""Under such a name nothing is shown; a mere `key` is that of an arrival, and no secret."""
CODE: Final = re.compile(r"\d{6,8}")
NUMBERED: Final = re.compile(r"\d+:[\w-]+")
"""A secret after the number of whose it is."""

_NAMED: Final = (
    r"init_?data|tgwebappdata|[a-z_]*passw(?:or)?d|[a-z_]*secret|[a-z_]*token|[a-z_]*api[_-]?key|"
    r"mnemonic|phrase|t?otp|hash|sign(?:ature)?|stel_\w+"
)
_HEADERS: Final = r"(?:proxy-)?authorization|(?:set-)?cookie|x-api-key|[a-z-]*secret-token"
_IS: Final = r"(?:[\"']\s*[:=]\s*|\s*=\s*|:(?=\S))(?:b?[\"'])?"
"""After a colon and a space come words about it, unless its name stands in quotes."""

FORMS: Final[Sequence[tuple[re.Pattern[str], str]]] = tuple(
    (re.compile(pattern, re.IGNORECASE), shown)
    for pattern, shown in (
        # What Telegram tells a Mini App, whichever of its fields comes first.
        (r"[^\s\"'<>]*auth_date(?:=|%3D)[^\s\"'<>]*", HIDDEN),
        (
            rf"\b({_HEADERS})([\"']?\s*[:=,]\s*(?:b?[\"'])?)[^\"'\n]+",
            rf"\1\2{HIDDEN}",
        ),
        (r"\b(bearer|basic)\s+[\w.~+/=-]{8,}", rf"\1 {HIDDEN}"),
        (r"/bot\d+:[^/\s\"']+", f"/bot{HIDDEN}"),
        (r"\b\d{6,}:[\w-]{30,}", HIDDEN),
        (r"\beyJ[\w-]+\.[\w-]+\.[\w-]*", HIDDEN),
        (r"\b([a-z]{2}_[a-z2-7]{16}_)[a-z2-7]{52}\b", rf"\1{HIDDEN}"),
        (r"\bwhsec_[\w+/=-]{8,}", f"whsec_{HIDDEN}"),
        (r"(://[^\s/:@\"']*):[^\s\"']+@", rf"\1:{HIDDEN}@"),
        (rf"\b({_NAMED})({_IS})[^\s&;,\"'<>(){{}}\[\]*]+", rf"\1\2{HIDDEN}"),
        (rf"\b(code)({_IS})\d{{6,8}}\b", rf"\1\2{HIDDEN}"),
    )
)
"""What looks like a secret, whoever's it is."""


@define(eq=False)
class Redaction:
    """What must not be written down: known values, and what looks like a secret."""

    _values: set[str] = field(factory=set, init=False)
    _phrases: set[str] = field(factory=set, init=False)
    _known: re.Pattern[str] | None = field(default=None, init=False)

    def learn(self, settings: object) -> None:
        """From now on the secrets of these settings are hidden wherever they turn up."""
        for secret in secrets_in(settings):
            words = secret.split()
            if len(words) >= PHRASE_MIN and all(word.isalpha() for word in words):
                self._phrases.add(_run_of(words))
            else:
                self._values.update(map(_pattern, _forms(secret)))
        # The longest first: of two that begin alike no end of the longer one may be left.
        patterns = [*self._phrases, *sorted(self._values, key=len, reverse=True)]
        self._known = re.compile("|".join(patterns)) if patterns else None

    def known(self, told: str) -> str:
        """The words without the secrets of the settings; what is shown on purpose stays."""
        return told if self._known is None else self._known.sub(HIDDEN, told)

    def text(self, told: str) -> str:
        """The words as they may be written."""
        told = self.known(told)
        for form, shown in FORMS:
            told = form.sub(shown, told)
        return told

    def value(self, told: Any, name: str = "") -> Any:
        """A value as it may be written, by its name as well; what is in it too."""
        match told:
            case None | bool():
                return told
            case Mapping():
                named = ((str(key), each) for key, each in told.items())
                return {self.text(key): self.value(each, key) for key, each in named}
            case _ if name and NAMES.search(name):
                return HIDDEN
            case str() | int() if name == "code" and CODE.fullmatch(str(told)):
                return HIDDEN
            case str():
                return self.text(told)
            case int() | float():
                return told
            case Sequence() if not isinstance(told, bytes):
                return [self.value(each) for each in told]
        return self.text(str(told))


hidden: Final = Redaction()
"""That of this process, as its log and its streams are."""


def secrets_in(settings: object) -> Iterator[str]:
    """Every secret among these settings, however deep."""
    match settings:
        case Secret():
            if text := settings.reveal():
                yield text
        case Mapping():
            yield from _each(settings.values())
        case str() | bytes():
            return
        case Iterable():
            yield from _each(settings)
        case _ if has(kind := type(settings)):
            yield from _each(getattr(settings, each.name) for each in fields(kind))


def _each(some: Iterable[object]) -> Iterator[str]:
    for one in some:
        yield from secrets_in(one)


def _forms(secret: str) -> Iterator[str]:
    """How it may turn up: whole, in parts, and as it is written in addresses and in JSON."""
    if "://" in secret:  # of an address only the password is one
        parts = [form for each in passwords(secret) for form in (each, unquote(each))]
    else:
        # The number of a bot, before the colon of its token, everybody may know.
        secretive = secret.partition(":")[2] if NUMBERED.fullmatch(secret) else secret
        pieces = re.split(r"[;,:=\s]+", secretive)
        parts = [secret, *(each for each in pieces if len(each) >= PART_MIN)]
    for part in parts:
        if len(part) >= VALUE_MIN:
            yield from {part, quote(part, safe=""), json.dumps(part)[1:-1]}


def _pattern(form: str) -> str:
    if len(form) >= PART_MIN:
        return re.escape(form)
    return rf"(?<!\w){re.escape(form)}(?!\w)"


def _run_of(words: Sequence[str]) -> str:
    """Some words of a phrase one after the other, in any order and between any signs."""
    one = "(?:" + "|".join(sorted(map(re.escape, set(words)))) + ")"
    return rf"\b{one}(?:(?:\W|%[0-9A-F]{{2}})+{one}){{{WORDS_MIN - 1},}}\b"
