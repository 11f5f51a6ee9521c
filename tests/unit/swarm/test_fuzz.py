"""Whatever an engine leaves out, everything is still answered."""

from __future__ import annotations

import contextlib
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from swarmtui.errors import NotPossible
from swarmtui.swarm import short_text as description
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.health.services import service_health
from swarmtui.swarm.health.swarm import swarm_health
from swarmtui.swarm.health.tasks import doubt_about
from swarmtui.swarm.membership import quorum
from swarmtui.swarm.membership.tokens import RotateJoinToken
from swarmtui.swarm.nodes.availability import SetAvailability
from swarmtui.swarm.nodes.roles import Demote, Promote
from swarmtui.swarm.objects.decoding import decode_list
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.swarm import Swarm
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.services import constraints, replicas, rollout
from swarmtui.swarm.services.scale import ScaleService
from swarmtui.swarm.syntax.image import short_image
from swarmtui.swarm.tasks import ending, history, task_state
from swarmtui.swarm.tasks.states import STATES
from swarmtui.swarm.timeline.keeper import TimelineKeeper
from swarmtui.swarm.timeline.report import Incident, Span, incident_report
from swarmtui.swarm.timeline.slot_life import slot_life
from swarmtui.swarm.timeline.state import state_lines
from swarmtui.swarm.timeline.timeline import Timeline
from swarmtui.ui.kit.texts.text_lines import plain
from swarmtui.ui.tasks.slot_drawing import slot_lines

IDS = st.sampled_from(("a", "b", "c", ""))
NUMBERS = st.integers(0, 5)
TIMES = st.sampled_from(("2026-03-01T12:00:00Z", "2026-03-01T12:00:00.123456789Z", "0001-01-01T00:00:00Z", "", "never"))
LABELS = st.none() | st.dictionaries(st.sampled_from(("disk", "zone")), st.text(max_size=3), max_size=2)


def _partial(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An object of which any field may be missing."""
    return st.fixed_dictionaries({}, optional=fields)


def _or_null(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


VERSION = _partial(Index=NUMBERS)
RESOURCES = _partial(NanoCPUs=NUMBERS, MemoryBytes=NUMBERS)
PLATFORM = _partial(Architecture=st.sampled_from(("", "x86_64", "arm64")), OS=st.sampled_from(("", "linux")))
PORT = _partial(
    Protocol=st.sampled_from(("tcp", "udp", "")),
    TargetPort=NUMBERS,
    PublishedPort=NUMBERS,
    PublishMode=st.sampled_from(("ingress", "host")),
)
PORTS = _or_null(st.lists(PORT, max_size=3))
COMMON: dict[str, st.SearchStrategy[Any]] = {"ID": IDS, "Version": VERSION, "CreatedAt": TIMES, "UpdatedAt": TIMES}
NODE = _partial(
    **COMMON,
    Spec=_partial(
        Role=st.sampled_from(("worker", "manager", "")),
        Availability=st.sampled_from(("active", "pause", "drain", "")),
        Labels=LABELS,
    ),
    Description=_partial(
        Hostname=st.sampled_from(("a", "b", "")),
        Platform=PLATFORM,
        Resources=RESOURCES,
        Engine=_partial(Labels=LABELS, Plugins=_or_null(st.just([]))),
    ),
    Status=_partial(
        State=st.sampled_from(("ready", "down", "unknown", "")), Addr=st.sampled_from(("10.0.0.1", "x", ""))
    ),
    ManagerStatus=_or_null(_partial(Leader=st.booleans(), Reachability=st.sampled_from(("reachable", "unreachable")))),
)
MODE = st.one_of(
    _partial(Replicated=_or_null(_partial(Replicas=_or_null(NUMBERS)))),
    _partial(Global=st.just({})),
    _partial(ReplicatedJob=_or_null(_partial(MaxConcurrent=_or_null(NUMBERS), TotalCompletions=_or_null(NUMBERS)))),
    _partial(GlobalJob=st.just({})),
)
CONSTRAINT = st.sampled_from(
    ("node.role==manager", "node.labels.disk != x", "node.ip == 10.0.0.0/8", "node.x == y", "??")
)
SERVICE = _partial(
    **COMMON,
    Spec=_partial(
        Name=st.sampled_from(("web", "")),
        Labels=LABELS,
        Mode=MODE,
        TaskTemplate=_partial(
            ContainerSpec=_or_null(_partial(Image=st.sampled_from(("i:1", "i@sha256:0", "")), Labels=LABELS)),
            Resources=_or_null(_partial(Reservations=_or_null(RESOURCES))),
            Placement=_or_null(
                _partial(
                    Constraints=_or_null(st.lists(CONSTRAINT, max_size=2)),
                    MaxReplicas=NUMBERS,
                    Platforms=_or_null(st.lists(PLATFORM, max_size=2)),
                )
            ),
            ForceUpdate=NUMBERS,
        ),
        EndpointSpec=_or_null(_partial(Ports=PORTS)),
    ),
    Endpoint=_partial(Ports=PORTS),
    UpdateStatus=_or_null(
        _partial(
            State=st.sampled_from(("updating", "paused", "completed", "rollback_started", "rollback_paused", "")),
            StartedAt=TIMES,
            Message=st.text(max_size=3),
        )
    ),
    ServiceStatus=_or_null(_partial(RunningTasks=NUMBERS, DesiredTasks=NUMBERS, CompletedTasks=NUMBERS)),
    JobStatus=_or_null(_partial(JobIteration=VERSION)),
)
STATE = st.sampled_from((*STATES, "", "daydreaming"))
TASK = _partial(
    **COMMON,
    ServiceID=IDS,
    NodeID=IDS,
    Slot=NUMBERS,
    Spec=_partial(ContainerSpec=_or_null(_partial(Image=st.just("i:1"))), ForceUpdate=NUMBERS),
    Status=_partial(
        State=STATE, Timestamp=TIMES, Err=st.text(max_size=3), ContainerStatus=_or_null(_partial(ContainerID=IDS))
    ),
    DesiredState=STATE,
    JobIteration=_or_null(VERSION),
)


NODE_THERE = {"ID": "there", "Description": {"Hostname": "there"}}


def _snapshot(nodes: list[Any], services: list[Any], tasks: list[Any] | None) -> Cluster:
    snapshot = Cluster(swarm=Swarm())
    snapshot = snapshot.with_all(Node, decode_list(Node, msgspec.json.encode(nodes)))
    snapshot = snapshot.with_all(Service, decode_list(Service, msgspec.json.encode(services)))
    if tasks is None:
        return snapshot
    return snapshot.with_all_tasks(decode_list(Task, msgspec.json.encode(tasks)))


def _actions(snapshot: Cluster) -> list[Action]:
    made: list[Action] = [RotateJoinToken.of(Swarm(), "worker")]
    for node in snapshot.nodes.values():
        made += [SetAvailability.of(node, availability) for availability in ("active", "pause", "drain")]
        for kind in (Promote, Demote):
            with contextlib.suppress(NotPossible):
                made.append(kind.of(node))
        with contextlib.suppress(NotPossible):
            made.append(Demote.of(node, snapshot))
    for service in snapshot.services.values():
        for number in (0, 1, 4):
            with contextlib.suppress(NotPossible):
                made.append(ScaleService.of(service, number))
    return made


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def the_report_and_the_slots_are_told(snapshot: Cluster, timeline: Timeline) -> None:
    for change in timeline.spec_changes.values():
        change.difference()
    for task in snapshot.all_tasks():
        life = slot_life(snapshot, timeline, task.service_id, history.slot_of(snapshot, task))
        assert life.of(task.id) is not None
        assert all(plain(line.line) for line in slot_lines(life, snapshot, 0.0, None, 78))
    state = tuple(state_lines(snapshot, 0.0))
    assert incident_report(Incident("prod", Span(0.0, 1.0), timeline.entries, (), state, (), 1.0)).endswith("\n")


@given(st.lists(NODE, max_size=4), st.lists(SERVICE, max_size=3), st.none() | st.lists(TASK, max_size=8))
def test_everything_is_answered(nodes: list[Any], services: list[Any], tasks: list[Any] | None) -> None:
    snapshot = _snapshot(nodes, services, tasks)
    keeper = TimelineKeeper()
    for each in (_snapshot([NODE_THERE], [], None), snapshot, _snapshot([NODE_THERE], services[1:], (tasks or [])[1:])):
        keeper.observe(each, 0.0)
    assert all(entry.text for entry in keeper.timeline.entries)
    the_report_and_the_slots_are_told(snapshot, keeper.timeline)
    assert quorum.Quorum.of(snapshot).text
    assert replicas.totals(snapshot).nodes == len(snapshot.nodes)
    sums = swarm_health(snapshot, 0.0)
    assert sums.well + sums.unknown + sums.looping <= sums.services
    for service in snapshot.services.values():
        counted = replicas.count(snapshot, service)
        assert "-" not in counted.text
        progress = rollout.rollout_of(snapshot, service)
        assert progress is None or isinstance(progress.sentence, str)
        description.ports_text(service)
        short_image(service.image)
        constraints.nodes_meeting(snapshot, service)
        constraints.obstacles_text(snapshot, service)
        rows = history.rows_of(snapshot, service.id)
        assert len(rows) == len(snapshot.tasks_of(service.id) or ())
        verdict = service_health(snapshot, service, 0.0)
        assert isinstance(verdict.reason, str)
        assert verdict.well is not True or not verdict.alarming
        for row in rows:
            doubt_about(service, row.failures, 0.0)
    for node in snapshot.nodes.values():
        assert len(history.rows_on(snapshot, node.id)) == len(snapshot.tasks_on(node.id))
        for change in (quorum.after_promotion, quorum.after_demotion, quorum.after_loss):
            assert change(snapshot, node).text
    for task in snapshot.all_tasks():
        assert task_state.state_of(snapshot, task, 0.0).word
        ending.cause_of(task)
        snapshot.task_name(task)
    history.errors_of(snapshot.all_tasks())
    for action in _actions(snapshot):
        assert action.title
        assert action.button
        assert action.docker_command
        impact = action.impact(snapshot)
        assert all(consequence.text for consequence in impact.consequences)
        assert action.progress(snapshot).text


@given(st.text() | st.from_regex(r"node\.(id|ip|labels\.a) ?(==|!=) ?[a-z0-9./:*]+"))
def test_any_text_is_a_constraint_or_is_refused(text: str) -> None:
    with contextlib.suppress(constraints.InvalidConstraint):
        constraints.matches(constraints.parse(text), Node(id="n"))
