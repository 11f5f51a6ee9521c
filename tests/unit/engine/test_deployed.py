"""What a comparison says that docker would send, against what docker's own program sends."""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec
import pytest

from swarmtui.engine.client.client import EngineClient
from swarmtui.engine.stacks.comparing import compare_files
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.judgement.replacement import Restart
from swarmtui.swarm.objects.network import Network
from swarmtui.swarm.objects.service import Service, ServiceSpec, UpdateConfig
from swarmtui.swarm.services.replicas import replicas_wanted
from swarmtui.swarm.stacks.compose import Comparison
from swarmtui.swarm.stacks.compose_files import ComposeFiles
from tests.unit.engine.dockers_program import needs_docker, run_docker

FILE = Path(__file__).with_name("rich.yml")

pytestmark = needs_docker


def compared(client: EngineClient, file: Path = FILE) -> Comparison:
    networks = [msgspec.convert(each, Network) for each in client.get_json("/networks")]
    cluster = Cluster().with_all(Network, networks)
    return compare_files(client, ComposeFiles((str(file),)), "rich", cluster, threading.Event())


def deploy(client: EngineClient, file: Path = FILE) -> dict[str, ServiceSpec]:
    """Deploy the file with docker's program; the specs of its services, by name."""
    run_docker(client, ("stack", "deploy", "--compose-file", str(file), "rich")).check_returncode()
    found = [msgspec.convert(each, Service) for each in client.get_json("/services")]
    return {each.name.removeprefix("rich_"): each.spec for each in found if each.name.startswith("rich_")}


def judged(spec: ServiceSpec) -> dict[str, object]:
    """What the judge reads of a spec, in one form."""
    template, endpoint = spec.task_template, spec.endpoint_spec
    update = spec.update_config or UpdateConfig(parallelism=1)
    reserved = template.resources.reservations if template.resources is not None else None
    placement, policy, driver = template.placement, template.restart_policy, template.log_driver
    assert template.container_spec is not None
    return {
        "mode": (spec.mode.name, replicas_wanted(Service(spec=spec))),
        "reserved": reserved and (reserved.nano_cpus, reserved.memory_bytes),
        "placement": (((placement.constraints or ()), placement.max_replicas) if placement is not None else ((), 0)),
        "restarts": (policy.condition if policy is not None else "") or "any",
        "log driver": driver and driver.name,
        "mounts": {
            (each.type, each.source, each.target, each.read_only, each.driver.name, repr(each.driver.options))
            for each in template.container_spec.mounts or ()
        },
        "ports": set((endpoint.ports if endpoint is not None else None) or ()),
        "update": (update.order or "stop-first", update.parallelism, update.delay, update.monitor),
    }


def test_a_file_is_judged_as_docker_deploys_it_and_is_the_same_afterwards(client: EngineClient) -> None:
    before = compared(client)
    sent = deploy(client)
    for each in before.services:
        assert each.after is not None
        assert judged(each.after.spec) == judged(sent[each.name]), each.name
    assert {each.name: each.changes for each in compared(client).services} == {"web": (), "agent": (), "plain": ()}


@pytest.mark.parametrize(
    ("field", "words", "restarts"),
    [
        ("entrypoint: /other", "entrypoint '/entry' → '/other'", True),
        ("command: [run, fast]", "command 'run' → 'run fast'", True),
        ("labels: {a: '2', b: ''}", "container labels +b, a changed", True),
        ("healthcheck: {test: up, interval: 5s}", "health check 'up' every 10 s → 'up' every 5 s", True),
        ("healthcheck: {disable: true}", "health check 'up' every 10 s → none", True),
        ("healthcheck:", "health check 'up' every 10 s → of the image", True),
        ("deploy: {labels: {x: y}}", "labels +x, −w", False),
    ],
)
def test_a_change_is_told_and_whether_it_restarts_tasks(
    client: EngineClient, tmp_path: Path, field: str, words: str, restarts: bool
) -> None:
    fields = {
        "image": "image: nginx:1.27",
        "entrypoint": "entrypoint: /entry",
        "command": "command: [run]",
        "labels": "labels: {a: '1'}",
        "healthcheck": "healthcheck: {test: up, interval: 10s}",
        "deploy": "deploy: {labels: {w: z}}",
    }
    file = tmp_path / "web.yml"
    file.write_text(_file_with(fields))
    deploy(client, file)
    before = _task_template(client)
    file.write_text(_file_with({**fields, field.partition(":")[0]: field}))
    (told,) = compared(client, file).services
    assert told.changes == (words,)
    assert told.after is not None
    assert (told.after.replacement.restart is Restart.ALL) == restarts
    deploy(client, file)
    after = _task_template(client)
    assert (before != after) == restarts
    assert compared(client, file).services[0].changes == ()


def _task_template(client: EngineClient) -> object:
    return next(each for each in client.get_json("/services") if each["Spec"]["Name"] == "rich_web")["Spec"][
        "TaskTemplate"
    ]


def _file_with(fields: dict[str, str]) -> str:
    given = [each for each in fields.values() if not each.endswith(":")]
    return "\n    ".join(["services:\n  web:", *given, ""])
