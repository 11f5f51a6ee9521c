"""Whether an SSH server answers: its first line, by what ssh_config says, and never a login."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from swarmtui.errors import SSHConfigError, SSHFailed
from swarmtui.tunnel import banner
from swarmtui.tunnel.banner import BannerProbe, NotTried
from swarmtui.tunnel.ssh_config.host_settings import ConfigFiles
from tests.patience import DEAD, until
from tests.unit.places.greeter import Greeter

SSH = b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"


@pytest.fixture
def files(tmp_path: Path) -> ConfigFiles:
    return ConfigFiles(tmp_path / "config", tmp_path / "ssh_config")


def test_the_first_line_by_the_name_and_port_of_ssh_config(files: ConfigFiles) -> None:
    with Greeter(SSH) as server:
        files.user.write_text(f"Host Prod\n  HostName 127.0.0.1\n  Port {server.port}\n")
        greeting = BannerProbe("ssh://ops@Prod", files).look()
        assert greeting.software == "OpenSSH_9.2p1 Debian-2"
        assert greeting.address == f"127.0.0.1:{server.port}"


def test_lines_before_the_version_are_passed_over(files: ConfigFiles) -> None:
    with Greeter(b"welcome\r\nto the machine\r\n" + SSH) as server:
        assert BannerProbe(f"ssh://127.0.0.1:{server.port}", files).look().software.startswith("OpenSSH")


def test_it_says_who_it_is_and_nothing_more(files: ConfigFiles) -> None:
    with Greeter(SSH) as server:
        BannerProbe(f"ssh://127.0.0.1:{server.port}", files).look()
        until(lambda: server.heard, "its first words")
        assert server.heard == [banner.OURS]


@pytest.mark.parametrize("words", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"", b"x" * 20_000])
def test_what_speaks_no_ssh(files: ConfigFiles, words: bytes) -> None:
    with Greeter(words, hangs_up=True) as server, pytest.raises(SSHFailed) as caught:
        BannerProbe(f"ssh://127.0.0.1:{server.port}", files).look()
    assert caught.value.layer in ("SSH", "TCP")  # it may reset the connection before we have read all


def test_nothing_listens(files: ConfigFiles) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(SSHFailed, match="Nothing listens") as caught:
        BannerProbe(f"ssh://127.0.0.1:{port}", files).look()
    assert caught.value.layer == "TCP"


@pytest.mark.parametrize("name", ["no-such-host.invalid", f"{'a' * 70}.invalid"])
def test_a_name_that_does_not_resolve(files: ConfigFiles, name: str) -> None:
    with pytest.raises(SSHFailed) as caught:
        BannerProbe(f"ssh://{name}", files).look()
    assert caught.value.layer == "DNS"


def test_a_server_that_says_nothing_is_given_up(files: ConfigFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(banner, "WITHIN", 0.2)
    with Greeter() as server, pytest.raises(SSHFailed, match=r"No answer from .* within 0\.2 s"):
        BannerProbe(f"ssh://127.0.0.1:{server.port}", files).look()


def test_an_abort_ends_it(files: ConfigFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(banner, "WITHIN", 3600.0)
    with Greeter() as server:
        probe = BannerProbe(f"ssh://127.0.0.1:{server.port}", files)
        failed: list[SSHFailed] = []

        def look() -> None:
            try:
                probe.look()
            except SSHFailed as error:
                failed.append(error)

        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        until(lambda: server.accepted, "the connection")
        probe.abort()
        thread.join(DEAD)
        assert failed


def test_behind_a_bastion_it_is_not_tried(files: ConfigFiles) -> None:
    with Greeter(SSH) as bastion:
        files.user.write_text(
            f"Host inner\n  ProxyJump edge,second\nHost edge second\n  HostName 127.0.0.1\n  Port {bastion.port}\n"
        )
        with pytest.raises(NotTried, match="through edge, second"):
            BannerProbe("ssh://inner", files).look()
        assert bastion.accepted == 0


def test_no_command_of_ssh_config_is_run(files: ConfigFiles, tmp_path: Path) -> None:
    files.user.write_text("Host one\n  ProxyCommand nc %h %p\n")
    with pytest.raises(NotTried, match="ProxyCommand"):
        BannerProbe("ssh://one", files).look()
    for line in ('Match exec "touch {0}"', "Match host x !exec 'touch {0}'", 'match originalhost y exec "touch {0}'):
        (tmp_path / "more").write_text(line.format(tmp_path / "ran") + "\n  Port 1\n")
        files.user.write_text(f"Include {tmp_path}/more\n")
        with pytest.raises(NotTried, match="Match exec"):
            BannerProbe("ssh://one", files).look()
    assert not (tmp_path / "ran").exists()


def test_an_address_or_a_file_that_makes_no_sense(files: ConfigFiles) -> None:
    with pytest.raises(SSHConfigError):
        BannerProbe("ssh://", files).look()
    files.user.write_text("Port many\n")
    with pytest.raises(SSHConfigError):
        BannerProbe("ssh://one", files).look()
