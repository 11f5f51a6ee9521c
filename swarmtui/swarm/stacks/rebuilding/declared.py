"""What the services of a rebuilt file refer to: networks, volumes, secrets and configs, each declared once.

The stack's name is taken off a name where docker puts it on (docker/cli cli/compose/convert/compose.go, `Scope`).
Secrets and configs are declared as external: they stay as they are, and the file holds nothing of their content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_network
from typing import Any

from swarmtui.errors import NotPossible
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.network import Network
from swarmtui.swarm.objects.stack_label import STACK_LABEL, stack_of
from swarmtui.swarm.stacks.rebuilding.values import filled

__all__ = ["Declared", "labels_of"]

Raw = Mapping[str, Any]

_OF_THE_ENGINE = ("com.docker.network.driver.overlay.vxlanid_list",)
"""Options that the engine adds to a network."""


class AddressPools:
    """Where a swarm takes the subnets of networks from that ask for none.

    Args:
        pools: as the swarm has them; empty for docker's own.
        size: the length of a subnet's prefix; 0 for docker's own.
    """

    def __init__(self, pools: Iterable[str] = (), size: int = 0) -> None:
        self._pools = tuple(pools) or ("10.0.0.0/8",)
        self._size = size or 24

    def gave(self, subnet: str) -> bool:
        """Whether a subnet may be from there."""
        try:
            network = ip_network(subnet, strict=False)
            return network.prefixlen == self._size and any(
                network.version == pool.version and network.subnet_of(pool)  # type: ignore[arg-type]
                for pool in map(ip_network, self._pools)
            )
        except ValueError:
            return False


def labels_of(labels: Raw) -> dict[str, str]:
    """Labels without the one that docker adds to all that is in a stack."""
    return {str(key): str(value) for key, value in labels.items() if key != STACK_LABEL}


class Declared:
    """The sections of a file beside its services.

    Args:
        stack: the stack's name.
        cluster: to name and describe networks.
    """

    def __init__(self, stack: str, cluster: Cluster) -> None:
        self._stack = stack
        self._cluster = cluster
        swarm = cluster.swarm
        self._pools = AddressPools(swarm.default_addr_pool or (), swarm.subnet_size) if swarm else AddressPools()
        self._keys: dict[tuple[str, str], str] = {}
        self._sections: dict[str, dict[str, Any]] = {"networks": {}, "volumes": {}, "secrets": {}, "configs": {}}
        self.remarks: list[str] = []

    @property
    def sections(self) -> dict[str, dict[str, Any]]:
        """Those that hold anything."""
        return {name: section for name, section in self._sections.items() if section}

    def file(self, section: str, name: str) -> str:
        """The key of a secret or config."""
        return self._key(section, name, lambda key: _external(key, name))

    def network(self, reference: str) -> tuple[str, str]:
        """The key and the real name of a network that a service names by its ID or its name.

        Raises:
            NotPossible: it is not known.
        """
        networks = self._cluster.networks or {}
        network = networks.get(reference) or next((each for each in networks.values() if each.name == reference), None)
        if network is not None and stack_of(network) == self._stack:
            return self._key("networks", network.name, lambda key: self._own_network(key, network)), network.name
        name = network.name if network is not None else self._cluster.elsewhere.get(reference)
        if not name:
            raise NotPossible(
                f"The network {reference[:12]} is not known, so the file cannot name it.", "Try again soon."
            )
        return self._key("networks", name, lambda key: _external(key, name)), name

    def volume(self, name: str, own: Raw | None, service: str) -> str:
        """The key of a volume.

        Args:
            own: what the stack says of it, as a file declares it; None for one that is not the stack's.
            service: who mounts it.
        """
        key = self._key(
            "volumes", name, lambda key: _external(key, name) if own is None else self._named(key, name, own)
        )
        wanted = _external(key, name) if own is None else self._named(key, name, own)
        if self._sections["volumes"][key] != wanted:
            self.remarks.append(
                f"{service}: its volume {name} has other options than for another service;"
                " a compose file can only hold one set of them."
            )
        return key

    # -------------------------------------------------------------------------------- what is declared

    def _key(self, section: str, name: str, declare: Callable[[str], dict[str, Any]]) -> str:
        """The key of a thing; it is declared when it is named first."""
        known = self._keys.get((section, name))
        if known is not None:
            return known
        taken = self._sections[section]
        short = name.removeprefix(f"{self._stack}_")
        key = short if short and short not in taken else name
        while key in taken:
            key += "_"
        self._keys[section, name] = key
        taken[key] = declare(key)
        return key

    def _named(self, key: str, name: str, what: Raw) -> dict[str, Any]:
        """What the stack owns: docker puts the stack's name before the key, unless a name is given."""
        return {**({} if name == f"{self._stack}_{key}" else {"name": name}), **what}

    def _own_network(self, key: str, network: Network) -> dict[str, Any]:
        options = {each: value for each, value in (network.options or {}).items() if each not in _OF_THE_ENGINE}
        said = filled(
            driver=network.driver,
            driver_opts=options,
            attachable=network.attachable or None,
            internal=network.internal or None,
            labels=labels_of(network.labels),
            ipam=self._ipam(network),
        )
        if network.enable_ipv6:
            self.remarks.append(f"The network {network.name} has IPv6, which a compose file cannot say.")
        return self._named(key, network.name, said)

    def _ipam(self, network: Network) -> dict[str, Any]:
        """The subnets that somebody chose."""
        chosen = [each for each in network.ipam.config or () if each.subnet and not self._pools.gave(each.subnet)]
        if any(each.ip_range for each in network.ipam.config or ()):
            self.remarks.append(f"The network {network.name} has an address range, which a compose file cannot say.")
        driver = network.ipam.driver
        subnets = [{"subnet": each.subnet} for each in chosen]
        return filled(driver=driver if driver != "default" else None, config=subnets)


def _external(key: str, name: str) -> dict[str, Any]:
    return {"external": True} if key == name else {"external": True, "name": name}
