"""The docker command beside the form for a new service does what the form does: the real command line is asked.

It is run by a shell against the embedded swarm, and the spec that the engine then has is compared with ours.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from swarmtui.endpoint import Endpoint
from swarmtui.engine.changes.attempts import attempt_of
from swarmtui.engine.client.client import EngineClient
from swarmtui.sim.process.child import Child
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.decoding import decode_list
from swarmtui.swarm.objects.file import ConfigFile, SecretFile
from swarmtui.swarm.objects.network import Network
from swarmtui.swarm.services.create import CreateService
from swarmtui.swarm.services.create_form import ServiceForm

LEAST = ServiceForm(image="shop/web:1.0", name="web")
ALL = replace(
    LEAST,
    entrypoint="sh -c",
    arguments="\"echo 'it is' $HOME; exec sleep 9\" --flag",
    replicas="3",
    ports="8080:80\n8081-8082:81-82/udp\n9000:90,mode=host\n8090-8091:9\n99",
    networks="front\nname=back,alias=www,alias=api",
    environment="A=1\nB=two words, and 'quotes'\nC=\nDB_PASSWORD=hunter2\nD=--x $PATH `id`",
    labels="com.example.team=shop\nempty",
    mounts='data:/d\n/srv:/srv:ro\ntype=tmpfs,target=/t,tmpfs-size=10m,tmpfs-mode=1777\n"source=vol","target=/v,w",'
    "volume-nocopy,volume-driver=local,volume-opt=type=nfs,volume-opt=o=addr=1\n"
    "type=bind,source=/x,target=/y,bind-propagation=rslave",
    secrets="cert\nsource=key,target=/run/k,mode=0400,uid=5,gid=6",
    configs="conf\nsource=conf,target=/etc/conf,mode=0440",
    constraints="node.role==worker\nnode.labels.disk != hdd",
    reserve_cpu="0.25",
    reserve_memory="64m",
    limit_cpu="1.5",
    limit_memory="1.5g",
    restart_condition="on-failure",
    restart_delay="2s",
    restart_attempts="4",
    restart_window="1m30s",
    update_parallelism="2",
    update_delay="5s",
    update_order="start-first",
    update_failure="rollback",
    update_monitor="10s",
    update_ratio="0.25",
    health="command",
    health_command="curl -f localhost || exit 1",
    health_interval="5s",
    health_timeout="2s",
    health_retries="3",
)
FORMS = {
    "the least": LEAST,
    "all": ALL,
    "without a tag": replace(LEAST, image="shop/web"),
    "no replicas": replace(LEAST, replicas="0"),
    "global": replace(LEAST, mode="global", update_parallelism="0"),
    "a job": replace(LEAST, mode="replicated-job", completions="5", concurrency="2", restart_condition="none"),
    "a job, all at once": replace(LEAST, mode="replicated-job", completions="5"),
    "a global job": replace(LEAST, mode="global-job", restart_window="10s"),
    "no health check": replace(LEAST, health="none"),
    "one of a policy": replace(LEAST, update_delay="10s", restart_attempts="3"),
}


class Swarm:
    """The embedded swarm, asked directly."""

    def __init__(self, address: str) -> None:
        self.address = address

    def ask(self, method: str, target: str, body: object = None) -> bytes:
        connection = http.client.HTTPConnection("localhost")
        connection.sock = socket.socket(socket.AF_UNIX)
        try:
            connection.sock.connect(self.address.removeprefix("unix://"))
            connection.request(method, target, json.dumps(body), {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer = response.read()
            assert response.status < 300, answer
            return answer
        finally:
            connection.close()

    def known(self) -> Cluster:
        cluster = Cluster().with_all(Network, decode_list(Network, self.ask("GET", "/networks")))
        cluster = cluster.with_all(SecretFile, decode_list(SecretFile, self.ask("GET", "/secrets")))
        return cluster.with_all(ConfigFile, decode_list(ConfigFile, self.ask("GET", "/configs")))

    def spec_and_gone(self, name: str) -> dict[str, Any]:
        """The spec of a service, which is removed."""
        spec: dict[str, Any] = json.loads(self.ask("GET", f"/services/{name}"))["Spec"]
        self.ask("DELETE", f"/services/{name}")
        return spec


@pytest.fixture(scope="module")
def embedded(machine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swarm]:
    directory = tmp_path_factory.mktemp("sim") / "s"
    with Child("--dir", str(directory), "--managers", "1", "--nodes", "2", "--speed", "0") as child:
        swarm = Swarm(child.sockets["n1"])
        for network in ("front", "back"):
            swarm.ask("POST", "/networks/create", {"Name": network, "Driver": "overlay", "Attachable": True})
        for kind, names in (("secrets", ("cert", "key")), ("configs", ("conf",))):
            for name in names:
                swarm.ask("POST", f"/{kind}/create", {"Name": name, "Data": "eA=="})
        yield swarm


DOCKERS = sorted({found for place in ("/usr/bin", "/usr/local/bin") if (found := shutil.which("docker", path=place))})


@pytest.mark.parametrize("docker", DOCKERS)
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_command_makes_the_same_service(embedded: Swarm, form: ServiceForm, docker: str, tmp_path: Path) -> None:
    action = CreateService.of(form, embedded.known())
    environment = {**os.environ, "DOCKER_HOST": embedded.address, "DOCKER_CONFIG": str(tmp_path), "DOCKER_CONTEXT": ""}
    environment["PATH"] = f"{Path(docker).parent}:{environment['PATH']}"
    command = action.whole_command.replace("docker service create", "docker service create --detach", 1)
    done = subprocess.run(["sh", "-c", command], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    theirs = embedded.spec_and_gone("web")
    with closing(EngineClient(Endpoint(embedded.address, "embedded"))) as client:
        attempt_of(action, threading.Event()).carry_out(client)
    ours = embedded.spec_and_gone("web")
    assert _in_order(ours) == _in_order(theirs)


def _in_order(spec: dict[str, Any]) -> dict[str, Any]:
    """The order of these is docker's dice: it holds them in maps."""
    container = spec["TaskTemplate"]["ContainerSpec"]
    for kind, name in (("Secrets", "SecretName"), ("Configs", "ConfigName")):
        container.get(kind, []).sort(key=lambda each: (each[name], each["File"]["Name"]))
    ports = spec["EndpointSpec"].get("Ports", [])
    ports.sort(key=lambda port: (port.get("PublishedPort", 0), port["TargetPort"]))
    return spec
