"""The tiny shell that `docker exec` meets."""

from __future__ import annotations

import asyncio

import pytest

from swarmtui.sim.api.logs import STDERR, STDOUT
from swarmtui.sim.shell import commands, shell
from swarmtui.sim.shell.container_view import ContainerView


class Console:
    """Collects what is written."""

    tty = False

    def __init__(self, given: str = "") -> None:
        self.written = {STDOUT: "", STDERR: ""}
        self._lines = given.splitlines()

    async def write(self, data: bytes, stream: int = STDOUT) -> None:
        self.written[stream] += data.decode()

    async def line(self, prompt: str) -> str | None:
        return self._lines.pop(0) if self._lines else None

    async def pause(self, seconds: float) -> bool:
        await asyncio.sleep(0)
        return False


def make_box() -> ContainerView:
    return ContainerView(
        hostname="4ec1f1723c57",
        command="nginx",
        environment={"HOSTNAME": "4ec1f1723c57", "PORT": "80"},
        addresses={"lo": "127.0.0.1/8", "eth0": "10.0.1.4/24"},
        memory=64 * 2**20,
        started=0.0,
        now=lambda: 3600.0,
        alive=lambda: True,
        kill=lambda signal: None,
        files={"/etc/hosts": "127.0.0.1 localhost\n10.0.1.4 4ec1f1723c57\n"},
    )


async def run(script: str) -> tuple[int, str, str]:
    console = Console()
    code = await shell.run(make_box(), ["sh", "-c", script], console, [])
    return code, console.written[STDOUT], console.written[STDERR]


@pytest.mark.parametrize(
    ("script", "code", "out", "err"),
    [
        ("echo hi", 0, "hi\n", ""),
        ("echo 'a  b' \"c  $PORT\" d\\ e", 0, "a  b c  80 d e\n", ""),
        ("echo '$PORT' ${PORT}", 0, "$PORT 80\n", ""),
        ("echo out; echo err >&2; exit 4", 4, "out\n", "err\n"),
        ("false; echo $?", 0, "1\n", ""),
        ("true && echo yes || echo no", 0, "yes\n", ""),
        ("false && echo yes || echo no", 0, "no\n", ""),
        ("cat /etc/hosts | grep local | wc -l", 0, "1\n", ""),
        ("nosuch", 127, "", "sh: nosuch: not found\n"),
        ("nosuch 2>&1", 127, "sh: nosuch: not found\n", ""),
        ("nosuch 2>/dev/null", 127, "", ""),
        ("cat /nosuch", 1, "", "cat: can't open '/nosuch': No such file or directory\n"),
        ("cd /etc && pwd && ls", 0, "/etc\nhosts\n", ""),
        ("X=1; echo $X", 0, "1\n", ""),
        ("echo one > /tmp/f; echo two >> /tmp/f; cat /tmp/f", 0, "one\ntwo\n", ""),
        ("sleep 5; hostname", 0, "4ec1f1723c57\n", ""),
        ("sh -c 'exit 3'; echo $?", 0, "3\n", ""),
        ("exit 300", 44, "", ""),
    ],
)
async def test_scripts(script: str, code: int, out: str, err: str) -> None:
    assert await run(script) == (code, out, err)


async def test_a_command_without_a_shell() -> None:
    console = Console()
    assert await shell.run(make_box(), ["echo", "it's $PORT"], console, []) == 0
    assert console.written[STDOUT] == "it's $PORT\n"


async def test_what_is_not_in_the_image_cannot_be_executed() -> None:
    console = Console()
    assert await shell.run(make_box(), ["bash"], console, []) == 127
    assert 'exec: "bash": executable file not found in $PATH' in console.written[STDOUT]


async def test_lines_of_input_are_run_until_their_end() -> None:
    console = Console("cd /etc\npwd\nexit 2\npwd\n")
    assert await shell.run(make_box(), ["sh"], console, []) == 2
    assert console.written[STDOUT] == "/etc\n"


async def test_the_environment_of_exec_counts() -> None:
    console = Console()
    await shell.run(make_box(), ["sh", "-c", "echo $PORT $NEW"], console, ["PORT=81", "NEW=x"])
    assert console.written[STDOUT] == "81 x\n"


async def test_killing_the_first_process_ends_the_container() -> None:
    killed: list[str] = []
    box = make_box()
    box.kill = killed.append
    await shell.run(box, ["kill", "-9", "1"], Console(), [])
    assert killed == ["KILL"]


async def test_every_command_runs() -> None:
    for name in commands.COMMANDS:
        await shell.run(make_box(), [name], Console(), [])


@pytest.mark.parametrize(
    ("user", "directory", "code", "said"),
    [
        ("", "", 0, "root / uid=0(root) gid=0(root) groups=0(root)"),
        ("nobody", "/tmp", 0, "nobody /tmp uid=65534(nobody) gid=65534(nobody) groups=65534(nobody)"),
        ("0:0", "/etc/", 0, "root /etc/ uid=0(root) gid=0(root) groups=0(root)"),
        ("1000:1000", "/", 0, "/ uid=1000 gid=1000 groups=1000"),
        ("bob", "", 126, "unable to find user bob: no matching entries in passwd file"),
        ("", "/nosuch", 127, 'chdir to cwd ("/nosuch") set in config.json failed'),
    ],
)
async def test_a_command_runs_as_the_user_and_where_it_was_asked_to(
    user: str, directory: str, code: int, said: str
) -> None:
    console = Console()
    assert await shell.run(make_box(), ["sh", "-c", "whoami; pwd; id"], console, [], user, directory) == code
    assert said in " ".join(console.written[STDOUT].split())
