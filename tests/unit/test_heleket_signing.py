"""What Heleket signs is proven on its own bytes, or as its sender would have written them."""

import json

import pytest

from altyn.adapters.heleket.signing import proven, signature
from altyn.core.payments import NoticeForged, NoticeUnreadable

KEY = "a-key-of-a-merchant"


def signed(template: str, unsigned: str, key: str = KEY) -> bytes:
    """The template with the signature of what is left when its member is cut out."""
    return template.replace("SIGN", signature(unsigned.encode(), key)).encode()


@pytest.mark.parametrize(
    ("template", "unsigned"),
    [
        ('{"a":1,"sign":"SIGN","b":"x"}', '{"a":1,"b":"x"}'),
        ('{"sign":"SIGN","b":"x"}', '{"b":"x"}'),
        ('{"b":"x","sign":"SIGN"}', '{"b":"x"}'),
        ('{"sign":"SIGN"}', "{}"),
        (' {"a" : 1 , "sign" : "SIGN" , "b" : 2 } ', ' {"a" : 1 , "b" : 2 } '),
        ('{"a":{"sign":"x"},"sign":"SIGN"}', '{"a":{"sign":"x"}}'),
        ('{"a":"\\"sign\\":\\"x\\"","sign":"SIGN"}', '{"a":"\\"sign\\":\\"x\\""}'),
        ('{"ключ":"да/нет","sign":"SIGN"}', '{"ключ":"да/нет"}'),
        ('{"a":1e2,"sign":"SIGN"}', '{"a":1e2}'),
    ],
)
def test_the_bytes_without_their_signature_are_what_was_signed(
    template: str, unsigned: str
) -> None:
    """Wherever the signature stands, whatever surrounds it, and however it was written."""
    said = proven(signed(template, unsigned), KEY)
    assert said == {k: v for k, v in json.loads(template).items() if k != "sign"}


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ({"a": "x/y"}, '{"a":"x\\/y"}'),
        ({"a": "Привет \u2028\u2029"}, '{"a":"Привет \\u2028\\u2029"}'),
        ({"a": {}, "b": []}, '{"a":[],"b":[]}'),
        ({"a": [1, True, None, {"b": "\n\x01"}]}, '{"a":[1,true,null,{"b":"\\n\\u0001"}]}'),
        ({"a": 1.0, "b": 0.10, "c": 1e25, "d": 2**70}, None),
        ({"a": "<>&'\x7f"}, '{"a":"<>&\'\x7f"}'),
    ],
)
def test_a_notice_written_anew_is_proven_as_php_wrote_it(
    said: dict[str, object], written: str | None
) -> None:
    """A proxy that formats JSON does not make a notice forged."""
    written = written or '{"a":1,"b":0.1,"c":1.0e+25,"d":1.1805916207174113e+21}'
    sent = json.dumps({**said, "sign": signature(written.encode(), KEY)}, indent=2)
    assert proven(sent.encode(), KEY) == said


@pytest.mark.parametrize(
    "wrong",
    [
        signed('{"a":1,"sign":"SIGN"}', '{"a":1}', "another-key"),
        signed('{"a":2,"sign":"SIGN"}', '{"a":1}'),
        signed('{"a":1,"sign":"SIGN"}', '{"a":1}').replace(b'"a":1', b'"a":10'),
        signed('{"a":1,"sign":"SIGN "}', '{"a":1}'),
        b'{"a":1,"sign":"\\ud800"}',
        '{"a":1,"sign":"é"}'.encode(),
    ],
)
def test_what_was_not_signed_with_the_key_is_forged(wrong: bytes) -> None:
    """Whether the contents or the signature were touched."""
    with pytest.raises(NoticeForged):
        proven(wrong, KEY)


def test_an_empty_key_proves_nothing() -> None:
    """Whoever forgot to give a key is not open to everybody."""
    with pytest.raises(NoticeForged):
        proven(signed('{"a":1,"sign":"SIGN"}', '{"a":1}', ""), "")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b'"sign"',
        b'[{"sign":"x"}]',
        b'{"a":1}',
        b'{"sign":""}',
        b'{"sign":1}',
        b'{"sign":["x"]}',
        b'{"sign":"x","sign":"x"}',
        b'{"a":1,"a":2,"sign":"x"}',
        b'{"a":{"b":1,"b":1},"sign":"x"}',
        b'{"sign":"x",}',
        b'{"sign":"x"}{}',
        b'{"sign":"x"',
        b'{"sign" "x"}',
        b'{sign:"x"}',
        b'{"a":NaN,"sign":"x"}',
        b'{"a":"\n","sign":"x"}',
        b'\xff{"sign":"x"}',
        b"\xef\xbb\xbf" + b'{"sign":"x"}',
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
    ],
)
def test_what_is_no_object_with_one_signature_is_unreadable(raw: bytes) -> None:
    """Readers may disagree about it, so nobody reads it."""
    with pytest.raises(NoticeUnreadable):
        proven(raw, KEY)
