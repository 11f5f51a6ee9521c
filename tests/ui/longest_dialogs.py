"""Every dialog with the most that it can hold."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import ChangeConflict, Contested
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.destinations import Destination
from swarmtui.swarm.images.tag_list import TagList, repository_of
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.logs.writers import Writer
from swarmtui.swarm.membership.settings import SETTINGS
from swarmtui.swarm.nodes.availability import SetAvailability
from swarmtui.swarm.nodes.labels import SetNodeLabels
from swarmtui.swarm.nodes.roles import Demote
from swarmtui.swarm.objects.engine import EngineInfo, EngineSwarm
from swarmtui.swarm.objects.swarm import Swarm
from swarmtui.swarm.recording.position import Position
from swarmtui.swarm.services.container.networks import SetNetworks
from swarmtui.swarm.services.create_form import ServiceForm
from swarmtui.swarm.services.lines_change import SetEnvironment, SetServiceLabels
from swarmtui.swarm.services.placement import SetPlacement
from swarmtui.swarm.services.ports import SetPorts
from swarmtui.swarm.services.removal import RemoveService
from swarmtui.swarm.services.rolling import RollBack
from swarmtui.swarm.services.scale import ScaleService
from swarmtui.swarm.services.service_settings import SetResources, SetUpdatePolicy
from swarmtui.swarm.specs.spec_text import spec_text
from swarmtui.swarm.stacks.compose import Comparison, ServiceDifference
from swarmtui.swarm.stacks.compose_files import ComposeFiles
from swarmtui.swarm.stacks.stack import Stack
from swarmtui.swarm.tasks.command_across import CollectedExec
from swarmtui.swarm.tasks.container_exec import ContainerExec
from swarmtui.swarm.tasks.container_file import CopyIn, CopyOut
from swarmtui.swarm.tasks.port_forward import PortForward
from swarmtui.swarm.timeline.event import Category, Event
from swarmtui.swarm.timeline.report import Incident
from swarmtui.swarm.timeline.timeline import Entry
from swarmtui.swarm.volumes.listed import ListedVolume
from swarmtui.tunnel.questions import (
    HostKeyQuestion,
    OpenQuestion,
    PassphraseQuestion,
    Prompt,
    PromptsQuestion,
    Question,
)
from swarmtui.ui.across.dialog import AcrossDialog
from swarmtui.ui.changes.action_dialog import ConfirmDialog
from swarmtui.ui.changes.conflict import ConflictDialog
from swarmtui.ui.changes.edit_spec import EditSpecDialog
from swarmtui.ui.changes.editor import Editor
from swarmtui.ui.changes.labels_dialog import LabelsDialog
from swarmtui.ui.changes.many import FailuresDialog, ManyDialog
from swarmtui.ui.changes.operation import Batch, Operation, Stage
from swarmtui.ui.changes.operations_dialog import OperationsDialog
from swarmtui.ui.changes.protected import ProtectedDialog
from swarmtui.ui.changes.quit import QuitDialog
from swarmtui.ui.changes.undo_dialogs import OlderUndoDialog
from swarmtui.ui.demo.chaos import ChaosDialog
from swarmtui.ui.files.dialogs import CreateFileDialog, RotateDialog
from swarmtui.ui.forwards.dialog import ForwardDialog
from swarmtui.ui.forwards.listing import ForwardsDialog
from swarmtui.ui.kit.dialogs.copy import CopyDialog
from swarmtui.ui.kit.dialogs.dialog import DialogScreen
from swarmtui.ui.kit.dialogs.discard import DiscardDialog
from swarmtui.ui.kit.dialogs.menu import MenuDialog
from swarmtui.ui.kit.dialogs.output import OutputDialog
from swarmtui.ui.kit.dialogs.picker import Option, PickerDialog
from swarmtui.ui.kit.dialogs.save import SaveDialog
from swarmtui.ui.kit.tables.export import ENDINGS, Sheet
from swarmtui.ui.logs.since import TAIL
from swarmtui.ui.logs.since_dialog import SinceDialog
from swarmtui.ui.logs.tally import Tally
from swarmtui.ui.logs.tally_dialog import TallyDialog
from swarmtui.ui.membership.init_join import InitDialog, JoinDialog
from swarmtui.ui.membership.leave_unlock import LeaveByForceDialog, LeaveDialog, UnlockDialog
from swarmtui.ui.membership.recovery import RecoveryDialog
from swarmtui.ui.membership.root_ca import ExternalCADialog, RootCADialog
from swarmtui.ui.membership.setting import SettingDialog
from swarmtui.ui.membership.tokens import TokensDialog
from swarmtui.ui.membership.unlock_key import UnlockKeyDialog
from swarmtui.ui.navigation.related import RelatedDialog
from swarmtui.ui.networks.create import NetworkDialog
from swarmtui.ui.nodes.availability import AvailabilityDialog
from swarmtui.ui.nodes.prune import PruneDialog
from swarmtui.ui.nodes.rebalance import RebalanceDialog
from swarmtui.ui.nodes.removal import DemoteFirstDialog, RemoveNodeDialog
from swarmtui.ui.replay.moment_dialog import MomentDialog
from swarmtui.ui.services.create import CreateServiceDialog
from swarmtui.ui.services.form_dialog import FormDialog
from swarmtui.ui.services.lines_dialog import LinesDialog
from swarmtui.ui.services.newer_images import NewerImagesDialog
from swarmtui.ui.services.scale import ScaleDialog
from swarmtui.ui.services.tag_picker import TagPicker
from swarmtui.ui.services.update_image import ImageDialog
from swarmtui.ui.shell.questions import HostKeyDialog, PromptsDialog, SecretDialog
from swarmtui.ui.stacks.deploy import DeployDialog
from swarmtui.ui.stacks.edit import EditStackDialog
from swarmtui.ui.tasks.file_copy import FilesDialog
from swarmtui.ui.terminal.dialog import TerminalDialog
from swarmtui.ui.timeline.entry_dialog import EntryDialog
from swarmtui.ui.timeline.report_dialog import ReportDialog
from swarmtui.ui.volumes.dialog import ClusterVolumesDialog
from tests.ui.driving import Program
from tests.ui.scripted import ScriptedSession, live
from tests.ui.scripted_nodes import ScriptedForward
from tests.unit.swarm import builders
from tests.unit.swarm.examples.services import RAW
from tests.unit.swarm.shared_builders import network, secret, using, with_shared

__all__ = ["CLUSTER", "INFO", "dialogs"]

LONG = "shop_" + "x" * 58
"""As long as the name of a service may be."""

ERROR = "rpc error: code = InvalidArgument desc = the very long reason of an engine that refuses, word by word " * 6
TWELVE = [f"{number:02d}_{LONG}"[:63] for number in range(12)]


def raw() -> dict[str, Any]:
    """A service with twelve of everything."""
    service = copy.deepcopy(RAW)
    service["ID"] = f"service-{LONG}"
    spec = service["Spec"]
    spec["Name"] = LONG
    spec["Labels"] = {f"com.example.{name}": "a value that is not short at all" for name in TWELVE}
    container = spec["TaskTemplate"]["ContainerSpec"]
    container["Image"] = f"registry.example.com:5000/team/{LONG}:1.27"
    container["Env"] = [f"{name}=a value that is not short at all" for name in TWELVE]
    spec["TaskTemplate"]["Placement"] = {"Constraints": [f"node.labels.{name} == ssd" for name in TWELVE]}
    spec["EndpointSpec"]["Ports"] = [
        {"Protocol": "tcp", "TargetPort": 80 + port, "PublishedPort": 8080 + port, "PublishMode": "ingress"}
        for port in range(12)
    ]
    spec["TaskTemplate"]["Networks"] = [{"Target": f"network-{name}", "Aliases": ["www"]} for name in TWELVE]
    before = copy.deepcopy(spec)
    before["TaskTemplate"]["ContainerSpec"]["Image"] = f"registry.example.com:5000/team/{LONG}:1.26"
    before["TaskTemplate"]["ContainerSpec"]["Env"] = []
    service["PreviousSpec"] = before
    return service


NODES = [*builders.managers(3), *(builders.node(name) for name in TWELVE)]
SERVICE = builders.service(LONG, 2)
KEY = secret(f"key_{LONG}"[:63])
CLUSTER: Cluster = with_shared(
    builders.cluster(NODES, [SERVICE, *(using(name, KEY) for name in TWELVE)], swarm=builders.swarm(autolock=True)),
    [KEY, *map(network, TWELVE)],
)
INFO = EngineInfo(name=LONG, swarm=EngineSwarm("node-mgr1", "10.0.0.7", "active", True))
SEEN = Observation(CLUSTER, live(), INFO)
SESSION = ScriptedSession(CLUSTER, info=INFO)
MEASURED = ScriptedSession(CLUSTER, info=INFO)
MEASURED.nodes.answers["/system/df"] = {
    "Images": [{"Id": f"sha256:{name}", "Containers": 0, "Size": 5, "SharedSize": 0} for name in TWELVE]
}
WORKER = next(node for node in NODES if node.name == TWELVE[0])
MANY_SERVICES = Observation(
    builders.cluster(
        NODES,
        [builders.service(name, 2, status=(2, 2)) for name in TWELVE],
        [builders.task(name, slot, "mgr1") for name in TWELVE for slot in (1, 2)],
    ),
    live(),
)
ENTRY = ContainerExec(Target(Kind.TASK, "task-1", f"{LONG}.1", 0), WORKER, "c0ffee" * 10, "command " * 30)
OF_A_TASK = (ENTRY.target, WORKER, ENTRY.container_id)
ENTRIES = [
    CollectedExec(Target(Kind.TASK, f"task-{number}", f"{LONG}.{number}", 0), WORKER, "c0ffee" * 10, "command " * 30)
    for number in range(12)
]
FORWARD = PortForward(Target(Kind.TASK, "task-1", f"{LONG}.1", 0), WORKER, "c0ffee" * 10, 8080)
CONFLICT = ChangeConflict("x", field="environment", entries=tuple(Contested(name, LONG, LONG, LONG) for name in TWELVE))


def forwarding() -> ScriptedSession:
    """A session with twelve forwarded ports."""
    session = ScriptedSession(CLUSTER, info=INFO)
    session.nodes.opened_forwards = tuple(
        ScriptedForward(FORWARD, session.nodes, port) for port in range(40_000, 40_012)
    )
    return session


def asked(question: Question) -> OpenQuestion:
    return OpenQuestion(question, Future())


def drains() -> list[Action]:
    return [SetAvailability.of(node, "drain") for node in NODES[3:]]


def failed() -> Batch:
    operations = [Operation(action, Stage.FAILED, ERROR) for action in drains()]
    return Batch("Drain 12 nodes", len(operations), operations)


def edited() -> DialogScreen[Any]:
    before, after = raw(), raw()["Spec"]
    after["TaskTemplate"]["ContainerSpec"]["Env"] = []
    return EditSpecDialog(Kind.SERVICE, before, SEEN, Editor(nullcontext), text=spec_text(after, ""))


class Comparing(ScriptedSession):
    """Finds a difference in each of twelve services."""

    def compare(self, files: ComposeFiles, stack: str) -> Future[Comparison]:
        compared = super().compare(files, stack)
        compared.set_result(
            Comparison(files, stack, tuple(ServiceDifference(name, "changed", (ERROR,)) for name in TWELVE))
        )
        return compared


def edited_stack() -> DialogScreen[Any]:
    text = spec_text({"services": raw()["Spec"]})
    return EditStackDialog(Comparing(CLUSTER, info=INFO), SEEN, Stack(LONG[:48]), Editor(nullcontext), text=text)


def whole_form() -> ServiceForm:
    return ServiceForm(image=f"registry.example.com:5000/{LONG}:1", name=LONG, environment=form().environment)


def form() -> ServiceForm:
    return ServiceForm(
        image=f"registry.example.com:5000/{LONG}:1",
        name=LONG,
        environment="\n".join(f"{name}=x" for name in TWELVE),
        ports="\n".join(["no port at all", *(f"80{port:02d}:80" for port in range(11))]),
        constraints="\n".join(TWELVE),
        labels="x=1",
        mounts="data:/data",
        reserve_cpu="many",
        restart_delay="soon",
        update_delay="soon",
        health="command",
        health_interval="often",
    )


class _Tags(ScriptedSession):
    """Knows all tags at once."""

    def find_tags(self, image: str, *, again: bool = False) -> Future[TagList]:
        future = super().find_tags(image, again=again)
        tags = tuple(f"1.{number}-{LONG}" for number in range(40))
        future.set_result(TagList(repository_of(image), tags, remark=ERROR))
        return future


def session_with_tags() -> ScriptedSession:
    return _Tags(CLUSTER, info=INFO)


def dialogs(program: Program) -> Mapping[str, Callable[[], DialogScreen[Any]]]:
    """Each with the most that it can hold."""
    return {
        "confirm, with a name to type": lambda: ConfirmDialog(RemoveService.of(SERVICE), SEEN),
        "confirm, read-only": lambda: ConfirmDialog(RemoveService.of(SERVICE), replace(SEEN, read_only=True)),
        "roll back": lambda: ConfirmDialog(RollBack.of(raw()), SEEN),
        "scale": lambda: ScaleDialog(SERVICE, 7, SEEN),
        "image": lambda: ImageDialog(raw(), SEEN, SESSION),
        "tags": lambda: TagPicker(session_with_tags(), f"registry.example.com:5000/team/{LONG}:1.27"),
        "newer images": lambda: NewerImagesDialog(MANY_SERVICES, SESSION),
        **{
            f"lines: {kind.field}": lambda kind=kind: LinesDialog(kind, raw(), SEEN)  # type: ignore[misc]
            for kind in (SetEnvironment, SetServiceLabels, SetPorts, SetPlacement, SetNetworks)
        },
        **{
            f"form: {kind.field}": lambda kind=kind: FormDialog(kind, raw(), SEEN)  # type: ignore[misc]
            for kind in (SetResources, SetUpdatePolicy)
        },
        "availability": lambda: AvailabilityDialog(WORKER, SEEN),
        "node labels": lambda: LabelsDialog(SetNodeLabels, WORKER, SEEN),
        "remove a node": lambda: RemoveNodeDialog(WORKER, SEEN),
        "shell": lambda: TerminalDialog(SESSION, ENTRY),
        "forward a port": lambda: ForwardDialog(SESSION, FORWARD, range(1, 12)),
        "forwarded ports": lambda: ForwardsDialog(forwarding(), LONG),
        "a command in several containers": lambda: AcrossDialog(SESSION, ENTRIES, [ERROR] * 12),
        "files": lambda: FilesDialog(SESSION, CopyOut(*OF_A_TASK), CopyIn(*OF_A_TASK)),
        "rebalance": lambda: RebalanceDialog(WORKER, MANY_SERVICES, SESSION),
        "prune": lambda: PruneDialog(WORKER, SEEN, MEASURED),
        "demote first": lambda: DemoteFirstDialog(Demote.of(NODES[1], CLUSTER), SEEN),
        "many": lambda: ManyDialog(drains(), [f"{name} is drained already." for name in TWELVE], SEEN),
        "failures": lambda: FailuresDialog(failed()),
        "create a service": lambda: CreateServiceDialog(SEEN, form=form(), refused=True),
        "create a service, all is right": lambda: CreateServiceDialog(SEEN, form=whole_form()),
        "network": lambda: NetworkDialog(SEEN),
        "root CA": lambda: RootCADialog(swarm_of(CLUSTER), SEEN),
        "cluster volumes": lambda: ClusterVolumesDialog(session_with_volumes(), SEEN),
        "external CA": lambda: ExternalCADialog(swarm_of(CLUSTER), SEEN),
        "create a secret": lambda: CreateFileDialog(Kind.SECRET, SEEN),
        "create a config": lambda: CreateFileDialog(Kind.CONFIG, SEEN),
        "rotate": lambda: RotateDialog(KEY, SEEN),
        "deploy": lambda: DeployDialog(SESSION, SEEN, stack=LONG),
        **{
            f"setting: {setting.field}": lambda setting=setting: SettingDialog(setting, swarm_of(CLUSTER), SEEN)  # type: ignore[misc]
            for setting in SETTINGS[:1]
        },
        "init": lambda: InitDialog([f"10.0.0.{number}" for number in range(12)], SEEN),
        "join": lambda: JoinDialog(SEEN),
        "leave": lambda: LeaveDialog(SEEN),
        "leave by force": lambda: LeaveByForceDialog(SEEN),
        "unlock": lambda: UnlockDialog(SEEN),
        "edit": edited,
        "edit a stack": edited_stack,
        "conflict": lambda: ConflictDialog(ScaleService.of(SERVICE, 7), CONFLICT),
        "output": lambda: OutputDialog(f"Deploy {LONG}", f"docker {ERROR}", [ERROR] * 12, failed=True),
        "recovery": lambda: RecoveryDialog(SEEN),
        "tokens": TokensDialog,
        "unlock key": UnlockKeyDialog,
        "new unlock key": lambda: UnlockKeyDialog(fresh=True),
        "protected": lambda: ProtectedDialog(LONG, f"Scale {LONG} from 2 to 7"),
        "quit": lambda: QuitDialog([Operation(action, Stage.SETTLING, ERROR) for action in drains()]),
        "discard": lambda: DiscardDialog(ERROR),
        "copy": lambda: CopyDialog(dict.fromkeys(TWELVE, ERROR)),
        "save": lambda: SaveDialog("12 rows", f"{LONG}.csv", Sheet(("NAME",), ()).as_file, ENDINGS),
        "save text": lambda: SaveDialog(f"the log of {LONG}", f"{LONG}.log", str),
        "menu": lambda: MenuDialog(f"Change {LONG}: what?", {name: name for name in TWELVE}),
        "picker": lambda: PickerDialog("Networks", [Option(name, ERROR) for name in TWELVE * 2], empty=""),
        "related": lambda: RelatedDialog(LONG, [Destination(Kind.SERVICE, name, name) for name in TWELVE]),
        "moment": lambda: MomentDialog(Position(0.0, 0.0, 0.0)),
        "since": lambda: SinceDialog(TAIL, lambda: 0.0),
        "tally": lambda: TallyDialog(lambda: [Tally(Writer(name), 7, 3) for name in TWELVE * 2], lambda: 0.0, ERROR),
        "entry": lambda: EntryDialog(TOLD, Future, superseded=False),
        "report": lambda: ReportDialog(lambda span: Incident(LONG, span, ()), lambda: 0.0),
        "chaos": lambda: ChaosDialog({name: {"x": lambda: None} for name in TWELVE * 2}),
        "host key": lambda: HostKeyDialog(*host_key()),
        "passphrase": lambda: SecretDialog(*passphrase()),
        "prompts": lambda: PromptsDialog(*prompts()),
        "older undo": lambda: OlderUndoDialog([ERROR] * 6, f"Scale {LONG}"),
        "changes": lambda: OperationsDialog(program.app.changes.operations),
    }


TOLD = Entry(
    "1",
    Event(0.0, Kind.TASK, LONG, LONG, Category.FAILURE, ERROR, "bad", before=LONG, after=ERROR, command=LONG),
    40,
    0.0,
    tuple(Event(0.0, Kind.TASK, LONG, LONG, Category.FAILURE, ERROR) for _ in range(40)),
)


def session_with_volumes() -> ScriptedSession:
    session = ScriptedSession(CLUSTER)
    mode = {"Scope": "multi", "Sharing": "onewriter", "BlockVolume": {}}
    spec = {"Group": LONG, "AccessMode": mode, "CapacityRange": {"RequiredBytes": 1 << 30, "LimitBytes": 1 << 40}}
    session.volumes = tuple(
        ListedVolume(name, f"{LONG}{name}", LONG, 7, spec, 1 << 35, True, (("node-mgr1", "published"),))
        for name in TWELVE
    )
    return session


def swarm_of(cluster: Cluster) -> Swarm:
    assert cluster.swarm is not None
    return cluster.swarm


def host_key() -> tuple[OpenQuestion, HostKeyQuestion]:
    others = tuple(f"/home/somebody/.ssh/known_hosts:{line}" for line in range(12))
    question = HostKeyQuestion(
        LONG, f"{LONG}:22", "jump host 1 of 2", "ssh-ed25519", f"SHA256:{'x' * 43}", Path(f"/home/{LONG}"), others
    )
    return asked(question), question


def passphrase() -> tuple[OpenQuestion, PassphraseQuestion]:
    question = PassphraseQuestion(Path(f"/home/{LONG}/id_ed25519"), 2, 3)
    return asked(question), question


def prompts() -> tuple[OpenQuestion, PromptsQuestion]:
    question = PromptsQuestion("user", LONG, LONG, ERROR, tuple(Prompt(f"{name}: ", False) for name in TWELVE))
    return asked(question), question
