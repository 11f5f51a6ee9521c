"""What was chosen for one service, done to another: only what was changed, and the rest of that one stays."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from swarmtui.errors import NotPossible
from swarmtui.swarm.images.answer import ImageAnswer
from swarmtui.swarm.images.choice import ImageChoice
from swarmtui.swarm.services.change import ServiceChange
from swarmtui.swarm.services.container.forms import SetNameResolution
from swarmtui.swarm.services.form_change import FormChange
from swarmtui.swarm.services.lines_change import LinesChange, SetEnvironment, SetServiceLabels
from swarmtui.swarm.services.placement import SetPlacement
from swarmtui.swarm.services.service_settings import SetResources, SetUpdatePolicy
from swarmtui.swarm.services.update_image import UpdateImage
from swarmtui.swarm.specs.fields import field_of, with_field
from tests.unit.swarm.examples.services import EXAMPLES, RAW

MARKABLE = [each for each, _ in EXAMPLES if isinstance(each, (LinesChange, FormChange, UpdateImage))]


def api(**fields: Any) -> dict[str, Any]:
    """Another service: web with other values at paths, joined by "__"."""
    raw = copy.deepcopy(RAW)
    raw |= {"ID": "service-api", "Version": {"Index": 77}}
    raw["Spec"]["Name"] = "api"
    for path, value in fields.items():
        raw["Spec"] = with_field(raw["Spec"], tuple(path.split("__")), value)
    return raw


def texts(kind: type[FormChange], **typed: str) -> tuple[str, ...]:
    """A form that begins with web's values, in which some settings are typed, by their labels."""
    form = zip(kind.form, kind.texts_of(RAW["Spec"]), strict=True)
    return tuple(typed.get(setting.label.replace(" ", "_"), text) for setting, text in form)


@pytest.mark.parametrize("action", MARKABLE, ids=lambda each: each.name)
def test_a_twin_gets_the_same_and_that_only_once(action: ServiceChange) -> None:
    other = action.on_another(api())
    assert (other.target.id, other.target.name, other.target.version) == ("service-api", "api", 77)
    assert {**other.after, "Name": "web"} == action.after
    with pytest.raises(NotPossible, match=r"othing would change|has this image already"):
        action.on_another({**api(), "Spec": other.after})
    assert "hunter2" not in repr(other) + other.docker_command


ENV, LABELS = "TaskTemplate__ContainerSpec__Env", "Labels"
CHANGED: list[tuple[ServiceChange, dict[str, Any], str, Any]] = [
    (
        SetEnvironment.of(RAW, ["A=2", "DB_PASSWORD=hunter2", "NEW=1"]),
        {ENV: ["Z=9", "A=5"]},
        ENV,
        ["Z=9", "A=2", "NEW=1"],
    ),
    (SetEnvironment.of(RAW, ["DB_PASSWORD=hunter2"]), {ENV: ["A=5", "Z=9"]}, ENV, ["Z=9"]),
    (SetServiceLabels.of(RAW, ["team=dev"]), {LABELS: {"tier": "1"}}, LABELS, {"tier": "1", "team": "dev"}),
    (
        SetPlacement.of(RAW, ["node.role == worker", "node.labels.disk==ssd"]),
        {"TaskTemplate__Placement": {"Constraints": ["node.role == manager"]}},
        "TaskTemplate__Placement__Constraints",
        ["node.role == manager", "node.labels.disk==ssd"],
    ),
    (
        SetResources.of(RAW, texts(SetResources, CPU_limit="2")),
        {"TaskTemplate__Resources": {"Limits": {"MemoryBytes": 5 << 20}}},
        "TaskTemplate__Resources__Limits",
        {"MemoryBytes": 5 << 20, "NanoCPUs": 2_000_000_000},
    ),
    (
        SetUpdatePolicy.of(RAW, texts(SetUpdatePolicy, parallelism="3")),
        {"UpdateConfig": {"Parallelism": 9, "Order": "start-first"}},
        "UpdateConfig__Order",
        "start-first",
    ),
    (
        SetNameResolution.of(RAW, texts(SetNameResolution, hosts="db:10.0.0.5")),
        {"TaskTemplate__ContainerSpec": {"Image": "api:1", "Hosts": ["10.0.0.9 cache"], "Hostname": "own"}},
        "TaskTemplate__ContainerSpec",
        {"Image": "api:1", "Hosts": ["10.0.0.9 cache", "10.0.0.5 db"], "Hostname": "own"},
    ),
]


def test_a_service_that_runs_no_container_and_a_job_are_left_out() -> None:
    plugin = api()
    del plugin["Spec"]["TaskTemplate"]["ContainerSpec"]
    with pytest.raises(NotPossible, match="api runs no container"):
        SetEnvironment.of(RAW, []).on_another(plugin)
    policy = SetUpdatePolicy.of(RAW, texts(SetUpdatePolicy, parallelism="3"))
    with pytest.raises(NotPossible, match="api is a job"):
        policy.on_another(api(Mode={"ReplicatedJob": {"TotalCompletions": 1}}))


@pytest.mark.parametrize(("action", "fields", "path", "after"), CHANGED)
def test_entries_and_settings_that_were_left_alone_stay(
    action: ServiceChange, fields: dict[str, Any], path: str, after: Any
) -> None:
    assert field_of(action.on_another(api(**fields)).after, *path.split("__")) == after


IMAGE = "TaskTemplate__ContainerSpec__Image"


@pytest.mark.parametrize(
    ("typed", "theirs", "becomes"),
    [
        ("nginx:1.28", "shop/api:1.27", "shop/api:1.28"),
        ("nginx:1.28", "nginx:1.20", "nginx:1.28"),
        ("registry.example.com/nginx:1.27", "shop/api:3", "registry.example.com/shop/api:3"),
        ("httpd:2", "shop/api:3", "httpd:2"),
    ],
)
def test_what_changes_in_the_name_of_the_image_changes_in_that_of_the_other(
    typed: str, theirs: str, becomes: str
) -> None:
    answer = ImageAnswer(typed, "sha256:" + "cd" * 32)
    action = UpdateImage.of(RAW, typed, ImageChoice(answer=answer))
    other = action.on_another(api(**{IMAGE: theirs}))
    assert other.reference == becomes
    assert other.to_resolve == ("" if becomes == typed else becomes), "another image has another digest"
