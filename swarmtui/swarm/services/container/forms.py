"""Changes of how a service's containers are made. docker's options: `docker service update`; the spec: Engine API,
ContainerSpec and TaskSpec.LogDriver.
"""

from __future__ import annotations

import ipaddress
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, Spec
from swarmtui.swarm.actions.wording import note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.masking import masked_value
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.services.change import Path
from swarmtui.swarm.services.container.sorts import entries, flag, pairs, split, text, words
from swarmtui.swarm.services.form_change import FormChange, Setting, duration, whole
from swarmtui.swarm.services.lines_change import shown_line
from swarmtui.swarm.specs.fields import field_of
from swarmtui.swarm.syntax.unreadable import Unreadable

__all__ = [
    "SetCommand",
    "SetContainerOptions",
    "SetHealthCheck",
    "SetLogDriver",
    "SetNameResolution",
]

CONTAINER: Path = ("TaskTemplate", "ContainerSpec")


class ContainerForm(FormChange):
    """Base of the forms about a container: a service that runs a plugin has none."""

    path: ClassVar[Path] = CONTAINER

    @classmethod
    def check_service(cls, raw: Mapping[str, Any]) -> None:
        if not isinstance(field_of(raw["Spec"], *CONTAINER), Mapping):
            raise NotPossible("This service runs no container.")


@dataclass(frozen=True)
class SetCommand(ContainerForm):
    """Change what a service's containers run, and as whom."""

    name: ClassVar[str] = names.SET_COMMAND
    verb: ClassVar[str] = "Change"
    field: ClassVar[str] = "command"
    form: ClassVar[tuple[Setting, ...]] = (
        words("entrypoint", ("Command",), "--entrypoint", "in place of the image's"),
        words("arguments", ("Args",), "--args", "in place of the image's command"),
        text("user", ("User",), "--user", "name or UID[:GID]"),
        text("directory", ("Dir",), "--workdir", "where it starts: /srv"),
    )

    def consequences(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Consequence]:
        place = field_of(after, *self.path, "Dir")
        if isinstance(place, str) and place and not place.startswith("/"):
            yield warning(f"{place} is not an absolute path: engines refuse to start such a container.")


def _milder(setting: Setting) -> Setting:
    """0 is the same as not set: the image's own, or the engine's."""
    return replace(setting, zero_is_unset=True)


def _check_text(raw: list[str]) -> str:
    kind, *rest = raw or [""]
    return "none" if kind == "NONE" else " ".join(rest) if kind == "CMD-SHELL" else shlex.join(rest)


def _check_of(typed: str) -> list[str]:
    return ["NONE"] if typed == "none" else ["CMD-SHELL", typed]


@dataclass(frozen=True)
class SetHealthCheck(ContainerForm):
    """Change how it is found out whether a service's containers are healthy."""

    name: ClassVar[str] = names.SET_HEALTH_CHECK
    verb: ClassVar[str] = "Change"
    field: ClassVar[str] = "health check"
    form: ClassVar[tuple[Setting, ...]] = (
        Setting(
            "command",
            ("Healthcheck", "Test"),
            _check_text,
            _check_of,
            "--health-cmd",
            "for a shell; none for no check",
            unset="",
            shown=lambda typed: masked_value("", typed),
        ),
        _milder(duration("interval", ("Healthcheck", "Interval"), "--health-interval", "between checks: 30s")),
        _milder(duration("timeout", ("Healthcheck", "Timeout"), "--health-timeout", "for one check: 5s")),
        _milder(duration("start", ("Healthcheck", "StartPeriod"), "--health-start-period", "not counted: 1m")),
        whole("retries", ("Healthcheck", "Retries"), "--health-retries", "failures in a row", zero=False),
    )

    @classmethod
    def of(cls, raw: Mapping[str, Any], texts: tuple[str, ...]) -> Self:
        if texts[0].strip() == "none" and any(each.strip() for each in texts[1:]):
            raise NotPossible("Without a check there is nothing else to set: empty the other lines.")
        return super().of(raw, texts)

    def words(self, *, shown: bool) -> list[str]:
        off = field_of(self.after, *self.path, "Healthcheck", "Test") == ["NONE"]
        return ["--no-healthcheck"] if off else super().words(shown=shown)

    def consequences(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Consequence]:
        if field_of(after, *self.path, "Healthcheck", "Test") == ["NONE"]:
            yield warning(f"A task of {service.name} counts as running as soon as its process runs, well or not.")


def _host(typed: str) -> str:
    name, colon, address = typed.partition(":")
    if not name or not colon:
        raise Unreadable(f"'{typed}' is no name:address")
    if address != "host-gateway":
        _address(address)
    return typed


def _address(typed: str) -> str:
    try:
        ipaddress.ip_address(typed)
    except ValueError as error:
        raise Unreadable(f"'{typed}' is no IP address") from error
    return typed


def _stored_host(shown: str) -> str:
    name, _, address = shown.partition(":")
    return f"{address} {name}"


def _shown_hosts(raw: object) -> list[str]:
    address, *found = str(raw).split()
    return [f"{name}:{address}" for name in found]


@dataclass(frozen=True)
class SetNameResolution(ContainerForm):
    """Change by which names a service's containers find others, and what they call themselves."""

    name: ClassVar[str] = names.SET_NAME_RESOLUTION
    verb: ClassVar[str] = "Change"
    field: ClassVar[str] = "name resolution"
    form: ClassVar[tuple[Setting, ...]] = (
        text("hostname", ("Hostname",), "--hostname", "its own; {{.Node.Hostname}} works"),
        entries("hosts", ("Hosts",), "--host", "db:10.0.0.5 …", check=_host, stored=_stored_host, shown=_shown_hosts),
        entries("DNS servers", ("DNSConfig", "Nameservers"), "--dns", "10.0.0.53 …", check=_address),
        entries("DNS search", ("DNSConfig", "Search"), "--dns-search", "example.com …"),
        entries("DNS options", ("DNSConfig", "Options"), "--dns-option", "timeout:3 …"),
    )

    @property
    def no_command(self) -> str:
        """docker/cli command/service/update.go, `updateDNSConfig`: where one of the three changes, all are sorted."""
        before, after = (self.texts_of(spec)[2:] for spec in (self.spec, self.after))
        if before != after and any(split(each) != sorted(split(each)) for each in after):
            return "docker sorts what it says of DNS, and servers are asked in their order"
        return super().no_command


CAPABILITY = re.compile(r"(CAP_)?[A-Z_]+")


def _capability(typed: str) -> str:
    name = typed.upper()
    if not CAPABILITY.fullmatch(name):
        raise Unreadable(f"'{typed}' is no capability")
    return name if name == "ALL" or name.startswith("CAP_") else f"CAP_{name}"


def _ulimit(typed: str) -> str:
    name, equals, limits = typed.partition("=")
    soft, colon, hard = limits.partition(":")
    numbers = [soft, hard] if colon else [soft]
    if not name or not equals or not all(re.fullmatch(r"-1|\d{1,18}", each) for each in numbers):
        raise Unreadable(f"'{typed}' is no name=soft:hard")
    hard = hard or soft
    if hard != "-1" and (soft == "-1" or int(soft) > int(hard)):
        raise Unreadable(f"the soft limit of {name} is above the hard one")
    return f"{name}={soft}:{hard}"


def _stored_ulimit(shown: str) -> dict[str, Any]:
    name, _, limits = shown.partition("=")
    soft, _, hard = limits.partition(":")
    return {"Name": name, "Soft": int(soft), "Hard": int(hard)}


def _shown_ulimit(raw: Any) -> list[str]:
    return [f"{raw['Name']}={raw.get('Soft', 0)}:{raw.get('Hard', 0)}"]


def _name(shown: str) -> str:
    return shown.partition("=")[0]


@dataclass(frozen=True)
class SetContainerOptions(ContainerForm):
    """Change what a service's containers may do, and how they are started and stopped."""

    name: ClassVar[str] = names.SET_CONTAINER_OPTIONS
    verb: ClassVar[str] = "Change"
    field: ClassVar[str] = "container options"
    form: ClassVar[tuple[Setting, ...]] = (
        text("stop signal", ("StopSignal",), "--stop-signal", "SIGTERM unless the image says otherwise"),
        flag("init", ("Init",), "--init", "yes: a first process that reaps", can_be_unset=False),
        flag("read-only", ("ReadOnly",), "--read-only", "yes: its root cannot be written"),
        flag("terminal", ("TTY",), "--tty", "yes: it gets a pseudo-terminal"),
        entries("groups", ("Groups",), "--group", "supplementary groups", in_order=False),
        entries(
            "cap. added", ("CapabilityAdd",), "--cap-add", "NET_ADMIN …", check=_capability, in_order=False, whole=True
        ),
        entries(
            "cap. dropped",
            ("CapabilityDrop",),
            "--cap-drop",
            "MKNOD …, or ALL",
            check=_capability,
            in_order=False,
            whole=True,
        ),
        entries(
            "ulimits",
            ("Ulimits",),
            "--ulimit",
            "nofile=1024:2048 …",
            check=_ulimit,
            stored=_stored_ulimit,
            shown=_shown_ulimit,
            key_of=_name,
        ),
        pairs("sysctls", ("Sysctls",), "--sysctl", "net.core.somaxconn=1024 …"),
    )

    def consequences(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Consequence]:
        added = set(field_of(after, *self.path, "CapabilityAdd") or ())
        if both := sorted(added & set(field_of(after, *self.path, "CapabilityDrop") or ())):
            yield warning(f"{', '.join(both)}: added and dropped.")
        if added & {"ALL", "CAP_SYS_ADMIN"}:
            yield warning(f"A container of {service.name} can then do to its node what root can.")


@dataclass(frozen=True)
class SetLogDriver(FormChange):
    """Change where a service's containers write their logs."""

    name: ClassVar[str] = names.SET_LOG_DRIVER
    verb: ClassVar[str] = "Change"
    field: ClassVar[str] = "log driver"
    path: ClassVar[Path] = ("TaskTemplate", "LogDriver")
    form: ClassVar[tuple[Setting, ...]] = (
        text("driver", ("Name",), "--log-driver", "json-file, local, journald, …"),
        pairs("options", ("Options",), "--log-opt", "max-size=10m max-file=3 …"),
    )

    @classmethod
    def of(cls, raw: Mapping[str, Any], texts: tuple[str, ...]) -> Self:
        if texts[1].strip() and not texts[0].strip():
            raise NotPossible("driver: options need one.")
        return super().of(raw, texts)

    @property
    def no_command(self) -> str:
        return "" if self.texts_of(self.after)[0] else "docker can change a log driver, and not leave it out"

    def words(self, *, shown: bool) -> list[str]:
        """docker replaces the driver with all its options."""
        driver, options = self.texts_of(self.after)
        show = shown_line if shown else str
        return ["--log-driver", driver, *(word for each in split(options) for word in ("--log-opt", show(each)))]

    def consequences(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Consequence]:
        if not field_of(after, *self.path, "Name"):
            yield note("Each node's own log driver is used then.")
        elif field_of(after, *self.path, "Name") == "none":
            yield warning(f"Nothing that {service.name} writes is kept: there will be no log to look at.")
