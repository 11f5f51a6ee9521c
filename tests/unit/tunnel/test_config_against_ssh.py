"""Our reading of ssh_config against OpenSSH's own, `ssh -G`, on generated files.

No ProxyCommand is run by `-G`; `Match exec` is left out, since that is. What ssh calls an error is not generated.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from swarmtui.tunnel.ssh_config.config_options import NAMES
from swarmtui.tunnel.ssh_config.config_reader import COLLECTED, Reader, read_files
from swarmtui.tunnel.ssh_config.host_settings import ConfigFiles, resolve
from swarmtui.tunnel.targets import Hop, parse_jumps

pytestmark = pytest.mark.skipif(shutil.which("ssh") is None, reason="openssh-client is not installed")

HOSTS = ("mgr1", "Mgr2", "web.example.net", "10.0.0.5")
PATTERNS = (
    "*",
    "mgr*",
    "mgr?",
    "Mgr2",
    "*.example.net",
    "10.0.0.*",
    "!mgr1",
    "!*.net",
    "mgr1",
    "!mgr*",
    "web*net",
    "x[a]",
)
USERS = ("root", "ops", "deploy")


def cased(word: str) -> st.SearchStrategy[str]:
    return st.sampled_from((word, word.lower(), word.upper()))


def quoted(value: str) -> st.SearchStrategy[str]:
    """A value as it may be written: in quotes of both sorts, or bare."""
    forms = [f'"{value}"', f"'{value}'"]
    return st.sampled_from([*forms, *([value] * 3 if " " not in value else [value.replace(" ", "\\ ")])])


COMMENTS = st.sampled_from(("", "", "", " # first", "\t# Bob's", ' # "half', "  "))
SEPARATORS = st.sampled_from((" ", "  ", "\t", "=", " = ", " =", "= "))

VALUES: dict[str, tuple[str, ...]] = {
    "HostName": ("10.1.2.3", "%h.example.net", "Mgr.Example.NET", "a%%b", "10.0.0.5"),
    "User": USERS,
    "Port": ("22", "2222", "65535"),
    "IdentityFile": ("~/.ssh/id one", "~/.ssh/%r@%h", "/keys/%n", "none", "/keys/#1", "%d/key"),
    "CertificateFile": ("~/.ssh/cert", "/c d"),
    "IdentitiesOnly": ("yes", "no", "true", "false"),
    "IdentityAgent": ("none", "SSH_AUTH_SOCK", "/run/agent", "~/agent sock"),
    "HostKeyAlias": ("prod", "Prod-2"),
    "StrictHostKeyChecking": ("yes", "no", "ask", "accept-new", "off"),
    "HashKnownHosts": ("yes", "no"),
    "ServerAliveInterval": ("0", "5", "1m", "1m30s", "none"),
    "ServerAliveCountMax": ("1", "3", "7"),
    "ConnectTimeout": ("5", "1m", "2h", "none"),
    "PubkeyAuthentication": ("yes", "no"),
    "DSAAuthentication": ("yes", "no"),
    "PasswordAuthentication": ("yes", "no"),
    "KbdInteractiveAuthentication": ("yes", "no"),
    "ChallengeResponseAuthentication": ("yes", "no"),
    "PreferredAuthentications": ("publickey", "password,publickey"),
    "NumberOfPasswordPrompts": ("1", "5"),
    "AddressFamily": ("any", "inet", "inet6"),
    "BindAddress": ("127.0.0.1", "::1"),
    "Compression": ("yes", "no"),
    "Ciphers": ("aes256-ctr", "aes128-ctr,aes256-ctr"),
    "MACs": ("hmac-sha2-256",),
    "KexAlgorithms": ("curve25519-sha256",),
    "HostKeyAlgorithms": ("ssh-ed25519", "rsa-sha2-512,ssh-ed25519"),
    "PubkeyAcceptedAlgorithms": ("ssh-ed25519",),
    "CASignatureAlgorithms": ("ssh-ed25519",),
    "RequiredRSASize": ("2048",),
    "LogLevel": ("ERROR",),
    "IgnoreUnknown": ("UseKeychain", "Use*,Foo"),
}
RAW = {
    "ProxyJump": ("none", "edge", "ops@edge:2222", "a,b@b,[::1]:22", "%r@bastion-%h:2222", "ssh://x@y:1"),
    "ProxyCommand": ("none", "nc %h %p", "nc -X=5 '%h' %p", 'sh -c "exec nc %h %p" # not a comment'),
}
LISTS = {
    "UserKnownHostsFile": ("/a", "~/b", "/c d", "/known/%h", "/%k-%p"),
    "GlobalKnownHostsFile": ("/etc/x", "/etc/y z"),
}


@st.composite
def option_lines(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from([*VALUES, *RAW, *LISTS]))
    keyword, separator = draw(cased(name)), draw(SEPARATORS)
    indent = draw(st.sampled_from(("", "  ", "\t")))
    if name in RAW:
        return f"{indent}{keyword}{separator}{draw(st.sampled_from(RAW[name]))}"
    if name in LISTS:
        values = draw(st.lists(st.sampled_from(LISTS[name]), min_size=1, max_size=3, unique=True))
        text = " ".join(draw(quoted(value)) for value in values)
        text = draw(st.sampled_from((text, text, "none")))
    else:
        text = draw(quoted(draw(st.sampled_from(VALUES[name]))))
    return f"{indent}{keyword}{separator}{text}{draw(COMMENTS)}"


@st.composite
def block_heads(draw: st.DrawFn) -> str:
    if draw(st.booleans()):
        words = draw(st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=3))
        text = " ".join(draw(quoted(word)) for word in words)
        return f"{draw(cased('Host'))}{draw(SEPARATORS)}{text}{draw(COMMENTS)}"
    bang = draw(st.sampled_from(("", "", "!")))
    last = draw(st.sampled_from(("all", "final", "canonical", "", "", "")))
    if last == "all":
        return f"{draw(cased('Match'))} {bang}all"
    lists = st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=3).map(",".join)
    criteria = draw(
        st.lists(
            st.one_of(
                lists.map(lambda text: f"host {text}"),
                lists.map(lambda text: f'originalhost "{text}"'),
                lists.map(lambda text: f"OriginalHost={text}"),
                st.lists(st.sampled_from((*USERS, "!root", "*", "de*")), min_size=1, max_size=2).map(
                    lambda each: f"user {','.join(each)}"
                ),
                st.sampled_from(("localuser *", "localuser nobody", "!localuser nobody")),
            ),
            min_size=0 if last else 1,
            max_size=2,
        )
    )
    return f"{draw(cased('Match'))} {' '.join([*criteria, *([bang + last] if last else [])])}{draw(COMMENTS)}"


LINES = st.one_of(option_lines(), option_lines(), option_lines(), block_heads(), st.sampled_from(("", "# a comment's")))
INCLUDES = st.sampled_from(("Include more", "Include=more", "include 'm*e' nothing", "Include ~/.ssh/more # too"))


@st.composite
def files(draw: st.DrawFn) -> tuple[str, str]:
    """The user's file, and one that it may include."""
    lines = draw(st.lists(st.one_of(LINES, LINES, LINES, LINES, INCLUDES), min_size=1, max_size=14))
    return "\n".join(lines) + draw(st.sampled_from(("", "\n"))), "\n".join(draw(st.lists(LINES, max_size=6))) + "\n"


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        path = Path(directory)
        (path / ".ssh").mkdir()
        patch.setenv("HOME", directory)
        patch.setenv("LOGNAME", "root")
        patch.setenv("SSH_AUTH_SOCK", "/agent.sock")
        yield path


def judged(home: Path, host: str, user: str) -> dict[str, list[str]]:
    """What `ssh -G` says: the values of each keyword."""
    # ~ and relative names are those of the user's own home for ssh, whatever HOME says: the file names it itself.
    done = subprocess.run(
        ["ssh", "-G", "-F", str(home / ".ssh/config"), *(["-l", user] if user else []), host],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ},
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        keyword, _, value = line.partition(" ")
        found.setdefault(keyword, []).append(value)
    return found


NOT_COMPARED = {"Hostname", "ProxyJump", "Tag", "StrictHostKeyChecking", "AddressFamily", "IgnoreUnknown"}
"""Compared by themselves, or told by ssh in other words."""
COMPARED = sorted({*NAMES.values()} - NOT_COMPARED)


USERS_HOME = pwd.getpwuid(os.getuid()).pw_dir
"""What ~ stands for to ssh, whatever HOME says."""


def ours(reader: Reader, option: str) -> list[str]:
    value = reader.get(option)
    return [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]


def filled_in(reader: Reader, option: str) -> list[str]:
    """The values with their tokens put in, as ssh shows those of some options."""
    alias = str(reader.get("HostKeyAlias", "")).lower() or reader.expand("%n")
    values = [reader.expand(each, k=alias, h=reader.hostname.lower()) for each in ours(reader, option)]
    return [re.sub("^~", USERS_HOME, each) for each in values]


def expected(reader: Reader, option: str) -> list[str]:
    """What `ssh -G` should say of an option that our files set."""
    value = reader.get(option)
    if option == "UserKnownHostsFile":
        return [" ".join(filled_in(reader, option)) or "none"]
    if option == "GlobalKnownHostsFile":
        return [" ".join(ours(reader, option)) or "none"]
    if option == "IdentityAgent":
        return filled_in(reader, option)
    if option == "PubkeyAuthentication":
        return ["true" if value else "false"]
    if option == "HostKeyAlias":
        return [str(value).lower()]
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    if isinstance(value, float):
        return [f"{value:g}" if value else "none" if option == "ConnectTimeout" else "0"]
    return [] if value == "none" and option == "ProxyCommand" else ours(reader, option)


def compare(reader: Reader, judge: dict[str, list[str]]) -> None:
    assert judge["hostname"] == [reader.hostname.lower()]
    for option in COMPARED:
        if reader.get(option) is not None:
            said = [each for each in judge.get(option.lower(), []) if option not in COLLECTED or each != "none"]
            assert said == expected(reader, option), option
    jumps = judge.get("proxyjump", ["none"])[0]
    value = str(reader.get("ProxyJump", "none"))
    assert [str(each) for each in parse_plain(jumps)] == [str(each) for each in parse_plain(value)], "proxyjump"


def parse_plain(value: str) -> tuple[Hop, ...]:
    """The jumps, with their tokens as they stand: letters in their place."""
    return parse_jumps(value.replace("%", "P-"))


def read(home: Path, host: str, user: str) -> Reader:
    return read_files(home / ".ssh/config", home / "nothing", "root", host, user, None)


@settings(max_examples=150, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(written=files(), host=st.sampled_from(HOSTS), user=st.sampled_from(("", "", "ops")))
def test_it_is_read_as_ssh_reads_it(home: Path, written: tuple[str, str], host: str, user: str) -> None:
    config, more = (text.replace("~/.ssh/more", f"{home}/.ssh/more") for text in written)
    config = config.replace(" more", f" {home}/.ssh/more").replace("=more", f"={home}/.ssh/more")
    config = config.replace("'m*e'", f"'{home}/.ssh/m*e'")
    (home / ".ssh/config").write_text(config)
    (home / ".ssh/more").write_text(more)
    compare(read(home, host, user), judged(home, host, user))


def test_a_file_that_says_nothing_leaves_what_ssh_has(home: Path) -> None:
    (home / ".ssh/config").write_text("")
    judge, [mine] = judged(home, "mgr1", ""), resolve(Hop("mgr1"), ConfigFiles(home / ".ssh/config", home / "nothing"))
    assert judge["hostname"] == [mine.hostname]
    assert judge["port"] == [str(mine.port)]
    assert judge["numberofpasswordprompts"] == [str(mine.password_prompts)]
    assert judge["hashknownhosts"] == ["yes" if mine.hash_names else "no"]
