"""Calls about secrets, configs and networks."""

from __future__ import annotations

import docker

from .calls import cli, filters, http, python
from .target import Target

CREATED = (
    cli("network", "create", "--driver", "overlay", "--attachable", "back"),
    cli("secret", "create", "--label", "a=b", "key", "-", stdin="a secret"),
    cli("config", "create", "conf", "-", stdin="a config"),
)

OBJECTS = (
    cli("secret", "ls", "--format", "{{.Name}} {{.Driver}}"),
    cli("secret", "inspect", "key"),
    cli("secret", "inspect", "--pretty", "key"),
    cli("secret", "rm", "key"),
    cli("secret", "rm", "nosuch"),
    cli("secret", "create", "key", "-", stdin="x"),
    cli("secret", "create", "not valid", "-", stdin="x"),
    cli("secret", "create", "empty", "-", stdin=""),
    python("secrets", lambda client, target: client.secrets(filters={"name": ["k"]})),
    python("create_secret", lambda client, target: client.create_secret("other", b"data", {"x": "y"})),
    python("inspect_secret", lambda client, target: client.inspect_secret("other")),
    python("remove_secret", lambda client, target: client.remove_secret("other")),
    http("POST", "/secrets/key/update?version={version secrets/key}", {"Name": "key", "Labels": {"z": "1"}}),
    http("POST", "/secrets/key/update?version={version secrets/key}", {"Name": "other"}),
    http("POST", "/secrets/key/update?version=1", {"Name": "key"}),
    http("POST", "/secrets/key/update", {"Name": "key"}),
    http("POST", "/secrets/create", {"Name": "s", "Data": "%%%"}),
    http("POST", "/secrets/create", {}),
    cli("config", "ls", "--format", "{{.Name}}"),
    cli("config", "inspect", "conf"),
    cli("config", "rm", "conf"),
    cli("config", "create", "conf", "-", stdin="x", label="(again)"),
    python("configs", lambda client, target: client.configs()),
    python("create_config", lambda client, target: client.create_config("other", b"data", {"x": "y"})),
    python("remove_config", lambda client, target: client.remove_config("other")),
    http("POST", "/configs/conf/update?version={version configs/conf}", {"Name": "conf", "Labels": {"z": "1"}}),
    http("GET", f"/configs?filters={filters(names='x')}"),
)


def _wait_allocated(target: Target) -> None:
    target.wait(lambda: target.get("/networks/front")["Driver"], "front to be allocated")


NETWORKS = (
    cli("network", "ls", "--filter", "driver=overlay", "--format", "{{.Name}} {{.Driver}} {{.Scope}}"),
    http("GET", "/networks"),
    http("GET", "/networks/back"),
    cli("network", "inspect", "--format", "{{.Name}} {{.Scope}} {{.Attachable}} {{.Ingress}}", "ingress"),
    cli("network", "rm", "back"),
    cli("network", "rm", "nosuch"),
    cli("network", "rm", "bridge"),
    cli("network", "create", "--driver", "overlay", "back"),
    http("POST", "/networks/create", {}),
    http("GET", f"/networks?filters={filters(nosuch='x')}"),
    python("create_network", lambda client, target: client.create_network(
        "front", driver="overlay", labels={"k": "v"},
        ipam=docker.types.IPAMConfig(pool_configs=[docker.types.IPAMPool(subnet="10.77.0.0/24")]))),
    python("networks", lambda client, target: client.networks(names=["front"]), before=_wait_allocated),
    python("remove_network", lambda client, target: client.remove_network("front")),
)  # fmt: skip


def _wait_gone(target: Target, name: str) -> None:
    target.wait(lambda: target.request("GET", f"/services/{name}")[0] == 404, f"{name} to be gone")


REMOVED = (
    cli("secret", "rm", "key", label="(unused)", before=lambda target: _wait_gone(target, "full")),
    cli("config", "rm", "conf", label="(unused)"),
    cli("network", "rm", "back", label="(unused)"),
)
