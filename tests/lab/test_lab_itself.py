"""The lab is what its users take it for: a real swarm whose faults are real, that leaves nothing behind."""

from __future__ import annotations

import http.client
import json
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.patience import DEAD
from tests.processes import started

from .cluster import CommandFailed, EngineError, Lab, LabInUse, Node
from .cluster.waiting import until

REPOSITORY = Path(__file__).parents[2]


def second_lab() -> tuple[str, str]:
    """The name and the subnet of one more lab, which no other run of the tests beside this one has."""
    own = os.environ.get("SWARMTUI_LAB")
    if own is None:
        return "second", "10.98.0"
    name, subnet = own.split()
    return f"two{name}"[:10], f"10.{int(subnet.split('.')[1]) - 42}.0"


SECOND, SUBNET = second_lab()


def members(lab: Lab) -> dict[str, tuple[str, str, str]]:
    return {
        entry["Description"]["Hostname"]: (
            entry["Spec"]["Role"],
            entry["Spec"]["Availability"],
            entry["Status"]["State"],
        )
        for entry in lab.manager().get("/nodes")
    }


ALL_WELL = {
    **dict.fromkeys(("n1", "n2", "n3"), ("manager", "active", "ready")),
    **dict.fromkeys(("n4", "n5"), ("worker", "active", "ready")),
}


def running_on(lab: Lab, service: str) -> set[str]:
    tasks = lab.manager().get(f'/tasks?filters={{"service":["{service}"],"desired-state":["running"]}}')
    names = {entry["ID"]: entry["Description"]["Hostname"] for entry in lab.manager().get("/nodes")}
    return {names[task["NodeID"]] for task in tasks if task["Status"]["State"] == "running"}


def test_five_nodes_are_ready(swarm: Lab) -> None:
    assert members(swarm) == ALL_WELL
    assert swarm.leader().name in ("n1", "n2", "n3")
    assert [node.name for node in swarm.nodes] == ["n1", "n2", "n3", "n4", "n5"]


def test_services_run_and_tags_differ(swarm: Lab) -> None:
    swarm.service(
        "web", "web:1.0", 2, constraints=["node.role==worker"], publish=["mode=host,target=8080,published=80"]
    )
    until(lambda: running_on(swarm, "web") == {"n4", "n5"}, "a task on each worker")
    until(lambda: page(swarm.node("n4")) == "web 1.0\n", "the page of what has begun to run")
    swarm.manager().docker("service", "update", "--detach", "--image", swarm.image("web:1.1"), "web")
    until(lambda: page(swarm.node("n4")) == page(swarm.node("n5")) == "web 1.1\n", "the new version everywhere")


def page(node: Node) -> str:
    connection = http.client.HTTPConnection(node.address, 80, timeout=DEAD)
    try:
        connection.request("GET", "/")
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def test_unwell_images_and_pending_services(swarm: Lab) -> None:
    swarm.service("ill", "unhealthy", 1, wait=False)
    swarm.service("crashing", "exits", 1, options=["--restart-delay", "1s"], wait=False)
    swarm.service("missing", "web:9.9", 1, wait=False)
    swarm.pending_service("nowhere", 50)
    tasks = {"ill": "unhealthy container", "crashing": "non-zero exit (1)", "missing": "No such image"}
    for name, error in tasks.items():
        until(lambda n=name, e=error: e in errors(swarm, n), f"{name} to fail with {error!r}")  # type: ignore[misc]
    until(lambda: states(swarm, "nowhere") == ["pending"] * 50, "50 tasks to be pending")


def states(lab: Lab, service: str) -> list[str]:
    tasks = lab.manager().get(f'/tasks?filters={{"service":["{service}"]}}')
    return [task["Status"]["State"] for task in tasks]


def errors(lab: Lab, service: str) -> str:
    tasks = lab.manager().get(f'/tasks?filters={{"service":["{service}"]}}')
    return "\n".join(task["Status"].get("Err", "") for task in tasks)


def test_killed_and_cut_nodes_go_down_and_come_back(swarm: Lab) -> None:
    killed, cut = swarm.node("n4"), swarm.node("n5")
    killed.kill()
    cut.cut()
    assert not killed.alive
    with pytest.raises(ConnectionRefusedError):
        killed.get("/_ping")
    assert cut.get("/_ping") == "OK", "its own socket does not care about the network"
    for node in (killed, cut):
        swarm.wait_node(node.name, "down")
    cut.heal()
    killed.restart()
    for node in (killed, cut):
        swarm.wait_node(node.name, "ready")


def test_stopped_engine_accepts_and_never_answers(swarm: Lab) -> None:
    node = swarm.node("n4")
    node.stop()
    with pytest.raises(TimeoutError):
        node.get("/_ping", timeout=0.5)
    node.resume()
    assert node.get("/_ping") == "OK"


def test_socket_vanishes_and_comes_back(swarm: Lab) -> None:
    node = swarm.node("n2")
    node.remove_socket()
    with pytest.raises(FileNotFoundError):
        node.get("/_ping")
    node.restore_socket()
    assert node.get("/_ping") == "OK"


def test_worker_and_fresh_engine_are_no_managers(swarm: Lab) -> None:
    assert swarm.worker_socket == swarm.node("n4").socket
    fresh = swarm.fresh_engine("x1")
    assert fresh.get("/info")["Swarm"]["LocalNodeState"] == "inactive"
    for node in (swarm.node("n4"), fresh):
        with pytest.raises(EngineError) as caught:
            node.get("/nodes")
        assert caught.value.status == 503
        with pytest.raises(CommandFailed, match="not a swarm manager"):
            node.docker("node", "ls")


def test_ssh_reaches_every_host(swarm: Lab) -> None:
    options = ["-o", f"UserKnownHostsFile={swarm.known_hosts}", "-o", "BatchMode=yes", "-F", "none"]
    for node in swarm.nodes:
        login = ["ssh", "-i", str(swarm.ssh_key), "-p", str(node.ssh_port), *options, f"root@{node.address}"]
        asked = "hostname; docker info --format '{{.Name}}'"
        done = subprocess.run([*login, asked], capture_output=True, text=True, check=True, timeout=DEAD)
        assert done.stdout.split() == [node.name, node.name]


def test_tls_endpoint_wants_a_certificate(swarm: Lab) -> None:
    url, certificates = swarm.node("n1").tls_endpoint
    host, port = url.removeprefix("tcp://").split(":")
    context = ssl.create_default_context(cafile=certificates / "ca.pem")
    context.load_cert_chain(certificates / "cert.pem", certificates / "key.pem")
    connection = http.client.HTTPSConnection(host, int(port), timeout=DEAD, context=context)
    try:
        connection.request("GET", "/info")
        assert json.loads(connection.getresponse().read())["Name"] == "n1"
    finally:
        connection.close()


def test_reset_repairs_what_tests_do(swarm: Lab) -> None:
    manager = swarm.node("n1")
    swarm.service("web")
    manager.docker("node", "update", "--availability", "drain", "--label-add", "disk=ssd", "n5")
    manager.docker("node", "promote", "n4")
    manager.docker("swarm", "update", "--autolock", "--task-history-limit", "9")
    manager.docker("secret", "create", "key", "-", stdin="x")
    manager.docker("network", "create", "--driver", "overlay", "shop")
    swarm.node("n2").kill()
    swarm.node("n5").stop()
    swarm.reset()
    assert members(swarm) == ALL_WELL
    assert manager.get("/services") == manager.get("/secrets") == []
    assert not manager.get("/swarm")["Spec"]["EncryptionConfig"]["AutoLockManagers"]
    assert "shop" not in manager.docker("network", "ls")


def test_reset_repairs_a_swarm_without_a_majority(swarm: Lab) -> None:
    swarm.node("n2").docker("swarm", "leave", "--force")
    swarm.node("n3").docker("swarm", "leave", "--force")
    swarm.reset()
    assert members(swarm) == ALL_WELL


def test_second_lab_of_a_name_is_refused(swarm: Lab) -> None:
    other = Lab(swarm.name)
    with pytest.raises(LabInUse, match=f"process {os.getpid()} runs a lab"):
        other.up()
    other.down()
    assert members(swarm) == ALL_WELL, "the refused one must not take down the other's lab"


@contextmanager
def lab_process() -> Iterator[subprocess.Popen[str]]:
    """`python -m tests.lab` with one manager, at the moment when it is up."""
    options = ["--no-program", "--empty", "--managers=1", "--workers=0", f"--name={SECOND}", f"--subnet={SUBNET}"]
    command = [sys.executable, "-m", "tests.lab", *options]
    with started(command, cwd=REPOSITORY) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "ctrl+c" in line:
                break
        yield process


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_nothing_is_left_after_the_end(number: signal.Signals) -> None:
    with lab_process() as process:
        assert Lab(SECOND, subnet=SUBNET).leftovers()
        process.send_signal(number)
        assert process.wait(DEAD) == 128 + number
    assert Lab(SECOND, subnet=SUBNET).leftovers() == []


@pytest.mark.usefixtures("machine")
def test_processes_end_with_a_crashed_lab_and_the_next_one_removes_its_files() -> None:
    with lab_process() as process:
        process.kill()
        process.wait()
    crashed = Lab(SECOND, subnet=SUBNET)
    until(lambda: not any(line.startswith("process") for line in crashed.leftovers()), "the end of its processes")
    assert any(line.startswith("directory") for line in crashed.leftovers())
    with Lab.running(1, 0, SECOND, subnet=SUBNET) as lab:
        assert lab.manager().docker("node", "ls")
    assert lab.leftovers() == []
