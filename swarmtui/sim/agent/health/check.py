"""The health check of a container: the spec's, else the image's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from swarmtui.sim.agent.container import Container
from swarmtui.sim.agent.described import described
from swarmtui.sim.agent.images import Behaviour
from swarmtui.sim.agent.run import Run
from swarmtui.sim.objects.spec import JSON, SECOND
from swarmtui.sim.shell.grammar import GrammarError, parsed
from swarmtui.sim.shell.programs import programs
from swarmtui.sim.shell.shell import Shell

if TYPE_CHECKING:
    from swarmtui.sim.agent.machine import Machine

_OF_THE_NETWORK = frozenset({"wget"})
"""Commands that the shell has, but that would need somebody who answers."""


@dataclass(frozen=True)
class Check:
    """A health check; all times in seconds. Where it is not known what its command does, it passes."""

    argv: list[str]
    known: bool
    interval: float
    timeout: float
    retries: int
    start_period: float
    start_interval: float


def check_with(container: Container, machine: Machine) -> Check | None:
    """The health check that a container is made with."""
    given: JSON = described(container, machine).config.get("Healthcheck") or {}
    kind, *command = given.get("Test") or ["NONE"]
    if kind not in ("CMD", "CMD-SHELL") or not command:
        return None
    argv = command if kind == "CMD" else ["/bin/sh", "-c", command[0]]
    return Check(
        argv,
        is_known(argv, container, machine),
        _seconds(given, "Interval", 30),
        _seconds(given, "Timeout", 30),
        given.get("Retries") or 3,
        _seconds(given, "StartPeriod", 0),
        _seconds(given, "StartInterval", 5),
    )


def is_known(argv: list[str], container: Container, machine: Machine) -> bool:
    """Whether it is known what a command in a container does."""
    return machine.images.known(container.source) or all(map(_knows, _programs(argv)))


def _seconds(given: JSON, name: str, usual: float) -> float:
    return given[name] / SECOND if given.get(name) else usual


def _knows(program: str) -> bool:
    return Shell.knows(program) and program not in _OF_THE_NETWORK


def _programs(argv: list[str]) -> list[str]:
    """What a command runs; of a shell, what its script names."""
    if argv[0].rpartition("/")[2] not in ("sh", "ash") or argv[1:2] != ["-c"]:
        return argv[:1]
    try:
        return list(programs(parsed(argv[2]))) if argv[2:] else []
    except GrammarError:
        return []


def begin(run: Run, behaviour: Behaviour) -> tuple[float, float] | None:
    """Let a task's check begin: seconds until it passes, and until it has failed for good; None without one."""
    period = health_period(run, behaviour)
    if period is None:
        return None
    interval, retries, grace = period
    run.health, run.check, run.check_every = "starting", check_of(run), interval
    run.ill_since = None if behaviour.healthy else run.started
    return interval, grace + interval * retries


def health_period(run: Run, behaviour: Behaviour) -> tuple[float, int, float] | None:
    """Interval, retries and start period of the health check; None without one."""
    check = run.task.spec.task.healthcheck
    test = (check or {}).get("Test") or []
    if test[:1] == ["NONE"] or (not test and not behaviour.checked):
        return None
    given = check or {}
    interval = (given.get("Interval") or (2 * SECOND if behaviour.checked and not test else 30 * SECOND)) / SECOND
    return interval, given.get("Retries") or 3, (given.get("StartPeriod") or 0) / SECOND


def check_of(run: Run) -> JSON:
    """The health check as an inspection shows it: the spec's, else the image's own."""
    given = run.task.spec.task.healthcheck or {}
    if given.get("Test"):
        return given
    test = ["CMD-SHELL", "curl -fsS http://localhost/ || exit 1"]
    return {"Interval": 2 * SECOND, "Retries": 3, **given, "Test": test}
