"""Figures, limits, health and cases."""

import json
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, Final

from .....core.chats import Update
from .....core.health import Conditions
from .....core.limits import Admission
from .....core.oversight import DoubtKind, Figures, Tally
from ...texts import Html, Words
from ..view import Button, View, in_rows, menu_button
from .sheet import Line, back_to, sheet

TALLIES_MAX: Final = 8
CASES_MAX: Final = 6
SECOND: Final = 1_000_000
SICK_MAX: Final = 200


def figures(words: Words, counted: Figures) -> View:
    """What today came to."""
    lines: list[Line] = [
        ("since", counted.since),
        ("people", counted.people),
        ("newcomers", counted.newcomers),
        ("came", _tallies(words, counted.came)),
        ("delivered", _tallies(words, counted.delivered)),
        ("returned", _tallies(words, counted.returned)),
        *((f"waiting-{kind}", counted.waiting.get(kind, "")) for kind in DoubtKind),
    ]
    review = [Button(label=words.plain("button-review"), action="review")]
    again = Button(label=words.plain("button-again"), action="stats")
    rows = [review] if counted.waiting else []
    text = sheet(words, words.plain("stats"), lines)
    return View(text=text, rows=[*rows, [again, menu_button(words)]])


def _tallies(words: Words, tallies: Sequence[Tally]) -> str:
    shown = [words.plain("tally", count=each.count, total=each.total) for each in tallies]
    return ", ".join(shown[:TALLIES_MAX]) or words.plain("tally-none")


def limits(words: Words, user: str, found: Mapping[str, Admission]) -> View:
    """What is left to somebody, limit by limit."""
    lines = [
        words(
            "limits-line",
            name=policy.name,
            left=left,
            most=policy.most,
            wait=ceil(wait / SECOND),
            full=ceil(full / SECOND),
        )
        for admission in found.values()
        for (_, policy, _), (wait, left, full) in zip(
            admission.demands, admission.answers, strict=True
        )
    ]
    text = words("limits", user=user, lines=Html("\n".join(lines)))
    return View(text=text, rows=[back_to(words, "person", user)])


def health(words: Words, parts: Conditions, cases: Sequence[Update]) -> View:
    """How everything is on which we stand, and what could not be answered of late."""
    lines = [
        words("health-well", name=name)
        if part.well
        else words("health-sick", name=name, why=part.words[:SICK_MAX])
        for name, part in parts.items()
    ]
    title = "health-cases" if cases else "health"
    numbers = [
        Button(label=str(each.number), action="case", argument=str(each.number))
        for each in cases[:CASES_MAX]
    ]
    again = Button(label=words.plain("button-again"), action="health")
    text = words(title, lines=Html("\n".join(lines)))
    return View(text=text, rows=[*in_rows(numbers, 3), [again, menu_button(words)]])


def case(words: Words, update: Update) -> View:
    """What somebody did, and what became of it."""
    lines: list[Line] = [
        ("since", update.taken_at),
        ("who", update.lane),
        ("tries", update.tries),
        ("outcome", update.outcome),
        ("said", said(update)),
    ]
    text = sheet(words, words.plain("case", number=str(update.number)), lines)
    rows = [[_person(words, update.lane)]] if update.lane.isdecimal() else []
    return View(text=text, rows=[*rows, back_to(words, "health")])


def _person(words: Words, user: str) -> Button:
    return Button(label=words.plain("button-person"), action="person", argument=user)


def said(update: Update) -> str:
    """What they wrote, or what stands behind what they tapped."""
    told: Any = json.loads(update.raw or b"{}")
    tap = told.get("callback_query", {}).get("data", "")
    return str(told.get("message", {}).get("text", tap))
