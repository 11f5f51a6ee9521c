"""An engine to which bodies are sent, and what it keeps of them."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.lab.cluster.waiting import until
from tests.patience import DEAD

VERSION = "/v1.41"
IMAGE = "shop/web:1.0"
OUT_OF_DATE = "update out of sequence"
"""What an engine says to an update upon an older version."""


_OF_NETWORKS = (
    "Name",
    "Scope",
    "EnableIPv6",
    "Internal",
    "Attachable",
    "Ingress",
    "ConfigFrom",
    "ConfigOnly",
    "Labels",
)
"""What is compared of networks: the rest depends on those before, and on the allocator's pace."""
_OF_LOCAL = (*_OF_NETWORKS, "Driver", "Options", "IPAM")
_OF_ENDS = ("IPAMConfig", "Links", "IPAddress", "IPPrefixLen", "Gateway", "MacAddress", "DriverOpts")


@dataclass(frozen=True)
class Outcome:
    """What a body led to.

    Attributes:
        status: of the answer, 0 where the engine closed the connection without one.
        message: the engine's words, where it refused.
        kept: what it shows afterwards of what it took.
    """

    status: int
    message: str = ""
    kept: Any = None


class Side:
    """One engine, real or embedded."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._names: dict[str, str] = {"image": IMAGE}

    def made(self, body: dict[str, Any]) -> Outcome:
        """Make a swarm, see what it is like, and leave it again."""
        status, answer = self.ask("POST", "/swarm/init", json.dumps(body))
        if status != 200 and self._get("/info")["Swarm"]["LocalNodeState"] == "inactive":
            return self._refused(status, answer)
        refused = "" if status == 200 else self._refused(status, answer).message
        swarm, node = self._get("/swarm"), self._get("/nodes")[0]
        port = node["ManagerStatus"]["Addr"].rpartition(":")[2]
        self.ask("POST", "/swarm/leave?force=1")
        kept = {key: swarm[key] for key in ("DefaultAddrPool", "SubnetSize", "DataPathPort")}
        return Outcome(
            status,
            refused,
            {**kept, "spec": swarm["Spec"], "port": port, "node": node["Spec"], "state": node["Status"]["State"]},
        )

    def begin(self) -> None:
        """Make a swarm whose only node is drained, so that no task runs, and a few things that bodies speak of."""
        self._sent("POST", "/swarm/init", json.dumps({"ListenAddr": "0.0.0.0:2377", "AdvertiseAddr": "eth0"}), 200)
        self._names["node"] = self._get("/nodes")[0]["ID"]
        self._availability("drain")
        network = self._sent("POST", "/networks/create", json.dumps({"Name": "net", "Driver": "overlay"}), 201)
        self._names["network"] = network["Id"]
        # Not by its name: that of a swarm that was left before may be there still. An engine waits 5 s for its removal.
        ingress = [network for network in self._get("/networks") if network["Ingress"]]
        self._names["ingress"] = max(ingress, key=lambda network: network["Created"])["Id"]
        service = {"Name": "base", "TaskTemplate": {"ContainerSpec": {"Image": IMAGE}}}
        self._sent("POST", "/services/create", json.dumps(service), 201)
        for kind in ("secret", "config"):
            body = json.dumps({"Name": f"the-{kind}", "Labels": {}, "Data": "QUJD"})
            self._names[kind] = self._sent("POST", f"/{kind}s/create", body, 201)["ID"]
            self._names[f"{kind}name"] = f"the-{kind}"

    def furnish(self, image: str) -> None:
        """Have a network and a configuration of its own, a container that runs and one that never did."""
        self.ask("POST", f"/images/create?fromImage={image}")
        addresses = {"Config": [{"Subnet": "10.79.0.0/24"}]}
        network = self._sent("POST", "/networks/create", json.dumps({"Name": "own", "IPAM": addresses}), 201)
        self._names["own"] = network["Id"]
        configuration = {
            "Name": "the-configuration",
            "ConfigOnly": True,
            "IPAM": {"Config": [{"Subnet": "10.80.0.0/24"}]},
        }
        self._sent("POST", "/networks/create", json.dumps(configuration), 201)
        for name in ("box", "busy"):
            body = json.dumps({"Image": image, "Cmd": ["sleep", "100000"]})
            self._names[name] = self._sent("POST", f"/containers/create?name={name}", body, 201)["Id"]
        self._sent("POST", "/containers/busy/start", "{}", 204)

    def connect(self, container: str, body: str) -> Outcome:
        """Connect a container to the network of this engine's own, see how, and disconnect it again."""
        status, answer = self.ask("POST", "/networks/own/connect", self._filled(body))
        kept = self._joined(container)
        self._apart(container)
        return self._refused(status, answer) if status != 200 else Outcome(status, "", kept)

    def disconnect(self, container: str, body: str) -> Outcome:
        """Disconnect a container from the network that it was connected to, and see whether it is gone."""
        self._sent("POST", "/networks/own/connect", json.dumps({"Container": container}), 200)
        status, answer = self.ask("POST", "/networks/own/disconnect", self._filled(body))
        kept = self._joined(container)
        self._apart(container)
        return self._refused(status, answer) if status != 200 else Outcome(status, "", kept is None)

    def _apart(self, container: str) -> None:
        self.ask("POST", "/networks/own/disconnect", json.dumps({"Container": container, "Force": True}))

    def _joined(self, container: str) -> Any:
        """A container's place in the network; None where it has none."""
        found = self._get(f"/containers/{container}/json")
        end = found["NetworkSettings"]["Networks"].get("own")
        if end is None:
            return None
        there = {key: end[key] for key in _OF_ENDS}
        there["Aliases"] = [each for each in end["Aliases"] or [] if each != found["Id"][:12]]
        return {**there, "there": bool(end["EndpointID"])}

    def rejected(self, mounts: Sequence[dict[str, Any]], image: str) -> list[tuple[str, str, str]]:
        """What becomes of a task with each of some mounts that cannot be made: state, message and error."""
        self._availability("active")
        for number, mount in enumerate(mounts):
            container = {"Image": image, "Mounts": [mount]}
            spec = {"Name": f"mount{number}", "TaskTemplate": {"ContainerSpec": container}}
            self._sent("POST", "/services/create", json.dumps(spec), 201)
        result = [until(partial(self._end, f"mount{number}"), "a task to end") for number in range(len(mounts))]
        for number in range(len(mounts)):
            self.ask("DELETE", f"/services/mount{number}")
        self._availability("drain")
        return result

    def _end(self, service: str) -> tuple[str, str, str] | None:
        for task in self._get(f'/tasks?filters={{"service":["{service}"]}}'):
            status = task["Status"]
            if status["State"] in ("rejected", "failed"):
                return status["State"], status["Message"], status.get("Err", "")
        return None

    def _availability(self, wanted: str) -> None:
        """Set it upon the newest version of the node, which its engine writes, too."""

        def done() -> bool:
            node = self._get("/nodes")[0]
            spec = json.dumps({**node["Spec"], "Availability": wanted})
            return self.ask("POST", f"/nodes/{node['ID']}/update?version={node['Version']['Index']}", spec)[0] == 200

        until(done, f"the node to be {wanted}")

    def create(self, path: str, body: str) -> Outcome:
        """Create something of `path` ("services"), see what is kept of it, and remove it again."""
        status, answer = self.ask("POST", f"/{path}/create", self._filled(body))
        if status != 201:
            return self._refused(status, answer)
        id = answer.get("ID") or answer.get("Id")
        kept = self._get(f"/{path}/{id}")
        self.ask("DELETE", f"/{path}/{id}")
        kept = _network(kept) if path == "networks" else kept["Spec"]
        if path == "services" and re.fullmatch("[a-z]+_[a-z]+", kept["Name"]):
            kept["Name"] = "(made up)"
        return Outcome(status, "", self._plain(kept))

    def update(self, path: str, body: str) -> Outcome:
        """Update an object, and see what is kept of it."""
        path, sent = self._filled(path), self._filled(body)

        def answered() -> tuple[int, Any] | None:
            """The engine writes objects, too (how an update goes, how a node is), and with them a newer version."""
            version = self._get(f"/{path}")["Version"]["Index"]
            status, answer = self.ask("POST", f"/{path}/update?version={version}", sent)
            return None if OUT_OF_DATE in str(answer) else (status, answer)

        status, answer = until(answered, f"{path} to be updated upon its newest version")
        if status != 200:
            return self._refused(status, answer)
        return Outcome(status, "", self._plain(self._get(f"/{path}")["Spec"]))

    def ask(self, method: str, path: str, body: str | None = None) -> tuple[int, Any]:
        """A request: status and answer; status 0 where there is none."""
        with contextlib.closing(_Connection(self._path)) as connection:
            headers = {"Content-Type": "application/json"} if body is not None else {}
            try:
                connection.request(method, VERSION + path, body.encode() if body is not None else None, headers)
                response = connection.getresponse()
                text = response.read().decode(errors="replace")
            except (http.client.HTTPException, ConnectionError):
                return 0, ""
        try:
            return response.status, json.loads(text)
        except ValueError:
            return response.status, text

    def _get(self, path: str) -> Any:
        status, answer = self.ask("GET", path)
        assert status == 200, (path, status, answer)
        return answer

    def _sent(self, method: str, path: str, body: str, wanted: int) -> Any:
        status, answer = self.ask(method, path, body)
        assert status == wanted, (path, status, answer)
        return answer

    def _filled(self, text: str) -> str:
        for name, value in self._names.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def _plain(self, value: Any) -> Any:
        """A value with the names of things instead of their IDs."""
        text = json.dumps(value)
        text = re.sub(r"\(\d+ matches found\)", "(some matches found)", text)
        for name in ("network", "ingress", "secret", "config", "node", "own", "box", "busy"):
            if name in self._names:
                text = text.replace(self._names[name], f"{{{name}}}")
        return json.loads(text)

    def _refused(self, status: int, answer: Any) -> Outcome:
        message = str(answer.get("message", answer)) if isinstance(answer, dict) else str(answer)
        return Outcome(status, str(self._plain(message)))


def _network(shown: dict[str, Any]) -> dict[str, Any]:
    kept = {key: shown[key] for key in (_OF_LOCAL if shown["Scope"] == "local" else _OF_NETWORKS)}
    if "IPAM" in kept:
        kept["IPAM"]["Config"] = [_CHOSEN if _chosen(each) else each for each in kept["IPAM"]["Config"]]
    return kept


_CHOSEN = "(chosen by the engine)"


def _chosen(config: dict[str, Any]) -> bool:
    return str(config["Subnet"]).startswith(("172.", "192.168."))


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=DEAD)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)
