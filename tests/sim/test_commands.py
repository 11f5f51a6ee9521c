"""Containers that do what they are told: commands, exit codes, output, files, templates."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from swarmtui.sim.control.errors import ApiError

from .rig import SECOND, Rig

JSON = dict[str, Any]
RUNC = "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: "


@pytest.fixture
def rig() -> Rig:
    return Rig(1, 1)


def once(rig: Rig, *command: str, image: str = "busybox", **container: Any) -> JSON:
    """A task that is not started again, when it has ended or runs."""
    spec = {"Image": image, **({"Command": list(command)} if command else {}), **container}
    rig.create("job", replicas=1, ContainerSpec=spec, RestartPolicy={"Condition": "none"})
    rig.until(lambda: any(task["Status"]["State"] in ENDED for task in rig.tasks("job")))
    return rig.tasks("job")[0]


ENDED = ("complete", "failed", "rejected", "shutdown")


def output(rig: Rig, service: str = "job") -> list[tuple[int, str]]:
    return [(line.stream, line.text) for line in rig.engine.logs.service(service).lines()]


@pytest.mark.parametrize(
    ("command", "code", "written"),
    [
        (["echo", "hi"], 0, [(1, "hi")]),
        (["true"], 0, []),
        (["false"], 1, []),
        (["sh", "-c", "echo out; echo err >&2; exit 7"], 7, [(1, "out"), (2, "err")]),
        (["sh", "-c", "exit 300"], 44, []),
        (["sh", "-c", "nosuchcmd"], 127, [(2, "sh: nosuchcmd: not found")]),
        (["sh", "-c", "for i in 1 2 3; do echo $i; done"], 0, [(1, "1"), (1, "2"), (1, "3")]),
        (["sh", "-c", "i=0; while [ $i -lt 2 ]; do echo n$i; i=$((i+1)); done; exit $i"], 2, [(1, "n0"), (1, "n1")]),
        (["sh", "-c", "if [ -f /etc/passwd ]; then echo $(hostname | wc -l); else echo no; fi"], 0, [(1, "1")]),
        (["sh", "-c", "echo $HOME $0 $1 $#", "a", "b"], 0, [(1, "/root a b 1")]),
        (["sleep", "x"], 1, [(2, "sleep: invalid number 'x'")]),
        ([], 0, []),
    ],
)
def test_commands_end_as_in_busybox(rig: Rig, command: list[str], code: int, written: list[tuple[int, str]]) -> None:
    status = once(rig, *command)["Status"]
    assert status["ContainerStatus"]["ExitCode"] == code
    assert status["State"] == ("failed" if code else "complete")
    assert status.get("Err", "") == (f"task: non-zero exit ({code})" if code else "")
    assert output(rig) == written


@pytest.mark.parametrize(
    ("container", "code", "error"),
    [
        ({"Command": ["nosuch"]}, 127, f'{RUNC}exec: "nosuch": executable file not found in $PATH: unknown'),
        ({"Command": ["/etc/passwd"]}, 126, f'{RUNC}exec: "/etc/passwd": permission denied: unknown'),
        ({"Command": ["./x"]}, 127, f'{RUNC}exec: "./x": stat ./x: no such file or directory: unknown'),
        ({"User": "nosuch"}, 128, "unable to find user nosuch: no matching entries in passwd file"),
    ],
)
def test_what_cannot_be_started(rig: Rig, container: JSON, code: int, error: str) -> None:
    status = once(rig, **container)["Status"]
    assert (status["State"], status["Message"]) == ("failed", "starting")
    assert status["Err"] == f"starting container failed: {error}"
    assert status["ContainerStatus"]["ExitCode"] == code
    assert status["ContainerStatus"]["PID"] == 0


def test_a_job_takes_as_long_as_its_command(rig: Rig) -> None:
    mode = {"ReplicatedJob": {"MaxConcurrent": 1, "TotalCompletions": 1}}
    spec = {"Image": "shop/batch:1", "Command": ["sh", "-c", "sleep 2m; echo done"]}
    rig.create("job", Mode=mode, ContainerSpec=spec)
    rig.advance(100.0)
    assert [task["Status"]["State"] for task in rig.tasks("job")] == ["running"]
    rig.advance(30.0)
    assert [task["Status"]["State"] for task in rig.tasks("job")] == ["complete"]
    assert output(rig) == [(1, "done")]


@pytest.mark.parametrize(
    ("command", "init", "code"),
    [
        (["sleep", "1d"], False, 137),
        (["sleep", "1d"], True, 143),
        (["sh", "-c", "trap 'echo bye; exit 3' TERM; while true; do sleep 0.1; done"], False, 3),
    ],
)
def test_what_stopping_a_command_ends_with(rig: Rig, command: list[str], init: bool, code: int) -> None:
    spec = {"Image": "busybox", "Command": command, "Init": init, "StopGracePeriod": 2 * SECOND}
    rig.create("web", replicas=1, ContainerSpec=spec)
    rig.settle("web", 1)
    rig.update("web", lambda each: each["TaskTemplate"].update(ForceUpdate=1))
    rig.advance(10.0)
    old = rig.tasks("web")[0]["Status"]
    assert (old["State"], old["ContainerStatus"]["ExitCode"]) == ("shutdown", code)


def test_the_spec_is_what_the_container_sees_and_shows(rig: Rig) -> None:
    def encoded(text: str) -> str:
        return base64.b64encode(text.encode()).decode()

    secret = rig.engine.secrets.create({"Name": "key", "Data": encoded("s3cret")})
    config = rig.engine.configs.create(
        {"Name": "greeting", "Data": encoded("hi {{.Service.Name}}\n"), "Templating": {"Name": "golang"}}
    )
    script = "id; pwd; echo $S $T $N; hostname; cat /run/secrets/key; cat /greeting; cat /etc/resolv.conf; sleep 1d"
    container = {
        "Command": ["sh", "-c", script],
        "Env": ["S={{.Service.Name}}", "T={{.Task.Slot}}", "N={{.Node.Hostname}}"],
        "Dir": "/srv",
        "User": "nobody",
        "Hostname": "{{.Service.Name}}-{{.Task.Slot}}",
        "DNSConfig": {"Nameservers": ["9.9.9.9"], "Search": ["s1"], "Options": ["ndots:3"]},
        "Hosts": ["1.2.3.4 hx"],
        "CapabilityAdd": ["CAP_NET_ADMIN"],
        "Ulimits": [{"Name": "nofile", "Soft": 100, "Hard": 200}],
        "Sysctls": {"net.core.somaxconn": "1"},
        "StopSignal": "SIGUSR1",
        "Mounts": [
            {"Type": "volume", "Source": "vol-{{.Task.Slot}}", "Target": "/data"},
            {"Type": "tmpfs", "Target": "/scratch"},
            {"Type": "bind", "Source": "/etc", "Target": "/het", "ReadOnly": True},
        ],
        "Secrets": [{"SecretID": secret, "SecretName": "key", "File": {"Name": "key", "Mode": 292}}],
        "Configs": [{"ConfigID": config, "ConfigName": "greeting", "File": {"Name": "/greeting", "Mode": 292}}],
    }
    rig.create("job", replicas=1, ContainerSpec={"Image": "busybox", **container})
    rig.settle("job", 1)
    node = rig.hosts("job")[0]
    lines = [text for _, text in output(rig)]
    assert lines[0].startswith("uid=65534(nobody)")
    assert lines[1:6] == ["/srv", f"job 1 {node}", "job-1", "s3crethi job", "search s1"]
    id = rig.running("job")[0]["Status"]["ContainerStatus"]["ContainerID"]
    found = rig.cluster.engine(node).containers.inspect(id)
    host, made = found["HostConfig"], found["Config"]
    assert (host["CapAdd"], host["Dns"], host["DnsSearch"]) == (["CAP_NET_ADMIN"], ["9.9.9.9"], ["s1"])
    assert (host["ExtraHosts"], host["Sysctls"]) == (["hx:1.2.3.4"], {"net.core.somaxconn": "1"})
    assert host["Ulimits"] == [{"Name": "nofile", "Hard": 200, "Soft": 100}]
    assert (made["User"], made["WorkingDir"], made["StopSignal"]) == ("nobody", "/srv", "SIGUSR1")
    assert made["Env"][:3] == ["S=job", "T=1", f"N={node}"]
    kinds = {mount["Destination"]: (mount["Type"], mount.get("Name"), mount["RW"]) for mount in found["Mounts"]}
    assert kinds == {
        "/data": ("volume", "vol-1", True),
        "/scratch": ("tmpfs", None, True),
        "/het": ("bind", None, False),
    }


# --- containers that somebody makes ---


def make(rig: Rig, name: str, *command: str, **host: Any) -> str:
    rig.cluster.machine("m1").cached_images["busybox:latest"] = None
    body = {"Image": "busybox", "Cmd": list(command), "HostConfig": host}
    return str(rig.cluster.engine("m1").containers.plain.create(name, body)["Id"])


def test_a_container_is_made_started_looked_at_stopped_and_removed(rig: Rig) -> None:
    containers, begun = rig.cluster.engine("m1").containers, rig.cluster.clock.now()
    id = make(rig, "one", "sh", "-c", "echo hello; sleep 1d", Binds=["data:/data"])
    assert containers.inspect("one")["State"]["Status"] == "created"
    assert containers.start("one")
    assert not containers.start("one")
    rig.advance(1.0)
    state = containers.inspect(id[:12])["State"]
    assert (state["Status"], state["Running"]) == ("running", True)
    assert [line.text for line in rig.cluster.engine("m1").logs.container("one").lines()] == ["hello"]
    with pytest.raises(ApiError, match="container is running"):
        containers.remove("one")
    containers.pause("one", paused=True)
    assert containers.inspect("one")["State"]["Status"] == "paused"
    containers.pause("one", paused=False)
    containers.rename("one", "two")
    assert containers.stop("two")
    assert not containers.stop("two")
    assert containers.inspect("two")["State"]["ExitCode"] == 137
    with pytest.raises(ApiError, match='The container name "/two" is already in use'):
        make(rig, "two", "true")
    containers.remove("two")
    with pytest.raises(ApiError, match="No such container: two"):
        containers.inspect("two")
    history = rig.cluster.engine("m1").events.history(begun, rig.cluster.clock.now())
    told = [each["Action"] for each in history if each["Actor"]["ID"] in (id, "data")]
    assert told == [
        *("create", "create", "mount", "start", "pause", "unpause", "rename"),
        *("kill", "kill", "die", "unmount", "stop", "destroy"),
    ]


def test_how_containers_come_back_and_go(rig: Rig) -> None:
    containers = rig.cluster.engine("m1").containers
    make(rig, "flaky", "false", RestartPolicy={"Name": "on-failure", "MaximumRetryCount": 2})
    make(rig, "gone", "true", AutoRemove=True)
    for name in ("flaky", "gone"):
        containers.start(name)
    rig.advance(10.0)
    assert containers.inspect("flaky")["RestartCount"] == 2
    with pytest.raises(ApiError, match="No such container: gone"):
        containers.inspect("gone")
    assert len(containers.prune()["ContainersDeleted"]) == 1


def test_a_container_on_a_bridge_of_its_own(rig: Rig) -> None:
    engine = rig.cluster.engine("m1")
    engine.networks.create({"Name": "mine"})
    id = make(rig, "one", "sleep", "1d", NetworkMode="mine")
    engine.containers.start("one")
    end = engine.containers.inspect("one")["NetworkSettings"]["Networks"]["mine"]
    assert end["IPAddress"] == engine.networks.inspect("mine")["Containers"][id]["IPv4Address"].partition("/")[0]
    with pytest.raises(ApiError, match="has active endpoints"):
        engine.networks.remove("mine")


@pytest.mark.parametrize(
    ("name", "body", "status", "said"),
    [
        ("x", {"Image": "busybox"}, 400, r"Invalid container name \(x\)"),
        ("one", {"Image": "nosuch"}, 404, "No such image: nosuch:latest"),
        ("one", {"Image": "UPPER"}, 400, "invalid reference format: repository name must be lowercase"),
        ("one", {"Image": "busybox", "WorkingDir": "rel"}, 400, "the working directory 'rel' is invalid"),
        ("one", {"Image": "busybox", "StopSignal": "NOSUCH"}, 400, "Invalid signal: NOSUCH"),
        ("one", {"Image": "busybox", "HostConfig": {"Memory": 100}}, 400, "Minimum memory limit allowed is 6MB"),
    ],
)
def test_containers_that_cannot_be_made(rig: Rig, name: str, body: JSON, status: int, said: str) -> None:
    rig.cluster.machine("m1").cached_images["busybox:latest"] = None
    with pytest.raises(ApiError, match=said) as refused:
        rig.cluster.engine("m1").containers.plain.create(name, body)
    assert refused.value.status == status


def test_binds_find_what_the_machine_is_said_to_have(rig: Rig) -> None:
    said = (("/srv/data", False), ("/srv/data/new", True), ("/backup", True))
    for path, there in said:
        for name in ("m1", "w1"):
            rig.cluster.faults.path(name, path, there=there)
    expected = {"/srv/x": True, "/srv/data/x": False, "/srv/data/new/x": True, "/backup/x": True, "/other": False}
    for source, there in expected.items():
        status = once(rig, "true", Mounts=[{"Type": "bind", "Source": source, "Target": "/x"}])["Status"]
        lacks = f'invalid mount config for type "bind": bind source path does not exist: {source}'
        assert (status["State"], status.get("Err", "")) == (("complete", "") if there else ("rejected", lacks))
        rig.engine.services.remove("job")
    rig.engine.images.pulled("busybox")
    host = {"Mounts": [{"Type": "bind", "Source": "/other", "Target": "/x"}]}
    with pytest.raises(ApiError, match="bind source path does not exist: /other"):
        rig.engine.containers.plain.create("box", {"Image": "busybox", "HostConfig": host})
