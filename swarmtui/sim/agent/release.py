"""The releases of the engine that are played: what each says of itself, and where it differs from the newest.

Taken from the engines themselves (`docker version`, `docker info`): Debian's packages of 20.10 and 26.1, Docker's
own of 25.0, 27.5, 28.5 and 29.0. What an API version changes, whatever engine answers it, is in `sim/api/versions.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

Api = tuple[int, ...]


@dataclass(frozen=True)
class Part:
    """A program that an engine runs with."""

    name: str
    version: str
    commit: str


@dataclass(frozen=True)
class Release:
    """One release of the engine.

    Attributes:
        version: as `docker version` shows it.
        api, least_api: the newest and the oldest API version it speaks.
        events_kept: how many events it remembers (moby daemon/events).
        log_drivers: those it has built in.
        says: what it says of itself in `GET /info` otherwise than the newest.
        wording: patterns of the newest release's errors, and how it says them.
    """

    version: str
    api: Api
    least_api: Api
    commit: str
    go: str
    built: str
    parts: tuple[Part, ...]
    events_kept: int = 256
    log_drivers: tuple[str, ...] = (
        *("awslogs", "fluentd", "gcplogs", "gelf", "journald", "json-file", "local", "splunk", "syslog"),
    )
    says: Mapping[str, object] = field(default_factory=dict)
    wording: tuple[tuple[str, str], ...] = ()

    def worded(self, message: str) -> str:
        """An error in this release's words."""
        for pattern, words in self.wording:
            message = re.sub(pattern, words, message)
        return message


_INIT = Part("docker-init", "0.19.0", "de40ad0")
_WITH_LOGENTRIES = (
    *("awslogs", "fluentd", "gcplogs", "gelf", "journald", "json-file", "local", "logentries", "splunk", "syslog"),
)
_RUNNING_UNTIL_25 = (
    r'cannot remove container "/?([^"]+)": container is running: stop the container before removing or force remove',
    r"You cannot remove a running container \1. Stop the container before attempting removal or force remove",
)
_IPV4_ONLY = {
    "IndexConfigs": {"docker.io": {"Name": "docker.io", "Mirrors": [], "Secure": True, "Official": True}},
    "InsecureRegistryCIDRs": ["127.0.0.0/8"],
    "Mirrors": [],
}

_TWO_RUNTIMES = {
    "Runtimes": {name: {"path": "runc"} for name in ("io.containerd.runc.v2", "io.containerd.runtime.v1.linux", "runc")}
}

RELEASES: tuple[Release, ...] = (
    Release(
        "20.10.24+dfsg1",
        (1, 41),
        (1, 12),
        "5d6db84",
        "go1.19.8",
        "2026-05-07T21:09:36.000000000+00:00",
        (
            Part("containerd", "1.6.20~ds1", "1.6.20~ds1-1+deb12u3"),
            Part("runc", "1.1.5+ds1", "1.1.5+ds1-1+deb12u1"),
            Part("docker-init", "0.19.0", ""),
        ),
        events_kept=64,
        log_drivers=_WITH_LOGENTRIES,
        says={
            "RegistryConfig": _IPV4_ONLY,
            "CgroupDriver": "cgroupfs",
            "CgroupVersion": "1",
            "DriverStatus": [
                ["Backing Filesystem", "extfs"],
                ["Supports d_type", "true"],
                ["Native Overlay Diff", "true"],
                ["userxattr", "false"],
            ],
            "KernelVersion": "6.1.0-13-amd64",
            "OomKillDisable": True,
            "OperatingSystem": "Debian GNU/Linux 12 (bookworm)",
            "OSVersion": "12",
            "SecurityOptions": ["name=apparmor", "name=seccomp,profile=default"],
            **_TWO_RUNTIMES,
        },
        wording=((r"^invalid filter '", "Invalid filter '"), _RUNNING_UNTIL_25),
    ),
    Release(
        "25.0.5",
        (1, 44),
        (1, 24),
        "e63daec",
        "go1.21.8",
        "2024-03-19T15:05:20.000000000+00:00",
        (
            Part("containerd", "1.6.28", "ae07eda36dd25f8a1b98dfbf587313b99c0190bb"),
            Part("runc", "1.1.12", "v1.1.12-0-g51d5e94"),
            _INIT,
        ),
        says={"RegistryConfig": _IPV4_ONLY},
    ),
    Release(
        "26.1.5+dfsg1",
        (1, 45),
        (1, 24),
        "411e817",
        "go1.24.4",
        "2025-07-02T22:12:38.000000000+00:00",
        (
            Part("containerd", "1.7.24~ds1", "1.7.24~ds1-6+b4"),
            Part("runc", "1.1.15+ds1", "1.1.15+ds1-2+b4"),
            Part("docker-init", "0.19.0", ""),
        ),
    ),
    Release(
        "27.5.1",
        (1, 47),
        (1, 24),
        "4c9b3b0",
        "go1.22.10",
        "2025-01-22T13:41:17.000000000+00:00",
        (
            Part("containerd", "1.7.25", "bcc810d6b9066471b0b6fa75f557a15a1cbf31bb"),
            Part("runc", "1.2.4", "v1.2.4-0-g6c52b3f"),
            _INIT,
        ),
    ),
    Release(
        "28.5.2",
        (1, 51),
        (1, 24),
        "89c5e8f",
        "go1.25.3",
        "2025-11-05T14:43:33.000000000+00:00",
        (
            Part("containerd", "v1.7.29", "442cb34bda9a6a0fed82a2ca7cade05c5c749582"),
            Part("runc", "1.3.3", "v1.3.3-0-gd842d771"),
            _INIT,
        ),
    ),
    Release(
        "29.0.4",
        (1, 52),
        (1, 44),
        "4612690",
        "go1.25.4",
        "2025-11-24T21:59:50.000000000+00:00",
        (
            Part("containerd", "v2.1.5", "fcd43222d6b07379a4be9786bda52438f0dd16a1"),
            Part("runc", "1.3.3", "v1.3.3-0-gd842d771"),
            _INIT,
        ),
    ),
)
"""From the oldest to the newest; each speaks another API version."""

USUAL = RELEASES[-2]
"""What a machine runs when nothing else is said: the last release that also answers clients older than API 1.44."""


def playing(api: str) -> Release:
    """The release that speaks an API version at most ("1.41"), or the "newest"; ValueError when none is played."""
    for release in RELEASES:
        if api == ".".join(map(str, release.api)):
            return release
    if api == "newest":
        return RELEASES[-1]
    raise ValueError(f"no engine of API {api} is played, only of {', '.join(choices())}")


def choices() -> list[str]:
    """What `playing` takes."""
    return [*(".".join(map(str, release.api)) for release in RELEASES), "newest"]
