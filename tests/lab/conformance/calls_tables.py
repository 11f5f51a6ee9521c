"""Many calls of one form, each a row of a table: lists by every filter, objects by every name, specs of every field.

Services of these tables have no replicas, so that an engine has nothing to do for them; calls without a container cost
milliseconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import quote

from tests.lab.cluster.waiting import until

from .calls import Call, filled, http, service, template
from .observation import Observation
from .target import Target

SECOND = 1_000_000_000

# --- lists and their filters ---

FILTERS: dict[str, dict[str, tuple[str, ...]]] = {
    "nodes": {
        "id": ("{id n4}", "nosuch"),
        "label": ("rack", "rack=a"),
        "node.label": ("rack", "rack=a"),
        "membership": ("accepted", "pending", "nosuch"),
        "name": ("{host n1}", "nosuch"),
        "role": ("manager", "worker"),
    },
    "services": {
        "id": ("nosuch",),
        "label": ("tier", "tier=front", "tier=back", "=", ""),
        "mode": ("replicated", "replicated-job", "global-job", "nosuch"),
        "name": ("web", "we", "eb", ""),
        "runtime": ("container", "plugin"),
    },
    "tasks": {
        "id": ("nosuch",),
        "label": ("c=d", "nosuch"),
        "desired-state": ("accepted", "running", "shutdown", "complete"),
        "name": ("agent", "full.2", "nosuch"),
        "runtime": ("container", "plugin"),
    },
    "secrets": {"id": ("nosuch",), "label": ("a", "a=b", "a=c"), "name": ("key", "ke", "nosuch"), "names": ("key",)},
    "configs": {"id": ("nosuch",), "label": ("a",), "name": ("conf", "co", "nosuch"), "names": ("conf",)},
    "networks": {
        "driver": ("overlay", "nosuch"),
        "name": ("back", "bac", "nosuch"),
        "scope": ("swarm", "nosuch"),
        "label": ("a", "a=b"),
        "type": ("custom", "nosuch"),
    },
}  # fmt: skip

ODD_FILTERS = ("{}", "[]", "null", '"x"', "1", '{"name":"x"}', '{"name":null}', '{"name":{"web":true}}', '{"name":[1]}')


def _lists() -> Iterator[Call]:
    for kind, accepted in FILTERS.items():
        for name, values in accepted.items():
            for value in values:
                text = json.dumps({name: [value]}, separators=(",", ":"))
                yield _names(f"/{kind}?filters={quote(text, safe='{}[]:, ')}")
        for odd in ODD_FILTERS:
            yield _names(f"/{kind}?filters={quote(odd, safe='{}[]:,')}", label=f"(filters {odd})")


def _names(path: str, label: str = "") -> Call:
    """A list, of which only the names are compared: what objects look like is seen elsewhere."""

    def see(target: Target) -> Observation:
        status, answer = target.request("GET", filled(target, path))
        if isinstance(answer, list):
            answer = sorted({_name(each) for each in answer})
        return target.of_json(status, answer)

    return Call(f"list {path} {label}".strip(), see, reads=True)


def _name(each: dict[str, Any]) -> str:
    if "Slot" in each or "ServiceID" in each:
        return f"{each['Spec']['ContainerSpec']['Image'].rpartition('/')[2].partition('@')[0]}.{each.get('Slot', '')}"
    return str(each.get("Name") or each.get("Spec", {}).get("Name") or each.get("Description", {}).get("Hostname"))


# --- objects by their names ---


def _by_name() -> Iterator[Call]:
    for kind, name in (("services", "web"), ("secrets", "key"), ("configs", "conf"), ("networks", "back")):
        yield _found(kind, name, lambda target, kind=kind, name=name: _id(target, kind, name), "ID")
        yield _found(kind, name, lambda target, kind=kind, name=name: _id(target, kind, name)[:12], "short ID")
        yield _found(kind, name, lambda target, name=name: name.upper(), "name in capitals")
        yield _found(kind, name, lambda target: quote("a b", safe=""), "name with a space")
    for node in ("n1", "n4"):
        yield _found("nodes", node, lambda target, node=node: target.id(node), "ID")
        yield _found("nodes", node, lambda target, node=node: target.id(node)[:12], "short ID")


def _by_beginning() -> Iterator[Call]:
    """The beginning of a name finds nothing. It might be that of an ID, but for the hyphen, which no ID has."""
    name = "by-name"
    bodies = {
        "services": {**service(name), **NONE},
        "secrets": {"Name": name, "Data": "eA=="},
        "configs": {"Name": name, "Data": "eA=="},
        "networks": {"Name": name, "Driver": "overlay"},
    }
    for kind, body in bodies.items():
        yield http("POST", f"/{kind}/create", body, label=name)
        yield _found(kind, name, lambda target: "by-", "beginning of the name")
        yield http("DELETE", f"/{kind}/{name}")


def _found(kind: str, name: str, asked: Any, how: str) -> Call:
    def see(target: Target) -> Observation:
        status, answer = target.request("GET", f"/{kind}/{asked(target)}")
        return target.of_json(status, _name(answer) if status == 200 else answer)

    return Call(f"{kind} {name} by its {how}", see, reads=True)


def _id(target: Target, kind: str, name: str) -> str:
    answer = target.get(f"/{kind}/{name}")
    return str(answer.get("ID") or answer["Id"])


# --- services that an engine takes ---

NONE: dict[str, Any] = {"Mode": {"Replicated": {"Replicas": 0}}}


def container(**fields: object) -> dict[str, object]:
    return template(ContainerSpec={"Image": "{image web}", **fields})


def mount(**fields: object) -> dict[str, object]:
    return container(Mounts=[{"Type": "volume", "Source": "data", "Target": "/data", **fields}])


def port(**fields: object) -> dict[str, object]:
    return service(EndpointSpec={"Ports": [{"Protocol": "tcp", "TargetPort": 80, **fields}]})


TAKEN: dict[str, dict[str, object]] = {
    "nothing but an image": service(),
    "labels": service(Labels={"a": "b", "empty": "", "c.d": "e=f"}),
    "no labels": service(Labels={}),
    "command": container(Command=["sh", "-c", "true"]),
    "arguments": container(Args=["a", "", "b c"]),
    "variables": container(Env=["A=1", "B=", "C"]),
    "directory": container(Dir="/tmp"),
    "user": container(User="1000:1000"),
    "groups": container(Groups=["audio", "1"]),
    "hostname": container(Hostname="{{.Service.Name}}-{{.Task.Slot}}"),
    "hosts": container(Hosts=["10.0.0.1 db", "::1 six"]),
    "labels of the container": container(Labels={"x": "y"}),
    "terminal": container(TTY=True, OpenStdin=True),
    "read only": container(ReadOnly=True),
    "stop": container(StopSignal="SIGINT", StopGracePeriod=3 * SECOND),
    "no grace": container(StopGracePeriod=0),
    "init": container(Init=True),
    "no init": container(Init=False),
    "isolation": container(Isolation="default"),
    "sysctls": container(Sysctls={"net.core.somaxconn": "1024"}),
    "capabilities": container(CapabilityAdd=["CAP_NET_ADMIN"], CapabilityDrop=["CAP_MKNOD"]),
    "all capabilities": container(CapabilityAdd=["ALL"]),
    "ulimits": container(Ulimits=[{"Name": "nofile", "Soft": 10, "Hard": 20}]),
    "dns": container(DNSConfig={"Nameservers": ["10.0.0.1"], "Search": ["x"], "Options": ["ndots:1"]}),
    "health check": container(
        Healthcheck={
            "Test": ["CMD", "true"],
            "Interval": SECOND,
            "Timeout": SECOND,
            "Retries": 2,
            "StartPeriod": SECOND,
        }
    ),
    "no health check": container(Healthcheck={"Test": ["NONE"]}),
    "empty health check": container(Healthcheck={}),
    "credential spec": container(Privileges={"CredentialSpec": {"File": "x.json"}}),
    "selinux": container(Privileges={"SELinuxContext": {"Disable": True}}),
    "volume": mount(),
    "anonymous volume": mount(Source=""),
    "volume of a driver": mount(
        VolumeOptions={"NoCopy": True, "Labels": {"a": "b"}, "DriverConfig": {"Name": "local"}}
    ),
    "read-only volume": mount(ReadOnly=True),
    "bind": mount(Type="bind", Source="/tmp", BindOptions={"Propagation": "rslave"}),
    "tmpfs": mount(Type="tmpfs", Source="", TmpfsOptions={"SizeBytes": 1 << 20, "Mode": 448}),
    "limits": template(Resources={"Limits": {"NanoCPUs": SECOND // 2, "MemoryBytes": 1 << 26, "Pids": 50}}),
    "reservations": template(Resources={"Reservations": {"NanoCPUs": SECOND // 2, "MemoryBytes": 1 << 26}}),
    "generic resources": template(
        Resources={"Reservations": {"GenericResources": [{"DiscreteResourceSpec": {"Kind": "gpu", "Value": 2}}]}}
    ),
    "named generic resources": template(
        Resources={"Reservations": {"GenericResources": [{"NamedResourceSpec": {"Kind": "gpu", "Value": "a"}}]}}
    ),
    "no resources": template(Resources={}),
    "restart never": template(RestartPolicy={"Condition": "none"}),
    "restart sometimes": template(
        RestartPolicy={"Condition": "on-failure", "Delay": SECOND, "MaxAttempts": 3, "Window": SECOND}
    ),
    "restart as usual": template(RestartPolicy={}),
    "constraints": template(Placement={"Constraints": ["node.role==worker", "node.labels.a!=b"]}),
    "spread": template(Placement={"Preferences": [{"Spread": {"SpreadDescriptor": "node.labels.rack"}}]}),
    "at most": template(Placement={"MaxReplicas": 2}),
    "platforms": template(Placement={"Platforms": [{"Architecture": "amd64", "OS": "linux"}]}),
    "log driver": template(LogDriver={"Name": "json-file", "Options": {"max-size": "1m"}}),
    "no log": template(LogDriver={"Name": "none"}),
    "forced": template(ForceUpdate=3),
    "runtime": template(Runtime="container"),
    "network": template(Networks=[{"Target": "back", "Aliases": ["b"]}]),
    "network with options": template(Networks=[{"Target": "back", "DriverOpts": {"a": "b"}}]),
    "network of old": service(Networks=[{"Target": "back"}]),
    "port": port(PublishedPort=8101),
    "port of the nodes": port(PublishedPort=8102, PublishMode="host"),
    "port for udp": port(PublishedPort=8103, Protocol="udp"),
    "port with a name": port(PublishedPort=8104, Name="http"),
    "two protocols of a port": service(
        EndpointSpec={
            "Ports": [
                {"Protocol": "tcp", "TargetPort": 53, "PublishedPort": 8105},
                {"Protocol": "udp", "TargetPort": 53, "PublishedPort": 8105},
            ]
        }
    ),
    "dnsrr": service(EndpointSpec={"Mode": "dnsrr"}),
    "vip": service(EndpointSpec={"Mode": "vip"}),
    "empty endpoint": service(EndpointSpec={}),
    "update": service(
        UpdateConfig={
            "Parallelism": 2,
            "Delay": SECOND,
            "FailureAction": "continue",
            "Monitor": SECOND,
            "MaxFailureRatio": 0.5,
            "Order": "start-first",
        }
    ),
    "update all at once": service(UpdateConfig={"Parallelism": 0}),
    "empty update": service(UpdateConfig={}),
    "rollback": service(RollbackConfig={"Parallelism": 2, "FailureAction": "continue", "Order": "start-first"}),
    "job": service(Mode={"ReplicatedJob": {"MaxConcurrent": 0, "TotalCompletions": 0}}),
}

# --- and those that it does not ---

REFUSED: dict[str, dict[str, object]] = {
    "no name": {"TaskTemplate": {"ContainerSpec": {"Image": "{image web}"}}, "Name": " "},
    "name with a dot": service("a.b"),
    "name with a slash": service("a/b"),
    "name that begins with a digit": service("1a!"),
    "empty image": template(ContainerSpec={"Image": ""}),
    "image in capitals": template(ContainerSpec={"Image": "Web"}),
    "image with two tags": template(ContainerSpec={"Image": "a:b:c"}),
    "no container": service(TaskTemplate={}),
    "no mode known": service(Mode={"Nothing": {}}),
    "two modes": service(Mode={"Global": {}, "GlobalJob": {}}),
    "update order": service(UpdateConfig={"Order": "x"}),
    "negative monitor": service(UpdateConfig={"Monitor": -1}),
    "negative ratio": service(UpdateConfig={"MaxFailureRatio": -0.1}),
    "rollback action": service(RollbackConfig={"FailureAction": "x"}),
    "rollback ratio": service(RollbackConfig={"MaxFailureRatio": 1.5}),
    "rollback of a job": service(Mode={"GlobalJob": {}}, RollbackConfig={"Parallelism": 1}),
    "negative restart delay": template(RestartPolicy={"Delay": -1}),
    "negative window": template(RestartPolicy={"Window": -1}),
    "constraint without a sign": template(Placement={"Constraints": ["node.role"]}),
    "constraint with a space": template(Placement={"Constraints": ["node role==x"]}),
    "too little memory reserved": template(Resources={"Reservations": {"MemoryBytes": 100}}),
    "too little CPU reserved": template(Resources={"Reservations": {"NanoCPUs": 100}}),
    "runtime of a plugin": template(Runtime="plugin"),
    "plugin and container": template(Runtime="plugin", PluginSpec={"Name": "x"}),
    "network that is not there": template(Networks=[{"Target": "nosuch"}]),
    "network without a name": template(Networks=[{}]),
    "the ingress network": template(Networks=[{"Target": "ingress"}]),
    "secret without a name": container(Secrets=[{"SecretID": "x"}]),
    "secret that is not there": container(
        Secrets=[
            {"SecretID": "nosuch", "SecretName": "nosuch", "File": {"Name": "x", "UID": "0", "GID": "0", "Mode": 292}}
        ]
    ),
    "config that is not there": container(
        Configs=[
            {"ConfigID": "nosuch", "ConfigName": "nosuch", "File": {"Name": "x", "UID": "0", "GID": "0", "Mode": 292}}
        ]
    ),
    "mount without a target": mount(Target=""),
    "mount of no type": mount(Type="x"),
    "two mounts at one target": container(
        Mounts=[{"Type": "volume", "Source": name, "Target": "/x"} for name in ("a", "b")]
    ),
    "bind of a name": mount(Type="bind", Source="tmp"),
    "bind without a source": mount(Type="bind", Source=""),
    "tmpfs with a source": mount(Type="tmpfs", Source="x"),
    "the same port twice": service(
        EndpointSpec={
            "Ports": [{"Protocol": "tcp", "TargetPort": 80 + number, "PublishedPort": 8110} for number in (0, 1)]
        }
    ),
    "port without a target": port(TargetPort=0),
    "port too large": port(TargetPort=70000),
    "port of no protocol": port(Protocol="x"),
    "port of no mode": port(PublishMode="x"),
    "port that is taken": port(PublishedPort=8080),
    "dnsrr with ingress": service(
        EndpointSpec={"Mode": "dnsrr", "Ports": [{"TargetPort": 1, "PublishMode": "ingress"}]}
    ),
    "mode of endpoint": service(EndpointSpec={"Mode": "x"}),
    "variable without a name": container(Env=["=x"]),
    "hosts entry": container(Hosts=["nonsense"]),
    "health check without a test": container(Healthcheck={"Interval": 1}),
    "negative interval": container(Healthcheck={"Test": ["CMD", "true"], "Interval": -1}),
    "short interval": container(Healthcheck={"Test": ["CMD", "true"], "Interval": 1000}),
    "negative retries": container(Healthcheck={"Test": ["CMD", "true"], "Retries": -1}),
    "isolation": container(Isolation="x"),
    "stop signal": container(StopSignal="SIGNONSENSE"),
    "spread over nothing": template(Placement={"Preferences": [{"Spread": {"SpreadDescriptor": ""}}]}),
    "preference of nothing": template(Placement={"Preferences": [{}]}),
    "log driver that is not there": template(LogDriver={"Name": "nosuch"}),
    "credential spec of two kinds": container(Privileges={"CredentialSpec": {"File": "x", "Registry": "y"}}),
    "credential spec of no kind": container(Privileges={"CredentialSpec": {}}),
}


def _taken() -> Iterator[Call]:
    """Each is created, looked at, changed as clients do, looked at again, and removed."""
    for number, (name, fields) in enumerate(TAKEN.items()):
        own = f"taken{number}"
        spec = {**NONE, **fields, "Name": own}
        yield http("POST", "/services/create", spec, label=f"with {name}")
        yield _spec_of(own, name, "")
        yield Call(f"service with {name}, posted again", partial(_again, own=own))
        yield http("DELETE", f"/services/{own}", label=f"with {name}")


def _spec_of(own: str, name: str, query: str) -> Call:
    def see(target: Target) -> Observation:
        status, answer = target.request("GET", f"/services/{own}{query}")
        return target.of_json(status, {key: value for key, value in answer.items() if key != "Endpoint"})

    return Call(f"service with {name}", see)


def _again(target: Target, own: str) -> Observation:
    status, found = target.request("GET", f"/services/{own}")
    if status != 200:
        return target.of_json(status, found)
    spec = {**found["Spec"], "Labels": {"new": "1"}}

    def taken() -> tuple[int, Any] | None:
        """The engine itself may change a new service meanwhile: it gives out its ports."""
        version = target.get(f"/services/{own}")["Version"]["Index"]
        status, answer = target.request("POST", f"/services/{own}/update?version={version}", spec)
        return None if "out of sequence" in str(answer) else (status, answer)

    status, answer = until(taken, f"{target.name}: {own} to be taken", 30.0, interval=0.1)
    return target.of_json(status, {"answer": answer, "spec": target.get(f"/services/{own}")["Spec"]})


def _refused() -> Iterator[Call]:
    """Where the engine takes one after all, it is removed again."""
    for number, (name, fields) in enumerate(REFUSED.items()):
        own = f"refused{number}"
        spec = {**NONE, **fields}
        if spec["Name"] == "x":
            spec["Name"] = own
        yield Call(f"refused: {name}", partial(_refusal, spec=spec))


def _refusal(target: Target, spec: dict[str, object]) -> Observation:
    sent = json.loads(filled(target, json.dumps(spec)))
    status, answer = target.request("POST", "/services/create", sent)
    if status == 201:
        target.request("DELETE", f"/services/{answer['ID']}")
    return target.of_json(status, answer)


# --- paths and methods that are not there ---

WRONG = tuple(
    http(method, path)
    for method, path in (
        *(("PUT", "/services"), ("DELETE", "/services"), ("POST", "/services"), ("PATCH", "/services/web")),
        *(("GET", "/services/create"), ("GET", "/services/web/nothing"), ("POST", "/services/web/nothing")),
        *(("DELETE", "/swarm"), ("POST", "/swarm"), ("GET", "/swarm/init"), ("DELETE", "/tasks/x"), ("POST", "/tasks")),
        *(("GET", "/node"), ("GET", "/secret"), ("PUT", "/secrets/key"), ("GET", "/v1/services"), ("GET", "/v1.41")),
        *(("GET", "/v1.41/"), ("GET", "//services"), ("GET", "/services/"), ("GET", "/v1.40/services?filters=x")),
        *(("GET", "/v1.11/services"), ("GET", "/v1.42/services"), ("GET", "/_ping/x"), ("GET", "/v1.30/_ping")),
    )
)


def calls() -> Iterator[Call]:
    """All of these; the objects that they look at are those of the script."""
    yield from _lists()
    yield from _by_name()
    yield from _by_beginning()
    yield from _taken()
    yield from _refused()
    yield from WRONG
