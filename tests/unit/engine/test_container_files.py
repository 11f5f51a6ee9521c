"""A file out of a container and into it, in the embedded swarm; and what a hostile engine may send."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from swarmtui.engine.nodes.container_files import copy_out
from swarmtui.engine.session import Session
from swarmtui.errors import (
    AlreadyThere,
    ChangeRefused,
    ConnectionBroken,
    NotPossible,
    NotSaved,
    ObjectNotFound,
    Protected,
    ReadOnly,
)
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.tasks.container_file import CopyIn, CopyOut
from tests.patience import DEAD
from tests.stub_engine import StubEngine
from tests.stub_engine.server import Request
from tests.ui.simulated import SimulatedSwarm
from tests.unit.engine.conftest import audited
from tests.unit.engine.test_client import client_of
from tests.unit.engine.test_container_terminal import session_on, shell_in
from tests.unit.swarm.builders import node

BYTES = bytes(range(256)) * 4000 + b"\0odd"
"""Larger than a piece, and no multiple of a block."""


@pytest.fixture
def swarm(tmp_path: Path) -> Iterator[SimulatedSwarm]:
    with SimulatedSwarm(tmp_path) as simulated:
        yield simulated


def out(session: Session, inside: str, here: Path, *, overwrite: bool = False) -> CopyOut:
    shell = shell_in(session)
    asked = CopyOut(shell.target, shell.node, shell.container_id)
    return asked.between(inside, str(here), overwrite=overwrite)


def into(session: Session, here: Path, inside: str, *, overwrite: bool = False) -> CopyIn:
    shell = shell_in(session)
    asked = CopyIn(shell.target, shell.node, shell.container_id)
    return asked.between(inside, str(here), overwrite=overwrite)


def copied(session: Session, asked: CopyIn | CopyOut, typed: str = "") -> int:
    size, warning = session.nodes.copy_file(asked, lambda _: None, typed=typed).future.result(DEAD)
    assert warning == ""
    return size


def test_the_bytes_are_the_same_both_ways(swarm: SimulatedSwarm, tmp_path: Path) -> None:
    source, back = tmp_path / "source", tmp_path / "back"
    source.write_bytes(BYTES)
    told: list[str] = []
    with session_on(swarm, audit_log=tmp_path / "audit.jsonl") as session:
        asked = into(session, source, "/tmp/odd name.bin")
        assert session.nodes.copy_file(asked, told.append).future.result(DEAD) == (len(BYTES), "")
        assert copied(session, out(session, "/tmp/odd name.bin", back)) == len(BYTES)
    assert back.read_bytes() == BYTES
    assert back.stat().st_mode & 0o777 == 0o600, "it may hold what only the container should know"
    assert any("of 1000 KiB" in each for each in told)
    entries = audited(tmp_path / "audit.jsonl")
    assert [(each["action"], each["outcome"]) for each in entries] == [
        ("task.copy-in", "done"),
        ("task.copy-out", "done"),
    ]


def test_nothing_is_overwritten_unasked(swarm: SimulatedSwarm, tmp_path: Path) -> None:
    here = tmp_path / "hostname"
    here.write_text("mine")
    with session_on(swarm) as session:
        with pytest.raises(AlreadyThere, match="is there already"):
            copied(session, out(session, "/etc/hostname", here))
        with pytest.raises(AlreadyThere, match="/etc/hostname is there already in web"):
            copied(session, into(session, here, "/etc/hostname"))
        assert here.read_text() == "mine"
        copied(session, into(session, here, "/etc/hostname", overwrite=True))
        here.write_text("older")
        copied(session, out(session, "/etc/hostname", here, overwrite=True))
    assert here.read_text() == "mine"
    assert not list(tmp_path.glob(".*.part"))


def test_what_cannot_be_copied(swarm: SimulatedSwarm, tmp_path: Path) -> None:
    here = tmp_path / "here"
    with session_on(swarm) as session:
        with pytest.raises(ObjectNotFound, match="Could not find the file /nope"):
            copied(session, out(session, "/nope", here))
        with pytest.raises(NotPossible, match="/etc is a directory: one file is copied"):
            copied(session, out(session, "/etc", here))
        with pytest.raises(NotSaved, match="cannot be written"):
            copied(session, out(session, "/etc/hostname", tmp_path / "none" / "here"))
        with pytest.raises(NotPossible, match="cannot be read"):
            copied(session, into(session, here, "/tmp/x"))
        here.write_text("x")
        with pytest.raises(NotPossible, match="There is no directory /none"):
            copied(session, into(session, here, "/none/x"))
        with pytest.raises(NotPossible, match="/etc is a directory"):
            copied(session, into(session, here, "/etc"))
        with pytest.raises(NotPossible, match="is no file"):
            copied(session, into(session, tmp_path, "/tmp/x"))
    for inside, words in (("etc/x", "begins with /"), ("/", "One file"), ("/etc/", "One file"), ("/x/..", "One file")):
        with pytest.raises(ChangeRefused, match=words):
            CopyOut(Target(Kind.TASK, "t", "web.1", 0), node("wrk1"), "c").between(inside, "")


def test_who_may(swarm: SimulatedSwarm, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_text("x")
    with session_on(swarm, read_only=True) as session:
        with pytest.raises(ReadOnly):
            copied(session, out(session, "/etc/hostname", tmp_path / "out"))
        with pytest.raises(ReadOnly):
            copied(session, into(session, source, "/tmp/x"))
    with session_on(swarm, read_only=True, entry_when_read_only=True) as session:
        copied(session, out(session, "/etc/hostname", tmp_path / "out"))
        with pytest.raises(ReadOnly):
            copied(session, into(session, source, "/tmp/x"))
    with session_on(swarm, protected=True) as session:
        with pytest.raises(Protected):
            copied(session, out(session, "/etc/hostname", tmp_path / "protected"))
        copied(session, out(session, "/etc/hostname", tmp_path / "protected"), typed="demo")
    assert not swarm.asked("PUT")


# ------------------------------------------------------------------------------------------------ a hostile engine


class Hostile(StubEngine):
    """Sends whatever it likes as the tar of a file."""

    tar = b""

    def answer(self, request: Request) -> bytes:
        return self.tar if request.path.endswith("/archive") else super().answer(request)


def packed(*entries: tuple[tarfile.TarInfo, bytes]) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as tar:
        for entry, content in entries:
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return whole.getvalue()


def named(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, link
    return entry


def fetched(tar: bytes, here: Path) -> None:
    hostile = Hostile()
    hostile.tar = tar
    with hostile as engine:
        asked = CopyOut(Target(Kind.TASK, "t", "web.1", 0), node("wrk1"), "c" * 64).between("/etc/x", str(here))
        with client_of(engine.url) as client:
            copy_out(client, asked, lambda _: None)


@pytest.mark.parametrize("name", ["../../evil", "/etc/evil", "x/../../evil", ""])
def test_a_name_in_the_tar_leads_nowhere(tmp_path: Path, name: str) -> None:
    directory = tmp_path / "a" / "b"
    directory.mkdir(parents=True)
    fetched(packed((named(name), b"first"), (named("other"), b"second")), directory / "x")
    assert (directory / "x").read_bytes() == b"first"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["x"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (tarfile.SYMTYPE, "is a link to /etc/passwd"),
        (tarfile.LNKTYPE, "is a link to /etc/passwd"),
        (tarfile.CHRTYPE, "is no file"),
        (tarfile.FIFOTYPE, "is no file"),
    ],
)
def test_links_and_devices_are_refused(tmp_path: Path, kind: bytes, words: str) -> None:
    with pytest.raises(NotPossible, match=words):
        fetched(packed((named("x", kind, "/etc/passwd"), b"")), tmp_path / "x")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("tar", [packed((named("x"), b"a" * 5000))[:3000], b"no tar at all" * 100])
def test_half_a_file_is_none(tmp_path: Path, tar: bytes) -> None:
    with pytest.raises(ConnectionBroken):
        fetched(tar, tmp_path / "x")
    assert not list(tmp_path.iterdir())
