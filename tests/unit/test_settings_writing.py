"""Settings are written where they belong, and nothing else is changed."""

import stat
import tomllib
from pathlib import Path

import pytest

from altyn.entrypoints.wiring import SettingUnknown, SettingWrong, read_settings
from altyn.entrypoints.wiring.settings import FILE
from altyn.entrypoints.wiring.writing import edited, write

KEY = "a-long-key-for-a-caller"
WRITTEN = """\
# our shop
owners = [42] # Ann

[api]
port = 9000 # of the proxy

# watched by Prometheus
[metrics]
port = 9420
"""


@pytest.mark.parametrize(
    ("key", "value", "line", "after"),
    [
        ("owners", "42, 43", 'owners = "42, 43"', "# our shop"),
        ("database", "sqlite:///a.db", 'database = "sqlite:///a.db"', "owners = [42] # Ann"),
        ("api.port", 9001, "port = 9001", "[api]"),
        ("api.host", "::1", 'host = "::1"', "port = 9000 # of the proxy"),
        ("metrics.host", "::1", 'host = "::1"', "port = 9420"),
        ("bot.asset", "RUB", 'asset = "RUB"', "[bot]"),
    ],
)
def test_one_line_changes(key: str, value: object, line: str, after: str) -> None:
    """It stands in its table, and all comments are where they were."""
    lines = edited(WRITTEN, key, value).splitlines()
    assert lines[lines.index(after) + 1] == line
    assert {each for each in WRITTEN.splitlines() if each.startswith("#")} < set(lines)
    assert len(lines) <= len(WRITTEN.splitlines()) + 3


def test_begins_anew() -> None:
    """Where nothing stands yet there is that alone."""
    assert edited("", "api.port", 1) == "[api]\nport = 1\n"
    assert edited("", "owners", "42") == 'owners = "42"\n'


@pytest.mark.parametrize(
    "text", ["owners = [\n  42,\n]\n", "api = { port = 9000 }\n", '"owners" = [42]\n']
)
def test_what_cannot_be_changed_is_left(text: str) -> None:
    """What is written otherwise than by most is told, and not spoilt."""
    with pytest.raises(SettingWrong, match="it cannot be changed"):
        edited(edited(text, "api.host", "::1"), "owners", "43")


def test_secrets_lie_apart(tmp_path: Path) -> None:
    """In files that nobody else may read; the settings that are read are the same."""
    write(tmp_path, WRITTEN, {"api.keys": KEY, "bot.asset": "XTR"})
    settings = read_settings({}, tmp_path)
    assert [key.reveal() for key in settings.api.keys] == [KEY]
    assert settings.owners == (42,)
    toml, secret = tmp_path / FILE, tmp_path / "altyn-secrets" / "api.keys"
    assert KEY not in toml.read_text()
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(secret.parent.stat().st_mode) == 0o700
    write(tmp_path, toml.read_text(), {"api.keys": f"{KEY}-2"})
    assert [key.reveal() for key in read_settings({}, tmp_path).api.keys] == [f"{KEY}-2"]
    assert [path.name for path in secret.parent.iterdir()] == ["api.keys"]


def test_secrets_inline(tmp_path: Path) -> None:
    """A file that holds secrets itself can be read by nobody else, also after the next change."""
    write(tmp_path, "", {"api.keys": KEY}, inline=True)
    path = tmp_path / FILE
    assert tomllib.loads(path.read_text()) == {"api": {"keys": KEY}}
    write(tmp_path, path.read_text(), {"owners": "42"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not (tmp_path / "altyn-secrets").exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[api]\nkeys = "x"\nkeys_file = "y"\n', "api.keys is given too"),
        ("[api]\nkeys_file = 5\n", "expected the path of a file"),
        ('[api]\nkeys_file = "absent"\n', "cannot read"),
    ],
)
def test_wrong_files_of_secrets(tmp_path: Path, text: str, words: str) -> None:
    """One line names the setting."""
    (tmp_path / FILE).write_text(text)
    with pytest.raises(SettingWrong, match=f"api.keys_file in altyn.toml: .*{words}"):
        read_settings({}, tmp_path)


def test_no_such_setting(tmp_path: Path) -> None:
    """A file of what is no setting is none either."""
    (tmp_path / FILE).write_text('[api]\nkey_file = "x"\n')
    with pytest.raises(SettingUnknown, match="did you mean"):
        read_settings({}, tmp_path)
