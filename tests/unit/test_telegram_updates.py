"""What Telegram tells is believed when it is Telegram, and understood or refused by name."""

import copy
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from altyn.adapters.telegram import CARDS, STARS, TelegramCounter
from altyn.adapters.telegram.secret import HEADER, admit
from altyn.adapters.telegram.transactions import sale_of
from altyn.adapters.telegram.updates import (
    NONSENSE,
    Paid,
    Returned,
    checkout_of,
    told_of,
    update_of,
)
from altyn.core.money import RUB, WELL_KNOWN, XTR, Money
from altyn.core.payments import (
    Checkout,
    Deposit,
    Inflow,
    NoticeForged,
    NoticeUnreadable,
    PaymentId,
    Period,
    Renewal,
    RenewalChange,
    Reversal,
)
from tests.unit.telegram_outside import SECRET, Shop, open_shop

ID: Final = PaymentId(UUID("0191f8bf-5a1e-7839-a1b1-6cc304f7275b"))
ANNA: Final = {"id": 7_000_000_001, "is_bot": False, "first_name": "Anna", "language_code": "ru"}

QUERY: Final[Mapping[str, Any]] = {
    "update_id": 10,
    "pre_checkout_query": {
        "id": "31",
        "from": ANNA,
        "currency": "XTR",
        "total_amount": 100,
        "invoice_payload": ID.hex,
    },
}
CHARGED: Final[Mapping[str, Any]] = {
    "update_id": 11,
    "message": {
        "message_id": 5,
        "from": ANNA,
        "chat": {"id": 7_000_000_001, "type": "private"},
        "date": 1_767_268_800,
        "successful_payment": {
            "currency": "XTR",
            "total_amount": 100,
            "invoice_payload": ID.hex,
            "telegram_payment_charge_id": "stx" + "A" * 128,
            "provider_payment_charge_id": "7000000001_4",
        },
    },
}
RETURNED: Final[Mapping[str, Any]] = {
    "update_id": 12,
    "message": {
        "message_id": 6,
        "from": ANNA,
        "chat": {"id": 7_000_000_001, "type": "private"},
        "date": 1_767_268_800,
        "refunded_payment": CHARGED["message"]["successful_payment"],
    },
}
SOLD: Final[Mapping[str, Any]] = {
    "id": "stx" + "A" * 128,
    "amount": 84,
    "nanostar_amount": 500_000_000,
    "date": 1_767_268_800,
    "source": {
        "type": "user",
        "transaction_type": "invoice_payment",
        "user": ANNA,
        "invoice_payload": ID.hex,
        "affiliate": {"commission_per_mille": 155, "amount": 15, "nanostar_amount": 500_000_000},
    },
}


def raw(update: object) -> bytes:
    return json.dumps(update).encode()


def understood(told: bytes) -> Checkout | Paid | Returned | RenewalChange | None:
    """What an update says."""
    return checkout_of(told, WELL_KNOWN) or update_of(told, WELL_KNOWN)


def with_member(update: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The same with another member; without it where the value is `...`."""
    changed = copy.deepcopy(dict(update))
    *way, name = path.split(".")
    inner: Any = changed
    for each in way:
        inner = inner[each]
    if value is ...:
        del inner[name]
    else:
        inner[name] = value
    return changed


# What it says.


def test_an_attempt_says_who_wants_to_pay_what() -> None:
    """In our words."""
    assert checkout_of(raw(QUERY), WELL_KNOWN) == Checkout(
        id="31",
        method=STARS,
        payment=ID,
        amount=Money(100, XTR),
        payer="7000000001",
        language="ru",
    )


def test_a_charge_says_what_came_from_whom() -> None:
    """In our words."""
    inflow = Inflow(
        key="stx" + "A" * 128,
        amount=Money(100, XTR),
        at=datetime(2026, 1, 1, 12, tzinfo=UTC),
        sender="7000000001",
    )
    assert update_of(raw(CHARGED), WELL_KNOWN) == Paid(STARS, Deposit(inflow, ID))


def test_what_went_back_says_of_what_it_was() -> None:
    """The id of the charge, and how much of it: all."""
    back = Reversal(
        key="stx" + "A" * 128, amount=Money(100, XTR), at=datetime(2026, 1, 1, 12, tzinfo=UTC)
    )
    assert update_of(raw(RETURNED), WELL_KNOWN) == Returned(STARS, back, ID)


@pytest.mark.parametrize("first", [True, False, ...])
def test_a_charge_of_a_subscription_says_until_when_it_pays(first: object) -> None:
    """And whether it is the first one; it is kept under both, for it may have an old id."""
    path = "message.successful_payment"
    charged = with_member(CHARGED, f"{path}.subscription_expiration_date", 1_769_860_800)
    charged = with_member(charged, f"{path}.is_recurring", True)
    if first is not ...:
        charged = with_member(charged, f"{path}.is_first_recurring", first)
    paid = update_of(raw(charged), WELL_KNOWN)
    assert isinstance(paid, Paid)
    until = datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert paid.deposit.period == Period(until, first is True)
    told = told_of(raw(charged))
    assert told is not None
    assert told.hint.key == "stx" + "A" * 128 + " until 1769860800"


@pytest.mark.parametrize(
    ("state", "renewal"),
    [
        ("active", Renewal.ACTIVE),
        ("canceled", Renewal.CANCELLED),
        ("failed", Renewal.FAILED),
        ("paused", None),
        (None, None),
    ],
)
def test_a_subscription_says_how_it_goes_on(state: str | None, renewal: Renewal | None) -> None:
    """In our words; what we have none for is kept all the same."""
    update = {"update_id": 13, "subscription": {"invoice_payload": ID.hex, "state": state}}
    told = told_of(raw(update))
    assert told is not None
    assert (told.method, told.hint.key, told.hint.payment) == (STARS, "subscription 13", ID)
    if renewal is None:
        with pytest.raises(NoticeUnreadable):
            update_of(raw(update), WELL_KNOWN)
    else:
        assert update_of(raw(update), WELL_KNOWN) == RenewalChange(ID, renewal)


def test_what_is_not_in_stars_is_by_card() -> None:
    """In the smallest units of its currency, as ours are."""
    query = with_member(QUERY, "pre_checkout_query.currency", "RUB")
    found = checkout_of(raw(query), WELL_KNOWN)
    assert isinstance(found, Checkout)
    assert (found.method, found.amount) == (CARDS, Money.parse("1.00", RUB))
    charged = with_member(CHARGED, "message.successful_payment.currency", "RUB")
    paid = update_of(raw(charged), WELL_KNOWN)
    assert isinstance(paid, Paid)
    assert (paid.method, paid.deposit.inflow.amount) == (CARDS, Money.parse("1.00", RUB))


def test_an_attempt_in_a_currency_that_nobody_knows_has_no_amount() -> None:
    """It is refused by whoever compares it; a charge in one cannot be booked."""
    query = with_member(QUERY, "pre_checkout_query.currency", "EUR")
    found = checkout_of(raw(query), WELL_KNOWN)
    assert isinstance(found, Checkout)
    assert found.amount is None
    with pytest.raises(NoticeUnreadable, match="currency"):
        update_of(
            raw(with_member(CHARGED, "message.successful_payment.currency", "EUR")), WELL_KNOWN
        )


@pytest.mark.parametrize(
    "payload", [..., None, 7, "", "order-7", str(ID), ID.hex.upper(), ID.hex[:-1], f"{{{ID.hex}}}"]
)
def test_a_payload_that_is_not_ours_names_no_payment(payload: object) -> None:
    """It is not guessed which was meant."""
    for update, path in (
        (QUERY, "pre_checkout_query.invoice_payload"),
        (CHARGED, "message.successful_payment.invoice_payload"),
    ):
        found = understood(raw(with_member(update, path, payload)))
        assert isinstance(found, Checkout | Paid)
        named = found.payment if isinstance(found, Checkout) else found.deposit.payment
        assert named is None


@pytest.mark.parametrize("language", [..., None, 7, ["ru"]])
def test_an_attempt_without_a_language_has_none(language: object) -> None:
    """That is no reason not to answer it."""
    query = with_member(QUERY, "pre_checkout_query.from.language_code", language)
    found = checkout_of(raw(query), WELL_KNOWN)
    assert isinstance(found, Checkout)
    assert found.language == ""


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 1},
        {"update_id": 1, "message": None},
        {"update_id": 1, "message": {"text": "/start"}},
        {"update_id": 1, "edited_message": CHARGED["message"]},
        {"update_id": 1, "subscription": None},
    ],
)
def test_everything_else_is_about_something_else(update: object) -> None:
    """Which is not refused."""
    assert understood(raw(update)) is None
    assert told_of(raw(update)) is None


@pytest.mark.parametrize(
    ("update", "path", "value"),
    [
        (QUERY, "update_id", ...),
        (QUERY, "update_id", "10"),
        (QUERY, "update_id", -1),
        (QUERY, "update_id", 2**63),
        (QUERY, "pre_checkout_query", None),
        (QUERY, "pre_checkout_query", []),
        (QUERY, "pre_checkout_query.id", ...),
        (QUERY, "pre_checkout_query.id", ""),
        (QUERY, "pre_checkout_query.id", 31),
        (QUERY, "pre_checkout_query.id", "3\n1"),
        (QUERY, "pre_checkout_query.from", "Anna"),
        (QUERY, "pre_checkout_query.from.id", True),
        (QUERY, "pre_checkout_query.currency", None),
        (QUERY, "pre_checkout_query.total_amount", 1e2),
        (CHARGED, "message.from", ...),
        (CHARGED, "message.from", [7]),
        (CHARGED, "message.date", -1),
        (CHARGED, "message.date", 10**12),
        (CHARGED, "message.date", 10**17),
        (CHARGED, "message.date", 10**30),
        (CHARGED, "message.successful_payment", None),
        (CHARGED, "message.successful_payment.total_amount", 0),
        (CHARGED, "message.successful_payment.total_amount", -100),
        (CHARGED, "message.successful_payment.total_amount", "100"),
        (CHARGED, "message.successful_payment.total_amount", 2**63),
        (CHARGED, "message.successful_payment.telegram_payment_charge_id", ...),
        (CHARGED, "message.successful_payment.telegram_payment_charge_id", "\ud800"),
        (CHARGED, "message.successful_payment.telegram_payment_charge_id", "x" * 257),
        (RETURNED, "message.date", -1),
        (RETURNED, "message.refunded_payment", None),
        (RETURNED, "message.refunded_payment.currency", "EUR"),
        (RETURNED, "message.refunded_payment.total_amount", 0),
        (RETURNED, "message.refunded_payment.telegram_payment_charge_id", ...),
    ],
)
def test_what_lacks_something_is_refused(
    update: Mapping[str, Any], path: str, value: object
) -> None:
    """It is neither guessed nor taken for something else; the words can be shown to anybody."""
    with pytest.raises(NoticeUnreadable) as refused:
        understood(raw(with_member(update, path, value)))
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize(
    ("update", "path", "value", "key"),
    [
        (CHARGED, "message.date", -1, "stx" + "A" * 128),
        (CHARGED, "message.successful_payment.total_amount", "100", "stx" + "A" * 128),
        (CHARGED, "message.successful_payment.invoice_payload", [], "stx" + "A" * 128),
        (CHARGED, "message.successful_payment.currency", None, "stx" + "A" * 128),
        (CHARGED, "message.successful_payment", None, "update 11"),
        (CHARGED, "message.successful_payment.telegram_payment_charge_id", ..., "update 11"),
        (CHARGED, "message.successful_payment.telegram_payment_charge_id", "\ud800", "update 11"),
        (CHARGED, "message.successful_payment.telegram_payment_charge_id", "x" * 257, "update 11"),
        (RETURNED, "message.date", -1, "stx" + "A" * 128 + " went back"),
        (RETURNED, "message.refunded_payment", [], "update 12 went back"),
    ],
)
def test_money_that_moved_is_kept_whatever_it_lacks(
    update: Mapping[str, Any], path: str, value: object, key: str
) -> None:
    """Under a name of its own: one day somebody may make out what it says."""
    told = told_of(raw(with_member(update, path, value)))
    assert told is not None
    assert told.hint.key == key
    unsaid = path.endswith(("currency", "_payment"))
    assert told.method == (CARDS if unsaid else STARS)


NAMES: Final = st.text(st.characters(exclude_characters="."))  # which parts the way to a member
ANYTHING: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=2**40)
    | st.floats()
    | st.text()
    | st.sampled_from(["XTR", "RUB", "user", "invoice_payment", ID.hex]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=5,
)


def places(said: object, way: str = "") -> list[str]:
    """Every member of it, by the way there."""
    if not isinstance(said, dict):
        return []
    return [
        place
        for name, inner in said.items()
        for place in (f"{way}{name}", *places(inner, f"{way}{name}."))
    ]


def told_by(told: bytes) -> Checkout | Paid | Returned | RenewalChange | str | None:
    """What an update says, or in words that can be shown why it says nothing."""
    try:
        return understood(told)
    except NoticeUnreadable as refused:
        words = str(refused)
    assert words.isprintable()
    return words


@settings(deadline=None)
@given(
    update=st.sampled_from([QUERY, CHARGED]),
    spoilt=st.lists(st.tuples(st.integers(min_value=0), ANYTHING), min_size=1, max_size=3),
)
def test_nothing_that_is_told_surprises(
    update: Mapping[str, Any], spoilt: list[tuple[int, Any]]
) -> None:
    """It says something, or is refused by name: whatever is put in whatever place."""
    for number, value in spoilt:
        ways = places(update)
        update = with_member(update, ways[number % len(ways)], value)
    assert isinstance(told_by(raw(update)), Checkout | Paid | str | None)
    with suppress(NoticeUnreadable):
        told_of(raw(update))


@settings(deadline=None)
@given(st.binary() | ANYTHING.map(raw))
def test_no_bytes_surprise(told: bytes) -> None:
    """Whatever it is."""
    assert isinstance(told_by(told), str | None)
    with suppress(NoticeUnreadable):
        assert told_of(told) is None


@settings(deadline=None)
@given(spoilt=st.lists(st.tuples(st.integers(min_value=0), ANYTHING), min_size=1, max_size=3))
def test_nothing_that_is_listed_surprises(spoilt: list[tuple[int, Any]]) -> None:
    """It is a sale of a whole number of Stars, something else, or nonsense that has a name."""
    listed: Mapping[str, Any] = SOLD
    for number, value in spoilt:
        ways = places(listed)
        listed = with_member(listed, ways[number % len(ways)], value)
    try:
        sale = sale_of(json.loads(raw(listed)))
    except NONSENSE:
        return
    assert sale is None or sale.paid.amount.units > 0


# Whether it is Telegram.


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with open_shop() as shop:
        yield shop


async def test_only_telegram_knows_the_secret(shop: Shop) -> None:
    """Another one, none at all, or a part of it: refused, before anything is read."""
    payment = await shop.opened()
    await shop.bought(payment)
    told = shop.desk.deliveries[-1]
    others = (SECRET[:-1], SECRET + "x", SECRET.swapcase(), "", "\udcff", "\ud800", "é")
    for headers in ({}, *({HEADER: other} for other in others)):
        for body in (told.body, b"{"):
            with pytest.raises(NoticeForged):
                await shop.update(body, headers)
            for gateway in (shop.stars, shop.cards):
                with pytest.raises(NoticeForged):
                    gateway.prove(body, headers)
    assert await shop.house.read() == 0
    assert await shop.tell(told)
    assert await shop.house.read() == 1


@pytest.mark.parametrize("headers", [{}, {HEADER: ""}])
async def test_who_has_no_secret_believes_nobody(shop: Shop, headers: dict[str, str]) -> None:
    """An empty secret is repeated by anybody."""
    counter = TelegramCounter(shop.api, WELL_KNOWN, "")
    with pytest.raises(NoticeForged):
        counter.read(raw(QUERY), headers)
    assert shop.update.counter.read(raw(QUERY), {HEADER: SECRET}) is not None


def test_the_secret_cannot_be_found_out_letter_by_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it is compared, in a time that tells nothing of where it differs."""
    compared: list[tuple[Any, Any]] = []
    honest = hmac.compare_digest

    def seen(told: Any, secret: Any) -> bool:
        compared.append((told, secret))
        return honest(told, secret)

    monkeypatch.setattr(hmac, "compare_digest", seen)
    admit({HEADER: SECRET}, SECRET)
    with pytest.raises(NoticeForged):
        admit({HEADER: "what"}, SECRET)
    assert compared == [(SECRET.encode(), SECRET.encode()), (b"what", SECRET.encode())]


async def test_a_gateway_reads_only_what_is_its_own(shop: Shop) -> None:
    """What was paid by card is no notice of Stars, and the other way round."""
    cards = raw(with_member(CHARGED, "message.successful_payment.currency", "RUB"))
    for gateway, mine, others in (
        (shop.stars, raw(CHARGED), cards),
        (shop.cards, cards, raw(CHARGED)),
    ):
        assert gateway.prove(mine, {HEADER: SECRET}).payment == ID
        for told in (others, raw(QUERY), raw({"update_id": 1})):
            with pytest.raises(NoticeUnreadable, match="about no payment"):
                gateway.prove(told, {HEADER: SECRET})
            assert gateway.told(told) == ()
