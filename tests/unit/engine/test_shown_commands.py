"""Every docker command that is shown does what its action does: both are done from the same start, and compared."""

from __future__ import annotations

import re
import shlex
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from swarmtui.endpoint import Endpoint
from swarmtui.engine.changes.attempts import attempt_of
from swarmtui.engine.client.client import EngineClient
from swarmtui.sim.cluster import Cluster as SimulatedCluster
from swarmtui.swarm.actions.action import Action, Series
from swarmtui.swarm.actions.node_call import NodeCall
from swarmtui.swarm.membership.changes import JoinSwarm, UnlockSwarm
from swarmtui.swarm.secret import Secret
from swarmtui.swarm.services.lines_change import SetEnvironment, SetServiceLabels
from swarmtui.swarm.specs.difference import diff_text, difference
from swarmtui.swarm.volumes.listed import volumes_in
from tests.ui.simulated import SimulatedSwarm
from tests.unit.engine.command_cases import SPOKEN_SECRET, Case, DialogContext, edited
from tests.unit.engine.dockers_program import needs_docker, run_docker
from tests.unit.engine.shown_commands import CASES
from tests.unit.swarm.all_actions import ALL_ACTIONS

Json = dict[str, Any]


def test_every_action_is_tried() -> None:
    assert set(CASES) == set(ALL_ACTIONS), "add a case to tests/unit/engine/shown_commands.py"
    assert [kind for kind, cases in CASES.items() if not cases] == [UnlockSwarm], "docker asks for the key itself"


# ------------------------------------------------------------------------------------------------ both ways


def one_engine() -> SimulatedCluster:
    cluster = SimulatedCluster(seed=1)
    cluster.add_machine("mgr1")
    return cluster


def add_others(cluster: SimulatedCluster) -> None:
    """A machine that is in no swarm, and two nodes of one name."""
    cluster.add_machine("spare")
    for _ in range(2):
        cluster.admit(cluster.add_machine("twin"), "worker")


@contextmanager
def ground_of(case: Case) -> Iterator[DialogContext]:
    with tempfile.TemporaryDirectory(prefix="swarmtui-") as directory:
        swarm = SimulatedSwarm(Path(directory), one_engine() if case.no_swarm else None)
        if not case.no_swarm:
            add_others(swarm._cluster)
        with swarm:
            client = EngineClient(Endpoint(swarm._server.sockets[case.node], "simulated"))
            manager = EngineClient(Endpoint(swarm.url, "simulated"))
            try:
                context = DialogContext(swarm, client)
                case.start(context)
                swarm.speed(0)  # so that no object changes between docker's reading and its writing
                yield context
            finally:
                client.close()
                manager.close()


def by_action(context: DialogContext, case: Case) -> None:
    action = case.make(context)
    if not isinstance(action, Series):
        attempt_of(action, threading.Event()).carry_out(context.client)
        return
    steps = action.steps()
    step = next(steps, None)
    while step is not None:
        outcome = attempt_of(step, threading.Event()).carry_out(context.client)
        try:
            step = steps.send(outcome.created_id)
        except StopIteration:
            break


def by_command(context: DialogContext, case: Case) -> str:
    """Run what is shown; returns docker's complaint."""
    words = shlex.split(case.make(context).whole_command, comments=True)
    assert words, "there is no command"
    for command in _split(words):
        assert command[0] == "docker"
        done = run_docker(context.client, _not_awaited(command[1:]), case.typed)
        if done.returncode:
            return done.stderr
    return ""


def _split(words: list[str]) -> Iterator[list[str]]:
    command: list[str] = []
    for word in words:
        if word == "&&":
            yield command
            command = []
        else:
            command.append(word)
    yield command


def _not_awaited(words: list[str]) -> list[str]:
    """The command, without watching what comes of it."""
    sort = " ".join(words[:2])
    if sort in ("service create", "service update", "service scale", "service rollback", "swarm ca"):
        return [*words[:2], "--detach", *words[2:]]
    return words


def state(context: DialogContext, kind: type[Action]) -> Json:
    """All that a command could have changed, in one form."""
    manager = EngineClient(Endpoint(context.swarm.url, "simulated"))
    try:
        try:
            swarm = manager.get_json("/swarm")
        except Exception:  # this engine has left it
            return {"info": _plain(context.get("/info")["Swarm"]["LocalNodeState"])}
        stored = [each for kind in ("secrets", "configs") for each in manager.get_json(f"/{kind}")]
        names = {each["ID"]: each["Spec"]["Name"] for each in stored}
        networks = [each for each in manager.get_json("/networks") if each["Scope"] == "swarm"]
        names |= {each["Id"]: each["Name"] for each in networks}
        key = manager.get_json("/swarm/unlockkey")["UnlockKey"] if swarm["Spec"].get("EncryptionConfig") else ""
        found = {
            "swarm": {
                "spec": swarm["Spec"],
                "tokens": swarm["JoinTokens"],
                "key": key,
                "rotating": swarm["RootRotationInProgress"],
            },
            "nodes": {each["ID"]: each["Spec"] for each in manager.get_json("/nodes")},
            "services": {each["Spec"]["Name"]: each["Spec"] for each in manager.get_json("/services")},
            "stored": sorted((each["Spec"] for each in stored), key=lambda spec: str(spec["Name"])),
            "networks": {each["Name"]: {key: each[key] for key in NETWORK} for each in networks},
            "volumes of the swarm": {each.name: each.spec for each in volumes_in(manager.get_json("/volumes"))},
            "info": context.get("/info")["Swarm"]["LocalNodeState"],
        }
        if issubclass(kind, NodeCall):
            found |= of_engine(context)
        named: Json = _named(_plain(found), names)
        return named
    finally:
        manager.close()


def of_engine(context: DialogContext) -> Json:
    """What the engine itself has. Of a change of the swarm that comes by and by."""
    return {
        "containers": sorted(
            (each["Labels"].get("com.docker.swarm.service.name", ""), each["State"])
            for each in context.client.get_json("/containers/json", {"all": "1"})
        ),
        "images": sorted(each["Id"] for each in context.get("/images/json")),
        "volumes": sorted(each["Name"] for each in context.get("/volumes")["Volumes"]),
    }


NETWORK = ("Labels", "Internal", "Ingress", "Attachable", "Options", "EnableIPv6", "IPAM")
UNORDERED = {"Env", "Constraints", "Ports", "Mounts", "Networks", "Secrets", "Configs"}
"""Lists that docker's program puts into an order of its own, or into none."""


def _plain(value: Any, under: str = "") -> Any:
    """Without what Go leaves out, so that what is not there and what is empty are the same."""
    if isinstance(value, dict):
        plain = {key: _plain(item, key) for key, item in value.items()}
        return {key: item for key, item in plain.items() if item not in (None, {}, [], "", 0, False)}
    if isinstance(value, list):
        items = [_plain(item) for item in value]
        return sorted(items, key=repr) if under in UNORDERED else items
    return value


def _named(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _named(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_named(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


def told_apart(found: Json, before: Json) -> Json:
    """What was found, with only this of tokens and keys: whether they are new. They are made by chance."""
    if "swarm" not in found or "swarm" not in before:
        return found
    was, swarm = before["swarm"], found["swarm"]
    tokens = {role: token == was["tokens"][role] for role, token in swarm["tokens"].items()}
    return {**found, "swarm": {**swarm, "tokens": tokens, "key": swarm.get("key") == was.get("key")}}


def name_of(value: Any) -> str:
    return str(getattr(value, "name", getattr(value, "what", "")))


ALL = [(kind, case) for kind, cases in CASES.items() for case in cases]


@needs_docker
@pytest.mark.parametrize(
    ("kind", "case"),
    [each for each in ALL if not each[1].none],
    ids=name_of,
)
def test_the_command_does_what_the_action_does(kind: type[Action], case: Case) -> None:
    with ground_of(case) as context:
        assert isinstance(case.make(context), kind)
        before = state(context, kind)
        by_action(context, case)
        after = state(context, kind)
    assert after != before, "or nothing is compared"
    wanted = told_apart(after, before)
    with ground_of(case) as context:
        complaint = by_command(context, case)
        assert not complaint
        done = told_apart(state(context, kind), before)
        assert done == wanted, diff_text(difference(wanted, done))


@pytest.mark.parametrize(("kind", "case"), [each for each in ALL if each[1].none], ids=name_of)
def test_where_docker_has_no_command_it_is_said_with_the_call_of_the_engine(kind: type[Action], case: Case) -> None:
    with ground_of(case) as context:
        action = case.make(context)
        shown = action.docker_command
    assert re.fullmatch(rf"# [^#]+\. Engine API: POST /[a-z]+/{action.target.id}/update\?version=\d+", shown)
    assert shown == action.whole_command


def test_no_shown_command_has_a_secret_in_it_and_none_a_bare_name() -> None:
    with ground_of(Case("", edited)) as context:
        action = SetEnvironment.of(context.service(), [f"DB_PASSWORD={SPOKEN_SECRET}"])
        labelled = SetServiceLabels.of(context.service(), [f"api.token={SPOKEN_SECRET}"])
        token = "SWMTKN-1-" + SPOKEN_SECRET
        joining = JoinSwarm.of(context.info, Secret(token), "10.0.0.1")
    for each in (action, labelled, joining):
        assert SPOKEN_SECRET not in each.docker_command
        assert "••••" in each.docker_command
        assert SPOKEN_SECRET in each.whole_command
