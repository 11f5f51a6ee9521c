"""What is typed to create a service, and what comes of it: a spec, the docker command for it, and what is wrong.

The form holds texts alone, as typed. `draft_of` reads them; it keeps no state and asks nobody. The spec is what
`docker service create` with the same settings would send (docker/cli command/service/opts.go, `ToService`).
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.masking import masked
from swarmtui.swarm.images.choice import ImageChoice
from swarmtui.swarm.services.constraints import InvalidConstraint, parse
from swarmtui.swarm.services.restarts import DEFAULT_POLICY, DEFAULT_RESTART
from swarmtui.swarm.syntax.form_reader import FormReader, Word, one_of
from swarmtui.swarm.syntax.image import ImageName
from swarmtui.swarm.syntax.mounts import read_mount
from swarmtui.swarm.syntax.publish import read_published
from swarmtui.swarm.syntax.quantities import read_cpus, read_number, read_ratio, read_size
from swarmtui.swarm.syntax.references import OF_EVERY_ENGINE, read_attachment, read_file_reference
from swarmtui.swarm.syntax.unreadable import Unreadable
from swarmtui.swarm.syntax.words import (
    read_command,
    read_label,
    read_service_name,
    read_variable,
)
from swarmtui.swarm.units import MILLISECOND

__all__ = ["MODES", "Draft", "ServiceForm", "draft_of"]

T = TypeVar("T")

MODES = ("replicated", "global", "replicated-job", "global-job")


@dataclass(frozen=True)
class ServiceForm:
    """The fields, as typed; "" for what is left to the engine. The lists have an entry a line.

    Attributes:
        digest: "pin" to send the image with the digest that its tag stands for, "" to send it as typed.
        credentials: "send" for this machine's docker login for the image's registry, "" for none.
        health: "" for the image's own check, "none" for none, "command" for `health_command`.
    """

    image: str = ""
    digest: str = "pin"
    credentials: str = ""
    name: str = ""
    entrypoint: str = ""
    arguments: str = ""
    mode: str = "replicated"
    replicas: str = "1"
    completions: str = "1"
    concurrency: str = ""
    ports: str = ""
    networks: str = ""
    environment: str = ""
    labels: str = ""
    mounts: str = ""
    secrets: str = ""
    configs: str = ""
    constraints: str = ""
    reserve_cpu: str = ""
    reserve_memory: str = ""
    limit_cpu: str = ""
    limit_memory: str = ""
    restart_condition: str = ""
    restart_delay: str = ""
    restart_attempts: str = ""
    restart_window: str = ""
    update_parallelism: str = ""
    update_delay: str = ""
    update_order: str = ""
    update_failure: str = ""
    update_monitor: str = ""
    update_ratio: str = ""
    health: str = ""
    health_command: str = ""
    health_interval: str = ""
    health_timeout: str = ""
    health_retries: str = ""

    def __repr__(self) -> str:
        return f"ServiceForm(name={self.name!r}, image={self.image!r}, …)"  # environment variables may be secret

    @property
    def is_job(self) -> bool:
        return self.mode.endswith("-job")

    @property
    def image_choice(self) -> ImageChoice:
        """How the image is sent, before its registry has said anything."""
        return ImageChoice(pin=self.digest == "pin", credentials=self.credentials == "send")


@dataclass(frozen=True)
class Draft:
    """What comes of a form.

    Attributes:
        spec: the service's spec, as far as the form can be read.
        problems: what is wrong, by the name of the field; nothing can be created while there is something.
        words: the docker command, word by word.
        shown_words: the same with secret values masked.
    """

    spec: Mapping[str, Any] = field(repr=False)
    problems: Mapping[str, str]
    words: tuple[str, ...] = field(repr=False)
    shown_words: tuple[str, ...]

    @property
    def command(self) -> str:
        """The docker command line as a shell takes it, whole."""
        return shlex.join(self.words)

    @property
    def shown_command(self) -> str:
        """The same for eyes and logs."""
        return shlex.join(self.shown_words)


def draft_of(form: ServiceForm, cluster: Cluster) -> Draft:
    """Read a form.

    Args:
        cluster: tells the IDs of the networks, secrets and configs that are named.
    """
    return _Reading(form, cluster).draft()


class _Reading:
    """One reading of a form."""

    def __init__(self, form: ServiceForm, cluster: Cluster) -> None:
        self._form = form
        self._cluster = cluster
        self._read = FormReader(form)
        self._last_words: list[Word] = []

    def draft(self) -> Draft:
        head = ("docker", "service", "create", *self._form.image_choice.flags)
        spec = self._spec()
        words = [*((word, word) for word in head), *self._read.words, *self._last_words]
        return Draft(spec, self._read.problems, tuple(word for word, _ in words), tuple(shown for _, shown in words))

    # -------------------------------------------------------------------------------- the spec, part by part

    def _spec(self) -> dict[str, Any]:
        name = self._read.line("name", read_service_name, "name")
        if not self._form.name.strip():
            self._read.problems["name"] = "needed"
        spec: dict[str, Any] = {"Name": name or ""}
        mode = self._mode()
        ports = self._ports()
        networks = self._networks()
        container = self._container()
        template: dict[str, Any] = {"ContainerSpec": container, "Resources": self._resources()}
        spec["Labels"] = self._read.pairs("labels", "label", read_label)
        if restart := self._restart():
            template["RestartPolicy"] = restart
        template["Placement"] = self._placement()
        if networks:
            template["Networks"] = networks
        spec |= {"TaskTemplate": template, "Mode": mode}
        if update := self._update():
            spec["UpdateConfig"] = update
        spec["EndpointSpec"] = {"Mode": "vip", **({"Ports": ports} if ports else {})}
        return spec

    def _mode(self) -> dict[str, Any]:
        mode = self._form.mode
        if mode not in MODES:
            self._read.problems["mode"] = f"one of {', '.join(MODES)}"
            return {}
        if mode != "replicated":
            self._read.say("mode", mode)
        if mode == "replicated":
            replicas = self._read.line("replicas", read_number, "replicas")
            return {"Replicated": {"Replicas": 1 if replicas is None else replicas}}
        if mode == "replicated-job":
            total = self._read.line("completions", partial(read_number, least=1), "replicas")
            total = 1 if total is None else total
            at_once = self._read.line("concurrency", partial(read_number, least=1), "max-concurrent")
            return {"ReplicatedJob": {"MaxConcurrent": at_once or total, "TotalCompletions": total}}
        return {"Global": {}} if mode == "global" else {"GlobalJob": {}}

    def _ports(self) -> list[dict[str, Any]]:
        ports: list[dict[str, Any]] = []
        taken: set[tuple[int, str]] = set()
        for published in self._read.lines("ports", read_published):
            for spec in published.specs():
                place = (spec.get("PublishedPort", 0), spec["Protocol"])
                if place[0] and place in taken:
                    self._read.problems.setdefault("ports", f"port {place[0]}/{place[1]} is published twice")
                taken.add(place)
                ports.append(spec)
            for argument in published.arguments():
                self._read.say("publish", argument)
        return ports

    def _networks(self) -> list[dict[str, Any]]:
        attachments = self._read.lines("networks", lambda line: read_attachment(line.strip()))
        known = self._cluster.networks
        networks: list[dict[str, Any]] = []
        for each in attachments:
            found = [network for network in (known or {}).values() if each.network in (network.name, network.id)]
            if not found and each.network == "none":
                self._read.problems.setdefault("networks", "a service cannot use none: it is each engine's own network")
            elif known is not None and not found and each.network not in OF_EVERY_ENGINE:
                self._read.problems.setdefault("networks", f"the swarm has no network {each.network}")
            elif found and found[0].ingress:
                self._read.problems.setdefault("networks", f"{each.network} is the routing mesh's own network")
            target = found[0].id if found else each.network
            if any(network["Target"] == target for network in networks):
                self._read.problems.setdefault("networks", f"{each.network} is listed twice")
            networks.append(each.spec(target))
            self._read.say("network", each.text)
        return sorted(networks, key=lambda network: str(network["Target"]))

    def _container(self) -> dict[str, Any]:
        read = self._read.line("image", ImageName.parse)
        image = self._form.image.strip() if read else ""
        if not self._form.image.strip():
            self._read.problems["image"] = "needed"
        container: dict[str, Any] = {"Image": read.familiar if read else ""}
        if entrypoint := self._read.line("entrypoint", read_command):
            container["Command"] = entrypoint
            self._read.say("entrypoint", shlex.join(entrypoint), shlex.join(_masked(entrypoint)))
        arguments = self._read.line("arguments", read_command) or []
        if arguments:
            container["Args"] = arguments
        shown = [image, *_masked(arguments)]
        self._last_words = list(zip([image, *arguments], shown, strict=True)) if image else []
        if environment := self._read.pairs("environment", "env", read_variable):
            container["Env"] = [f"{name}={value}" for name, value in environment.items()]
        container["Init"] = False
        if mounts := self._mounts():
            container["Mounts"] = mounts
        if health := self._health():
            container["Healthcheck"] = health
        container["DNSConfig"] = {}
        for name in ("secrets", "configs"):
            if references := self._references(name):
                container[name.capitalize()] = references
        return container

    def _mounts(self) -> list[dict[str, Any]]:
        mounts = self._read.lines("mounts", lambda line: read_mount(line.strip()))
        targets: set[str] = set()
        for mount in mounts:
            if mount.target in targets:
                self._read.problems.setdefault("mounts", f"two mounts at {mount.target}")
            targets.add(mount.target)
            self._read.say("mount", mount.text)
        return [mount.spec() for mount in mounts]

    def _references(self, name: str) -> list[dict[str, Any]]:
        """Secrets or configs. The engine takes IDs, so that they must be known."""
        singular = name.removesuffix("s")
        known = getattr(self._cluster, name)
        ids = {each.name: each.id for each in (known or {}).values()}
        word = singular.capitalize()
        references: list[dict[str, Any]] = []
        targets: set[str] = set()
        for each in self._read.lines(name, lambda line: read_file_reference(line.strip())):
            if known is None:
                self._read.problems.setdefault(name, f"the swarm's {name} are not known yet")
            elif each.source not in ids:
                self._read.problems.setdefault(name, f"the swarm has no {singular} {each.source}")
            if (target := each.file()["Name"]) in targets:
                self._read.problems.setdefault(name, f"two of them at {target}")
            targets.add(target)
            references.append({"File": each.file(), f"{word}ID": ids.get(each.source, ""), f"{word}Name": each.source})
            self._read.say(singular, each.text)
        return references

    def _health(self) -> dict[str, Any]:
        if self._form.health == "none":
            self._read.words.append(("--no-healthcheck", "--no-healthcheck"))
            return {"Test": ["NONE"]}
        if self._form.health != "command":
            return {}
        command = self._read.line("health_command", str, "health-cmd")
        if command is None:
            self._read.problems["health_command"] = "needed: it is run by a shell in the container"
        health: dict[str, Any] = {"Test": ["CMD-SHELL", command or ""]}
        health |= {
            "Interval": self._read.duration("health_interval", "health-interval", least=MILLISECOND),
            "Timeout": self._read.duration("health_timeout", "health-timeout", least=MILLISECOND),
            "Retries": self._read.line("health_retries", partial(read_number, least=1), "health-retries"),
        }
        return {key: value for key, value in health.items() if value is not None}

    def _placement(self) -> dict[str, Any]:
        constraints = self._read.lines("constraints", _read_constraint)
        for constraint in constraints:
            self._read.say("constraint", constraint)
        return {"Constraints": constraints} if constraints else {}

    def _resources(self) -> dict[str, Any]:
        parts: dict[str, Any] = {}
        for part, name in (("Limits", "limit"), ("Reservations", "reserve")):
            cpus = self._read.line(f"{name}_cpu", read_cpus, f"{name}-cpu")
            memory = self._read.line(f"{name}_memory", read_size, f"{name}-memory")
            parts[part] = {
                **({"NanoCPUs": cpus} if cpus is not None else {}),
                **({"MemoryBytes": memory} if memory is not None else {}),
            }
        return parts

    def _restart(self) -> dict[str, Any]:
        read = {
            "Condition": self._read.line("restart_condition", one_of("none", "on-failure", "any"), "restart-condition"),
            "Delay": self._read.duration("restart_delay", "restart-delay"),
            "MaxAttempts": self._read.line("restart_attempts", read_number, "restart-max-attempts"),
            "Window": self._read.duration("restart_window", "restart-window"),
        }
        given = {key: value for key, value in read.items() if value is not None}
        return {**DEFAULT_RESTART, **given} if given else {}

    def _update(self) -> dict[str, Any]:
        if self._form.is_job:  # jobs are not updated; the docker command line refuses these settings, too
            return {}
        failure = one_of("pause", "continue", "rollback")
        read = {
            "Parallelism": self._read.line("update_parallelism", read_number, "update-parallelism"),
            "Delay": self._read.duration("update_delay", "update-delay"),
            "FailureAction": self._read.line("update_failure", failure, "update-failure-action"),
            "Monitor": self._read.duration("update_monitor", "update-monitor"),
            "MaxFailureRatio": self._read.line("update_ratio", read_ratio, "update-max-failure-ratio"),
            "Order": self._read.line("update_order", one_of("stop-first", "start-first"), "update-order"),
        }
        given = {key: value for key, value in read.items() if value is not None}
        return {**DEFAULT_POLICY, **given} if given else {}


def _masked(words: list[str]) -> list[str]:
    shown = masked(words, under="Args")
    return [str(word) for word in shown] if isinstance(shown, list) else []


def _read_constraint(line: str) -> str:
    try:
        return parse(line.strip()).text
    except InvalidConstraint as problem:
        raise Unreadable(f"{problem}; like node.labels.disk == ssd") from problem
