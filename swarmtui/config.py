"""The user's settings, and where the program keeps its own files, by the platform's conventions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs

__all__ = ["Settings", "audit_log_path", "config_path", "crash_log_path", "load_settings"]


def _state() -> Path:
    return Path(platformdirs.user_state_dir("swarmtui", appauthor=False))


def audit_log_path() -> Path:
    """The audit log: one JSON line for each change that was asked for."""
    return _state() / "audit.jsonl"


def crash_log_path() -> Path:
    """Where an error of the program itself is written down when there is no --log-file."""
    return _state() / "crash.log"


def config_path() -> Path:
    """The user's settings: ~/.config/swarmtui/config.toml. There need not be any."""
    return Path(platformdirs.user_config_dir("swarmtui", appauthor=False)) / "config.toml"


@dataclass(frozen=True)
class Settings:
    """What the user has set.

    Attributes:
        ssh_hosts: `[ssh.hosts]`: names and addresses of managers, and the SSH target of each.
        problems: what in the file cannot be used, a sentence each with file, line and key; the rest counts.
    """

    ssh_hosts: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


class _Mistake(Exception):
    """A value that cannot be used; its text says what it must be, its key where it is."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(text)
        self.key = key


def _texts(value: object) -> Iterator[tuple[str, str] | _Mistake]:
    """The entries of a table whose values are texts."""
    if not isinstance(value, dict):
        yield _Mistake("", 'must be a table: name = "text"')
        return
    for key, text in value.items():
        if isinstance(text, str) and text.strip():
            yield key, text.strip()
        else:
            yield _Mistake(key, 'must be a text in "quotes"')


Reader = Callable[[object], Iterator[tuple[str, Any] | _Mistake]]

TABLES: Mapping[str, tuple[str, Reader]] = {"ssh.hosts": ("ssh_hosts", _texts)}
"""The tables of the file: the attribute of `Settings` that each fills, and what reads its value."""


def load_settings(path: Path) -> Settings:
    """Read the file. A mistake in it never stops the program: it is told in `problems`, and the rest counts."""
    try:
        text = path.read_text(encoding="utf-8")
        content = tomllib.loads(text)
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        return Settings(problems=(f"{path} cannot be read: {error.strerror}.",))
    except ValueError as error:  # TOMLDecodeError, which names the line, and UnicodeDecodeError
        return Settings(problems=(f"{path} is not valid TOML: {error}. None of it is used.",))
    values: dict[str, Any] = {}
    problems = []
    for table, value in _tables(content):
        if table not in TABLES:
            problems.append(f"{_place(path, text, table)}: there is no setting {table}.")
            continue
        attribute, reader = TABLES[table]
        found = {}
        for entry in reader(value):
            if isinstance(entry, _Mistake):
                where = _place(path, text, table, entry.key)
                problems.append(f"{where}: {f'{entry.key} of [{table}]' if entry.key else table} {entry}.")
            else:
                found[entry[0]] = entry[1]
        values[attribute] = found
    return Settings(**values, problems=tuple(problems))


def _tables(content: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    """The tables by their dotted names, as deep as they are known."""
    for key, value in content.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and name not in TABLES and any(each.startswith(f"{name}.") for each in TABLES):
            yield from _tables(value, f"{name}.")
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
