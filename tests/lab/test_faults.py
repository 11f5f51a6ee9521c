"""What the program does when things go wrong: it says so, keeps the old data greyed, refuses changes, comes back."""

from __future__ import annotations

from pathlib import Path

from tests.lab.cluster import Lab
from tests.lab.driving import leave, on_row, open_on
from tests.terminal import Terminal


def quit_by_key(terminal: Terminal) -> None:
    """It ends whatever the engine does, which is left as it is meanwhile."""
    terminal.press("q")
    terminal.wait_until_ended()
    assert terminal.exit_status == 0


def test_an_engine_that_is_killed_and_restarted(swarm: Lab, tmp_path: Path) -> None:
    swarm.service("web", replicas=3)
    engine = swarm.node("n1")
    with open_on(engine.url, tmp_path) as terminal:
        terminal.wait_for(r"web +replicated +▰+ 3/3")
        engine.kill()
        terminal.wait_for("✖ reconnecting")
        terminal.wait_for("changes are refused")
        terminal.wait_for(r"web +replicated")  # the old data stays
        on_row(terminal, "2", "web")
        terminal.press("+")
        terminal.wait_for("▸ Cancel ◂")
        terminal.wait_for("connection is lost")
        leave(terminal, "▸ Cancel ◂")
        engine.restart()
        terminal.wait_for("● live")
        terminal.wait_for("✖ reconnecting", absent=True)
        terminal.wait_for(r"web +replicated +▰+ 3/3")
        quit_by_key(terminal)


def test_an_engine_that_accepts_and_never_answers(swarm: Lab, tmp_path: Path) -> None:
    engine = swarm.node("n2")
    with open_on(engine.url, tmp_path) as terminal:
        terminal.wait_for("● live")
        engine.stop()
        terminal.wait_for("◌ stale|✖ reconnecting")
        terminal.wait_for("✖ reconnecting")
        terminal.wait_for("does not answer|did not answer")
        engine.resume()
        terminal.wait_for("● live")
        engine.stop()
        terminal.wait_for("◌ stale|✖ reconnecting")
        try:
            quit_by_key(terminal)
        finally:
            engine.resume()


def test_starting_on_an_engine_that_never_answers(swarm: Lab, tmp_path: Path) -> None:
    engine = swarm.node("n2")
    engine.stop()
    try:
        with open_on(engine.url, tmp_path) as terminal:
            terminal.wait_for("Connecting|connecting")
            terminal.wait_for("answer")
            quit_by_key(terminal)
    finally:
        engine.resume()


def test_a_socket_that_goes_and_comes_back(swarm: Lab, tmp_path: Path) -> None:
    engine = swarm.node("n1")
    with open_on(engine.url, tmp_path) as terminal:
        terminal.wait_for("● live")
        engine.remove_socket()
        engine.kill()
        terminal.wait_for("✖ reconnecting")
        terminal.wait_for("no socket|no such socket|There is no")
        engine.restart()
        terminal.wait_for("● live")
        quit_by_key(terminal)


def test_a_quorum_that_is_lost_and_won_back(swarm: Lab, tmp_path: Path) -> None:
    swarm.service("web", replicas=2)
    with open_on(swarm.node("n1").url, tmp_path) as terminal:
        terminal.wait_for(r"web +replicated +▰+ 2/2")
        swarm.node("n2").kill()
        swarm.node("n3").kill()
        terminal.wait_for("The swarm has no leader")
        terminal.wait_for("changes are refused")
        on_row(terminal, "2", "web")
        terminal.press("+")
        terminal.wait_for("▸ Cancel ◂")
        terminal.wait_for("connection is lost|has no leader")
        leave(terminal, "▸ Cancel ◂")
        swarm.node("n2").restart()
        swarm.node("n3").restart()
        terminal.wait_for("● live")
        terminal.wait_for("managers 3/3")
        quit_by_key(terminal)


def test_a_node_that_goes_down_does_not_count_as_running(swarm: Lab, tmp_path: Path) -> None:
    swarm.service("web", replicas=5)
    swarm.service("agent", replicas=None)
    with open_on(swarm.node("n1").url, tmp_path) as terminal:
        terminal.wait_for(r"agent +global +▰+ 5/5")
        swarm.node("n5").cut()
        try:
            terminal.wait_for(r"n5 +worker +✖ down")
            terminal.wait_for("nodes 4/5")
            terminal.wait_for(r"agent +global +▰+ 4/4|agent +global +▰+▱ 4/5")
            terminal.wait_for(r"web +replicated +▰+ 5/5")
        finally:
            swarm.node("n5").heal()
        terminal.wait_for("nodes 5/5")
        quit_by_key(terminal)


def test_a_worker_says_what_it_is(swarm: Lab, tmp_path: Path) -> None:
    with open_on(f"unix://{swarm.worker_socket}", tmp_path) as terminal:
        terminal.wait_for("worker")
        terminal.wait_for(r"Managers of this swarm: .*10\.")
        quit_by_key(terminal)


def test_an_engine_in_no_swarm_says_what_to_do(swarm: Lab, tmp_path: Path) -> None:
    fresh = swarm.fresh_engine("x1")
    with open_on(fresh.url, tmp_path) as terminal:
        terminal.wait_for("docker swarm init")
        quit_by_key(terminal)


def test_a_locked_manager_asks_for_its_key(swarm: Lab, tmp_path: Path) -> None:
    swarm.node("n1").docker("swarm", "update", "--autolock=true")
    key = swarm.node("n1").docker("swarm", "unlock-key", "--quiet").strip()
    engine = swarm.node("n2")
    with open_on(engine.url, tmp_path) as terminal:
        terminal.wait_for("● live")
        engine.kill()
        terminal.wait_for("✖ reconnecting")
        engine.restart()
        terminal.wait_for("docker swarm unlock")
        engine.docker("swarm", "unlock", stdin=f"{key}\n")
        terminal.wait_for("● live")
        quit_by_key(terminal)


def test_nothing_at_the_address(tmp_path: Path) -> None:
    with open_on("unix:///nowhere/docker.sock", tmp_path, columns=80, rows=24) as terminal:
        terminal.wait_for("/nowhere/docker.sock")
        terminal.wait_for("What failed: socket")
        quit_by_key(terminal)
