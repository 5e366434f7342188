"""What the operator decides: defaults, over them altyn.toml, over it ALTYN_* of the environment."""

import tomllib
from collections.abc import Callable, Mapping
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from attrs import field, frozen

from ...core.errors import AltynError
from ...core.money import WELL_KNOWN, Asset, Assets
from ...core.retention import BOUNDS, Retention
from .chain_readers import chain_readers, reader_keys
from .errors import SettingMissing, SettingsError, SettingUnknown, SettingWrong
from .front import Front, asset_code, support, terms
from .keyring import Keyring, named_keys
from .logs import Log, log_of
from .merchants import (
    Decisions,
    Fragment,
    Heleket,
    Listeners,
    Network,
    Psp,
    Selling,
    Telegram,
    Ton,
    addresses_or_any,
    cookies,
    merchant,
    paid_in,
    payees,
    payment_key,
    phrase,
    profile,
    provider_token,
    proxies,
    secrets,
    token,
    ton_address,
    wallet_codes,
    yes_or_no,
)
from .packs import (
    COINS,
    StarsAccount,
    Stickerdom,
    api_hash,
    api_id,
    bot,
    session,
    session_key,
    ways,
)
from .places import (
    Database,
    RedisServer,
    SqliteFile,
    database,
    is_loopback,
    redis,
    website,
    websites,
)
from .redaction import secrets_in
from .reports import Sentry, sentry
from .sealing import Sealing, sealing_keys
from .secret import Secret
from .tables import each, known, table

DATABASE: Final = SqliteFile(Path("altyn-data", "altyn.db"))
FILE: Final = "altyn.toml"
PREFIX: Final = "ALTYN_"
FROM_FILE: Final = "_FILE"
FOR_TESTS: Final = "ALTYN_TEST_"
"""Names that tell the tests of Altyn where servers are; no settings, and no mistakes either."""

KEY_LENGTH_MIN: Final = 16
FEW_MAX: Final = 100
SECRET_FILE_BYTES_MAX: Final = 64 * 1024
DAYS_MAX: Final = 10_000


@frozen(kw_only=True)
class Api:
    """Where the HTTP API listens, and who may ask."""

    host: str = "127.0.0.1"
    port: int = 8420
    keys: tuple[Secret, ...] = ()
    public: str = ""
    """The address under which the outside reaches it, if it does."""
    proxies: tuple[Network, ...] = ()
    """Whose word is believed about where a request comes from."""

    def __attrs_post_init__(self) -> None:
        if not self.keys and not is_loopback(self.host):
            raise SettingMissing(
                "ALTYN_API_KEYS",
                f"the API would listen on {self.host}, where other machines can ask it; "
                "give keys, or let it listen on 127.0.0.1",
            )


@frozen(kw_only=True)
class Metrics:
    """Where numbers about this process are served; nowhere without a port."""

    host: str = "127.0.0.1"
    port: int | None = None

    def __attrs_post_init__(self) -> None:
        if self.port is None and self.host != "127.0.0.1":
            raise SettingMissing(
                "ALTYN_METRICS_PORT", f"without it no metrics are served on {self.host}"
            )


@frozen(kw_only=True)
class Settings:
    """Everything that can be decided from outside."""

    database: Database = DATABASE
    redis: RedisServer | None = None
    api: Api = field(factory=Api)
    metrics: Metrics = field(factory=Metrics)
    log: Log = field(factory=Log)
    sentry: Sentry | None = None
    traces: bool = False
    heleket: Heleket = field(factory=Heleket)
    telegram: Telegram = field(factory=Telegram)
    bot: Front = field(factory=Front)
    ton: Ton = field(factory=Ton)
    psp: Psp = field(factory=Psp)
    payments: Decisions = field(factory=Decisions)
    fragment: Fragment = field(factory=Fragment)
    stars: StarsAccount = field(factory=StarsAccount)
    stickerdom: Stickerdom = field(factory=Stickerdom)
    goods: Selling = field(factory=Selling)
    access: Keyring = field(factory=Keyring)
    webhooks: Listeners = field(factory=Listeners)
    sealing: Sealing = field(factory=Sealing)
    retention: Retention = field(factory=Retention)
    limits: Mapping[str, object] = field(factory=dict)
    """What differs from `RULES` of `rules.py`, as it was written: by the name of the limit."""
    owners: tuple[int, ...] = ()
    """Who owns the shop, as Telegram numbers people."""
    assets: Assets = WELL_KNOWN

    def __attrs_post_init__(self) -> None:
        if self.metrics.port and self.metrics.port == self.api.port:
            raise SettingWrong("ALTYN_METRICS_PORT", f"{self.api.port} is the port of the API")
        if self.bot != Front() and not self.telegram.token.reveal():
            raise SettingMissing("ALTYN_TELEGRAM_TOKEN", "there is no bot without it")
        if self.bot.asset not in self.assets.by_code:
            known = ", ".join(sorted(self.assets.by_code))
            raise SettingWrong("ALTYN_BOT_ASSET", f"there is no such asset; there are {known}")
        if self.fragment.cookies.reveal() and not self.ton.wallet:
            raise SettingMissing("ALTYN_TON_WALLET", "it pays for what is bought at Fragment")
        entered = self.stars.enabled or self.stickerdom.opener
        if self.stickerdom.paid_in and not entered:
            words = "Stickerdom is entered by that account, or through ALTYN_STICKERDOM_OPENER"
            raise SettingMissing("ALTYN_STARS_API_ID", words)
        if COINS in self.stickerdom.paid_in and not self.ton.wallet:
            raise SettingMissing("ALTYN_TON_WALLET", "it pays for what is bought at Stickerdom")


@frozen
class Found:
    """What was written, with ways of paying left out where something about them is wrong."""

    settings: Settings
    wrong: Mapping[str, SettingsError]
    """By the name of the table that was left out."""
    given: frozenset[str]
    """The names of all settings that were given."""


def read_settings(
    environment: Mapping[str, str], folder: Path, config: Path | None = None
) -> Settings:
    """
    The settings of a process started in that folder.

    Without `config` the file altyn.toml of the folder is read, if there is one.

    Raises:
        SettingWrong, SettingUnknown, SettingMissing: nothing may start with these.
    """
    found = find_settings(environment, folder, config)
    for wrong in found.wrong.values():
        raise wrong
    return found.settings


def find_settings(
    environment: Mapping[str, str], folder: Path, config: Path | None = None
) -> Found:
    """
    The same for whoever wants to see all that is wrong about ways of paying; starts nothing.

    Raises:
        SettingWrong, SettingUnknown, SettingMissing: something else is wrong.
    """
    wrong = Wrong()
    written = _written_in_file(folder, config) | _written_in(environment, folder, wrong)
    values: dict[str, Any] = {}
    for key, (where, value) in written.items():
        try:
            values[key] = READERS[key](value)
        except ValueError as malformed:
            wrong.note(key, SettingWrong(where, str(malformed)))
    for name, kind in TABLES.items():
        prefix = f"{name}."
        inner = [key for key in values if key.startswith(prefix)]
        given = {key.removeprefix(prefix): values.pop(key) for key in inner}
        try:
            values[name] = kind() if name in wrong.noted else kind(**given)
        except SettingMissing as half:
            wrong.note(prefix, half)
            values[name] = kind()
    if "telegram" in wrong.noted:
        values["bot"] = Front()
    settings = Settings(**values)
    if settings.goods.prices:
        from .prices import prices

        try:
            prices(settings.goods.prices, settings.assets)
        except ValueError as malformed:
            raise SettingWrong("ALTYN_GOODS_PRICES", str(malformed)) from None
    if settings.payments != Decisions() and "psp" not in wrong.noted:
        from .decisions import check  # nearly nobody decides anything

        check(settings)
    return Found(settings, wrong.noted, frozenset(written))


@frozen
class Wrong:
    """What is wrong about ways of paying, by table; whatever else is wrong is raised at once."""

    noted: dict[str, SettingsError] = field(factory=dict)

    def note(self, key: str, error: SettingsError) -> None:
        """It is about that setting; of each table the first one is kept."""
        table = key.partition(".")[0]
        if table not in WAYS:
            raise error
        self.noted.setdefault(table, error)


# How each setting is read, from a value of the file or from text; the ValueError says what is
# wrong with it, without repeating what may be secret.


def _host(written: object) -> str:
    if not isinstance(written, str) or not written.isprintable() or " " in written or not written:
        raise ValueError("expected a name or an address to listen on, like 127.0.0.1")
    return written


def _port(written: object) -> int:
    number = int(written) if isinstance(written, str) and written.isdecimal() else written
    if type(number) is not int or not 0 <= number <= 65535:
        raise ValueError(f"a port is a number from 0 (any free one) to 65535, not {written!r}")
    return number


def _few(written: object) -> int:
    number = int(written) if isinstance(written, str) and written.isdecimal() else written
    if type(number) is not int or not 0 <= number <= FEW_MAX:
        raise ValueError(f"expected a number from 0 to {FEW_MAX}")
    return number


def _keys(written: object) -> tuple[Secret, ...]:
    keys = written.replace(",", " ").split() if isinstance(written, str) else written
    if not isinstance(keys, list) or not keys:
        raise ValueError("expected one key or several, separated by commas")
    for key in keys:
        if not isinstance(key, str) or not key.isascii() or not key.isprintable() or " " in key:
            raise ValueError("a key is printable ASCII without spaces")
        if len(key) < KEY_LENGTH_MIN:
            raise ValueError(f"a key has at least {KEY_LENGTH_MIN} characters")
    return tuple(map(Secret, keys))


def _limits(written: object) -> object:
    from .rules import rules  # nearly nobody writes any, and the limits take a while to import

    if isinstance(written, str):
        try:
            written = tomllib.loads(written)
        except ValueError:
            raise ValueError('expected TOML, like "api.address".count = 300') from None
    rules(written)
    return written


# What was decided about payments is kept as it was written: who needs it reads it again.


def _treatments(written: object) -> object:
    from .treatments import EXAMPLE, treatments

    treatments(written)
    return table(written, EXAMPLE)


def _approvals(written: object) -> object:
    from .approvals import EXAMPLE

    return table(written, EXAMPLE)  # with which assets, is known when all settings are read


def _routes(written: object) -> object:
    from .routes import EXAMPLE, routes

    routes(written)
    return table(written, EXAMPLE)


def _bounds(written: object) -> object:
    from .bounds import EXAMPLE, bounds

    bounds(written)
    return table(written, EXAMPLE)


def _prices(written: object) -> object:
    from .prices import EXAMPLE

    return table(written, EXAMPLE)  # in which assets, is known when all settings are read


def _most(written: object) -> object:
    from .prices import MOST_EXAMPLE, assortment

    assortment(written)
    return table(written, MOST_EXAMPLE)


def _caps(written: object) -> object:
    from .caps import EXAMPLE, caps

    caps(written, {})
    return table(written, EXAMPLE)


def _retention(written: object) -> Retention:
    days = table(written, "events = 90")
    read = each(days, _days)
    return Retention(**{known(name, BOUNDS, "kind of thing"): kept for name, kept in read.items()})


def _days(name: str, written: object) -> timedelta:
    if type(written) is not int or not 0 < written <= DAYS_MAX:
        raise ValueError("it is a whole number of days")
    return timedelta(days=written)


def _owners(written: object) -> tuple[int, ...]:
    from ...core.identity import user_id  # the command line is to be fast, also for others

    ids = written.replace(",", " ").split() if isinstance(written, str) else written
    if not isinstance(ids, list) or not ids:
        raise ValueError("expected the number of one owner on Telegram, or several, like 42, 43")
    try:
        return tuple(user_id(int(id) if str(id).isdecimal() else id) for id in ids)
    except AltynError as refused:
        raise ValueError(str(refused)) from None


def _assets(written: object) -> Assets:
    scales = _pairs(written) if isinstance(written, str) else written
    if not isinstance(scales, dict):
        raise ValueError('expected codes with their scales, like "SKU:mug" = 0')
    assets = dict(WELL_KNOWN.by_code)
    for code, scale in scales.items():
        try:
            asset = Asset(code, scale)
        except AltynError as refused:
            raise ValueError(str(refused)) from None
        if assets.setdefault(code, asset) != asset:
            raise ValueError(f"{code} always has scale {assets[code].scale}, not {scale}")
    return Assets(assets)


def _pairs(text: str) -> dict[str, object]:
    """`SKU:mug=0, GOLD=4` of an environment variable."""
    pairs = (pair.partition("=") for pair in text.replace(",", " ").split())
    return {code: int(scale) if scale.isdecimal() else scale for code, _, scale in pairs}


READERS: Final[Mapping[str, Callable[[object], object]]] = {
    "database": database,
    "redis": redis,
    "api.host": _host,
    "api.port": _port,
    "api.keys": _keys,
    "api.public": website,
    "api.proxies": proxies,
    "metrics.host": _host,
    "metrics.port": _port,
    "log": log_of,
    "sentry": sentry,
    "traces": yes_or_no,
    "heleket.merchant": merchant,
    "heleket.payment_key": payment_key,
    "heleket.payout_key": payment_key,
    "heleket.api": website,
    "heleket.addresses": addresses_or_any,
    "telegram.token": token,
    "telegram.api": website,
    "telegram.provider_token": provider_token,
    "telegram.addresses": addresses_or_any,
    "bot.asset": asset_code,
    "bot.support": support,
    "bot.terms": terms,
    "ton.address": ton_address,
    "ton.api": chain_readers,
    "ton.api_key": reader_keys,
    "ton.usdt": ton_address,
    "ton.testnet": yes_or_no,
    "ton.wallet": ton_address,
    "ton.mnemonic": phrase,
    "ton.wallet_codes": wallet_codes,
    "fragment.cookies": cookies,
    "fragment.api": websites,
    "fragment.payees": payees,
    "fragment.paid_in": paid_in,
    "stars.api_id": api_id,
    "stars.api_hash": api_hash,
    "stars.key": session_key,
    "stars.session": session,
    "stickerdom.paid_in": ways,
    "stickerdom.api": website,
    "stickerdom.bot": bot,
    "stickerdom.opener": website,
    "stickerdom.opener_key": payment_key,
    "goods.prices": _prices,
    "goods.most": _most,
    "goods.caps": _caps,
    "psp.profile": profile,
    "psp.id": merchant,
    "psp.secrets": secrets,
    "psp.api": website,
    "psp.success": website,
    "psp.failure": website,
    "payments.rules": _treatments,
    "payments.approvals": _approvals,
    "payments.routes": _routes,
    "payments.bounds": _bounds,
    "access.keys": named_keys,
    "webhooks.private": yes_or_no,
    "webhooks.customers": _few,
    "sealing.keys": sealing_keys,
    "retention": _retention,
    "limits": _limits,
    "owners": _owners,
    "assets": _assets,
}
"""Every setting by its name in altyn.toml."""

VARIABLES: Final = {PREFIX + key.replace(".", "_").upper(): key for key in READERS}
"""Every setting by its name in the environment."""

TABLES: Final[Mapping[str, Callable[..., object]]] = {
    "api": Api,
    "metrics": Metrics,
    "heleket": Heleket,
    "telegram": Telegram,
    "bot": Front,
    "ton": Ton,
    "psp": Psp,
    "payments": Decisions,
    "fragment": Fragment,
    "stars": StarsAccount,
    "stickerdom": Stickerdom,
    "goods": Selling,
    "access": Keyring,
    "webhooks": Listeners,
    "sealing": Sealing,
}

WAYS: Final = frozenset({"heleket", "telegram", "ton", "psp"})
"""Those that are about a way of paying, which can be left out."""

# What was written for a setting, beside the name by which it was given.
Written = dict[str, tuple[str, object]]


def _written_in(environment: Mapping[str, str], folder: Path, wrong: Wrong) -> Written:
    written: Written = {}
    for name in environment:
        if not name.startswith(PREFIX) or name.startswith(FOR_TESTS):
            continue
        plain = name.removesuffix(FROM_FILE)
        if plain not in VARIABLES:
            raise SettingUnknown(name, _nearest(name, VARIABLES))
        try:
            written[VARIABLES[plain]] = name, _text(name, plain, environment, folder)
        except SettingWrong as unreadable:
            wrong.note(VARIABLES[plain], unreadable)
    return written


def _text(name: str, plain: str, environment: Mapping[str, str], folder: Path) -> str:
    value = environment[name]
    if not value.strip():
        raise SettingWrong(name, "is empty; give it a value or take it away")
    if name != plain and plain in environment:
        raise SettingWrong(name, f"{plain} is given too; give one of them")
    return (value if name == plain else _contents(name, folder / value)).strip()


def _contents(name: str, path: Path) -> str:
    try:
        with path.open("rb") as file:
            text = file.read(SECRET_FILE_BYTES_MAX + 1).decode()
    except OSError as failed:
        raise SettingWrong(name, f"cannot read {path}: {failed.strerror}") from None
    except UnicodeDecodeError:
        raise SettingWrong(name, f"{path} is not UTF-8 text") from None
    if len(text) > SECRET_FILE_BYTES_MAX:
        raise SettingWrong(name, f"{path} is too long for a setting")
    if not text.strip():
        raise SettingWrong(name, f"{path} is empty")
    return text


def _written_in_file(folder: Path, config: Path | None) -> Written:
    path = folder / (config or FILE)
    shown = str(config or FILE)
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        if config is None:
            return {}
        raise SettingWrong("--config", f"there is no file {shown}") from None
    except OSError as failed:
        raise SettingWrong(shown, f"cannot read it: {failed.strerror}") from None
    except ValueError as malformed:  # not TOML, or not even UTF-8
        raise SettingWrong(shown, f"it is not valid TOML: {malformed}") from None
    written: Written = {}
    given = dict(flat(tables))
    for key, value in given.items():
        where, plain = f"{key} in {shown}", plain_of(key)
        if plain not in READERS:
            raise SettingUnknown(where, _nearest(key, READERS))
        if key == plain:
            written[key] = where, value
            continue
        if plain in given:
            raise SettingWrong(where, f"{plain} is given too; give one of them")
        if not isinstance(value, str):
            raise SettingWrong(where, "expected the path of a file")
        written[plain] = where, _contents(where, folder / value).strip()
    return written


def is_secret(key: str, written: object) -> bool:
    """Whether such a value of that setting must not be seen."""
    try:
        return key in READERS and any(secrets_in(READERS[key](written)))
    except ValueError:
        return False  # it is none


def plain_of(key: str) -> str:
    """The setting of that name in the file; `telegram.token_file` names where its value lies."""
    return key if key in READERS else key.removesuffix(FROM_FILE.lower())


def flat(tables: Mapping[str, object]) -> list[tuple[str, object]]:
    """The settings of a file; a table that is no setting itself holds some."""
    flat: list[tuple[str, object]] = []
    for name, value in tables.items():
        if isinstance(value, dict) and name not in READERS:
            flat += [(f"{name}.{key}", inner) for key, inner in value.items()] or [(name, value)]
        else:
            flat.append((name, value))
    return flat


def _nearest(name: str, known: Mapping[str, object]) -> str | None:
    # Compared without the prefix, which would make every name look alike.
    plain = {each.removeprefix(PREFIX): each for each in known}
    found = get_close_matches(name.removeprefix(PREFIX).removesuffix(FROM_FILE), plain, n=1)
    return plain[found[0]] if found else None
