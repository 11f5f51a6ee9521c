"""The reader of ssh_config files: what they say for one host, by OpenSSH's rules (readconf.c, ssh.c).

The first value of an option counts. What is not honoured, or not known, becomes a `Notice` with file and line, in
blocks that apply. `ssh -G` is the judge: a test holds the two against each other on generated files.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import translate
from pathlib import Path

from swarmtui import children
from swarmtui.tunnel.ssh_config.config_lines import DEEPEST_INCLUDE, ConfigError, Line, included, lines_of, match_words
from swarmtui.tunnel.ssh_config.config_options import ALIASES, NAMES, NOT_HONOURED, WITHOUT_MEANING

__all__ = ["ConfigError", "Notice", "Reader", "read_files"]

INTERVAL = re.compile(r"(\d+)([smhdw]?)", re.IGNORECASE)
SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
FAMILIES = {"any": socket.AF_UNSPEC, "inet": socket.AF_INET, "inet6": socket.AF_INET6}
TOKEN = re.compile(r"%(.?)")
VARIABLE = re.compile(r"\$\{(.*?)\}")

Value = str | int | float | bool | list[str]


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


@dataclass(frozen=True)
class _Scope:
    """What an included file inherits.

    Attributes:
        home: what relative names in Include are relative to.
        applies: whether the block applies that includes it. If not, no block in it does.
        depth: how many files lie above it.
    """

    home: Path
    applies: bool = True
    depth: int = 0


class Reader:
    """What files say for one host.

    Args:
        local_user: who runs this program.
        host: as the user wrote it.
        user: "" when the user named none.
        port: None when the user named none.
    """

    def __init__(self, local_user: str, host: str, user: str, port: int | None) -> None:
        self.notices: list[Notice] = []
        self.places: dict[str, str] = {}
        """Where each option was found: "file:line"."""
        self.wants_final = False
        """Whether there is a `Match final`, so that the files must be read again."""
        self.final = False
        self._local_user = local_user
        self._host = host
        self._options: dict[str, Value] = {}
        if user:
            self._options["User"] = user
        if port is not None:
            self._options["Port"] = port

    def get(self, option: str, default: Value | tuple[str, ...] | None = None) -> Value | tuple[str, ...] | None:
        """The value of an option."""
        return self._options.get(option, default)

    def tell(self, text: str, place: str) -> None:
        """Put a notice on the list, once."""
        notice = Notice(text, place)
        if notice not in self.notices:
            self.notices.append(notice)

    @property
    def hostname(self) -> str:
        """What to connect to, as far as it is known: HostName takes %h and %% alone."""
        name = self._options.get("Hostname")
        return self._host if name is None else expand(str(name), {"h": self._host, "%": "%"})

    def expand(self, value: str, **tokens: str) -> str:
        """Put in what %-tokens and ${variables} stand for (ssh_config(5), TOKENS).

        Raises:
            ConfigError: one of them is unknown.
        """
        return expand(value, {**self._tokens(), **tokens}, os.environ)

    def _tokens(self) -> dict[str, str]:
        local = socket.gethostname()
        return {
            "%": "%",
            "d": str(Path.home()),
            "h": self.hostname,
            "i": str(os.getuid()),
            "L": local.partition(".")[0],
            "l": local,
            "n": self._host,
            "p": str(self._options.get("Port", 22)),
            "r": str(self._options.get("User", self._local_user)),
            "u": self._local_user,
        }

    # -------------------------------------------------------------------------------- files and blocks

    def begin_final(self) -> None:
        """From here on `Match final` applies. The name to connect to stands (ssh.c, before the second pass)."""
        self.final = True
        self._options["Hostname"] = self.hostname.lower().replace("%", "%%")

    def read(self, path: Path, scope: _Scope) -> None:
        """Read a file, and what it includes.

        Raises:
            ConfigError: a line cannot be understood; its text names file and line.
            OSError, UnicodeDecodeError: a file cannot be read.
        """
        applies = scope.applies
        for line in lines_of(path):
            if line.keyword == "host":
                applies = self._matches_host(line) and scope.applies
            elif line.keyword == "match":
                applies = self._matches(line) and scope.applies
            elif line.keyword == "include":
                if scope.depth >= DEEPEST_INCLUDE:
                    raise line.wrong(f"Include goes deeper than {DEEPEST_INCLUDE} files: one of them includes itself")
                for each in included(self._words(line), scope.home):
                    self.read(each, _Scope(scope.home, applies, scope.depth + 1))
            elif applies:
                self._take(line)

    def _words(self, line: Line) -> list[str]:
        words = line.words
        if not words:
            raise line.wrong(f"Missing {NAMES.get(line.keyword, line.keyword)} value")
        return words

    def _matches_host(self, line: Line) -> bool:
        """Whether a `Host` line means this host: it is compared as the user wrote it."""
        found = False
        for word in self._words(line):
            if _fits(word.removeprefix("!"), self._host):
                if word.startswith("!"):
                    return False
                found = True
        return found

    def _matches(self, line: Line) -> bool:
        words = match_words(line.rest)
        if not words:
            raise line.wrong("Missing Match criteria")
        result = True
        while words:
            word = words.pop(0).lower()
            negated, word = word.startswith("!"), word.removeprefix("!")
            if word == "all":
                return result and not negated
            if word in ("final", "canonical"):
                self.wants_final = self.wants_final or word == "final"
                true = self.final
            elif not words:
                raise line.wrong(f"Missing {word} match pattern")
            elif word in self._criteria:
                patterns = words.pop(0)
                true = result and self._criteria[word](self, patterns)
            else:
                self.tell(f"`Match {word}` is not understood, so the block is left out.", line.place)
                return False
            result = result and true != negated
        return result

    def _runs(self, command: str) -> bool:
        """Whether a command ends well. It is run by the user's shell, as ssh does it."""
        with children.spawning():
            done = subprocess.run(
                [_shell(), "-c", self.expand(command)],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=children.environment(),
            )
        return done.returncode == 0

    _criteria: Mapping[str, Callable[[Reader, str], bool]] = {
        "host": lambda self, patterns: _fits_list(patterns.lower(), self.hostname.lower()),
        "originalhost": lambda self, patterns: _fits_list(patterns.lower(), self._host.lower()),
        "user": lambda self, patterns: _fits_list(patterns, str(self._options.get("User", self._local_user))),
        "localuser": lambda self, patterns: _fits_list(patterns, self._local_user),
        "tagged": lambda self, patterns: _fits_list(patterns, str(self._options.get("Tag", ""))),
        "exec": _runs,
    }

    # -------------------------------------------------------------------------------- values

    def _take(self, line: Line) -> None:
        """Take the value of an option, if it is the first; note an option that is not used here."""
        keyword = ALIASES.get(line.keyword, line.keyword)
        option = NAMES.get(keyword, "")
        if option in ("ProxyJump", "ProxyCommand"):
            self._take_proxy(option, line)
        elif option:
            self._take_words(option, line)
        elif keyword in NOT_HONOURED and line.words[:1] in (["no"], ["none"], ["false"]):
            return  # as this program does it
        elif keyword not in WITHOUT_MEANING and not self._is_ignored(keyword):
            name, reason = NOT_HONOURED.get(keyword, (keyword, ""))
            self.tell(f"ssh_config option {name} is not honoured{f': {reason}' if reason else ''}.", line.place)

    def _is_ignored(self, keyword: str) -> bool:
        return _fits_list(str(self._options.get("IgnoreUnknown", "")).lower(), keyword)

    def _take_words(self, option: str, line: Line) -> None:
        words = self._words(line)
        kind = KINDS.get(option, _word)
        if kind is not _words and len(words) > 1:
            raise line.wrong(f"Extra data at end: {' '.join(words[1:])}")
        try:
            value = kind(words)
        except ValueError as error:
            raise line.wrong(f"Invalid {option} value: {' '.join(words)}") from error
        if option in COLLECTED:
            self._collect(option, str(value), line)
        elif option not in self._options:
            self._options[option] = value
            self.places[option] = line.place

    def _collect(self, option: str, value: str, line: Line) -> None:
        """Of these options each value counts."""
        self.places.setdefault(option, line.place)
        values = self._options.setdefault(option, [])
        if isinstance(values, list) and value.lower() != "none" and value not in values:
            values.append(value)

    def _take_proxy(self, option: str, line: Line) -> None:
        """Of ProxyJump and ProxyCommand the one that comes first counts; "none" counts too.

        A command is the rest of the line, comment and all; so ssh takes it.
        """
        value = line.rest.lstrip(" \t=").strip()
        if option == "ProxyJump":
            value = value.partition("#")[0].strip()
        if not value:
            raise line.wrong(f"Missing {option} value")
        if "ProxyJump" not in self._options and "ProxyCommand" not in self._options:
            self._options[option] = value
            self.places[option] = line.place


def expand(value: str, tokens: Mapping[str, str], variables: Mapping[str, str] | None = None) -> str:
    """Put in what %-tokens and, where there are any, ${variables} stand for.

    Raises:
        ConfigError: one of them is unknown.
    """

    def token(found: re.Match[str]) -> str:
        if found[1] not in tokens:
            raise ConfigError(f"the token %{found[1]} in {value!r} is unknown")
        return tokens[found[1]]

    def variable(found: re.Match[str]) -> str:
        if variables is None:
            return found[0]
        if found[1] not in variables:
            raise ConfigError(f"{value!r}: the environment has no {found[1]}")
        return variables[found[1]]

    return VARIABLE.sub(variable, TOKEN.sub(token, value))


def _shell() -> str:
    shell = os.environ.get("SHELL", "")
    return shell if Path(shell).is_absolute() else "/bin/sh"


def _fits(pattern: str, text: str) -> bool:
    """Whether a pattern of "*" and "?" fits all of a text (match.c, `match_pattern`)."""
    return re.fullmatch(translate(pattern.replace("[", "[[]")), text) is not None


def _fits_list(patterns: str, text: str) -> bool:
    """Whether one of the patterns between commas fits, and none behind a "!" does (match.c, `match_pattern_list`)."""
    words = patterns.split(",")
    if any(_fits(word[1:], text) for word in words if word.startswith("!")):
        return False
    return any(_fits(word, text) for word in words if not word.startswith("!"))


# ------------------------------------------------------------------------------------ kinds of values


def _word(words: Sequence[str]) -> str:
    return words[0]


def _words(words: Sequence[str]) -> list[str]:
    if "none" in map(str.lower, words):
        if len(words) > 1:
            raise ValueError
        return []
    return list(words)


def _integer(words: Sequence[str]) -> int:
    return int(words[0])


def _interval(words: Sequence[str]) -> float:
    """A number of seconds, or "1m30s" (sshd_config(5), TIME FORMATS); "none" is 0."""
    text = words[0]
    parts = INTERVAL.findall(text)
    if text.lower() != "none" and (not parts or "".join(map("".join, parts)) != text):
        raise ValueError
    return float(sum(int(number) * SECONDS[unit.lower()] for number, unit in parts))


def _switch(words: Sequence[str]) -> bool:
    """Yes or no; anything else that an option may say ("unbound", "ask") counts as yes."""
    return words[0].lower() not in ("no", "false", "off")


def _family(words: Sequence[str]) -> int:
    if words[0].lower() not in FAMILIES:
        raise ValueError
    return FAMILIES[words[0].lower()]


KINDS: Mapping[str, Callable[[Sequence[str]], Value]] = {
    **dict.fromkeys(("Port", "ServerAliveCountMax", "NumberOfPasswordPrompts"), _integer),
    **dict.fromkeys(("ServerAliveInterval", "ConnectTimeout"), _interval),
    **dict.fromkeys(("IdentitiesOnly", "HashKnownHosts", "Compression"), _switch),
    **dict.fromkeys(("PubkeyAuthentication", "PasswordAuthentication", "KbdInteractiveAuthentication"), _switch),
    **dict.fromkeys(("UserKnownHostsFile", "GlobalKnownHostsFile"), _words),
    "AddressFamily": _family,
}
"""What reads the words of an option; of others it is one word."""

COLLECTED = ("IdentityFile", "CertificateFile")


def read_files(user: Path, system: Path, local_user: str, host: str, named_user: str, port: int | None) -> Reader:
    """What the files say for a host.

    Args:
        user: the user's own file, which comes first; one that does not exist is passed over, as the next.
        system: the machine's.
        local_user: who runs this program.
        host: as the user wrote it.
        named_user: "" when the user named none.
        port: None when the user named none.

    Raises:
        ConfigError: a line cannot be understood; its text names file and line.
        OSError, UnicodeDecodeError: a file cannot be read.
    """
    reader = Reader(local_user, host, named_user, port)
    for final in (False, True):
        if final:
            reader.begin_final()
        for path, home in ((user, Path("~/.ssh").expanduser()), (system, Path("/etc/ssh"))):
            if path.exists():
                reader.read(path, _Scope(home))
        if not reader.wants_final:
            break
    return reader
