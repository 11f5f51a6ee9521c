"""Changes through the gateway: what is refused, what conflicts, what gets lost, and what is written down."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from swarmtui.engine.changes import attempt
from swarmtui.engine.polling.observation import Phase
from swarmtui.errors import (
    ChangeConflict,
    ConnectionBroken,
    Contested,
    EngineRefused,
    NotPossible,
    ObjectNotFound,
    OutOfSequence,
    ReadOnly,
    ViewIsStale,
)
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.membership.tokens import RotateJoinToken
from swarmtui.swarm.nodes.availability import SetAvailability
from swarmtui.swarm.services.scale import ScaleService
from tests.patience import DEAD
from tests.stub_engine import Request, StubEngine
from tests.unit.engine.conftest import Watched, audited, eventually, watching


def scale(watched: Watched, replicas: int, name: str = "web") -> ScaleService:
    return ScaleService.of(watched.service(name), replicas)


def replicas(engine: StubEngine, name: str = "web") -> int:
    wanted: int = engine.service(name)["Spec"]["Mode"]["Replicated"]["Replicas"]
    return wanted


# ------------------------------------------------------------------------------------------------ the change itself


def test_scaling_keeps_the_tasks_that_are_there(engine: StubEngine, watched: Watched) -> None:
    before = {task["ID"] for task in engine.tasks_of("web")}
    outcome = watched.session.apply(scale(watched, 5)).result(DEAD)
    assert replicas(engine) == 5
    assert outcome.attempts == 1
    assert outcome.warnings == ()
    assert before < {task["ID"] for task in engine.tasks_of("web")}
    eventually(lambda: watched.running("web") == 5)


def test_a_spec_goes_back_with_every_field_that_we_do_not_know(engine: StubEngine, watched: Watched) -> None:
    spec = engine.service("web")["Spec"]
    spec["FromTheFuture"] = {"null": None, "empty": {}, "list": [], "big": 2**62, "small": 0.1, "text": "ä<&>\u2028"}
    spec["TaskTemplate"]["ContainerSpec"]["Unheard"] = [None, {"of": False}]
    expected = copy.deepcopy(spec)
    expected["Mode"]["Replicated"]["Replicas"] = 4
    watched.session.apply(scale(watched, 4)).result(DEAD)
    [request] = engine.asked("POST /services")
    assert request.body == expected
    assert request.query["registryAuthFrom"] == "spec"


def test_nodes_are_changed_in_the_same_way(engine: StubEngine, watched: Watched) -> None:
    engine.node("wrk1")["Spec"]["Labels"] = {"rack": "7"}
    node = next(node for node in watched.cluster.nodes.values() if node.name == "wrk1")
    watched.session.apply(SetAvailability.of(node, "drain")).result(DEAD)
    assert engine.node("wrk1")["Spec"] == {"Role": "worker", "Availability": "drain", "Labels": {"rack": "7"}}


def test_a_rotation_changes_a_token_and_nothing_else(engine: StubEngine, watched: Watched) -> None:
    engine.swarm["Spec"]["EncryptionConfig"]["AutoLockManagers"] = True
    engine.swarm["Spec"]["Orchestration"]["TaskHistoryRetentionLimit"] = 9
    before = copy.deepcopy(engine.swarm)
    assert watched.cluster.swarm is not None
    watched.session.apply(RotateJoinToken.of(watched.cluster.swarm, "worker")).result(DEAD)
    assert engine.swarm["Spec"] == before["Spec"]
    assert engine.swarm["JoinTokens"]["Manager"] == before["JoinTokens"]["Manager"]
    assert engine.swarm["JoinTokens"]["Worker"] != before["JoinTokens"]["Worker"]
    assert watched.session.join_tokens().result(DEAD).worker.reveal() == engine.swarm["JoinTokens"]["Worker"]


def test_what_is_so_already_is_not_sent(engine: StubEngine, watched: Watched) -> None:
    action = scale(watched, 4)
    engine.set_replicas("web", 4)
    outcome = watched.session.apply(action).result(DEAD)
    assert outcome.attempts == 0
    assert outcome.warnings
    assert not engine.asked("POST")


def test_warnings_of_the_engine_are_handed_on(engine: StubEngine, watched: Watched) -> None:
    original = engine._update

    def with_warning(kind: str, thing: dict[str, Any], request: Request) -> bytes:
        original(kind, thing, request)
        return b'{"Warnings": ["image could not be pinned"]}'

    engine._update = with_warning  # type: ignore[method-assign]
    assert watched.session.apply(scale(watched, 4)).result(DEAD).warnings == ("image could not be pinned",)


def test_changes_are_made_in_the_order_they_were_asked_for(engine: StubEngine, watched: Watched) -> None:
    service = watched.service("web")
    steps = [ScaleService(scale(watched, n).target, n, n - 1) for n in (4, 5, 6)]
    assert service.spec.mode.replicated is not None
    for future in [watched.session.apply(step) for step in steps]:
        future.result(DEAD)
    assert [r.body["Mode"]["Replicated"]["Replicas"] for r in engine.asked("POST /services")] == [4, 5, 6]


# ------------------------------------------------------------------------------------------------ refusals


def test_read_only_refuses_before_anything_is_sent(engine: StubEngine, tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    with watching(engine.url, read_only=True, audit_log=log) as watched:
        watched.until_complete()
        assert watched.session.observation().read_only
        action, asked = scale(watched, 4), len(engine.asked("/services/"))
        with pytest.raises(ReadOnly):
            watched.session.apply(action).result(DEAD)
        assert len(engine.asked("/services/")) == asked
        assert not engine.asked("POST")
    assert [line["outcome"] for line in audited(log)] == ["refused"]


def test_a_lost_connection_refuses(engine: StubEngine, watched: Watched) -> None:
    action = scale(watched, 4)
    engine.stop()
    eventually(lambda: watched.phase is Phase.RECONNECTING)
    with pytest.raises(ViewIsStale, match=r"reconnecting: .* Nothing was changed\."):
        watched.session.apply(action).result(DEAD)
    assert not engine.asked("POST")


def test_a_lost_quorum_refuses(engine: StubEngine, watched: Watched) -> None:
    action = scale(watched, 4)
    for name in ("mgr2", "mgr3"):
        engine.set_node(name, reachability="unreachable")
    eventually(lambda: watched.error == "NoLeader")
    with pytest.raises(ViewIsStale):
        watched.session.apply(action).result(DEAD)


def test_an_object_that_is_gone(engine: StubEngine, watched: Watched) -> None:
    action = scale(watched, 4)
    del engine.services[action.target.id]
    with pytest.raises(ObjectNotFound):
        watched.session.apply(action).result(DEAD)


def test_another_swarm_under_the_same_socket(engine: StubEngine, watched: Watched) -> None:
    assert watched.cluster.swarm is not None
    action = RotateJoinToken.of(watched.cluster.swarm, "worker")
    engine.swarm["ID"] = "another"
    with pytest.raises(ViewIsStale, match="another swarm"):
        watched.session.apply(action).result(DEAD)
    assert not engine.asked("POST")


def test_what_the_action_itself_finds_impossible(engine: StubEngine, watched: Watched, tmp_path: Path) -> None:
    action = scale(watched, 4)
    engine.service("web")["Spec"]["Mode"] = {"Global": {}}
    with pytest.raises(ChangeConflict) as caught:
        watched.session.apply(action).result(DEAD)
    with pytest.raises((NotPossible, ChangeConflict)):
        watched.session.apply(anyway(caught.value)).result(DEAD)
    assert not engine.asked("POST")


def test_what_the_engine_refuses(engine: StubEngine, watched: Watched) -> None:
    engine.refuse("POST /services", 400, "rpc error: code = InvalidArgument desc = too many [/x]")
    with pytest.raises(EngineRefused, match=r"\[/x\]"):
        watched.session.apply(scale(watched, 4)).result(DEAD)
    assert len(engine.asked("POST /services")) == 1


# ------------------------------------------------------------------------------------------------ conflicts


def test_another_field_changed_meanwhile_does_not_matter(engine: StubEngine, watched: Watched) -> None:
    def label() -> None:
        engine.service("web")["Spec"]["Labels"] = {"theirs": "1"}
        engine.touch("service", engine.service("web"))

    engine.before("POST /services", label, times=1)
    outcome = watched.session.apply(scale(watched, 4)).result(DEAD)
    assert outcome.attempts == 2
    assert replicas(engine) == 4
    assert engine.service("web")["Spec"]["Labels"] == {"theirs": "1"}


def anyway(conflict: ChangeConflict) -> Action:
    """The action that a yes to "anyway" sends."""
    assert isinstance(conflict.anyway, Action)
    return conflict.anyway


def test_the_same_field_changed_meanwhile_is_a_conflict(engine: StubEngine, watched: Watched) -> None:
    action = scale(watched, 5)
    engine.set_replicas("web", 2)
    with pytest.raises(ChangeConflict) as caught:
        watched.session.apply(action).result(DEAD)
    assert caught.value.entries == (Contested("replicas", "3", "2", "5"),)
    assert replicas(engine) == 2
    again = anyway(caught.value)
    assert again.title == "Scale web from 2 to 5"
    watched.session.apply(again).result(DEAD)
    assert replicas(engine) == 5


def test_a_conflict_that_comes_between_reading_and_writing(engine: StubEngine, watched: Watched) -> None:
    engine.before("POST /services", lambda: engine.set_replicas("web", 2), times=1)
    with pytest.raises(ChangeConflict):
        watched.session.apply(scale(watched, 5)).result(DEAD)
    assert replicas(engine) == 2


def test_three_times_and_no_more(engine: StubEngine, watched: Watched) -> None:
    engine.before("POST /services", lambda: engine.touch("service", engine.service("web")))
    with pytest.raises(OutOfSequence):
        watched.session.apply(scale(watched, 5)).result(DEAD)
    assert len(engine.asked("POST /services")) == 3


# ------------------------------------------------------------------------------------------------ lost answers


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt, "LOOK_AGAIN_AFTER", (0.0, 0.05, 0.1))
    monkeypatch.setattr(attempt, "LOOK_WHILE_LOST", 0.1)
    monkeypatch.setattr(attempt, "LOOK_AT_MOST", DEAD)


def test_a_lost_answer_to_a_change_that_was_made(engine: StubEngine, watched: Watched) -> None:
    engine.lose_answer("POST /services", done=True)
    outcome = watched.session.apply(scale(watched, 5)).result(DEAD)
    assert replicas(engine) == 5
    assert "was lost" in outcome.warnings[0]
    assert len(engine.asked("POST /services")) == 1


@pytest.mark.usefixtures("_impatient")
def test_a_lost_answer_to_a_change_that_was_not_made(engine: StubEngine, watched: Watched, tmp_path: Path) -> None:
    engine.lose_answer("POST /services", done=False)
    with pytest.raises(ConnectionBroken, match="was not made"):
        watched.session.apply(scale(watched, 5)).result(DEAD)
    assert len(engine.asked("POST /services")) == 1


@pytest.mark.usefixtures("_impatient")
def test_a_lost_answer_to_a_rotation_is_told_by_the_tokens(engine: StubEngine, watched: Watched) -> None:
    assert watched.cluster.swarm is not None
    action = RotateJoinToken.of(watched.cluster.swarm, "manager")
    engine.lose_answer("POST /swarm", done=True)
    assert watched.session.apply(action).result(DEAD).warnings
    engine.lose_answer("POST /swarm", done=False)
    with pytest.raises(ConnectionBroken, match="was not made"):
        watched.session.apply(action).result(DEAD)


def test_a_change_that_could_not_even_be_sent_says_that_nothing_was_changed(
    engine: StubEngine, watched: Watched
) -> None:
    engine.lose_answer("GET /services/", done=False, times=None)
    with pytest.raises(ViewIsStale, match="Nothing was changed"):
        watched.session.apply(scale(watched, 5)).result(DEAD)
    assert not engine.asked("POST")


@pytest.mark.usefixtures("_impatient")
def test_a_lost_answer_that_nobody_can_explain(
    engine: StubEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempt, "LOOK_AT_MOST", 1.0)
    log = tmp_path / "audit.jsonl"
    with watching(engine.url, audit_log=log) as watched:
        watched.until_complete()
        action = scale(watched, 5)
        engine.before("POST /services", lambda: engine.lose_answer("GET /services/", done=False, times=None))
        engine.lose_answer("POST /services", done=True)
        with pytest.raises(ConnectionBroken, match="not known"):
            watched.session.apply(action).result(DEAD)
    assert audited(log)[-1]["outcome"] == "unknown"


# ------------------------------------------------------------------------------------------------ the audit log


def test_the_audit_log_tells_who_did_what_and_how_it_went(engine: StubEngine, tmp_path: Path) -> None:
    log = tmp_path / "state" / "swarmtui" / "audit.jsonl"
    with watching(engine.url, audit_log=log) as watched:
        watched.until_complete()
        watched.session.apply(scale(watched, 5)).result(DEAD)
        engine.refuse("POST /services", 500, "token SWMTKN-1-abc-def is wrong")
        with pytest.raises(EngineRefused):
            watched.session.apply(ScaleService(scale(watched, 6).target, 6, 5)).result(DEAD)
    done, failed = audited(log)
    assert done["outcome"] == "done"
    assert done["endpoint"] == "stub"
    assert done["action"] == "service.scale"
    assert done["command"] == "docker service scale web=5"
    assert (done["kind"], done["name"], done["id"]) == ("services", "web", engine.service("web")["ID"])
    assert done["attempts"] == 1
    assert done["time"].endswith("+00:00")
    assert done["user"]
    assert failed["outcome"] == "failed"
    assert "wrong" in failed["error"]


def test_the_audit_log_holds_no_token_and_is_the_users_alone(engine: StubEngine, tmp_path: Path) -> None:
    log = tmp_path / "state" / "audit.jsonl"
    with watching(engine.url, audit_log=log) as watched:
        watched.until_complete()
        assert watched.cluster.swarm is not None
        watched.session.apply(RotateJoinToken.of(watched.cluster.swarm, "worker")).result(DEAD)
        watched.session.join_tokens().result(DEAD)
        engine.refuse("POST", 500, "token SWMTKN-1-abc-def is wrong")
        with pytest.raises(EngineRefused):
            watched.session.apply(scale(watched, 5)).result(DEAD)
    text = log.read_text()
    assert "SWMTKN-1" not in text
    assert "stub-worker" not in text
    assert log.stat().st_mode & 0o777 == 0o600
    assert log.parent.stat().st_mode & 0o777 == 0o700


def test_an_audit_log_that_cannot_be_written_is_said_once_and_holds_nothing_up(
    engine: StubEngine, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with watching(engine.url, audit_log=blocked / "audit.jsonl") as watched:
        watched.until_complete()
        first = watched.session.apply(scale(watched, 4)).result(DEAD)
        second = watched.session.apply(ScaleService(scale(watched, 5).target, 5, 4)).result(DEAD)
    assert "audit log" in first.warnings[0]
    assert second.warnings == ()
    assert replicas(engine) == 5


def test_several_programs_write_whole_lines(engine: StubEngine, tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    with watching(engine.url, audit_log=log, read_only=True) as a, watching(engine.url, audit_log=log) as b:
        a.until_complete()
        b.until_complete()
        futures = [each.session.apply(scale(each, 3)) for each in (a, b) * 20]
        for future in futures:
            future.exception(5)
    assert sorted(line["outcome"] for line in audited(log)) == ["done"] * 20 + ["refused"] * 20


def test_lists_that_a_proxy_denies_are_unknown_and_the_rest_is_well(engine: StubEngine) -> None:
    engine.refuse("/secrets", 403, "Forbidden")
    with watching(engine.url) as watched:
        eventually(lambda: engine.asked("/secrets") and watched.cluster.configs is not None)
        assert watched.cluster.secrets is None
        assert watched.phase is Phase.LIVE
        assert watched.error == ""
