"""Whether the parts of a profile go together."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from attrs import frozen

from ...core.errors import Refused
from ...core.money import Asset, Assets, Money
from .calls import Call, Shown
from .currencies import Code
from .meanings import Meaning, RefundMeaning
from .places import base
from .profile import Profile

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
SHOP: Final = frozenset({"shop.id"})
AMOUNT: Final = frozenset({"amount.minor", "amount.decimal"})
CURRENCY: Final = frozenset({"currency.alpha", "currency.numeric"})
URLS: Final = frozenset({"urls.success", "urls.failure", "urls.notice"})
EXPIRY: Final = frozenset({"expires.iso", "expires.unix"})
SPAN: Final = frozenset({"since.iso", "since.unix", "until.iso", "until.unix"})
KNOWN: Final[Mapping[str, frozenset[str]]] = {
    "create": SHOP | AMOUNT | CURRENCY | URLS | EXPIRY | {"order.id"},
    "query": SHOP | {"order.id", "payment.id"},
    "refund": SHOP | AMOUNT | CURRENCY | {"refund.id", "payment.id"},
    "refund_query": SHOP | {"refund.id", "payment.id"},
    "listing": SHOP | SPAN | {"page.number", "page.cursor"},
}
"""What may be said in each call."""
IN_HEADERS: Final = SHOP | {"order.id", "refund.id"}
"""What is fit for a header, whoever it came from."""


@frozen
class Checks:
    """All of them, over one profile; each problem is one line with its place."""

    profile: Profile
    assets: Assets
    """Those of the house."""

    def problems(self) -> Iterator[str]:
        """Whatever is wrong."""
        yield from self._places()
        for name, call in self.profile.calls.items():
            yield from self._names(name, call)
        yield from self._needs()
        yield from self._currencies()
        yield from self._doubt()
        yield from self._refunds()

    def _places(self) -> Iterator[str]:
        profile = self.profile
        if not NAME.fullmatch(profile.name):
            yield "name: is small letters, digits and _, 32 at most"
        for place, url in (("base_url", profile.base_url), ("sandbox_url", profile.sandbox_url)):
            if url and not base(url):
                yield f"{place}: is an address that begins with https://"

    def _names(self, place: str, call: Call) -> Iterator[str]:
        may, wanted = KNOWN[place], self.profile.amount.format.expression
        if unknown := sorted(call.names - may):
            yield f"{place}: {unknown[0]} is not known there; there is {', '.join(sorted(may))}"
        if unfit := sorted(call.names_in_headers & may - IN_HEADERS):
            yield f"{place}.headers: {unfit[0]} does not go into a header"
        if call.names & AMOUNT - {wanted}:
            yield f"{place}: amount.format is {self.profile.amount.format}, so it says {wanted}"

    def _needs(self) -> Iterator[str]:
        profile, amount = self.profile, self.profile.amount.format.expression
        needs = {"create": {"order.id", amount}, "refund": {"payment.id", amount}}
        for place, call in profile.calls.items():
            if left := sorted(needs.get(place, set()) - call.names_alone):
                yield f"{place}: does not say {' and '.join(left)} in a field or in its path"
        for place in ("refund", "refund_query"):
            if place in profile.calls and "refund.id" not in profile.calls[place].names:
                yield f"{place}: does not say refund.id"
        if len(profile.query.names & {"order.id", "payment.id"}) != 1:
            yield "query: says either order.id or payment.id"

    def _currencies(self) -> Iterator[str]:
        profile = self.profile
        calls = profile.calls.values()
        if not profile.currencies:
            yield "currencies: names none"
        if len(profile.currencies) > 1 and not CURRENCY & profile.create.names:
            yield "create: there are several currencies, and it does not say which"
        used = any("currency.numeric" in each.names for each in calls)
        for code, its in profile.currencies.items():
            if (used or profile.currency.code is Code.NUMERIC) and not its.numeric:
                yield f"currencies.{code}.numeric: is missing, and used"
            try:
                asset = Asset(code, its.decimals)
                least, most = Money.parse(its.least, asset), Money.parse(its.most, asset)
            except Refused as wrong:
                yield f"currencies.{code}: {wrong}"
                continue
            if not 0 < least.units <= most.units:
                yield f"currencies.{code}: least is above zero, and most not below it"
            if self.assets.by_code.get(code) != asset:
                yield f"currencies.{code}: is not among the assets here with scale {asset.scale}"
        if profile.create.response.amount is None and profile.query.response.amount is None:
            yield "query.response.amount: is missing, so a wrong amount.format would go unnoticed"
        if Meaning.PAID not in profile.statuses.values():
            yield "statuses: none means paid"

    def _doubt(self) -> Iterator[str]:
        """Whether it can be found out what became of a call."""
        profile = self.profile
        if profile.query.by == "order.id":
            return
        if not profile.features.creates_are_single:
            yield "query: asks by payment.id, and that is not known when opening ended in doubt"
        if profile.answers.same:
            yield "query: asks by payment.id, and what answers.same is about is found by order.id"
        if profile.callback and profile.callback.fields.payment_id is None:
            yield "callback.fields.payment_id: is missing, and query asks by it"

    def _refunds(self) -> Iterator[str]:
        profile = self.profile
        yield from self._parts("query.response", profile.query.response)
        if profile.listing is not None:
            yield from self._parts("listing.item", profile.listing.item)
            if None in (profile.listing.item.at, profile.listing.item.refunded_at):
                yield "listing.item: at or refunded_at is missing"
        refund, follow = profile.refund, profile.refund_query
        if refund is None:
            if follow is not None:
                yield "refund_query: is there without refund"
            return
        meanings = refund.statuses.values()
        if follow is None and RefundMeaning.ACCEPTED in meanings:
            yield "refund.statuses: one means accepted, and no refund_query tells how it ended"
        if follow is not None and None in (follow.response.refund_id, follow.response.status):
            yield "refund_query.response: refund_id or status is missing"
        told = refund.response.status or follow
        if told and RefundMeaning.DONE not in meanings:
            yield "refund.statuses: none means done"

    def _parts(self, place: str, shown: Shown) -> Iterator[str]:
        partly = Meaning.PARTIALLY_REFUNDED in self.profile.statuses.values()
        if partly and shown.refunded_amount is None:
            yield f"{place}.refunded_amount: is missing, and a status means partially_refunded"
