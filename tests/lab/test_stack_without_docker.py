# ruff: noqa: F811 (the fixtures are imported)
"""A stack is deployed over SSH from a machine without docker: the manager's docker does it, and nothing stays there."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.cluster import Lab, Node
from tests.lab.cluster.registry import PASSWORD, USER
from tests.lab.cluster.ssh_fixtures import node, setup  # noqa: F401
from tests.lab.cluster.ssh_variants import SshSetup
from tests.lab.cluster.waiting import until
from tests.lab.driving import confirm, press_button
from tests.lab.person import Person

COMPOSE = """\
services:
  web:
    image: ${IMAGE}
    command: [sleep, "1000"]
    env_file: ./web.env
    secrets: [key]
    configs: [conf]
secrets:
  key: {file: ~/keys/key.pem}
configs:
  conf: {file: ./conf}
"""
WHOLE = """\
version: "3.9"
services:
  web:
    image: IMAGE
    command: [sleep, "1000"]
    environment: {COLOUR: "$$blue", DB_PASSWORD: hunter2}
    labels: {team: shop}
    user: "0"
    init: true
    stop_grace_period: 2s
    ulimits: {nofile: {soft: 1000, hard: 2000}}
    cap_add: [NET_ADMIN]
    healthcheck: {test: "true", interval: 1s}
    networks: {front: {aliases: [shop]}}
    ports: ["8080:80"]
    volumes: ["data:/data", {type: tmpfs, target: /t, tmpfs: {size: 1048576}}]
    secrets: [{source: key, target: the-key, mode: 0400}]
    configs: [conf]
    deploy:
      replicas: 2
      labels: {a: b}
      update_config: {parallelism: 2, order: start-first}
      restart_policy: {condition: on-failure, delay: 1s}
      resources: {limits: {cpus: "0.5", memory: 50M}, reservations: {memory: 8M}}
      placement: {constraints: [node.hostname!=n9], preferences: [{spread: node.labels.zone}]}
  agent:
    image: IMAGE
    command: [sleep, "1000"]
    networks: [outside]
    deploy: {mode: global, endpoint_mode: dnsrr}
networks:
  outside: {external: true, name: host}
  front: {attachable: true, labels: {team: front}}
secrets:
  key: {file: KEY}
configs:
  conf: {file: KEY}
volumes:
  data: {}
"""
BOXES = "swarmtui.??????"
PLACES = (Path("/dev/shm"), Path("/tmp"), *Path("/run/user").glob("*"))


@pytest.fixture
def person(swarm: Lab) -> Iterator[Person]:
    person = Person(swarm)
    yield person
    person.close()


def boxes() -> list[Path]:
    """Directories with what goes along, of this test and whoever else deploys on this machine meanwhile."""
    return [each for place in PLACES for each in place.glob(BOXES)]


def stack_of(person: Person, image: str) -> Path:
    directory = person.home / "shop"
    for name, content in {
        "shop/compose.yml": COMPOSE,
        "shop/more.yml": "services: {web: {deploy: {replicas: 2}}}",
        "shop/.env": f"IMAGE={image}",
        "shop/web.env": "COLOUR=blue",
        "shop/conf": "of the config",
        "keys/key.pem": "of the secret",
    }.items():
        path = person.home / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    return directory


def programs_without_docker(person: Person) -> str:
    """A PATH with what the program needs, and no docker."""
    directory = person.home / "programs"
    directory.mkdir()
    for name in ("python3", "sh", "env"):
        (directory / name).symlink_to(str(shutil.which(name)))
    return str(directory)


def test_the_manager_s_docker_deploys(person: Person, node: Node, setup: SshSetup, swarm: Lab) -> None:
    setup.user(node, "ops", docker=True)
    url = f"ssh://ops@{setup.sshd(node).url}"
    directory = stack_of(person, swarm.image("web"))
    environment = {"PATH": programs_without_docker(person)}
    try:
        with person.program(f"-H{url}", columns=120, rows=45, environment=environment) as terminal:
            terminal.wait_for(r"● live")
            terminal.press("4", "n")
            terminal.wait_for("Deploy a stack from a compose file")
            terminal.type(str(directory / "compose.yml"))
            terminal.press("tab", "tab")
            terminal.type(str(directory / "more.yml"))
            terminal.press("tab")
            terminal.type(str(directory / ".env"))
            terminal.press("enter")
            terminal.wait_for(r"\+ web is added")
            terminal.wait_for("There is no docker on this machine")
            confirm(terminal, "Deploy stack")
            terminal.wait_for("▸ Close ◂")
            terminal.wait_for("Creating service shop_web")
            terminal.press("enter")
            terminal.wait_until_told("✔ Deploy the stack shop: 1 of 1 service", keys=2)
            terminal.press("q")
            terminal.wait_until_ended()
        swarm.wait_settled("shop_web")
        spec = node.get("/services/shop_web")["Spec"]
        container = spec["TaskTemplate"]["ContainerSpec"]
        assert spec["Mode"]["Replicated"]["Replicas"] == 2
        assert container["Env"] == ["COLOUR=blue"]
        assert [each["SecretName"] for each in container["Secrets"]] == ["shop_key"]
        assert [each["ConfigName"] for each in container["Configs"]] == ["shop_conf"]
        until(lambda: not boxes(), "nothing to be left behind")
    finally:
        node.docker("stack", "rm", "shop")


def test_a_stack_is_edited_as_a_file_and_what_was_not_edited_is_not_restarted(
    person: Person, node: Node, setup: SshSetup, swarm: Lab
) -> None:
    setup.user(node, "ops", docker=True)
    key, script = person.home / "key", person.home / "edit"
    key.write_text("of the secret")
    script.write_text("#!/bin/sh\nPATH=/usr/bin:/bin\necho '# edited' >> \"$1\"\n")
    script.chmod(0o755)
    text = WHOLE.replace("IMAGE", swarm.image("web")).replace("KEY", str(key))
    node.docker("stack", "deploy", "--compose-file", "-", "shop", stdin=text)
    try:
        services = ("shop_web", "shop_agent")
        for name in services:
            swarm.wait_settled(name)
        before, ran = [spec_of(node, name) for name in services], tasks_of(node)
        environment = {"PATH": programs_without_docker(person), "EDITOR": str(script), "VISUAL": ""}
        with person.program(f"-Hssh://ops@{setup.sshd(node).url}", environment=environment) as terminal:
            terminal.wait_for(r"● live")
            terminal.press("4")
            terminal.wait_for(r"▌ ?shop")
            terminal.press("e")
            terminal.wait_for("No difference found in agent and web")
            confirm(terminal, "Deploy stack")
            terminal.wait_for("▸ Close ◂")
            terminal.wait_for("Updating service shop_web")
            terminal.press("enter")
            terminal.wait_until_told("✔ Deploy the stack shop: 2 of 2 services", keys=2)
            assert [spec_of(node, name) for name in services] == before
            script.write_text(script.read_text() + "sed -i 's/replicas: 2/replicas: 3/' \"$1\"\n")
            terminal.press("e")
            terminal.wait_for("web is changed: 2 replicas → 3 replicas")
            confirm(terminal, "Deploy stack")
            terminal.wait_for("▸ Close ◂")
            terminal.press("enter")
            terminal.wait_until_told("✔ Deploy the stack shop: 2 of 2 services", keys=2)
            terminal.press("q")
            terminal.wait_until_ended()
        swarm.wait_settled("shop_web")
        assert ran < tasks_of(node), "no task was restarted"
        assert len(tasks_of(node)) == len(ran) + 1
    finally:
        node.docker("stack", "rm", "shop")


def spec_of(node: Node, name: str) -> object:
    """A service's spec, without the platforms that docker reads from the registry when it asks that."""
    spec = node.get(f"/services/{name}")["Spec"]
    spec["TaskTemplate"]["Placement"].pop("Platforms", None)
    return spec


def tasks_of(node: Node) -> set[str]:
    """All tasks, also those that have ended."""
    return {each["ID"] for each in node.get("/tasks")}


def test_the_manager_s_docker_deploys_a_private_image_with_the_login_of_this_machine(
    person: Person, node: Node, setup: SshSetup, swarm: Lab
) -> None:
    setup.user(node, "ops", docker=True)
    registry = swarm.registry.private
    compose = person.home / "private.yml"
    compose.write_text(f"services: {{web: {{image: '{registry}/web:1.2', command: [sleep, '1000']}}}}")
    login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    (person.home / ".docker").mkdir()
    (person.home / ".docker" / "config.json").write_text(json.dumps({"auths": {registry: {"auth": login}}}))
    environment = {"PATH": programs_without_docker(person)}
    url = f"ssh://ops@{setup.sshd(node).url}"
    try:
        with person.program(f"-H{url}", columns=120, rows=45, environment=environment) as terminal:
            terminal.wait_for(r"● live")
            terminal.press("4", "n")
            terminal.wait_for("Deploy a stack from a compose file")
            terminal.type(str(compose))
            terminal.press("enter")
            terminal.wait_for(r"\+ web is added")
            terminal.wait_for("▸ Cancel ◂")
            terminal.press("shift+tab", "space")
            terminal.wait_for("--with-registry-auth")
            press_button(terminal, "Deploy stack", "tab", "tab")
            terminal.wait_for("▸ Close ◂")
            terminal.press("enter")
            terminal.wait_until_told("✔ Deploy the stack .*: 1 of 1 service", keys=2)
            terminal.press("q")
            terminal.wait_until_ended()
        assert login not in next(person.home.rglob("audit.jsonl")).read_text()
        until(lambda: not boxes(), "nothing to be left behind")
    finally:
        for stack in node.docker("stack", "ls", "--format", "{{.Name}}").split():
            node.docker("stack", "rm", stack)
