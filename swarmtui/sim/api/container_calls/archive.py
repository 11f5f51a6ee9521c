"""Files of a container as tars (moby daemon/server/router/container/copy.go): its own, and those copied in."""

from __future__ import annotations

import base64
import io
import json
import posixpath
import tarfile
from collections.abc import Iterable
from pathlib import PurePosixPath

from aiohttp import web

from swarmtui.sim.api import answers
from swarmtui.sim.api.call import Call
from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.control.making.making import unpacked

TAR = "application/x-tar"
DIRECTORY = 1 << 31 | 0o755


async def archive_get(call: Call) -> web.StreamResponse:
    files, path = _files(call), _path(call)
    response = web.Response(headers={"X-Docker-Container-Path-Stat": _stat(call, files, path)}, content_type=TAR)
    if call.request.method == "HEAD":
        return response
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        entry = tarfile.TarInfo(posixpath.basename(path) or "/")
        if path in files:
            entry.size = len(files[path])
            tar.addfile(entry, io.BytesIO(files[path]))
        else:
            entry.type = tarfile.DIRTYPE
            tar.addfile(entry)
    response.body = packed.getvalue()
    return response


async def archive_put(call: Call) -> web.StreamResponse:
    files, path = _files(call), _path(call)
    _stat(call, files, path)
    if path in files:
        raise ApiError(400, "extraction point is not a directory")
    written = call.engine.containers.written(call.name)
    for name, content in unpacked(await call.request.read()).items():
        written[posixpath.join(path, name.lstrip("/"))] = content
    return answers.empty()


async def container_export(call: Call) -> web.StreamResponse:
    """All files of a container, as a tar."""
    files = _files(call)
    held = [path for path in files if not path.endswith(_HOLDS)]
    directories = {each.strip("/") for each in call.engine.containers.view(call.name).directories() | _above(files)}
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name in sorted((directories - {""}) | {path.strip("/") for path in held}):
            entry = tarfile.TarInfo(name)
            content = files.get(f"/{name}")
            entry.type = tarfile.DIRTYPE if content is None else tarfile.REGTYPE
            entry.mode, entry.size = (0o755, 0) if content is None else (0o644, len(content))
            tar.addfile(entry, None if content is None else io.BytesIO(content))
    call.engine.containers.told(call.name, "export")
    return web.Response(body=packed.getvalue(), content_type="application/octet-stream")


async def container_changes(call: Call) -> web.StreamResponse:
    """What was written in a container since it was made: its image's files have kind 0, new ones 1."""
    given, written = call.engine.containers.original(call.name)
    kinds = {path: 0 if path in given else 1 for path in written}
    there = _above(given) | _USUAL
    kinds = {path: kind for path, kind in kinds.items() if not path.endswith(_HOLDS)}
    kinds |= {each: 0 if each in there else 1 for each in _above(written) - {"/"}}
    return answers.json([{"Path": path, "Kind": kinds[path]} for path in sorted(kinds)] or None)


_HOLDS = "/.keep"
"""The file that holds an empty directory, which nobody sees."""
_USUAL = frozenset(["/bin", "/dev", "/etc", "/home", "/proc", "/root", "/run", "/sys", "/tmp", "/usr", "/var"])


def _above(files: Iterable[str]) -> set[str]:
    """The directories that files are in, up to the root."""
    return {str(each) for path in files for each in PurePosixPath(path).parents}


def _path(call: Call) -> str:
    path = call.query.get("path", "")
    if not path:
        raise ApiError(400, "missing path")
    return posixpath.normpath(path)


def _files(call: Call) -> dict[str, bytes]:
    view = call.engine.containers.view(call.name)
    own = {path: text.encode() for path, text in view.files.items()}
    return {**own, **call.engine.containers.written(call.name)}


def _stat(call: Call, files: dict[str, bytes], path: str) -> str:
    if path in files:
        mode, size = 0o644, len(files[path])
    elif path in _directories(files) or path in call.engine.containers.view(call.name).directories():
        mode, size = DIRECTORY, 4096
    else:
        raise ApiError(404, f"Could not find the file {path} in container {call.name}")
    said = {"name": posixpath.basename(path), "size": size, "mode": mode, "mtime": "", "linkTarget": ""}
    return base64.b64encode(json.dumps(said).encode()).decode()


def _directories(files: dict[str, bytes]) -> set[str]:
    return {posixpath.dirname(path) for path in files}
