"""A Dockerfile's instructions, and what those do that change nothing but an image's configuration.

Source: moby builder/dockerfile (the classic builder); words: measured on engine 20.10.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.objects.spec import JSON, SECOND

OF_FILES = frozenset(["add", "copy", "run"])
"""Instructions that change an image's files."""
BEFORE = frozenset(["arg", "from", "maintainer", "shell"])
_CHANGES = frozenset(
    ["cmd", "entrypoint", "env", "expose", "healthcheck", "label", "onbuild", "stopsignal", "user", "volume", "workdir"]
)
"""Instructions that `docker commit --change` and `docker import --change` take."""


@dataclass(frozen=True)
class Instruction:
    """One instruction: its name in lower case, and the rest of it."""

    name: str
    rest: str

    @property
    def shown(self) -> str:
        """As the builder tells of it."""
        return f"{self.name.upper()} {self.rest}"


def parsed(text: str) -> list[Instruction]:
    """The instructions of a Dockerfile; ApiError where it is none."""
    found: list[Instruction] = []
    number, begun, line = 0, 0, ""
    for number, raw in enumerate(text.splitlines(), 1):
        if raw.lstrip().startswith("#") or not raw.strip():
            continue
        begun = begun or number
        line += raw.rstrip() if line else raw.strip()
        if line.endswith("\\"):
            line = line[:-1]
            continue
        found.append(_instruction(line.strip(), begun))
        line, begun = "", 0
    if line:
        found.append(_instruction(line.strip(), begun or number))
    return found


def _instruction(line: str, number: int) -> Instruction:
    name, _, rest = line.partition(" ")
    if name.lower() not in _CHANGES | OF_FILES | BEFORE:
        raise ApiError(400, f"dockerfile parse error line {number}: unknown instruction: {name.upper()}")
    return Instruction(name.lower(), rest.strip())


def changed(config: JSON, changes: list[str]) -> JSON:
    """A configuration with the instructions of `--change`."""
    result = dict(config)
    for each in changes:
        name, _, rest = each.strip().partition(" ")
        if name.lower() not in _CHANGES:
            raise ApiError(400, f"{name.lower()} is not a valid change command")
        apply(result, Instruction(name.lower(), rest.strip()))
    return result


def apply(config: JSON, instruction: Instruction) -> None:
    """Let an instruction change a configuration."""
    doing = _DOING.get(instruction.name)
    if doing is not None:
        doing(config, instruction.rest)


def words(rest: str) -> list[str] | None:
    """The words of an instruction in its JSON form; None in any other."""
    try:
        value = json.loads(rest)
    except ValueError:
        return None
    return [str(each) for each in value] if isinstance(value, list) else None


def command(rest: str) -> list[str]:
    """What a CMD, an ENTRYPOINT or a RUN runs."""
    given = words(rest)
    return ["/bin/sh", "-c", rest] if given is None else given


def pairs(rest: str) -> dict[str, str]:
    """`A=1 B="2 3"`, or the old `A 1`."""
    if "=" not in rest.partition(" ")[0]:
        name, _, value = rest.partition(" ")
        return {name: value.strip()}
    return dict(each.partition("=")[::2] for each in shlex.split(rest) if "=" in each)


def _env(config: JSON, rest: str) -> None:
    given = pairs(rest)
    kept = [each for each in config.get("Env") or [] if each.partition("=")[0] not in given]
    config["Env"] = [*kept, *(f"{name}={value}" for name, value in given.items())]


def _entrypoint(config: JSON, rest: str) -> None:
    config["Entrypoint"], config["Cmd"] = command(rest), None


def _added(key: str, suffix: str = "") -> Callable[[JSON, str], None]:
    def add(config: JSON, rest: str) -> None:
        given = words(rest) or rest.split()
        named: JSON = {each if "/" in each or not suffix else each + suffix: {} for each in given}
        config[key] = {**(config.get(key) or {}), **named}

    return add


def _workdir(config: JSON, rest: str) -> None:
    config["WorkingDir"] = rest if rest.startswith("/") else f"{(config.get('WorkingDir') or '').rstrip('/')}/{rest}"


_TIMES = {
    "interval": "Interval",
    "timeout": "Timeout",
    "start-period": "StartPeriod",
    "start-interval": "StartInterval",
}
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}


def _health(config: JSON, rest: str) -> None:
    check: JSON = {}
    while option := re.match(r"--([a-z-]+)=(\S+)\s*", rest):
        rest = rest[option.end() :]
        if option[1] == "retries":
            check["Retries"] = int(option[2])
        elif option[1] in _TIMES:
            parts = re.findall(r"([\d.]+)(ms|s|m|h)", option[2])
            check[_TIMES[option[1]]] = int(sum(float(count) * _UNITS[unit] for count, unit in parts) * SECOND)
    kind, _, run = rest.partition(" ")
    given = words(run.strip())
    check["Test"] = ["NONE"] if kind.upper() == "NONE" else ["CMD", *given] if given else ["CMD-SHELL", run.strip()]
    config["Healthcheck"] = check


_DOING: Mapping[str, Callable[[JSON, str], None]] = {
    "cmd": lambda config, rest: config.update(Cmd=command(rest)),
    "entrypoint": _entrypoint,
    "env": _env,
    "expose": _added("ExposedPorts", "/tcp"),
    "healthcheck": _health,
    "label": lambda config, rest: config.update(Labels={**(config.get("Labels") or {}), **pairs(rest)}),
    "stopsignal": lambda config, rest: config.update(StopSignal=rest),
    "user": lambda config, rest: config.update(User=rest),
    "volume": _added("Volumes"),
    "workdir": _workdir,
}
