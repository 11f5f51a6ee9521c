"""How a service is run, as a compose file has it: its section `deploy`, its ports, networks and log driver
(docker/cli cli/compose/convert/service.go)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from swarmtui.swarm.object_names import PREDEFINED_NETWORKS
from swarmtui.swarm.stacks.rebuilding.declared import Declared, labels_of
from swarmtui.swarm.stacks.rebuilding.rest import Rest
from swarmtui.swarm.stacks.rebuilding.values import cpus, duration, filled, in_order, size, texts

__all__ = ["DeploySaid"]

Raw = Mapping[str, Any]

_TASK = "TaskTemplate"


class DeploySaid:
    """Says how a service is run.

    Args:
        rest: the service's spec; what is said is taken out of it.
        service: its name, without the stack's.
        declared: where networks are declared.

    Attributes:
        remarks: what the file cannot say.
        restarts: why docker restarts its tasks, even when the file is deployed as it is.
    """

    def __init__(self, rest: Rest, service: str, declared: Declared) -> None:
        self._rest = rest
        self._service = service
        self._declared = declared
        self.remarks: list[str] = []
        self.restarts: list[str] = []

    def deploy(self, labels: Raw) -> dict[str, Any]:
        """The section of that name.

        Args:
            labels: the service's.
        """
        rest = self._rest
        mode = rest.take("EndpointSpec", "Mode")
        return {
            **self._mode(),
            **filled(
                labels=labels_of(labels),
                endpoint_mode=mode if mode != "vip" else None,
                placement=self._placement(),
                resources=self._resources(),
                restart_policy=self._restart_policy(),
            ),
            **{
                key: _update_config(rest.take_mapping(field))
                for field, key in (("UpdateConfig", "update_config"), ("RollbackConfig", "rollback_config"))
                if rest.has(field)
            },
        }

    def logging(self) -> dict[str, Any]:
        """The log driver."""
        driver = self._rest.take_mapping(_TASK, "LogDriver")
        return filled(driver=driver.get("Name"), options=texts(driver.get("Options") or {}))

    def ports(self) -> list[Any]:
        """What is published."""
        given = self._rest.take_list("EndpointSpec", "Ports")
        published = [each.get("PublishedPort") or 0 for each in given]
        if published != sorted(published):
            self.restarts.append("docker sorts the ports")
        return list(map(_port, given))

    def networks(self) -> Any:
        """A list where nothing but names is said; else a mapping."""
        deprecated = self._rest.take_list("Networks")
        given = self._rest.take_list(_TASK, "Networks") or deprecated
        said = dict(self._attached(given))
        names = [self._declared.network(str(each.get("Target")))[1] for each in given]
        if not in_order(names):
            self.restarts.append("docker sorts the networks")
        if not said:
            self.remarks.append(
                "a compose file cannot say that a service is on no network: a deploy adds the stack's default network"
            )
        return said if any(said.values()) else list(said)

    # -------------------------------------------------------------------------------- single fields

    def _attached(self, given: list[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each network; docker adds the service's own name to the aliases, as the last."""
        for raw in given:
            key, name = self._declared.network(str(raw.get("Target")))
            aliases = [str(each) for each in raw.get("Aliases") or ()]
            if name not in PREDEFINED_NETWORKS:
                if aliases[-1:] == [self._service]:
                    aliases.pop()
                else:
                    self.restarts.append(f"docker adds the alias {self._service} on the network {name}")
            yield key, filled(aliases=aliases, driver_opts=texts(raw.get("DriverOpts") or {}))

    def _mode(self) -> dict[str, Any]:
        rest = self._rest
        for field, mode in (("Global", "global"), ("GlobalJob", "global-job")):
            if rest.has("Mode", field):
                rest.take("Mode", field)
                return {"mode": mode}
        if rest.has("Mode", "ReplicatedJob"):
            number, most = (rest.take("Mode", "ReplicatedJob", each) for each in ("TotalCompletions", "MaxConcurrent"))
            if most != number:
                self.remarks.append(
                    f"a compose file cannot say that {most or 0} tasks of the job run at a time: a deploy sets {number}"
                )
            return filled(mode="replicated-job", replicas=number)
        return {"replicas": number} if (number := rest.take("Mode", "Replicated", "Replicas")) is not None else {}

    def _placement(self) -> dict[str, Any]:
        """Without platforms, which docker reads from the image."""
        take, path = self._rest.take, (_TASK, "Placement")
        take(*path, "Platforms")
        preferences = [
            {"spread": str((each.get("Spread") or {}).get("SpreadDescriptor"))}
            for each in self._rest.take_list(*path, "Preferences")
        ]
        return filled(
            constraints=self._rest.take_list(*path, "Constraints"),
            preferences=preferences,
            max_replicas_per_node=take(*path, "MaxReplicas") or None,
        )

    def _resources(self) -> dict[str, Any]:
        said: dict[str, Any] = {}
        for field, key in (("Limits", "limits"), ("Reservations", "reservations")):
            path = (_TASK, "Resources", field)
            if not self._rest.has(*path):
                continue
            generic = self._rest.take_list(*path, "GenericResources")
            discrete = [each["DiscreteResourceSpec"] for each in generic if each.get("DiscreteResourceSpec")]
            if len(discrete) < len(generic):
                self.remarks.append(
                    "a resource that is reserved by its name has no place in a compose file: a deploy removes it"
                )
            said[key] = filled(
                cpus=cpus(self._rest.take(*path, "NanoCPUs") or None),
                memory=size(self._rest.take(*path, "MemoryBytes") or None),
                pids=self._rest.take(*path, "Pids") or None,
                generic_resources=[
                    {"discrete_resource_spec": {"kind": str(each.get("Kind")), "value": each.get("Value") or 0}}
                    for each in discrete
                ],
            )
        return said

    def _restart_policy(self) -> dict[str, Any]:
        take, path = self._rest.take, (_TASK, "RestartPolicy")
        return filled(
            condition=take(*path, "Condition"),
            delay=duration(take(*path, "Delay")),
            max_attempts=take(*path, "MaxAttempts"),
            window=duration(take(*path, "Window")),
        )


def _update_config(raw: Raw) -> dict[str, Any]:
    """Its parallelism always: docker takes 1 for one that is not given."""
    return {
        "parallelism": raw.get("Parallelism") or 0,
        **filled(
            delay=duration(raw.get("Delay") or None),
            failure_action=raw.get("FailureAction"),
            monitor=duration(raw.get("Monitor") or None),
            max_failure_ratio=raw.get("MaxFailureRatio") or None,
            order=raw.get("Order"),
        ),
    }


def _port(raw: Raw) -> Any:
    """In its short form where that says all."""
    target, published = raw.get("TargetPort") or 0, raw.get("PublishedPort") or 0
    protocol, mode = str(raw.get("Protocol") or "tcp"), str(raw.get("PublishMode") or "ingress")
    if mode != "ingress" or not published:
        return {"target": target, **filled(published=published or None), "protocol": protocol, "mode": mode}
    return f"{published}:{target}" + (f"/{protocol}" if protocol != "tcp" else "")
