"""What a compose file says of a service's program, labels and health check, against what runs.

The rules are docker's own (docker/cli cli/compose/convert/service.go: `Service` and `convertHealthcheck`;
compose.go: `addStackLabel`).
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from swarmtui.swarm.specs.fields import field_of, list_of, part_of
from swarmtui.swarm.stacks.compose_values import FieldDifference, Path, nanoseconds, pairs_of, signed_names, whole
from swarmtui.swarm.units import duration_text

__all__ = ["of_health_check", "of_labels", "of_program"]

Raw = Mapping[str, Any]

_CONTAINER: Path = ("TaskTemplate", "ContainerSpec")
_OF_DOCKER = "com.docker.stack."
"""The labels that docker adds by itself; they change with the stack's name and with the image alone."""


def of_program(service: Raw, spec: Raw) -> Iterator[FieldDifference]:
    """What is run, and with which arguments."""
    for what, field in (("entrypoint", "Command"), ("command", "Args")):
        wanted, now = _words(service.get(what)), list_of(spec, *_CONTAINER, field)
        if wanted != now:
            words = f"{what} '{' '.join(map(str, now))}' → '{' '.join(wanted)}'"
            yield FieldDifference(words, (*_CONTAINER, field), wanted)


def _words(given: Any) -> list[str]:
    if isinstance(given, str):
        return shlex.split(given)
    return [str(each) for each in given] if isinstance(given, (list, tuple)) else []


def of_labels(stack: str, service: Raw, spec: Raw) -> Iterator[FieldDifference]:
    """The labels of the service, which restart nothing, and those of its containers, which do."""
    image = {f"{_OF_DOCKER}image": str(service.get("image") or "")}
    places: tuple[tuple[str, Any, Path, Mapping[str, str]], ...] = (
        ("labels", field_of(service, "deploy", "labels"), ("Labels",), image),
        ("container labels", service.get("labels"), (*_CONTAINER, "Labels"), {}),
    )
    for what, given, path, more in places:
        wanted = {key: value or "" for key, value in pairs_of(given).items()}
        present = {key: value or "" for key, value in pairs_of(field_of(spec, *path)).items()}
        if words := signed_names(what, _own(wanted), _own(present)):
            yield FieldDifference(words, path, {**wanted, f"{_OF_DOCKER}namespace": stack, **more})


def _own(labels: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in labels.items() if not key.startswith(_OF_DOCKER)}


def of_health_check(service: Raw, spec: Raw) -> Iterator[FieldDifference]:
    """The health check; without one in the file that of the image holds."""
    path, wanted = (*_CONTAINER, "Healthcheck"), _health_check(service.get("healthcheck"))
    if _filled(wanted) != (now := _filled(part_of(spec, *path))):
        yield FieldDifference(f"health check {_health_text(now)} → {_health_text(wanted)}", path, wanted)


def _health_check(given: Any) -> dict[str, Any] | None:
    if not isinstance(given, Mapping):
        return None
    if given.get("disable"):
        return {"Test": ["NONE"]}
    test = given.get("test")
    return {
        "Test": ["CMD-SHELL", test] if isinstance(test, str) else _words(test),
        "Interval": nanoseconds(given.get("interval")),
        "Timeout": nanoseconds(given.get("timeout")),
        "StartPeriod": nanoseconds(given.get("start_period")),
        "StartInterval": nanoseconds(given.get("start_interval")),
        "Retries": whole(given.get("retries")),
    }


def _filled(check: Raw | None) -> dict[str, Any]:
    """Without what is left out as well as 0 or empty."""
    return {key: value for key, value in (check or {}).items() if value}


def _health_text(check: Raw | None) -> str:
    """ "'curl localhost' every 10 s, timeout 3 s"."""
    given = _filled(check)
    if not given:
        return "of the image"
    test = list(map(str, given.get("Test") or ()))
    if test == ["NONE"]:
        return "none"
    words = [f"'{' '.join(test[1:])}'" if test else "of the image"]
    if "Interval" in given:
        words[0] += f" every {duration_text(given['Interval'])}"
    for key, word in (("Timeout", "timeout"), ("StartPeriod", "start period"), ("StartInterval", "start interval")):
        if key in given:
            words.append(f"{word} {duration_text(given[key])}")
    if "Retries" in given:
        words.append(f"{given['Retries']} retries")
    return ", ".join(words)
