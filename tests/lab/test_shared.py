"""Stacks, secrets, configs and networks, changed by keys in the real program; afterwards the engine is asked."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab.cluster import Lab
from tests.lab.cluster.waiting import until
from tests.lab.driving import confirm, on_row, open_on, press_button, running_tasks, service_of
from tests.terminal import Terminal

TEXT = "correct-horse-battery"

COMPOSE = """\
version: "3.7"
services:
  web:
    image: {image}
    networks: [front]
    configs: [conf]
    deploy: {{replicas: {replicas}}}
  api:
    image: {image}
    networks: [front]
networks:
  front: {{}}
configs:
  conf:
    file: ./conf.txt
"""


@pytest.fixture
def clean(swarm: Lab) -> Iterator[Lab]:
    """The swarm without secrets, configs and networks of anybody's."""
    yield swarm
    swarm.remove_services()
    manager = swarm.manager()
    for kind in ("secrets", "configs"):
        for each in manager.get(f"/{kind}"):
            manager.delete(f"/{kind}/{each['ID']}")
    for network in own_networks(swarm):
        manager.delete(f"/networks/{network['Id']}")


@pytest.fixture
def program(clean: Lab, tmp_path: Path) -> Iterator[Terminal]:
    with open_on(clean.node("n1").url, tmp_path / "state") as terminal:
        terminal.wait_for("No services")
        yield terminal


def own_networks(lab: Lab) -> list[dict[str, Any]]:
    networks: list[dict[str, Any]] = lab.manager().get("/networks")
    return [each for each in networks if each["Scope"] == "swarm" and not each.get("Ingress")]


def ids(lab: Lab, kind: str) -> dict[str, str]:
    """Name → ID."""
    return {each["Spec"]["Name"]: each["ID"] for each in lab.manager().get(f"/{kind}")}


def references(lab: Lab, task_id: str, kind: str) -> list[dict[str, Any]]:
    """What a task refers to."""
    found: list[dict[str, Any]] = lab.manager().get(f"/tasks/{task_id}")["Spec"]["ContainerSpec"][kind]
    return found


def read_in_container(lab: Lab, service: str, path: str) -> str:
    """A file in the container of a running task of a service: those of tasks that were given up may not have ended."""
    for task in running_tasks(lab, service):
        container = lab.manager().get(f"/tasks/{task}")["Status"]["ContainerStatus"]["ContainerID"]
        for node in lab.nodes:
            if container in node.docker("ps", "--quiet", "--no-trunc").split():
                return node.docker("exec", container, "cat", path)
    raise AssertionError(f"no container of {service}")


def test_a_secret_is_made_rotated_into_a_running_service_and_the_old_one_removed(
    clean: Lab, program: Terminal, tmp_path: Path
) -> None:
    program.press("5", "n")
    program.wait_for("Create a secret")
    program.type("key\t\t\tfirst-text")
    program.wait_for(r"docker secret create key -")
    press_button(program, "Create secret", "enter")
    program.wait_until_told("✔ Create the secret key")
    old = ids(clean, "secrets")["key"]

    options = ["--secret", "source=key,target=the-key,uid=7,gid=8,mode=0440"]
    clean.service("web", replicas=2, options=options)
    before = running_tasks(clean, "web", 2)
    assert read_in_container(clean, "web", "/run/secrets/the-key") == "first-text"
    spec = service_of(clean, "web")["Spec"]

    program.wait_for(r"▌key .*web")
    program.press("delete")
    program.wait_for("The secret key is used by 1 service:")
    program.press("r")
    program.wait_for("Rotate the secret key")
    program.type(f"\t{TEXT}\t")
    program.press("down")
    program.wait_for(r"source=key-v2,target=the-key,uid=7,gid=8,mode=0440")
    press_button(program, "Rotate key", "enter")
    program.wait_until_told("✔ Rotate the secret key to key-v2: 1 of 1 service")

    assert list(ids(clean, "secrets")) == ["key-v2"]
    new = ids(clean, "secrets")["key-v2"]
    assert new != old
    after = running_tasks(clean, "web", 2)
    assert not before.keys() & after.keys()
    for task in after:
        (reference,) = references(clean, task, "Secrets")
        assert (reference["SecretID"], reference["SecretName"]) == (new, "key-v2")
        assert reference["File"] == {"Name": "the-key", "UID": "7", "GID": "8", "Mode": 0o440}
    assert read_in_container(clean, "web", "/run/secrets/the-key") == TEXT
    changed = service_of(clean, "web")["Spec"]
    spec["TaskTemplate"]["ContainerSpec"]["Secrets"] = changed["TaskTemplate"]["ContainerSpec"]["Secrets"]
    assert changed == spec, "nothing else of the service has changed"
    for file in (tmp_path / "state").rglob("*"):
        assert not file.is_file() or TEXT not in file.read_text()


def test_a_config_is_rotated_into_two_services_and_kept(clean: Lab, program: Terminal, tmp_path: Path) -> None:
    clean.manager().docker("config", "create", "--label", "team=ops", "conf", "-", stdin="a=1\n")
    for name in ("web", "api"):
        clean.service(name, replicas=1, options=["--config", "source=conf,target=/etc/conf"])
    (tmp_path / "new.conf").write_text("a=2\n")
    on_row(program, "6", "conf")
    program.wait_for(r"▌conf .*api, web")
    program.press("r")
    program.wait_for("Rotate the config conf")
    program.type(str(tmp_path / "new.conf"))
    program.wait_for("web restarts its task")
    press_button(program, "Rotate conf", "enter")
    program.wait_until_told("✔ Rotate the config conf to conf-v2: 2 of 2")
    found = ids(clean, "configs")
    assert set(found) == {"conf", "conf-v2"}
    new = clean.manager().get(f"/configs/{found['conf-v2']}")["Spec"]
    assert base64.b64decode(new["Data"]) == b"a=2\n"
    assert new["Labels"] == {"team": "ops"}
    for name in ("web", "api"):
        (task,) = running_tasks(clean, name, 1)
        (reference,) = references(clean, task, "Configs")
        assert (reference["ConfigID"], reference["File"]["Name"]) == (found["conf-v2"], "/etc/conf")
        assert read_in_container(clean, name, "/etc/conf") == "a=2\n"
    on_row(program, "6", "conf")
    program.press("delete")
    confirm(program, "Remove conf")
    program.wait_until_told("✔ Remove the config conf")
    assert list(ids(clean, "configs")) == ["conf-v2"]


def test_a_network_is_made_used_and_removed(clean: Lab, program: Terminal) -> None:
    program.press("7", "n")
    program.wait_for("Create a network")
    program.type("back\t10.123.0.0/24\t\t\t ")
    program.wait_for(r"\[x\] attachable")
    press_button(program, "Create network", "enter")
    program.wait_until_told(r"✔ Create the network back: back was created \(10\.123\.0\.0/24\)")
    (network,) = own_networks(clean)
    assert (network["Name"], network["Attachable"], network["Internal"]) == ("back", True, False)
    assert network["IPAM"]["Config"][0]["Subnet"] == "10.123.0.0/24"

    clean.service("web", replicas=2, options=["--network", "back"])
    program.wait_for(r"back +overlay .*web")
    on_row(program, "7", "back")
    program.press("delete")
    program.wait_until_told("The network back is used by 1 service:")
    assert len(own_networks(clean)) == 1
    program.press("n")
    program.wait_for("Create a network")
    program.type("other\t10.123.0.128/25")
    program.wait_for("overlaps with 10.123.0.0/24 of the network back")
    program.press("escape")
    program.wait_for("▸ Keep editing ◂")
    program.press("tab")
    program.wait_for("▸ Discard changes ◂")
    program.press("enter")
    program.wait_for("Create a network", absent=True)
    clean.manager().docker("service", "rm", "web")
    program.wait_for(r"back +overlay .*web", absent=True)
    program.press("delete")
    confirm(program, "Remove back")
    program.wait_until_told("✔ Remove the network back")
    assert own_networks(clean) == []


@pytest.mark.parametrize("path", ["", "/usr/bin:/bin"], ids=["docker on the path", "Debian's docker"])
def test_a_stack_is_deployed_drilled_into_changed_and_removed(clean: Lab, tmp_path: Path, path: str) -> None:
    directory = tmp_path / "shop"
    directory.mkdir()
    (directory / "conf.txt").write_text("hello\n")
    file = directory / "compose.yml"
    file.write_text(COMPOSE.format(image=clean.image("web"), replicas=2))
    with open_on(clean.node("n1").url, tmp_path / "state", path=path) as program:
        program.wait_for("No services")
        program.press("4")
        program.wait_for("No stacks")
        program.press("n")
        program.wait_for("Deploy a stack")
        program.type(str(file))
        program.wait_for(r"Stack +shop\b")
        program.press("enter")
        program.wait_for(r"\+ web is added: ")
        program.wait_for("▸ Cancel ◂")
        program.press("tab")
        program.wait_for("▸ Deploy stack ◂")
        program.press("enter")
        program.wait_for("▸ Close ◂")
        program.wait_for("Creating service shop_web")
        program.press("enter")
        program.wait_until_told("✔ Deploy the stack shop.*: 2 of 2 services", keys=2)
        program.wait_for(r"▌shop +2/2 +3/3 .* ● all well")
        assert service_of(clean, "shop_web")["Spec"]["Labels"]["com.docker.stack.namespace"] == "shop"

        program.press("enter")
        program.wait_for("Services of stack shop 2/2")
        program.press("escape")
        program.wait_for(r"▌shop ")

        file.write_text(COMPOSE.format(image=clean.image("web:1.1"), replicas=1).replace("api:", "new:"))
        program.press("u")
        program.wait_for("Deploy a stack")
        program.press("enter")  # the file is the one of last time
        program.wait_for(r"~ web is changed: image \S+web:1\.0 → \S+web:1\.1")
        program.wait_for("Not in the file, and left alone: api")
        program.wait_for("▸ Cancel ◂")
        program.press("escape")
        program.wait_for("Deploy a stack", absent=True)
        assert service_of(clean, "shop_web")["Spec"]["Mode"]["Replicated"]["Replicas"] == 2

        program.press("delete")
        program.wait_for("docker stack rm shop")
        program.type("shop")
        press_button(program, "Remove shop", "enter")
        program.wait_until_told("✔ Remove the stack shop: 4 objects removed")
    assert clean.manager().get("/services") == []
    assert ids(clean, "configs") == {}
    until(lambda: own_networks(clean) == [], "the stack's network to be gone")
    (log,) = (tmp_path / "state").rglob("audit.jsonl")
    actions = [json.loads(line)["action"] for line in log.read_text().splitlines()]
    assert actions == ["stack.deploy", *["stack.remove-part"] * 4]
