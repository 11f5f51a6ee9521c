"""Images that are made on one engine: built, committed, imported, saved and loaded."""

from __future__ import annotations

import io
import json
import tarfile
from typing import Any
from urllib.parse import quote

import pytest

from .conftest import Answer, Served

JSON = dict[str, Any]


def tar(**files: str) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as packed:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            packed.addfile(entry, io.BytesIO(text.encode()))
    return written.getvalue()


async def build(served: Served, dockerfile: str, query: str = "t=built:1", **files: str) -> Answer:
    return await served.ask("POST", f"/build?{query}", tar(Dockerfile=dockerfile, **files))


def lines(answer: Answer) -> list[JSON]:
    return [json.loads(line) for line in answer.data.splitlines()]


async def run(served: Served, image: str, *command: str) -> str:
    """What a container of an image writes."""
    made = await served.ask("POST", "/containers/create", {"Image": image, "Cmd": list(command), "Tty": True})
    await served.ask("POST", f"/containers/{made.json['Id']}/start")
    served.cluster.advance(1)
    return (await served.ask("GET", f"/containers/{made.json['Id']}/logs?stdout=1")).data.decode()


async def test_an_image_is_built_and_run(served: Served) -> None:
    text = """# comment
FROM busybox AS one
ENV A=1 B="2 3"
RUN echo made > /made; \\
    echo said
FROM busybox
COPY --from=one /made /m/
COPY f /f
LABEL x=y
EXPOSE 80
HEALTHCHECK --interval=2s --retries=2 CMD test -f /f
CMD ["cat", "/m/made", "/f"]
"""
    told = lines(await build(served, text, f="file\n"))
    said = "".join(each.get("stream", "") for each in told)
    assert "Step 1/10 : FROM busybox AS one\n ---> " in said
    assert "Step 3/10 : RUN echo made > /made;     echo said\n ---> Running in " in said
    assert "\nsaid\n" in said
    assert said.endswith("Successfully tagged built:1\n")
    shown = await served.get("/images/built:1/json")
    assert shown["Id"] == next(each["aux"]["ID"] for each in told if "aux" in each)
    config = shown["Config"]
    assert (config["Cmd"], config["Labels"]) == (["cat", "/m/made", "/f"], {"x": "y"})
    assert (config["ExposedPorts"], config["Healthcheck"]["Test"]) == ({"80/tcp": {}}, ["CMD-SHELL", "test -f /f"])
    assert (await run(served, "built:1")).split() == ["made", "file"]
    history = await served.get("/images/built:1/history")
    assert history[0]["CreatedBy"] == '/bin/sh -c #(nop)  CMD ["cat", "/m/made", "/f"]'


@pytest.mark.parametrize(
    ("dockerfile", "query", "status", "said"),
    [
        ("NOPE x\n", "t=x", 400, "dockerfile parse error line 1: unknown instruction: NOPE"),
        ("", "t=x", 400, "the Dockerfile (Dockerfile) cannot be empty"),
        ("FROM busybox\n", "t=x&dockerfile=D2", 500, "Cannot locate specified Dockerfile: D2"),
        ("FROM busybox\n", "t=UPPER", 500, "invalid reference format: repository name must be lowercase"),
        ("FROM busybox\n", "version=2", 400, "the embedded swarm has no BuildKit: build with DOCKER_BUILDKIT=0"),
        ("FROM busybox\nRUN exit 3\n", "t=x", 200, "The command '/bin/sh -c exit 3' returned a non-zero code: 3"),
        ("FROM shop/x:missing\n", "t=x", 200, "manifest for shop/x:missing not found: manifest unknown"),
        ("FROM scratch\n", "t=x", 200, "No image was generated. Is your Dockerfile empty?"),
        ("FROM busybox\nCOPY nosuch /x\n", "t=x", 200, "COPY failed: file not found in build context or excluded by"),
    ],
)
async def test_builds_fail_as_an_engine_s(served: Served, dockerfile: str, query: str, status: int, said: str) -> None:
    answer = await build(served, dockerfile, query)
    assert answer.status == status
    message = answer.message if status != 200 else lines(answer)[-1]["error"]
    assert message.startswith(said), message


async def test_what_an_unknown_image_is_told_by_a_build_is_run(served: Served) -> None:
    assert (await build(served, 'FROM shop/web\nCMD ["echo", "hi"]\n')).status == 200
    assert (await run(served, "built:1")).split() == ["hi"]


async def test_a_container_is_committed_and_a_tag_moves(served: Served) -> None:
    served.cluster.engine("n1").images.pulled("busybox")
    made = await served.ask("POST", "/containers/create?name=box", {"Image": "busybox", "Cmd": ["touch", "/kept"]})
    await served.ask("POST", f"/containers/{made.json['Id']}/start")
    change = quote('CMD ["ls", "/kept"]')
    first = await served.ask("POST", f"/commit?container=box&repo=mine&comment=hey&changes={change}")
    assert first.status == 201
    assert (await run(served, "mine")).split() == ["/kept"]
    assert (await served.get("/images/mine/json"))["Comment"] == "hey"
    second = await served.ask("POST", "/commit?container=box&repo=mine")
    dangling = await served.get('/images/json?filters={"dangling":["true"]}')
    assert [each["Id"] for each in dangling] == [first.json["Id"]] != [second.json["Id"]]
    assert (await served.ask("POST", "/commit?container=nosuch")).status == 404
    assert (await served.ask("POST", "/commit")).message == 'invalid name or ID supplied: ""'


async def test_images_are_saved_and_loaded_elsewhere(served: Served) -> None:
    imported = await served.ask("POST", "/images/create?fromSrc=-&repo=m&changes=ENV%20A%3D1", tar(a="text"))
    id = lines(imported)[0]["status"]
    assert (await served.get("/images/m/json"))["Config"]["Env"] == ["A=1"]
    served.cluster.engine("n1").images.pulled("alpine")
    saved = await served.ask("GET", "/images/get?names=m&names=alpine")
    loaded = await served.ask("POST", "/images/load", saved.data, node="n2")
    assert [each["stream"] for each in lines(loaded)] == ["Loaded image: m:latest\n", "Loaded image: alpine:latest\n"]
    for name in ("m", "alpine"):
        here, there = await served.get(f"/images/{name}/json"), await served.get(f"/images/{name}/json", node="n2")
        assert here["Id"] == there["Id"]
    assert (await served.get("/images/m/json", node="n2"))["Id"] == id
    assert (await served.ask("GET", "/images/nosuch/get")).message == "No such image: nosuch"
    junk = await served.ask("POST", "/images/load", b"junk")
    assert lines(junk)[0]["error"] == "Error processing tar file(exit status 1): unexpected EOF"
    refused = await served.ask("POST", "/images/create?fromSrc=-&repo=x&changes=NOPE%20x", tar(a="x"))
    assert (refused.status, refused.message) == (400, "nope is not a valid change command")
