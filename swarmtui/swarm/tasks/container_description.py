"""A task's container in words, as its node's own engine tells of it: state, health check, mounts, networks."""

from __future__ import annotations

from collections.abc import Iterator

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.document import Fact, Section, fact, facts, section
from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.describe.masking import masked_lines
from swarmtui.swarm.describe.node_side import Answers, NodeSide, Question
from swarmtui.swarm.describe.scene import Scene
from swarmtui.swarm.describe.values import command_line, memory, moment, nanoseconds
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.short_text import counted
from swarmtui.swarm.tasks.ending import exit_brief, exit_words
from swarmtui.swarm.units import age, cpus_text, duration_text

__all__ = ["CONTAINER", "CONTAINER_SIDE", "describe_container", "out_of_memory"]

CONTAINER = "container"
"""The name of the question for it."""
MOST_LINES = 12
"""Lines of a health check's output that are shown; an engine keeps 4 KiB of each."""
SHORT_ID = 12
_TONES = {"running": "good", "healthy": "good", "unhealthy": "bad", "dead": "bad", "starting": "warn", "paused": "warn"}


def describe_container(raw: Raw, scene: Scene, where: str) -> tuple[Section, ...]:
    """All of a container that its task's spec does not tell.

    Args:
        raw: `GET /containers/{id}/json`.
        where: the node's name.
    """
    return (
        *section(f"Container on {where}", _basics(raw, scene.now)),
        *section(f"Health check on {where}", _health(raw, scene)),
        *section(f"Mounts on {where}", [each for mount in raw.each("Mounts") for each in _mount(mount)]),
        *section(f"Networks on {where}", _networks(raw.at("NetworkSettings"))),
    )


def out_of_memory(raw: Raw) -> str:
    """ "killed: out of memory, limit 64 MiB"; "" when nothing of that kind happened.

    The kernel may also kill a single process, and the container lives on.
    """
    if not raw.flag("State", "OOMKilled"):
        return ""
    limit = raw.number("HostConfig", "Memory")
    what = "a process in it was killed" if raw.flag("State", "Running") else "killed"
    return f"{what}: out of memory" + (
        f", limit {memory(limit)}" if limit else "; no limit is set, so the node ran out"
    )


def _basics(raw: Raw, now: float) -> tuple[Fact, ...]:
    state, limits = raw.at("State"), raw.at("HostConfig")
    word, code = state.text("Status"), state.number("ExitCode")
    ended = bool(state.text("FinishedAt")) and not state.flag("Running") and word not in ("", "created")
    oom, cores = out_of_memory(raw), limits.number("NanoCpus")
    tone = _TONES.get(word, "bad" if ended and code else "")
    return facts(
        fact("state", word, tone),
        fact("out of memory", oom, "bad"),
        fact("exit code", exit_words(int(code)) if ended and code is not None else "", "bad" if code else ""),
        fact("error", state.text("Error"), "bad"),
        fact("started", moment(state.text("StartedAt"), now)),
        fact("ended", moment(state.text("FinishedAt"), now) if ended else ""),
        fact("restarts", raw.text("RestartCount") if raw.number("RestartCount") else "", "warn"),
        fact("name", raw.text("Name").removeprefix("/")),
        fact("ID", raw.text("Id")[:SHORT_ID]),
        fact("image", raw.text("Config", "Image")),
        fact("image ID", raw.text("Image")),
        fact("memory limit", memory(limits.number("Memory") or None)),
        fact("CPU limit", cpus_text(cores) if cores else ""),
    )


# ------------------------------------------------------------------------------------------------ health


def _health(raw: Raw, scene: Scene) -> tuple[Fact, ...]:
    """What the check runs, how it stands, and what it said last: newest first."""
    check, health = raw.at("Config", "Healthcheck"), raw.at("State", "Health")
    status, failing = health.text("Status"), health.number("FailingStreak")
    if not health.has() or status in ("", "none"):
        return ()
    results = sorted(health.each("Log"), key=lambda each: each.text("Start"), reverse=True)
    return facts(
        fact("status", status, _TONES.get(status, "")),
        fact("failed", f"{counted(int(failing), 'time')} in a row" if failing else "", "bad"),
        fact("command", scene.value("", _test(check.texts("Test")))),
        fact("every", nanoseconds(check.number("Interval") or None)),
        fact("gives up after", nanoseconds(check.number("Timeout") or None)),
        fact("retries", check.text("Retries") if check.number("Retries") else ""),
        *(_result(each, scene) for each in results),
    )


def _test(words: list[str]) -> str:
    return words[1] if words[:1] == ["CMD-SHELL"] and len(words) == 2 else command_line(words[1:])


def _result(result: Raw, scene: Scene) -> tuple[Fact, ...]:
    """One run of the check: when, how it ended, and its output."""
    start, end = seconds_of(result.text("Start")), seconds_of(result.text("End"))
    code = result.number("ExitCode")
    took = f"after {duration_text(round((end - start) * 1000) * 1_000_000)}" if start and end and end >= start else ""
    # The engine itself gives -1 to a check that it has ended: its output says why.
    ending = "" if code is None else "not finished" if code < 0 else "passed" if not code else exit_brief(int(code))
    output = result.text("Output").strip()
    lines = (output if scene.reveal else masked_lines(output)).splitlines()
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"… {len(lines) - MOST_LINES} more lines"]
    head = " ".join(part for part in (ending, took) if part)
    when = f"{age(scene.now - start)} ago" if start is not None else "?"
    return fact(when, "\n".join([head or "?", *lines]), "bad" if code else "")


# ------------------------------------------------------------------------------------------------ mounts, networks


def _mount(mount: Raw) -> tuple[Fact, ...]:
    kind, source, name = mount.text("Type"), mount.text("Source"), mount.text("Name")
    driver = mount.text("Driver")
    if kind == "volume":
        what = f"volume {name}" + (f" at {source}" if source else "")
    elif kind == "bind":
        what = f"{source} of the node"
    else:
        what = f"{kind} {source}".strip() or "?"
    said = [
        what,
        f"driver {driver}" if driver not in ("", "local") else "",
        "read-only" if mount.at("RW").value is False else "",
    ]
    return fact(mount.text("Destination") or "?", "; ".join(part for part in said if part))


def _networks(settings: Raw) -> Iterator[Fact]:
    networks = settings.at("Networks").value
    for name in networks if isinstance(networks, dict) else ():
        network = settings.at("Networks", name)
        given = [
            _address(network.text("IPAddress"), network.text("IPPrefixLen")),
            _address(network.text("GlobalIPv6Address"), network.text("GlobalIPv6PrefixLen")),
        ]
        shown = ", ".join(each for each in given if each)
        gateway = network.text("Gateway")
        yield Fact(str(name) or "?", shown + (f", gateway {gateway}" if gateway else "") if shown else "no address")
    ports = settings.at("Ports").value
    for port in ports if isinstance(ports, dict) else ():
        for bound in settings.each("Ports", port):
            host, number = bound.text("HostIp"), bound.text("HostPort")
            yield from fact(f"port {port}", f"{f'[{host}]' if ':' in host else host}:{number}" if number else "")


def _address(address: str, prefix: str) -> str:
    return f"{address}/{prefix}" if address and prefix else address


# ------------------------------------------------------------------------------------------------ asking


def _node_of(raw: Raw, cluster: Cluster) -> Node | None:
    if not raw.text("Status", "ContainerStatus", "ContainerID"):
        return None
    return cluster.nodes.get(raw.text("NodeID"))


def _questions(raw: Raw, cluster: Cluster) -> tuple[Question, ...]:
    del cluster
    container_id = raw.text("Status", "ContainerStatus", "ContainerID")
    return (Question(CONTAINER, f"/containers/{container_id}/json"),)


def _described(raw: Raw, answers: Answers, scene: Scene) -> tuple[Section, ...]:
    del raw
    title = f"Container on {answers.node.name}"
    container = answers.raw(CONTAINER)
    if container is not None and not answers.lost:
        return describe_container(container, scene, answers.node.name)
    refused = answers.refused.get(CONTAINER, "")
    if refused and not answers.lost:
        return section(title, [Fact("", refused, "warn")])
    return answers.state(title)


CONTAINER_SIDE = NodeSide(_node_of, _questions, _described, after="State")
"""What a task's node is asked about its container."""
