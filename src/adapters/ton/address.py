"""Where something lives on TON: a workchain and a hash; how it is written is a matter of taste."""

import re
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from binascii import crc_hqx
from typing import Final

from attrs import define, field, frozen

from ...core.errors import Refused

BASECHAIN: Final = 0
MASTERCHAIN: Final = -1
HASH_BYTES: Final = 32

BOUNCEABLE: Final = 0x11
NON_BOUNCEABLE: Final = 0x51
TEST_ONLY: Final = 0x80
TAGS: Final = frozenset(
    kind | network for kind in (BOUNCEABLE, NON_BOUNCEABLE) for network in (0, TEST_ONLY)
)

RAW: Final = re.compile(r"(0|-1):([0-9a-fA-F]{64})")
FRIENDLY: Final = re.compile(r"[A-Za-z0-9+/]{48}")
FRIENDLY_OF_URLS: Final = re.compile(r"[A-Za-z0-9_-]{48}")
SHOWN_MAX: Final = 80


@define
class NotAnAddress(Refused):
    """The text is not an address of TON that may be used here."""

    text: str
    reason: str

    def __str__(self) -> str:
        return f"{self.text!r} is not an address of TON: {self.reason}"


@frozen
class Address:
    """
    One place, however its address was written.

    Whether a written address is bounceable or for tests is a wish of the writer, and no part of it.
    """

    workchain: int = field()
    hash: bytes = field()

    @workchain.validator
    def _known(self, _: object, workchain: int) -> None:
        if workchain not in (BASECHAIN, MASTERCHAIN):
            raise ValueError(f"there is no workchain {workchain}")

    @hash.validator
    def _whole(self, _: object, hash: bytes) -> None:
        if len(hash) != HASH_BYTES:
            raise ValueError(f"a hash has {HASH_BYTES} bytes, not {len(hash)}")

    @property
    def raw(self) -> str:
        """As machines write it: the workchain, and the hash in small letters."""
        return f"{self.workchain}:{self.hash.hex()}"

    def friendly(self, *, bounceable: bool, testnet: bool = False) -> str:
        """As people see it; non-bounceable where money is to stay whatever lives there."""
        tag = (BOUNCEABLE if bounceable else NON_BOUNCEABLE) | (TEST_ONLY if testnet else 0)
        said = bytes((tag, self.workchain & 0xFF)) + self.hash
        return urlsafe_b64encode(said + crc_hqx(said, 0).to_bytes(2)).decode()

    def __str__(self) -> str:
        return self.raw


def parse_address(text: str, testnet: bool = False, *, masterchain: bool = False) -> Address:
    """
    The place that is written there, raw or friendly.

    Raises:
        NotAnAddress: it is neither, was mistyped, is only for the test network while this is not
            that, or lies on the masterchain where that is not wanted.
    """
    if found := RAW.fullmatch(text):
        address = Address(int(found[1]), bytes.fromhex(found[2]))
    else:
        address = _friendly(text, testnet)
    if address.workchain == MASTERCHAIN and not masterchain:
        raise _not(text, "it lies on the masterchain")
    return address


def _friendly(text: str, testnet: bool) -> Address:
    # Both alphabets are in use; a text that mixes them was put together by nobody's software.
    if FRIENDLY_OF_URLS.fullmatch(text):
        said = urlsafe_b64decode(text)
    elif FRIENDLY.fullmatch(text):
        said = b64decode(text)
    else:
        raise _not(text, "it has neither the raw nor the friendly form")
    if crc_hqx(said, 0):  # over the sum as well: nothing is left
        raise _not(text, "its checksum is wrong, so a character is")
    tag, workchain = said[0], int.from_bytes(said[1:2], signed=True)
    if tag not in TAGS:
        raise _not(text, "it begins with no known tag")
    if tag & TEST_ONLY and not testnet:
        raise _not(text, "it is for the test network")
    if workchain not in (BASECHAIN, MASTERCHAIN):
        raise _not(text, f"there is no workchain {workchain}")
    return Address(workchain, said[2:34])


def _not(text: str, reason: str) -> NotAnAddress:
    return NotAnAddress(text[:SHOWN_MAX], reason)
