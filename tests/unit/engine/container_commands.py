"""What the docker commands about a service's containers are held against, as in `shown_commands`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.services.container.files import SetConfigs, SetSecrets
from swarmtui.swarm.services.container.forms import (
    SetCommand,
    SetContainerOptions,
    SetHealthCheck,
    SetLogDriver,
    SetNameResolution,
)
from swarmtui.swarm.services.container.labels import SetContainerLabels
from swarmtui.swarm.services.container.mounts import SetMounts
from swarmtui.swarm.services.container.networks import SetNetworks
from tests.unit.engine.command_cases import SECOND, Case, DialogContext, form, lines, stored

__all__ = ["CONTAINER_CASES"]

Start = Callable[[DialogContext], None]


def container(**parts: Any) -> Start:
    """web's containers have these before."""
    return lambda context: context.swarm.change_service(
        "web", lambda spec: spec["TaskTemplate"]["ContainerSpec"].update(parts)
    )


def task(**parts: Any) -> Start:
    """web's tasks have these before."""
    return lambda context: context.swarm.change_service("web", lambda spec: spec["TaskTemplate"].update(parts))


def networks(*attached: str) -> Start:
    """There are two networks, and web is on some."""

    def start(context: DialogContext) -> None:
        ids = {
            name: context.post("/networks/create", {"Name": name, "Driver": "overlay", "Scope": "swarm"})
            for name in ("front", "back")
        }
        on = [{"Target": ids[name], "Aliases": ["old"]} for name in attached]
        context.swarm.change_service("web", lambda spec: spec["TaskTemplate"].update(Networks=on))

    return start


CONTAINER_CASES: dict[type[Action], list[Case]] = {
    SetCommand: [
        Case("from nothing", form(SetCommand, "/bin/sh -c", "'echo it works; sleep 9'", "1000:1000", "/srv")),
        Case(
            "one goes, one comes",
            form(SetCommand, "", "sleep 5", "", "/srv"),
            container(Command=["sh"], Dir="/srv", User="nobody"),
        ),
    ],
    SetHealthCheck: [
        Case("from nothing", form(SetHealthCheck, "curl -f localhost || exit 1", "30s", "5s", "1m", "4")),
        Case("none", form(SetHealthCheck, "none", "", "", "", "")),
        Case(
            "taken out",
            form(SetHealthCheck, "", "", "7s", "", ""),
            container(Healthcheck={"Test": ["CMD", "true"], "Interval": 9 * SECOND}),
        ),
    ],
    SetNameResolution: [
        Case("from nothing", form(SetNameResolution, "w", "db:10.0.0.5 v6:::1", "10.0.0.53", "a.example", "timeout:3")),
        Case(
            "some go, some come",
            form(SetNameResolution, "", "db:10.0.0.6", "10.0.0.1 10.0.0.3", "", "ndots:1"),
            container(
                Hostname="old",
                Hosts=["10.0.0.5 db", "10.0.0.7 cache"],
                DNSConfig={"Nameservers": ["10.0.0.1", "10.0.0.2"], "Search": ["a.example"], "Options": ["ndots:1"]},
            ),
        ),
        Case("an order of servers", form(SetNameResolution, "", "", "10.0.0.9 10.0.0.3", "", ""), none=True),
    ],
    SetContainerOptions: [
        Case(
            "from nothing",
            form(
                SetContainerOptions,
                *("SIGQUIT", "yes", "yes", "yes", "ops 1000", "net_admin SYS_TIME", "mknod chown"),
                *("nofile=1024:2048 nproc=9", "net.core.somaxconn=1024"),
            ),
        ),
        Case(
            "some go, some come",
            form(SetContainerOptions, "", "no", "", "", "b", "CAP_CHOWN", "", "nofile=2:3", "kernel.a=2"),
            container(
                StopSignal="SIGINT",
                Init=True,
                ReadOnly=True,
                Groups=["a", "b"],
                CapabilityAdd=["CAP_SYS_TIME"],
                CapabilityDrop=["CAP_MKNOD"],
                Ulimits=[{"Name": "nofile", "Soft": 1, "Hard": 2}, {"Name": "nproc", "Soft": 1, "Hard": 1}],
                Sysctls={"kernel.a": "1", "kernel.b": "1"},
            ),
        ),
        Case("neither yes nor no", form(SetContainerOptions, *[""] * 9), container(Init=True), none=True),
    ],
    SetLogDriver: [
        Case("from nothing", form(SetLogDriver, "local", "max-size=10m max-file=3")),
        Case("none again", form(SetLogDriver, "", ""), task(LogDriver={"Name": "local"}), none=True),
    ],
    SetMounts: [
        Case(
            "add, change, remove",
            lines(
                SetMounts,
                *("/srv:/a:ro", "type=bind,source=/srv,target=/c,bind-propagation=rshared,bind-nonrecursive"),
                *("type=volume,source=data,target=/d,volume-driver=local,volume-opt=type=nfs,volume-label=a=b",),
                *("type=tmpfs,target=/t,tmpfs-size=64m,tmpfs-mode=1770", "type=cluster,source=group:g,target=/g"),
            ),
            container(
                Mounts=[
                    {"Type": "volume", "Source": "old", "Target": "/a"},
                    {"Type": "volume", "Source": "gone", "Target": "/b"},
                ]
            ),
        ),
        Case(
            "what no line says stays",
            lines(SetMounts, "data:/d", r"type=npipe,source=\\.\pipe\a,target=\\.\pipe\a"),
            container(Mounts=[{"Type": "bind", "Source": "/srv", "Target": "/a", "Consistency": "cached"}]),
        ),
    ],
    SetSecrets: [
        Case(
            "one of two files changes, another comes",
            lines(SetSecrets, "key", "source=key,target=other,uid=9,gid=8,mode=0440", "source=key2,target=/etc/k"),
            stored,
        ),
        Case("all go", lines(SetSecrets), stored),
    ],
    SetConfigs: [
        Case("replaced at its place", lines(SetConfigs, "source=unused,target=/etc/conf", "conf"), stored),
        Case("all go", lines(SetConfigs), stored),
    ],
    SetNetworks: [
        Case("from nothing", lines(SetNetworks, "name=front,alias=www,alias=w,driver-opt=a=b", "back"), networks()),
        Case("other names on one, another goes", lines(SetNetworks, "name=front,alias=www"), networks("front", "back")),
        Case("all go", lines(SetNetworks), networks("front", "back")),
    ],
    SetContainerLabels: [
        Case("add, change, remove", lines(SetContainerLabels, "a=2", "c=3"), container(Labels={"a": "1", "b": "1"})),
    ],
}
