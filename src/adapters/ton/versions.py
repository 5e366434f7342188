"""The wallets we have the rules of: what each keeps, and at which address it lives."""

from base64 import b64decode
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from attrs import evolve, frozen
from pytoniq_core.boc.builder import Builder
from pytoniq_core.boc.cell import Cell

from .address import Address
from .cells import Unreadable, opened, strictly


class Version(StrEnum):
    """A kind of wallet."""

    V4R2 = "v4r2"
    V5R1 = "v5r1"

    @property
    def sends_max(self) -> int:
        """So many payments it makes with one message at most."""
        return {Version.V4R2: 4, Version.V5R1: 255}[self]


CODES: Final[Mapping[str, Version]] = {
    b64decode("/rX/aCDi/w2Ug+fg1iyBfYRniftK5YDIeIZtlZ2r1cA=").hex(): Version.V4R2,
    b64decode("IINLe3KxEhR+Gy+0V7hOdNGjDwT3N9T2KmaOlVLSty8=").hex(): Version.V5R1,
}
"""Who is who, by the hash of the code."""


@frozen(kw_only=True)
class Kept:
    """What a wallet keeps about itself; plugins and extensions are no business of ours."""

    version: Version
    seqno: int
    """How many messages it has carried out: the number of the next one."""
    id: int
    public_key: bytes
    signs: bool = True
    """Whether it does what is signed; a wallet of version 5 may leave that to its extensions."""


def kept_in(version: Version, data: Cell) -> Kept:
    """
    What such a wallet keeps.

    Raises:
        Unreadable: it is something else.
    """
    with strictly():
        said = opened(data)
        signs = bool(said.load_bit()) if version is Version.V5R1 else True
        kept = Kept(
            version=version,
            seqno=said.load_uint(32),
            id=said.load_uint(32),
            public_key=said.load_bytes(32),
            signs=signs,
        )
        said.load_maybe_ref()
        if said.remaining_bits or said.remaining_refs:
            raise Unreadable("more than a wallet keeps")
    return kept


def data_of(kept: Kept) -> Cell:
    """The cell in which a wallet without plugins keeps that."""
    said = Builder()
    if kept.version is Version.V5R1:
        said.store_bit(kept.signs)
    said.store_uint(kept.seqno, 32).store_uint(kept.id, 32).store_bytes(kept.public_key)
    said.store_bit(0)
    return said.end_cell()


def state_init_of(code: Cell, kept: Kept) -> Cell:
    """With what a wallet was deployed, when it had carried out nothing."""
    data = data_of(evolve(kept, seqno=0, signs=True))
    said = Builder().store_bits("00110")
    said.store_ref(code).store_ref(data)
    state_init: Cell = said.end_cell()
    return state_init


def lives_at(state_init: Cell, workchain: int) -> Address:
    """Where a contract lives that was deployed with that."""
    return Address(workchain, state_init.hash)
