"""Files of a container as tars (moby daemon/server/router/container/copy.go): its own, and those copied in."""

from __future__ import annotations

import base64
import io
import json
import posixpath
import tarfile

from aiohttp import web

from swarmtui.sim.api import answers
from swarmtui.sim.api.call import Call
from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.shell.container_view import ContainerView

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
    with tarfile.open(fileobj=io.BytesIO(await call.request.read())) as tar:
        for entry in tar:
            content = tar.extractfile(entry) if entry.isfile() else None
            if content is not None:
                written[posixpath.join(path, entry.name)] = content.read()
    return answers.empty()


def _path(call: Call) -> str:
    path = call.query.get("path", "")
    if not path:
        raise ApiError(400, "missing path")
    return posixpath.normpath(path)


def _files(call: Call) -> dict[str, bytes]:
    view = ContainerView.of(call.engine, call.name, call.node.cluster.clock.now)
    own = {path: text.encode() for path, text in view.files.items()}
    return {**own, **call.engine.containers.written(call.name)}


def _stat(call: Call, files: dict[str, bytes], path: str) -> str:
    if path in files:
        mode, size = 0o644, len(files[path])
    elif path in _directories(files) or path in ContainerView.of(call.engine, call.name, float).directories():
        mode, size = DIRECTORY, 4096
    else:
        raise ApiError(404, f"Could not find the file {path} in container {call.name}")
    said = {"name": posixpath.basename(path), "size": size, "mode": mode, "mtime": "", "linkTarget": ""}
    return base64.b64encode(json.dumps(said).encode()).decode()


def _directories(files: dict[str, bytes]) -> set[str]:
    return {posixpath.dirname(path) for path in files}
