"""What is done to an existing service: what is sent, what the dialog says, what is refused and with which words."""

from __future__ import annotations

import copy
import shlex
from collections.abc import Callable
from functools import partial

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import QUIET, Progress
from swarmtui.swarm.objects.service import Port, UpdateConfig
from swarmtui.swarm.services.change import PartChange, ServiceChange, ValueChange
from swarmtui.swarm.services.container.files import SetConfigs, SetSecrets
from swarmtui.swarm.services.container.mounts import SetMounts
from swarmtui.swarm.services.container.networks import SetNetworks
from swarmtui.swarm.services.lines_change import LinesChange, SetEnvironment, SetServiceLabels
from swarmtui.swarm.services.placement import SetPlacement
from swarmtui.swarm.services.ports import SetPorts
from swarmtui.swarm.services.removal import RemoveService
from swarmtui.swarm.services.restarts import RollingPolicy
from swarmtui.swarm.services.rolling import ForceUpdate, ResumeUpdate, RollBack
from swarmtui.swarm.services.service_settings import SetResources, SetRestartPolicy, SetUpdatePolicy
from swarmtui.swarm.services.update_image import UpdateImage
from swarmtui.swarm.specs.difference import diff_text
from swarmtui.swarm.syntax.image import short_image
from tests.unit.swarm.builders import cluster, node, replicas_on, service, task
from tests.unit.swarm.examples.services import EXAMPLES, RAW, raw_service
from tests.unit.swarm.reading import dangers, lines, refusal, text, warnings

NODES = [node("a", manager=True), node("b"), node("c")]
WEB = service("web", 2, constraints=["node.role == worker"])
SWARM = cluster(NODES, [WEB], replicas_on("web", "b", "c"))
CHANGES = [action for action, _ in EXAMPLES if isinstance(action, ServiceChange)]


# ------------------------------------------------------------------------------------------------ all of them


@pytest.mark.parametrize(
    "action", [each for each in CHANGES if isinstance(each, (ValueChange, PartChange))], ids=lambda each: each.name
)
def test_undo_puts_the_value_back(action: ServiceChange) -> None:
    back = action.undo
    if isinstance(action, (ForceUpdate, ResumeUpdate)):
        assert back is None
        return
    assert isinstance(back, ServiceChange)
    assert (back.seen, back.wanted) == (action.wanted, action.seen)
    assert back.value(back.change(action.after)) == action.seen


@pytest.mark.parametrize("action", CHANGES, ids=lambda each: each.name)
def test_nothing_shows_a_password(action: ServiceChange) -> None:
    shown = [repr(action), action.title, action.docker_command, action.seen, action.wanted, text(action, SWARM)]
    assert not any("hunter2" in each for each in (*shown, diff_text(action.difference)))


@pytest.mark.parametrize("action", CHANGES, ids=lambda each: each.name)
def test_a_service_that_is_gone(action: ServiceChange) -> None:
    assert dangers(action, cluster(NODES)) == ["web is no longer in the swarm: the engine will refuse this."]
    assert action.progress(cluster(NODES)) == Progress.by_others("web was removed")


@pytest.mark.parametrize("action", CHANGES, ids=lambda each: each.name)
def test_the_command_is_one_line_that_a_shell_takes(action: ServiceChange) -> None:
    words = shlex.split(action.docker_command)
    assert words[:2] == ["docker", "service"]
    assert words[-1] == "web"


# ------------------------------------------------------------------------------------------------ image


def test_the_image_is_typed_without_its_digest_and_the_digest_goes_with_another_image_only() -> None:
    assert UpdateImage.typed(RAW) == "nginx:1.27"
    assert UpdateImage.of(RAW, "nginx:1.27").title == "Unpin nginx:1.27 of web from its digest"
    action = UpdateImage.of(RAW, " nginx:1.28 ")
    assert action.title == "Update web from nginx:1.27 to nginx:1.28"
    assert action.docker_command == "docker service update --no-resolve-image --image nginx:1.28 web"
    assert "Each node pulls what the tag 1.28 points to" in text(action, SWARM)
    assert "It is no longer pinned to a digest." in text(action, SWARM)


def test_an_image_that_is_named_by_its_digest_alone_is_typed_whole() -> None:
    raw = raw_service()
    raw["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"] = "nginx@sha256:" + "ab" * 32
    assert UpdateImage.typed(raw) == "nginx@sha256:" + "ab" * 32


@pytest.mark.parametrize(
    ("image", "words"),
    [
        ("", "Type the image"),
        ("two words", "cannot contain spaces"),
        ("https://reg/x:1", "does not start with http://"),
        ("Nginx:1", "lowercase: nginx, not Nginx"),
        ("Shop/api:1", "lowercase: shop/api, not Shop/api"),
        ("nginx:", "is not an image"),
        ("nginx@sha256:12", "is not an image"),
        ("-nginx", "is not an image"),
    ],
)
def test_an_image_that_is_none(image: str, words: str) -> None:
    assert words in refusal(UpdateImage, image)


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (
            "reg.example:5000/nginx:1.28",
            "The registry changes from docker.io to reg.example:5000. web keeps its credentials",
        ),
        ("shop/nginx:1.28", "The repository changes from library/nginx to shop/nginx. Credentials stay as they are."),
        ("nginx", "latest changes every so often"),
        ("nginx:latest", "latest changes every so often"),
    ],
)
def test_what_another_image_means(image: str, words: str) -> None:
    assert any(words in warning for warning in warnings(UpdateImage.of(RAW, image), SWARM))


def test_the_same_repository_by_another_name_is_no_change_of_the_repository() -> None:
    assert "changes from" not in text(UpdateImage.of(RAW, "docker.io/library/nginx:1.28"), SWARM)


# ------------------------------------------------------------------------------------------------ rolling


def test_force_update_raises_the_counter_and_says_the_pace() -> None:
    action = ForceUpdate.of(RAW)
    assert action.after["TaskTemplate"]["ForceUpdate"] == 3
    assert action.docker_command == "docker service update --force web"
    assert "WARNING All 2 tasks are replaced, 1 at a time, stop-first." in lines(action, SWARM)


def test_a_rollback_shows_what_goes_back() -> None:
    action = RollBack.of(RAW)
    assert action.parameters == {"rollback": "previous", "registryAuthFrom": "previous-spec"}
    shown = diff_text(action.difference).splitlines()
    assert any(line.startswith("-") and "Image: nginx:1.27@sha256" in line for line in shown)
    assert any(line.startswith("+") and "Image: nginx:1.26" in line for line in shown)
    assert action.undo.previous == RAW["Spec"]
    with pytest.raises(NotPossible, match="was changed meanwhile"):
        action.change({**RAW["Spec"], "Labels": {}})


def test_a_rollback_leaves_alone_what_the_update_has_not_reached() -> None:
    web = service("web", 3, image="new", update="paused")
    tasks = [task("web", 1, "b", image="new", state="starting"), *replicas_on("web", "a", "b", "c")[1:]]
    assert warnings(RollBack.of(RAW), cluster(NODES, [web], tasks)) == [
        "1 of 3 tasks is replaced, stop-first; the update has not reached the others, and they stay."
    ]


@pytest.mark.parametrize("previous", [None, {}])
def test_nothing_to_roll_back_to(previous: object) -> None:
    assert "has no previous spec" in refusal(RollBack, raw={**RAW, "PreviousSpec": previous})
    assert "is the same as the current one" in refusal(
        RollBack, raw={**RAW, "PreviousSpec": copy.deepcopy(RAW["Spec"])}
    )


def test_no_way_back_to_a_service_without_a_placement() -> None:
    without = {key: value for key, value in RAW["Spec"]["TaskTemplate"].items() if key != "Placement"}
    bare = {**RAW["Spec"], "TaskTemplate": without}
    placed = {**RAW["Spec"], "TaskTemplate": {**without, "Placement": {"Constraints": ["node.role==worker"]}}}
    assert "would crash the leader" in refusal(RollBack, raw={**RAW, "Spec": placed, "PreviousSpec": bare})
    with pytest.raises(NotPossible, match="would crash the leader"):
        RollBack.of({**RAW, "Spec": bare, "PreviousSpec": placed}).undo.change(placed)
    constrained = SetPlacement.of({**RAW, "Spec": bare}, ["node.role==worker"])
    undo = constrained.undo
    assert isinstance(undo, SetPlacement)
    assert undo.change(constrained.after)["TaskTemplate"]["Placement"] == {}


def test_resuming_changes_nothing_that_matters() -> None:
    action = ResumeUpdate.of(RAW)
    assert action.after == {**RAW["Spec"], "UpdateConfig": {**RAW["Spec"]["UpdateConfig"], "Monitor": 5_000_000_000}}
    assert action.docker_command == "docker service update --update-monitor 5s web"
    again = ResumeUpdate.of({**RAW, "Spec": action.after})
    assert again.docker_command == "docker service update --update-monitor 5s1ns web"
    assert ResumeUpdate.of({**RAW, "Spec": again.after}).after == action.after
    without = ResumeUpdate.of(raw_service(UpdateConfig=None))
    assert without.after["UpdateConfig"]["Parallelism"] == 1
    assert RollingPolicy.of(without.after) == RollingPolicy.of({})
    web = service("web", 2, image="new", update="paused", update_message="update paused due to failure")
    snapshot = cluster(NODES, [web], [task("web", 1, "b", image="new"), task("web", 2, "c", image="old")])
    assert "It continues with 1 task not reached yet" in text(action, snapshot)
    assert "the spec from before the update is lost" in dangers(action, snapshot)[0]


@pytest.mark.parametrize(("state", "words"), [("", "paused."), ("completed", "paused."), ("updating", "under way")])
def test_nothing_to_resume(state: str, words: str) -> None:
    assert words in refusal(ResumeUpdate, raw={**RAW, "UpdateStatus": {"State": state}})


# ------------------------------------------------------------------------------------------------ removing, progress


def test_removing_what_runs_needs_the_name() -> None:
    web = service(
        "web", 2, status=(2, 2), ports=[Port("", "tcp", 80, 8080)], labels={"com.docker.stack.namespace": "s"}
    )
    impact = RemoveService.of(web).impact(cluster(NODES, [web]))
    assert impact.type_to_confirm == "web"
    assert [consequence.text for consequence in impact.consequences] == [
        "2 running tasks stop, all at once. This cannot be undone.",
        "Its published ports stop answering: 8080→80/tcp.",
        "It belongs to the stack s: the next deploy creates it again.",
        "Its networks, secrets, configs and volumes stay.",
    ]
    idle = service("web", 0, status=(0, 0))
    assert RemoveService.of(idle).impact(cluster(NODES, [idle])).type_to_confirm == ""
    assert RemoveService.of(web).progress(cluster(NODES)) == Progress("removed", settled=True)
    assert RemoveService.of(web).undo is None


@pytest.mark.parametrize(
    ("state", "progress"),
    [
        ("", Progress("waiting for the engine", settled=False)),
        ("updating", Progress("2 of 2 replaced", settled=False)),
        ("completed", Progress("2 of 2 running", settled=True, runs=("service-web",))),
        ("paused", Progress("paused 2/2: why", settled=True, failed=True)),
        ("rollback_completed", Progress("2 of 2 running, rolled back: why", settled=True, failed=True)),
    ],
)
def test_how_far_an_update_is(state: str, progress: Progress) -> None:
    web = service("web", 2, status=(2, 2), update=state, update_message="why" if state else "")
    snapshot = cluster(NODES, [web], replicas_on("web", "b", "c"))
    assert UpdateImage.of(RAW, "nginx:1.28").settling(snapshot) == progress
    if state == "rollback_completed":
        assert RollBack.of(RAW).progress(snapshot) == Progress("2 of 2 running", settled=True, runs=("service-web",))
    assert SetServiceLabels.of(RAW, []).progress(snapshot).settled


def test_constraints_that_move_nothing_are_done_at_once() -> None:
    action = SetPlacement.of(RAW, ["node.role==worker", "node.hostname!=x"])
    web = service("web", 2, status=(2, 2), constraints=["node.role==worker", "node.hostname!=x"])
    assert action.progress(cluster(NODES, [web], replicas_on("web", "b", "c"))) == Progress(
        "2 of 2 running", settled=True, runs=("service-web",)
    )


# ------------------------------------------------------------------------------------------------ anything typed


def words_of(make: Callable[[], ServiceChange]) -> str:
    """The command of what was made, or the words of the refusal."""
    try:
        return make().docker_command
    except NotPossible as refused:
        return str(refused)


LINES: tuple[type[LinesChange], ...] = (
    *(SetEnvironment, SetServiceLabels, SetPorts, SetPlacement),
    *(SetMounts, SetSecrets, SetConfigs, SetNetworks),
)


def _read_and_made(kind: type[LinesChange], typed: str) -> ServiceChange:
    return kind.of(raw_service(Labels={}), kind.read(typed))


@given(st.text(max_size=30))
def test_whatever_is_typed_is_taken_or_refused_with_words(typed: str) -> None:
    assert words_of(lambda: UpdateImage.of(RAW, typed))
    for kind in (
        SetEnvironment,
        SetServiceLabels,
        SetPorts,
        SetPlacement,
        SetMounts,
        SetSecrets,
        SetConfigs,
        SetNetworks,
    ):
        assert words_of(partial(_read_and_made, kind, typed))
    for form in (SetResources, SetRestartPolicy, SetUpdatePolicy):
        for place in range(len(form.form)):
            texts = list(form.texts_of(RAW["Spec"]))
            texts[place] = typed
            assert words_of(partial(form.of, RAW, tuple(texts)))


def test_an_update_to_an_image_that_is_no_longer_wanted_was_overtaken() -> None:
    """Somebody else went back to the image from before: that all tasks run is no success."""
    action = UpdateImage.of(RAW, "nginx:1.28")
    back = service("web", 2, image=action.seen, status=(2, 2), update="completed")
    running = [task("web", slot, on, image=action.seen) for slot, on in ((1, "b"), (2, "c"))]
    assert action.progress(cluster(NODES, [back], running)) == Progress.by_others(
        f"{action.target.name} has the image {short_image(action.seen)} again"
    )
    other = service("web", 2, image="nginx:1.29", status=(2, 2), update="completed")
    assert action.progress(cluster(NODES, [other], running)) == Progress.by_others("web has the image nginx:1.29")


def test_an_update_that_went_back_by_itself_failed() -> None:
    """The engine puts the spec from before back when an update fails: nobody came after it."""
    action = UpdateImage.of(RAW, "nginx:1.28")
    back = service("web", 2, image=action.seen, status=(2, 2), update="rollback_completed", update_message="why")
    assert action.progress(cluster(NODES, [back], [])) == Progress(
        "2 of 2 running, rolled back: why", settled=True, failed=True
    )


def test_an_update_is_not_done_while_tasks_of_the_old_spec_run_or_some_do_not() -> None:
    action = UpdateImage.of(RAW, "nginx:1.28")
    new = service("web", 2, image="nginx:1.28", status=(2, 2), update="completed")
    mixed = [task("web", 1, "b", image="nginx:1.28"), task("web", 2, "c", image="nginx:1.27")]
    assert action.progress(cluster(NODES, [new], mixed)) == Progress(
        "2 of 2 running, 1 of them from before the change", settled=False, runs=("service-web",)
    )
    short = service("web", 2, image="nginx:1.28", status=(1, 2), update="completed")
    one = [task("web", 1, "b", image="nginx:1.28"), task("web", 2, "c", image="nginx:1.28", state="preparing")]
    assert action.progress(cluster(NODES, [short], one)) == Progress(
        "1 of 2 running", settled=False, runs=("service-web",)
    )


def test_a_policy_gives_an_update_more_time() -> None:
    """Half an hour between two tasks is what was asked for, not a standstill."""
    web = service("web", 2)
    slow = msgspec.structs.replace(web.spec, update_config=UpdateConfig(delay=1800 * 10**9))
    snapshot = cluster(NODES, [msgspec.structs.replace(web, spec=slow)])
    assert UpdateImage.of(RAW, "nginx:1.28").longest_pause(snapshot) == QUIET + 1800
