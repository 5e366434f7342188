"""Notices are believed to be his when his recipe says so, and with an empty key never."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import pytest
from attrs import evolve

from altyn.adapters.memory import ManualClock
from altyn.adapters.psp import PspGateway, Shop
from altyn.adapters.psp.pointers import Pointer
from altyn.adapters.psp.recipes import (
    B64JsonHash,
    BasicPlusIp,
    FixedOrderHash,
    HmacHeaderRaw,
    SortedConcatHash,
)
from altyn.adapters.psp.shop import Setting
from altyn.adapters.psp.signing import Algorithm, Encoding, Ingredient, Message, Signature
from altyn.adapters.psp.writing import read_form, read_json
from altyn.core.payments import NoticeForged, NoticeUnreadable
from altyn.entrypoints.sandbox import PspDesk
from tests.unit.psp_outside import AtTheDesk, DeskOutside, gateway_of, profile_with, shop_of

KEY = "a-key-of-a-shop"
SECRET = Setting("callback_key")
SHOP = Shop(id="shop-1", secrets={"callback_key": KEY})
NOBODY = Shop(id="shop-1", secrets={"callback_key": ""})

FAMILIES = {
    "hmac_header_raw": 'header = "X-Example-Signature"',
    "sorted_concat_hash": (
        'field = "/sign"\nencoding = "hex_upper"\nseparator = ";"\nkey_separator = ";"\n'
        "with_names = true"
    ),
    "fixed_order_hash": (
        'field = "/sign"\nalgorithm = "sha1"\nseparator = "|"\n'
        'order = ["/order_id", "/status", "/paid_amount", "secret"]'
    ),
    "b64_json_hash": 'field = "/sign"\nalgorithm = "md5"\nescape_slashes = true',
    "basic_plus_ip": "",
}
"""How the desk signs, as a profile says it."""
WAYS = [
    (family, form)
    for family in FAMILIES
    for form in (False, True)
    if not (form and family == "b64_json_hash")
]


def gateway_by(family: str, desk: PspDesk, clock: ManualClock) -> PspGateway:
    """One whose notices are signed in that way."""
    callback = (
        f'content = "{"form" if desk.form else "json"}"\n'
        'fields = { order_id = "/order_id", event_id = "/event_id" }\n'
        'addresses = ["192.0.2.0/24"]\n'
    )
    signature = f'family = "{family}"\nsecret = "callback_key"\n{FAMILIES[family]}\n'
    profile = profile_with(callback=callback, callback__signature=signature)
    return gateway_of(desk, AtTheDesk(desk), clock, profile)


@pytest.mark.parametrize(("family", "form"), WAYS)
def test_a_notice_is_proven_in_each_way(family: str, form: bool) -> None:
    """As JSON and as a form; what is not his is refused, whatever was done to it."""
    clock = ManualClock()
    desk = PspDesk(clock, family=family, form=form)
    gateway, outside = gateway_by(family, desk, clock), DeskOutside(desk, clock)
    desk.sell("order/1 «кружка» & more", "5000.00", "RUB")
    keys = {gateway.prove(*told).key for told in desk.notices}
    assert len(keys) == len(desk.notices) == 2
    assert gateway.prove(*desk.notices[1]).provider_id == "order/1 «кружка» & more"
    for raw, headers in outside.forged(desk.notices[1]):
        with pytest.raises((NoticeForged, NoticeUnreadable)):
            gateway.prove(raw, headers)
    desk.callback_key = "another"
    with pytest.raises(NoticeForged):
        gateway.prove(*desk.told_to_try())


@pytest.mark.parametrize("family", sorted({*FAMILIES} - {"basic_plus_ip"}))
def test_nothing_that_is_signed_can_be_changed(family: str) -> None:
    """Another amount is another notice."""
    clock = ManualClock()
    desk = PspDesk(clock, family=family)
    gateway = gateway_by(family, desk, clock)
    desk.sell("order-1", "5000.00", "RUB")
    raw, headers = desk.notices[1]
    assert gateway.prove(raw, headers)
    with pytest.raises(NoticeForged):
        gateway.prove(raw.replace(b"5000.00", b"5000.01"), headers)


def message(said: Mapping[str, Any], raw: bytes = b"", **headers: str) -> Message:
    """Something that came."""
    named = {name.lower().replace("_", "-"): value for name, value in headers.items()}
    return Message(raw, said, named)


def proves(signature: Any, message: Message) -> bool:
    """Whether it is proven with the key; with an empty one nothing may be."""
    assert not signature.proves(message, NOBODY)
    assert not signature.proves(message, Shop(id="shop-1"))
    proven: bool = signature.proves(message, SHOP)
    return proven


RAW = b'{"order_id":"1",  "sum": 10.50}'


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_hmac_is_of_the_raw_bytes(algorithm: str) -> None:
    """And of what is said to stand before them."""
    plain = HmacHeaderRaw(secret=SECRET, header="X-Sign", algorithm=Algorithm(algorithm))
    sign = hmac.new(KEY.encode(), RAW, algorithm).hexdigest()
    assert proves(plain, message({}, RAW, x_sign=sign))
    assert not proves(plain, message({}, RAW + b" ", x_sign=sign))
    assert not proves(plain, message({}, RAW, x_sign=sign.upper()))
    assert not proves(plain, message({}, RAW))
    timed = evolve(
        plain,
        signed=(Ingredient.TIMESTAMP, Ingredient.BODY),
        separator=".",
        timestamp_header="X-Time",
        encoding=Encoding.BASE64,
    )
    digest = hmac.new(KEY.encode(), b"1700000000." + RAW, algorithm).digest()
    sign = b64encode(digest).decode()
    assert proves(timed, message({}, RAW, x_sign=sign, x_time="1700000000"))
    assert not proves(timed, message({}, RAW, x_sign=sign, x_time="1700000001"))


SAID = {
    "b": "two",
    "a": 1,
    "c": "",
    "e": True,
    "d": None,
    "list": [1],
    "object": {"x": 1},
    "sign": "?",
}


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"separator": ":", "key_separator": ":"}, f"1:two:true:{KEY}"),
        ({"separator": "|", "drop_empty": False}, f"1|two|||true{KEY}"),
        ({"separator": "&", "with_names": True}, f"a=1&b=two&e=true{KEY}"),
        ({}, f"1twotrue{KEY}"),
    ],
)
@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha512"])
def test_sorted_concat_is_of_the_plain_fields(
    options: dict[str, Any], text: str, algorithm: str
) -> None:
    """By name, without the signature, with the key at the end."""
    signature = SortedConcatHash(
        secret=SECRET, field=Pointer.parse("/sign"), algorithm=Algorithm(algorithm), **options
    )
    sign = hashlib.new(algorithm, text.encode()).hexdigest()
    assert proves(signature, message({**SAID, "sign": sign}))
    assert not proves(signature, message({**SAID, "b": "too", "sign": sign}))
    assert not proves(signature, message({**SAID, "sign": None}))
    assert not proves(signature, message({**SAID, "sign": [sign]}))


def test_fixed_order_is_of_named_fields() -> None:
    """With the key where the order has it, or as the key of an HMAC."""
    hashed = FixedOrderHash(
        secret=SECRET,
        field=Pointer.parse("/sign"),
        order=("/a", "secret", "/object/x", "/c"),
        separator=":",
        algorithm=Algorithm.MD5,
        encoding=Encoding.HEX_UPPER,
    )
    sign = hashlib.md5(f"1:{KEY}:1:".encode()).hexdigest().upper()
    assert proves(hashed, message({**SAID, "sign": sign}))
    assert not proves(hashed, message({**SAID, "a": 2, "sign": sign}))
    beside = FixedOrderHash(secret=SECRET, header="X-Sign", order=("/a", "/b", "secret"))
    sign = hashlib.sha256(f"1two{KEY}".encode()).hexdigest()
    assert proves(beside, message(SAID, x_sign=sign))
    keyed = FixedOrderHash(
        secret=SECRET, header="X-Sign", order=("/a", "/b"), separator="|", hmac=True
    )
    sign = hmac.new(KEY.encode(), b"1|two", "sha256").hexdigest()
    assert proves(keyed, message(SAID, x_sign=sign))
    assert not proves(keyed, message({**SAID, "b": "tw"}, x_sign=sign))


def test_base64_of_json_is_as_he_wrote_it() -> None:
    """The bytes where the signature is beside them; else as he would have written the rest."""
    said = read_json('{"url":"a/b","sum":10.50,"text":"é","in":{"x":[1,null]}}'.encode())
    beside = B64JsonHash(secret=SECRET, header="sign", algorithm=Algorithm.MD5)
    sign = hashlib.md5(b64encode(RAW) + KEY.encode()).hexdigest()
    assert proves(beside, message(said, RAW, sign=sign))
    for slashes, unicode, text in (
        (False, False, '{"url":"a/b","sum":10.50,"text":"é","in":{"x":[1,null]}}'),
        (True, False, '{"url":"a\\/b","sum":10.50,"text":"é","in":{"x":[1,null]}}'),
        (True, True, '{"url":"a\\/b","sum":10.50,"text":"\\u00e9","in":{"x":[1,null]}}'),
    ):
        inside = B64JsonHash(
            secret=SECRET,
            field=Pointer.parse("/sign"),
            escape_slashes=slashes,
            escape_unicode=unicode,
        )
        sign = hashlib.sha256(b64encode(text.encode()) + KEY.encode()).hexdigest()
        assert proves(inside, message({**said, "sign": sign}))
        assert not proves(inside, message({**said, "more": 1, "sign": sign}))


def test_a_password_is_all_of_it() -> None:
    """Where nothing is signed, who has no password is not heard at all."""
    signature = BasicPlusIp(secret=SECRET)
    told = "Basic " + b64encode(f"shop-1:{KEY}".encode()).decode()
    assert proves(signature, message({}, authorization=told))
    for wrong in ("", "Basic ", told.lower(), told[:-1], f"Bearer {KEY}"):
        assert not proves(signature, message({}, authorization=wrong))
    # What an empty password would look like is refused too.
    empty = "Basic " + b64encode(b"shop-1:").decode()
    assert not signature.proves(message({}, authorization=empty), NOBODY)


def test_what_is_empty_is_signed_by_nobody() -> None:
    """Not even what was signed with the empty key."""
    sign = hmac.new(b"", RAW, "sha256").hexdigest()
    plain = HmacHeaderRaw(secret=SECRET, header="X-Sign")
    assert not plain.proves(message({}, RAW, x_sign=sign), NOBODY)
    sorted_ = SortedConcatHash(secret=SECRET, field=Pointer.parse("/sign"))
    sign = hashlib.sha256(b"1twotrue").hexdigest()
    assert not sorted_.proves(message({**SAID, "sign": sign}), NOBODY)


@pytest.mark.parametrize("depth", [10, 200, 300, 400, 600, 900, 980])
def test_what_is_too_deep_to_be_signed_is_unreadable(depth: int) -> None:
    """However deep it is, nobody who brings it makes us fall over."""
    clock = ManualClock()
    desk = PspDesk(clock, family="b64_json_hash")
    gateway = gateway_by("b64_json_hash", desk, clock)
    raw = b'{"sign":"x","a":' + b'{"a":' * depth + b"1" + b"}" * depth + b"}"
    with pytest.raises((NoticeForged, NoticeUnreadable)):
        gateway.prove(raw, {})


def test_comparing_does_not_fail() -> None:
    """Whatever stands where a signature should."""
    signature = SortedConcatHash(secret=SECRET, field=Pointer.parse("/sign"))
    for told in ("\ud800", "é", "", "x" * 100_000):
        assert not proves(signature, message({"a": "\udfff", "sign": told}))


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"b":1}}',
        b'{"a":NaN}',
        b'{"a":1e999999999}',
        b'{"a":1E5}',
        b"[]",
        b'"a"',
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b'{"a":' + b"9" * 5000 + b"}",
        b'\xff{"a":1}',
        b"\xef\xbb\xbf{}",
        b"",
    ],
)
def test_json_that_means_two_things_or_none_is_not_read(raw: bytes) -> None:
    """Nor one whose numbers would fill the memory when they are written out."""
    with pytest.raises(ValueError, match=r"\w"):
        read_json(raw)


@pytest.mark.parametrize("raw", [b"a=1&a=1", b"a", b"a=%ff", b"\xff=1", b"a=1&" * 201])
def test_a_form_that_means_two_things_or_none_is_not_read(raw: bytes) -> None:
    """Which of two equal fields counts is not ours to guess."""
    with pytest.raises(ValueError, match=r"\w"):
        read_form(raw)


def test_keys_are_not_shown() -> None:
    """Neither by the shop nor by who holds it."""
    clock = ManualClock()
    desk = PspDesk(clock)
    gateway = gateway_of(desk, AtTheDesk(desk), clock)
    shown = repr(gateway) + repr(gateway.shop) + repr(desk)
    assert desk.key not in shown
    assert desk.callback_key not in shown
    assert shop_of(desk).secret(Setting("nothing")) == ""
    assert issubclass(HmacHeaderRaw, Signature)
