"""Compose files: rendered where docker can, and compared with what runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from swarmtui.engine.client.client import filters
from swarmtui.engine.stacks.docker_program import DockerProgram, docker_program
from swarmtui.engine.stacks.reading import as_it_stands, parsed, with_whole_paths
from swarmtui.errors import DockerFailed, DockerMissing, NotPossible
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.stack_label import STACK_LABEL
from swarmtui.swarm.stacks.changes import check_stack_name
from swarmtui.swarm.stacks.compose import Comparison, Trouble, compare, files_of, of_content
from swarmtui.swarm.stacks.compose_files import ComposeFiles

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient

__all__ = ["compare_files"]

RENDER_WITHIN = 20.0
UNKNOWN_COMMAND = ("unknown shorthand flag: 'c'", "unknown flag: --compose-file", "is not a docker command")
"""What a docker says that has no `stack config` (before version 25)."""


def compare_files(
    client: EngineClient, files: ComposeFiles, stack: str, cluster: Cluster | None, closing: threading.Event
) -> Comparison:
    """Tell what deploying files as a stack would change.

    Args:
        files: as the user typed them; ~ is understood.
        cluster: to see which secrets, configs and networks there are.

    Returns:
        A comparison; without docker here and on the manager, one that has that as its obstacle.

    Raises:
        NotPossible: a file cannot be read, or docker does not take it.
        ConnectionFailed, EngineRefused: the engine was asked for the stack's services in vain.
    """
    files = with_whole_paths(files)
    check_stack_name(stack)
    present = {what: _present(client, what, stack) for what in ("services", "secrets", "configs")}
    obstacle, place, rendered = "", "", None
    source_of: Callable[[str], str] = str
    try:
        docker = docker_program(client, files)
        place, rendered = docker.place, _rendered(docker, files, closing)
        source_of = docker.source_of if rendered is not None else str
    except DockerMissing as missing:
        obstacle = str(missing)
    content, warnings = rendered or (as_it_stands(files), ())
    _check_that_it_names_services(content, files)
    comparison = compare(files, stack, content, present["services"], cluster, rendered=rendered is not None)
    changed = _changed_files(files, stack, content, present, source_of)
    return replace(
        comparison,
        place=place,
        how="" if obstacle else comparison.how,
        obstacles=(*([obstacle] if obstacle else []), *comparison.obstacles, *changed.obstacles),
        warnings=(*warnings, *comparison.warnings, *changed.warnings),
    )


def _check_that_it_names_services(content: Mapping[str, Any], files: ComposeFiles) -> None:
    if not isinstance(content.get("services"), Mapping) or not content["services"]:
        raise NotPossible(f"{files} names no services: it is not a compose file.")


def _present(client: EngineClient, what: str, stack: str) -> list[Any]:
    """The stack's objects of a kind, as raw JSON."""
    found = client.get_json(f"/{what}", filters(label=[f"{STACK_LABEL}={stack}"]))
    return [each for each in found if _is_of(each, stack)]


def _changed_files(
    files: ComposeFiles,
    stack: str,
    content: Mapping[str, Any],
    present: Mapping[str, list[Any]],
    source_of: Callable[[str], str],
) -> Trouble:
    """The secrets and configs of the stack that are there, and whose files may hold something else by now."""
    found = Trouble()
    for section in ("secrets", "configs"):
        there = {str((each.get("Spec") or {}).get("Name")): each for each in present[section]}
        for name, path in files_of(stack, content, section):
            word = section.removesuffix("s")
            raw, source = there.get(name), Path(files.paths[0]).parent / source_of(path)
            try:
                source = Path(path).expanduser() if path.startswith("~") else source
                data, written = source.read_bytes(), source.stat().st_mtime
            except (OSError, RuntimeError, ValueError) as error:
                reason = getattr(error, "strerror", None) or error
                begin = "There is no file" if isinstance(error, FileNotFoundError) else f"{reason}:"
                found += Trouble((f"{begin} {source}, which the file names for the {word} {name}.",))
                continue
            if raw is not None:
                found += of_content(word, name, raw, data, written)
    return found


def _rendered(
    docker: DockerProgram, files: ComposeFiles, closing: threading.Event
) -> tuple[Mapping[str, Any], tuple[str, ...]] | None:
    """The files' content as docker renders it, with all variables filled in, and what it warns of; None where this
    docker cannot."""
    try:
        said = docker.run(lambda options: ("stack", "config", *options), closing, within=RENDER_WITHIN)
    except DockerFailed as failure:
        if any(words in line for words in UNKNOWN_COMMAND for line in failure.output):
            return None
        raise NotPossible(f"docker refuses {files}: {failure.message}") from failure
    return parsed("\n".join(said.output), str(files)), said.warnings


def _is_of(service: Any, stack: str) -> bool:
    labels = (service.get("Spec") or {}).get("Labels") or {}
    return bool(labels.get(STACK_LABEL) == stack)
