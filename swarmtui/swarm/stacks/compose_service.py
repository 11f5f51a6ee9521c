"""One service of a compose file in the engine's terms: what docker would send for it, against what runs.

The rules are docker's own (docker/cli cli/compose/convert/{service,volume}.go). Fields that are not named here are
taken to be as they are, so that a way of writing that docker and we do not share is never seen as a change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.services.restarts import RollingPolicy
from swarmtui.swarm.specs.fields import field_of, list_of, part_of, with_field
from swarmtui.swarm.stacks.compose_container import of_health_check, of_labels, of_program
from swarmtui.swarm.stacks.compose_values import (
    FieldDifference,
    nanoseconds,
    of_sets,
    of_values,
    pairs_of,
    scalar,
    signed_names,
    whole,
)
from swarmtui.swarm.syntax.image import short_image
from swarmtui.swarm.syntax.quantities import read_size
from swarmtui.swarm.units import docker_cpus, duration_text, size_text

__all__ = ["ServiceInFile", "mode_and_replicas", "mode_of", "scoped_name"]

Raw = Mapping[str, Any]
Path = tuple[str, ...]

_CONTAINER: Path = ("TaskTemplate", "ContainerSpec")
_RESOURCES = (
    ("reservations", "Reservations", "reserved CPUs", "reserved memory"),
    ("limits", "Limits", "CPU limit", "memory limit"),
)


def scoped_name(stack: str, key: str, what: Any) -> str:
    """The real name of a network, volume, secret or config that a file calls by a key."""
    given = what if isinstance(what, Mapping) else {}
    external = given.get("external")
    if isinstance(external, Mapping) and external.get("name"):
        return str(external["name"])
    if given.get("name"):
        return str(given["name"])
    return key if external else f"{stack}_{key}"


class ServiceInFile:
    """A service as the (rendered) file has it."""

    def __init__(self, stack: str, service: Raw, compose: Raw) -> None:
        self.service = service
        self._stack = stack
        self._compose = compose

    def differences(self, spec: Raw, cluster: Cluster | None, *, rendered: bool) -> Iterator[FieldDifference]:
        """What is different from a service that runs.

        Args:
            spec: the raw spec of the service that runs; an empty one where none does.
            cluster: to name networks.
            rendered: whether docker rendered the file; else images and replicas alone can be compared.
        """
        yield from self._image(spec, rendered=rendered)
        yield from self._mode(spec)
        if not rendered:
            return
        yield from self._container(spec, cluster)
        yield from self._endpoint(spec)
        yield from self._placement(spec)
        yield from self._resources(spec)
        yield from self._policies(spec)

    def sent(self, spec: Raw, differences: Iterable[FieldDifference]) -> dict[str, Any]:
        """The raw spec with what is different in it."""
        sent = dict(spec)
        for each in differences:
            sent = with_field(sent, each.path, each.value)
        return sent

    # -------------------------------------------------------------------------------- image and mode

    def _image(self, spec: Raw, *, rendered: bool) -> Iterator[FieldDifference]:
        given, path = str(self.service.get("image") or ""), (*_CONTAINER, "Image")
        image, runs = _plain(given), _plain(str(field_of(spec, *path) or ""))
        if given and image != runs and ("$" not in image or rendered):
            yield FieldDifference(f"image {runs} → {image}", path, given)

    def _mode(self, spec: Raw) -> Iterator[FieldDifference]:
        deploy = part_of(self.service, "deploy")
        wanted, now = mode_and_replicas(self.service), _mode_and_replicas_of(spec)
        if wanted == now or "$" in wanted:
            return
        number = whole(deploy.get("replicas"), 1)
        modes = {
            "global": {"Global": {}},
            "global-job": {"GlobalJob": {}},
            "replicated-job": {"ReplicatedJob": {"MaxConcurrent": number, "TotalCompletions": number}},
        }
        yield FieldDifference(
            f"{now} → {wanted}", ("Mode",), modes.get(mode_of(self.service), {"Replicated": {"Replicas": number}})
        )

    # -------------------------------------------------------------------------------- the container

    def _container(self, spec: Raw, cluster: Cluster | None) -> Iterator[FieldDifference]:
        container, environment = part_of(spec, *_CONTAINER), pairs_of(self.service.get("environment"))
        if words := signed_names("environment", environment, pairs_of(container.get("Env"))):
            values = [key if value is None else f"{key}={value}" for key, value in environment.items()]
            yield FieldDifference(words, (*_CONTAINER, "Env"), sorted(values))
        yield from of_program(self.service, spec)
        yield from of_labels(self._stack, self.service, spec)
        yield from of_health_check(self.service, spec)
        networks, known = self._networks, cluster or Cluster()
        present = {known.network_name(str(each.get("Target") or "")) for each in _networks(spec)}
        targets = [{"Target": each} for each in sorted(networks)]
        yield from of_sets("networks", networks, present, ("TaskTemplate", "Networks"), targets)
        for section, key, name in (("secrets", "Secrets", "SecretName"), ("configs", "Configs", "ConfigName")):
            wanted, path = self._references(section), (*_CONTAINER, key)
            present = {str(each.get(name)) for each in list_of(spec, *path)}
            yield from of_sets(section, wanted, present, path, [{name: each} for each in sorted(wanted)])
        mounts, path = [dict(each) for each in self._mounts()], (*_CONTAINER, "Mounts")
        present = set(map(_mount_text, list_of(spec, *path)))
        yield from of_sets("volumes", set(map(_mount_text, mounts)), present, path, mounts)

    @property
    def _networks(self) -> set[str]:
        given = self.service.get("networks") or {"default": None}
        return {scoped_name(self._stack, str(key), part_of(self._compose, "networks").get(key)) for key in given}

    def _references(self, section: str) -> set[str]:
        """The real names of the secrets or configs that it uses."""
        sources = (
            each.get("source") if isinstance(each, Mapping) else each for each in self.service.get(section) or ()
        )
        declared = part_of(self._compose, section)
        return {scoped_name(self._stack, str(source), declared.get(str(source))) for source in sources}

    def _mounts(self) -> Iterator[Raw]:
        declared = part_of(self._compose, "volumes")
        for each in self.service.get("volumes") or ():
            if not isinstance(each, Mapping):
                continue
            kind, source = str(each.get("type") or "volume"), str(each.get("source") or "")
            mount: dict[str, Any] = {"Type": kind, "Source": source, "Target": str(each.get("target") or "")}
            if each.get("read_only"):
                mount["ReadOnly"] = True
            if kind == "volume" and source:
                what = part_of(declared, source)
                mount["Source"] = scoped_name(self._stack, source, what)
                if not what.get("external") and (what.get("driver") or what.get("driver_opts")):
                    options = {str(key): scalar(value) for key, value in part_of(what, "driver_opts").items()}
                    mount["VolumeOptions"] = {
                        "DriverConfig": {"Name": str(what.get("driver") or ""), "Options": options}
                    }
            yield mount

    # -------------------------------------------------------------------------------- ports and placement

    def _endpoint(self, spec: Raw) -> Iterator[FieldDifference]:
        ports, path = [dict(each) for each in self._ports()], ("EndpointSpec", "Ports")
        present = set(map(_port_text, list_of(spec, *path)))
        yield from of_sets("ports", set(map(_port_text, ports)), present, path, ports)
        wanted = str(part_of(self.service, "deploy").get("endpoint_mode") or "vip")
        yield from of_values("endpoint_mode", wanted, field_of(spec, "EndpointSpec", "Mode") or "vip", _MODE)

    def _ports(self) -> Iterator[Raw]:
        for each in self.service.get("ports") or ():
            if isinstance(each, Mapping):
                yield {
                    "Protocol": str(each.get("protocol") or "tcp"),
                    "TargetPort": whole(each.get("target")),
                    "PublishedPort": whole(each.get("published")),
                    "PublishMode": str(each.get("mode") or "ingress"),
                }

    def _placement(self, spec: Raw) -> Iterator[FieldDifference]:
        placement, path = part_of(self.service, "deploy", "placement"), ("TaskTemplate", "Placement")
        wanted = list(map(str, placement.get("constraints") or ()))
        present = set(map(str, list_of(spec, *path, "Constraints")))
        yield from of_sets("constraints", set(wanted), present, (*path, "Constraints"), wanted)
        most, now = whole(placement.get("max_replicas_per_node")), field_of(spec, *path, "MaxReplicas") or 0
        yield from of_values("max_replicas_per_node", most, now, (*path, "MaxReplicas"))

    # -------------------------------------------------------------------------------- resources and policies

    def _resources(self, spec: Raw) -> Iterator[FieldDifference]:
        for section, key, cpu_words, memory_words in _RESOURCES:
            given = part_of(self.service, "deploy", "resources", section)
            path: Path = ("TaskTemplate", "Resources", key)
            cpus, had = _nano_cpus(given.get("cpus")), field_of(spec, *path, "NanoCPUs") or 0
            if cpus != had:
                words = f"{cpu_words} {_cpu_words(had)} → {_cpu_words(cpus)}"
                yield FieldDifference(words, (*path, "NanoCPUs"), cpus)
            memory, had = _bytes(given.get("memory")), field_of(spec, *path, "MemoryBytes") or 0
            if memory != had:
                words = f"{memory_words} {_memory_words(had)} → {_memory_words(memory)}"
                yield FieldDifference(words, (*path, "MemoryBytes"), memory)

    def _policies(self, spec: Raw) -> Iterator[FieldDifference]:
        path: Path = ("TaskTemplate", "RestartPolicy", "Condition")
        yield from of_values("restart condition", self._restart_condition, field_of(spec, *path) or "any", path)
        path = ("TaskTemplate", "LogDriver", "Name")
        driver = str(part_of(self.service, "logging").get("driver") or "")
        if driver != str(field_of(spec, *path) or ""):
            words = f"log driver {field_of(spec, *path) or 'default'} → {driver or 'default'}"
            yield FieldDifference(words, path[:-1], {"Name": driver} if driver else None)
        sent = self._update_config
        wanted, now = RollingPolicy.of({"UpdateConfig": sent}), RollingPolicy.of(spec)
        pairs = (
            ("order", wanted.order, now.order),
            ("parallelism", wanted.parallelism, now.parallelism),
            ("delay", duration_text(wanted.delay), duration_text(now.delay)),
            ("failure action", wanted.failure_action, now.failure_action),
            ("monitor", duration_text(wanted.monitor), duration_text(now.monitor)),
        )
        for what, new, old in pairs:
            if new != old:
                yield FieldDifference(f"update {what} {old} → {new}", ("UpdateConfig",), sent)

    @property
    def _restart_condition(self) -> str:
        """`deploy.restart_policy`, or else `restart` (docker/cli convert/service.go, `convertRestartPolicy`)."""
        policy = field_of(self.service, "deploy", "restart_policy")
        if isinstance(policy, Mapping):
            return str(policy.get("condition") or "any")
        return "on-failure" if str(self.service.get("restart") or "").startswith("on-failure") else "any"

    @property
    def _update_config(self) -> dict[str, Any] | None:
        """One that is given without a parallelism has 1 (docker/cli convert/service.go, `convertUpdateConfig`)."""
        given = field_of(self.service, "deploy", "update_config")
        if not isinstance(given, Mapping):
            return None
        return {
            "Parallelism": whole(given.get("parallelism"), 1),
            "Delay": nanoseconds(given.get("delay")),
            "FailureAction": str(given.get("failure_action") or ""),
            "Monitor": nanoseconds(given.get("monitor")),
            "Order": str(given.get("order") or ""),
        }


_MODE: Path = ("EndpointSpec", "Mode")


def _networks(spec: Raw) -> Iterable[Raw]:
    return [*(field_of(spec, "TaskTemplate", "Networks") or ()), *(spec.get("Networks") or ())]


def _plain(image: str) -> str:
    """An image without the digest that docker has looked up for its tag, and with the tag that none stands for."""
    name, _, digest = image.partition("@")
    if ":" in name.rpartition("/")[2]:
        return short_image(name)
    return short_image(image) if digest else f"{short_image(name)}:latest"


# ------------------------------------------------------------------------------------------------ modes


def mode_of(service: Raw) -> str:
    """The mode of a service of a file, as `docker service ls` says it."""
    return str(part_of(service, "deploy").get("mode") or "replicated")


def mode_and_replicas(service: Raw) -> str:
    """ "global", "3 replicas", "1 completion", of a service of a file."""
    mode, number = mode_of(service), part_of(service, "deploy").get("replicas")
    return mode if mode.startswith("global") else _replicas_text(mode, 1 if number is None else number)


def _mode_and_replicas_of(spec: Raw) -> str:
    mode = part_of(spec, "Mode")
    if "Global" in mode:
        return "global"
    if "GlobalJob" in mode:
        return "global-job"
    if "ReplicatedJob" in mode:
        return _replicas_text("replicated-job", field_of(mode, "ReplicatedJob", "TotalCompletions"))
    number = field_of(mode, "Replicated", "Replicas")
    return _replicas_text("replicated", 1 if number is None else number)


def _replicas_text(mode: str, number: Any) -> str:
    word = "completions" if mode == "replicated-job" else "replicas"
    return f"{number} {word if str(number) != '1' else word.removesuffix('s')}"


# ------------------------------------------------------------------------------------------------ values


def _port_text(port: Raw) -> str:
    host = " host" if port.get("PublishMode") == "host" else ""
    published, protocol = port.get("PublishedPort") or "?", port.get("Protocol") or "tcp"
    return f"{published}→{port.get('TargetPort')}/{protocol}{host}"


def _mount_text(mount: Raw) -> str:
    kind, source, read_only = mount.get("Type"), mount.get("Source"), ":ro" if mount.get("ReadOnly") else ""
    before = f"{source}:" if source else "" if kind == "volume" else f"{kind}:"
    return f"{before}{mount.get('Target')}{read_only}"


def _nano_cpus(value: Any) -> int:
    try:
        return int(Decimal(str(value or 0)) * 10**9)
    except (InvalidOperation, OverflowError, ValueError):
        return 0


def _bytes(value: Any) -> int:
    try:
        return read_size(str(value), least=0) if value else 0
    except ValueError:
        return 0


def _cpu_words(nano_cpus: int) -> str:
    return docker_cpus(nano_cpus) if nano_cpus else "none"


def _memory_words(size: int) -> str:
    return size_text(size) if size else "none"
