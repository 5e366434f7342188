"""A card provider as a way of paying, by his profile; it is imported when one was named."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ...adapters.http import open_caller
from ...adapters.psp import (
    Profile,
    ProfileMissing,
    ProfileUnfinished,
    ProfileWrong,
    PspGateway,
    Shop,
    ShopIncomplete,
    load_profile,
)
from ...core.clock import Clock
from ...core.money import Assets
from ...core.resilience import DEPENDENCIES, Guard
from ...core.signals import Signals
from .errors import SettingMissing, SettingWrong
from .merchants import Psp
from .methods import Method
from .settings import Settings


def profile_of(psp: Psp, assets: Assets) -> Profile:
    """
    The profile that the operator named.

    Raises:
        SettingWrong: there is none, or it cannot be used.
    """
    try:
        return load_profile(psp.profile, assets)
    except (ProfileMissing, ProfileUnfinished, ProfileWrong) as wrong:
        raise SettingWrong("ALTYN_PSP_PROFILE", str(wrong)) from None


@asynccontextmanager
async def open_psp(
    method: Method, settings: Settings, clock: Clock, signals: Signals
) -> AsyncIterator[PspGateway]:
    """The gateway and its connections."""
    profile, shop = shop_of(settings, method.notices)
    website = settings.psp.api or profile.base_url
    async with open_caller(profile.name, website, profile.limits.deadline_seconds) as caller:
        yield PspGateway(
            profile=profile,
            shop=shop,
            caller=caller,
            guard=Guard(profile.name, DEPENDENCIES["payments"], signals=signals),
            clock=clock,
        )


def shop_of(settings: Settings, notices: str) -> tuple[Profile, Shop]:
    """
    The profile, and all that it needs from us.

    Raises:
        SettingWrong, SettingMissing: there is no such profile, or it needs more.
    """
    psp = settings.psp
    profile = profile_of(psp, settings.assets)
    shop = Shop(
        id=psp.id,
        secrets={name: secret.reveal() for name, secret in psp.secrets.items()},
        success_url=psp.success,
        failure_url=psp.failure or psp.success,
        notice_url=notices,
    )
    try:
        profile.make_sure(shop)
    except ShopIncomplete as lacks:
        setting = "ALTYN_PSP_ID" if lacks.missing == ("id",) else "ALTYN_PSP_SECRETS"
        raise SettingMissing(setting, str(lacks)) from None
    return profile, shop
