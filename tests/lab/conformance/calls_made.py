"""Calls about what is made on one node: images that are built, committed, imported, saved; containers of their own."""

from __future__ import annotations

import io
import json
import tarfile
import time
from typing import Any

from docker.errors import APIError

from tests.patience import DEAD

from .calls import Call, python
from .target import Target

SECOND = 1_000_000_000


def _tar(**files: str) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text.encode()))
    return written.getvalue()


def _built(client: Any, target: Target, *lines: str, **files: str) -> list[Any]:
    """What a build tells, and what the image says of itself; one that is not there tells why."""
    text = "\n".join([f"FROM {target.image('web')}", *lines, ""])
    context = io.BytesIO(_tar(Dockerfile=text, **files))
    told = client.build(fileobj=context, custom_context=True, tag="built:1", rm=True, forcerm=True, decode=True)
    said = "".join(str(each.get("stream") or each.get("error") or "") for each in told)
    return [line for line in said.splitlines() if " ---> " not in line and "Removing" not in line]


def _config(client: Any, name: str) -> dict[str, Any]:
    config = client.inspect_image(name)["Config"]
    return {key: config.get(key) for key in ("Cmd", "User", "Entrypoint")}


def _box(client: Any, target: Target, *command: str, **more: Any) -> str:
    """A container that runs, instead of the one that was there before."""
    for each in client.containers(all=True, filters={"name": "^/box$"}):
        client.remove_container(each["Id"], force=True)
    made = client.create_container(target.image("web"), list(command), name="box", **more)
    client.start(made["Id"])
    return str(made["Id"])


def _health(client: Any, target: Target, *test: str) -> dict[str, Any]:
    """What a health check says when it has failed or passed for good."""
    check = {"test": list(test), "interval": SECOND // 2, "timeout": SECOND * 5, "retries": 2}
    box = _box(client, target, "sleep", "1000", healthcheck=check)
    deadline = time.monotonic() + DEAD
    while (health := client.inspect_container(box)["State"]["Health"])["Status"] == "starting":
        assert time.monotonic() < deadline, health
        time.sleep(0.1)
    first = health["Log"][0]
    client.remove_container(box, force=True)
    failed = health["FailingStreak"] > 1
    return {"status": health["Status"], "failed": failed, "code": first["ExitCode"], "output": first["Output"]}


def _updated(client: Any, target: Target) -> dict[str, Any]:
    box = _box(client, target, "sleep", "1000")
    client.update_container(box, cpu_shares=512, restart_policy={"Name": "on-failure", "MaximumRetryCount": 3})
    host = client.inspect_container(box)["HostConfig"]
    client.remove_container(box, force=True)
    return {"shares": host["CpuShares"], "policy": host["RestartPolicy"]}


def _refused(client: Any, target: Target, **changes: Any) -> None:
    client.update_container(_box(client, target, "sleep", "1000"), **changes)


def _committed(client: Any, target: Target) -> Any:
    """An image of a container that has written a file, which a container of it has."""
    box = _box(client, target, "sh", "-c", "echo kept > /kept")
    client.wait(box)
    client.commit(box, "committed", "1", changes=['CMD ["cat", "/kept"]', "LABEL a=b"])
    made = client.create_container("committed:1")
    client.start(made["Id"])
    client.wait(made["Id"])
    said = client.logs(made["Id"]).decode()
    client.remove_container(made["Id"])
    return {"said": said, "label": client.inspect_image("committed:1")["Config"]["Labels"]["a"]}


def _saved(client: Any, target: Target) -> Any:
    """What a saved image's tar says, and what loading it tells."""
    data = b"".join(client.get_image("committed:1"))
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        manifest = tar.extractfile("manifest.json")
        assert manifest is not None
        said = json.loads(manifest.read())
    return {"keys": sorted(said[0]), "tags": said[0]["RepoTags"], "loaded": list(client.load_image(data))}


def _exported(client: Any, target: Target) -> list[str]:
    box = _box(client, target, "sh", "-c", "mkdir /new; echo x > /new/f")
    client.wait(box)
    with tarfile.open(fileobj=io.BytesIO(b"".join(client.export(box)))) as tar:
        return sorted(name for name in tar.getnames() if name.startswith("new"))


def _attached(client: Any, target: Target) -> dict[str, Any]:
    """A worker's container on a network of the swarm, and what the managers say of removing that."""
    manager = target.client("n1")
    manager.create_network("open", driver="overlay", attachable=True)
    host = client.create_host_config(network_mode="open")
    made = client.create_container(target.image("web"), ["sleep", "1000"], name="on-open", host_config=host)
    client.start(made["Id"])
    end = client.inspect_container(made["Id"])["NetworkSettings"]["Networks"]["open"]
    members = client.inspect_network("open")["Containers"]
    refused = _removal(manager, "open")
    client.remove_container(made["Id"], force=True)
    target.wait(lambda: not _removal(manager, "open"), "the network to be free")
    own = end["IPAMConfig"]["IPv4Address"] == end["IPAddress"] == members[made["Id"]]["IPv4Address"].partition("/")[0]
    return {"own": own, "prefix": end["IPPrefixLen"], "refused": refused, "aliases": len(end["Aliases"])}


def _removal(client: Any, network: str) -> str:
    """What the removal of a network is refused with, "" where it is not."""
    try:
        client.remove_network(network)
    except APIError as error:
        return str(error.explanation)
    return ""


MADE: tuple[Call, ...] = (
    python(
        "build",
        lambda client, target: _built(
            client, target, "ENV A=1", "COPY f /there/", "RUN test -f /there/f; echo ran", 'CMD ["sh"]', f="x"
        ),
        "n4",
    ),
    python("build's image", lambda client, target: _config(client, "built:1"), "n4"),
    python("build that fails", lambda client, target: _built(client, target, "RUN exit 3"), "n4"),
    python("build without its file", lambda client, target: _built(client, target, "COPY nosuch /x"), "n4"),
    python("build of nonsense", lambda client, target: _built(client, target, "NOPE x"), "n4"),
    python("commit", _committed, "n4"),
    python("commit of nothing", lambda client, target: client.commit("nosuch"), "n4"),
    python("save and load", _saved, "n4"),
    python("save of nothing", lambda client, target: list(client.get_image("nosuch")), "n4"),
    python("export", _exported, "n4"),
    python("update", _updated, "n4"),
    python("update to too little", lambda client, target: _refused(client, target, mem_limit=1), "n4"),
    python(
        "update with a swap too small", lambda client, target: _refused(client, target, mem_limit="64m"), "n4"
    ),
    python(
        "update to no policy",
        lambda client, target: _refused(client, target, restart_policy={"Name": "zz"}),
        "n4",
    ),
    python("attached to a network of the swarm", _attached, "n4"),
    python("health", lambda client, target: _health(client, target, "CMD-SHELL", "echo fine"), "n4"),
    python("health of the ill", lambda client, target: _health(client, target, "CMD-SHELL", "echo ill; exit 3"), "n4"),
)  # fmt: skip
