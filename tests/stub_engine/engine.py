"""The stub's engine: what it answers, and how it changes its swarm when it is asked to."""

from __future__ import annotations

import json
import shutil
import ssl
import tempfile
import threading
import weakref
from pathlib import Path

from tests.stub_engine.faults import FaultyEngine
from tests.stub_engine.server import Fault, Refusal, Request, Server
from tests.stub_engine.swarm import Json, StubSwarm, dump, name_of, now

__all__ = ["OUT_OF_SEQUENCE", "StubEngine"]

KINDS = frozenset({"nodes", "services", "tasks", "secrets", "configs", "networks"})

OUT_OF_SEQUENCE = "rpc error: code = Unknown desc = update out of sequence"


def _remove(directory: Path | None) -> None:
    if directory:
        shutil.rmtree(directory, ignore_errors=True)


class StubEngine(StubSwarm, FaultyEngine):
    """An engine that is a manager of a swarm, until told otherwise. Use it as a context manager.

    Args:
        api_version: the newest API it speaks.
        tcp: listen on 127.0.0.1 instead of a Unix socket.
        tls: for TLS over TCP.
        settle_after: seconds after which the tasks follow an update made through the API; 0 for at once, None for
            never: then `settle` does it.

    Attributes:
        requests: all that came in, in order.
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
        StubSwarm.__init__(self)
        FaultyEngine.__init__(self)
        self.api_version = api_version
        self.least_api_version = "1.24"
        self.settle_after = settle_after
        self.requests: list[Request] = []
        self._directory = None if tcp else Path(tempfile.mkdtemp(prefix="stub-"))
        self._remove_directory = weakref.finalize(self, _remove, self._directory)  # also of one that is never started
        self.server = Server(self, self._directory / "docker.sock" if self._directory else None, tls)
        self.unlock_key = ""

    # -------------------------------------------------------------------------------- life

    def __enter__(self) -> StubEngine:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.stop()
        finally:
            self._remove_directory()

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
                    return dump({**self.info, "SystemTime": now()})
                case ["GET", "swarm"]:
                    return dump(self.swarm)
                case ["GET", "nodes"]:
                    return dump(self._named(self.nodes, request))
                case ["GET", "services"]:
                    found = self._named(self.services, request)
                    return dump([self._with_status(service, request) for service in found])
                case ["GET", "tasks"]:
                    return dump(self._filtered(json.loads(request.query.get("filters", "{}"))))
                case ["GET", ("secrets" | "configs" | "networks") as kind]:
                    return dump(list(getattr(self, kind).values()))
                case ["GET", "networks", object_id] if object_id in self.predefined:
                    return dump(self.predefined[object_id])
                case ["GET", kind, object_id] if kind in KINDS:
                    return dump(self.object_of(kind, object_id))
                case ["POST", kind, "create"] if kind in KINDS:
                    return self.create(kind, request.body)
                case ["DELETE", kind, object_id] if kind in KINDS:
                    return self._delete(kind, object_id)
                case ["GET", "swarm", "unlockkey"]:
                    return dump({"UnlockKey": self.unlock_key})
                case ["POST", "swarm", ("join" | "leave" | "init" | "unlock") as what]:
                    return self._change_membership(what, request.body or {})
                case ["POST", "swarm", "update"]:
                    return self._update("swarm", self.swarm, request)
                case ["POST", kind, object_id, "update"] if kind in KINDS:
                    return self._update(kind.removesuffix("s"), self.object_of(kind, object_id), request)
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

    def _delete(self, kind: str, object_id: str) -> bytes:
        self._refuse_if_used(kind, self.object_of(kind, object_id))
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
            raise Refusal(400, f"rpc error: … {word} '{name_of(thing)}' is in use by the following service: {names}")

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
        fields = {"service": "ServiceID", "node": "NodeID", "desired-state": "DesiredState"}
        for kind in ("service", "node"):  # as moby's daemon/cluster/tasks.go: it looks each of them up
            for object_id in wanted.get(kind, []):
                self.object_of(f"{kind}s", object_id)
        begins = tuple(wanted.get("id", [""]))
        return [
            task
            for task in self.tasks.values()
            if task["ID"].startswith(begins)
            and all(task[field] in wanted[name] for name, field in fields.items() if name in wanted)
        ]

    def _named(self, things: dict[str, Json], request: Request) -> list[Json]:
        """All, or those whose IDs begin as the filter says."""
        begins = tuple(json.loads(request.query.get("filters", "{}")).get("id", [""]))
        return [thing for object_id, thing in things.items() if object_id.startswith(begins)]

    def _update(self, kind: str, thing: Json, request: Request) -> bytes:
        if int(request.query.get("version", "0")) != thing["Version"]["Index"]:
            raise Refusal(500, OUT_OF_SEQUENCE)
        thing["PreviousSpec"] = thing["Spec"]
        thing["Spec"] = request.body
        for which in ("Worker", "Manager"):
            if request.query.get(f"rotate{which}Token") == "true":
                thing["JoinTokens"][which] = f"SWMTKN-1-stub-{which.lower()}-{self.next_index()}"
        if kind == "swarm":
            self._renew_key(request.query.get("rotateManagerUnlockKey") == "true")
        self.touch(kind, thing)
        if self.settle_after == 0:
            self.settle()
        elif self.settle_after is not None:
            timer = threading.Timer(self.settle_after, self.settle)
            timer.daemon = True
            timer.start()
        return dump({"Warnings": None}) if kind == "service" else b""

    def _renew_key(self, rotate: bool) -> None:
        """As moby does it: a key is there while autolock is on."""
        locks = (self.swarm["Spec"].get("EncryptionConfig") or {}).get("AutoLockManagers")
        if not locks:
            self.unlock_key = ""
        elif rotate or not self.unlock_key:
            self.unlock_key = f"SWMKEY-1-stub-{self.next_index()}"
