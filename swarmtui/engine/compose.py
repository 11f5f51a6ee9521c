"""Compose files: read, rendered where docker can, and compared with what runs."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from swarmtui.engine import docker_cli
from swarmtui.engine.client import filters
from swarmtui.errors import DockerFailed, DockerMissing, NotPossible
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.compose import Comparison, compare
from swarmtui.swarm.shared import STACK_LABEL

if TYPE_CHECKING:
    from swarmtui.engine.client import EngineClient

__all__ = ["compare_file"]

LARGEST = 4 * 1024 * 1024
RENDER_WITHIN = 20.0
UNKNOWN_COMMAND = ("unknown shorthand flag: 'c'", "unknown flag: --compose-file", "is not a docker command")
"""What a docker says that has no `stack config` (before version 25)."""


def compare_file(
    client: EngineClient, path: str, stack: str, cluster: Cluster | None, closing: threading.Event
) -> Comparison:
    """Tell what deploying a file as a stack would change.

    Args:
        path: as the user typed it; ~ is understood.
        cluster: to see which secrets, configs and networks there are.

    Returns:
        A comparison; without docker on this machine, one that has that as its obstacle.

    Raises:
        NotPossible: the file cannot be read, or docker does not take it.
        ConnectionFailed, EngineRefused: the engine was asked for the stack's services in vain.
    """
    file = _file_at(path)
    obstacle, rendered = "", False
    try:
        content, rendered = _rendered(client, file, closing)
    except DockerMissing as missing:
        obstacle, content = str(missing), _parsed(_text_of(file), file)
    if not isinstance(content.get("services"), Mapping) or not content["services"]:
        raise NotPossible(f"{file} names no services: it is no compose file.")
    running = client.get_json("/services", filters(label=[f"{STACK_LABEL}={stack}"]))
    running = [each for each in running if _is_of(each, stack)]
    comparison = compare(str(file), stack, content, running, cluster, rendered=rendered)
    if not obstacle:
        return comparison
    return Comparison(str(file), stack, comparison.services, comparison.others, "", obstacle)


def _file_at(path: str) -> Path:
    try:
        file = Path(path).expanduser().absolute()
        size = file.stat().st_size if file.is_file() else None
    except (OSError, RuntimeError, ValueError) as error:
        raise NotPossible(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    if size is None:
        raise NotPossible(f"There is no file {file}." if not file.exists() else f"{file} is not a plain file.")
    if size > LARGEST:
        raise NotPossible(f"{file} is too large for a compose file: {size} bytes.")
    return file


def _text_of(file: Path) -> str:
    try:
        return file.read_text(errors="replace")
    except OSError as error:
        raise NotPossible(f"{file} cannot be read: {error.strerror}.") from error


def _rendered(client: EngineClient, file: Path, closing: threading.Event) -> tuple[Mapping[str, Any], bool]:
    """The file's content, and whether docker rendered it: with all variables filled in."""
    arguments = ("stack", "config", "--compose-file", str(file))
    try:
        lines = docker_cli.run(client.endpoint, arguments, closing, within=RENDER_WITHIN)
    except DockerFailed as failure:
        said = "\n".join(failure.output)
        if any(words in said for words in UNKNOWN_COMMAND):
            return _parsed(_text_of(file), file), False
        raise NotPossible(
            f"docker does not take {file}: {' '.join(failure.output[-3:]) or failure.message}"
        ) from failure
    return _parsed("\n".join(lines), file), True


def _parsed(text: str, file: Path) -> Mapping[str, Any]:
    import yaml  # only here, and it takes a while to load

    try:
        content = yaml.safe_load(text)
        # As JSON has it: dates and other things that YAML knows are texts to docker as well.
        content = json.loads(json.dumps(content, default=str))
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None) or "it is no YAML"
        raise NotPossible(f"{file} cannot be read{where}: {problem}.") from error
    if not isinstance(content, Mapping):
        raise NotPossible(f"{file} names no services: it is no compose file.")
    return content


def _is_of(service: Any, stack: str) -> bool:
    labels = (service.get("Spec") or {}).get("Labels") or {}
    return bool(labels.get(STACK_LABEL) == stack)
