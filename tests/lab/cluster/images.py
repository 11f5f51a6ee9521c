"""The lab's images, made of a static busybox and pushed to its registry without any engine's help."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .commands import SEARCH_PATH, environment
from .errors import MissingRequirement
from .registry import Registry, digest
from .waiting import together

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "ppc64le": "ppc64le", "s390x": "s390x"}
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER_TYPE = "application/vnd.docker.image.rootfs.diff.tar.gzip"
SECOND = 1_000_000_000

SERVE = ("httpd", "-f", "-p", "8080", "-h", "/www")


@dataclass(frozen=True)
class Image:
    """What distinguishes one image from the others: they share the layer with busybox."""

    repository: str
    tag: str
    command: tuple[str, ...]
    settings: Mapping[str, object] = field(default_factory=dict)
    """More of the image's configuration, in the engine's terms."""


_NEVER_WELL = {"Test": ["CMD", "false"], "Interval": SECOND, "Timeout": SECOND, "Retries": 2}

IMAGES = (
    *(Image("web", tag, SERVE, {"ExposedPorts": {"8080/tcp": {}}}) for tag in ("1.0", "1.1", "1.2")),
    Image("unhealthy", "1.0", SERVE, {"Healthcheck": _NEVER_WELL}),
    Image("exits", "1.0", ("sh", "-c", "echo starting; sleep 1; echo 'fatal: no configuration' >&2; exit 1")),
    Image("late", "5s", ("sh", "-c", "sleep 5; exit 1")),
    Image("done", "1s", ("sh", "-c", "sleep 1")),
)


@dataclass(frozen=True)
class Layer:
    """A packed layer, and the digest of what is in it."""

    blob: bytes
    unpacked: str


def push_all(registry: Registry) -> None:
    """Make every image and push it."""
    base = _packed(_base_layer())

    def push_repository(repository: str) -> None:
        registry.push_blob(repository, base.blob)
        for image in IMAGES:
            if image.repository == repository:
                _push(registry, image, base)

    together(push_repository, {image.repository for image in IMAGES})


def _push(registry: Registry, image: Image, base: Layer) -> None:
    layers = [base, _packed(_layer({"www/index.html": f"{image.repository} {image.tag}\n".encode()}))]
    config = json.dumps(_config(image, layers)).encode()
    for blob in (layers[1].blob, config):
        registry.push_blob(image.repository, blob)
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG, "size": len(config), "digest": digest(config)},
        "layers": [{"mediaType": LAYER_TYPE, "size": len(each.blob), "digest": digest(each.blob)} for each in layers],
    }
    registry.push_manifest(image.repository, image.tag, json.dumps(manifest).encode(), MANIFEST)


def _config(image: Image, layers: list[Layer]) -> dict[str, object]:
    container = {
        "Env": ["PATH=/bin"],
        "Cmd": list(image.command),
        "WorkingDir": "/",
        "Labels": {"org.opencontainers.image.version": image.tag},
        # As a container's first process busybox ignores SIGTERM: every stop would take the whole grace period.
        "StopSignal": "SIGKILL",
        **image.settings,
    }
    return {
        "architecture": ARCHITECTURES.get(os.uname().machine, os.uname().machine),
        "os": "linux",
        "created": "2024-01-01T00:00:00Z",
        "config": container,
        "rootfs": {"type": "layers", "diff_ids": [each.unpacked for each in layers]},
        "history": [{"created": "2024-01-01T00:00:00Z", "created_by": "swarmtui lab"} for _ in layers],
    }


def _base_layer() -> bytes:
    """A root file system with busybox and its applets."""
    path = shutil.which("busybox", path=SEARCH_PATH)
    if path is None:
        raise MissingRequirement("busybox is missing: scripts/lab-packages installs it (busybox-static)")
    listed = subprocess.run([path, "--list"], capture_output=True, text=True, check=True, env=environment())
    links = {f"bin/{name}": "busybox" for name in listed.stdout.split() if name != "busybox"}
    files = {
        "bin/busybox": Path(path).resolve().read_bytes(),
        "etc/passwd": b"root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
        "etc/group": b"root:x:0:\nnogroup:x:65534:\n",
    }
    return _layer(files, links, ("bin", "etc", "root", "tmp", "var", "www"))


def _packed(layer: bytes) -> Layer:
    return Layer(gzip.compress(layer, 1, mtime=0), digest(layer))


def _layer(files: Mapping[str, bytes], links: Mapping[str, str] | None = None, folders: tuple[str, ...] = ()) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for name in folders:
            entry = tarfile.TarInfo(name)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o1777 if name == "tmp" else 0o755
            archive.addfile(entry)
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o755 if name.startswith("bin/") else 0o644
            archive.addfile(entry, io.BytesIO(data))
        for name, target in (links or {}).items():
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            archive.addfile(entry)
    return content.getvalue()
