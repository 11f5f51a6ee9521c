"""A case of an action and its docker command: from what swarm it starts, and how the action is made there."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from swarmtui.engine.client.client import EngineClient
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.editing.edit_spec import EditSpec
from swarmtui.swarm.files.rotation import ReplaceReference
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.membership.root_ca import CERTIFICATE, PRIVATE_KEY, Pem, ReplaceRootCA
from swarmtui.swarm.membership.settings import SetSwarmNumber
from swarmtui.swarm.nodes.prune import PruneNode, found_on
from swarmtui.swarm.objects.engine import EngineInfo
from swarmtui.swarm.objects.file import ConfigFile, SecretFile
from swarmtui.swarm.objects.network import Network
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.swarm import Swarm
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.services.create_form import ServiceForm
from swarmtui.swarm.stacks.changes import DeployStack, RemovePart
from swarmtui.swarm.stacks.compose import Comparison
from swarmtui.swarm.stacks.compose_files import ComposeFiles
from swarmtui.swarm.tasks.restart import RestartTask
from swarmtui.swarm.volumes.availability import SetVolumeAvailability
from swarmtui.swarm.volumes.listed import volumes_in
from tests.ui.simulated import SimulatedSwarm
from tests.unit.swarm.shared_builders import CONTENT

Json = dict[str, Any]
DIGEST = "sha256:" + "ab" * 32
SPOKEN_SECRET = "hunter2"
CONTENT_TEXT = base64.b64decode(CONTENT.encoded.reveal()).decode()


class DialogContext:
    """A swarm at the start of a case: what the program would know of it."""

    def __init__(self, swarm: SimulatedSwarm, client: EngineClient) -> None:
        self.swarm = swarm
        self.client = client

    def get(self, path: str) -> Any:
        return self.client.get_json(path)

    def service(self, name: str = "web") -> Json:
        found: Json = self.get(f"/services/{name}")
        return found

    def one(self, kind: type[Any], path: str) -> Any:
        return msgspec.convert(self.get(path), kind)

    def node(self, name: str) -> Node:
        """The first node of a name."""
        return next(node for node in self.cluster.nodes.values() if node.name == name)

    @property
    def cluster(self) -> Cluster:
        def all_of(kind: type[Any], path: str) -> dict[str, Any]:
            return {each.id: each for each in (msgspec.convert(raw, kind) for raw in self.get(path))}

        networks = {key: each for key, each in all_of(Network, "/networks").items() if each.scope == "swarm"}
        return Cluster(
            nodes=all_of(Node, "/nodes"),
            services=all_of(Service, "/services"),
            secrets=all_of(SecretFile, "/secrets"),
            configs=all_of(ConfigFile, "/configs"),
            networks=networks,
            swarm=self.one(Swarm, "/swarm"),
        )

    @property
    def info(self) -> EngineInfo:
        info: EngineInfo = self.one(EngineInfo, "/info")
        return info

    def post(self, path: str, body: Json) -> str:
        answer = self.client.post_json(path, {}, body)
        return str(answer.get("ID") or answer.get("Id") or "") if isinstance(answer, dict) else ""

    def change(self, name: str, **spec: Any) -> None:
        self.swarm.change_service(name, lambda old: old.update(spec))


Make = Callable[[DialogContext], Action]


@dataclass(frozen=True)
class Case:
    """An action that the test carries out twice: by itself, and by the docker command that it shows.

    Attributes:
        what: names the case.
        make: makes the action, after `start`.
        start: prepares the swarm.
        node: the node whose engine is used.
        typed: what docker reads from its standard input.
        none: docker has no command for it.
        no_swarm: start with a single engine that is in no swarm.
    """

    what: str
    make: Make
    start: Callable[[DialogContext], object] = lambda context: None
    node: str = "mgr1"
    typed: str = ""
    none: bool = False
    no_swarm: bool = False


def restart(context: DialogContext) -> Action:
    """The task of agent on the node that is asked is to be restarted."""
    tasks = [msgspec.convert(raw, Task) for raw in context.get("/tasks")]
    cluster = context.cluster.with_all_tasks(tasks)
    here, agent = context.info.swarm.node_id, context.service("agent")["ID"]
    return RestartTask.of(next(each for each in cluster.tasks_of(agent) or () if each.node_id == here), cluster)


def prune(sort: str) -> Make:
    """What of a sort nothing uses on the node that is asked."""

    def make(context: DialogContext) -> Action:
        tasks = [msgspec.convert(raw, Task) for raw in context.get("/tasks")]
        found = found_on(context.get("/system/df"), context.cluster.with_all_tasks(tasks))
        return PruneNode.of(context.node("mgr1"), sort, found[sort])

    return make


def env(*variables: str) -> Callable[[DialogContext], None]:
    def start(context: DialogContext) -> None:
        context.swarm.change_service("web", lambda spec: spec["TaskTemplate"]["ContainerSpec"].update(Env=[*variables]))

    return start


def ports(*published: tuple[int, int, str, str]) -> Callable[[DialogContext], None]:
    raw = [
        {"PublishedPort": port, "TargetPort": target, "Protocol": protocol, "PublishMode": mode}
        for port, target, protocol, mode in published
    ]
    return lambda context: context.change("web", EndpointSpec={"Mode": "vip", "Ports": raw})


def labels(**pairs: str) -> Callable[[DialogContext], None]:
    return lambda context: context.change("web", Labels=pairs)


def placement(**parts: Any) -> Callable[[DialogContext], None]:
    return lambda context: context.swarm.change_service(
        "web", lambda spec: spec["TaskTemplate"].update(Placement=parts)
    )


def lines(kind: Any, *wanted: str) -> Make:
    return lambda context: kind.of(context.service(), wanted, context.cluster)


def form(kind: Any, *texts: str) -> Make:
    return lambda context: kind.of(context.service(), texts)


def stored(context: DialogContext) -> None:
    """A secret and a config, in use by web."""
    secret = context.post("/secrets/create", {"Name": "key", "Labels": {"a": "b"}, "Data": "b25l"})
    config = context.post("/configs/create", {"Name": "conf", "Data": "b25l"})
    context.post("/secrets/create", {"Name": "key2", "Data": "dHdv"})
    context.post("/secrets/create", {"Name": "unused", "Data": "b25l"})
    context.post("/configs/create", {"Name": "unused", "Data": "b25l"})

    def use(spec: Json) -> None:
        usual = {"UID": "0", "GID": "0", "Mode": 0o444}
        files = [{"Name": "key", **usual}, {"Name": "other", "UID": "7", "GID": "8", "Mode": 0o400}]
        spec["TaskTemplate"]["ContainerSpec"].update(
            Secrets=[{"File": file, "SecretID": secret, "SecretName": "key"} for file in files],
            Configs=[{"File": {"Name": "/etc/conf", **usual}, "ConfigID": config, "ConfigName": "conf"}],
        )

    context.swarm.change_service("web", use)


def stack(context: DialogContext) -> None:
    """A stack with a service, a secret and a network."""
    own = {"com.docker.stack.namespace": "shop"}
    context.post("/secrets/create", {"Name": "shop_key", "Labels": own, "Data": "b25l"})
    network = {"Name": "shop_front", "Labels": own, "Driver": "overlay", "Scope": "swarm"}
    context.post("/networks/create", network)
    context.swarm.add_service("shop_api")
    context.change("shop_api", Labels=own)


def network(context: DialogContext) -> None:
    context.post("/networks/create", {"Name": "front", "Driver": "overlay", "Scope": "swarm"})


def no_ingress(context: DialogContext) -> None:
    """The network of the routing mesh was removed, and what published ports through it before."""
    for service in context.get("/services"):
        if any(port["PublishMode"] == "ingress" for port in service["Endpoint"].get("Ports") or ()):
            context.client.delete(f"/services/{service['ID']}", {})
    context.client.delete("/networks/ingress", {})


def paused(context: DialogContext) -> None:
    """An update of web that was paused, with tasks that never come up."""
    context.swarm.change_service("web", lambda spec: spec["TaskTemplate"]["ContainerSpec"].update(Image="shop/x:crash"))
    context.swarm.wait(
        lambda: (context.service().get("UpdateStatus") or {}).get("State") == "paused", "the update is paused"
    )


def changed_before(context: DialogContext) -> None:
    """web has had another spec, to roll back to."""
    context.change("web", Labels={"now": "1"})


def with_secret(name: str) -> Callable[[DialogContext], SecretFile]:
    return lambda context: context.one(SecretFile, f"/secrets/{name}")


def replaced(context: DialogContext) -> Action:
    service, new = context.one(Service, "/services/web"), with_secret("key2")(context)
    return ReplaceReference.of(service, Target.of(with_secret("key")(context)), new.id, new.name)


def part(context: DialogContext) -> Action:
    service = context.one(Service, "/services/web")
    return RemovePart(Target(Kind.SERVICE, service.id, "web", service.version.index))


def edited(context: DialogContext) -> Action:
    raw = context.service()
    return EditSpec.of(Target.of_json(Kind.SERVICE, raw), raw["Spec"], {**raw["Spec"], "Labels": {"a": "b"}})


def setting(kind: type[SetSwarmNumber], number: int) -> Make:
    return lambda context: kind.of(context.one(Swarm, "/swarm"), number)


def lock(context: DialogContext) -> None:
    spec = context.get("/swarm")
    body = {**spec["Spec"], "EncryptionConfig": {"AutoLockManagers": True}}
    context.client.post_json("/swarm/update", {"version": str(spec["Version"]["Index"])}, body)


def cluster_volume(context: DialogContext) -> None:
    mode = {"Scope": "single", "Sharing": "none", "MountVolume": {}}
    spec = {"Group": "fast", "AccessMode": mode, "CapacityRange": {"RequiredBytes": 1 << 30}}
    context.post("/volumes/create", {"Name": "data", "Driver": "csi", "ClusterVolumeSpec": spec})


def drained_volume(context: DialogContext) -> Action:
    (volume,) = volumes_in(context.get("/volumes"))
    return SetVolumeAvailability.of(volume, "drain")


def replaced_root(context: DialogContext) -> Action:
    files: list[Pem] = []
    for what in (CERTIFICATE, PRIVATE_KEY):
        path = Path(context.swarm.url.removeprefix("unix://")).with_name(f"{what}.pem")
        path.write_text(f"-----BEGIN {what.upper()}-----\nTWluZQ==\n-----END {what.upper()}-----\n")
        files.append(Pem.of(what, str(path), path.read_text()))
    return ReplaceRootCA.of(context.one(Swarm, "/swarm"), files[0], files[1])


def deploy(context: DialogContext) -> Action:
    return DeployStack.of(Comparison(ComposeFiles((str(Path(__file__).with_name("shop.yml")),)), "shop"), prune=True)


FORM = ServiceForm(
    image="docker.io/library/nginx:1.27",
    name="new",
    arguments="nginx -g 'daemon off;'",
    replicas="2",
    ports="8081:80\n53:53/udp,mode=host",
    environment=f"A=1\nDB_PASSWORD={SPOKEN_SECRET}\nSPACE=a b'c",
    labels='a=b=c\ntraefik.rule=Host(`x`) && Path("/")',
    mounts="data:/data\ntype=bind,source=/srv,target=/srv,readonly",
    secrets="source=key,target=k,mode=0400",
    configs="conf",
    networks="name=front,alias=www",
    constraints="node.role == worker",
    reserve_cpu="0.25",
    limit_memory="512m",
    restart_condition="on-failure",
    restart_attempts="3",
    update_parallelism="2",
    health="command",
    health_command="curl -f localhost || exit 1",
    health_interval="30s",
)


def with_everything(context: DialogContext) -> None:
    stored(context)
    network(context)


SECOND = 1_000_000_000
