"""The algorithms that ssh_config names, as far as asyncssh has them.

asyncssh refuses a list with a single name it does not know, where ssh_config lists often hold some that only OpenSSH
has (sntrup761x25519-sha512@openssh.com without liboqs).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

import asyncssh

from swarmtui.tunnel import asyncssh_internals

__all__ = ["ARGUMENTS", "host_key_algorithms", "known_part"]


def _of_host_keys() -> list[str]:
    return [*asyncssh_internals.host_certificate_algorithms(), *asyncssh_internals.host_key_algorithms()]


POSSIBLE: dict[str, Callable[[], Sequence[str]]] = {
    "KexAlgorithms": asyncssh_internals.kex_algorithms,
    "Ciphers": asyncssh_internals.ciphers,
    "MACs": asyncssh_internals.macs,
    "HostKeyAlgorithms": _of_host_keys,
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
    possible = POSSIBLE[option]()
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
    usual = asyncssh_internals.host_key_algorithms(usual=True)
    certificates = asyncssh_internals.host_certificate_algorithms(usual=True)
    if wanted:
        usual, certificates = _chosen(wanted, _of_host_keys(), usual, certificates)
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
