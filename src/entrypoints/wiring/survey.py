"""How each way of paying stands, without opening any: on, off, or given half or wrongly."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from attrs import evolve, frozen

from .errors import SettingsError
from .extras import with_ton
from .merchants import Psp, Ton
from .methods import CARDS, HELEKET, STARS, TON_METHOD, Method, methods
from .settings import Found, Settings

TABLES: Final = {HELEKET: "heleket", STARS: "telegram", CARDS: "telegram", TON_METHOD: "ton"}
"""Where the settings of each are."""
PSP: Final = "psp"


@frozen
class Survey:
    """All ways of paying, and the settings without those about which something is wrong."""

    methods: tuple[Method, ...]
    settings: Settings


def survey(found: Found) -> Survey:
    """How they stand, by what was read."""
    wrong, settings = dict(found.wrong), found.settings
    for table, (check, nothing) in CHECKS.items():
        try:
            check(settings)
        except SettingsError as error:
            wrong[table] = error
            settings = evolve(settings, **{table: nothing()})
    known = [_judged(each, wrong, found.given) for each in methods(settings)]
    if PSP in wrong:
        name = Path(found.settings.psp.profile or PSP).stem
        method = Method(name=name, enabled=False, enabled_by="ALTYN_PSP_PROFILE")
        known.append(evolve(method, wrong=str(wrong[PSP])))
    return Survey(tuple(known), settings)


def make_sure(settings: Settings) -> None:
    """
    Nothing, when every way of paying that was enabled can be opened.

    Raises:
        SettingWrong, SettingMissing: one cannot.
    """
    for check, _ in CHECKS.values():
        check(settings)


def _judged(method: Method, wrong: Mapping[str, SettingsError], given: frozenset[str]) -> Method:
    error = wrong.get(TABLES.get(method.name, ""))
    if error is None or (method.name == CARDS and "telegram.provider_token" not in given):
        return method
    return evolve(method, wrong=str(error))


def _check_ton(settings: Settings) -> None:
    if settings.ton.address:
        with with_ton("ALTYN_TON_ADDRESS", "TON needs"):
            from .ton import addresses_of
        addresses_of(settings.ton)


def _check_psp(settings: Settings) -> None:
    if settings.psp.profile:
        from .psp import shop_of  # nearly nobody has one

        shop_of(settings, "")
        methods(settings)  # his name may be that of another


CHECKS: Final[Mapping[str, tuple[Callable[[Settings], None], Callable[[], Any]]]] = {
    "ton": (_check_ton, Ton),
    PSP: (_check_psp, Psp),
}
"""What settings alone do not show when they are read, and what stands there when it is left out."""
