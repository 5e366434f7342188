"""What is seen on this machine alone: settings, files of secrets, the disk."""

import shutil
import stat
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from ..places import SqliteFile
from ..settings import FILE, FROM_FILE, PREFIX, Found, Settings, flat, is_secret, plain_of
from ..survey import Survey
from .finding import Check, Finding, warning, well, wrong

OPEN: Final = stat.S_IRWXG | stat.S_IRWXO
LEAST_BYTES: Final = 100 * 1024**2
FEW_BYTES: Final = 1024**3


def checks_of_settings(found: Found, survey: Survey) -> Sequence[Check]:
    """How the settings are that could be read."""

    async def look() -> Finding:
        sick = [f"{each.name}: {each.wrong}" for each in survey.methods if each.wrong]
        if sick:
            advice = "nothing starts before that is changed; see `altyn payments methods`"
            return wrong("settings", "; ".join(sick), advice)
        return well("settings", f"{len(found.given)} given, all can be read")

    return [Check("settings", look)]


def checks_of_machine(
    settings: Settings, environment: Mapping[str, str], folder: Path, config: Path | None
) -> Sequence[Check]:
    """What lies here."""
    return [
        Check("files", lambda: _files(settings, environment, folder, config)),
        check_of_disk(settings, folder),
    ]


def check_of_disk(settings: Settings, folder: Path) -> Check:
    """Whether there is room where the database is, or else in the folder."""
    return Check("disk", lambda: _disk(settings, folder))


async def _files(
    settings: Settings, environment: Mapping[str, str], folder: Path, config: Path | None
) -> Finding:
    held = [path for path in _held(settings, environment, folder, config) if path.exists()]
    loose = [path for path in held if path.stat().st_mode & OPEN]
    if loose:
        shown = ", ".join(map(str, loose))
        return warning(
            "files", f"others may read {shown}", f"chmod 600 {' '.join(map(str, loose))}"
        )
    words = (
        f"{len(held)} hold secrets, and nobody else may read them" if held else "none hold secrets"
    )
    return well("files", words)


def _held(
    settings: Settings, environment: Mapping[str, str], folder: Path, config: Path | None
) -> Iterator[Path]:
    """The files in which secrets are."""
    for name, value in environment.items():
        if name.startswith(PREFIX) and name.endswith(FROM_FILE):
            yield folder / value
    if settings.stars.enabled:
        yield folder / settings.stars.session
    written = folder / (config or FILE)
    if not written.exists():
        return
    given = flat(tomllib.loads(written.read_text("utf-8")))
    yield from (folder / str(value) for key, value in given if plain_of(key) != key)
    if any(is_secret(key, value) for key, value in given):
        yield written


async def _disk(settings: Settings, folder: Path) -> Finding:
    place = folder
    if isinstance(settings.database, SqliteFile):
        place = (folder / settings.database.path).parent
    while not place.exists():
        place = place.parent
    usage = shutil.disk_usage(place)
    words = f"{usage.free / 1024**3:.1f} GiB are free at {place}"
    advice = "make room before writing fails"
    if usage.free < LEAST_BYTES:
        return wrong("disk", words, advice)
    if usage.free < FEW_BYTES:
        return warning("disk", words, advice)
    return well("disk", words)
