"""What a user is told of what happened: each kind of change on the embedded swarm, as it goes on and afterwards."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from swarmtui.sim.control.engine import Engine
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.services.scale import ScaleService
from swarmtui.swarm.timeline.event import Source
from swarmtui.swarm.timeline.timeline import Entry
from tests.patience import DEAD, until
from tests.ui.simulated import Json, SimulatedSwarm
from tests.unit.engine.conftest import Watched, watching

SECRETS = ("hunter2-env", "hunter2-label", "hunter2-secret", "hunter2-url", "SWMTKN", "SWMKEY")
"""Values that must stand nowhere."""


@pytest.fixture
def swarm(tmp_path: Path) -> Iterator[SimulatedSwarm]:
    with SimulatedSwarm(tmp_path) as simulated:
        yield simulated


@pytest.fixture
def watched(swarm: SimulatedSwarm, tmp_path: Path) -> Iterator[Watched]:
    with watching(swarm.url, audit_log=tmp_path / "audit.jsonl") as watched:
        watched.until_complete()
        until(lambda: entries(watched), "the first look")
        yield watched


def entries(watched: Watched) -> tuple[Entry, ...]:
    return watched.session.timeline.entries


def told(watched: Watched, text: str) -> Entry | None:
    return next((entry for entry in entries(watched) if text in entry.text), None)


def all_texts(watched: Watched) -> str:
    return "\n".join(repr(entry) for entry in entries(watched))


def see(watched: Watched, text: str) -> Entry:
    """Wait until a sentence stands in the time line."""
    until(lambda: told(watched, text), text, detail=lambda: "\n".join(entry.text for entry in entries(watched)))
    found = told(watched, text)
    assert found is not None
    return found


# ------------------------------------------------------------------------------------------------ each kind of change


def container(spec: Json) -> Json:
    found: Json = spec["TaskTemplate"]["ContainerSpec"]
    return found


def web(change: Callable[[Json], None]) -> Callable[[SimulatedSwarm], None]:
    return lambda swarm: swarm.change_service("web", change)


def do(what: Callable[[Engine], Any]) -> Callable[[SimulatedSwarm], None]:
    return lambda swarm: swarm._do(what) and None


def make_secret(engine: Engine, name: str) -> str:
    data = base64.b64encode(b"hunter2-secret").decode()
    return engine.secrets.create({"Name": name, "Data": data, "Labels": {}})


def give_secret(name: str) -> Callable[[SimulatedSwarm], None]:
    def work(swarm: SimulatedSwarm) -> None:
        identity = swarm._do(lambda engine: engine.secrets.inspect(name)["ID"])
        file = {"Name": "key", "UID": "0", "GID": "0", "Mode": 0o444}
        swarm.change_service(
            "web",
            lambda spec: container(spec).update(Secrets=[{"SecretID": identity, "SecretName": name, "File": file}]),
        )

    return work


def rotate_token(engine: Engine) -> None:
    found = engine.swarm.inspect()
    engine.swarm.update(found["Version"]["Index"], found["Spec"], rotate_worker_token=True)


def set_history(engine: Engine) -> None:
    found = engine.swarm.inspect()
    spec = {**found["Spec"], "Orchestration": {"TaskHistoryRetentionLimit": 7}}
    engine.swarm.update(found["Version"]["Index"], spec)


def crash(swarm: SimulatedSwarm) -> None:
    def is_whole() -> bool:
        running = swarm.running("web")
        return len(running) == swarm.replicas("web") and any(task["Slot"] == 1 for task in running)

    swarm.wait(is_whole, "web to be whole")
    swarm.crash("web", 1, 137)


CHANGES: tuple[tuple[str, str, str, Callable[[SimulatedSwarm], None]], ...] = (
    ("service", "web", "web scaled from 3 to 4", lambda swarm: swarm.set_replicas("web", 4)),
    (
        "service",
        "web",
        "web: image changed from 10.97.0.2:5000/web:1.2 to nginx:1.28",
        web(lambda spec: container(spec).update(Image="nginx:1.28")),
    ),
    ("service", "web", "web: update completed", lambda swarm: None),
    (
        "service",
        "web",
        "web: environment variable DB_PASSWORD and LEVEL set",
        web(lambda spec: container(spec).update(Env=["DB_PASSWORD=hunter2-env", "LEVEL=1"])),
    ),
    (
        "service",
        "web",
        "web: environment variable DB_PASSWORD changed",
        web(lambda spec: container(spec).update(Env=["DB_PASSWORD=hunter2-env2", "LEVEL=1"])),
    ),
    ("service", "web", "web: arguments set", web(lambda spec: container(spec).update(Args=["--token=hunter2-env"]))),
    (
        "service",
        "web",
        "web: label api.token=•••••••• set, label tier=front set",
        web(lambda spec: spec.update(Labels={"tier": "front", "api.token": "hunter2-label"})),
    ),
    (
        "service",
        "web",
        "web: label tier changed from front to back",
        web(lambda spec: spec["Labels"].update(tier="back")),
    ),
    (
        "service",
        "web",
        "web: constraint node.role == worker added",
        web(lambda spec: spec["TaskTemplate"].update(Placement={"Constraints": ["node.role == worker"]})),
    ),
    (
        "service",
        "web",
        "web: limits changed from none to 64 MiB of memory",
        web(lambda spec: spec["TaskTemplate"].update(Resources={"Limits": {"MemoryBytes": 64 << 20}})),
    ),
    (
        "service",
        "web",
        "web: port 8080→80/tcp added",
        web(
            lambda spec: spec.update(
                EndpointSpec={"Ports": [{"Protocol": "tcp", "TargetPort": 80, "PublishedPort": 8080}]}
            )
        ),
    ),
    (
        "service",
        "web",
        "web: mount data:/data added",
        web(lambda spec: container(spec).update(Mounts=[{"Type": "volume", "Source": "data", "Target": "/data"}])),
    ),
    ("service", "web", "web was restarted by force", web(lambda spec: spec["TaskTemplate"].update(ForceUpdate=1))),
    ("secret", "db_v1", "secret db_v1 was created", do(lambda engine: make_secret(engine, "db_v1"))),
    ("service", "web", "web: secret db_v1 added", give_secret("db_v1")),
    ("secret", "db_v2", "secret db_v2 was created", do(lambda engine: make_secret(engine, "db_v2"))),
    ("service", "web", "web: secret db_v1 replaced by db_v2", give_secret("db_v2")),
    ("secret", "db_v1", "secret db_v1 was removed", do(lambda engine: engine.secrets.remove("db_v1"))),
    (
        "network",
        "back",
        "network back was created: overlay",
        do(lambda engine: engine.networks.create({"Name": "back", "Driver": "overlay"})),
    ),
    ("network", "back", "network back was removed", do(lambda engine: engine.networks.remove("back"))),
    ("node", "wrk1", "wrk1: label disk=ssd set", lambda swarm: swarm.set_node("wrk1", Labels={"disk": "ssd"})),
    ("node", "wrk1", "wrk1 is drained", lambda swarm: swarm.set_node("wrk1", Availability="drain")),
    ("node", "wrk1", "wrk1 is active again", lambda swarm: swarm.set_node("wrk1", Availability="active")),
    ("node", "wrk1", "wrk1 was promoted to manager", lambda swarm: swarm.set_node("wrk1", Role="manager")),
    ("node", "wrk1", "wrk1 was demoted to worker", lambda swarm: swarm.set_node("wrk1", Role="worker")),
    ("task", "web.1", "web.1 failed on", crash),
    (
        "service",
        "shop",
        "shop was created: replicated, 2 wanted, nginx:1.27",
        lambda swarm: swarm.add_service("shop", replicas=2),
    ),
    ("service", "shop", "shop was removed", lambda swarm: swarm.remove_service("shop")),
    ("swarm", "the swarm", "the worker join token was rotated", do(rotate_token)),
    ("swarm", "the swarm", "the swarm: task history changed from 5 to 7", do(set_history)),
    ("node", "wrk2", "wrk2 is down", lambda swarm: swarm.fault("wrk2", "kill")),
    ("node", "wrk2", "wrk2 is ready again", lambda swarm: swarm.fault("wrk2", "revive")),
)
"""The kind and name of the object, the sentence, and what is done."""


def test_each_kind_of_change_is_told_as_it_happens(swarm: SimulatedSwarm, watched: Watched) -> None:
    began = watched.session.timeline.began
    assert began is not None
    for kind, name, text, change in CHANGES:
        change(swarm)
        entry = see(watched, text)
        assert (entry.event.kind.word, entry.event.name) == (kind, name), entry
        assert entry.event.source is Source.SEEN, entry
    assert "exit 137 (killed)" in see(watched, "web.1 failed").text
    for secret in SECRETS:
        assert secret not in all_texts(watched)


def test_what_the_swarm_keeps_is_told_to_who_comes_afterwards(swarm: SimulatedSwarm) -> None:
    swarm.set_replicas("web", 5)
    swarm.change_service("api", lambda spec: container(spec).update(Env=["DB_PASSWORD=hunter2-env", "LEVEL=1"]))
    swarm.wait(lambda: swarm.service("api").get("UpdateStatus", {}).get("State") == "completed", "the update")
    swarm.crash("api", 1)
    swarm._do(lambda engine: make_secret(engine, "db"))
    swarm.set_node("wrk1", Availability="drain")
    swarm.wait(lambda: len(swarm.running("api")) == 1, "api to run again")
    with watching(swarm.url) as watched:
        for text in (
            "web scaled from 3 to 5",
            "web was created: replicated, 5 wanted, 10.97.0.2:5000/web:1.2",
            "api: environment variable DB_PASSWORD and LEVEL set",
            "api: update completed",
            "api.1 failed on",
            "secret db was created",
            "wrk1 is drained, since this moment or longer",
            "mgr1 joined the swarm as a manager",
            "the swarm was created",
        ):
            assert see(watched, text).event.source is Source.KEPT, text
        assert told(watched, "mgr1 is the leader") is None
        times = [entry.at for entry in entries(watched)]
        assert times == sorted(times, reverse=True)
        assert "hunter2" not in all_texts(watched)


def test_a_change_made_here_is_one_line_with_its_docker_command(swarm: SimulatedSwarm, watched: Watched) -> None:
    service = watched.service("web")
    action = ScaleService.of(service, 4)
    watched.session.apply(action).result(DEAD)
    entry = see(watched, "web scaled from 3 to 4")
    until(lambda: (found := told(watched, "web scaled from 3 to 4")) and found.event.source is Source.OWN, "the mark")
    entry = see(watched, "web scaled from 3 to 4")
    assert entry.event.command == "docker service scale web=4"
    assert entry.event.kind is Kind.SERVICE
    swarm.set_replicas("web", 2)
    assert see(watched, "web scaled from 4 to 2").event.source is Source.SEEN
    assert [each.text for each in entries(watched) if "cale" in each.text] == [
        "web scaled from 4 to 2",
        "web scaled from 3 to 4",
    ]


def test_what_was_done_here_before_is_marked_from_the_audit_log(swarm: SimulatedSwarm, tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    swarm.speed(1)  # the log has our time, and is held against the swarm's
    with watching(swarm.url, audit_log=log) as watched:
        watched.until_complete()
        watched.session.apply(ScaleService.of(watched.service("web"), 4)).result(DEAD)
    with watching(swarm.url, audit_log=log) as watched:
        until(
            lambda: (found := told(watched, "web scaled from 3 to 4")) and found.event.source is Source.OWN,
            "the mark",
            detail=lambda: f"{all_texts(watched)}\n{log.read_text()}",
        )
        assert see(watched, "web scaled from 3 to 4").event.command == "docker service scale web=4"
        assert len([entry for entry in entries(watched) if "scale" in repr(entry)]) == 1
