"""How a call of the script is written down: a docker command line, a bare request, or docker-py."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from .observation import Observation
from .target import Target


@dataclass(frozen=True)
class Call:
    """A call with its name.

    Attributes:
        see: makes it and observes what it gives.
        before: brings the swarm where the call means something.
        reads: it changes nothing, so that it can be made again.
    """

    name: str
    see: Callable[[Target], Observation]
    before: Callable[[Target], object] = lambda target: None
    reads: bool = False


READING = frozenset({"ls", "ps", "inspect", "logs", "info", "version"})
"""docker's commands that change nothing."""

LISTS = frozenset(
    {
        "service_logs",
        "stats",
        "top",
        "containers",
        "images",
        "volumes",
        "df",
        "secrets",
        "configs",
        "networks",
        "tasks",
        "nodes",
        "info",
    }
)
"""The same of docker-py's calls, beside those that inspect something."""


def cli(
    *words: str,
    node: str = "n1",
    stdin: str = "",
    label: str = "",
    before: Callable[[Target], object] = lambda target: None,
) -> Call:
    """A docker command line; `{image NAME}` and `{host n1}` in its words are filled in."""
    shown = f"docker {' '.join(words)} {label}".strip() + (f" (on {node})" if node != "n1" else "")

    def see(target: Target) -> Observation:
        return target.see_cli(*(filled(target, word) for word in words), node=node, stdin=stdin)

    return Call(shown, see, before, reads=not READING.isdisjoint(words[:2]))


def http(method: str, path: str, body: object = None, node: str = "n1", label: str = "") -> Call:
    """A bare request; its name has the body in it, where that is short."""
    label = label or (json.dumps(body)[:120] if isinstance(body, dict) else str(body or ""))
    shown = f"{method} {path}" + (f" {label}" if label else "") + (f" (on {node})" if node != "n1" else "")

    def see(target: Target) -> Observation:
        sent = json.loads(filled(target, json.dumps(body))) if isinstance(body, dict) else body
        return target.see_request(method, filled(target, path), sent, node)

    return Call(shown, see, reads=method == "GET")


def python(
    name: str,
    call: Callable[[Any, Target], Any],
    node: str = "n1",
    before: Callable[[Target], object] = lambda target: None,
) -> Call:
    """A call of docker-py."""
    return Call(
        f"docker-py {name}",
        lambda target: target.see_python(lambda client: call(client, target), node),
        before,
        reads=name.partition("_")[0] == "inspect" or name.partition(" ")[0] in LISTS,
    )


def filled(target: Target, text: str) -> str:
    """A text with `{image web}`, `{host n1}`, `{version services/web}` and the like filled in."""
    fill: dict[str, Callable[[str], str]] = {
        "image": target.image,
        "host": target.host,
        "id": target.id,
        "address": lambda node: target.addresses[node],
        "token": lambda role: str(target.get("/swarm")["JoinTokens"][role.title()]),
        "version": lambda path: str(target.get(f"/{path}")["Version"]["Index"]),
    }
    for kind, value in fill.items():
        while (start := text.find(f"{{{kind} ")) >= 0:
            end = text.index("}", start)
            text = text[:start] + value(text[start + len(kind) + 2 : end]) + text[end + 1 :]
    return text


def filters(**values: str) -> str:
    """The `filters` parameter; what is to be filled in stays as it is."""
    text = json.dumps({name.replace("_", "-"): [value] for name, value in values.items()}, separators=(",", ":"))
    return quote(text, safe="{}[]:, ")


def service(name: str = "x", **fields: object) -> dict[str, object]:
    """The spec of a service, which is refused in most calls."""
    return {"Name": name, "TaskTemplate": {"ContainerSpec": {"Image": "{image web}"}}, **fields}


def template(**fields: object) -> dict[str, object]:
    """The spec of a service with more in its task template."""
    return service(TaskTemplate={"ContainerSpec": {"Image": "{image web}"}, **fields})
