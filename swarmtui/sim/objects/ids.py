"""Identifiers as swarmkit and the engine make them, but from a seeded generator: the same seed, the same swarm."""

from __future__ import annotations

import random

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_KEY = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_ID_LENGTH = 25
_PAIRS = [a + b for a in _DIGITS for b in _DIGITS]


class Identities:
    """Makes IDs of every kind from one generator."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def object(self) -> str:
        """The ID of a node, service, task, …: 25 digits of base 36 (swarmkit's identity.NewID)."""
        bits = self._rng.getrandbits
        number = bits(128)
        parts = []
        for _ in range(12):
            number, pair = divmod(number, 1296)
            parts.append(_PAIRS[pair])
        parts.append(_DIGITS[bits(5)])
        return "".join(parts)

    def hex(self, digits: int = 64) -> str:
        """The ID of a container, an image, a local network."""
        return f"{self._rng.getrandbits(digits * 4):0{digits}x}"

    def daemon(self) -> str:
        """The ID of an engine, as /info names it."""
        return ":".join("".join(self._rng.choices(_BASE32, k=4)) for _ in range(12))

    def token_secret(self) -> str:
        """The last part of a join token."""
        return "".join(self._rng.choices(_DIGITS, k=_ID_LENGTH))

    def token_root(self) -> str:
        """The part of the join tokens that stands for the swarm's root certificate."""
        return "".join(self._rng.choices(_DIGITS, k=50))

    def unlock_key(self) -> str:
        """What a locked manager is unlocked with."""
        return "SWMKEY-1-" + "".join(self._rng.choices(_KEY, k=43))

    def mac(self, address: str) -> str:
        """The MAC address that an overlay gives to an IPv4 address."""
        return "02:42:" + ":".join(f"{int(part):02x}" for part in address.split("."))
