"""Stacks where this machine has no docker: what goes to the manager, what docker finds there, that nothing stays."""

from __future__ import annotations

import base64
import json
import subprocess
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest

from swarmtui.engine.images.logins import file_of
from swarmtui.engine.stacks import docker_on_manager
from swarmtui.engine.stacks.parcel import Parcel
from swarmtui.engine.stacks.reading import registries_of
from swarmtui.errors import DockerFailed, DockerMissing, NotPossible
from swarmtui.swarm.stacks.compose_files import ComposeFiles
from swarmtui.swarm.stacks.variables import filled_in, read_variables

COMPOSE = """\
x-env: &env
  env_file: [ "web.env" ]   # its comment stays
services:
  web:
    image: ${IMAGE:-nginx:1}
    <<: *env
    environment: [GIVEN, "SET=1"]
    volumes: ["./data:/data:ro", "~/home:/h", "named:/n", "/etc:/etc"]
    secrets: [key]
    configs: [conf]
  job:
    image: job
    env_file:
      - path: ../job.env
secrets:
  key: {file: '${KEYS}/key.pem'}
configs:
  conf:
    file: ./conf
volumes:
  named:
"""
DOCKER = """\
#!/bin/sh
echo "$*"; pwd > "$TOLD"; ls -l >> "$TOLD"; cat *compose.yml
for word in web.env job.env key.pem conf; do cat *-$word; done
echo "IMAGE=$IMAGE GIVEN=$GIVEN UNSET=${UNSET-none} config=$DOCKER_CONFIG"
echo "no such image" >&2
"""


class Here:
    """A manager that is this machine, with a docker of our own."""

    docker_options = ("--host", "unix:///var/run/docker.sock")

    def __init__(self, directory: Path, docker: str | None) -> None:
        self.told, self.room = directory / "told", directory / "room"
        self.room.mkdir()
        programs = directory / "programs"
        programs.mkdir()
        for name in ("sh", "mktemp", "tar", "rm", "cat", "ls"):
            (programs / name).symlink_to(f"/bin/{name}" if Path(f"/bin/{name}").exists() else f"/usr/bin/{name}")
        if docker is not None:
            (programs / "docker").write_text(docker)
            (programs / "docker").chmod(0o755)
        self._environment = {
            "PATH": str(programs),
            "XDG_RUNTIME_DIR": str(self.room),
            "HOME": "/home/there",
            "TOLD": str(self.told),
            "UNSET": "of the manager",
        }

    def start_script(
        self, script: str, arguments: Sequence[str], given: bytes, heard: Callable[[bool, bytes], None]
    ) -> Future[int]:
        done = subprocess.run(
            ["sh", "-c", script, "sh", *arguments], input=given, env=self._environment, capture_output=True, check=False
        )
        heard(False, done.stdout)
        heard(True, done.stderr)
        status: Future[int] = Future()
        status.set_result(done.returncode)
        return status


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ComposeFiles:
    stack = tmp_path / "shop"
    for name, content in {
        "shop/compose.yml": COMPOSE,
        "shop/prod.compose.yml": "services: {web: {image: '$UNSET'}}",
        "shop/web.env": "A=1\nBARE\n",
        "shop/conf": "of the config",
        "shop/.env": 'KEYS=../keys\nIMAGE="nginx:2"\nBARE=it\'s $5\n',
        "job.env": "B=2",
        "keys/key.pem": "of the secret",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    monkeypatch.setenv("GIVEN", "by the environment")
    monkeypatch.delenv("UNSET", raising=False)
    monkeypatch.setenv("HOME", "/home/here")
    return ComposeFiles((str(stack / "compose.yml"), str(stack / "prod.compose.yml")), str(stack / ".env"))


def test_docker_there_reads_what_docker_here_would(files: ComposeFiles, tmp_path: Path) -> None:
    manager, parcel = Here(tmp_path, DOCKER), Parcel(files)
    heard: list[str] = []
    words = ("stack", "deploy", *parcel.arguments, "shop")
    said = docker_on_manager.run(manager, "mgr1", words, parcel, threading.Event(), heard=heard.append)
    whole = "\n".join(said.output)
    assert said.output[0].startswith("--host unix:///var/run/docker.sock stack deploy --compose-file ")
    for content in ("A=1", "B=2", "of the secret", "of the config", "# its comment stays"):
        assert content in whole
    assert f'"{tmp_path}/shop/data:/data:ro", "/home/here/home:/h", "named:/n", "/etc:/etc"' in whole
    assert "IMAGE=nginx:2 GIVEN=by the environment UNSET=none config=/home/there/.docker" in whole
    assert said.notices == ("no such image",)
    assert heard == [*said.output, "no such image"]
    box, *listed = manager.told.read_text().splitlines()
    assert box.startswith(str(manager.room))
    assert all(line.startswith("-rw-------") for line in listed[1:])
    assert not list(manager.room.iterdir()), "nothing is left behind"


def test_the_logins_of_this_machine_go_along_for_the_registries_of_the_images(
    files: ComposeFiles, tmp_path: Path
) -> None:
    Path(files.paths[0]).write_text("services: {web: {image: 'r.example/shop/web:${TAG:-1}'}, db: {image: postgres}}")
    Path(files.paths[1]).write_text("services: {db: {deploy: {replicas: 2}}}")
    assert registries_of(files) == {"r.example", "docker.io"}
    config = tmp_path / "config.json"
    auths = {name: {"auth": base64.b64encode(f"{name}:hunter2".encode()).decode()} for name in ("r.example", "other")}
    config.write_text(json.dumps({"auths": auths}))
    logins = file_of(registries_of(files), {"DOCKER_CONFIG": str(tmp_path)})
    assert json.loads(logins) == {"auths": {"r.example": auths["r.example"]}}, "and no others"
    assert file_of({"docker.io"}, {"DOCKER_CONFIG": str(tmp_path)}) == b""
    manager, parcel = Here(tmp_path, '#!/bin/sh\ncat "$DOCKER_CONFIG/config.json"\n'), Parcel(files)
    said = docker_on_manager.run(manager, "mgr1", ("stack",), parcel, threading.Event(), logins=logins)
    assert said.output == (logins.decode(),)
    assert not list(manager.room.iterdir()), "nothing is left behind"


def test_a_failure_leaves_nothing_behind_and_is_told_in_docker_s_words(files: ComposeFiles, tmp_path: Path) -> None:
    manager, parcel = Here(tmp_path, "#!/bin/sh\necho 'no such network' >&2\nexit 1\n"), Parcel(files)
    with pytest.raises(DockerFailed, match="no such network docker exited with status 1"):
        docker_on_manager.run(manager, "mgr1", ("stack", "deploy"), parcel, threading.Event())
    assert not list(manager.room.iterdir())


def test_where_the_manager_has_no_docker_either_it_is_said(files: ComposeFiles, tmp_path: Path) -> None:
    with pytest.raises(DockerMissing, match="nor on mgr1"):
        docker_on_manager.run(Here(tmp_path, None), "mgr1", ("version",), Parcel(files), threading.Event())


def test_only_the_variables_that_the_files_name_are_sent(files: ComposeFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSWORD_OF_SOMETHING_ELSE", "hunter2")
    sent = Parcel(files).archive()
    assert b"hunter2" not in sent
    assert b"it's $5".replace(b"'", b"'\"'\"'") in sent, "a variable that an env_file names without a value"


def test_a_file_that_is_missing_is_told_before_anything_is_sent(files: ComposeFiles, tmp_path: Path) -> None:
    (tmp_path / "job.env").unlink()
    with pytest.raises(NotPossible, match=r"There is no file .*job\.env, which .*compose\.yml names \(env_file\)"):
        Parcel(files)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$A-${A}-${B:-none}", "1-1-none"),
        ("${EMPTY-x}|${EMPTY:-x}", "|x"),
        ("$$A ${NONE} ${NONE:?must be set}", "$A  "),
        ({"a": ["$A", 1]}, {"a": ["1", 1]}),
    ],
)
def test_variables_mean_what_they_mean_to_docker(text: object, value: object) -> None:
    assert filled_in(text, {"A": "1", "EMPTY": ""}) == value


def test_an_env_file_is_read_as_people_write_it() -> None:
    text = '# c\nA=1\nexport B = two words # c\nC=\'it # is\'\nD="a\\n\\"b\\"" # c\nE=\nnot a line\nF=a#b\n'
    assert read_variables(text) == {"A": "1", "B": "two words", "C": "it # is", "D": 'a\n"b"', "E": "", "F": "a#b"}
