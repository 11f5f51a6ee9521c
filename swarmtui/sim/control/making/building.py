"""Building an image as the classic builder does, as far as a simulation can.

The commands of RUN are run by the tiny shell where it knows them all; of others it is taken for granted that they work.
Words: measured on engine 20.10; moby builder/dockerfile.
"""

from __future__ import annotations

import asyncio
import fnmatch
import posixpath
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from swarmtui.sim.agent.container import Plain
from swarmtui.sim.agent.health.check import is_known
from swarmtui.sim.agent.health.probe import Probe
from swarmtui.sim.agent.images import NO_CONFIG, Made, plain
from swarmtui.sim.control.access import Access
from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.control.making import dockerfile
from swarmtui.sim.control.making.dockerfile import Instruction
from swarmtui.sim.control.making.making import absolute
from swarmtui.sim.control.storage.images import ImageStore, checked
from swarmtui.sim.objects.spec import JSON

FOR_EVER = 1e9


class _Failed(Exception):
    """A step that fails ends the build."""

    def __init__(self, message: str, code: int = 0) -> None:
        super().__init__(message)
        self.told: JSON = {
            "errorDetail": {**({"code": code} if code else {}), "message": message},
            "error": message,
        }


@dataclass
class _Stage:
    """What is built so far, from one FROM on."""

    base: str = ""
    config: JSON = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    history: list[JSON] = field(default_factory=list)
    id: str = ""


class Building(Access):
    """What `docker build` does on one machine."""

    def instructions(self, context: Mapping[str, bytes], name: str) -> list[Instruction]:
        """What a Dockerfile of the context says; ApiError where that cannot be."""
        text = context.get(absolute(name))
        if text is None:
            raise ApiError(500, f"Cannot locate specified Dockerfile: {name}")
        found = dockerfile.parsed(text.decode(errors="replace"))
        if not found:
            raise ApiError(400, f"the Dockerfile ({name}) cannot be empty")
        first = next((each for each in found if each.name != "arg"), found[0])
        if first.name != "from":
            raise ApiError(400, "no build stage in current context")
        return found

    async def told(
        self,
        instructions: list[Instruction],
        context: Mapping[str, bytes],
        names: list[str],
        labels: Mapping[str, str],
        quiet: bool = False,
    ) -> AsyncIterator[JSON]:
        """Build, and tell how far it is."""
        stages: dict[str, _Stage] = {}
        try:
            async for line in self._stages(instructions, context, len(instructions) + bool(labels), stages):
                if not quiet:
                    yield line
            stage = list(stages.values())[-1]
            if not stage.id and not stage.base:
                raise _Failed("No image was generated. Is your Dockerfile empty?")
        except _Failed as failed:
            yield failed.told
            return
        if labels:
            stage.config["Labels"] = {**(stage.config.get("Labels") or {}), **labels}
            self._commit(stage, f"/bin/sh -c #(nop)  LABEL {' '.join(f'{a}={b}' for a, b in labels.items())}", 0)
        id = stage.id or ImageStore(self._cluster, self._machine).needed(stage.base).id
        for line in self._named(id, names, quiet=quiet):
            yield line

    async def _stages(
        self, instructions: list[Instruction], context: Mapping[str, bytes], count: int, stages: dict[str, _Stage]
    ) -> AsyncIterator[JSON]:
        stage = _Stage()
        for number, each in enumerate(instructions, 1):
            yield _line(f"Step {number}/{count} : {each.shown}")
            yield _line("\n")
            before = stage.id
            if each.name == "from":
                stage = self._from(each, stages)
                yield _line(f" ---> {_short(stage.id or self._id(stage.base))}\n")
                continue
            async for line in self._step(stage, each, context, stages):
                yield line
            if stage.id != before:
                yield _line(f" ---> {_short(stage.id)}\n")

    def _id(self, base: str) -> str:
        return ImageStore(self._cluster, self._machine).needed(base).id if base else ""

    def _named(self, id: str, names: list[str], *, quiet: bool) -> list[JSON]:
        store = ImageStore(self._cluster, self._machine)
        for name in names:
            store.tag(id, *_split(name))
        if quiet:
            return [_line(f"{id}\n")]
        told: list[JSON] = [{"aux": {"ID": id}}, _line(f"Successfully built {_short(id)}\n")]
        return [*told, *(_line(f"Successfully tagged {plain(name)}\n") for name in names)]

    def _from(self, instruction: Instruction, stages: dict[str, _Stage]) -> _Stage:
        words = [each for each in instruction.rest.split() if not each.startswith("--")]
        name = words[0] if words else ""
        if name in stages:
            earlier = stages[name]
            stage = _Stage(earlier.base, dict(earlier.config), dict(earlier.files), list(earlier.history), earlier.id)
        elif name == "scratch":
            stage = _Stage("", dict(NO_CONFIG))
        else:
            stage = self._image(name)
        stages[str(len({id(each) for each in stages.values()}))] = stage
        if len(words) == 3 and words[1].lower() == "as":
            stages[words[2]] = stage
        return stage

    def _image(self, name: str) -> _Stage:
        store = ImageStore(self._cluster, self._machine)
        try:
            stored = store.find(checked(name))
        except ApiError as error:
            raise _Failed(error.message) from None
        if stored is None:
            if missing := store.missing(name):
                raise _Failed(missing.message)
            store.pulled(name)
            stored = store.needed(name)
        made = store.made(stored)
        files = dict(made.files) if made else {}
        config = dict(self._cluster.images.config(stored.source))
        return _Stage(stored.source, config, files, [], stored.id if made else "")

    async def _step(
        self, stage: _Stage, instruction: Instruction, context: Mapping[str, bytes], stages: Mapping[str, _Stage]
    ) -> AsyncIterator[JSON]:
        name, rest = instruction.name, instruction.rest
        if name in ("copy", "add"):
            added = self._copied(stage, rest, context, stages, name.upper())
            self._commit(stage, f"/bin/sh -c #(nop) {name.upper()} {rest} ", added)
            return
        self._number = f"{self._cluster.ids.hex()[:12]}"
        yield _line(f" ---> Running in {self._number}\n")
        if name == "run":
            argv = dockerfile.command(rest)
            async for line in self._ran(stage, argv, rest):
                yield line
            self._commit(stage, " ".join(argv), 0)
        else:
            dockerfile.apply(stage.config, instruction)
            self._commit(stage, f"/bin/sh -c #(nop)  {instruction.shown}", 0)
        yield _line(f"Removing intermediate container {self._number}\n")

    async def _ran(self, stage: _Stage, argv: list[str], rest: str) -> AsyncIterator[JSON]:
        source = stage.id or stage.base
        config = {**stage.config, "Cmd": argv, "Entrypoint": None}
        container = Plain(self._cluster.ids.hex(), "", source, self._cluster.clock.now(), config, {}, source)
        container.written = dict(stage.files)
        if not is_known(argv, container, self._machine):
            return
        done: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()
        probe = Probe(
            container, self._machine, self._cluster.clock, {}, lambda code, output: done.set_result((code, output))
        )
        probe.begin(argv, FOR_EVER)
        try:
            code, output = await done
        finally:
            probe.close()
        for line in output.splitlines(keepends=True):
            yield _line(line)
        if code:
            raise _Failed(f"The command '{' '.join(argv)}' returned a non-zero code: {code}", code)
        stage.files = dict(container.written)

    def _copied(
        self, stage: _Stage, rest: str, context: Mapping[str, bytes], stages: Mapping[str, _Stage], name: str
    ) -> int:
        """Copy files into an image; how many bytes."""
        options = [each for each in rest.split() if each.startswith("--")]
        words = dockerfile.words(rest) or [each for each in rest.split() if not each.startswith("--")]
        other = next((each.partition("=")[2] for each in options if each.startswith("--from=")), "")
        given = context if not other else stages[other].files if other in stages else self._image(other).files
        *sources, target = words
        target = posixpath.join(str(stage.config.get("WorkingDir") or "/"), target)
        copied: dict[str, bytes] = {}
        for source in sources:
            found = _matching(given, source)
            if not found:
                raise _Failed(
                    f"{name} failed: file not found in build context or excluded by .dockerignore: stat "
                    f"{source.lstrip('/')}: file does not exist"
                )
            whole = target.endswith(("/", "/.")) or len(found) > 1 or len(sources) > 1 or "" not in found
            for below, data in found.items():
                into = posixpath.join(target, below or posixpath.basename(source)) if whole else target
                copied[posixpath.normpath(into)] = data
        stage.files.update(copied)
        return sum(map(len, copied.values()))

    def _commit(self, stage: _Stage, by: str, size: int) -> None:
        now = self._cluster.clock.now()
        stage.history.insert(0, {"Comment": "", "Created": int(now), "CreatedBy": by, "Size": size})
        store = ImageStore(self._cluster, self._machine)
        base = store.find(stage.base) if stage.base else None
        total = sum(map(len, stage.files.values())) + (base.size if base is not None else 0)
        made = Made(stage.base, dict(stage.config), now, total, dict(stage.files), tuple(stage.history))
        earlier, stage.id = stage.id, store.add(made)
        if earlier and not self._is_used(earlier):
            self._machine.storage.untagged.pop(earlier.removeprefix("sha256:"), None)

    def _is_used(self, id: str) -> bool:
        return any(each.source == id for each in self._machine.containers())


def _matching(files: Mapping[str, bytes], source: str) -> dict[str, bytes]:
    """Files that a word of COPY means, by their path below it; "" for the very file."""
    wanted = absolute(source)
    if wanted in files:
        return {"": files[wanted]}
    below = "" if wanted == "/" else wanted
    found = {path[len(below) + 1 :]: data for path, data in files.items() if path.startswith(f"{below}/")}
    if found or "*" not in source:
        return found
    return {posixpath.basename(path): data for path, data in files.items() if fnmatch.fnmatch(path, wanted)}


def _line(text: str) -> JSON:
    return {"stream": text}


def _short(id: str) -> str:
    return id.removeprefix("sha256:")[:12] if id else ""


def _split(name: str) -> tuple[str, str]:
    head, _, tag = plain(name).rpartition(":")
    return head, tag
