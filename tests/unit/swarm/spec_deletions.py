"""Fields taken out of a service's spec, and whether its tasks are replaced: as an engine (20.10) did with each."""

from __future__ import annotations

from typing import Any

__all__ = ["DELETIONS", "full_spec", "without"]


def full_spec(image: str, name: str = "web") -> dict[str, Any]:
    """A spec in which what an engine would fill in, or might leave out, is written down."""
    return {
        "Name": name,
        "Labels": {},
        "TaskTemplate": {
            "ContainerSpec": {
                "Image": image,
                "Command": ["sleep", "1d"],
                "Isolation": "default",
                "DNSConfig": {},
                "Privileges": {},
                "Healthcheck": {},
                "Init": False,
                "StopGracePeriod": 0,
                "Env": [],
                "Labels": {"quiet": ""},
            },
            "Resources": {"Limits": {}, "Reservations": {}},
            "RestartPolicy": {"Condition": "any", "MaxAttempts": 0, "Delay": 5_000_000_000},
            "Placement": {},
            "ForceUpdate": 0,
            "Runtime": "container",
        },
        "Mode": {"Replicated": {"Replicas": 1}},
        "EndpointSpec": {"Mode": "vip"},
    }


DELETIONS: dict[tuple[str, ...], bool] = {
    ("TaskTemplate", "ContainerSpec", "Isolation"): False,
    ("TaskTemplate", "ContainerSpec", "DNSConfig"): True,
    ("TaskTemplate", "ContainerSpec", "Privileges"): True,
    ("TaskTemplate", "ContainerSpec", "Healthcheck"): True,
    ("TaskTemplate", "ContainerSpec", "Init"): True,
    ("TaskTemplate", "ContainerSpec", "StopGracePeriod"): True,
    ("TaskTemplate", "ContainerSpec", "Env"): False,
    ("TaskTemplate", "ContainerSpec", "Labels", "quiet"): True,
    ("TaskTemplate", "Resources", "Limits"): True,
    ("TaskTemplate", "Resources", "Reservations"): True,
    ("TaskTemplate", "Resources"): True,
    ("TaskTemplate", "RestartPolicy", "Condition"): False,
    ("TaskTemplate", "RestartPolicy", "MaxAttempts"): False,
    ("TaskTemplate", "RestartPolicy", "Delay"): True,
    ("TaskTemplate", "RestartPolicy"): True,
    ("TaskTemplate", "ForceUpdate"): False,
    ("TaskTemplate", "Runtime"): False,
    ("EndpointSpec", "Mode"): False,
    ("EndpointSpec",): True,
    ("Labels",): False,
}
"""The place of each, and whether tasks are replaced. Not the placement: see `placement_kept`."""


def without(spec: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """A copy without the field at the path."""
    key, *below = path
    if below:
        return {**spec, key: without(spec[key], tuple(below))}
    return {name: value for name, value in spec.items() if name != key}
