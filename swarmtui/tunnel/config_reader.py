"""The reader of ssh_config files: asyncssh's, and around it what it gets otherwise than OpenSSH, or does not know.

asyncssh (2.24, config.py) reads Host, Match and Include and takes the first value of each option, as ssh_config(5)
has it. Corrected here:

- what it does not know it passes over in silence: here it becomes a `Notice` with file and line, in blocks that apply;
- Include takes files in the order of the file system (ssh: sorted), relative to ~/.ssh even in /etc/ssh/ssh_config;
- %-tokens are expanded after each file, so that `IdentityFile ~/.ssh/%r` misses a User of a later one;
- `Match exec` gets its command without the tokens, and split at each "=";
- `Match final` starts anew and forgets what was found before;
- intervals such as "1m" are errors; of ProxyJump and ProxyCommand not the first one wins.
"""

from __future__ import annotations

import glob
import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asyncssh.config import ConfigParseError, SSHClientConfig, SSHConfig

__all__ = ["ConfigParseError", "Notice", "Reader", "read_files"]

CRITERIA = {"host", "originalhost", "user", "localuser", "tagged", "exec"}
"""Of `Match`, those with an argument that are understood; "all", "canonical" and "final" have none."""
INTERVAL = re.compile(r"(\d+)([smhdw]?)", re.IGNORECASE)
SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}

OWN_CONNECTION = "this program keeps a connection of its own, so that a one-time code is asked for once more"
NOT_HONOURED = {
    "ControlMaster": OWN_CONNECTION,
    "ControlPath": OWN_CONNECTION,
    "CanonicalizeHostname": "names are taken as they are",
    "KnownHostsCommand": "host keys are looked up in files only",
    "RevokedHostKeys": "only @revoked lines of known_hosts are",
    "NoHostAuthenticationForLocalhost": "host keys are always checked",
    "VerifyHostKeyDNS": "host keys are looked up in files only",
    "AddKeysToAgent": "keys are never added to an agent",
    "PKCS11Provider": "load the key into an agent",
    "SecurityKeyProvider": "load the key into an agent",
}
"""Options that change where a connection goes or who it trusts, and why they are not honoured."""
WITHOUT_MEANING = """
batchmode canonicaldomains canonicalizefallbacklocal canonicalizemaxdots canonicalizepermittedcnames
channeltimeout checkhostip clearallforwardings connectionattempts controlpersist dynamicforward
enableescapecommandline enablesshkeysign escapechar exitonforwardfailure fingerprinthash forkafterauthentication
forwardagent forwardx11 forwardx11timeout forwardx11trusted gatewayports gssapiauthentication
gssapidelegatecredentials gssapikeyexchange gssapitrustdns hostbasedauthentication ignoreunknown ipqos
localcommand localforward loglevel logverbose obscurekeystroketiming passwordpromptsprotocol permitlocalcommand
permitremoteopen protocol proxyusefdpass refuseconnection remotecommand remoteforward requesttty rekeylimit sendenv
sessiontype setenv stdinnull streamlocalbindmask streamlocalbindunlink syslogfacility tcpkeepalive tunnel
tunneldevice updatehostkeys usekeychain userknownhostscommand versionaddendum visualhostkey warnweakcrypto
xauthlocation
""".split()  # noqa: SIM905 (a list of one word a line would hide the rest of this file)
"""Options about terminals, forwardings and logs that this program does not have, or that change nothing for it."""


@dataclass(frozen=True)
class Notice:
    """Something in the configuration that the user should know is not done as written.

    Attributes:
        text: one sentence.
        place: "file:line"; "" when there is none.
    """

    text: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.text} ({self.place})" if self.place else self.text


class Reader(SSHClientConfig):
    """What the files say for one host."""

    def __init__(self, last_config: Any, reload: bool, canonical: bool, final: bool, *args: Any) -> None:
        super().__init__(last_config, reload, canonical, final, *args)
        self.notices: list[Notice] = list(last_config.notices) if last_config is not None else []
        self.places: dict[str, str] = dict(last_config.places) if last_config is not None else {}
        """Where each option was found: "file:line"."""

    @property
    def place(self) -> str:
        """The line that is being read."""
        return f"{self._path}:{self._line_no}"

    def tell(self, text: str, place: str = "") -> None:
        """Put a notice on the list, once."""
        notice = Notice(text, place or self.place)
        if notice not in self.notices:
            self.notices.append(notice)

    def expand(self, value: str, **tokens: str) -> str:
        """Put in what %-tokens and ${variables} stand for (ssh_config(5), TOKENS).

        Raises:
            ConfigParseError: one of them stands for nothing.
        """
        self._set_tokens()
        self._tokens.update(tokens)
        return self._expand_val(value)

    # -------------------------------------------------------------------------------- blocks

    def _match(self, option: str, args: list[str]) -> None:
        args[:] = shlex.split(args[0].removeprefix("="))
        index = 0
        while index < len(args):
            word = args[index].lower().removeprefix("!")
            if word in ("all", "canonical", "final"):
                index += 1
                continue
            if word not in CRITERIA:
                self.tell(f"`Match {word}` is not understood, so the block is left out.")
                self._matching = False
                args.clear()
                return
            if word == "exec" and index + 1 < len(args):
                args[index + 1] = self.expand(args[index + 1])
            index += 2
        super()._match(option, args)

    def _include(self, option: str, args: list[str]) -> None:
        """Read other files, as ssh does: sorted, relative to the directory of the kind of file that includes them."""
        path, line = self._path, self._line_no
        system = path.is_relative_to("/etc/ssh")
        for pattern in args:
            wanted = Path(pattern).expanduser()
            if not wanted.is_absolute():
                wanted = (Path("/etc/ssh") if system else self._default_path) / wanted
            for found in sorted(glob.glob(str(wanted))):  # noqa: PTH207 (a Path cannot glob an absolute pattern)
                if Path(found).is_file():
                    self.parse(Path(found))
        self._path, self._line_no, self._matching = path, line, True
        args.clear()

    # -------------------------------------------------------------------------------- values

    def _record(self, option: str) -> bool:
        """Whether this is the first value of an option, and so the one that counts."""
        if option in self._options:
            return False
        self.places[option] = self.place
        return True

    def _set_interval(self, option: str, args: list[str]) -> None:
        """A number of seconds, or "1m30s" (sshd_config(5), TIME FORMATS); "none" is 0."""
        text = args.pop(0)
        parts = INTERVAL.findall(text)
        if text.lower() != "none" and "".join(map("".join, parts)) != text:
            self._error(f"Invalid {option} value: {text}")
        if self._record(option):
            self._options[option] = float(sum(int(number) * SECONDS[unit.lower()] for number, unit in parts))

    def _set_switch(self, option: str, args: list[str]) -> None:
        """Yes or no; anything else that an option may say ("unbound", "ask") counts as yes."""
        value = args.pop(0).lower()
        if self._record(option):
            self._options[option] = value not in ("no", "false", "off")

    def _set_word(self, option: str, args: list[str]) -> None:
        value = args.pop(0)
        if self._record(option):
            self._options[option] = value

    def _set_proxy(self, option: str, args: list[str]) -> None:
        """Of ProxyJump and ProxyCommand the one that comes first counts; "none" counts too."""
        value = args.pop(0).removeprefix("=").strip()
        if "ProxyJump" not in self._options and "ProxyCommand" not in self._options and self._record(option):
            self._options[option] = value

    def _add_file(self, option: str, args: list[str]) -> None:
        value = args.pop(0)
        self.places.setdefault(option, self.place)
        files = self._options.setdefault(option, [])
        if isinstance(files, list) and value.lower() != "none" and value not in files:
            # A new list: the one of the first pass of a `Match final` is not ours.
            self._options[option] = [*files, value]

    def _note(self, option: str, args: list[str]) -> None:
        """An option that is not used here."""
        args.clear()
        if option.lower() not in WITHOUT_MEANING:
            reason = NOT_HONOURED.get(option)
            self.tell(f"ssh_config option {option} is not honoured{f': {reason}' if reason else ''}.")


class _Handlers(dict[str, tuple[str, Callable[..., Any]]]):
    """What to do with each option: asked with small letters; whatever is not in it is noted."""

    def __missing__(self, name: str) -> tuple[str, Callable[..., Any]]:
        return NAMES.get(name, name), Reader._note


NAMES = {name.lower(): name for name in NOT_HONOURED}
OPTIONS: dict[str, Callable[..., Any]] = {
    "Host": SSHClientConfig._match_host,
    "Match": Reader._match,
    "Include": Reader._include,
    "Hostname": SSHClientConfig._set_hostname,
    "User": SSHConfig._set_string,
    "Port": SSHConfig._set_int,
    "Tag": SSHConfig._set_string,
    "IdentityFile": Reader._add_file,
    "CertificateFile": Reader._add_file,
    "IdentitiesOnly": Reader._set_switch,
    "IdentityAgent": Reader._set_word,
    "ProxyJump": Reader._set_proxy,
    "ProxyCommand": Reader._set_proxy,
    "UserKnownHostsFile": SSHConfig._set_string_list,
    "GlobalKnownHostsFile": SSHConfig._set_string_list,
    "HostKeyAlias": Reader._set_word,
    "StrictHostKeyChecking": Reader._set_word,
    "HashKnownHosts": Reader._set_switch,
    "ServerAliveInterval": Reader._set_interval,
    "ServerAliveCountMax": SSHConfig._set_int,
    "ConnectTimeout": Reader._set_interval,
    "PubkeyAuthentication": Reader._set_switch,
    "PasswordAuthentication": Reader._set_switch,
    "KbdInteractiveAuthentication": Reader._set_switch,
    "ChallengeResponseAuthentication": Reader._set_switch,
    "PreferredAuthentications": Reader._set_word,
    "NumberOfPasswordPrompts": SSHConfig._set_int,
    "AddressFamily": SSHConfig._set_address_family,
    "BindAddress": Reader._set_word,
    "Compression": Reader._set_switch,
    "KexAlgorithms": Reader._set_word,
    "Ciphers": Reader._set_word,
    "MACs": Reader._set_word,
    "HostKeyAlgorithms": Reader._set_word,
}
Reader._percent_expand = set()  # done by `expand`, when all is known
Reader._no_split = {"match", "proxycommand", "proxyjump"}  # else commands are split at each "="
Reader._handlers = _Handlers({name.lower(): (name, handler) for name, handler in OPTIONS.items()})


def read_files(paths: Sequence[Path], local_user: str, host: str, user: str, port: int | None) -> Reader:
    """What the files say for a host.

    Args:
        paths: the user's own file first; those that do not exist are passed over.
        local_user: who runs this program.
        host: as the user wrote it.
        user: "" when the user named none.
        port: None when the user named none.

    Raises:
        ConfigParseError: a line cannot be understood; its text names file and line.
        OSError, UnicodeDecodeError: a file cannot be read.
    """
    existing = [str(path) for path in paths if path.exists()]
    named = (local_user, user or (), host, port if port is not None else ())
    reader = Reader.load(None, existing, False, False, False, *named)
    if reader.has_match_final():
        # The second pass keeps what the first one found (ssh_config(5), Match final).
        reader = Reader.load(reader, existing, False, False, True, *named)
    assert isinstance(reader, Reader)
    return reader
