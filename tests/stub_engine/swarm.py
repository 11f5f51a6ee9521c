"""The swarm of the stub: nodes, services, tasks and the swarm as raw JSON, and what tests may do to them."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from tests.stub_engine.logs import Logs, Message
from tests.stub_engine.server import Refusal, Request

__all__ = ["Json", "StubSwarm", "dump", "name_of", "now"]

Json = dict[str, Any]


class StubSwarm:
    """A swarm in memory, of which whoever has subscribed hears by events.

    Attributes:
        nodes, services, tasks, secrets, configs, networks: raw JSON by ID; change them through the methods, which raise
            versions and events.
        predefined: networks by ID that are given when asked for, and are in no list (moby's daemon/cluster/networks.go,
            `filterPredefinedNetworks`).
        swarm: raw JSON.
        logs: of its tasks.
    """

    def __init__(self) -> None:
        self.nodes: dict[str, Json] = {}
        self.services: dict[str, Json] = {}
        self.tasks: dict[str, Json] = {}
        self.secrets: dict[str, Json] = {}
        self.configs: dict[str, Json] = {}
        self.networks: dict[str, Json] = {}
        self.predefined: dict[str, Json] = {}
        self.logs = Logs()
        self._index = 10
        self._serial = 0
        self._lock = threading.RLock()
        self._subscribers: list[queue.SimpleQueue[bytes | None]] = []
        self.swarm: Json = {
            "ID": "swarm0000000000000000000",
            "Version": {"Index": 10},
            "CreatedAt": now(),
            "UpdatedAt": now(),
            "Spec": {
                "Name": "default",
                "Labels": {"kept": "yes"},
                "Orchestration": {"TaskHistoryRetentionLimit": 5},
                "Raft": {"SnapshotInterval": 10000, "ElectionTick": 10, "HeartbeatTick": 1},
                "Dispatcher": {"HeartbeatPeriod": 5000000000},
                "CAConfig": {"NodeCertExpiry": 7776000000000000},
                "TaskDefaults": {},
                "EncryptionConfig": {"AutoLockManagers": False},
            },
            "JoinTokens": {"Worker": "SWMTKN-1-stub-worker-0", "Manager": "SWMTKN-1-stub-manager-0"},
        }

    # -------------------------------------------------------------------------------- building a swarm

    def add_node(self, name: str, *, role: str = "worker", leader: bool = False, state: str = "ready") -> Json:
        """A node joins."""
        with self._lock:
            node: Json = {
                "ID": self._new_id("node", name),
                "Version": {"Index": self.next_index()},
                "CreatedAt": now(),
                "UpdatedAt": now(),
                "Spec": {"Role": role, "Availability": "active", "Labels": {}},
                "Description": {
                    "Hostname": name,
                    "Platform": {"Architecture": "x86_64", "OS": "linux"},
                    "Resources": {"NanoCPUs": 2000000000, "MemoryBytes": 4000000000},
                    "Engine": {"EngineVersion": "26.1.5"},
                },
                "Status": {"State": state, "Addr": f"10.99.0.{10 + len(self.nodes)}"},
            }
            if role == "manager":
                address = f"{node['Status']['Addr']}:2377"
                node["ManagerStatus"] = {"Leader": leader, "Reachability": "reachable", "Addr": address}
            self.nodes[node["ID"]] = node
        self.emit("node", "create", node["ID"])
        return node

    def add_service(
        self, name: str, *, replicas: int | None = 1, image: str = "nginx:1.27", constraints: list[str] | None = None
    ) -> Json:
        """A service is created; without `replicas` a global one. Its tasks come with `settle`."""
        mode: Json = {"Global": {}} if replicas is None else {"Replicated": {"Replicas": replicas}}
        with self._lock:
            service: Json = {
                "ID": self._new_id("serv", name),
                "Version": {"Index": self.next_index()},
                "CreatedAt": now(),
                "UpdatedAt": now(),
                "Spec": {
                    "Name": name,
                    "Labels": {},
                    "TaskTemplate": {
                        "ContainerSpec": {"Image": image, "Env": ["A=1"], "Isolation": "default"},
                        "Placement": {"Constraints": constraints or []},
                        "ForceUpdate": 0,
                        "Runtime": "container",
                    },
                    "Mode": mode,
                    "EndpointSpec": {"Mode": "vip"},
                },
                "Endpoint": {"Spec": {}},
            }
            self.services[service["ID"]] = service
        self.emit("service", "create", service["ID"])
        return service

    def add_shared(self, kind: str, name: str, *, stack: str = "", **more: Any) -> Json:
        """A secret, config or network ("secrets", …) is created. `more` goes into a network itself."""
        labels = {"com.docker.stack.namespace": stack} if stack else {}
        body = {"Name": name, "Labels": labels}
        if kind == "networks":
            body = {"Name": name, "Driver": "overlay", "Created": now(), "Labels": labels, **more}
        created: Json = json.loads(self.create(kind, body))
        thing: Json = getattr(self, kind)[created["ID"]]
        return thing

    def give(self, service: str, kind: str, name: str) -> None:
        """Let a service use a secret, config or network, by names."""
        thing = next(each for each in getattr(self, kind).values() if name_of(each) == name)
        template = self.service(service)["Spec"]["TaskTemplate"]
        if kind == "networks":
            template.setdefault("Networks", []).append({"Target": thing["Id"]})
        else:
            word = kind.removesuffix("s").capitalize()
            file = {"Name": f"{name}.txt", "UID": "0", "GID": "0", "Mode": 0o400}
            references = template["ContainerSpec"].setdefault(kind.capitalize(), [])
            references.append({"File": file, f"{word}ID": thing["ID"], f"{word}Name": name})
        self.touch("service", self.service(service))

    def add_task(self, service: str, *, node: str = "", slot: int = 0, state: str = "running", **more: Any) -> Json:
        """A task of a service, by names. `more` goes into its status (`Err`, `Message`)."""
        with self._lock:
            task: Json = {
                "ID": self._new_id("task", ""),
                "Version": {"Index": self.next_index()},
                "CreatedAt": now(),
                "UpdatedAt": now(),
                "Spec": {"ContainerSpec": self.service(service)["Spec"]["TaskTemplate"]["ContainerSpec"]},
                "ServiceID": self.service(service)["ID"],
                "Slot": slot,
                "NodeID": self.node(node)["ID"] if node else "",
                "Status": {"Timestamp": now(), "State": state, "Message": "", **more},
                "DesiredState": "running",
            }
            self.tasks[task["ID"]] = task
        return task

    def settle(self) -> None:
        """The orchestrator and the agents do all that there is to do, at once."""
        with self._lock:
            for service in self.services.values():
                self._settle(service)

    def _settle(self, service: Json) -> None:
        able = [
            node["Description"]["Hostname"]
            for node in self.nodes.values()
            if node["Status"]["State"] == "ready" and node["Spec"]["Availability"] == "active"
        ]
        mode, name = service["Spec"]["Mode"], service["Spec"]["Name"]
        wanted = mode["Replicated"]["Replicas"] if "Replicated" in mode else len(able)
        alive = [task for task in self.tasks_of(name) if task["DesiredState"] == "running"]
        for task in list(alive):
            on = self.nodes.get(task["NodeID"])
            if on is not None and on["Description"]["Hostname"] not in able:
                self.set_task(task, desired="shutdown", state="shutdown" if on["Status"]["State"] == "ready" else None)
                alive.remove(task)
            elif task["Status"]["State"] != "running" and on is not None:
                self.set_task(task, state="running")
        for task in alive[wanted:]:
            self.set_task(task, desired="shutdown", state="shutdown")
        if "Global" in mode:
            busy = {task["NodeID"] for task in alive}
            for each in able:
                if self.node(each)["ID"] not in busy:
                    self.add_task(name, node=each)
            return
        slots = {task["Slot"] for task in alive[:wanted]}
        for slot in [each for each in range(1, wanted + 1) if each not in slots][: wanted - len(slots)]:
            if able:
                self.add_task(name, node=able[slot % len(able)], slot=slot)

    # -------------------------------------------------------------------------------- consequence and changing

    def node(self, name: str) -> Json:
        return next(node for node in self.nodes.values() if node["Description"]["Hostname"] == name)

    def service(self, name: str) -> Json:
        return next(service for service in self.services.values() if service["Spec"]["Name"] == name)

    def tasks_of(self, name: str) -> list[Json]:
        service_id = self.service(name)["ID"]
        return [task for task in self.tasks.values() if task["ServiceID"] == service_id]

    def touch(self, kind: str, thing: Json, action: str = "update") -> None:
        """Raise an object's version and an event, after a change to it."""
        with self._lock:
            thing["Version"] = {"Index": self.next_index()}
            thing["UpdatedAt"] = now()
        self.emit(kind, action, thing["ID"])

    def replicas(self, name: str = "web") -> int:
        """How many are wanted."""
        wanted: int = self.service(name)["Spec"]["Mode"]["Replicated"]["Replicas"]
        return wanted

    def set_replicas(self, name: str, replicas: int) -> None:
        """Somebody else scales a service."""
        self.service(name)["Spec"]["Mode"]["Replicated"]["Replicas"] = replicas
        self.touch("service", self.service(name))

    def set_node(
        self, name: str, *, state: str = "", availability: str = "", reachability: str = "", event: bool = True
    ) -> None:
        """A node changes. Reachability and a lost node raise no event in a real swarm: pass event=False."""
        node = self.node(name)
        with self._lock:
            if state:
                node["Status"]["State"] = state
            if availability:
                node["Spec"]["Availability"] = availability
            if reachability:
                node["ManagerStatus"]["Reachability"] = reachability
            node["Version"] = {"Index": self.next_index()}
        if event:
            self.emit("node", "update", node["ID"])

    def set_task(self, task: Json, *, state: str | None = None, desired: str | None = None) -> None:
        """A task moves on. It raises no event, as in a real swarm."""
        with self._lock:
            task["Status"] = {**task["Status"], "State": state or task["Status"]["State"], "Timestamp": now()}
            task["DesiredState"] = desired or task["DesiredState"]
            task["Version"] = {"Index": self.next_index()}

    def remove_service(self, name: str) -> None:
        """Somebody else removes a service, and its tasks go."""
        with self._lock:
            service = self.services.pop(self.service(name)["ID"])
            self.tasks = {key: task for key, task in self.tasks.items() if task["ServiceID"] != service["ID"]}
        self.emit("service", "remove", service["ID"])

    def write_log(self, service: str, text: str, *, stream: int = 1, stamp: str = "", task: Json | None = None) -> None:
        """A task of a service (its first one) writes a line; with stream 3 the engine says something in its log."""
        writer = task or self.tasks_of(service)[0]
        when = stamp or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f000Z")
        self.logs.write(Message(writer["ServiceID"], writer["ID"], writer["NodeID"], stream, when, text))

    def log_of(self, request: Request) -> tuple[str, bool]:
        """For the server: whose log is asked for, and whether it is that of a terminal."""
        kind, object_id, _ = request.path.strip("/").split("/")
        thing = self.object_of(kind, object_id)
        spec = thing["Spec"]["TaskTemplate"] if kind == "services" else thing["Spec"]
        return thing["ID"], bool(spec["ContainerSpec"].get("TTY"))

    def emit(self, kind: str, action: str, object_id: str) -> None:
        """Raise an event."""
        event = {"Type": kind, "Action": action, "Actor": {"ID": object_id, "Attributes": {}}, "scope": "swarm"}
        for subscriber in list(self._subscribers):
            subscriber.put(json.dumps(event).encode() + b"\n")

    @contextmanager
    def subscribed(self) -> Iterator[queue.SimpleQueue[bytes | None]]:
        """Events from now on; None when the engine stops."""
        events: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._subscribers.append(events)
        try:
            yield events
        finally:
            self._subscribers.remove(events)

    def object_of(self, kind: str, object_id: str) -> Json:
        things: dict[str, Json] = getattr(self, kind)
        named = (thing for thing in things.values() if name_of(thing) == object_id)
        found = things.get(object_id) or next(named, None)
        if found is None:
            raise Refusal(404, f"{kind.removesuffix('s')} {object_id} not found")
        return found

    def create(self, kind: str, body: Json) -> bytes:
        word, name = kind.removesuffix("s"), str(body["Name"])
        if any(name_of(thing) == name for thing in getattr(self, kind).values()):
            raise Refusal(409, f"rpc error: code = AlreadyExists desc = {word} {name} already exists")
        thing: Json = {"ID": self._new_id(word, name), "CreatedAt": now(), "Version": {"Index": self.next_index()}}
        thing |= {"Id": thing.pop("ID"), "Scope": "swarm", **body} if kind == "networks" else {"Spec": body}
        object_id = str(thing.get("ID") or thing.get("Id"))
        getattr(self, kind)[object_id] = thing
        if kind == "services":
            self.settle()
        self.emit(word, "create", object_id)
        return dump({"ID": object_id})

    def next_index(self) -> int:
        self._index += 1
        return self._index

    def _new_id(self, kind: str, name: str) -> str:
        self._serial += 1
        return f"{kind}{self._serial:06d}{name}".ljust(25, "0")[:25]


def name_of(thing: Json) -> str:
    """An object's name, wherever its kind has it."""
    return str(thing.get("Name") or thing.get("Spec", {}).get("Name", ""))


def dump(content: Any) -> bytes:
    """JSON as an engine writes it."""
    return json.dumps(content, separators=(",", ":")).encode()


def now() -> str:
    """The time, as an engine writes it."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")
