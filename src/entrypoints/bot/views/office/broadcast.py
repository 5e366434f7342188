"""Writing to many: drafts, how they look, and how far they have come."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from .....core.broadcasts import Announcement, Broadcast, BroadcastState, Segment
from .....core.identity import Language
from ...texts import Html, Words, words_in
from ..view import Button, View, in_rows, menu_button
from .sheet import back_to

STEERED: Final = {
    BroadcastState.SENDING: ("pause", "call_off"),
    BroadcastState.PAUSED: ("resume", "call_off"),
}
"""What can be done about one, by where it is."""


def newest(words: Words, found: Sequence[Broadcast]) -> View:
    """Those there are, each to be looked at."""
    rows = [
        [
            Button(
                label=words.plain(
                    "button-letter",
                    state=words.plain(f"broadcast-{each.state}"),
                    sent=each.counts.sent,
                    letters=each.counts.letters,
                    at=each.created_at,
                ),
                action="letter",
                argument=each.id.hex,
            )
        ]
        for each in found
    ]
    new = Button(label=words.plain("button-compose"), action="compose")
    return View(text=words("broadcasts"), rows=[[new], *rows, [menu_button(words)]])


def draft(words: Words, broadcast: Broadcast) -> View:
    """What is there of it, and what can be done about it."""
    announcement = broadcast.announcement
    there = [words.plain(f"language-{each}") for each in Language if each in announcement.texts]
    text = words(
        "letter-draft",
        texts=", ".join(there) or words.plain("letter-no-texts"),
        link=announcement.link.label if announcement.link else words.plain("letter-no-link"),
        to=Html(to_words(words, broadcast.segment)),
    )
    say = [_button(words, "say", each) for each in Language]
    link = _button(words, "say", "link")
    rows = [say, [link, Button(label=words.plain("button-to"), action="to")]]
    if there:
        rows += [
            [_button(words, "look", each) for each in Language],
            [Button(label=words.plain("button-send"), action="send")],
        ]
    drop = Button(label=words.plain("button-drop-draft"), action="call_off")
    return View(text=text, rows=[*rows, [drop, *back_to(words, "broadcast")]])


def _button(words: Words, action: str, what: str) -> Button:
    return Button(label=words.plain(f"button-{action}-{what}"), action=action, argument=what)


def to_words(words: Words, segment: Segment) -> str:
    """To whom it goes."""
    parts = [
        words(f"to-{name.replace('_', '-')}", value=_named(words, value))
        for name, value in {
            "language": segment.language,
            "role": segment.role,
            "bought_since": segment.bought_since,
            "not_bought_since": segment.not_bought_since,
            "seen_since": segment.seen_since,
        }.items()
        if value is not None
    ]
    return "; ".join(parts) or words("to-everybody")


def _named(words: Words, value: object) -> object:
    if isinstance(value, Language):
        return words.plain(f"language-{value}")
    return words.plain(f"role-{value}") if isinstance(value, str) else value


def asking(words: Words, what: str, wrong: str) -> View:
    """What is to be said there; and why what was sent would not do."""
    text = words(f"say-{what}")
    if wrong:
        text = words("say-wrong", why=wrong, ask=Html(text))
    return View(text=text, rows=[back_to(words, "letter")])


def to(words: Words, names: Iterable[str]) -> View:
    """Whom one can write to."""
    buttons = [
        Button(label=words.plain(f"button-to-{name.replace('_', '-')}"), action="to", argument=name)
        for name in names
    ]
    return View(text=words("to"), rows=[*in_rows(buttons, 2), back_to(words, "letter")])


def preview(words: Words, announcement: Announcement, language: Language) -> View:
    """As it is seen, to the letter; what stands below that leads back."""
    link = announcement.link
    quiet = Button(label=words_in(language).plain("button-quiet"), action="letter")
    rows: list[Sequence[Button]] = (
        [] if link is None else [[Button(label=link.label, url=link.url)]]
    )
    rows += [[quiet], [Button(label=words.plain("button-back"), action="letter")]]
    return View(text=announcement.text_in(language), rows=rows)


def sure(words: Words, broadcast: Broadcast, found: Mapping[Language, int]) -> View:
    """How many would get it, before they do."""
    each = ", ".join(
        f"{words.plain(f'language-{language}')}: {found[language]}"
        for language in Language
        if language in found
    )
    many = sum(found.values())
    text = words("letter-sure", many=many, each=each, to=Html(to_words(words, broadcast.segment)))
    yes = Button(label=words.plain("button-send-yes", many=many), action="send_yes")
    return View(text=text, rows=[[yes], back_to(words, "letter")])


def progress(words: Words, broadcast: Broadcast) -> View:
    """How far it has come, and what can be done about that."""
    counts = broadcast.counts
    text = words(
        "letter-progress" if broadcast.gathered else "letter-gathering",
        state=words.plain(f"broadcast-{broadcast.state}"),
        to=Html(to_words(words, broadcast.segment)),
        letters=counts.letters,
        sent=counts.sent,
        gone=counts.gone,
        declined=counts.declined,
        refused=counts.refused,
        unknown=counts.unknown,
        open=counts.open,
    )
    steer = [
        Button(label=words.plain(f"button-{each.replace('_', '-')}"), action=each)
        for each in STEERED.get(broadcast.state, ())
    ]
    rows = [steer] if steer else []
    if broadcast.announcement.texts:
        rows.append([_button(words, "look", each) for each in Language])
    return View(text=text, rows=[*rows, back_to(words, "broadcast")])
