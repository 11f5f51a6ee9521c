"""Rotation: a new secret or config takes the place of one, and nothing else of a service's spec changes."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Kind, Target
from swarmtui.swarm.files.changes import CreateSecret, RemoveSecret
from swarmtui.swarm.files.rotation import ReplaceReference, RotateConfig, RotateSecret
from swarmtui.swarm.objects.base import Version
from swarmtui.swarm.objects.service import Service, UpdateConfig, UpdateStatus
from tests.unit.swarm.builders import cluster, node
from tests.unit.swarm.reading import notes, text, warnings
from tests.unit.swarm.shared_builders import CONTENT, config, secret, using, with_shared

KEY, CONF = secret("key"), config("conf", stack="shop", templating="golang")
WEB, API, DB = using("web", KEY, CONF, replicas=3), using("api", KEY), using("db", CONF)
NODES = [node("n1", leader=True)]
KNOWN = with_shared(cluster(NODES, [WEB, API, DB]), [KEY, CONF])

NEW = ReplaceReference(
    Target(Kind.SERVICE, "service-web", "web", 10), Target(Kind.SECRET, "old-id", "key", 10), "new-id", "key-v2"
)


def reference(id: str, name: str, **file: object) -> dict[str, Any]:
    return {
        "File": {"Name": "key.txt", "UID": "7", "GID": "8", "Mode": 256, **file},
        "SecretID": id,
        "SecretName": name,
    }


def test_the_steps_in_order() -> None:
    action = RotateSecret.of(KEY, "key-v2", CONTENT, KNOWN, remove_old=True)
    steps = action.steps()
    first = next(steps)
    assert isinstance(first, CreateSecret)
    assert first.target.name == "key-v2"
    second = steps.send("id-of-the-new")
    assert isinstance(second, ReplaceReference)
    assert (second.target.name, second.new_id) == ("api", "id-of-the-new")
    third = steps.send("")
    assert isinstance(third, ReplaceReference)
    assert (third.target.name, third.new_id) == ("web", "id-of-the-new")
    assert isinstance(steps.send(""), RemoveSecret)
    with pytest.raises(StopIteration):
        steps.send("")


def test_the_old_one_is_kept_unless_that_is_wished() -> None:
    steps = list(RotateSecret.of(KEY, "key-v2", CONTENT, KNOWN).steps())
    assert not any(isinstance(step, RemoveSecret) for step in steps)


def test_the_commands() -> None:
    action = RotateSecret.of(KEY, "key-v2", CONTENT, KNOWN, remove_old=True)
    assert action.docker_command.split(" && ") == [
        "docker secret create key-v2 -",
        "docker service update --secret-rm key --secret-add source=key-v2,target=key.txt,mode=0400 api",
        "docker service update --secret-rm key --secret-add source=key-v2,target=key.txt,mode=0400 web",
        "docker secret rm key",
    ]


def test_labels_and_template_go_along() -> None:
    creation = RotateConfig.of(CONF, "conf-v2", CONTENT, KNOWN).creation
    assert creation.body()["Labels"] == {"com.docker.stack.namespace": "shop"}
    assert creation.body()["Templating"] == {"Name": "golang"}


def test_the_preview_says_what_restarts() -> None:
    quick = replace(WEB, spec=replace(WEB.spec, update_config=UpdateConfig(parallelism=0, order="start-first")))
    known = with_shared(cluster(NODES, [quick, API], None), [KEY])
    said = notes(RotateSecret.of(KEY, "key-v2", CONTENT, known), known)
    assert said[:2] == [
        "api restarts its 2 tasks, 1 at a time, each stopped before its replacement starts.",
        "web restarts its 3 tasks, all at once.",
    ]
    assert "key stays, so that a rollback can use it" in "\n".join(said)
    removing = RotateSecret.of(KEY, "key-v2", CONTENT, known, remove_old=True)
    assert "these services cannot be rolled back" in warnings(removing, known)[0]


def test_a_stacks_compose_file_would_undo_it() -> None:
    assert "The stack shop's compose file still names conf" in text(
        RotateConfig.of(CONF, "conf-v2", CONTENT, KNOWN), KNOWN
    )


def test_a_service_that_began_to_use_it_is_told() -> None:
    action = RotateSecret.of(KEY, "key-v2", CONTENT, KNOWN)
    later = KNOWN.with_all(Service, [WEB, API, using("late", KEY)])
    assert "late started using it meanwhile" in text(action, later)


def test_what_cannot_be_rotated() -> None:
    with pytest.raises(NotPossible, match="No service uses the secret alone"):
        RotateSecret.of(secret("alone"), "alone-v2", CONTENT, KNOWN)
    with pytest.raises(NotPossible, match="kept by the driver vault"):
        RotateSecret.of(secret("key", driver="vault"), "key-v2", CONTENT, KNOWN)
    with pytest.raises(NotPossible, match="named key already exists"):
        RotateSecret.of(KEY, "key", CONTENT, KNOWN)


def test_progress_follows_each_service() -> None:
    action = RotateSecret.of(KEY, "key-v2", CONTENT, KNOWN)

    def now(web: str, api: str) -> str:
        services = []
        for service, state in ((WEB, web), (API, api)):
            status = UpdateStatus(state, "", "", "task failed") if state != "untouched" else None
            index = 10 if state == "untouched" else 11
            services.append(replace(service, version=Version(index), update_status=status))
        progress = action.progress(KNOWN.with_all(Service, services))
        return f"{progress.text} settled={progress.settled} failed={progress.failed}"

    assert now("untouched", "updating") == "0 of 2 services updated settled=False failed=False"
    assert now("updating", "completed") == "1 of 2 services updated settled=False failed=False"
    assert now("completed", "completed") == "2 of 2 services updated settled=True failed=False"
    assert now("paused", "completed").startswith("1 of 2 services updated; web: paused")
    assert now("paused", "completed").endswith("settled=True failed=True")


# ------------------------------------------------------------------------------------------------ the reference


def spec_with(*references: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"Name": "web", "TaskTemplate": {"ContainerSpec": {"Image": "x", "Secrets": list(references), **more}}}


def test_file_owner_and_mode_stay() -> None:
    changed = NEW.change(spec_with(reference("old-id", "key"), reference("other", "other")))
    assert changed["TaskTemplate"]["ContainerSpec"]["Secrets"] == [
        reference("new-id", "key-v2"),
        reference("other", "other"),
    ]


def test_a_secret_that_is_two_files_is_replaced_in_both() -> None:
    changed = NEW.change(spec_with(reference("old-id", "key"), reference("old-id", "key", Name="again")))
    ids = [each["SecretID"] for each in changed["TaskTemplate"]["ContainerSpec"]["Secrets"]]
    assert ids == ["new-id", "new-id"]


def test_what_somebody_else_did_meanwhile_is_seen() -> None:
    assert NEW.value(spec_with(reference("old-id", "key"))) == NEW.seen
    assert NEW.value(spec_with(reference("new-id", "key-v2"))) == NEW.wanted
    assert NEW.value(spec_with(reference("third", "key-v3"))) == "neither"
    assert NEW.value({"TaskTemplate": None}) == "neither"


def test_windows_credentials_are_left_alone() -> None:
    with pytest.raises(NotPossible, match="Windows credentials"):
        NEW.change(spec_with(reference("old-id", "key"), Privileges={"CredentialSpec": {"Config": "old-id"}}))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
unknown = st.dictionaries(st.text(max_size=5).map(lambda name: f"x{name}"), json_values, max_size=3)
references = st.builds(
    lambda id, more: {**more, "SecretID": id, "SecretName": f"name of {id}"},
    st.sampled_from(["old-id", "third", "fourth"]),
    unknown,
)


@given(before=unknown, template=unknown, container=unknown, known=st.lists(references | json_values, max_size=5))
def test_only_the_references_to_the_old_one_change(
    before: dict[str, Any], template: dict[str, Any], container: dict[str, Any], known: list[Any]
) -> None:
    spec = {**before, "TaskTemplate": {**template, "ContainerSpec": {**container, "Secrets": known}}}
    kept = copy.deepcopy(spec)
    changed = NEW.change(spec)
    assert spec == kept
    after = changed["TaskTemplate"]["ContainerSpec"].pop("Secrets", [])
    del kept["TaskTemplate"]["ContainerSpec"]["Secrets"]
    assert changed == kept
    assert len(after) == len(known)
    for old, new in zip(known, after, strict=True):
        if isinstance(old, dict) and old.get("SecretID") == "old-id":
            assert new == {**old, "SecretID": "new-id", "SecretName": "key-v2"}
        else:
            assert new == old
