"""Takes the pictures of the demo: `.venv/bin/python -m scripts.demo_pictures [NAME …]`.

One is a recording, an animated SVG.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path

from swarmtui.demo import DemoSwarm
from swarmtui.endpoint import Endpoint
from swarmtui.engine.recording.replay_session import ReplaySession
from swarmtui.engine.session import Session
from swarmtui.places.book import AddressBook
from swarmtui.places.recent import RecentPlaces
from swarmtui.ui.changes.editor import Editor
from swarmtui.ui.demo.demo_app import DemoApp
from swarmtui.ui.replay.replay_app import ReplayApp
from swarmtui.ui.shell.app import SwarmApp

from .demo_records import record_scenario

PICTURES = Path(__file__).parents[1] / "screenshots"

FRAME_LASTS = 2.0
"""Seconds that each frame of the recording stays."""


def offline(svg: str) -> str:
    """A picture without fonts from elsewhere, and without the place of this machine's sockets."""
    svg = re.sub(r"@font-face\s*\{[^}]*\}", "", svg)
    svg = re.sub(r"/tmp/swarmtui-sim-\w{8}", "/run/user/1000/docker-demo", svg)  # as long, to keep the columns
    return svg.replace("Fira Code, monospace", "Fira Code, DejaVu Sans Mono, Menlo, Consolas, monospace")


def animated(frames: Sequence[str]) -> str:
    """One SVG that shows these one after another, for ever."""
    opening = re.match(r"<svg[^>]*>", frames[0])
    assert opening is not None
    share = 100 / len(frames)
    style = (
        f"@keyframes turn {{ 0%, {share:.4f}% {{ visibility: visible }}"
        f" {share + 0.0001:.4f}%, 100% {{ visibility: hidden }} }}"
        f" .frame {{ visibility: hidden; animation: turn {len(frames) * FRAME_LASTS:.1f}s step-end infinite }}"
    )
    parts = [opening.group(), f"<style>{style}</style>"]
    for number, frame in enumerate(frames):
        content = frame[frame.index(">") + 1 : frame.rindex("</svg>")]
        content = re.sub(r"terminal-\d+", f"frame-{number}", content)
        parts.append(f'<g class="frame" style="animation-delay: {number * FRAME_LASTS:.1f}s">{content}</g>')
    return "".join([*parts, "</svg>"])


async def until(true: Callable[[], bool], what: str) -> None:
    """Wait until something can be seen."""
    for _ in range(600):
        if true():
            return
        await asyncio.sleep(0.05)
    raise SystemExit(f"waited in vain for {what}")


async def picture(options: Sequence[str], keys: Sequence[str | float], size: tuple[int, int]) -> str:
    """The demo after some keys; a number is a wait in seconds."""
    async with _Running(options, size) as running:
        for key in keys:
            if isinstance(key, str):
                await running.pilot.press(key)
            await running.pilot.pause(0.4 if isinstance(key, str) else key)
        return running.shot()


async def edited_stack(size: tuple[int, int]) -> str:
    """A stack's compose file after an edit, by an editor that needs no terminal."""
    edit = "s/cart:1.6.3/cart:1.6.4/; s/LOG_LEVEL: info/LOG_LEVEL: debug/"
    async with _Running([], size) as running:
        running.app.changes.editor = Editor(nullcontext, {"EDITOR": f"sed -i '{edit}'"})
        for key in ("4", "G", "e"):
            await running.pilot.press(key)
            await running.pilot.pause(0.4)
        await running.pilot.pause(6.0)
        return running.shot()


async def recording(scenario: str, size: tuple[int, int], seconds: float) -> str:
    """A scenario, a frame every so often; equal ones are left out."""
    frames: list[str] = []
    async with _Running(["--scenario", scenario, "--speed", "2"], size) as running:
        for _ in range(int(seconds / FRAME_LASTS)):
            shot = running.shot()
            if not frames or re.sub(r"terminal-\d+", "", shot) != re.sub(r"terminal-\d+", "", frames[-1]):
                frames.append(shot)
            await asyncio.sleep(FRAME_LASTS)
    return animated(frames)


async def replayed(scenario: str, keys: Sequence[str], size: tuple[int, int]) -> str:
    """A record of a scenario, at the moment to which some keys lead."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, f"{scenario}.rec")
        await asyncio.to_thread(record_scenario, scenario, path, lasts=60.0)
        session = ReplaySession(path)
        app = ReplayApp(session, session, crash_log=Path(directory, "crash.log"))
        try:
            async with app.run_test(size=size) as pilot:
                await until(lambda: session.position.read >= session.position.last, "the time line of the record")
                for key in keys:
                    await pilot.press(key)
                    await pilot.pause(0.5)
                await pilot.pause(1.5)
                return offline(app.export_screenshot(title="swarmtui replay"))
        finally:
            session.close()


def furnish(home: Path, url: str) -> None:
    """Put two docker contexts and an ssh_config into a home directory."""
    for name, leads_to in {"demo": url, "prod": "ssh://ops@mgr1.internal"}.items():
        directory = home / "docker" / "contexts" / "meta" / hashlib.sha256(name.encode()).hexdigest()
        directory.mkdir(parents=True)
        endpoints = {"docker": {"Host": leads_to}}
        (directory / "meta.json").write_text(json.dumps({"Name": name, "Metadata": {}, "Endpoints": endpoints}))
    hosts = "Host staging\n  HostName 127.0.0.1\n  Port 2\nHost inner\n  ProxyJump bastion.internal\n"
    (home / "ssh_config").write_text(hosts)


async def places(size: tuple[int, int]) -> str:
    """The list of swarms."""
    with tempfile.TemporaryDirectory() as home:
        swarm = DemoSwarm([])
        furnish(Path(home), swarm.url)
        session = Session(Endpoint(swarm.url, "demo", "context demo"))
        book = AddressBook(
            lambda endpoint: Session(endpoint),
            RecentPlaces(None),
            environ={"DOCKER_CONFIG": f"{home}/docker", "HOME": home},
            ssh_user=Path(home, "ssh_config"),
            ssh_system=Path(home, "none"),
        )
        app = SwarmApp(session, crash_log=Path(home, "crash.log"), places=book)
        try:
            async with app.run_test(size=size) as pilot:
                await until(lambda: session.observation().cluster is not None, "the swarm")
                await pilot.press("C")
                await pilot.pause(6.0)  # so long a name may be looked for
                shot = app.export_screenshot(title="swarmtui")
                return offline(shot.replace("/tmp/swarmtui-s…", "/run/user/1000/…"))
        finally:
            session.close()
            swarm.close()


class _Running:
    """The demo in a terminal that is not there."""

    def __init__(self, options: Sequence[str], size: tuple[int, int]) -> None:
        self._swarm = DemoSwarm(options)
        endpoint = Endpoint(self._swarm.url, "demo", "the demo", description="embedded swarm")
        self._session = Session(endpoint, node_urls=self._swarm.urls)
        self.app = DemoApp(self._session, self._swarm, crash_log=Path(tempfile.gettempdir()) / "swarmtui-crash.log")
        self._test = self.app.run_test(size=size)

    async def __aenter__(self) -> _Running:
        self.pilot = await self._test.__aenter__()
        await until(self._is_whole, "the demo's tasks")
        await self.pilot.pause(1.5)
        return self

    def _is_whole(self) -> bool:
        cluster = self._session.observation().cluster
        return cluster is not None and cluster.tasks_complete

    def shot(self) -> str:
        return offline(self.app.export_screenshot(title="swarmtui demo"))

    async def __aexit__(self, *_: object) -> None:
        await self._test.__aexit__(None, None, None)
        self._session.close()
        self._swarm.close()


def main() -> None:
    """Take them all."""
    PICTURES.mkdir(exist_ok=True)
    taken = {
        "demo": picture([], [], (120, 36)),
        "demo-chaos": picture([], ["X"], (120, 36)),
        "inspect": picture([], ["2", "g", "j", "j", "i"], (120, 36)),
        "logs": picture([], ["2", "g", *["j"] * 6, "l", "t"], (120, 36)),
        "findings": picture([], ["exclamation_mark"], (120, 36)),
        "timeline": picture([], ["2", "g", *["j"] * 6, "plus", "tab", "enter", 5.0, "9"], (120, 36)),
        "slot": picture([], ["2", "G", "k", 30.0, "enter", "enter", 12.0], (120, 36)),
        "replay": replayed("node-dies", [*["right_square_bracket"] * 3], (120, 36)),
        "placement": picture([], ["v"], (120, 36)),
        "rollout": picture(["--scenario", "rolling-update"], ["2", "g", "w", 24.0], (120, 36)),
        "log-counts": picture([], ["2", "g", *["j"] * 6, "l", "e"], (120, 36)),
        "drain-watch": picture([], ["1", "g", *["j"] * 3, "d", "tab", "enter", "w", 4.0], (120, 36)),
        "rebalance": picture([], ["1", "G", "b"], (120, 36)),
        "legend": picture([], ["question_mark", "end"], (120, 36)),
        "shell": picture([], ["2", "g", "x"], (120, 36)),
        "across": picture([], ["2", "g", "j", "j", "a", *"df -h", "enter", "enter", 1.0], (120, 36)),
        "node-page": picture([], ["1", "g", *["j"] * 4, "i", 1.5, "G"], (120, 36)),
        "prune": picture([], ["1", "g", *["j"] * 4, "D", 1.5], (120, 36)),
        "figures": picture([], ["T", 70.0], (120, 36)),
        "usage": picture([], ["3", "g", "P", 75.0], (120, 36)),
        "stacks": picture([], ["4"], (120, 36)),
        "edit-stack": edited_stack((120, 36)),
        "secrets": picture([], ["5"], (120, 36)),
        "configs": picture([], ["6"], (120, 36)),
        "connect": places((120, 36)),
        "networks": picture([], ["7"], (120, 36)),
        "swarm": picture([], ["8"], (120, 36)),
        "create-service": picture([], ["2", "n", *"nginx:1.29", "tab", *"shop_docs"], (120, 36)),
        "change-service": picture([], ["2", "g", *["j"] * 6, "E"], (120, 36)),
        "update-image": picture([], ["2", "g", *["j"] * 6, "u", "backspace", "1"], (120, 36)),
        "demo-node-dies": recording("node-dies", (104, 30), 40),
    }
    for name in sys.argv[1:]:
        assert name in taken, f"there is no picture {name}"
    for name, making in taken.items():
        if name not in (sys.argv[1:] or taken):
            making.close()
            continue
        (PICTURES / f"{name}.svg").write_text(asyncio.run(making))
        print(f"screenshots/{name}.svg")


if __name__ == "__main__":
    main()
