"""Our wallet, as Fragment is told of it: the one that is connected to the session."""

import json
from typing import Final

from attrs import field, frozen

from ..ton import Address, Version
from ..ton.cells import Unreadable, read_bag

MAINNET: Final = "-239"
KEY_BYTES: Final = 32


@frozen(kw_only=True)
class Payer:
    """Where the money comes from; none of it is secret."""

    address: Address
    public_key: bytes = field()
    state_init: str = field(repr=False)
    """A bag of cells in base64: the code, and the data that it began with."""
    version: Version = Version.V5R1
    app_version: str = "5.4.0"

    @public_key.validator
    def _whole(self, _: object, public_key: bytes) -> None:
        if len(public_key) != KEY_BYTES:
            raise ValueError(f"a public key has {KEY_BYTES} bytes, not {len(public_key)}")

    @state_init.validator
    def _its_own(self, _: object, state_init: str) -> None:
        try:
            its_own = read_bag(state_init).hash == self.address.hash
        except Unreadable:
            its_own = False
        if not its_own:
            raise ValueError("a wallet lives where the hash of its beginning says")

    @property
    def account(self) -> str:
        """The wallet, in the words of TON Connect."""
        return _json(
            {
                "address": self.address.raw,
                "chain": MAINNET,
                "publicKey": self.public_key.hex(),
                "walletStateInit": self.state_init,
            }
        )

    @property
    def device(self) -> str:
        """What the wallet can do, in the same words."""
        sends = {"name": "SendTransaction", "maxMessages": self.version.sends_max}
        signs = {"name": "SignData", "types": ["text", "binary", "cell"]}
        return _json(
            {
                "platform": "iphone",
                "appName": "Tonkeeper",
                "appVersion": self.app_version,
                "maxProtocolVersion": 2,
                "features": ["SendTransaction", sends, signs],
            }
        )


def _json(said: dict[str, object]) -> str:
    return json.dumps(said, separators=(",", ":"))
