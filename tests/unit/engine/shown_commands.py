"""Cases of every action whose docker command is shown."""

from __future__ import annotations

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.actions.wording import named_apart
from swarmtui.swarm.editing.edit_spec import EditSpec
from swarmtui.swarm.files.changes import CreateConfig, CreateSecret, RemoveConfig, RemoveSecret
from swarmtui.swarm.files.labels import SetConfigLabels, SetSecretLabels
from swarmtui.swarm.files.rotation import ReplaceReference, RotateConfig, RotateSecret
from swarmtui.swarm.images.choice import ImageChoice
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.membership.changes import InitSwarm, JoinSwarm, LeaveSwarm, UnlockSwarm
from swarmtui.swarm.membership.root_ca import ReplaceRootCA, SetExternalCAs
from swarmtui.swarm.membership.settings import SETTINGS
from swarmtui.swarm.membership.swarm_keys import RotateCA, RotateUnlockKey, SetAutolock
from swarmtui.swarm.membership.tokens import RotateJoinToken
from swarmtui.swarm.networks.changes import CreateNetwork, NetworkOptions, RemoveNetwork
from swarmtui.swarm.nodes.availability import SetAvailability
from swarmtui.swarm.nodes.labels import SetNodeLabels
from swarmtui.swarm.nodes.prune import SORTS, PruneNode
from swarmtui.swarm.nodes.removal import RemoveNode
from swarmtui.swarm.nodes.roles import Demote, Promote
from swarmtui.swarm.objects.file import ConfigFile
from swarmtui.swarm.objects.network import Network
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.swarm import Swarm
from swarmtui.swarm.secret import Secret
from swarmtui.swarm.services.create import CreateService
from swarmtui.swarm.services.create_form import ServiceForm
from swarmtui.swarm.services.lines_change import SetEnvironment, SetServiceLabels
from swarmtui.swarm.services.placement import SetPlacement
from swarmtui.swarm.services.ports import SetPorts
from swarmtui.swarm.services.removal import RemoveService
from swarmtui.swarm.services.rolling import ForceUpdate, ResumeUpdate, RollBack
from swarmtui.swarm.services.scale import ScaleService
from swarmtui.swarm.services.service_settings import (
    SetEndpointMode,
    SetResources,
    SetRestartPolicy,
    SetRollbackPolicy,
    SetStopGracePeriod,
    SetUpdatePolicy,
)
from swarmtui.swarm.services.update_image import UpdateImage
from swarmtui.swarm.stacks.changes import DeployStack, RemovePart, RemoveStack
from swarmtui.swarm.stacks.stack import stacks_of
from swarmtui.swarm.tasks.restart import RestartTask
from swarmtui.swarm.volumes.availability import SetVolumeAvailability
from tests.unit.engine.command_cases import (
    CONTENT_TEXT,
    DIGEST,
    FORM,
    SECOND,
    SPOKEN_SECRET,
    Case,
    changed_before,
    cluster_volume,
    deploy,
    drained_volume,
    edited,
    env,
    form,
    labels,
    lines,
    lock,
    network,
    no_ingress,
    part,
    paused,
    placement,
    ports,
    prune,
    replaced,
    replaced_root,
    restart,
    setting,
    stack,
    stored,
    with_everything,
    with_secret,
)
from tests.unit.engine.container_commands import CONTAINER_CASES
from tests.unit.swarm.shared_builders import CONTENT

__all__ = ["CASES"]


ROLLING = ("2", "10s", "start-first", "rollback", "7s", "0.5")


CASES: dict[type[Action], list[Case]] = {
    **CONTAINER_CASES,
    CreateService: [
        Case("all fields", lambda context: CreateService.of(FORM, context.cluster), with_everything),
        Case("no tag", lambda context: CreateService.of(ServiceForm(image="shop/cart", name="new"), context.cluster)),
        Case(
            "tag and digest",
            lambda context: CreateService.of(ServiceForm(image=f"a/b:1@{DIGEST}", name="new"), context.cluster),
        ),
        Case(
            "a job",
            lambda context: CreateService.of(
                ServiceForm(image="a/b:1", name="new", mode="replicated-job", completions="5", concurrency="2"),
                context.cluster,
            ),
        ),
    ],
    ScaleService: [Case("up", lambda context: ScaleService.of(context.one(Service, "/services/web"), 5))],
    UpdateImage: [
        Case("pinned", lambda context: UpdateImage.of(context.service(), "shop/cart:2", ImageChoice())),
        Case("pinned, no tag", lambda context: UpdateImage.of(context.service(), "shop/cart", ImageChoice())),
        Case(
            "pinned to the digest that is typed",
            lambda context: UpdateImage.of(context.service(), f"shop/cart@{DIGEST}", ImageChoice()),
        ),
        Case("not there", lambda context: UpdateImage.of(context.service(), "shop/cart:missing", ImageChoice())),
        Case("another tag", lambda context: UpdateImage.of(context.service(), "nginx:1.28")),
        Case("no tag", lambda context: UpdateImage.of(context.service(), "shop/cart")),
        Case("a digest", lambda context: UpdateImage.of(context.service(), f"shop/cart@{DIGEST}")),
        Case("tag and digest", lambda context: UpdateImage.of(context.service(), f"shop/cart:2@{DIGEST}")),
        Case("the hub's long name", lambda context: UpdateImage.of(context.service(), "docker.io/library/nginx:1.28")),
        Case("another registry", lambda context: UpdateImage.of(context.service(), "host:5000/a/b")),
    ],
    ForceUpdate: [Case("once", lambda context: ForceUpdate.of(context.service()))],
    RollBack: [Case("once", lambda context: RollBack.of(context.service()), changed_before)],
    ResumeUpdate: [Case("paused", lambda context: ResumeUpdate.of(context.service()), paused)],
    SetEnvironment: [
        Case("add, change, remove", lines(SetEnvironment, "A=2", "C=x y'z\"", "D="), env("A=1", "B=2")),
        Case("a password", lines(SetEnvironment, f"DB_PASSWORD={SPOKEN_SECRET}"), env("A=1")),
        Case("a value with =", lines(SetEnvironment, "A=1", "OPTS=-Xmx=1g -Dx=y"), env("A=1")),
        Case("one is there twice", lines(SetEnvironment, "A=1", "A=2", "B=1"), env("A=1", "A=2"), none=True),
        Case("one of two goes", lines(SetEnvironment, "A=2"), env("A=1", "A=2"), none=True),
        Case("both go", lines(SetEnvironment, "B=1"), env("A=1", "A=2", "B=1")),
    ],
    SetPorts: [
        Case(
            "add and remove",
            lines(SetPorts, "8081:81", "53:53/udp,mode=host", "90"),
            ports((8080, 80, "tcp", "ingress")),
        ),
        Case("another port outside", lines(SetPorts, "8081:80"), ports((8080, 80, "tcp", "ingress"))),
        Case(
            "one of two with a target",
            lines(SetPorts, "8081:80"),
            ports((8080, 80, "tcp", "ingress"), (8081, 80, "tcp", "ingress")),
            none=True,
        ),
        Case(
            "both with a target",
            lines(SetPorts, "90:90"),
            ports((8080, 80, "tcp", "ingress"), (8081, 80, "tcp", "ingress")),
        ),
        Case(
            "one of two modes",
            lines(SetPorts, "8081:80,mode=host"),
            ports((8080, 80, "tcp", "ingress"), (8081, 80, "tcp", "host")),
        ),
        Case(
            "one of two protocols",
            lines(SetPorts, "53:53"),
            ports((53, 53, "tcp", "ingress"), (53, 53, "udp", "ingress")),
        ),
    ],
    SetPlacement: [
        Case(
            "all sorts",
            lines(SetPlacement, "node.role!=manager", "spread=node.labels.rack", "max-per-node=2"),
            placement(
                Constraints=["node.role == worker"],
                Preferences=[{"Spread": {"SpreadDescriptor": "node.labels.zone"}}],
                MaxReplicas=4,
            ),
        ),
        Case("no limit any more", lines(SetPlacement), placement(MaxReplicas=3)),
        Case(
            "spelled otherwise",
            lines(SetPlacement, "node.role==worker"),
            placement(Constraints=["node.role == worker"]),
        ),
    ],
    SetResources: [
        Case("from nothing", form(SetResources, "0.5", "1g", "100", "0.25", "64m")),
        Case(
            "back to nothing",
            form(SetResources, "", "", "", "", ""),
            lambda context: context.swarm.change_service(
                "web",
                lambda spec: spec["TaskTemplate"].update(
                    Resources={"Limits": {"NanoCPUs": 10**9, "MemoryBytes": 1 << 30, "Pids": 9}}
                ),
            ),
        ),
    ],
    SetServiceLabels: [
        Case("add, change, remove", lines(SetServiceLabels, "a=2", "c=x y'z", "d="), labels(a="1", b="2")),
        Case("beside a key with =", lines(SetServiceLabels, "a=2"), labels(**{"t.enable=true": "", "a": "1", "b": ""})),
        Case("a token", lines(SetServiceLabels, f"api.token={SPOKEN_SECRET}"), labels(a="1")),
        Case(
            "a key with = is put back",
            lambda context: SetServiceLabels(
                Target.of_json(Kind.SERVICE, context.service()), context.service()["Spec"], {"a=b": "c"}
            ),
            none=True,
        ),
    ],
    SetUpdatePolicy: [
        Case("from nothing", form(SetUpdatePolicy, *ROLLING)),
        Case(
            "one value",
            form(SetUpdatePolicy, "3", "0s", "stop-first", "pause", "5s", "0"),
            lambda context: context.change("web", UpdateConfig={"Parallelism": 2, "Monitor": 5 * SECOND}),
        ),
    ],
    SetRollbackPolicy: [
        Case("from nothing", form(SetRollbackPolicy, "2", "10s", "start-first", "continue", "7s", "0.5"))
    ],
    SetRestartPolicy: [
        Case("from nothing", form(SetRestartPolicy, "on-failure", "7s", "3", "2m")),
        Case("one value", form(SetRestartPolicy, "none", "", "", "")),
    ],
    SetEndpointMode: [
        Case("by the tasks' addresses", form(SetEndpointMode, "dnsrr"), ports()),
        Case(
            "by one",
            form(SetEndpointMode, "vip"),
            lambda context: context.change("web", EndpointSpec={"Mode": "dnsrr"}),
        ),
    ],
    SetStopGracePeriod: [Case("from nothing", form(SetStopGracePeriod, "1m30s"))],
    RemoveService: [Case("web", lambda context: RemoveService.of(context.one(Service, "/services/web")))],
    SetAvailability: [
        Case("drain", lambda context: SetAvailability.of(context.node("wrk1"), "drain")),
        Case(
            "a name that two have",
            lambda context: named_apart(SetAvailability.of(context.node("twin"), "drain"), context.cluster),
        ),
    ],
    Promote: [Case("wrk1", lambda context: Promote.of(context.node("wrk1")))],
    Demote: [Case("mgr3", lambda context: Demote.of(context.node("mgr3")))],
    SetNodeLabels: [
        Case(
            "add, change, remove",
            lambda context: SetNodeLabels.of(context.node("wrk1"), {"disk": "hdd", "room": "2nd 'floor'"}),
            lambda context: context.swarm.set_node("wrk1", Labels={"disk": "ssd", "old": ""}),
        ),
        Case(
            "a key with = goes",
            lambda context: SetNodeLabels.of(context.node("wrk1"), {}),
            lambda context: context.swarm.set_node("wrk1", Labels={"a=b": "c"}),
        ),
        Case("a key with = comes", lambda context: SetNodeLabels.of(context.node("wrk1"), {"a=b": "c"}), none=True),
    ],
    SetSecretLabels: [
        Case("a label", lambda context: SetSecretLabels.of(with_secret("key")(context), {"a": "c"}), stored, none=True)
    ],
    SetConfigLabels: [
        Case(
            "a label",
            lambda context: SetConfigLabels.of(context.one(ConfigFile, "/configs/conf"), {"a": "b"}),
            stored,
            none=True,
        )
    ],
    RemoveNode: [Case("by force", lambda context: RemoveNode.of(context.node("wrk1"), force=True))],
    DeployStack: [Case("a file", deploy)],
    RemoveStack: [
        Case(
            "shop",
            lambda context: RemoveStack.of(next(iter(stacks_of(context.cluster))), context.cluster),
            stack,
        )
    ],
    RemovePart: [Case("a service", part)],
    CreateSecret: [
        Case("typed", lambda context: CreateSecret.of("new", CONTENT, (("team", "o p s"),)), typed=CONTENT_TEXT)
    ],
    CreateConfig: [Case("typed", lambda context: CreateConfig.of("new", CONTENT), typed=CONTENT_TEXT)],
    RemoveSecret: [Case("unused", lambda context: RemoveSecret.of(with_secret("unused")(context)), stored)],
    RemoveConfig: [Case("unused", lambda context: RemoveConfig.of(context.one(ConfigFile, "/configs/unused")), stored)],
    RotateSecret: [
        Case(
            "in two files",
            lambda context: RotateSecret.of(with_secret("key")(context), "key-v2", CONTENT, context.cluster),
            stored,
            typed=CONTENT_TEXT,
        )
    ],
    RotateConfig: [
        Case(
            "and remove the old one",
            lambda context: RotateConfig.of(
                context.one(ConfigFile, "/configs/conf"), "conf2", CONTENT, context.cluster, remove_old=True
            ),
            stored,
            typed=CONTENT_TEXT,
        )
    ],
    ReplaceReference: [Case("a secret", replaced, stored)],
    CreateNetwork: [
        Case(
            "all options",
            lambda context: CreateNetwork.of(
                "back",
                NetworkOptions("10.20.0.0/24", "10.20.0.1", True, True, True, False, (("team", "ops"),)),
                context.cluster,
            ),
        ),
        Case(
            "ingress",
            lambda context: CreateNetwork.of(
                "mesh", NetworkOptions("10.20.0.0/16", encrypted=True, ingress=True), context.cluster
            ),
            no_ingress,
        ),
    ],
    RemoveNetwork: [Case("front", lambda context: RemoveNetwork.of(context.one(Network, "/networks/front")), network)],
    RotateJoinToken: [
        Case("worker", lambda context: RotateJoinToken.of(context.one(Swarm, "/swarm"), "worker")),
        Case("manager", lambda context: RotateJoinToken.of(context.one(Swarm, "/swarm"), "manager")),
    ],
    SetAutolock: [Case("on", lambda context: SetAutolock.of(context.one(Swarm, "/swarm"), on=True))],
    RotateUnlockKey: [Case("once", lambda context: RotateUnlockKey.of(context.one(Swarm, "/swarm")), lock)],
    RotateCA: [Case("once", lambda context: RotateCA.of(context.one(Swarm, "/swarm")))],
    SetVolumeAvailability: [Case("drain", drained_volume, cluster_volume)],
    ReplaceRootCA: [Case("with its key", replaced_root)],
    SetExternalCAs: [
        Case("one", lambda context: SetExternalCAs.of(context.one(Swarm, "/swarm"), ("https://ca.example.net/sign",)))
    ],
    **{
        kind: [Case("a number", setting(kind, 90 * 60 * SECOND if not kind.spec_number.unit else 7))]
        for kind in SETTINGS
    },
    EditSpec: [Case("a label", edited, none=True)],
    InitSwarm: [Case("with an address", lambda context: InitSwarm.of(context.info, "10.90.0.16"), no_swarm=True)],
    JoinSwarm: [
        Case(
            "as a drained worker",
            lambda context: JoinSwarm.of(
                context.info, Secret(context.swarm.swarm["JoinTokens"]["Worker"]), "10.90.0.11", availability="drain"
            ),
            node="spare",
        )
    ],
    LeaveSwarm: [
        Case("a worker", lambda context: LeaveSwarm.of(context.info), node="wrk1"),
        Case("a manager by force", lambda context: LeaveSwarm.of(context.info, force=True), node="mgr3"),
    ],
    UnlockSwarm: [],
    RestartTask: [Case("of agent", restart)],
    PruneNode: [Case(sort, prune(sort), lambda context: context.swarm.litter("mgr1")) for sort in SORTS],
}
