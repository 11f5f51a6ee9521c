"""The algorithms that ssh_config names, as far as asyncssh has them.

asyncssh refuses a list with a single name it does not know, where ssh_config lists often hold some that only OpenSSH
has (sntrup761x25519-sha512@openssh.com without liboqs).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

import asyncssh
from asyncssh.encryption import get_encryption_algs
from asyncssh.kex import get_kex_algs
from asyncssh.mac import get_mac_algs
from asyncssh.public_key import (
    get_certificate_algs,
    get_default_certificate_algs,
    get_default_public_key_algs,
    get_public_key_algs,
)

__all__ = ["ARGUMENTS", "host_key_algorithms", "known_part"]


def _host_key_algs() -> list[bytes]:
    return [*get_certificate_algs(), *get_public_key_algs()]


POSSIBLE: dict[str, Callable[[], Sequence[bytes]]] = {
    "KexAlgorithms": get_kex_algs,
    "Ciphers": get_encryption_algs,
    "MACs": get_mac_algs,
    "HostKeyAlgorithms": _host_key_algs,
}
ARGUMENTS = {"KexAlgorithms": "kex_algs", "Ciphers": "encryption_algs", "MACs": "mac_algs"}
"""The options that go to `asyncssh.connect`, and how they are called there."""


def known_part(option: str, value: str) -> tuple[str, tuple[str, ...]]:
    """Divide a list of algorithms into what asyncssh has and what it does not know.

    Args:
        option: "Ciphers", "MACs", "KexAlgorithms" or "HostKeyAlgorithms".
        value: as ssh_config(5) has it: names or patterns, commas between, perhaps "+", "-" or "^" in front.

    Returns:
        The known ones in the same form ("" when there are none), and the names of the others.
    """
    prefix = value[0] if value[:1] in ("+", "-", "^") else ""
    possible = [each.decode() for each in POSSIBLE[option]()]
    names = [name for name in value[len(prefix) :].split(",") if name]
    known = [name for name in names if any(fnmatchcase(each, name) for each in possible)]
    return (prefix + ",".join(known) if known else ""), tuple(name for name in names if name not in known)


def host_key_algorithms(
    wanted: str, known: Sequence[asyncssh.SSHKey], authorities: Sequence[asyncssh.SSHKey]
) -> list[str]:
    """The kinds of host key to ask a server for, the best first.

    Those come first of which a key is known: a server with several kinds must show the one that can be checked.
    Certificates are asked for only where an authority is trusted: nothing could be said about one otherwise.

    Args:
        wanted: the value of HostKeyAlgorithms as `known_part` gives it; "" for the usual ones.
    """
    usual = [each.decode() for each in get_default_public_key_algs()]
    certificates = [each.decode() for each in get_default_certificate_algs()]
    if wanted:
        possible = [each.decode() for each in _host_key_algs()]
        usual, certificates = _chosen(wanted, possible, usual, certificates)
    seen = [alg.decode() for key in known for alg in key.sig_algorithms]
    first = [alg for alg in seen if alg in usual or not wanted]
    return list(dict.fromkeys([*(certificates if authorities else []), *first, *usual]))


def _chosen(wanted: str, possible: list[str], usual: list[str], certificates: list[str]) -> tuple[list[str], list[str]]:
    prefix = wanted[0] if wanted[0] in "+-^" else ""
    patterns = wanted[len(prefix) :].split(",")
    named = [alg for pattern in patterns for alg in possible if fnmatchcase(alg, pattern)]
    everything = [*certificates, *usual]
    match prefix:
        case "+":
            result = [*everything, *named]
        case "^":
            result = [*named, *everything]
        case "-":
            result = [alg for alg in everything if alg not in named]
        case _:
            result = named
    plain = [alg for alg in result if "-cert-v0" not in alg]
    return plain or usual, [alg for alg in result if "-cert-v0" in alg]
