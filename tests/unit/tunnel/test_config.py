"""ssh_config: what is honoured, what is told to the user, and the chain of jumps."""

from __future__ import annotations

from pathlib import Path

import pytest

from swarmtui.errors import SSHConfigError
from swarmtui.tunnel.ssh_config.config_hosts import named_hosts
from swarmtui.tunnel.ssh_config.host_settings import METHODS, ConfigFiles, HostSettings, resolve
from swarmtui.tunnel.targets import Hop, parse_target


class Written:
    """ssh_config files in a home of their own."""

    def __init__(self, home: Path) -> None:
        self.directory = home / ".ssh"
        self.directory.mkdir()
        self.files = ConfigFiles(self.directory / "config", home / "system")

    def write(self, text: str, name: str = "config") -> Path:
        path = self.directory / name
        path.write_text(text)
        return path

    def chain(self, url: str) -> tuple[HostSettings, ...]:
        return resolve(parse_target(url).hop, self.files)

    def of(self, url: str) -> HostSettings:
        return self.chain(url)[-1]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Written:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SSH_AUTH_SOCK", "/agent.sock")
    monkeypatch.setenv("LOGNAME", "me")
    return Written(tmp_path)


def test_without_files_there_are_the_usual_values(config: Written, tmp_path: Path) -> None:
    settings = config.of("ssh://mgr1")
    assert (settings.hostname, settings.user, settings.port, settings.key_name) == ("mgr1", "me", 22, "mgr1")
    assert settings.identities[0] == tmp_path / ".ssh/id_rsa"
    assert not settings.identities_named
    assert settings.agent == "/agent.sock"
    assert settings.methods == METHODS
    assert settings.user_known_hosts[0] == tmp_path / ".ssh/known_hosts"
    assert settings.keepalive_interval * (settings.keepalive_count + 1) < 15
    assert settings.notices == ()


def test_alias_with_all_that_it_may_say(config: Written, tmp_path: Path) -> None:
    config.write("""
        Host Prod other
            HostName mgr1.example.net
            User ops
            Port 2222
            IdentityFile ~/.ssh/%r-%n
            IdentityFile /keys/%h
            IdentitiesOnly yes
            IdentityAgent ~/agent-%p
            CertificateFile ~/.ssh/cert.pub
            UserKnownHostsFile ~/known-%k /more
            StrictHostKeyChecking yes
            HashKnownHosts yes
            ServerAliveInterval 2
            ServerAliveCountMax 4
            ConnectTimeout 1m
            PreferredAuthentications password,publickey,gssapi-with-mic
            Compression yes
            AddressFamily inet6
    """)
    settings = config.of("ssh://Prod")
    assert (settings.alias, settings.hostname, settings.user) == ("Prod", "mgr1.example.net", "ops")
    assert (settings.port, settings.key_name) == (2222, "[mgr1.example.net]:2222")
    assert settings.identities == (tmp_path / ".ssh/ops-Prod", Path("/keys/mgr1.example.net"))
    assert settings.identities_named
    assert settings.identities_only
    assert settings.agent == str(tmp_path / "agent-2222")
    assert settings.certificates == (tmp_path / ".ssh/cert.pub",)
    assert settings.user_known_hosts == (tmp_path / "known-Prod", Path("/more"))
    assert not settings.ask_unknown
    assert settings.hash_names
    assert (settings.keepalive_interval, settings.keepalive_count) == (2, 4)
    assert settings.connect_timeout == 60
    assert settings.methods == ("password", "publickey")
    assert dict(settings.algorithms) == {"compression_algs": "zlib@openssh.com,none"}
    assert settings.notices == ()


def test_the_engines_own_host_is_reached_compressed_unless_the_file_says_no(config: Written) -> None:
    config.write("Host plain\n Compression no\nHost mgr1 plain\n ProxyJump edge\n")
    edge, mgr1 = resolve(Hop("mgr1"), config.files)
    assert not dict(edge.algorithms)
    assert dict(mgr1.algorithms) == {"compression_algs": "zlib@openssh.com,none"}
    assert dict(resolve(Hop("plain"), config.files)[-1].algorithms) == {"compression_algs": "none"}
    (*_, other) = resolve(Hop("mgr2"), config.files, like=Hop("mgr1"), through=True)
    assert dict(other.algorithms) == {"compression_algs": "zlib@openssh.com,none"}


def test_what_the_address_names_counts_more(config: Written) -> None:
    config.write("Host *\n User ops\n Port 2222\n")
    settings = config.of("ssh://root@mgr1:22")
    assert (settings.user, settings.port) == ("root", 22)


def test_first_value_counts_and_the_system_file_comes_last(config: Written) -> None:
    config.write("Host mgr*\n User ops\nHost *\n User nobody\n")
    config.files.system.write_text("Host *\n User system\n Port 77\n")
    settings = config.of("ssh://mgr1")
    assert (settings.user, settings.port) == ("ops", 77)


def test_include_is_sorted_and_relative_to_the_directory(config: Written) -> None:
    (config.directory / "conf.d").mkdir()
    for name in ("20", "10", "30"):
        (config.directory / "conf.d" / name).write_text(f"Host mgr1\n User user{name}\n IdentityFile ~/%r\n")
    config.write("Include conf.d/*\nHost *\n User late\n")
    settings = config.of("ssh://mgr1")
    assert settings.user == "user10"
    assert settings.identities == (Path("~/user10").expanduser(),), "tokens are expanded when all is known"


def test_match_with_its_criteria(config: Written) -> None:
    config.write("""
        Match originalhost mgr1 user root
            Port 1
        Match host 10.* exec "test %h = 10.0.0.5"
            Port 2
        Match final host 10.0.0.5
            HostKeyAlias known
        Host mgr1
            HostName 10.0.0.5
    """)
    assert config.of("ssh://root@mgr1").port == 1
    assert config.of("ssh://ops@10.0.0.5").port == 2
    settings = config.of("ssh://ops@mgr1")
    assert (settings.hostname, settings.port, settings.key_name) == ("10.0.0.5", 2, "known")


def test_a_final_block_adds_and_changes_no_hostname(config: Written) -> None:
    config.write("User ops\nMatch final\n HostName 10.0.0.5\n User late\n Port 77\n")
    settings = config.of("ssh://mgr1")
    assert (settings.hostname, settings.user, settings.port) == ("mgr1", "ops", 77)


def test_what_is_not_honoured_is_told_with_its_place(config: Written) -> None:
    path = config.write("""\
Host mgr1
    ControlMaster auto
    Shiny new
    ForwardX11 yes
    StrictHostKeyChecking no
    ServerAliveInterval 60
    Ciphers made-up
Match localnetwork 10.0.0.0/8
    User local
Host elsewhere
    Unseen yes
""")
    settings = config.of("ssh://mgr1")
    told = {notice.place.removeprefix(f"{path}:"): notice.text for notice in settings.notices}
    assert set(told) == {"2", "3", "5", "6", "7", "8"}
    assert "ControlMaster is not honoured" in told["2"]
    assert "shiny is not honoured" in told["3"]
    assert "always asked about" in told["5"]
    assert "only after 240 s" in told["6"]
    assert "made-up" in told["7"]
    assert set(dict(settings.algorithms)) == {"compression_algs"}
    assert settings.ask_unknown


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("Host *\n Port many\n", "config line 2"),
        ("Host *\n User\n", "Missing User"),
        ("Host *\n ConnectTimeout soon\n", "Invalid ConnectTimeout"),
        ("Host *\n IdentityFile %Z\n", "token"),
        ("Host *\n IdentityFile ${NO_SUCH_VARIABLE}\n", "NO_SUCH_VARIABLE"),
    ],
)
def test_nonsense_names_the_file(config: Written, text: str, complaint: str) -> None:
    config.write(text)
    with pytest.raises(SSHConfigError, match=complaint):
        config.of("ssh://mgr1")


def test_a_comment_behind_a_value_is_none_of_it(config: Written) -> None:
    config.write("Host mgr1 # Bob's\n  HostName 10.0.0.1 # first\n  Port=2222 # the 'other one\n")
    settings = config.of("ssh://mgr1")
    assert (settings.hostname, settings.port) == ("10.0.0.1", 2222)
    assert named_hosts(config.files.user, config.files.system) == ("mgr1",)


def test_a_hostname_may_be_made_of_the_alias(config: Written) -> None:
    config.write("Host mgr*\n  HostName %h.example.net\n  IdentityFile /keys/%h\n")
    settings = config.of("ssh://mgr1")
    assert settings.hostname == "mgr1.example.net"
    assert settings.identities == (Path("/keys/mgr1.example.net"),)


@pytest.mark.parametrize("line", ["Include config", "Include conf*", "Host *\nInclude ~/.ssh/config"])
def test_a_file_that_includes_itself_is_an_error_in_words(config: Written, line: str) -> None:
    config.write(f"{line}\nHost mgr1\n")
    with pytest.raises(SSHConfigError, match=r"config line \d: Include goes deeper .* includes itself"):
        config.of("ssh://mgr1")
    assert named_hosts(config.files.user, config.files.system) == ("mgr1",)


def test_an_unclosed_quote_is_named_with_its_line(config: Written) -> None:
    config.write("Host mgr1\n  IdentityFile '/keys/a b\n")
    with pytest.raises(SSHConfigError, match="config line 2: a quote is not closed"):
        config.of("ssh://mgr1")


def test_a_crypto_policy_that_only_narrows_algorithms_is_no_news(config: Written) -> None:
    """/etc/crypto-policies/back-ends/openssh.config of Fedora 41, included for every host."""
    config.write(
        "Host *\n"
        "Ciphers aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr,aes128-gcm@openssh.com,aes128-ctr\n"
        "MACs hmac-sha2-256-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256\n"
        "GSSAPIKexAlgorithms gss-curve25519-sha256-,gss-nistp256-sha256-\n"
        "KexAlgorithms mlkem768x25519-sha256,sntrup761x25519-sha512@openssh.com,curve25519-sha256,ecdh-sha2-nistp256\n"
        "PubkeyAcceptedAlgorithms ecdsa-sha2-nistp256,ssh-ed25519,rsa-sha2-512\n"
        "HostbasedAcceptedAlgorithms ecdsa-sha2-nistp256,ssh-ed25519\n"
        "HostKeyAlgorithms ecdsa-sha2-nistp256,ssh-ed25519,rsa-sha2-512\n"
        "CASignatureAlgorithms ecdsa-sha2-nistp256,ssh-ed25519\n"
        "RequiredRSASize 2048\n"
        "GSSAPIAuthentication yes\n"
        "ForwardX11Trusted yes\n"
        "SendEnv LANG LC_CTYPE\n"
    )
    settings = config.of("ssh://mgr1")
    assert settings.notices == ()
    assert "curve25519-sha256" in dict(settings.algorithms)["kex_algs"]


def test_what_is_switched_off_is_no_news(config: Written) -> None:
    config.write("ControlMaster no\nControlPath none\nVerifyHostKeyDNS no\nIgnoreUnknown UseFoo,X*\nUseFoo 1\nXyz 2\n")
    assert config.of("ssh://mgr1").notices == ()


def test_unreadable_file_is_named(config: Written) -> None:
    config.files.user.mkdir()
    with pytest.raises(SSHConfigError, match=r"config cannot be read"):
        config.of("ssh://mgr1")


# ------------------------------------------------------------------------------------------------ jumps


def names(chain: tuple[HostSettings, ...]) -> list[str]:
    return [f"{each.user}@{each.hostname}" for each in chain]


def test_jumps_are_a_chain_each_with_its_own_settings(config: Written) -> None:
    config.write("""
        Host mgr*
            ProxyJump ops@edge:2022,inner
            User deploy
        Host edge
            HostName edge.example.net
            UserKnownHostsFile /edge
        Host inner
            User in
            ProxyJump nowhere
    """)
    chain = config.chain("ssh://mgr1")
    assert names(chain) == ["ops@edge.example.net", "in@inner", "deploy@mgr1"]
    assert chain[0].port == 2022
    assert chain[0].user_known_hosts == (Path("/edge"),)


def test_tokens_of_a_jump_are_those_of_the_host_behind_it(config: Written) -> None:
    config.write("Host mgr1\n HostName m1.example.net\n User ops\n ProxyJump %r@bastion-%h:2222,%n.inner # both\n")
    first, second, last = config.chain("ssh://mgr1")
    assert (first.user, first.hostname, first.port) == ("ops", "bastion-m1.example.net", 2222)
    assert (second.hostname, last.hostname) == ("mgr1.inner", "m1.example.net")


def test_a_token_that_a_jump_does_not_take_is_an_error_in_words(config: Written) -> None:
    config.write("ProxyJump edge-%d\n")
    with pytest.raises(SSHConfigError, match="the token %d"):
        config.of("ssh://mgr1")


def test_first_jump_is_reached_by_its_own_jump(config: Written) -> None:
    config.write("Host mgr1\n ProxyJump inner\nHost inner\n ProxyJump edge\nHost edge\n User x\nHost *\n User y\n")
    assert names(config.chain("ssh://mgr1")) == ["x@edge", "y@inner", "y@mgr1"]


def test_a_host_is_not_its_own_jump(config: Written) -> None:
    config.write("Host *\n ProxyJump edge\n User y\n")
    assert names(config.chain("ssh://mgr1")) == ["y@edge", "y@mgr1"]


def test_circle_of_jumps(config: Written) -> None:
    config.write("Host a\n ProxyJump b\nHost b\n ProxyJump a\n")
    with pytest.raises(SSHConfigError, match="form a loop"):
        config.chain("ssh://a")


def test_jump_and_command_the_first_counts(config: Written) -> None:
    config.write("Host mgr1\n ProxyCommand nc -X=5 '%h' %p # 1\nHost mgr2\n ProxyJump none\nHost *\n ProxyJump edge\n")
    chain = config.chain("ssh://mgr1:2222")
    assert len(chain) == 1
    assert chain[0].proxy_command == "nc -X=5 'mgr1' 2222 # 1"
    assert len(config.chain("ssh://mgr2")) == 1


def test_another_manager_is_reached_like_the_first(config: Written) -> None:
    config.write("""
        Host prod
            HostName mgr1.example.net
            User ops
            Port 2222
            IdentityFile /keys/prod
            HostKeyAlias prod-key
            ProxyJump edge
        Host mgr3
            HostName 10.0.0.3
    """)
    edge, other = resolve(Hop("10.0.0.2"), config.files, like=Hop("prod"))
    assert edge.hostname == "edge"
    assert (other.alias, other.hostname, other.user, other.port) == ("10.0.0.2", "10.0.0.2", "ops", 2222)
    assert other.identities == (Path("/keys/prod"),)
    assert other.key_name == "[10.0.0.2]:2222", "its key is its own"
    assert resolve(Hop("mgr3", port=22), config.files, like=Hop("prod"))[-1].key_name == "10.0.0.3"


def test_hops_are_compared_as_written() -> None:
    assert str(Hop("::1", "ops", 22)) == "ops@[::1]:22"


def test_hosts_to_choose_from(config: Written) -> None:
    config.write("Host more-* extra\n", "more")
    config.write(
        "Include more\nHost Prod test !bad *.net # comment\nHostName x\nhost=prod2\nMatch host no\nHost test\n"
    )
    config.files.system.write_text("Host *\nHost far 'broken\nHost machine\n")
    assert named_hosts(config.files.user, config.files.system) == ("extra", "Prod", "test", "prod2", "machine")
