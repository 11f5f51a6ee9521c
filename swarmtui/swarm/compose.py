"""What a compose file would change in a stack: its services against those that run.

Only what is named here is compared. docker itself decides what it really changes, and may update a service in which no
difference is seen: when its image's tag has come to mean another image. Values of environment variables are compared
and never kept, since passwords stand in them.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from swarmtui.swarm.actions.raw import field_of, part_of
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.description import short_image

__all__ = ["Comparison", "ServiceDifference", "compare"]

Raw = Mapping[str, Any]

RENDERED = (
    "docker rendered the file. Compared were image, mode, replicas, command, environment, ports, networks, secrets,"
    " configs and constraints."
)
AS_IT_STANDS = (
    "This docker cannot render a compose file (that takes version 25 or newer): the file was read as it stands."
    " Compared were the services' names, images and replicas alone, and no variable was put in."
)


@dataclass(frozen=True)
class ServiceDifference:
    """One service of the file or of the stack.

    Attributes:
        name: without the stack's name before it.
        what: "added", "changed", "removed" (it runs and is not in the file) or "same".
        changes: what is different, or of an added one what it will be, in words.
        version: of the service that runs; 0 when none does.
    """

    name: str
    what: str
    changes: tuple[str, ...] = ()
    version: int = 0


@dataclass(frozen=True)
class Comparison:
    """What deploying a file would change.

    Attributes:
        path: the file, as docker is given it.
        stack: the stack's name.
        services: of the file and of the stack, by name.
        others: what else is made: "The network shop_front is created."
        how: how it was compared, and what was not.
        obstacle: why it cannot be deployed from here; "" when it can.
    """

    path: str
    stack: str
    services: tuple[ServiceDifference, ...] = ()
    others: tuple[str, ...] = ()
    how: str = ""
    obstacle: str = ""


def compare(
    path: str, stack: str, compose: Raw, running: Iterable[Raw], cluster: Cluster | None, *, rendered: bool
) -> Comparison:
    """Compare a compose file with the stack that runs.

    Args:
        path: the file's.
        stack: the stack's name.
        compose: the file's content.
        running: the stack's services, as raw JSON.
        cluster: to see which secrets, configs and networks there are.
        rendered: whether docker rendered the content, so that all of it is in its long form and no variable is left.
    """
    services = part_of(compose, "services")
    present = {str(field_of(each, "Spec", "Name")).removeprefix(f"{stack}_"): each for each in running}
    differences: list[ServiceDifference] = []
    for name in sorted({*map(str, services), *present}):
        wanted, raw = part_of(services, name), present.get(name)
        version = field_of(raw, "Version", "Index") if raw is not None else 0
        if name not in services:
            differences.append(ServiceDifference(name, "removed", version=version))
        elif raw is None:
            differences.append(ServiceDifference(name, "added", _words_of(wanted)))
        else:
            file = _OfFile(stack, wanted, compose)
            changes = tuple(_changes(file, part_of(raw, "Spec"), cluster, rendered=rendered))
            differences.append(ServiceDifference(name, "changed" if changes else "same", changes, version))
    others = tuple(_created(stack, compose, cluster))
    return Comparison(path, stack, tuple(differences), others, RENDERED if rendered else AS_IT_STANDS)


def _words_of(wanted: Raw) -> tuple[str, ...]:
    """What an added service will be."""
    image, replicas = str(wanted.get("image") or "no image"), _replicas_of_file(wanted)
    return (short_image(image), replicas)


def _created(stack: str, compose: Raw, cluster: Cluster | None) -> Iterator[str]:
    if cluster is None:
        return
    there = {"networks": cluster.networks, "secrets": cluster.secrets, "configs": cluster.configs}
    for section, known in there.items():
        names = {thing.name for thing in (known or {}).values()}
        for key, what in part_of(compose, section).items():
            name = _scoped(stack, str(key), what)
            word = section.removesuffix("s")
            if name in names:
                continue
            if isinstance(what, Mapping) and what.get("external"):
                yield f"The {word} {name} is external, and it is not there: docker will refuse the file."
            else:
                yield f"The {word} {name} is created."
    if not part_of(compose, "networks") and not any(
        network.name == f"{stack}_default" for network in (cluster.networks or {}).values()
    ):
        yield f"The network {stack}_default is created, for services that name none."


def _scoped(stack: str, key: str, what: Any) -> str:
    """The real name of a network, secret or config that a file calls by a key."""
    given = what if isinstance(what, Mapping) else {}
    external = given.get("external")
    if isinstance(external, Mapping) and external.get("name"):
        return str(external["name"])
    if given.get("name"):
        return str(given["name"])
    return key if external else f"{stack}_{key}"


# ------------------------------------------------------------------------------------------------ one service


def _changes(file: _OfFile, spec: Raw, cluster: Cluster | None, *, rendered: bool) -> Iterator[str]:
    """What is different between a service in the file and the one that runs."""
    image = _plain(file.image)
    runs = _plain(str(field_of(spec, "TaskTemplate", "ContainerSpec", "Image") or ""))
    if file.image and image != runs and ("$" not in image or rendered):
        yield f"image {runs} → {image}"
    replicas, now = _replicas_of_file(file.service), _replicas_of(spec)
    if replicas != now and "$" not in replicas:
        yield f"{now} → {replicas}"
    if not rendered:
        return
    container = part_of(spec, "TaskTemplate", "ContainerSpec")
    yield from _env_changes(file.environment, dict(map(_split, container.get("Env") or ())))
    named = _Named(cluster)
    pairs = (
        ("command", " ".join(file.command), " ".join(container.get("Args") or ())),
        ("ports", file.ports, _ports_of(spec)),
        ("networks", file.networks, {named.network(each.get("Target", "")) for each in _networks(spec)}),
        ("secrets", file.references("secrets"), {each.get("SecretName") for each in container.get("Secrets") or ()}),
        ("configs", file.references("configs"), {each.get("ConfigName") for each in container.get("Configs") or ()}),
        ("constraints", file.constraints, set(field_of(spec, "TaskTemplate", "Placement", "Constraints") or ())),
    )
    for what, theirs, ours in pairs:
        if isinstance(theirs, str) or isinstance(ours, str):
            if theirs != ours:
                yield f"{what} '{ours}' → '{theirs}'"
        else:
            yield from _set_changes(what, set(map(str, theirs)), set(map(str, ours)))


def _set_changes(what: str, wanted: set[str], present: set[str]) -> Iterator[str]:
    signs = [f"+{each}" for each in sorted(wanted - present)] + [f"−{each}" for each in sorted(present - wanted)]
    if signs:
        yield f"{what} {' '.join(signs)}"


def _env_changes(wanted: Mapping[str, str | None], present: Mapping[str, str]) -> Iterator[str]:
    """Names alone: passwords stand in the values."""
    signs = [f"+{name}" for name in sorted(wanted) if name not in present]
    signs += [f"−{name}" for name in sorted(present) if name not in wanted]
    signs += [
        f"{name} changed" for name in sorted(wanted) if wanted[name] not in (None, present.get(name, wanted[name]))
    ]
    if signs:
        yield f"environment {', '.join(signs)}"


class _OfFile:
    """A service as the (rendered) file has it, in the terms of what runs."""

    def __init__(self, stack: str, service: Raw, compose: Raw) -> None:
        self.service = service
        self._stack = stack
        self._compose = compose

    @property
    def image(self) -> str:
        return str(self.service.get("image") or "")

    @property
    def environment(self) -> dict[str, str | None]:
        given = self.service.get("environment") or {}
        if isinstance(given, Mapping):
            return {str(key): None if value is None else _scalar(value) for key, value in given.items()}
        return dict(map(_split, map(str, given)))

    @property
    def command(self) -> list[str]:
        given = self.service.get("command") or []
        return shlex.split(given) if isinstance(given, str) else [str(each) for each in given]

    @property
    def ports(self) -> set[str]:
        found = (each for each in self.service.get("ports") or () if isinstance(each, Mapping))
        return {
            _port(each.get("published"), each.get("target"), each.get("protocol"), each.get("mode")) for each in found
        }

    @property
    def networks(self) -> set[str]:
        given = self.service.get("networks") or {"default": None}
        return {_scoped(self._stack, str(key), part_of(self._compose, "networks").get(key)) for key in given}

    def references(self, section: str) -> set[str]:
        """The real names of the secrets or configs that it uses."""
        sources = (
            each.get("source") if isinstance(each, Mapping) else each for each in self.service.get(section) or ()
        )
        declared = part_of(self._compose, section)
        return {_scoped(self._stack, str(source), declared.get(str(source))) for source in sources}

    @property
    def constraints(self) -> set[str]:
        return set(field_of(self.service, "deploy", "placement", "constraints") or ())


class _Named:
    """Networks by ID."""

    def __init__(self, cluster: Cluster | None) -> None:
        self._networks = (cluster.networks if cluster is not None else None) or {}

    def network(self, reference: str) -> str:
        network = self._networks.get(reference)
        return network.name if network is not None else reference


def _networks(spec: Raw) -> Iterable[Raw]:
    return [*(field_of(spec, "TaskTemplate", "Networks") or ()), *(spec.get("Networks") or ())]


def _plain(image: str) -> str:
    """An image without the digest that docker has looked up for its tag, and with the tag that none stands for."""
    name, _, digest = image.partition("@")
    if ":" in name.rpartition("/")[2]:
        return short_image(name)
    return short_image(image) if digest else f"{short_image(name)}:latest"


def _replicas_of_file(service: Raw) -> str:
    deploy = part_of(service, "deploy")
    mode = str(deploy.get("mode") or "replicated")
    if mode.startswith("global"):
        return mode
    number = deploy.get("replicas")
    return _replicas_text(mode, 1 if number is None else number)


def _replicas_of(spec: Raw) -> str:
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


def _ports_of(spec: Raw) -> set[str]:
    ports = field_of(spec, "EndpointSpec", "Ports") or ()
    return {
        _port(each.get("PublishedPort"), each.get("TargetPort"), each.get("Protocol"), each.get("PublishMode"))
        for each in ports
    }


def _port(published: Any, target: Any, protocol: Any, mode: Any) -> str:
    host = " host" if mode == "host" else ""
    return f"{published or '?'}→{target}/{protocol or 'tcp'}{host}"


def _split(variable: str) -> tuple[str, str]:
    name, _, value = variable.partition("=")
    return name, value


def _scalar(value: Any) -> str:
    """A YAML value as docker writes it into the environment."""
    return str(value).lower() if isinstance(value, bool) else str(value)
