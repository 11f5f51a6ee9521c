"""What is done to an existing service: what is sent, what the dialog says, what is refused and with which words."""

from __future__ import annotations

import copy
import shlex
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Progress
from swarmtui.swarm.actions.image import UpdateImage
from swarmtui.swarm.actions.lines import LinesChange, SetEnvironment, SetServiceLabels
from swarmtui.swarm.actions.placement import SetPlacement
from swarmtui.swarm.actions.ports import SetPorts
from swarmtui.swarm.actions.removal import RemoveService
from swarmtui.swarm.actions.restarts import RollingPolicy
from swarmtui.swarm.actions.rolling import ForceUpdate, ResumeUpdate, RollBack
from swarmtui.swarm.actions.service_change import PartChange, ServiceChange, ValueChange
from swarmtui.swarm.actions.service_settings import SetResources, SetRestartPolicy, SetUpdatePolicy
from swarmtui.swarm.difference import diff_text
from swarmtui.swarm.objects import Port
from tests.unit.swarm.builders import cluster, node, replicas_on, service, task
from tests.unit.swarm.examples.services import EXAMPLES, RAW, raw_service
from tests.unit.swarm.reading import dangers, lines, notes, text, warnings

NODES = [node("a", manager=True), node("b"), node("c")]
WEB = service("web", 2, constraints=["node.role == worker"])
SWARM = cluster(NODES, [WEB], replicas_on("web", "b", "c"))
CHANGES = [action for action, _ in EXAMPLES if isinstance(action, ServiceChange)]


def refusal(kind: Any, *given: Any, raw: dict[str, Any] = RAW) -> str:
    with pytest.raises(NotPossible) as caught:
        kind.of(raw, *given)
    return str(caught.value)


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
    assert action.progress(cluster(NODES)) == Progress("web was removed", settled=True, failed=True)


@pytest.mark.parametrize("action", CHANGES, ids=lambda each: each.name)
def test_the_command_is_one_line_that_a_shell_takes(action: ServiceChange) -> None:
    words = shlex.split(action.docker_command)
    assert words[:2] == ["docker", "service"]
    assert words[-1] == "web"


# ------------------------------------------------------------------------------------------------ image


def test_the_image_is_typed_without_its_digest_and_the_digest_goes_with_another_image_only() -> None:
    assert UpdateImage.typed(RAW) == "nginx:1.27"
    assert refusal(UpdateImage, "nginx:1.27") == (
        "web has this image now. Type another tag. The digest that it is pinned to stays."
    )
    action = UpdateImage.of(RAW, " nginx:1.28 ")
    assert action.title == "Update web from nginx:1.27 to nginx:1.28"
    assert action.docker_command == "docker service update --no-resolve-image --image nginx:1.28 web"
    assert "Each node pulls what the tag 1.28 means" in text(action, SWARM)
    assert "The digest that it was pinned to goes." in text(action, SWARM)


def test_an_image_that_is_named_by_its_digest_alone_is_typed_whole() -> None:
    raw = raw_service()
    raw["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"] = "nginx@sha256:" + "ab" * 32
    assert UpdateImage.typed(raw) == "nginx@sha256:" + "ab" * 32


@pytest.mark.parametrize(
    ("image", "words"),
    [
        ("", "Type the image"),
        ("two words", "no blanks"),
        ("https://reg/x:1", "no http:// before it"),
        ("Nginx:1", "in small letters: nginx, not Nginx"),
        ("Shop/api:1", "in small letters: shop/api, not Shop/api"),
        ("nginx:", "is no image"),
        ("nginx@sha256:12", "is no image"),
        ("-nginx", "is no image"),
    ],
)
def test_an_image_that_is_none(image: str, words: str) -> None:
    assert words in refusal(UpdateImage, image)


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (
            "reg.example:5000/nginx:1.28",
            "The registry changes from docker.io to reg.example:5000. web keeps the credentials",
        ),
        ("shop/nginx:1.28", "The repository changes from library/nginx to shop/nginx. Credentials stay as they are."),
        ("nginx", "No tag means latest"),
        ("nginx:latest", "latest is another image every so often"),
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
    assert "has no spec to go back to" in refusal(RollBack, raw={**RAW, "PreviousSpec": previous})
    assert "is the one it has now" in refusal(RollBack, raw={**RAW, "PreviousSpec": copy.deepcopy(RAW["Spec"])})


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
    assert "It goes on with 1 task not reached yet" in text(action, snapshot)
    assert "no longer knows the spec from before the update" in dangers(action, snapshot)[0]


@pytest.mark.parametrize(("state", "words"), [("", "paused."), ("completed", "paused."), ("updating", "under way")])
def test_nothing_to_resume(state: str, words: str) -> None:
    assert words in refusal(ResumeUpdate, raw={**RAW, "UpdateStatus": {"State": state}})


# ------------------------------------------------------------------------------------------------ environment, labels


def test_the_environment_keeps_what_is_not_touched() -> None:
    action = SetEnvironment.of(RAW, ["DB_PASSWORD=hunter2", "B=x y"])
    assert action.new == ["DB_PASSWORD=hunter2", "B=x y"]
    assert action.docker_command == "docker service update --env-rm A --env-add 'B=x y' web"


def test_a_new_password_is_in_no_command_and_differs_from_the_old_one() -> None:
    action = SetEnvironment.of(RAW, ["A=1", "DB_PASSWORD=other"])
    assert action.docker_command == "docker service update --env-add DB_PASSWORD web"
    assert "other" not in action.wanted
    assert action.seen != action.wanted, "or somebody else's new password would be overwritten unseen"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("=x", "A variable needs a name"),
        ("A B=1", "no blanks in it: 'A B'"),
        ("A =1", "no blanks in it: 'A '"),
        ("B", "B has no value: B=value"),
        ("B=\0", "null character"),
        ("A=2", "A is there twice"),
    ],
)
def test_a_variable_that_cannot_be(line: str, words: str) -> None:
    assert words in refusal(SetEnvironment, ["A=1", line])


def test_nothing_changed() -> None:
    assert refusal(SetEnvironment, ["DB_PASSWORD=hunter2", "A=1"]) == "Nothing is changed yet."
    assert refusal(SetServiceLabels, ["team=ops"]) == "Nothing is changed yet."
    assert refusal(SetResources, ("", "512m", "", "", "")) == "Nothing is changed yet."


def test_labels_restart_nothing() -> None:
    action = SetServiceLabels.of(RAW, ["team=dev", "empty", "eq=a=b"])
    assert action.new == {"team": "dev", "empty": "", "eq": "a=b"}
    assert lines(action, SWARM) == ["NOTE No task is restarted."]
    assert "no blanks" in refusal(SetServiceLabels, ["a b=1"])


def test_leaving_a_stack() -> None:
    label = "com.docker.stack.namespace"
    web = service("web", 2, labels={label: "shop"})
    raw = raw_service(Labels={label: "shop"})
    assert warnings(SetServiceLabels.of(raw, []), cluster(NODES, [web])) == [
        f"web leaves the stack shop: {label} says what belongs to it."
    ]


# ------------------------------------------------------------------------------------------------ ports


def test_ports_keep_the_raw_json_of_those_that_stay() -> None:
    action = SetPorts.of(RAW, ["8080:80", "53:53/udp,mode=host"])
    assert action.new[0] is RAW["Spec"]["EndpointSpec"]["Ports"][0]
    assert action.new[1] == {"Protocol": "udp", "TargetPort": 53, "PublishedPort": 53, "PublishMode": "host"}
    assert action.docker_command == (
        "docker service update --publish-add published=53,target=53,protocol=udp,mode=host web"
    )


def test_a_range_is_several_lines() -> None:
    assert SetPorts.read("9000-9001:80-81") == ("9000:80", "9001:81")


def test_a_port_that_another_service_has() -> None:
    taken = Port("", "tcp", 80, 9000, "ingress")
    host = Port("", "tcp", 80, 9100, "host")
    snapshot = cluster(NODES, [WEB, service("api", 1, ports=[taken, host])])
    assert dangers(SetPorts.of(RAW, ["8080:80", "9000:80"]), snapshot) == [
        "api has port 9000/tcp (ingress) already: the engine will refuse this."
    ]
    assert dangers(SetPorts.of(RAW, ["8080:80", "9100:80"]), snapshot)
    assert not dangers(SetPorts.of(RAW, ["8080:80", "9100:80,mode=host"]), snapshot)
    assert not dangers(SetPorts.of(RAW, ["8080:80", "9000:80/udp"]), snapshot)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("x", "'x': like 8080:80"),
        ("70000:80", "from 1 to 65535"),
        ("80/icmp", "tcp, udp or sctp"),
        ("8080:90", "port 8080 is there twice"),
    ],
)
def test_a_port_that_cannot_be(line: str, words: str) -> None:
    assert words in refusal(SetPorts, ["8080:80", line])


def test_dns_round_robin_has_no_ingress_ports() -> None:
    raw = raw_service(EndpointSpec={"Mode": "dnsrr"})
    assert "has no ingress ports" in refusal(SetPorts, ["8080:80"], raw=raw)
    assert SetPorts.of(raw, ["8080:80,mode=host"]).after["EndpointSpec"]["Mode"] == "dnsrr"


# ------------------------------------------------------------------------------------------------ placement


def test_placement_keeps_the_platforms() -> None:
    action = SetPlacement.of(RAW, ["node.role == worker", "spread=node.labels.zone", "max-per-node=1"])
    assert action.after["TaskTemplate"]["Placement"] == {
        "Constraints": ["node.role == worker"],
        "Platforms": [{"OS": "linux"}],
        "Preferences": [{"Spread": {"SpreadDescriptor": "node.labels.zone"}}],
        "MaxReplicas": 1,
    }
    assert action.docker_command == (
        "docker service update --placement-pref-add spread=node.labels.zone --replicas-max-per-node 1 web"
    )
    assert "No node has the label zone" in "".join(notes(action, SWARM))


def test_a_constraint_that_no_node_meets_is_told_with_its_reasons() -> None:
    action = SetPlacement.of(RAW, ["node.labels.disk==ssd"])
    assert dangers(action, SWARM) == [
        "No node can take a task of web then (3 nodes do not meet the placement constraints)."
        " New tasks will wait; the old ones are stopped."
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("node.role", "neither == nor !="),
        ("node.colour==red", "node.colour is nothing a node has"),
        ("spread=zone", "Tasks are spread over a label"),
        ("max-per-node=0", "At least 1 a node"),
        ("node.role==worker", "node.role==worker is there twice"),
    ],
)
def test_a_constraint_that_cannot_be(line: str, words: str) -> None:
    assert words in refusal(SetPlacement, ["node.role == worker", line])


# ------------------------------------------------------------------------------------------------ forms


def test_limits_keep_what_the_form_does_not_show() -> None:
    action = SetResources.of(RAW, ("0.5", "", "100", "", "64m"))
    assert action.after["TaskTemplate"]["Resources"] == {
        "Limits": {"NanoCPUs": 500_000_000, "Pids": 100},
        "Reservations": {"GenericResources": [{"x": 1}], "MemoryBytes": 64 << 20},
    }
    assert action.docker_command == (
        "docker service update --limit-cpu 0.5 --limit-memory 0 --limit-pids 100 --reserve-memory 64m web"
    )


def test_limits_above_every_node() -> None:
    said = text(SetResources.of(RAW, ("8", "512m", "", "", "64g")), SWARM)
    assert "NOTE No node has 8 of CPUs: the limit limits nothing. The largest has 4." in said
    assert "WARNING No node has 64g of memory to reserve. The largest has 8g." in said
    assert "WARNING More memory is reserved than a task may use: 64g against 512m." in said
    assert "DANGER No node can take a task of web then" in said


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (("x", "", "", "", ""), "CPU limit: a number of CPUs: 0.5, 2."),
        (("0.0001", "", "", "", ""), "CPU limit: 0.001 at least."),
        (("", "1m", "", "", ""), "memory limit: 4m at least."),
        (("", "many", "", "", ""), "memory limit: a size: 512m, 1.5g."),
        (("", "", "-1", "", ""), "process limit: a whole number"),
    ],
)
def test_a_limit_that_cannot_be(texts: tuple[str, ...], words: str) -> None:
    assert words in refusal(SetResources, texts)


def test_an_update_policy() -> None:
    assert SetUpdatePolicy.texts_of(RAW["Spec"]) == ("1", "0s", "stop-first", "pause", "5s", "0")
    action = SetUpdatePolicy.of(RAW, ("0", "10s", "sta", "r", "5s", "0.2"))
    assert action.after["UpdateConfig"] == {
        "Parallelism": 0,
        "Delay": 10_000_000_000,
        "FailureAction": "rollback",
        "Order": "start-first",
        "Monitor": 5_000_000_000,
        "MaxFailureRatio": 0.2,
    }
    assert "NOTE No task is restarted." in lines(action, SWARM)


@pytest.mark.parametrize(
    ("place", "typed", "words"),
    [
        (0, "", "parallelism: how many at a time; 0 for all at once."),
        (1, "10", "delay: a unit is missing: 10s, 10m."),
        (2, "st", "order: stop-first or start-first."),
        (3, "panic", "on failure: pause, continue or rollback."),
        (5, "2", "failures: a share from 0 to 1: 0.2."),
    ],
)
def test_an_update_policy_that_cannot_be(place: int, typed: str, words: str) -> None:
    texts = list(SetUpdatePolicy.texts_of(RAW["Spec"]))
    texts[place] = typed
    assert refusal(SetUpdatePolicy, tuple(texts)) == words


def test_a_service_without_a_policy_has_the_engines_defaults() -> None:
    raw = raw_service(UpdateConfig=None)
    assert SetUpdatePolicy.texts_of(raw["Spec"]) == ("1", "0s", "stop-first", "pause", "5s", "0")
    action = SetUpdatePolicy.of(raw, ("2", "0s", "stop-first", "pause", "5s", "0"))
    assert action.after["UpdateConfig"]["Parallelism"] == 2
    assert action.after["UpdateConfig"]["Order"] == "stop-first"
    assert "All 2 tasks of web will stop together" in text(action, SWARM)


def test_a_restart_policy_replaces_the_tasks() -> None:
    action = SetRestartPolicy.of(RAW, ("none", "5s", "0", ""))
    assert "WARNING All 2 tasks are replaced, 1 at a time, stop-first." in lines(action, SWARM)
    assert "A task of web that ends is not followed by another." in warnings(action, SWARM)


# ------------------------------------------------------------------------------------------------ removing, progress


def test_removing_what_runs_needs_the_name() -> None:
    web = service(
        "web", 2, status=(2, 2), ports=[Port("", "tcp", 80, 8080)], labels={"com.docker.stack.namespace": "s"}
    )
    impact = RemoveService.of(web).impact(cluster(NODES, [web]))
    assert impact.type_to_confirm == "web"
    assert [finding.text for finding in impact.findings] == [
        "2 running tasks stop, all at once. This cannot be undone.",
        "Nobody answers any more on what it publishes: 8080→80/tcp.",
        "It belongs to the stack s: the next deployment of that makes it again.",
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
        ("updating", Progress("updating 2/2", settled=False)),
        ("completed", Progress("2 of 2 running", settled=True)),
        ("paused", Progress("paused 2/2: why", settled=True, failed=True)),
        ("rollback_completed", Progress("2 of 2 running, rolled back: why", settled=True, failed=True)),
    ],
)
def test_how_far_an_update_is(state: str, progress: Progress) -> None:
    web = service("web", 2, status=(2, 2), update=state, update_message="why" if state else "")
    snapshot = cluster(NODES, [web], replicas_on("web", "b", "c"))
    assert UpdateImage.of(RAW, "nginx:1.28").progress(snapshot) == progress
    if state == "rollback_completed":
        assert RollBack.of(RAW).progress(snapshot) == Progress("2 of 2 running", settled=True)
    assert SetServiceLabels.of(RAW, []).progress(snapshot).settled


def test_constraints_that_move_nothing_are_done_at_once() -> None:
    action = SetPlacement.of(RAW, ["node.role==worker", "node.hostname!=x"])
    web = service("web", 2, status=(2, 2), constraints=["node.role==worker", "node.hostname!=x"])
    assert action.progress(cluster(NODES, [web], replicas_on("web", "b", "c"))) == Progress(
        "2 of 2 running", settled=True
    )


# ------------------------------------------------------------------------------------------------ anything typed


def words_of(make: Callable[[], ServiceChange]) -> str:
    """The command of what was made, or the words of the refusal."""
    try:
        return make().docker_command
    except NotPossible as refused:
        return str(refused)


def _read_and_made(kind: type[LinesChange], typed: str) -> ServiceChange:
    return kind.of(raw_service(Labels={}), kind.read(typed))


@given(st.text(max_size=30))
def test_whatever_is_typed_is_taken_or_refused_with_words(typed: str) -> None:
    assert words_of(lambda: UpdateImage.of(RAW, typed))
    for kind in (SetEnvironment, SetServiceLabels, SetPorts, SetPlacement):
        assert words_of(partial(_read_and_made, kind, typed))
    for form in (SetResources, SetRestartPolicy, SetUpdatePolicy):
        for place in range(len(form.form)):
            texts = list(form.texts_of(RAW["Spec"]))
            texts[place] = typed
            assert words_of(partial(form.of, RAW, tuple(texts)))
