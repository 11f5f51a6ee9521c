"""The bench goes on where a part of it fails, and says so."""

from __future__ import annotations

import re
import socket
import socketserver
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.bench.answering import ANSWERS, AnsweringTerminal
from tests.bench.peers import side_by_side
from tests.bench.programs import OURS, PROFILES, Profile, peer
from tests.bench.pythons import interpreters
from tests.bench.relay import CountingRelay
from tests.bench.results import Result, at_most, at_once, measured, noted, table
from tests.patience import DEAD, until

OPEN = Path("/proc/self/fd")


class Echo(socketserver.StreamRequestHandler):
    """Sends back what came."""

    def handle(self) -> None:
        self.wfile.write(self.rfile.read())


def test_a_part_that_fails_is_a_row_that_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    def fails_in_the_middle() -> Iterator[Result]:
        yield at_most("the first", 1.0, 2.0, "s")
        raise AssertionError("the cursor did not move\nand a whole screen")

    rows = list(measured("keys", fails_in_the_middle))
    assert [row.kept for row in rows] == [True, False]
    last = table(rows).splitlines()[-1]
    assert last.split()[:2] == ["keys", "to"]
    assert "failed" in last
    assert "MISSED" in last
    assert last.endswith("AssertionError: the cursor did not move")
    assert "Traceback" in capsys.readouterr().err


def test_parts_at_the_same_time_keep_their_order_and_one_that_fails_ends_no_other() -> None:
    together = threading.Barrier(3, timeout=DEAD)

    def part(name: str) -> Iterator[Result]:
        together.wait()
        if name == "fails":
            raise AssertionError("in vain")
        yield noted(name, "1 kB")

    rows = list(at_once({name: partial(part, name) for name in ("one", "fails", "other")}))
    assert [(row.what, row.kept) for row in rows] == [("one", True), ("fails", False), ("other", True)]


def test_pythons_are_this_one_and_what_make_pythons_has_kept(tmp_path: Path) -> None:
    (tmp_path / "3.12/bin").mkdir(parents=True)
    (tmp_path / "3.12/bin/python").touch()
    (tmp_path / "3.12/pyvenv.cfg").touch()
    (tmp_path / "trixie-unfinished/usr").mkdir(parents=True)
    assert [each.path for each in interpreters(tmp_path)] == [Path(sys.executable), tmp_path / "3.12/bin/python"]
    assert [each.path for each in interpreters(tmp_path / "none")] == [Path(sys.executable)]


def test_programs_stand_side_by_side_and_what_one_has_not_is_a_dash() -> None:
    rows = {"CPU at rest": {"ours": "0.5 %", "theirs": "0.9 %"}, "key": {"ours": "9 ms"}}
    head, rule, *lines = side_by_side(rows, ["ours", "theirs"]).splitlines()
    assert [cell.strip() for cell in head.split("|")[1:-1]] == ["", "ours", "theirs"]
    assert set(rule) <= set("|- ")
    assert [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines] == [
        ["CPU at rest", "0.5 %", "0.9 %"],
        ["key", "9 ms", "-"],
    ]


def test_a_program_is_named_with_its_path_and_keeps_its_profile(tmp_path: Path) -> None:
    program = tmp_path / "renamed"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    found = peer(f"dry={program}")
    assert found.command == (str(program),)
    assert found.to_services == PROFILES["dry"].to_services
    assert peer(f"other={program}").to_services == ()
    with pytest.raises(ValueError, match="no program on PATH"):
        peer(f"dry={tmp_path / 'nowhere'}")


@pytest.mark.parametrize(
    ("program", "row", "first_screen"),
    [
        (
            OURS,
            "││ shop_web     replicated ▰▰▰▰ 1/3  shop/web:4.0     2 d │",
            "│ shop_web.1      mgr2  ● running    15 h",
        ),
        (
            PROFILES["dry"],
            "cawjxfs0rahw shop_web        3          registry.example.com/shop/web:4.0",
            "shop_web.3.y3spe5",
        ),
        (
            PROFILES["swarmcli"],
            "│ shop_web  shop    1/3    active   1mo ago  1mo ago   │",
            "│  shop       12       31    │",
        ),
    ],
)
def test_a_service_is_on_the_screen_when_its_row_is_and_no_task_or_stack_counts(
    program: Profile, row: str, first_screen: str
) -> None:
    any_service = program.row_of(["shop_auth", "shop_web"])
    assert not re.search(any_service, first_screen)
    found = re.search(any_service, row)
    assert found
    assert found["name"] == "shop_web"
    assert re.search(program.row_of(["shop_web"], "3"), row)
    assert not re.search(program.row_of(["shop_web"], "2"), row)
    assert not re.search(program.row_of(["web"]), row)


def test_the_terminal_answers_what_a_program_waits_for_and_shows_where_its_cursor_is() -> None:
    answer = len(ANSWERS[b"\x1b]11;?"])
    script = rf"""
        stty raw -echo
        printf '\033]11;?\007'; head -c {answer} >/dev/null; printf 'answered\r\n\033[7mone\033[m\r\ntwo\r\n'
        head -c 1 >/dev/null; printf '\033[2;1Hone\r\n\033[7mtwo\033[m\r\nmoved'
        cat >/dev/null"""
    with AnsweringTerminal([], command=["sh", "-c", script]) as terminal:
        terminal.wait_for("answered\none *\ntwo")
        before = terminal.looks([1, 2])
        assert before == terminal.looks([1, 2])
        terminal.press("j")
        terminal.wait_for("moved")
        after = terminal.looks([1, 2])
        assert before
        assert after
        assert after[::-1] == before


def test_a_relay_keeps_nothing_open_of_connections_that_have_ended(tmp_path: Path) -> None:
    with (
        socketserver.ThreadingUnixStreamServer(str(tmp_path / "engine"), Echo) as engine,
        CountingRelay(tmp_path / "relay", tmp_path / "engine") as relay,
    ):
        threading.Thread(target=engine.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            open_before = len(list(OPEN.iterdir()))
            for _ in range(30):
                with socket.socket(socket.AF_UNIX) as client:
                    client.connect(str(relay.path))
                    client.sendall(b"hello")
                    client.shutdown(socket.SHUT_WR)
                    assert client.recv(100) == b"hello"
            until(lambda: len(list(OPEN.iterdir())) < open_before + 30)
            assert relay.total == 30 * 2 * len("hello")
        finally:
            engine.shutdown()
