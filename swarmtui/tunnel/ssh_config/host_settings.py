"""What ssh_config says for the hosts on the way to an engine: settings of each, and the chain of jumps.

The user's ~/.ssh/config comes first, then /etc/ssh/ssh_config; the first value found counts (ssh_config(5)). Reading
may take time (`Match exec` runs commands): not for an event loop.
"""

from __future__ import annotations

import getpass
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from swarmtui.errors import SSHConfigError
from swarmtui.tunnel.ssh_config.algorithms import ARGUMENTS, known_part
from swarmtui.tunnel.ssh_config.config_reader import Notice, Reader, expand, read_files
from swarmtui.tunnel.targets import Hop, parse_jumps

__all__ = ["ConfigFiles", "HostSettings", "Notice", "resolve"]

SSH_PORT = 22
CONNECT_TIMEOUT = 10.0
"""Seconds for TCP and the server's greeting, when ConnectTimeout says nothing."""
KEEPALIVE_INTERVAL = 4.0
"""Seconds. With two probes unanswered a silent peer is given up after 12 s, so that 15 s hold on a busy machine too."""
KEEPALIVE_COUNT = 2
NOTICED_WITHIN = 15.0
LONGEST_CHAIN = 8
METHODS = ("publickey", "keyboard-interactive", "password")
"""The order of ssh_config(5), PreferredAuthentications, without what needs the client to be a trusted host."""
SWITCHES = {
    "publickey": "PubkeyAuthentication",
    "keyboard-interactive": "KbdInteractiveAuthentication",
    "password": "PasswordAuthentication",
}
COMPRESSED = "zlib@openssh.com,none"
"""After the login, as OpenSSH does it; what an engine answers is a tenth as long then."""
DEFAULT_IDENTITIES = ("id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk")


def _user_file() -> Path:
    return Path("~/.ssh/config").expanduser()


@dataclass(frozen=True)
class ConfigFiles:
    """Where ssh_config is read from.

    Attributes:
        user: the user's own file.
        system: the machine's.
    """

    user: Path = field(default_factory=_user_file)
    system: Path = Path("/etc/ssh/ssh_config")


@dataclass(frozen=True)
class HostSettings:
    """How to reach and log in to one host.

    Attributes:
        alias: the host as the user wrote it.
        hostname: what to connect to.
        identities: private (or public, for an agent) key files; with `identities_named` False they are the usual ones.
        identities_only: offer no keys of the agent but those.
        agent: the path of the agent's socket; "" for none.
        jumps: the hosts to go through, in order; from ssh_config.
        proxy_command: a command that carries the connection instead; "" for none.
        key_alias: HostKeyAlias, "" for none.
        key_name: the name under which known_hosts has the host's key; a port is part of it where it is not 22.
        user_known_hosts, global_known_hosts: files; a new key goes to the first of the user's.
        ask_unknown: whether the user may be asked about an unknown key (StrictHostKeyChecking is not "yes").
        hash_names: whether a new line of known_hosts hides the name.
        keepalive_interval: seconds of silence until a probe is sent; 0 for never.
        keepalive_count: unanswered probes until the connection is given up.
        connect_timeout: seconds.
        methods: ways to log in, in the order of trying.
        password_prompts: how often a password is asked for.
        family: of addresses: socket.AF_UNSPEC, AF_INET or AF_INET6.
        algorithms: arguments for asyncssh.connect.
        host_key_algorithms: HostKeyAlgorithms, "" for the usual ones.
        notices: what is not done as written.
    """

    alias: str
    hostname: str
    user: str
    port: int = SSH_PORT
    identities: tuple[Path, ...] = ()
    identities_named: bool = False
    certificates: tuple[Path, ...] = ()
    identities_only: bool = False
    agent: str = ""
    jumps: tuple[Hop, ...] = ()
    proxy_command: str = ""
    key_alias: str = ""
    key_name: str = ""
    user_known_hosts: tuple[Path, ...] = ()
    global_known_hosts: tuple[Path, ...] = ()
    ask_unknown: bool = True
    hash_names: bool = False
    keepalive_interval: float = KEEPALIVE_INTERVAL
    keepalive_count: int = KEEPALIVE_COUNT
    connect_timeout: float = CONNECT_TIMEOUT
    methods: tuple[str, ...] = METHODS
    password_prompts: int = 3
    family: int = socket.AF_UNSPEC
    bind_address: str = ""
    algorithms: tuple[tuple[str, str], ...] = ()
    host_key_algorithms: str = ""
    notices: tuple[Notice, ...] = ()

    @property
    def address(self) -> str:
        """ "host:port", as it is shown."""
        host = f"[{self.hostname}]" if ":" in self.hostname else self.hostname
        return f"{host}:{self.port}"


def resolve(
    hop: Hop, files: ConfigFiles | None = None, like: Hop | None = None, *, through: bool = False
) -> tuple[HostSettings, ...]:
    """The hosts on the way to a host, the nearest first and the host itself last.

    As with ssh, only the first host of a ProxyJump list is reached by its own ProxyJump or ProxyCommand: the others
    are reached through the one before.

    Args:
        like: another host whose user, port, keys and jumps count for this one: a manager of the same swarm.
        through: that other host is the last jump: this one is reached from there alone.

    Raises:
        SSHConfigError: a file cannot be read or understood, or the jumps go round in circles.
    """
    files = files or ConfigFiles()
    if like is None:
        *jumps, last = _chain(hop, files, ())
        return (*jumps, _compressing(last))
    *jumps, model = _chain(like, files, ())
    own = _settings(hop, files)
    port = hop.port or model.port
    last = replace(
        model,
        alias=hop.host,
        hostname=own.hostname,
        user=hop.user or model.user,
        port=port,
        key_alias=own.key_alias,
        key_name=_key_name(own.key_alias, own.hostname, port),
    )
    last = _compressing(last)
    return (*jumps, model, last) if through else (*jumps, last)


def _compressing(settings: HostSettings) -> HostSettings:
    """The last host, to which compression is on unless ssh_config says no: unlike ssh(1), whose default is no.

    What passes through the hosts before is encrypted already, and does not get any shorter.
    """
    algorithms = {"compression_algs": COMPRESSED, **dict(settings.algorithms)}
    return replace(settings, algorithms=tuple(algorithms.items()))


def _key_name(alias: str, hostname: str, port: int) -> str:
    """The name in known_hosts: ssh(1) leaves the port out of an alias (sshconnect.c, get_hostfile_hostname_ipaddr)."""
    return alias or (hostname if port == SSH_PORT else f"[{hostname}]:{port}")


def _chain(hop: Hop, files: ConfigFiles, passed: tuple[str, ...]) -> tuple[HostSettings, ...]:
    settings = _settings(hop, files)
    if not settings.jumps:
        return (settings,)
    if len(passed) >= LONGEST_CHAIN or str(hop) in passed:
        way = " → ".join([*passed, str(hop)])
        raise SSHConfigError(f"The jump hosts of ssh_config form a loop: {way}.", "Fix ProxyJump.")
    first, *others = settings.jumps
    way_in = _chain(first, files, (*passed, str(hop)))
    return (*way_in, *(replace(_settings(other, files), jumps=(), proxy_command="") for other in others), settings)


def _settings(hop: Hop, files: ConfigFiles) -> HostSettings:
    """What the files say for one host.

    Raises:
        SSHConfigError: they cannot be read or understood.
    """
    local_user = _local_user()
    try:
        reader = read_files(files.user, files.system, local_user, hop.host, hop.user, hop.port)
        return _from(reader, hop, local_user)
    except OSError as error:
        raise SSHConfigError(f"{error.filename} cannot be read: {error.strerror}.") from error
    except ValueError as error:  # ConfigError and UnicodeDecodeError among them
        raise SSHConfigError(f"ssh_config cannot be understood: {error}.", "Fix the file.") from error


def _local_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user ID without a name, as in containers
        return str(os.getuid())


def _from(reader: Reader, hop: Hop, local_user: str) -> HostSettings:
    def text(option: str) -> str:
        return str(reader.get(option) or "")

    hostname = reader.hostname
    user = text("User") or local_user
    port = _number(reader, "Port", SSH_PORT)
    alias = text("HostKeyAlias").lower()  # as ssh has it in known_hosts, and in tokens
    # These tokens alone, and those of the host that is jumped to (ssh_config(5), TOKENS).
    jump_tokens = {"%": "%", "h": hostname.lower(), "n": hop.host, "p": str(port), "r": user}
    hosts = parse_jumps(expand(text("ProxyJump"), jump_tokens))
    jumps = tuple(each for each in hosts if each.host not in (hop.host, hostname))
    tokens = {"h": hostname.lower(), "p": str(port), "r": user, "k": alias or hop.host, "j": text("ProxyJump")}
    command = text("ProxyCommand")
    settings = HostSettings(
        alias=hop.host,
        hostname=hostname,
        user=user,
        port=port,
        jumps=jumps,
        proxy_command="" if command.lower() == "none" else reader.expand(command, **tokens),
        key_alias=alias,
        key_name=_key_name(alias, hostname, port),
        hash_names=bool(reader.get("HashKnownHosts", False)),
        connect_timeout=_seconds(reader, "ConnectTimeout") or CONNECT_TIMEOUT,
        password_prompts=_number(reader, "NumberOfPasswordPrompts", 3),
        family=_number(reader, "AddressFamily", socket.AF_UNSPEC),
        bind_address=text("BindAddress"),
    )
    settings = _with_identities(settings, reader, tokens)
    settings = _with_known_hosts(settings, reader, tokens)
    settings = _with_methods(_with_keepalive(settings, reader), reader)
    settings = _with_algorithms(settings, reader)
    return replace(settings, notices=tuple(reader.notices))


def _with_identities(settings: HostSettings, reader: Reader, tokens: dict[str, str]) -> HostSettings:
    named = reader.get("IdentityFile")
    usual = [f"~/.ssh/{name}" for name in DEFAULT_IDENTITIES]
    return replace(
        settings,
        identities=_files(reader, usual if named is None else named, tokens),
        identities_named=named is not None,
        certificates=_files(reader, reader.get("CertificateFile", ()), tokens),
        identities_only=bool(reader.get("IdentitiesOnly", False)),
        agent=_agent(reader, tokens),
    )


def _agent(reader: Reader, tokens: dict[str, str]) -> str:
    """The agent's socket (ssh_config(5), IdentityAgent)."""
    value = str(reader.get("IdentityAgent", "SSH_AUTH_SOCK"))
    if value.lower() == "none":
        return ""
    if value == "SSH_AUTH_SOCK":
        return os.environ.get("SSH_AUTH_SOCK", "")
    if value.startswith("$") and not value.startswith("${"):
        return os.environ.get(value[1:], "")
    return str(Path(reader.expand(value, **tokens)).expanduser())


def _with_known_hosts(settings: HostSettings, reader: Reader, tokens: dict[str, str]) -> HostSettings:
    strict = str(reader.get("StrictHostKeyChecking", "ask")).lower()
    if strict in ("no", "off", "accept-new"):
        reader.tell(
            f"StrictHostKeyChecking {strict} is not honoured: an unknown host key is always asked about.",
            reader.places["StrictHostKeyChecking"],
        )
    user = reader.get("UserKnownHostsFile", ("~/.ssh/known_hosts", "~/.ssh/known_hosts2"))
    machine = reader.get("GlobalKnownHostsFile", ("/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"))
    return replace(
        settings,
        user_known_hosts=_files(reader, user, tokens),
        global_known_hosts=_files(reader, machine, tokens),
        ask_unknown=strict not in ("yes", "true"),
    )


def _with_keepalive(settings: HostSettings, reader: Reader) -> HostSettings:
    """ServerAliveInterval and -CountMax: as they are written, if they are; else such that 15 s are enough."""
    interval, count = reader.get("ServerAliveInterval"), _number(reader, "ServerAliveCountMax", 3)
    if interval is None:
        return settings
    seconds = _seconds(reader, "ServerAliveInterval")
    limit = seconds * (count + 1)
    if not seconds or limit > NOTICED_WITHIN:
        when = f"only after {limit:g} s" if seconds else "perhaps never"
        probes = f"With ServerAliveInterval {seconds:g} and {count} probes"
        reader.tell(
            f"{probes} a dead line to {settings.alias} is noticed {when}.", reader.places["ServerAliveInterval"]
        )
    return replace(settings, keepalive_interval=seconds, keepalive_count=max(1, count))


def _with_methods(settings: HostSettings, reader: Reader) -> HostSettings:
    preferred = str(reader.get("PreferredAuthentications", ",".join(METHODS))).split(",")
    allowed = {method: bool(reader.get(option, True)) for method, option in SWITCHES.items()}
    return replace(settings, methods=tuple(each for each in preferred if allowed.get(each, False)))


def _with_algorithms(settings: HostSettings, reader: Reader) -> HostSettings:
    found: dict[str, str] = {}
    for option in (*ARGUMENTS, "HostKeyAlgorithms"):
        value = reader.get(option)
        if value is None:
            continue
        known, unknown = known_part(option, str(value))
        if unknown and not known:  # what only narrows the choice is no news
            names = ", ".join(unknown)
            reader.tell(f"{option} is not honoured: this program supports none of {names}.", reader.places[option])
        found[option] = known
    algorithms = {argument: found[option] for option, argument in ARGUMENTS.items() if found.get(option)}
    if (compression := reader.get("Compression")) is not None:
        algorithms["compression_algs"] = COMPRESSED if compression else "none"
    return replace(
        settings, algorithms=tuple(algorithms.items()), host_key_algorithms=found.get("HostKeyAlgorithms", "")
    )


def _files(reader: Reader, values: object, tokens: dict[str, str]) -> tuple[Path, ...]:
    assert isinstance(values, Sequence)
    return tuple(Path(reader.expand(str(value), **tokens)).expanduser() for value in values)


def _number(reader: Reader, option: str, default: int) -> int:
    value = reader.get(option)
    return value if isinstance(value, int) else default


def _seconds(reader: Reader, option: str) -> float:
    value = reader.get(option)
    return value if isinstance(value, float) else 0.0
