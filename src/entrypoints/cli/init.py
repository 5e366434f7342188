"""Set Altyn up: asks for what it needs, tries it out, and writes altyn.toml of this folder.

Secrets go into files of their own that nobody else may read. Run it again to change something: what
is not asked for, comments too, stays as it is. For scripts: --yes with --set NAME=VALUE, with names
as in altyn.toml; @FILE as the value reads it from there."""

import asyncio
import getpass
import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from attrs import define

from ..wiring import find_settings
from ..wiring.doctor import Finding, Grade, checks_of_settings, checks_outside, examine
from ..wiring.doctor.outside import apart_from_the_books
from ..wiring.redaction import hidden
from ..wiring.settings import FILE, FROM_FILE, READERS, is_secret, plain_of
from ..wiring.survey import survey
from ..wiring.writing import SECRETS, write, written_in
from .doctor import line
from .exits import Exit
from .output import Output
from .questions import LANGUAGES, NO, QUESTIONS, SAID, YES, Question
from .usage import WrongUsage

NAME: Final = "init"
TRIES: Final = 5


def arguments(parser: ArgumentParser) -> None:
    """What is known already."""
    parser.add_argument(
        "--set", action="append", default=[], type=_pair, metavar="NAME=VALUE",
        help="a setting that is known already, like owners=42; repeat it for more",
    )  # fmt: skip
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    parser.add_argument("--language", choices=LANGUAGES, help="ask in this language")
    parser.add_argument("--unchecked", action="store_true", help="ask nobody outside")
    parser.add_argument(
        "--inline", action="store_true", help="write secrets into altyn.toml itself"
    )


async def run(arguments: Namespace, output: Output) -> int:
    """Ask, try, write."""
    if not arguments.yes and not sys.stdin.isatty():
        raise WrongUsage("altyn init", "there is nobody to ask: give --yes, and --set NAME=VALUE")
    language = arguments.language or ("ru" if os.environ.get("LANG", "").startswith("ru") else "en")
    folder, values = Path.cwd(), dict(arguments.set)
    path = folder / FILE
    text = path.read_text("utf-8") if path.exists() else ""
    desk = Desk(language, output, written_in(text))
    if not arguments.yes:
        values = await asyncio.to_thread(desk.ask, values)
    values = {key: value for key, value in values.items() if desk.known.get(key) != value}
    if not values:
        return desk.over("unchanged", values)
    found = [] if arguments.unchecked else await _tried(desk, text, values, arguments.inline)
    sick = any(each.grade is Grade.WRONG for each in found)
    if sick and (arguments.yes or not await asyncio.to_thread(desk.agrees, "all_the_same")):
        desk.over("nothing", {}, found)
        return Exit.REFUSED
    what = ", ".join([FILE, *values])
    agreed = sick or arguments.yes  # said already
    if not agreed and not await asyncio.to_thread(desk.agrees, "write", what, usually=True):
        return desk.over("nothing", {}, found)
    write(folder, text, values, inline=arguments.inline)
    desk.over("written", values, found)
    output.say(SAID["next"][language])
    return Exit.DONE


async def _tried(
    desk: "Desk", text: str, values: Mapping[str, object], inline: bool
) -> list[Finding]:
    """What is found with these settings, before anything of them is written here."""
    desk.output.say(SAID["checking"][desk.language])
    with TemporaryDirectory(prefix="altyn-init-") as place:
        _beside(Path(place))
        write(Path(place), text, values, inline=inline)
        found = find_settings(os.environ, Path(place))
    hidden.learn(found.settings)
    surveyed = survey(found)
    findings = []
    async with apart_from_the_books(surveyed.settings) as house:
        outside = checks_outside(house, surveyed.settings)
        async for finding in examine([*checks_of_settings(found, surveyed), *outside]):
            findings.append(finding)
            desk.output.say(line(finding))
    return findings


def _beside(place: Path) -> None:
    """The secret files that are here already are there as well."""
    for each in (Path.cwd() / SECRETS).glob("*"):
        (place / SECRETS).mkdir(mode=0o700, exist_ok=True)
        (place / SECRETS / each.name).symlink_to(each)


@define
class Desk:
    """Where somebody is asked, in their language."""

    language: str
    output: Output
    known: Mapping[str, object]
    """What stands in the file."""

    def ask(self, given: Mapping[str, object]) -> dict[str, object]:
        """All questions; what was given on the command line is not asked for."""
        values = dict(given)
        self.output.say(SAID["begin"][self.language])
        for question in QUESTIONS:
            stands = {plain_of(key) for key in self.known} | values.keys()
            if question.key in given or (question.needs and question.needs not in stands):
                continue
            answer = self._answer(question)
            if answer is not None:
                values[question.key] = answer
        return values

    def _answer(self, question: Question) -> object | None:
        key = question.key
        prompt = f"{question.words[self.language]} [{self._shown(key)}]: "
        for _ in range(TRIES):
            told = (getpass.getpass(prompt) if _hides(key) else input(prompt)).strip()
            if not told:
                return None
            try:
                return _read(key, told)
            except ValueError as wrong:
                self.output.say(f"  {wrong}")
        raise WrongUsage("altyn init", f"{key} could not be understood")

    def _shown(self, key: str) -> str:
        if key in self.known and not is_secret(key, self.known[key]):
            return str(self.known[key])
        stands = key in self.known or f"{key}{FROM_FILE.lower()}" in self.known
        return SAID["kept" if stands else "none"][self.language]

    def agrees(self, question: str, what: str = "", *, usually: bool = False) -> bool:
        """Whether they say yes; Enter is what one usually says."""
        told = input(f"{SAID[question][self.language].format(what=what)} ").strip().lower()
        return told not in NO if usually else told in YES

    def over(
        self, words: str, values: Mapping[str, object], found: list[Finding] | None = None
    ) -> int:
        """Say how it ended."""
        self.output.say(SAID[words][self.language].format(what=", ".join(values)))
        self.output.document({"written": sorted(values), "findings": found or []})
        return Exit.DONE


def _hides(key: str) -> bool:
    """Whether it is typed unseen."""
    return key.endswith(("token", "key", "keys", "mnemonic", "cookies", "hash", "secrets"))


def _pair(text: str) -> tuple[str, object]:
    key, equals, value = text.partition("=")
    if not equals:
        raise ArgumentTypeError("expected NAME=VALUE, like owners=42")
    if key not in READERS:
        near = get_close_matches(key.lower().removeprefix("altyn_"), READERS, 1)
        meant = f"; did you mean {near[0]}?" if near else ""
        raise ArgumentTypeError(f"{key[:40]!r} is no setting{meant}")
    try:
        if value.startswith("@"):
            value = Path(value[1:]).read_text("utf-8").strip()
        return key, _read(key, value)
    except OSError as failed:
        raise ArgumentTypeError(f"{key}: cannot read the file: {failed.strerror}") from None
    except ValueError as wrong:
        raise ArgumentTypeError(f"{key}: {wrong}") from None


def _read(key: str, told: str) -> object:
    """What is written for it: numbers as numbers, everything else as text."""
    READERS[key](told)
    return int(told) if key.endswith("port") else told
