"""libsodium: secrets sealed where they lie."""

from .sealing import KEY_BYTES, SodiumSealer

__all__ = ["KEY_BYTES", "SodiumSealer"]
