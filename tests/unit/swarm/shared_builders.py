"""Secrets, configs and networks for tests, and services that use them. IDs are made from names: "secret-key"."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.files.changes import Content
from swarmtui.swarm.objects.base import Version
from swarmtui.swarm.objects.file import ConfigFile, FileDriver, FileSpec, SecretFile
from swarmtui.swarm.objects.network import AddressManagement, Network, SubnetConfig
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.stack_label import STACK_LABEL, ServiceDependency
from swarmtui.swarm.objects.task_template import ConfigReference, FileTarget, NetworkReference, SecretReference
from swarmtui.swarm.secret import Secret
from tests.unit.swarm.builders import ago, service

__all__ = ["CONTENT", "config", "network", "of_stack", "secret", "using", "with_shared"]

CONTENT = Content(Secret("aGVsbG8="), 5)
"""Something for a secret or config to hold."""


def of_stack(stack: str, **labels: str) -> dict[str, str] | None:
    """Labels as those of a part of a stack; none without a stack."""
    return {STACK_LABEL: stack, **labels} if stack else labels or None


def secret(name: str, *, stack: str = "", driver: str = "", templating: str = "", id: str = "") -> SecretFile:
    spec = FileSpec(
        name,
        of_stack(stack),
        FileDriver(driver) if driver else None,
        FileDriver(templating) if templating else None,
    )
    return SecretFile(id or f"secret-{name}", Version(10), ago(3600), ago(3600), spec)


def config(name: str, *, stack: str = "", templating: str = "", id: str = "") -> ConfigFile:
    spec = FileSpec(name, of_stack(stack), None, FileDriver(templating) if templating else None)
    return ConfigFile(id or f"config-{name}", Version(10), ago(3600), ago(3600), spec)


def network(
    name: str,
    *,
    stack: str = "",
    subnet: str = "",
    ingress: bool = False,
    attachable: bool = False,
    driver: str = "overlay",
) -> Network:
    addresses = AddressManagement((SubnetConfig(subnet),)) if subnet else AddressManagement()
    return Network(
        id=f"network-{name}",
        name=name,
        created=ago(3600),
        scope="swarm",
        driver=driver,
        ingress=ingress,
        labels_given=of_stack(stack),
        ipam=addresses,
        attachable=attachable,
    )


def using(name: str, *things: ServiceDependency, stack: str = "", replicas: int = 2, version: int = 10) -> Service:
    """A service that uses these; a secret or config is a file of its own name, for its owner alone to read."""
    made = service(name, replicas, labels=of_stack(stack), status=(replicas, replicas), version=version)
    template = made.spec.task_template
    assert template.container_spec is not None
    secrets = tuple(
        SecretReference(each.id, each.name, FileTarget(f"{each.name}.txt", mode=0o400))
        for each in things
        if isinstance(each, SecretFile) and not isinstance(each, ConfigFile)
    )
    configs = tuple(
        ConfigReference(each.id, each.name, FileTarget(f"/{each.name}"))
        for each in things
        if isinstance(each, ConfigFile)
    )
    networks = tuple(NetworkReference(each.id) for each in things if isinstance(each, Network))
    container = replace(template.container_spec, secrets=secrets, configs=configs)
    spec = replace(made.spec, task_template=replace(template, container_spec=container, networks=networks))
    return replace(made, spec=spec)


def with_shared(cluster: Cluster, things: Iterable[ServiceDependency]) -> Cluster:
    """The snapshot with exactly these secrets, configs and networks."""
    known = list(things)
    return (
        cluster.with_all(
            SecretFile, (each for each in known if isinstance(each, SecretFile) and not isinstance(each, ConfigFile))
        )
        .with_all(ConfigFile, (each for each in known if isinstance(each, ConfigFile)))
        .with_all(Network, (each for each in known if isinstance(each, Network)))
    )
