"""Secrets sealed by libsodium pass the contract; and so do those of stories, as far as they may."""

from collections.abc import Callable

import pytest

from altyn.adapters.sodium import KEY_BYTES, SodiumSealer
from altyn.core.sealing import NothingSeals, SealBroken, Sealer
from altyn.entrypoints.testkit import SealerContract
from altyn.entrypoints.wiring.sealing import Sealing, sealer
from altyn.entrypoints.wiring.secret import Secret


def key(number: int) -> bytes:
    return bytes([number]) * KEY_BYTES


class TestSodiumSealer(SealerContract):
    """Every sentence of the port."""

    @pytest.fixture
    def keyed(self) -> Callable[..., Sealer]:
        return lambda *numbers: SodiumSealer(tuple(map(key, numbers)))


def test_nothing_of_it_can_be_read() -> None:
    """Neither the secret nor the key, in what is kept and in what is shown."""
    sodium = SodiumSealer((key(1),))
    sealed = sodium.seal(b"secret", "x")
    assert b"secret" not in sealed
    assert key(1)[:4] not in sealed
    assert repr(key(1)) not in repr(sodium)


@pytest.mark.parametrize("keys", [(), (b"short",), (key(1), key(2) + b"x")])
def test_a_key_has_its_length(keys: tuple[bytes, ...]) -> None:
    """Or nothing is sealed with it."""
    with pytest.raises(ValueError, match="32 bytes"):
        SodiumSealer(keys)


def test_without_keys_nothing_is_kept() -> None:
    """It is said what is missing."""
    nothing = sealer(Sealing())
    with pytest.raises(NothingSeals, match="ALTYN_SEALING_KEYS"):
        nothing.seal(b"secret", "webhook 1")
    with pytest.raises(SealBroken):
        nothing.open(SodiumSealer((key(1),)).seal(b"secret", "x"), "x")


def test_keys_come_from_the_settings() -> None:
    """The first of them seals."""
    both = sealer(Sealing(keys=(Secret(key(2).hex()), Secret(key(1).hex()))))
    sealed = both.seal(b"secret", "x")
    assert SodiumSealer((key(2),)).open(sealed, "x") == b"secret"
    assert both.open(SodiumSealer((key(1),)).seal(b"old", "x"), "x") == b"old"
