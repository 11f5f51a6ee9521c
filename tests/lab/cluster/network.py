"""The lab's network: one bridge, a cable to every host, and one to the root namespace.

The bridge lives in a host of its own (the hub), where no packet filter can be in the way: on a machine with an
engine of its own, bridged frames in the root namespace pass that engine's iptables rules. The root namespace has
nothing but the end of one cable, so that tests can reach the hosts. No host has a default route: nothing that
happens in the lab can leave the machine.
"""

from __future__ import annotations

import ipaddress
import json
from contextlib import suppress
from pathlib import Path

from .commands import run
from .errors import CommandFailed, MissingRequirement
from .host import Host

BRIDGE = "br0"
UPLINK = "uplink"


class Network:
    """A bridge in the hub, and the cables that end in it."""

    def __init__(self, subnet: str, interface: str) -> None:
        """`subnet` is the first three numbers of the addresses; `interface` the cable's end in the root namespace."""
        self.subnet = subnet
        self.interface = interface
        self._hub: Host | None = None

    def address(self, number: int) -> str:
        """The address with that last number."""
        return f"{self.subnet}.{number}"

    def check_free(self) -> None:
        """Refuse a subnet that this machine uses for something else."""
        ours = ipaddress.ip_network(f"{self.subnet}.0/24")
        for entry in json.loads(run(["ip", "-json", "-4", "route", "show", "table", "all"])):
            destination = entry.get("dst", "default")
            if destination == "default" or entry.get("dev") == self.interface:
                continue
            theirs = ipaddress.ip_network(destination, strict=False)
            if theirs.version == 4 and theirs.prefixlen >= 16 and ours.overlaps(theirs):
                raise MissingRequirement(f"the lab's addresses {ours} are in use here: {destination} {entry['dev']}")

    def create(self, hub: Host) -> None:
        """Make the bridge in the hub and lay the cable to the root namespace."""
        self._hub = hub
        run(["ip", "link", "add", self.interface, "type", "veth", "peer", "name", UPLINK, "netns", str(hub.pid)])
        hub.ip(
            f"link add {BRIDGE} address {_mac(self.address(2))} type bridge\n"
            f"link set {UPLINK} master {BRIDGE} up\n"
            f"addr add {self.address(2)}/24 dev {BRIDGE}\n"
            f"link set {BRIDGE} up\n"
        )
        end = f"addr add {self.address(1)}/24 dev {self.interface}\nlink set {self.interface} up\n"
        run(["ip", "-batch", "-"], stdin=end)

    def connect(self, host: Host, address: str) -> None:
        """Lay a cable from the bridge to a host: `eth0` there, the host's name here."""
        assert self._hub is not None
        self._hub.ip(
            f"link add {host.name} type veth peer name eth0 address {_mac(address)} netns {host.pid}\n"
            f"link set {host.name} master {BRIDGE} up\n"
        )
        host.ip(f"addr add {address}/24 dev eth0\nlink set eth0 up\n")

    def disconnect(self, host: Host) -> None:
        """Take a host's cable away."""
        assert self._hub is not None
        with suppress(CommandFailed):  # the kernel removes it with the host, some time later
            self._hub.ip(f"link delete {host.name}\n")

    def set_link(self, host: Host, *, up: bool) -> None:
        """Pull a host's cable out of the bridge, or plug it in again."""
        assert self._hub is not None
        self._hub.ip(f"link set {host.name} {'up' if up else 'down'}\n")


def _mac(address: str) -> str:
    """Always the same MAC for an address: others remember it when a machine is built anew.

    A bridge left to itself takes the lowest MAC of its ports, and so a new one whenever a cable is laid.
    """
    return ":".join(["02", "00", *(f"{int(number):02x}" for number in address.split("."))])


def remove_interface(name: str) -> bool:
    """Remove an interface of the root namespace; true when it is gone, as it is soon after the hub, too."""
    if not Path("/sys/class/net", name).exists():
        return True
    with suppress(CommandFailed):
        run(["ip", "link", "delete", name])
    return not Path("/sys/class/net", name).exists()
