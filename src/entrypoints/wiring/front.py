"""The bot as people see it, as the operator decided."""

from typing import Final

from attrs import frozen

ASSET: Final = "XTR"
SUPPORT_MAX: Final = 200
TERMS_MAX: Final = 3000


@frozen(kw_only=True)
class Front:
    """What the bot counts in and what it says of the shop."""

    asset: str = ASSET
    """What balances are filled in, and prices are in."""
    support: str = ""
    """Whom to write to: `@name`, or an address."""
    terms: str = ""


def asset_code(written: object) -> str:
    """Read the code of an asset; whether there is one is known when all settings are read."""
    if not isinstance(written, str):
        raise ValueError("expected the code of an asset, like RUB")
    return written


def support(written: object) -> str:
    """Read whom people may ask."""
    return _said(written, SUPPORT_MAX)


def terms(written: object) -> str:
    """Read the terms."""
    return _said(written, TERMS_MAX)


def _said(written: object, longest: int) -> str:
    if not isinstance(written, str) or not written.strip():
        raise ValueError("expected words")
    if len(written) > longest:
        raise ValueError(f"{longest} characters at most")
    return written.strip()
