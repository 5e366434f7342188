"""What bodies are made of; a member that is not named here is refused."""

from typing import Annotated, Any, Final

from litestar.connection import ASGIConnection
from litestar.exceptions import ValidationException
from litestar.handlers import BaseRouteHandler
from msgspec import DecodeError, Meta, Struct, ValidationError
from msgspec.json import decode

from ...core.money import Assets, Money

BODY: Final = "altyn.body"
"""Under this name handlers of a POST find in the scope what was sent."""

Id = Annotated[str, Meta(description="a UUID, as Altyn prints it", max_length=36)]
Text = Annotated[str, Meta(max_length=500)]
Name = Annotated[str, Meta(description="purpose:owner, like user:42", max_length=128)]
Word = Annotated[str, Meta(max_length=32)]


class Body(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is sent with a request."""


class Sum(Body, frozen=True, kw_only=True):
    """So much of an asset."""

    amount: Annotated[str, Meta(description="decimal text, like 12.50", max_length=40)]
    """Never rounded."""
    asset: Annotated[str, Meta(description="code of an asset, like RUB", max_length=80)]

    def money(self, assets: Assets) -> Money:
        """
        The money.

        Raises:
            MalformedAmount, TooManyDecimals, AmountTooLarge: it is not so much of it.
            UnknownAsset: no asset has that code.
        """
        return Money.parse(self.amount, assets.named(self.asset))


class Nothing(Body, frozen=True, kw_only=True):
    """There is nothing to say."""


def only_strict_bodies(
    request: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """Text is no number and no yes or no: the framework would take `"1"` for 1 and for true."""
    expected = handler.parsed_fn_signature.parameters.get("data")
    if expected is None:
        return
    scope: Any = request.scope
    try:
        decode(scope[BODY], type=expected.annotation)
    except ValidationError as wrong:
        words, _, place = str(wrong).partition(" - at `$.")
        where = place.removesuffix("`") or "body"
        raise ValidationException(extra=[{"key": where, "message": words}]) from None
    except (DecodeError, UnicodeDecodeError) as wrong:
        message = f"it is no JSON: {wrong}"
        raise ValidationException(extra=[{"key": "body", "message": message}]) from None
