"""The user's settings, and where the program keeps its own files, by the platform's conventions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import platformdirs

__all__ = [
    "Recording",
    "Refresh",
    "Settings",
    "audit_log_path",
    "config_path",
    "crash_log_path",
    "default_file",
    "load_settings",
    "pictures_path",
    "recent_path",
    "records_path",
]


def _state() -> Path:
    return Path(platformdirs.user_state_dir("swarmtui", appauthor=False))


def audit_log_path() -> Path:
    """The audit log: one JSON line for each change that was asked for."""
    return _state() / "audit.jsonl"


def crash_log_path() -> Path:
    """Where an error of the program itself is written down when there is no --log-file."""
    return _state() / "crash.log"


def recent_path() -> Path:
    """The endpoints that were opened before, for the list to choose from."""
    return _state() / "recent.json"


def records_path() -> Path:
    """The directory of the records that are made while the program runs."""
    return _state() / "records"


def pictures_path() -> Path:
    """Where a screenshot is saved: the user's directory for downloads (XDG_DOWNLOAD_DIR, or ~/Downloads)."""
    return Path(platformdirs.user_downloads_dir())


def config_path() -> Path:
    """The user's settings: ~/.config/swarmtui/config.toml. There need not be any."""
    return Path(platformdirs.user_config_dir("swarmtui", appauthor=False)) / "config.toml"


def default_file() -> str:
    """A settings file that sets nothing, with every setting explained in it."""
    return (Path(__file__).parent / "config.toml").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Refresh:
    """How often the engine may be asked at most, for slow lines and busy managers.

    Attributes:
        interval: seconds between two requests for the same list, at least. 0 leaves it to the program.
        bytes_per_second: what lists may cost on average; 0 leaves it to the program.
    """

    interval: float = 0.0
    bytes_per_second: int = 0


@dataclass(frozen=True)
class Recording:
    """Whether and how the swarms that are opened are recorded.

    Attributes:
        always: record each.
        megabytes, hours: what a record may hold.
        files: how many records are kept.
    """

    always: bool = False
    megabytes: int = 100
    hours: float = 24.0
    files: int = 10


@dataclass(frozen=True)
class Settings:
    """What the user has set.

    Attributes:
        theme: the name of a theme; "" for the usual one.
        characters: which ones the terminal shows: "unicode", "console", "ascii", or "auto" to go by the locale.
        read_only: refuse every change.
        protected: names or URLs of endpoints on which each change asks for the endpoint's name to be typed.
        unhealthy: where the rows of what is unhealthy are at first: "mixed" with the others, "only" they, or "first".
        figures: begin with live figures on.
        exec_when_read_only: let the user into containers although every change is refused.
        keys: `[keys]`: other keys for bindings, by the bindings' ids.
        columns: `[columns]`: of each pane named, the columns to show, by their ids, from left to right.
        refresh: `[refresh]`: how often the engine may be asked.
        record: `[record]`: whether and how the swarms that are opened are recorded.
        ssh_hosts: `[ssh.hosts]`: names and addresses of managers, and the SSH target of each.
        problems: what in the file cannot be used, a sentence each with file, line and key; the rest counts.
        distrust: the first problem that may hide a restraint (`read_only`, `protected`); "" for none. The program
            refuses every change then: what was to be kept from harm is not known.
        file: the file and its text, for telling where something is in it.
    """

    theme: str = ""
    characters: str = "auto"
    read_only: bool = False
    protected: tuple[str, ...] = ()
    unhealthy: str = "mixed"
    figures: bool = False
    exec_when_read_only: bool = False
    keys: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    refresh: Refresh = Refresh()
    record: Recording = Recording()
    ssh_hosts: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    distrust: str = ""
    file: tuple[Path, str] = field(default=(Path(), ""), compare=False)

    @property
    def refuses_because(self) -> str:
        """Why every change is refused, as far as the file is why; "" when it is not."""
        return self.distrust or (f"{self.place('read_only')}: read_only = true." if self.read_only else "")

    def protects(self, *endpoints: str) -> bool:
        """Whether one of these names and URLs of endpoints stands in `protected`, however it is spelled there."""
        return not {_plain(each) for each in endpoints}.isdisjoint(map(_plain, self.protected))

    def place(self, name: str, key: str = "") -> str:
        """File and line of a setting, or of a key in its table."""
        return _place(*self.file, name, key)


def _plain(endpoint: str) -> str:
    return endpoint.strip().rstrip("/").lower()


class _Mistake(Exception):
    """A value that cannot be used; its text says what it must be, its key where it is."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(text)
        self.key = key


Entry = tuple[str, Any] | _Mistake
Reader = Callable[[object], Iterator[Entry]]
"""Reads what stands under a name. Of a table each entry is given with its key; of a plain value, with ""."""


def _text(value: object) -> Iterator[Entry]:
    yield ("", value.strip()) if isinstance(value, str) else _Mistake("", 'must be a text in "quotes"')


def _yes_or_no(value: object) -> Iterator[Entry]:
    yield ("", value) if isinstance(value, bool) else _Mistake("", "must be true or false")


def _one_of(*words: str) -> Reader:
    def read(value: object) -> Iterator[Entry]:
        listed = ", ".join(f'"{word}"' for word in words[:-1])
        yield ("", value) if value in words else _Mistake("", f'must be {listed} or "{words[-1]}"')

    return read


def _list_of_texts(value: object) -> Iterator[Entry]:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        yield "", tuple(value)
    else:
        yield _Mistake("", 'must be a list of texts: ["one", "two"]')


def _texts(value: object) -> Iterator[Entry]:
    """The entries of a table whose values are texts."""
    if not isinstance(value, dict):
        yield _Mistake("", 'must be a table: name = "text"')
        return
    for key, text in value.items():
        if isinstance(text, str) and text.strip():
            yield key, text.strip()
        else:
            yield _Mistake(key, 'must be a text in "quotes"')


def _lists(value: object) -> Iterator[Entry]:
    """The entries of a table whose values are lists of texts."""
    if not isinstance(value, dict):
        yield _Mistake("", 'must be a table: name = ["one", "two"]')
        return
    for key, inner in value.items():
        for entry in _list_of_texts(inner):
            yield _Mistake(key, str(entry)) if isinstance(entry, _Mistake) else (key, entry[1])


def _number(least: float, most: float) -> Reader:
    def read(value: object) -> Iterator[Entry]:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and least <= value <= most:
            yield "", value
        else:
            yield _Mistake("", f"must be a number from {least:g} to {most:g}")

    return read


def _whole(least: int, most: int) -> Reader:
    def read(value: object) -> Iterator[Entry]:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            yield "", value
        else:
            yield _Mistake("", f"must be a whole number from {least} to {most}")

    return read


SETTINGS: Mapping[str, tuple[str, Reader]] = {
    "theme": ("theme", _text),
    "characters": ("characters", _one_of("auto", "unicode", "console", "ascii")),
    "read_only": ("read_only", _yes_or_no),
    "protected": ("protected", _list_of_texts),
    "unhealthy": ("unhealthy", _one_of("mixed", "only", "first")),
    "figures": ("figures", _yes_or_no),
    "exec_when_read_only": ("exec_when_read_only", _yes_or_no),
    "keys": ("keys", _texts),
    "columns": ("columns", _lists),
    "refresh.interval": ("refresh.interval", _number(0, 60)),
    "refresh.bytes_per_second": ("refresh.bytes_per_second", _number(0, 100_000_000)),
    "record.always": ("record.always", _yes_or_no),
    "record.megabytes": ("record.megabytes", _whole(1, 100_000)),
    "record.hours": ("record.hours", _number(0.1, 8760)),
    "record.files": ("record.files", _whole(1, 1000)),
    "ssh.hosts": ("ssh_hosts", _texts),
}
"""What can be set: the attribute of `Settings` that each fills, and what reads its value."""


RESTRAINTS = ("read_only", "protected")
"""Settings that keep from harm: what may be one of them, and cannot be read, leaves the program read-only."""


def load_settings(path: Path) -> Settings:
    """Read the file. A mistake in it never stops the program: it is reported in `problems`, and the rest counts.

    Where a restraint cannot be read, `distrust` says so: then nothing may be changed.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = tomllib.loads(text)
    except (FileNotFoundError, NotADirectoryError) as error:
        if not path.is_symlink():
            return Settings()
        return _unusable(f"{path} cannot be read: {error.strerror}.")
    except OSError as error:
        return _unusable(f"{path} cannot be read: {error.strerror}.")
    except ValueError as error:  # TOMLDecodeError, which names the line, and UnicodeDecodeError
        return _unusable(f"{path} is not valid TOML: {error}. None of it is used.")
    return _settings_of(content, path, text)


def _settings_of(content: Mapping[str, Any], path: Path, text: str) -> Settings:
    """What a file that can be read says.

    Args:
        text: the same as a text, for telling where something is in it.
    """
    values: dict[str, Any] = {}
    problems, hidden = [], []
    for name, value in _named(content):
        if name not in SETTINGS:
            problems.append(f"{_place(path, text, name)}: there is no setting {name}.{_did_you_mean(name, SETTINGS)}")
            hidden += problems[-1:] if _may_restrain(name, value) else []
            continue
        attribute, reader = SETTINGS[name]
        for entry in reader(value):
            if isinstance(entry, _Mistake):
                where = _place(path, text, name, entry.key)
                problems.append(f"{where}: {f'{entry.key} of [{name}]' if entry.key else name} {entry}.")
                hidden += problems[-1:] if name in RESTRAINTS or _may_restrain(entry.key, None) else []
            elif name in ("keys", "columns") and _may_restrain(entry[0], None):
                where = _place(path, text, name, entry[0])
                problems.append(f"{where}: {entry[0]} is in [{name}]; it must be above the first [table].")
                hidden.append(problems[-1])
            elif entry[0]:
                values.setdefault(attribute, {})[entry[0]] = entry[1]
            else:
                values[attribute] = entry[1]
    limits, recording = (_table(values, table) for table in ("refresh", "record"))
    return Settings(
        **values,
        refresh=Refresh(**limits),
        record=Recording(**recording),
        problems=tuple(problems),
        distrust=hidden[0] if hidden else "",
        file=(path, text),
    )


def _table(values: dict[str, Any], table: str) -> dict[str, Any]:
    """Take what was read of a table with a class of its own out of the rest."""
    return {name.partition(".")[2]: values.pop(name) for name in list(values) if name.startswith(f"{table}.")}


def _unusable(problem: str) -> Settings:
    """Nothing of the file is known: there may be anything in it."""
    return Settings(problems=(problem,), distrust=problem)


def _may_restrain(name: str, value: object) -> bool:
    """Whether a setting that does not exist was meant for a restraint: `readonly`, `read-only`, `[safety] protect`.

    One that was written below a `[table]` is a key of that table for TOML.
    """
    if isinstance(value, dict):
        return any(_may_restrain(key, inner) for key, inner in value.items()) or _may_restrain(name, None)
    plain = re.sub(r"[^a-z]", "", name.rpartition(".")[2].lower())
    return bool(get_close_matches(plain, ("readonly", "protected", "protect", "restrain"), cutoff=0.8)) or any(
        word in plain for word in ("readonly", "protect")
    )


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    """A guess at what was meant; "" where nothing is like it."""
    names = {each: each for each in known} | {each.rpartition(".")[2]: each for each in known}
    last = name.rpartition(".")[2]
    found = get_close_matches(name, names, cutoff=0.75) or get_close_matches(last.replace("-", "_"), names, cutoff=0.7)
    return f" Did you mean {names[found[0]]}?" if found else ""


def _named(content: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    """What is set, by dotted names, as deep as they are known."""
    for key, value in content.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and name not in SETTINGS and any(each.startswith(f"{name}.") for each in SETTINGS):
            yield from _named(value, f"{name}.")
        else:
            yield name, value


def _place(path: Path, text: str, table: str, key: str = "") -> str:
    """File and line of a key; the file alone where the line is not found (TOML has many spellings)."""
    last = re.escape(key or table.rpartition(".")[2])
    inside = not key
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[+\s*(.*?)\s*\]+\s*(#.*)?$", line)
        if header is not None:
            if not key and header[1].replace('"', "") == table:
                return f"{path}, line {number}"
            inside = not key or header[1].replace('"', "") == table
        elif inside and re.match(rf"""\s*(\S+\.)?["']?{last}["']?\s*[=.]""", line):
            return f"{path}, line {number}"
    return str(path)
