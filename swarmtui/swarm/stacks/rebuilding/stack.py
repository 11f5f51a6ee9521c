"""The whole file: every service of a stack that runs, and what they refer to; docker deploys it without a change.

Whatever is in a spec and has no place in a compose file is told in words: nothing is lost silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.natural import natural
from swarmtui.swarm.secret import Secret
from swarmtui.swarm.short_text import counted, listed
from swarmtui.swarm.specs.fields import field_of, part_of
from swarmtui.swarm.specs.yaml_text import yaml_text
from swarmtui.swarm.stacks.rebuilding.container import IMAGE_LABEL, MADE_OTHERWISE, ContainerSaid
from swarmtui.swarm.stacks.rebuilding.declared import Declared
from swarmtui.swarm.stacks.rebuilding.deploying import DeploySaid
from swarmtui.swarm.stacks.rebuilding.rest import Rest

__all__ = ["RebuiltFile", "rebuilt_file"]

Raw = Mapping[str, Any]

_CONTAINER = ("TaskTemplate", "ContainerSpec")
_OF_DOCKER = (("TaskTemplate", "ForceUpdate"), ("TaskTemplate", "Runtime"))
"""What docker keeps of a service that is deployed again, and what follows from the rest."""

USUAL_VERSION = "3.9"
MOST_NAMES = 20
"""How many services are named of which the same is told."""

HEAD = """\
The stack {stack}, rebuilt from the {services} that run in it.
Secrets and configs are external: they stay as they are, and their contents are not here.
Values of environment variables are here: this file may hold passwords."""
LOST = "What runs and a compose file cannot say, or docker says otherwise:"


class RebuiltFile(msgspec.Struct, frozen=True):
    """A compose file of what runs.

    Attributes:
        text: the file. Its environment may hold passwords.
        remarks: what it cannot say of the stack, as sentences; they stand in it as comments, too.
        versions: of the services that it was made from, by ID.
    """

    text: Secret
    remarks: tuple[str, ...] = ()
    versions: Mapping[str, int] = {}


def rebuilt_file(stack: str, services: Iterable[Raw], cluster: Cluster) -> RebuiltFile:
    """Write the compose file from which docker would deploy what runs.

    Args:
        stack: its name.
        services: all of its services, as raw JSON.
        cluster: to name and describe networks.

    Raises:
        NotPossible: a network is not known.
    """
    found = sorted(services, key=lambda each: natural(str(field_of(each, "Spec", "Name"))))
    declared = Declared(stack, cluster)
    said, remarks, told_of = dict[str, Any](), list[str](), dict[str, list[str]]()
    for raw in found:
        full = str(field_of(raw, "Spec", "Name"))
        name = full.removeprefix(f"{stack}_")
        if reason := _impossible(raw, name, full):
            remarks.append(f"{full} is left out: {reason}.")
            continue
        said[name], told = _service(part_of(raw, "Spec"), name, declared)
        for each in dict.fromkeys(told):
            told_of.setdefault(each, []).append(name)
    remarks += [f"{listed(names, MOST_NAMES)}: {each}." for each, names in told_of.items()]
    remarks += declared.remarks
    head = HEAD.format(stack=stack, services=counted(len(said), "service"))
    content = {"version": _version(said.values()), "services": said, **declared.sections}
    text = f"{''.join(_comments(head, remarks))}\n{yaml_text(_without_variables(content))}"
    versions = {str(each.get("ID")): int(field_of(each, "Version", "Index") or 0) for each in found}
    return RebuiltFile(Secret(text), tuple(remarks), versions)


def _version(services: Iterable[Raw]) -> str:
    """The first version of the format that has all that is said: docker's program of before 2023 needs one, and knows
    3.9 as the newest (docker/cli cli/compose/schema/data)."""
    newest = USUAL_VERSION
    for service in services:
        networks = service.get("networks")
        if isinstance(networks, dict) and any("driver_opts" in each for each in networks.values()):
            return "3.13"
        if "start_interval" in service.get("healthcheck", {}):
            newest = "3.12"
    return newest


def _impossible(raw: Raw, name: str, full: str) -> str:
    """Why a service cannot be in a compose file at all; a deploy leaves it alone."""
    if not field_of(raw, "Spec", *_CONTAINER):
        return "it runs no container, and a compose file knows nothing else"
    return "its name does not begin with the stack's, as docker would name it" if name == full else ""


def _service(spec: Raw, name: str, declared: Declared) -> tuple[dict[str, Any], list[str]]:
    """A service of the file, and what is to be told of it."""
    rest = Rest(spec)
    rest.take("Name")
    for path in _OF_DOCKER:
        rest.take(*path)
    labels = rest.take_mapping("Labels")
    inside = Rest(rest.take_mapping(*_CONTAINER))
    container, how = ContainerSaid(inside, name, declared), DeploySaid(rest, name, declared)
    said = {
        "image": container.image(str(labels.pop(IMAGE_LABEL, None) or "")),
        **container.program(),
        **container.limits(),
        **container.files(),
        **{key: value for key, value in (("ports", how.ports()), ("networks", how.networks())) if value},
    }
    if logging := how.logging():
        said["logging"] = logging
    if deploy := how.deploy(labels):
        said["deploy"] = deploy
    lost = (f"{path} has no place in a compose file: a deploy removes it" for path in (*inside.left(), *rest.left()))
    reasons = [*container.restarts, *how.restarts]
    reasons = [MADE_OTHERWISE] if MADE_OTHERWISE in reasons else reasons
    restarts = [f"a deploy may restart tasks even without an edit ({'; '.join(reasons)})"] if reasons else []
    return said, [*container.remarks, *how.remarks, *restarts, *lost]


def _comments(head: str, remarks: list[str]) -> Iterator[str]:
    for line in (*head.splitlines(), *(("", LOST, *(f"- {each}" for each in remarks)) if remarks else ())):
        yield f"# {''.join(each if each.isprintable() else '?' for each in line)}".rstrip() + "\n"


def _without_variables(value: Any) -> Any:
    """With each $ doubled: docker puts in variables where one stands alone. It does so in values, not in names."""
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, dict):
        return {key: _without_variables(item) for key, item in value.items()}
    return [_without_variables(item) for item in value] if isinstance(value, list) else value
