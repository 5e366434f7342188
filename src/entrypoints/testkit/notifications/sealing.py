"""The contract of `core.sealing.Sealer`, and one that hides nothing."""

from collections.abc import Callable

import pytest

from ....core.sealing import SealBroken, Sealer


class SealerContract:
    """
    What every sealer does. Subclass it in a test and override the fixture `keyed`.
    """

    @pytest.fixture
    def sealer(self, keyed: Callable[..., Sealer]) -> Sealer:
        """A sealer with the key of number one."""
        return keyed(1)

    @pytest.fixture
    def keyed(self) -> Callable[..., Sealer]:
        """Makes a sealer with the keys of these numbers, of which the first one seals."""
        raise NotImplementedError("override the fixture `keyed`")

    @pytest.mark.parametrize("plain", [b"", b"secret", bytes(range(256)) * 40])
    def test_what_is_sealed_can_be_opened(self, sealer: Sealer, plain: bytes) -> None:
        """Byte for byte; twice the same looks different."""
        one, two = sealer.seal(plain, "webhook 1"), sealer.seal(plain, "webhook 1")
        assert one != two
        assert sealer.open(one, "webhook 1") == sealer.open(two, "webhook 1") == plain

    def test_it_is_sealed_about_one_thing(self, sealer: Sealer) -> None:
        """Whoever moves it to something else cannot open it there."""
        sealed = sealer.seal(b"secret", "webhook 1")
        with pytest.raises(SealBroken) as error:
            sealer.open(sealed, "webhook 2")
        assert error.value.about == "webhook 2"
        assert "secret of webhook 2" in str(error.value)

    def test_older_keys_open_what_they_sealed(self, keyed: Callable[..., Sealer]) -> None:
        """Wherever they stand; without them nothing does."""
        sealed = keyed(1).seal(b"secret", "x")
        assert keyed(2, 3, 1).open(sealed, "x") == b"secret"
        with pytest.raises(SealBroken):
            keyed(2, 3).open(sealed, "x")

    def test_the_first_key_seals(self, keyed: Callable[..., Sealer]) -> None:
        """The others are only there for what is sealed already."""
        sealed = keyed(2, 1).seal(b"secret", "x")
        assert keyed(2).open(sealed, "x") == b"secret"
        with pytest.raises(SealBroken):
            keyed(1).open(sealed, "x")

    def test_what_was_changed_is_not_opened(self, sealer: Sealer) -> None:
        """Not a byte of it, and not what never was sealed."""
        sealed = sealer.seal(b"secret", "x")
        for place in range(len(sealed)):
            changed = bytearray(sealed)
            changed[place] ^= 1
            with pytest.raises(SealBroken):
                sealer.open(bytes(changed), "x")
        for other in (b"", b"secret", sealed[:-1], sealed + b"\0"):
            with pytest.raises(SealBroken):
                sealer.open(other, "x")


class FakeSealer:
    """For stories: it seals so that everybody can read it, but keeps apart what belongs apart."""

    def seal(self, plain: bytes, about: str) -> bytes:
        """As the port says, but for hiding it."""
        return f"sealed {about}: ".encode() + plain

    def open(self, sealed: bytes, about: str) -> bytes:
        """As the port says."""
        prefix = f"sealed {about}: ".encode()
        if not sealed.startswith(prefix):
            raise SealBroken(about)
        return sealed.removeprefix(prefix)
