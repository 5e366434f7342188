"""Writing settings: into the file of the folder as it is, and secrets into files of their own."""

import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from .errors import SettingWrong
from .settings import FILE, FROM_FILE, flat, is_secret

SECRETS: Final = "altyn-secrets"
"""The folder of secret files, beside the file of settings."""


def written_in(text: str) -> Mapping[str, object]:
    """The settings that stand there, by their names."""
    try:
        return dict(flat(tomllib.loads(text)))
    except ValueError as malformed:
        raise SettingWrong(FILE, f"it is not valid TOML: {malformed}") from None


def edited(text: str, key: str, value: object) -> str:
    """
    The same file with that setting, and every other line as it was.

    Raises:
        SettingWrong: it is written in a way that cannot be changed here.
    """
    table, _, name = key.rpartition(".")
    lines = text.splitlines()
    first, end = _span(lines, table)
    line = f"{name} = {_toml(value)}"
    if first is None:
        lines += [*([""] if lines else []), f"[{table}]", line]
    else:
        places = [at for at in range(first, end) if lines[at].partition("=")[0].strip() == name]
        if places:
            lines[places[0]] = line
        else:
            # What stands below the last of them, blank or a comment, is about the next table.
            while end > first and lines[end - 1].strip()[:1] in ("", "#"):
                end -= 1
            lines.insert(end, line)
    after = "\n".join(lines) + "\n"
    wanted = {**written_in(text), key: value}
    try:
        fits = dict(flat(tomllib.loads(after))) == wanted
    except ValueError:
        fits = False
    if not fits:
        raise SettingWrong(key, f"it cannot be changed in {FILE}: write there {line}")
    return after


def _span(lines: list[str], table: str) -> tuple[int | None, int]:
    """The lines of that table; what stands before the first one belongs to none."""
    heads = [at for at, line in enumerate(lines) if line.lstrip().startswith("[")]
    if not table:
        return 0, heads[0] if heads else len(lines)
    for at in heads:
        if lines[at].strip() == f"[{table}]":
            return at + 1, min([each for each in heads if each > at], default=len(lines))
    return None, len(lines)


def _toml(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)  # text, numbers and truth look alike in both


def write(folder: Path, text: str, values: Mapping[str, object], *, inline: bool = False) -> None:
    """
    Put these settings into the file of that folder, whose text is given, and secrets beside it.

    Files of secrets, and a file that holds some, can be read by nobody else.
    """
    secret = False
    for key, value in values.items():
        if is_secret(key, value) and not inline:
            place = Path(SECRETS, key)
            _private(folder / place, f"{value}\n")
            text = edited(text, f"{key}{FROM_FILE.lower()}", str(place))
        else:
            secret |= is_secret(key, value)
            text = edited(text, key, value)
    path = folder / FILE
    if secret or (path.exists() and not path.stat().st_mode & 0o077):
        _private(path, text)
    else:
        _replaced(path, text, 0o644)


def _private(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    _replaced(path, text, 0o600)


def _replaced(path: Path, text: str, mode: int) -> None:
    """At once or not at all: whoever reads it meanwhile reads what was there before."""
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
