"""The time line that comes of snapshots: what is told of what changed, once, and without a flood."""

from __future__ import annotations

import msgspec
import pytest

from swarmtui.swarm.actions import names
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.file import SecretFile
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.timeline.event import Source
from swarmtui.swarm.timeline.keeper import TimelineKeeper
from swarmtui.swarm.timeline.own import OwnChange
from swarmtui.swarm.timeline.timeline import Entry
from tests.unit.swarm.builders import NOW, ago, cluster, managers, node, replicas_on, service, swarm, task

NODES = [*managers(1), node("wrk1"), node("wrk2")]


class Watching:
    """A keeper that is shown one snapshot after another, a second apart."""

    def __init__(self, first: Cluster) -> None:
        self.keeper = TimelineKeeper()
        self.now = NOW
        self.show(first)
        self.at_first = set(self.texts)

    def show(self, snapshot: Cluster) -> None:
        self.keeper.observe(snapshot, self.now)
        self.now += 1.0

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self.keeper.timeline.entries

    @property
    def texts(self) -> list[str]:
        return [entry.text for entry in self.entries]

    @property
    def new(self) -> list[str]:
        """What was not there at the first sight, newest first."""
        return [text for text in self.texts if text not in self.at_first]


def failed(slot: int, on: str, seconds_ago: float, *, code: int = 1) -> Task:
    return task(
        "web",
        slot,
        on,
        state="failed",
        desired="shutdown",
        created=seconds_ago + 2,
        since=seconds_ago,
        error=f"task: non-zero exit ({code})",
        exit_code=code,
    )


def test_nothing_is_told_while_nothing_changes() -> None:
    snapshot = cluster(NODES, [service("web", 2)], replicas_on("web", "wrk1", "wrk2"))
    watching = Watching(snapshot)
    shown = watching.keeper.timeline
    watching.show(snapshot)
    watching.show(snapshot.with_all(Service, [service("web", 2, status=(1, 2))]))  # only its count
    assert watching.keeper.timeline is shown


def test_a_crash_loop_is_one_line_that_counts() -> None:
    tasks = [task("web", 1, "wrk1", created=1)]
    watching = Watching(cluster(NODES, [service("web")], tasks))
    for turn in range(14):
        tasks = [failed(1, f"wrk{turn % 2 + 1}", 0.5 + (14 - turn) * 3), *tasks][:6]
        watching.show(cluster(NODES, [service("web")], tasks))
    assert watching.new == ["web.1 failed 14 times in 35 s: exit 1 (error)"]
    [entry] = [entry for entry in watching.entries if entry.count > 1]
    assert len(entry.events) == 14
    assert entry.events[0].text == "web.1 failed on wrk2: exit 1 (error)"


def test_tasks_that_find_no_node_are_one_line() -> None:
    waiting = [
        task("web", slot, state="pending", error="no suitable node (1 node not available)") for slot in range(1, 10)
    ]
    watching = Watching(cluster(NODES, [service("web", 9)], []))
    watching.show(cluster(NODES, [service("web", 9)], waiting))
    assert watching.new == ["9 tasks of web cannot be placed: no suitable node (1 node not available)"]


def test_a_task_that_moves_is_told_with_both_nodes() -> None:
    before = task("web", 2, "wrk1", created=600)
    watching = Watching(cluster(NODES, [service("web")], [before]))
    gone = task("web", 2, "wrk1", created=600, state="shutdown", desired="shutdown", since=2, id=before.id)
    after = task("web", 2, "wrk2", created=3, since=1)
    watching.show(cluster(NODES, [service("web")], [gone, after]))
    assert watching.new == ["web.2 moved from wrk1 to wrk2"]
    assert next(watching.keeper.timeline.about("node-wrk1")).text == watching.new[0]
    assert next(watching.keeper.timeline.about("service-web")).text == watching.new[0]


def test_a_task_that_is_stopped_has_not_failed() -> None:
    runs = task("web", 1, "wrk1", desired="shutdown")
    watching = Watching(cluster(NODES, [service("web")], [runs]))
    watching.show(cluster(NODES, [service("web")], [msgspec.structs.replace(failed(1, "wrk1", 1), id=runs.id)]))
    assert watching.new == []


def test_an_outage_is_told_as_a_gap() -> None:
    watching = Watching(cluster(NODES))
    keeper = watching.keeper
    keeper.connected(True, NOW, 5.0)
    keeper.connected(False, NOW + 20, 25.0)
    keeper.connected(True, NOW + 125, 130.0)
    assert watching.texts[0] == "not connected for 2 min: of what happened meanwhile only what is left of it is told"
    assert watching.entries[0].event.source is Source.GAP


def test_a_list_that_is_refused_for_a_while_has_not_been_emptied() -> None:
    secrets = cluster(NODES, swarm=swarm()).with_all(SecretFile, [SecretFile(id="s", created_at=ago(60))])
    watching = Watching(secrets)
    watching.show(secrets.with_refusal(Kind.SECRET, "403"))
    watching.show(secrets)
    assert watching.new == []


def test_another_swarm_begins_anew() -> None:
    watching = Watching(cluster(NODES, [service("web")], swarm=swarm()))
    other = msgspec.structs.replace(swarm(), id="another")
    watching.show(cluster(managers(1), [service("api")], swarm=other))
    assert not [text for text in watching.texts if "web" in text]


def scale(version: int, *, at: float = NOW, outcome: str = "done") -> OwnChange:
    return OwnChange(
        at, Kind.SERVICE, "service-web", "web", "Scale web from 2 to 4", "docker service scale web=4", outcome, version
    )


@pytest.mark.parametrize("first", ["seen", "made"])
def test_what_was_done_here_is_told_once(first: str) -> None:
    watching = Watching(cluster(NODES, [service("web", 2)]))
    after = cluster(NODES, [service("web", 4, version=12, updated=0)])
    if first == "made":
        watching.keeper.changed_here(scale(10))
        watching.show(after)
    else:
        watching.show(after)
        watching.keeper.changed_here(scale(10))
    watching.keeper.settle(NOW + 100)
    assert watching.new == ["web scaled from 2 to 4"]
    assert watching.entries[0].event.source is Source.OWN
    assert watching.entries[0].event.command == "docker service scale web=4"


def test_what_somebody_else_did_later_is_not_taken_for_ours() -> None:
    watching = Watching(cluster(NODES, [service("web", 2)]))
    watching.keeper.changed_here(scale(10))
    watching.show(cluster(NODES, [service("web", 4, version=11, updated=0)]))
    watching.show(cluster(NODES, [service("web", 1, version=12, updated=0)]))
    assert {entry.text: entry.event.source for entry in watching.entries if "scaled" in entry.text} == {
        "web scaled from 2 to 4": Source.OWN,
        "web scaled from 4 to 1": Source.SEEN,
    }


def test_what_was_done_here_and_shows_nowhere_is_told_by_itself() -> None:
    watching = Watching(cluster(NODES, [service("web", 2)]))
    watching.keeper.changed_here(scale(10))
    watching.keeper.settle(NOW + 1)
    assert watching.new == []
    watching.keeper.settle(NOW + 30)
    assert watching.new == ["Scale web from 2 to 4"]
    watching.show(cluster(NODES, [service("web", 4, version=12, updated=-20)]))  # it shows late
    assert watching.new == ["web scaled from 2 to 4"]


REMOVAL = OwnChange(
    NOW, Kind.SERVICE, "service-web", "web", "Remove web", "docker service rm web", action=names.REMOVE_SERVICE
)
CREATION = OwnChange(
    NOW, Kind.SERVICE, "", "web", "Create web", "docker service create web", action=names.CREATE_SERVICE
)


@pytest.mark.parametrize(("change", "is_ours"), [(REMOVAL, True), (scale(0), False)])
def test_a_removal_is_ours_if_we_removed_it(change: OwnChange, is_ours: bool) -> None:
    watching = Watching(cluster(NODES, [service("web", 2)]))
    watching.keeper.changed_here(msgspec.structs.replace(change, at=NOW))
    watching.show(cluster(NODES))
    assert watching.texts[0] == "web was removed"
    assert (watching.entries[0].event.source is Source.OWN) is is_ours


@pytest.mark.parametrize(("change", "is_ours"), [(CREATION, True), (scale(0), False)])
def test_a_creation_is_ours_if_we_created_it(change: OwnChange, is_ours: bool) -> None:
    watching = Watching(cluster(NODES))
    watching.keeper.changed_here(change)
    watching.show(cluster(NODES, [msgspec.structs.replace(service("web", 2), created_at=ago(0))]))
    assert watching.texts[0].startswith("web was created")
    assert (watching.entries[0].event.source is Source.OWN) is is_ours


def test_what_was_tried_here_in_vain_is_told_at_once() -> None:
    watching = Watching(cluster(NODES, [service("web", 2)]))
    failed_change = msgspec.structs.replace(scale(10, outcome="failed"), error="the engine said no")
    watching.keeper.changed_here(failed_change)
    assert watching.new == ["Scale web from 2 to 4: failed: the engine said no"]


def test_secret_values_stand_nowhere() -> None:
    watching = Watching(cluster(NODES, [service("web", labels={"api.token": "hunter2"})]))
    labels = {"api.token": "hunter3", "url": "https://ops:hunter4@db/x", "note": "password=hunter5"}
    watching.show(cluster(NODES, [service("web", version=11, labels=labels)]))
    error = "starting container failed: --password=hunter6 is not known"
    rejected = task("web", 1, "wrk1", state="rejected", error=error)
    watching.show(cluster(NODES, [service("web", version=11, labels=labels)], [rejected]))
    assert len(watching.new) == 2
    assert "hunter" not in repr(watching.entries)
    assert "label api.token has another value" in "".join(watching.new)


def test_old_entries_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("swarmtui.swarm.timeline.keeper.MOST_ENTRIES", 50)
    watching = Watching(cluster(NODES, [service("web", 1)]))
    for turn in range(100):
        watching.show(cluster(NODES, [service("web", turn + 2, version=11 + turn, updated=-turn)]))
    assert len(watching.entries) == 50
    assert watching.texts[0] == "web scaled from 100 to 101"


def test_a_paused_update_names_its_task_rather_than_the_id() -> None:
    task_id = "tcf3t48zxyomtpk2q1fvhtp4m"
    said = f"update paused due to failure or early termination of task {task_id}"
    whole = service("web", 1)
    paused = service("web", 1, update="paused", update_message=said, update_started=ago(5), version=11)
    watching = Watching(cluster(NODES, [whole], [task("web", 1, "wrk1", id=task_id)]))
    watching.show(cluster(NODES, [paused], [task("web", 1, "wrk1", id=task_id)]))
    assert "web: update paused due to failure or early termination of web.1" in watching.new
    assert any("early termination of a task" in text for text in Watching(cluster(NODES, [paused])).texts)
