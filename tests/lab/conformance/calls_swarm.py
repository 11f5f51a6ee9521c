"""Calls about the engine, the swarm and its nodes."""

from __future__ import annotations

from .calls import Call, cli, http, python, service
from .observation import Observation
from .target import Target

SYSTEM = (
    http("GET", "/_ping"),
    http("HEAD", "/_ping"),
    http("GET", "/version"),
    http("GET", "/info"),
    http("GET", "/info", node="n4"),
    http("GET", "/v9.9/info"),
    http("GET", "/nothing"),
    http("POST", "/nodes"),
    cli("version", "--format", "{{.Server.Os}} {{.Server.APIVersion}}"),
    cli(
        "info", "--format", "{{.Swarm.LocalNodeState}} {{.Swarm.ControlAvailable}} {{.Swarm.Managers}}/{{.Swarm.Nodes}}"
    ),
    python("ping", lambda client, target: client.ping()),
    python("info", lambda client, target: client.info()["Swarm"]["Cluster"]["Spec"]),
)

SWARM = (
    http("GET", "/swarm"),
    python("inspect_swarm", lambda client, target: client.inspect_swarm()),
    cli("swarm", "join-token", "worker"),
    cli("swarm", "join-token", "--quiet", "manager"),
    cli("swarm", "join-token", "--rotate", "worker"),
    cli("swarm", "join-token", "nosuch"),
    cli("swarm", "update", "--task-history-limit", "3"),
    cli("swarm", "unlock-key"),
    cli("swarm", "update", "--autolock=true"),
    cli("swarm", "unlock-key", "--quiet"),
    cli("swarm", "unlock-key", "--rotate"),
    http("GET", "/swarm/unlockkey"),
    cli("swarm", "update", "--autolock=false", "--task-history-limit", "5"),
    cli("swarm", "init"),
    cli("swarm", "join", "--token", "SWMTKN-1-x-y", "127.0.0.1:2377"),
    cli("swarm", "leave"),
    cli("swarm", "unlock", stdin="SWMKEY-1-x\n"),
    cli("swarm", "ca"),
    http("POST", "/swarm/update?version=1", {"Name": "default"}),
    http("POST", "/swarm/update", {"Name": "default"}),
    http("POST", "/swarm/update?version={version swarm}&rotateWorkerToken=foo", {}),
    http("POST", "/swarm/update?version={version swarm}", {"Name": "other"}),
    http("POST", "/swarm/unlock", {"UnlockKey": "x"}),
)

WORKER = (
    cli("node", "ls", node="n4"),
    cli("service", "ls", node="n4"),
    http("GET", "/swarm", node="n4"),
    http("GET", "/secrets", node="n4"),
    http("POST", "/services/create", service(), node="n4"),
    http("GET", "/swarm/unlockkey", node="n4"),
)

NODES = (
    http("GET", "/nodes"),
    python("nodes", lambda client, target: client.nodes(filters={"role": "worker"})),
    cli("node", "ls"),
    cli("node", "ls", "--filter", "role=manager", "--format", "{{.Hostname}} {{.Status}} {{.ManagerStatus}}"),
    cli("node", "ls", "--filter", "role=nosuch"),
    cli("node", "ls", "--filter", "nosuch=x"),
    cli("node", "inspect", "self"),
    cli("node", "inspect", "--pretty", "{host n4}"),
    cli("node", "inspect", "nosuch"),
    cli("node", "update", "--label-add", "rack=a", "{host n4}"),
    cli("node", "inspect", "--format", "{{json .Spec}}", "{host n4}"),
    cli("node", "ls", "--filter", "node.label=rack=a", "--format", "{{.Hostname}}"),
    cli("node", "update", "--label-rm", "rack", "{host n4}"),
    cli("node", "update", "--availability", "pause", "{host n5}"),
    cli("node", "update", "--availability", "active", "{host n5}"),
    cli("node", "update", "--availability", "nosuch", "{host n5}"),
    cli("node", "promote", "{host n4}"),
    cli("node", "demote", "{host n4}", before=lambda target: _wait_manager(target, "n4")),
    cli(
        "node",
        "ls",
        "--filter",
        "role=worker",
        "--format",
        "{{.Hostname}}",
        before=lambda target: _wait_worker(target, "n4"),
    ),
    cli("node", "rm", "{host n5}"),
    cli("node", "rm", "{host n2}"),
    cli("node", "rm", "--force", "{host n2}"),
    cli("node", "rm", "nosuch"),
    http("POST", "/nodes/{id n5}/update?version=1", {"Role": "worker", "Availability": "active"}),
    http("POST", "/nodes/{id n5}/update?version={version nodes/{id n5}}", {"Role": "x", "Availability": "active"}),
    http("POST", "/nodes/{id n5}/update?version={version nodes/{id n5}}", {}),
    http("POST", "/nodes/{id n5}/update", {}),
)


def _wait_manager(target: Target, node: str) -> None:
    def manages() -> bool:
        return bool(target.get("/info", node)["Swarm"]["ControlAvailable"])

    target.wait(manages, f"{node} to be a manager")


def _wait_worker(target: Target, node: str) -> None:
    """A demoted manager is a worker only once it has left Raft (swarmkit manager/role_manager.go)."""

    def works() -> bool:
        workers = target.get('/nodes?filters={"role":["worker"]}')
        return target.host(node) in {each["Description"]["Hostname"] for each in workers}

    target.wait(works, f"{node} to be a worker")


def _wait_node(target: Target, state: str) -> None:
    def is_so() -> bool:
        return bool(target.get(f"/nodes/{target.host('n5')}")["Status"]["State"] == state)

    target.wait(is_so, f"n5 to be {state}")


def _joined(target: Target) -> Observation:
    _wait_node(target, "ready")
    return target.see_request("GET", f"/nodes/{target.host('n5')}")


LEFT = (
    cli("swarm", "leave", node="n5"),
    cli("node", "ls", label="(in no swarm)", node="n5"),
    http("GET", "/info", label="(in no swarm)", node="n5"),
    http("POST", "/swarm/leave", label="(in no swarm)", node="n5"),
    http("POST", "/swarm/join", {}, node="n5"),
    http("POST", "/swarm/join", {"ListenAddr": "0.0.0.0:2377"}, node="n5"),
    cli("swarm", "join", "--token", "nonsense", "{address n1}:2377", node="n5"),
)

FRESH = (
    http("GET", "/info", node="fresh"),
    http("POST", "/swarm/unlock", {"UnlockKey": "x"}, node="fresh"),
    http("POST", "/swarm/init", {}, node="fresh"),
    cli("swarm", "init", "--advertise-addr", "127.0.0.1", node="fresh"),
    http("GET", "/swarm", node="fresh"),
    cli("swarm", "leave", node="fresh"),
    cli("swarm", "leave", "--force", node="fresh"),
    http("GET", "/swarm", label="(that it has left)", node="fresh"),
)

BACK = (
    cli("node", "rm", "{host n5}", label="(that has left)", before=lambda target: _wait_node(target, "down")),
    cli("swarm", "join", "--token", "{token worker}", "{address n1}:2377", node="n5"),
    Call("GET the node that joined anew", _joined),
)
