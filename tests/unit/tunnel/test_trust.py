"""known_hosts: verdicts with file and line, and adding a key."""

from __future__ import annotations

import subprocess
from pathlib import Path

import asyncssh
import pytest

from swarmtui.tunnel.login.trust import KnownHosts, Verdict
from swarmtui.tunnel.ssh_config.host_settings import HostSettings


def new_key(kind: str = "ssh-ed25519") -> asyncssh.SSHKey:
    return asyncssh.generate_private_key(kind).convert_to_public()


OURS, OTHER, ECDSA = new_key(), new_key(), new_key("ecdsa-sha2-nistp256")


def text_of(key: asyncssh.SSHKey) -> str:
    return key.export_public_key().decode().strip()


class Files:
    def __init__(self, directory: Path) -> None:
        self.user = directory / ".ssh" / "known_hosts"
        self.machine = directory / "ssh_known_hosts"

    def write(self, *lines: str) -> None:
        self.user.parent.mkdir(exist_ok=True)
        self.user.write_text("".join(f"{line}\n" for line in lines))

    def of(self, name: str, *, hashed: bool = False) -> KnownHosts:
        return KnownHosts(
            HostSettings(
                alias=name,
                hostname=name,
                user="ops",
                key_name=name,
                hash_names=hashed,
                user_known_hosts=(self.user,),
                global_known_hosts=(self.machine,),
            )
        )


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_without_files_everything_is_unknown(files: Files) -> None:
    assert files.of("mgr1").judge(OURS).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("field", "name", "verdict"),
    [
        ("mgr1", "mgr1", Verdict.KNOWN),
        ("mgr1", "MGR1", Verdict.KNOWN),
        ("other,mgr1", "mgr1", Verdict.KNOWN),
        ("mgr*", "mgr1", Verdict.KNOWN),
        ("mgr?", "mgr1", Verdict.KNOWN),
        ("mgr*,!mgr1", "mgr1", Verdict.UNKNOWN),
        ("mgr2", "mgr1", Verdict.UNKNOWN),
        ("[mgr1]:2222", "[mgr1]:2222", Verdict.KNOWN),
        ("[mgr1]:2223", "[mgr1]:2222", Verdict.UNKNOWN),
        ("[mgr1]:*", "[mgr1]:2222", Verdict.KNOWN),
        ("mgr1", "[mgr1]:2222", Verdict.KNOWN),
        ("[mgr1]:2222", "mgr1", Verdict.UNKNOWN),
        ("2001:db8::1", "2001:db8::1", Verdict.KNOWN),
        ("[2001:db8::1]:2222", "[2001:db8::1]:2222", Verdict.KNOWN),
        ("|1|nonsense", "mgr1", Verdict.UNKNOWN),
    ],
)
def test_names_and_patterns(files: Files, field: str, name: str, verdict: Verdict) -> None:
    files.write("# a comment", "", f"{field} {text_of(OURS)} comment of it")
    judgement = files.of(name).judge(OURS)
    assert judgement.verdict is verdict
    if verdict is Verdict.KNOWN:
        assert judgement.entry is not None
        assert judgement.entry.place == f"{files.user}:3"


def test_changed_key_names_the_line(files: Files) -> None:
    files.write(f"x {text_of(OURS)}", f"mgr1 {text_of(OTHER)}")
    judgement = files.of("mgr1").judge(OURS)
    assert judgement.verdict is Verdict.CHANGED
    assert judgement.entry is not None
    assert judgement.entry.place == f"{files.user}:2"


def test_one_of_several_keys_is_enough(files: Files) -> None:
    files.write(f"mgr1 {text_of(OTHER)}", f"mgr1 {text_of(OURS)}")
    assert files.of("mgr1").judge(OURS).verdict is Verdict.KNOWN


def test_key_of_another_kind_is_unknown_but_told(files: Files) -> None:
    files.write(f"mgr1 {text_of(ECDSA)}")
    judgement = files.of("mgr1").judge(OURS)
    assert judgement.verdict is Verdict.UNKNOWN
    assert [entry.line for entry in judgement.others] == [1]


def test_bare_name_never_makes_a_port_changed(files: Files) -> None:
    files.write(f"mgr1 {text_of(OTHER)}")
    assert files.of("[mgr1]:2222").judge(OURS).verdict is Verdict.UNKNOWN


def test_revoked_counts_more_than_known(files: Files) -> None:
    files.write(f"mgr1 {text_of(OURS)}", f"@revoked * {text_of(OURS)}")
    judgement = files.of("mgr1").judge(OURS)
    assert judgement.verdict is Verdict.REVOKED
    assert judgement.entry is not None
    assert judgement.entry.line == 2
    assert files.of("mgr1").keys("revoked") == [OURS]


def test_authority_is_no_host_key(files: Files) -> None:
    files.write(f"@cert-authority *.example.net {text_of(OURS)}")
    known = files.of("mgr1.example.net")
    assert known.keys("cert-authority") == [OURS]
    assert known.keys() == []
    assert known.judge(OURS).verdict is Verdict.UNKNOWN


def test_machine_wide_file_counts(files: Files) -> None:
    files.machine.write_text(f"mgr1 {text_of(OURS)}\n")
    assert files.of("mgr1").judge(OURS).verdict is Verdict.KNOWN


def test_broken_lines_are_passed_over(files: Files) -> None:
    files.write("mgr1", "mgr1 ssh-ed25519 !!!", "@new mgr1 x y", f"mgr1 {text_of(OURS)}")
    assert files.of("mgr1").judge(OURS).verdict is Verdict.KNOWN


def test_file_that_cannot_be_read_is_no_empty_file(files: Files) -> None:
    files.user.mkdir(parents=True)
    with pytest.raises(OSError, match="known_hosts"):
        files.of("mgr1")


@pytest.mark.parametrize("hashed", [False, True])
def test_added_key_is_known_then_to_ssh_too(files: Files, hashed: bool) -> None:
    files.of("[mgr1]:2222", hashed=hashed).add(OURS)
    assert files.user.parent.stat().st_mode & 0o777 == 0o700
    assert files.user.stat().st_mode & 0o777 == 0o600
    assert files.user.read_text().startswith("|1|" if hashed else "[mgr1]:2222 ssh-ed25519 ")
    assert files.of("[mgr1]:2222").judge(OURS).verdict is Verdict.KNOWN
    found = subprocess.run(
        ["ssh-keygen", "-F", "[mgr1]:2222", "-f", str(files.user)], capture_output=True, text=True, check=True
    )
    assert "found: line 1" in found.stdout


def test_added_key_leaves_the_rest_as_it_was(files: Files) -> None:
    files.user.parent.mkdir()
    files.user.write_text("last line without its end")
    files.user.chmod(0o644)
    files.of("mgr1").add(OURS)
    lines = files.user.read_text().splitlines()
    assert lines == ["last line without its end", f"mgr1 {text_of(OURS)}"]
    assert files.user.stat().st_mode & 0o777 == 0o644


def test_hashed_by_ssh_keygen_is_known_here(files: Files) -> None:
    files.write(f"mgr1 {text_of(OURS)}")
    subprocess.run(["ssh-keygen", "-H", "-f", str(files.user)], capture_output=True, check=True)
    assert "mgr1" not in files.user.read_text()
    assert files.of("mgr1").judge(OURS).verdict is Verdict.KNOWN
    assert files.of("mgr1").judge(OTHER).verdict is Verdict.CHANGED


def test_key_accepted_in_this_run_is_known(files: Files) -> None:
    settings = HostSettings(alias="mgr1", hostname="mgr1", user="ops", key_name="mgr1")
    assert KnownHosts(settings, (OURS,)).judge(OURS).verdict is Verdict.KNOWN
