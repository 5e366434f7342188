"""Opening a wallet: that it is there, is ours, and is of a kind we know, all proven at once."""

from collections.abc import Mapping

from attrs import define, field, frozen

from ...core.errors import Refused
from .address import Address
from .cells import Unreadable, bag_of, read_bag
from .chain import AccountState, Status
from .versions import Kept, Version, kept_in, lives_at, state_init_of


@define
class WalletShut(Refused):
    """The wallet cannot be used as it is: somebody has to see to it."""

    address: Address
    reason: str

    def __str__(self) -> str:
        return f"the wallet {self.address} cannot be used: {self.reason}"


@frozen(kw_only=True)
class Identity:
    """Who a wallet is, as those want to know it to whom it connects."""

    address: Address
    version: Version
    id: int
    public_key: bytes
    state_init: str = field(repr=False)
    """With what it was deployed: a bag of cells in base64, whose hash is the address."""


def identity_of(
    address: Address, state: AccountState, public_key: bytes, codes: Mapping[str, Version]
) -> Identity:
    """
    Who that wallet is, whose key has this public half.

    The address is a hash over the code, the id and the key it began with: if they give it, the
    key, the id and the kind are those of this wallet, whoever told us of its state.

    Raises:
        WalletShut: it is not there, or is not the one that the key opens.
    """
    kept, code = kept_by(address, state, codes), read_bag(state.code)
    if kept.public_key != public_key:
        raise WalletShut(address, "the phrase is that of another wallet")
    if not kept.signs:
        raise WalletShut(address, "it does nothing that is only signed")
    state_init = state_init_of(code, kept)
    if lives_at(state_init, address.workchain) != address:
        raise WalletShut(address, "it was not deployed with this code, id and key")
    return Identity(
        address=address,
        version=kept.version,
        id=kept.id,
        public_key=public_key,
        state_init=bag_of(state_init),
    )


def kept_by(address: Address, state: AccountState, codes: Mapping[str, Version]) -> Kept:
    """
    What the wallet keeps about itself.

    Raises:
        WalletShut: it is not there, or of a kind that we do not know.
    """
    if state.status is Status.UNINIT:
        raise WalletShut(
            address, "it was never used, so nobody knows its code; send one payment from it first"
        )
    if state.status is Status.FROZEN:
        raise WalletShut(address, "it is frozen")
    try:
        version = codes.get(read_bag(state.code).hash.hex())
        if version is None:
            known = ", ".join(sorted(set(codes.values())))
            raise WalletShut(address, f"its code is none of those known: {known}")
        return kept_in(version, read_bag(state.data))
    except Unreadable as wrong:
        raise WalletShut(address, f"what it keeps is {wrong}") from None
