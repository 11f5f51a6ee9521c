"""The swarm itself, its nodes' labels and membership, changed by keys in the real program; then the engine is asked."""

from __future__ import annotations

import re
from pathlib import Path

from tests.lab.cluster import Lab
from tests.lab.cluster.node import Node
from tests.lab.cluster.waiting import until
from tests.lab.driving import CURSOR, confirm, node_of, on_row, open_on, press_button, running_tasks
from tests.terminal import Terminal


def open_setting(terminal: Terminal, label: str) -> None:
    """Open a row of the swarm view."""
    on_row(terminal, "8", label)
    terminal.press("enter")


def state_of(node: Node) -> str:
    return str(node.get("/info")["Swarm"]["LocalNodeState"])


def leaks(directory: Path, secret: str) -> list[Path]:
    return [file for file in directory.rglob("*") if file.is_file() and secret in file.read_text()]


def test_a_new_engine_makes_a_swarm_and_leaves_it_again(swarm: Lab, tmp_path: Path) -> None:
    fresh = swarm.fresh_engine("lone")
    with open_on(fresh.url, tmp_path) as terminal:
        terminal.wait_for("I  create a swarm here")
        terminal.press("I")
        terminal.wait_for("let the engine choose")
        terminal.press("up", *["down"] * 12, "enter")
        terminal.type(fresh.address)
        terminal.wait_for(rf"\$ docker swarm init --advertise-addr {fresh.address}")
        press_button(terminal, "Create a swarm", "enter")
        terminal.wait_for("No services")
        terminal.wait_for("managers 1/1")
        made = fresh.get("/swarm")
        assert fresh.get("/info")["Swarm"]["NodeAddr"] == fresh.address
        assert made["Spec"]["Orchestration"]["TaskHistoryRetentionLimit"] == 5
        assert made["Spec"]["Dispatcher"]["HeartbeatPeriod"] == 5_000_000_000

        open_setting(terminal, "This engine")
        terminal.wait_for("can leave without force only as a worker")
        terminal.press("down", "enter")
        terminal.wait_for("the whole swarm ends")
        terminal.wait_for("type lone to confirm")
        terminal.type("lone")
        press_button(terminal, "Leave the swarm", "enter")
        terminal.wait_for("I  create a swarm here")
        assert state_of(fresh) == "inactive"


def test_an_engine_joins_as_a_worker_leaves_and_is_removed(swarm: Lab, tmp_path: Path) -> None:
    fresh, manager = swarm.fresh_engine("joiner"), swarm.node("n1")
    token = manager.get("/swarm")["JoinTokens"]["Worker"]
    with open_on(fresh.url, tmp_path) as terminal:
        terminal.wait_for("J  join one")
        terminal.press("J")
        terminal.wait_for("Token")
        terminal.type(f"docker swarm join --token {token} {manager.address}:2377")
        terminal.press("enter")
        terminal.wait_for(rf"Managers +{manager.address}:2377")
        assert "SWMTKN-1-" not in terminal.text.replace("SWMTKN-1-…", "")
        press_button(terminal, "Join the swarm", "tab", "tab", "enter")
        terminal.wait_until_told("it has joined as a worker")
        terminal.wait_for("is a worker: only managers know the swarm")
        assert node_of(swarm, "joiner")["Spec"]["Role"] == "worker"

        terminal.press("W")
        terminal.wait_for(r"\$ docker swarm leave")
        confirm(terminal, "Leave the swarm")
        terminal.wait_for("J  join one")
        assert state_of(fresh) == "inactive"
    assert not leaks(tmp_path, token)

    with open_on(manager.url, tmp_path) as terminal:
        on_row(terminal, "1", "joiner")
        terminal.wait_for(r"joiner +worker +✖ down")
        terminal.press("ctrl+x")
        terminal.wait_for(r"\$ docker node rm \w+")
        confirm(terminal, "Remove joiner")
        terminal.wait_until_told("✔ Remove joiner")
        names = [node["Description"]["Hostname"] for node in manager.get("/nodes")]
        assert "joiner" not in names


def test_a_worker_that_is_ready_is_removed_by_force_alone_and_a_manager_not_at_all(swarm: Lab, tmp_path: Path) -> None:
    with open_on(swarm.node("n1").url, tmp_path) as terminal:
        on_row(terminal, "1", "n5")
        terminal.press("ctrl+x")
        terminal.wait_for("n5 is ready: the engine removes only nodes that are down")
        terminal.press("down", "enter")
        terminal.wait_for("type n5 to confirm")
        terminal.type("n5")
        press_button(terminal, "Remove n5", "enter")
        terminal.wait_until_told("✔ Remove n5 from the swarm by force")
        names = [node["Description"]["Hostname"] for node in swarm.node("n1").get("/nodes")]
        assert names.count("n5") == 0
        terminal.wait_for(rf"{CURSOR}n4 ")  # what was removed takes the cursor along

        on_row(terminal, "1", "n3")
        terminal.press("ctrl+x")
        terminal.wait_for("n3 is a manager, and the engine does not remove managers. Demote it first")
        terminal.wait_for(r"\$ docker node demote n3")
        terminal.press("escape")
        assert node_of(swarm, "n3")["Spec"]["Role"] == "manager"


def test_labels_are_edited_as_a_set_and_move_the_services_that_ask_for_them(swarm: Lab, tmp_path: Path) -> None:
    swarm.manager().docker("node", "update", "--label-add", "disk=ssd", "--label-add", "zone=a", "n4")
    swarm.service("db", replicas=1, constraints=["node.labels.disk==ssd"])
    node = node_of(swarm, "n4")["ID"]
    assert set(running_tasks(swarm, "db").values()) == {node}
    with open_on(swarm.node("n1").url, tmp_path) as terminal:
        on_row(terminal, "1", "n4")
        terminal.press("L")
        terminal.wait_for("disk=ssd")
        terminal.wait_for("zone=a")
        terminal.press("up", "end")
        terminal.press(*["backspace"] * 3)
        terminal.type("hdd")
        terminal.press("enter")
        terminal.type("room=2nd floor")
        terminal.wait_for("db may no longer run on n4")
        terminal.wait_for("No other node can take db")
        terminal.wait_for(r"\$ docker node update --label-add disk=hdd --label-add 'room=2nd floor' n4")
        terminal.press("tab", "tab", "enter")
        terminal.wait_until_told("✔ Change the labels of n4")
        assert node_of(swarm, "n4")["Spec"]["Labels"] == {"disk": "hdd", "zone": "a", "room": "2nd floor"}
        assert node_of(swarm, "n4")["Spec"]["Role"] == "worker"
        until(lambda: not running_tasks(swarm, "db"), "the task that no longer meets its constraint to stop")


def test_the_task_history_limit_changes_and_nothing_else(swarm: Lab, tmp_path: Path) -> None:
    before = swarm.node("n1").get("/swarm")
    with open_on(swarm.node("n1").url, tmp_path) as terminal:
        open_setting(terminal, "Task history limit")
        terminal.wait_for("Set the task history limit|It is 5 now")
        terminal.press("backspace")
        terminal.type("9")
        terminal.wait_for(r"\$ docker swarm update --task-history-limit 9")
        press_button(terminal, "Set it", "enter")
        terminal.wait_until_told("✔ Set the task history limit from 5 to 9")
        terminal.wait_for(rf"{CURSOR}Task history limit +⏎ +9 tasks")
    after = swarm.node("n1").get("/swarm")
    assert after["Spec"]["Orchestration"] == {"TaskHistoryRetentionLimit": 9}
    assert {**after["Spec"], "Orchestration": 0} == {**before["Spec"], "Orchestration": 0}
    assert after["JoinTokens"] == before["JoinTokens"]


def test_the_root_certificate_is_rotated(swarm: Lab, tmp_path: Path) -> None:
    before = swarm.node("n1").get("/swarm")
    times = before["Spec"]["CAConfig"].get("ForceRotate", 0) + 1  # other tests have rotated it, too
    with open_on(swarm.node("n1").url, tmp_path) as terminal:
        open_setting(terminal, "Root CA")
        terminal.wait_for(r"\$ docker swarm ca --rotate")
        confirm(terminal, "Rotate the CA")
        terminal.wait_until_told("✔ Rotate the root certificate: every node has a certificate from the new root")
        terminal.wait_for(rf"Root CA +⏎ +rotated {times} times?\b")
    after = swarm.node("n1").get("/swarm")
    assert after["TLSInfo"]["TrustRoot"] != before["TLSInfo"]["TrustRoot"]
    assert after["Spec"]["CAConfig"]["NodeCertExpiry"] == before["Spec"]["CAConfig"]["NodeCertExpiry"]
    assert {**after["Spec"], "CAConfig": 0} == {**before["Spec"], "CAConfig": 0}


def test_autolock_its_key_and_a_manager_that_is_unlocked_after_its_restart(swarm: Lab, tmp_path: Path) -> None:
    """The last test of this file: what it locks, a new swarm replaces."""
    engine, restarted = swarm.node("n1"), swarm.node("n3")
    with open_on(engine.url, tmp_path) as terminal:
        open_setting(terminal, "Autolock")
        terminal.wait_for(r"\$ docker swarm update --autolock=true")
        confirm(terminal, "Turn autolock on")
        terminal.wait_for("The new unlock key: save it now")
        terminal.wait_for("hidden again after 15 seconds")
        key = engine.get("/swarm/unlockkey")["UnlockKey"]
        terminal.wait_until_told(re.escape(key))
        terminal.press("escape")
        terminal.wait_for("Save the key first")
        terminal.type("later")
        terminal.press("enter")
        terminal.wait_for("Type saved once the key is written down")
        terminal.press("ctrl+u")
        it_is_saved(terminal, key)

        open_setting(terminal, "Unlock key")
        terminal.wait_for("SWMKEY-1-•")
        terminal.press("r")
        confirm(terminal, "Rotate the key")
        if "have just been" not in terminal.wait_until_told("keys have just been changed|The new unlock key"):
            # On a busy machine so much time has passed that it is let through.
            key = engine.get("/swarm/unlockkey")["UnlockKey"]
            it_is_saved(terminal, key)
        assert engine.get("/swarm/unlockkey")["UnlockKey"] == key
        assert engine.get("/swarm")["Spec"]["EncryptionConfig"] == {"AutoLockManagers": True}
    assert not leaks(tmp_path, key)

    until(lambda: locks_itself(restarted), "the manager to have taken on the key")
    with open_on(restarted.url, tmp_path) as terminal:
        terminal.wait_for("The swarm is locked")
        terminal.wait_for("K  unlock it with the key")
        terminal.press("K")
        terminal.wait_for("It begins with SWMKEY")
        terminal.type("SWMKEY-1-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
        terminal.press("enter", "enter")
        terminal.wait_for("✖ Unlock n3")
        assert state_of(restarted) == "locked"
        terminal.press("K")
        terminal.wait_for("It begins with SWMKEY")
        terminal.type(key)
        assert key not in terminal.text
        terminal.press("enter", "enter")
        terminal.wait_for("managers 3/3")
        until(lambda: state_of(restarted) == "active", "the manager to be back in the swarm")
    assert not leaks(tmp_path, key)


def it_is_saved(terminal: Terminal, key: str) -> None:
    """Say so to the dialog with a new key, which closes then."""
    terminal.type("saved")
    terminal.press("enter")
    terminal.wait_for("The new unlock key", absent=True)
    until(lambda: key not in terminal.text, "the dialog to be gone as a whole")


def locks_itself(node: Node) -> bool:
    """Whether a manager is locked after a restart: it takes on a new key in its own time."""
    node.restart()
    return state_of(node) == "locked"
