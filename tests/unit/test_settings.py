"""What the operator decides, and how a mistake in it is named."""

from pathlib import Path

import pytest

from altyn.core.money import WELL_KNOWN, Asset
from altyn.entrypoints.wiring import (
    SettingMissing,
    Settings,
    SettingsError,
    SettingUnknown,
    SettingWrong,
    read_settings,
)
from altyn.entrypoints.wiring.places import PostgresServer, RedisServer, SqliteFile
from altyn.entrypoints.wiring.secret import Secret, without_password

KEY = "a-long-key-for-a-caller"


def read(folder: Path, **environment: str) -> Settings:
    return read_settings(environment, folder)


def refusal(folder: Path, **environment: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        read(folder, **environment)
    assert len(str(caught.value).splitlines()) == 1
    return caught.value


class TestWhereTheyComeFrom:
    def test_defaults(self, tmp_path: Path) -> None:
        """Without any settings one process on this machine keeps its data in a folder."""
        settings = read(tmp_path)
        assert settings.database == SqliteFile(Path("altyn-data", "altyn.db"))
        assert (settings.api.host, settings.api.port, settings.api.keys) == ("127.0.0.1", 8420, ())
        assert settings.redis is None
        assert settings.assets == WELL_KNOWN

    def test_file_over_defaults_and_environment_over_file(self, tmp_path: Path) -> None:
        """The file of the folder changes defaults, the environment changes both."""
        (tmp_path / "altyn.toml").write_text(
            'database = "sqlite:///shop.db"\n[api]\nport = 9000\nhost = "::1"\n'
            '[assets]\n"SKU:mug" = 0\n'
        )
        settings = read(tmp_path, ALTYN_API_PORT="9001", UNRELATED="x")
        assert settings.database == SqliteFile(Path("shop.db"))
        assert (settings.api.host, settings.api.port) == ("::1", 9001)
        assert settings.assets.named("SKU:mug") == Asset("SKU:mug", 0)
        assert settings.assets.named("RUB").scale == 2

    def test_owners(self, tmp_path: Path) -> None:
        """Their numbers, as text or as a list."""
        assert read(tmp_path).owners == ()
        assert read(tmp_path, ALTYN_OWNERS="42, 43").owners == (42, 43)
        (tmp_path / "altyn.toml").write_text("owners = [44]")
        assert read(tmp_path).owners == (44,)

    def test_named_file(self, tmp_path: Path) -> None:
        """A file named on the command line is read instead of altyn.toml."""
        (tmp_path / "altyn.toml").write_text("nonsense")
        other = tmp_path / "other.toml"
        other.write_text("[api]\nport = 9002\n")
        assert read_settings({}, tmp_path, other).api.port == 9002

    def test_variable_from_a_file(self, tmp_path: Path) -> None:
        """Any variable may name a file that holds the value."""
        (tmp_path / "keys").write_text(f"{KEY}-1\n{KEY}-2\n")
        (tmp_path / "port").write_text("9003\n")
        settings = read(tmp_path, ALTYN_API_KEYS_FILE="keys", ALTYN_API_PORT_FILE="port")
        assert [key.reveal() for key in settings.api.keys] == [f"{KEY}-1", f"{KEY}-2"]
        assert settings.api.port == 9003

    def test_every_setting_as_a_variable(self, tmp_path: Path) -> None:
        """The environment alone can say everything."""
        settings = read(
            tmp_path,
            ALTYN_DATABASE="postgresql://altyn:pass@db/altyn",
            ALTYN_REDIS="redis://:pass@cache:6379/0",
            ALTYN_API_HOST="0.0.0.0",
            ALTYN_API_PORT="0",
            ALTYN_API_KEYS=f"{KEY}-1, {KEY}-2",
            ALTYN_ASSETS="SKU:mug=0,GOLD=4",
        )
        assert settings.database == PostgresServer(Secret("postgresql://altyn:pass@db/altyn"))
        assert settings.redis == RedisServer(Secret("redis://:pass@cache:6379/0"))
        assert len(settings.api.keys) == 2
        assert settings.assets.named("GOLD").scale == 4

    def test_names_of_the_tests_are_no_settings(self, tmp_path: Path) -> None:
        """What tells the tests of Altyn where servers are does not stop Altyn."""
        assert read(tmp_path, ALTYN_TEST_POSTGRES_URL="postgresql://x") == read(tmp_path)

    def test_absolute_file(self, tmp_path: Path) -> None:
        """A fourth slash begins an absolute path."""
        database = read(tmp_path, ALTYN_DATABASE=f"sqlite:///{tmp_path}/a.db").database
        assert database == SqliteFile(tmp_path / "a.db")
        assert str(database) == f"{tmp_path}/a.db"


class TestMistakes:
    @pytest.mark.parametrize(
        ("name", "value", "words"),
        [
            ("DATABASE", "mysql://localhost/x", "starts with sqlite:/// or postgresql://"),
            ("DATABASE", "sqlite:///", "names no file"),
            ("DATABASE", "sqlite:///folder/", "names no file"),
            ("DATABASE", "sqlite:///:memory:", "not kept in memory"),
            ("DATABASE", "sqlite:///a.db?mode=ro", "no options"),
            ("DATABASE", "postgresql://", "names no server"),
            ("DATABASE", "postgresql://a b", "no spaces"),
            ("DATABASE", " ", "is empty"),
            ("REDIS", "http://cache", "starts with redis://"),
            ("REDIS", "redis://cache:what", "the port"),
            ("API_HOST", "two words", "expected a name or an address"),
            ("API_PORT", "http", "a port is a number"),
            ("API_PORT", "65536", "a port is a number"),
            ("API_PORT", "-1", "a port is a number"),
            ("API_PORT", "8420.0", "a port is a number"),
            ("API_KEYS", "", "is empty"),
            ("API_KEYS", ",", "expected one key"),
            ("API_KEYS", "short", "at least 16 characters"),
            ("API_KEYS", "ключ-которого-не-послать", "printable ASCII"),
            ("ASSETS", "SKU:mug", "is no asset"),
            ("ASSETS", "mug=0", "is no asset"),
            ("ASSETS", "SKU:mug=19", "is no asset"),
            ("ASSETS", "RUB=4", "RUB always has scale 2"),
            ("OWNERS", ",", "expected the number of one owner"),
            ("OWNERS", "42, @ann", "'@ann' is no user of Telegram"),
            ("OWNERS", "0", "'0' is no user of Telegram"),
        ],
    )
    def test_wrong_value(self, tmp_path: Path, name: str, value: str, words: str) -> None:
        """A value that cannot be stops the start with a line that names the setting."""
        error = refusal(tmp_path, **{f"ALTYN_{name}": value})
        assert isinstance(error, SettingWrong)
        assert error.setting == f"ALTYN_{name}"
        assert words in str(error)

    @pytest.mark.parametrize(
        ("contents", "line"),
        [
            ("[api]\nport = '1'\nport = 2", "altyn.toml: it is not valid TOML"),
            ("[api]\nport = true", "api.port in altyn.toml: a port is a number"),
            ("[api]\nport = 1.5", "api.port in altyn.toml: a port is a number"),
            ("[api]\nkeys = 5", "api.keys in altyn.toml: expected one key or several"),
            ("[api]\nkeys = [5]", "api.keys in altyn.toml: a key is printable ASCII"),
            ("[assets]\nRUB = '2'", "assets in altyn.toml: "),
            ("assets = 5", "assets in altyn.toml: expected codes"),
            ("owners = 42", "owners in altyn.toml: expected the number of one owner"),
            ("owners = [true]", "owners in altyn.toml: 'True' is no user"),
            ("database = 5", "database in altyn.toml: an address is text"),
            (
                "databse = 'x'",
                "databse in altyn.toml: there is no such setting; did you mean databa",
            ),
            (
                "[api]\nprot = 1",
                "api.prot in altyn.toml: there is no such setting; did you mean api.",
            ),
            ("[server]\nport = 1", "server.port in altyn.toml: there is no such setting"),
            ("[server]", "server in altyn.toml: there is no such setting"),
            ("api = 5", "api in altyn.toml: there is no such setting"),
        ],
    )
    def test_wrong_file(self, tmp_path: Path, contents: str, line: str) -> None:
        """So does a file that is malformed, misspelt, or of wrong types."""
        (tmp_path / "altyn.toml").write_text(contents)
        assert str(refusal(tmp_path)).startswith(line)

    def test_unknown_variable(self, tmp_path: Path) -> None:
        """A misspelt variable is not passed over in silence; the nearest name is told."""
        error = refusal(tmp_path, ALTYN_DATABSE="sqlite:///x.db")
        assert error.like(SettingUnknown("ALTYN_DATABSE", "ALTYN_DATABASE"))
        error = refusal(tmp_path, ALTYN_API_KEY_FILE="x")
        assert error.like(SettingUnknown("ALTYN_API_KEY_FILE", "ALTYN_API_KEYS"))
        error = refusal(tmp_path, ALTYN_QUITE_OTHERWISE="x")
        assert error.like(SettingUnknown("ALTYN_QUITE_OTHERWISE", None))

    def test_given_twice(self, tmp_path: Path) -> None:
        """A value and a file for one setting: nobody can know which was meant."""
        error = refusal(tmp_path, ALTYN_API_PORT="1", ALTYN_API_PORT_FILE="port")
        assert "ALTYN_API_PORT is given too" in str(error)

    def test_files_that_hold_nothing(self, tmp_path: Path) -> None:
        """A file that is not there, is empty, is no text or is huge, is named."""
        (tmp_path / "empty").write_text("\n")
        (tmp_path / "binary").write_bytes(b"\xff\xfe")
        (tmp_path / "huge").write_text("x" * 100_000)
        for name, words in {
            "absent": "cannot read",
            "empty": "is empty",
            "binary": "not UTF-8",
            "huge": "too long",
            ".": "cannot read",
        }.items():
            error = refusal(tmp_path, ALTYN_API_KEYS_FILE=name)
            assert str(error).startswith("ALTYN_API_KEYS_FILE: ")
            assert words in str(error)

    def test_absent_named_file(self, tmp_path: Path) -> None:
        """A settings file that was asked for has to be there; altyn.toml need not."""
        with pytest.raises(SettingWrong, match=r"--config: there is no file absent\.toml"):
            read_settings({}, tmp_path, Path("absent.toml"))
        with pytest.raises(SettingWrong, match="cannot read it"):
            read_settings({}, tmp_path, Path())

    @pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "altyn.example"])
    def test_outside_without_keys(self, tmp_path: Path, host: str) -> None:
        """Other machines are not answered unless callers have to show a key."""
        error = refusal(tmp_path, ALTYN_API_HOST=host)
        assert isinstance(error, SettingMissing)
        assert error.setting == "ALTYN_API_KEYS"
        assert host in str(error)
        assert read(tmp_path, ALTYN_API_HOST=host, ALTYN_API_KEYS=KEY).api.host == host

    @pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost"])
    def test_inside_without_keys(self, tmp_path: Path, host: str) -> None:
        """On this machine alone it works without."""
        assert read(tmp_path, ALTYN_API_HOST=host).api.host == host


class TestSecrets:
    def test_never_shown(self, tmp_path: Path) -> None:
        """Settings can be printed: no password and no key is in them."""
        settings = read(
            tmp_path,
            ALTYN_DATABASE="postgresql://altyn:hunter2@db/altyn?sslpassword=hunter2",
            ALTYN_REDIS="rediss://:hunter2@cache",
            ALTYN_API_KEYS="hunter2-hunter2-hunter2",
        )
        shown = (
            f"{settings!r} {settings} {settings.database} {settings.redis} {settings.api.keys[0]}"
        )
        assert "hunter2" not in shown
        assert "postgresql://altyn:***@db/altyn" in shown

    @pytest.mark.parametrize(
        ("url", "shown"),
        [
            ("postgresql://db/altyn", "postgresql://db/altyn"),
            ("postgresql://me@db/altyn", "postgresql://me@db/altyn"),
            ("postgresql://me:se@cr/et?@db:5432/altyn", "postgresql://me:***@db:5432/altyn"),
            (
                "postgresql:///altyn?user=me&password=x&a=b",
                "postgresql:///altyn?user=me&password=***&a=b",
            ),
            ("redis://:x@[::1]:6379/0", "redis://:***@[::1]:6379/0"),
        ],
    )
    def test_addresses(self, url: str, shown: str) -> None:
        """What is left of an address tells where, and not with what."""
        assert without_password(url) == shown

    def test_mistakes_do_not_repeat_them(self, tmp_path: Path) -> None:
        """Neither is a secret repeated when it is the wrong one."""
        for name, value in {
            "ALTYN_DATABASE": "mysql://me:hunter2@db/x",
            "ALTYN_REDIS": "redis://:hunter2:hunter2/x",
            "ALTYN_API_KEYS": "hunter2",
        }.items():
            error = refusal(tmp_path, **{name: value})
            assert "hunter2" not in f"{error} {error!r} {error.facts}"
