"""The end that comes from outside, in every state that the program can be in: nothing is left of it, or behind it.

The state is one that a user sees on the screen; the ends are a window that is closed, and signals.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.window import Window

CLOSED = "window closed"
HUP, INT, TERM, QUIT, PIPE = signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGPIPE
End = str | signal.Signals
SWARM = r".*/sim/__main__\.py"

PARENT = ("sh", "-c", 'trap "" HUP PIPE; "$@"; status=$?; exit $status', "sh")
"""As make, sudo, script and `su -c` do it: it leads the session, ignores the hang-up, and waits."""

STUBBORN = """\
trap "" HUP TERM
echo THE EDITOR HAS IT
stty raw -echo
sh -c 'sleep 1000; :' &
sleep 1000
"""
"""An editor that ignores the end of its terminal, too, and has a process of its own."""


def bring_about(end: End, window: Window, expected: int | None = None) -> None:
    """End it, and see that all of it ends, with a sensible status, and leaves nothing behind."""
    if isinstance(end, signal.Signals):
        os.kill(window.program, end)
    else:
        window.close()
    window.wait_until_ended()
    assert window.left_behind() == []
    if expected is None:
        expected = 128 + (end if isinstance(end, signal.Signals) else HUP)
    assert window.status == expected


@contextmanager
def demo(*options: str, under: tuple[str, ...] = (), editor: Path | None = None) -> Iterator[Window]:
    """The demo, with its swarm on the screen."""
    with Window("demo", *options, under=under, environment={"VISUAL": f"sh {editor}"} if editor else {}) as window:
        window.wait_for(r"● live[^$]*tasks 33/33")
        yield window


@pytest.mark.parametrize("end", [CLOSED, HUP, INT, PIPE])
def test_at_rest(end: End) -> None:
    with demo() as window:
        bring_about(end, window)
        if end != CLOSED:
            assert window.terminal_is_as_before()


@pytest.mark.parametrize("end", [CLOSED, TERM])
def test_under_a_program_that_passes_nothing_on(end: End) -> None:
    with demo(under=PARENT) as window:
        bring_about(end, window)


@pytest.mark.parametrize("end", [CLOSED, QUIT])
def test_while_a_dialog_is_open(end: End) -> None:
    with demo() as window:
        window.press("2s")
        window.wait_for("Scale ops_grafana")
        bring_about(end, window)


@pytest.mark.parametrize("end", [CLOSED, TERM])
def test_while_an_editor_has_the_terminal(end: End, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text(STUBBORN)
    with demo(under=PARENT if end == CLOSED else (), editor=editor) as window:
        window.press("2e")
        window.wait_for("THE EDITOR HAS IT")
        bring_about(end, window)
        if end != CLOSED:
            assert window.terminal_is_as_before()


@pytest.mark.parametrize("end", [CLOSED, TERM])
def test_while_a_containers_shell_has_the_terminal(end: End) -> None:
    with demo(under=PARENT if end == CLOSED else ()) as window:
        window.press("2x")
        window.wait_for("Shell in ops_grafana")
        window.press("\r")
        window.wait_for("/ #")
        bring_about(end, window)
        if end != CLOSED:
            assert window.terminal_is_as_before()


@pytest.mark.parametrize("end", [CLOSED, TERM])
def test_while_the_engine_hangs(end: End) -> None:
    with demo(under=PARENT) as window:
        [swarm] = window.processes(SWARM)
        os.kill(swarm, signal.SIGSTOP)
        window.wait_for("no answer|reconnecting|stale|no news")
        bring_about(end, window)


@pytest.mark.parametrize("end", [CLOSED, HUP])
def test_while_it_waits_for_an_engine_that_never_answers(end: End, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as silent, Window("-H", f"unix://{tmp_path}/silent", under=PARENT) as window:
        silent.bind(f"{tmp_path}/silent")
        silent.listen(100)
        window.wait_for("onnecting")
        bring_about(end, window)


@pytest.mark.parametrize("end", [CLOSED, TERM])
def test_while_it_starts(end: End) -> None:
    with Window("demo", "--nodes", "3000", "--tasks", "90000", under=PARENT) as window:
        window.until(lambda: bool(window.processes(SWARM)), "the swarm's process")
        bring_about(end, window)


def test_while_the_swarm_of_a_demo_that_starts_hangs() -> None:
    """It has made its directory, and has not told of it yet."""
    with Window("demo", "--nodes", "3000", "--tasks", "3000", under=PARENT) as window:
        window.until(lambda: bool(window.left_behind()), "the swarm's directory")
        [swarm] = window.processes(SWARM)
        os.kill(swarm, signal.SIGSTOP)
        bring_about(TERM, window)


def test_the_swarm_of_a_demo_that_others_have_killed_leaves_nothing_behind() -> None:
    with demo() as window:
        [swarm] = window.processes(SWARM)
        os.kill(swarm, signal.SIGKILL)
        window.wait_for("no answer|reconnecting|stale|no news")
        window.press("q")
        window.wait_until_ended()
        assert window.left_behind() == []


def test_while_it_is_being_left() -> None:
    with demo(under=PARENT) as window:
        window.press("q")
        window.close()
        window.wait_until_ended()
        assert window.left_behind() == []


def test_a_terminal_that_takes_nothing_any_more_does_not_hold_it() -> None:
    with demo() as window:
        window.stop_reading()
        window.press("?\x1b" * 40)  # each draws all of the screen
        bring_about(TERM, window)


def test_a_signal_to_a_demo_without_a_screen() -> None:
    with Window("demo", "--listen", "unix:///tmp/swarmtui-test.sock") as window:
        window.wait_for("answers at")
        bring_about(TERM, window)
    assert not Path("/tmp/swarmtui-test.sock").exists()


def test_kill_leaves_no_swarm_behind() -> None:
    with demo() as window:
        bring_about(signal.SIGKILL, window, -signal.SIGKILL)


def test_a_stop_and_a_continue_leave_the_screen_in_order() -> None:
    with demo() as window:
        os.kill(window.program, signal.SIGSTOP)
        os.kill(window.program, signal.SIGCONT)
        window.press("2s")
        window.wait_for("Cancel +Scale ops_grafana")  # its last line: all of it is drawn
        window.press("\x1b")
        window.until(lambda: "Cancel" not in window.text, "the end of the dialog")
        window.press("q")
        window.wait_until_ended()
        assert window.status == 0
