"""API versions: which are spoken, and how the answers of some differ from the newest.

The range check is the one of moby's `daemon/server/middleware/version.go`; the differences are those of
`api/docs/CHANGELOG.md` that touch what this server reads and answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from swarmtui.sim.control.errors import ApiError

Version = tuple[int, ...]

_EVENTS_WITHOUT_LEGACY: Version = (1, 52)
_LEGACY_EVENT_FIELDS = frozenset({"status", "id", "from"})

_INFO_UNTIL: tuple[tuple[Version, dict[str, Any]], ...] = (
    ((1, 42), {"KernelMemory": True}),
    ((1, 50), {"BridgeNfIptables": True, "BridgeNfIp6tables": True}),
    ((1, 52), {"KernelMemoryTCP": True}),
)
_INFO_SINCE: tuple[tuple[Version, dict[str, Any]], ...] = (
    ((1, 44), {"CDISpecDirs": ["/etc/cdi", "/var/run/cdi"]}),
    ((1, 49), {"FirewallBackend": {"Driver": "iptables"}}),
)
_EXPECTED_UNTIL: Version = (1, 49)
_COMMITS = ("ContainerdCommit", "RuncCommit", "InitCommit")
_REGISTRY_UNTIL: dict[str, Any] = {
    "AllowNondistributableArtifactsCIDRs": [],
    "AllowNondistributableArtifactsHostnames": [],
}

_NETWORK_SETTINGS_REMOVED = (
    "Bridge",
    "HairpinMode",
    "LinkLocalIPv6Address",
    "LinkLocalIPv6PrefixLen",
    "SecondaryIPAddresses",
    "SecondaryIPv6Addresses",
    "EndpointID",
    "Gateway",
    "GlobalIPv6Address",
    "GlobalIPv6PrefixLen",
    "IPAddress",
    "IPPrefixLen",
    "IPv6Gateway",
    "MacAddress",
)


def parsed(text: str) -> Version:
    """The numbers of "1.41"."""
    return tuple(int(part or 0) for part in text.split("."))


def shown(version: Version) -> str:
    """A version as "1.41"."""
    return ".".join(map(str, version))


def chosen(text: str | None, least: Version, newest: Version) -> Version:
    """The version that a request is answered in; ApiError when the engine speaks it no more, or not yet."""
    if text is None:
        return newest
    version = parsed(text)
    if version < least:
        raise ApiError(
            400,
            f"client version {text} is too old. Minimum supported API version is {shown(least)}, "
            "please upgrade your client to a newer version",
        )
    if version > newest:
        raise ApiError(400, f"client version {text} is too new. Maximum supported API version is {shown(newest)}")
    return version


def errors_are_texts(path: str) -> bool:
    """Whether a request is of a version that knows no errors in JSON (moby `apiVersionSupportsJSONErrors`)."""
    asked = re.match(r"/v(\d+(?:\.\d+)*)/", path)
    return asked is not None and parsed(asked[1]) < (1, 23)


def event(message: dict[str, Any], version: Version) -> dict[str, Any]:
    """An event without the fields that its version has no more."""
    if version < _EVENTS_WITHOUT_LEGACY:
        return message
    return {key: value for key, value in message.items() if key not in _LEGACY_EVENT_FIELDS}


def info(answer: dict[str, Any], version: Version) -> dict[str, Any]:
    """`GET /info` as its version has it."""
    for end, fields in _INFO_UNTIL:
        _drop(answer, fields)
        answer.update(fields if version < end else {})
    for begin, fields in _INFO_SINCE:
        _drop(answer, fields)
        answer.update(fields if version >= begin else {})
    old = version < _EXPECTED_UNTIL
    for name in _COMMITS:
        commit = str((answer.get(name) or {}).get("ID", ""))
        answer[name] = {"ID": commit, "Expected": commit} if old else {"ID": commit}
    registry = answer.setdefault("RegistryConfig", {})
    _drop(registry, _REGISTRY_UNTIL)
    registry.update(_REGISTRY_UNTIL if old else {})
    return answer


def network(answer: dict[str, Any], version: Version) -> dict[str, Any]:
    """A network as its version has it."""
    if version < (1, 48):
        _drop(answer, ("EnableIPv4",))
    return answer


def image(answer: dict[str, Any], version: Version) -> dict[str, Any]:
    """An image of a list as its version has it."""
    return {**answer, "VirtualSize": answer["Size"]} if version < (1, 44) else answer


def container(answer: dict[str, Any], version: Version) -> dict[str, Any]:
    """`GET /containers/{id}/json` as its version has it."""
    if version >= (1, 52) and isinstance(settings := answer.get("NetworkSettings"), dict):
        _drop(settings, _NETWORK_SETTINGS_REMOVED)
    if version >= (1, 42) and isinstance(host := answer.get("HostConfig"), dict):
        _drop(host, ("KernelMemory", "KernelMemoryTCP"))
    return answer


def _drop(answer: dict[str, Any], names: Iterable[str]) -> None:
    for name in names:
        answer.pop(name, None)
