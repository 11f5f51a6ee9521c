"""The swarm side of the stub: nodes, services, tasks and the swarm as raw JSON, and what tests may do to them."""

from __future__ import annotations

import json
import queue
import shutil
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.stub_engine.logs import Logs, Message
from tests.stub_engine.server import Cut, Fault, Refusal, Request, Server

Json = dict[str, Any]

KINDS = frozenset({"nodes", "services", "tasks", "secrets", "configs", "networks"})

WORKER_WORDS = (
    "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state. "
    "Please run this command on a manager node or promote the current node to a manager."
)
NO_SWARM_WORDS = (
    'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" '
    "to connect this node to swarm and try again."
)
LOCKED_WORDS = (
    'Swarm is encrypted and needs to be unlocked before it can be used. Please use "docker swarm unlock" to unlock it.'
)
NO_LEADER_WORDS = (
    "rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers "
    "are online. Make sure more than half of the managers are online."
)
OUT_OF_SEQUENCE = "rpc error: code = Unknown desc = update out of sequence"


class StubEngine:
    """An engine that is a manager of a swarm, until told otherwise. Use it as a context manager.

    Args:
        api_version: the newest API it speaks.
        tcp: listen on 127.0.0.1 instead of a Unix socket.
        tls: for TLS over TCP.
        settle_after: seconds after which the tasks follow an update made through the API; 0 for at once, None for
            never: then `settle` does it.

    Attributes:
        requests: all that came in, in order.
        nodes, services, tasks, secrets, configs, networks: raw JSON by ID; change them through the methods, which raise
            versions and events.
        swarm, info: raw JSON.
        unlock_key: what unlocks it; "" while autolock is off.
    """

    def __init__(
        self,
        *,
        api_version: str = "1.45",
        tcp: bool = False,
        tls: ssl.SSLContext | None = None,
        settle_after: float | None = 0.0,
    ) -> None:
        self.api_version = api_version
        self.least_api_version = "1.24"
        self.settle_after = settle_after
        self.requests: list[Request] = []
        self.nodes: dict[str, Json] = {}
        self.services: dict[str, Json] = {}
        self.tasks: dict[str, Json] = {}
        self.secrets: dict[str, Json] = {}
        self.configs: dict[str, Json] = {}
        self.networks: dict[str, Json] = {}
        self.logs = Logs()
        self._index = 10
        self._serial = 0
        self._lock = threading.RLock()
        self._faults: list[Fault] = []
        self._release = threading.Event()
        self._subscribers: list[queue.SimpleQueue[bytes | None]] = []
        self._directory = None if tcp else Path(tempfile.mkdtemp(prefix="stub-"))
        self.server = Server(self, self._directory / "docker.sock" if self._directory else None, tls)
        self.swarm: Json = {
            "ID": "swarm0000000000000000000",
            "Version": {"Index": 10},
            "CreatedAt": _now(),
            "UpdatedAt": _now(),
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
        self.unlock_key = ""
        self.info: Json = {"ID": "STUB", "Name": "mgr1", "ServerVersion": "26.1.5", "Swarm": {}}
        self.manager()

    # -------------------------------------------------------------------------------- life

    def __enter__(self) -> StubEngine:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        if self._directory:
            shutil.rmtree(self._directory)

    def start(self) -> None:
        """Listen (again)."""
        self.server.start()

    def stop(self) -> None:
        """The socket vanishes, and every connection breaks."""
        self.release()
        self.logs.end()
        for subscriber in list(self._subscribers):
            subscriber.put(None)
        self.server.stop()

    @property
    def url(self) -> str:
        return self.server.url

    def asked(self, prefix: str) -> list[Request]:
        """The requests so far whose "/path" or "METHOD /path" begins so."""
        return [request for request in list(self.requests) if Fault(prefix).matches(request)]

    # -------------------------------------------------------------------------------- building a swarm

    def add_node(self, name: str, *, role: str = "worker", leader: bool = False, state: str = "ready") -> Json:
        """A node joins."""
        with self._lock:
            node: Json = {
                "ID": self._new_id("node", name),
                "Version": {"Index": self._next()},
                "CreatedAt": _now(),
                "UpdatedAt": _now(),
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
                "Version": {"Index": self._next()},
                "CreatedAt": _now(),
                "UpdatedAt": _now(),
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
            body = {"Name": name, "Driver": "overlay", "Created": _now(), "Labels": labels, **more}
        created: Json = json.loads(self._create(kind, body))
        thing: Json = getattr(self, kind)[created["ID"]]
        return thing

    def give(self, service: str, kind: str, name: str) -> None:
        """Let a service use a secret, config or network, by names."""
        thing = next(each for each in getattr(self, kind).values() if _name_of(each) == name)
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
                "Version": {"Index": self._next()},
                "CreatedAt": _now(),
                "UpdatedAt": _now(),
                "Spec": {"ContainerSpec": self.service(service)["Spec"]["TaskTemplate"]["ContainerSpec"]},
                "ServiceID": self.service(service)["ID"],
                "Slot": slot,
                "NodeID": self.node(node)["ID"] if node else "",
                "Status": {"Timestamp": _now(), "State": state, "Message": "", **more},
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

    # -------------------------------------------------------------------------------- finding and changing

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
            thing["Version"] = {"Index": self._next()}
            thing["UpdatedAt"] = _now()
        self.emit(kind, action, thing["ID"])

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
            node["Version"] = {"Index": self._next()}
        if event:
            self.emit("node", "update", node["ID"])

    def set_task(self, task: Json, *, state: str | None = None, desired: str | None = None) -> None:
        """A task moves on. It raises no event, as in a real swarm."""
        with self._lock:
            task["Status"] = {**task["Status"], "State": state or task["Status"]["State"], "Timestamp": _now()}
            task["DesiredState"] = desired or task["DesiredState"]
            task["Version"] = {"Index": self._next()}

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
        thing = self._object(kind, object_id)
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

    # -------------------------------------------------------------------------------- the engine's state

    def manager(self) -> None:
        """All is well."""
        self._state("active", control=True)
        self._faults.clear()

    def worker(self) -> None:
        """The engine is a worker of a swarm."""
        self._state("active", control=False)
        self.info["Swarm"]["RemoteManagers"] = [{"NodeID": "n1", "Addr": "10.99.0.11:2377"}]
        self._refuse_swarm(WORKER_WORDS)

    def locked(self) -> None:
        """The engine waits for its unlock key."""
        self._state("locked", control=False)
        self._refuse_swarm(LOCKED_WORDS)

    def no_swarm(self) -> None:
        """The engine is in no swarm."""
        self._state("inactive", control=False)
        self._refuse_swarm(NO_SWARM_WORDS)

    def no_leader(self, *, hanging: bool = True) -> None:
        """The leader is lost. As measured: at first all but `/_ping` hangs; later all is refused, and `/info` says why.

        Args:
            hanging: whether it is still the first of the two.
        """
        self._state("active", control=True, error="" if hanging else NO_LEADER_WORDS)
        for path in ("/nodes", "/services", "/tasks", "/swarm"):
            if hanging:
                self.hang(path)
            else:
                self.refuse(path, 500, NO_LEADER_WORDS)
        if hanging:
            self.hang("/info")

    def _state(self, state: str, *, control: bool, error: str = "") -> None:
        swarm = {"NodeID": "n1", "LocalNodeState": state, "ControlAvailable": control, "Error": error}
        self.info["Swarm"] = swarm

    def _refuse_swarm(self, words: str) -> None:
        for path in ("/nodes", "/services", "/tasks", "GET /swarm", "POST /swarm/update"):
            self.refuse(path, 503, words)

    # -------------------------------------------------------------------------------- faults

    def refuse(self, prefix: str, status: int, message: str, times: int | None = None) -> None:
        """Answer such requests ("/nodes", "POST /services") with an error."""

        def act() -> None:
            raise Refusal(status, message)

        self._faults.append(Fault(prefix, act, times=times))

    def hang(self, prefix: str = "/", times: int | None = None) -> None:
        """Accept such requests and never answer, like a stopped engine, until `release`."""

        def act() -> None:
            self._release.wait()

        self._release.clear()
        self._faults.append(Fault(prefix, act, times=times))

    def delay(self, prefix: str, seconds: float, times: int | None = None) -> None:
        """Answer such requests late."""
        self._faults.append(Fault(prefix, lambda: time.sleep(seconds), times=times))

    def before(self, prefix: str, act: Callable[[], None], times: int | None = None) -> None:
        """Do something just before such a request is answered."""
        self._faults.append(Fault(prefix, act, times=times))

    def lose_answer(self, prefix: str, *, done: bool, times: int | None = 1) -> None:
        """Cut the connection instead of answering, with or without having done what was asked."""

        def cut() -> None:
            raise Cut

        self._faults.append(Fault(prefix, None if done else cut, cut if done else None, times=times))

    def release(self) -> None:
        """All faults end, and what hangs is answered."""
        self._faults.clear()
        self._release.set()

    def faults_for(self, request: Request) -> list[Fault]:
        """For the server: the faults that happen to a request."""
        with self._lock:
            matching = [fault for fault in self._faults if fault.matches(request)]
            for fault in matching:
                fault.times = None if fault.times is None else fault.times - 1
            return matching

    # -------------------------------------------------------------------------------- answering

    def answer(self, request: Request) -> bytes:
        """For the server: the body of the answer to a request.

        Raises:
            Refusal: an error answer.
        """
        with self._lock:
            match [request.method, *request.path.strip("/").split("/")]:
                case ["GET", "_ping"]:
                    return b"OK"
                case ["GET", "info"]:
                    return _dump({**self.info, "SystemTime": _now()})
                case ["GET", "swarm"]:
                    return _dump(self.swarm)
                case ["GET", "nodes"]:
                    return _dump(list(self.nodes.values()))
                case ["GET", "services"]:
                    return _dump([self._with_status(service, request) for service in self.services.values()])
                case ["GET", "tasks"]:
                    return _dump(self._filtered(json.loads(request.query.get("filters", "{}"))))
                case ["GET", ("secrets" | "configs" | "networks") as kind]:
                    return _dump(list(getattr(self, kind).values()))
                case ["GET", kind, object_id] if kind in KINDS:
                    return _dump(self._object(kind, object_id))
                case ["POST", kind, "create"] if kind in KINDS:
                    return self._create(kind, request.body)
                case ["DELETE", kind, object_id] if kind in KINDS:
                    return self._delete(kind, object_id)
                case ["GET", "swarm", "unlockkey"]:
                    return _dump({"UnlockKey": self.unlock_key})
                case ["POST", "swarm", ("join" | "leave" | "init" | "unlock") as what]:
                    return self._change_membership(what, request.body or {})
                case ["POST", "swarm", "update"]:
                    return self._update("swarm", self.swarm, request)
                case ["POST", kind, object_id, "update"] if kind in KINDS:
                    return self._update(kind.removesuffix("s"), self._object(kind, object_id), request)
        raise Refusal(404, "page not found")

    def _change_membership(self, what: str, body: Json) -> bytes:
        if what == "leave":
            self.no_swarm()
        elif what == "join" and body["JoinToken"] == self.swarm["JoinTokens"]["Worker"]:
            self.worker()
        elif what == "join" and body["JoinToken"] != self.swarm["JoinTokens"]["Manager"]:
            raise Refusal(500, "invalid join token")
        elif what == "unlock" and body["UnlockKey"] != self.unlock_key:
            raise Refusal(401, "swarm could not be unlocked: invalid key provided")
        else:
            self.manager()
        return b""

    def _object(self, kind: str, object_id: str) -> Json:
        things: dict[str, Json] = getattr(self, kind)
        named = (thing for thing in things.values() if _name_of(thing) == object_id)
        found = things.get(object_id) or next(named, None)
        if found is None:
            raise Refusal(404, f"{kind.removesuffix('s')} {object_id} not found")
        return found

    def _create(self, kind: str, body: Json) -> bytes:
        word, name = kind.removesuffix("s"), str(body["Name"])
        if any(_name_of(thing) == name for thing in getattr(self, kind).values()):
            raise Refusal(409, f"rpc error: code = AlreadyExists desc = {word} {name} already exists")
        thing: Json = {"ID": self._new_id(word, name), "CreatedAt": _now(), "Version": {"Index": self._next()}}
        thing |= {"Id": thing.pop("ID"), "Scope": "swarm", **body} if kind == "networks" else {"Spec": body}
        object_id = str(thing.get("ID") or thing.get("Id"))
        getattr(self, kind)[object_id] = thing
        if kind == "services":
            self.settle()
        self.emit(word, "create", object_id)
        return _dump({"ID": object_id})

    def _delete(self, kind: str, object_id: str) -> bytes:
        self._refuse_if_used(kind, self._object(kind, object_id))
        del getattr(self, kind)[object_id]
        self.emit(kind.removesuffix("s"), "remove", object_id)
        return b""

    def _refuse_if_used(self, kind: str, thing: Json) -> None:
        """As engine 20.10 words it."""
        if kind not in ("secrets", "configs", "networks"):
            return
        object_id = str(thing.get("ID") or thing.get("Id"))
        users = [each for each in self.services.values() if object_id in json.dumps(each["Spec"])]
        if users and kind == "networks":
            raise Refusal(400, f"rpc error: … network {object_id} is in use by service {users[0]['ID']}")
        if users:
            word, names = kind.removesuffix("s"), ", ".join(each["Spec"]["Name"] for each in users)
            raise Refusal(400, f"rpc error: … {word} '{_name_of(thing)}' is in use by the following service: {names}")

    def _with_status(self, service: Json, request: Request) -> Json:
        if request.query.get("status") != "true":
            return service
        tasks = [task for task in self.tasks.values() if task["ServiceID"] == service["ID"]]
        mode = service["Spec"]["Mode"]
        desired = [task for task in tasks if task["DesiredState"] == "running"]
        wanted = mode["Replicated"]["Replicas"] if "Replicated" in mode else len(desired)
        running = sum(task["Status"]["State"] == "running" for task in desired)
        return {**service, "ServiceStatus": {"RunningTasks": running, "DesiredTasks": wanted, "CompletedTasks": 0}}

    def _filtered(self, wanted: dict[str, list[str]]) -> list[Json]:
        fields = {"service": "ServiceID", "node": "NodeID", "desired-state": "DesiredState", "id": "ID"}
        for kind in ("service", "node"):  # as moby's daemon/cluster/tasks.go: it looks each of them up
            for object_id in wanted.get(kind, []):
                self._object(f"{kind}s", object_id)
        return [
            task for task in self.tasks.values() if all(task[fields[name]] in values for name, values in wanted.items())
        ]

    def _update(self, kind: str, thing: Json, request: Request) -> bytes:
        if int(request.query.get("version", "0")) != thing["Version"]["Index"]:
            raise Refusal(500, OUT_OF_SEQUENCE)
        thing["PreviousSpec"] = thing["Spec"]
        thing["Spec"] = request.body
        for which in ("Worker", "Manager"):
            if request.query.get(f"rotate{which}Token") == "true":
                thing["JoinTokens"][which] = f"SWMTKN-1-stub-{which.lower()}-{self._next()}"
        if kind == "swarm":
            self._renew_key(request.query.get("rotateManagerUnlockKey") == "true")
        self.touch(kind, thing)
        if self.settle_after == 0:
            self.settle()
        elif self.settle_after is not None:
            timer = threading.Timer(self.settle_after, self.settle)
            timer.daemon = True
            timer.start()
        return _dump({"Warnings": None}) if kind == "service" else b""

    def _renew_key(self, rotate: bool) -> None:
        """As moby does it: a key is there while autolock is on."""
        locks = (self.swarm["Spec"].get("EncryptionConfig") or {}).get("AutoLockManagers")
        if not locks:
            self.unlock_key = ""
        elif rotate or not self.unlock_key:
            self.unlock_key = f"SWMKEY-1-stub-{self._next()}"

    def _next(self) -> int:
        self._index += 1
        return self._index

    def _new_id(self, kind: str, name: str) -> str:
        self._serial += 1
        return f"{kind}{self._serial:06d}{name}".ljust(25, "0")[:25]


def _name_of(thing: Json) -> str:
    return str(thing.get("Name") or thing.get("Spec", {}).get("Name", ""))


def _dump(content: Any) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")
