"""Compose files: read, rendered where docker can, and compared with what runs."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from swarmtui.engine.client import docker_cli
from swarmtui.engine.client.client import filters
from swarmtui.errors import DockerFailed, DockerMissing, NotPossible
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.stack_label import STACK_LABEL
from swarmtui.swarm.stacks.changes import check_stack_name
from swarmtui.swarm.stacks.compose import Comparison, Trouble, compare, files_of, of_content

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient

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
    check_stack_name(stack)
    obstacle, rendered, warnings = "", False, tuple[str, ...]()
    try:
        content, rendered, warnings = _rendered(client, file, closing)
    except DockerMissing as missing:
        obstacle, content = str(missing), _parsed(_text_of(file), file)
    if not isinstance(content.get("services"), Mapping) or not content["services"]:
        raise NotPossible(f"{file} names no services: it is not a compose file.")
    present = {what: _present(client, what, stack) for what in ("services", "secrets", "configs")}
    comparison = compare(str(file), stack, content, present["services"], cluster, rendered=rendered)
    changed = _changed_files(file, stack, content, present)
    return replace(
        comparison,
        how="" if obstacle else comparison.how,
        obstacles=(*([obstacle] if obstacle else []), *comparison.obstacles, *changed.obstacles),
        warnings=(*warnings, *comparison.warnings, *changed.warnings),
    )


def _present(client: EngineClient, what: str, stack: str) -> list[Any]:
    """The stack's objects of a kind, as raw JSON."""
    found = client.get_json(f"/{what}", filters(label=[f"{STACK_LABEL}={stack}"]))
    return [each for each in found if _is_of(each, stack)]


def _changed_files(file: Path, stack: str, content: Mapping[str, Any], present: Mapping[str, list[Any]]) -> Trouble:
    """The secrets and configs of the stack that are there, and whose files may hold something else by now."""
    found = Trouble()
    for section in ("secrets", "configs"):
        there = {str((each.get("Spec") or {}).get("Name")): each for each in present[section]}
        for name, path in files_of(stack, content, section):
            raw, source = there.get(name), file.parent / path
            try:
                data, written = source.read_bytes(), source.stat().st_mtime
            except OSError as error:
                reason = "There is no file" if isinstance(error, FileNotFoundError) else f"{error.strerror}:"
                text = f"{reason} {source}, which the file names for the {section.removesuffix('s')} {name}."
                found += Trouble((text,))
                continue
            if raw is not None:
                found += of_content(section.removesuffix("s"), name, raw, data, written)
    return found


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


def _rendered(
    client: EngineClient, file: Path, closing: threading.Event
) -> tuple[Mapping[str, Any], bool, tuple[str, ...]]:
    """The file's content, whether docker rendered it (with all variables filled in), and what it warned of."""
    arguments = ("stack", "config", "--compose-file", str(file))
    try:
        said = docker_cli.run(client.endpoint, arguments, closing, within=RENDER_WITHIN)
    except DockerFailed as failure:
        if any(words in line for words in UNKNOWN_COMMAND for line in failure.output):
            return _parsed(_text_of(file), file), False, ()
        raise NotPossible(f"docker refuses {file}: {failure.message}") from failure
    return _parsed("\n".join(said.output), file), True, said.warnings


def _parsed(text: str, file: Path) -> Mapping[str, Any]:
    import yaml  # only here, and it takes a while to load

    try:
        content = yaml.safe_load(text)
        # As JSON has it: dates and other things that YAML knows are texts to docker as well.
        content = json.loads(json.dumps(content, default=str))
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None) or "it is not YAML"
        raise NotPossible(f"{file} cannot be read{where}: {problem}.") from error
    if not isinstance(content, Mapping):
        raise NotPossible(f"{file} names no services: it is not a compose file.")
    return content


def _is_of(service: Any, stack: str) -> bool:
    labels = (service.get("Spec") or {}).get("Labels") or {}
    return bool(labels.get(STACK_LABEL) == stack)
