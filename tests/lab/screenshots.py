"""Takes the pictures in screenshots/ from the real program on a real swarm: `python -m tests.lab.screenshots`."""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from swarmtui.endpoint import Endpoint, TLSFiles
from swarmtui.engine.session import Session
from swarmtui.ui.shell.app import SwarmApp
from tests.lab.cluster import Lab

PICTURES = Path(__file__).parents[2] / "screenshots"

SHOTS: dict[str, tuple[tuple[int, int], list[str]]] = {
    "main-120x36": ((120, 36), []),
    "main-80x24": ((80, 24), []),
    "drain": ((120, 36), ["1", "end", "d"]),
    "tokens": ((120, 36), ["t"]),
    "tasks-of-a-service": ((120, 36), ["2", "G", "k", "enter"]),
    "scale": ((120, 36), ["2", "end", "plus"]),
}
"""Name → size in cells, and the keys that lead there."""


def prepare(lab: Lab) -> None:
    """Services that show something: healthy ones, a crash loop, one that finds no node."""
    lab.service("shop_web", "web:1.2", 4, publish=["published=8080,target=8080,mode=host"], wait=False)
    lab.service("shop_api", "web:1.1", 3, wait=False)
    lab.service("agent", "web:1.0", None, wait=False)
    lab.service("shop_report", "exits:1.0", 1, options=["--restart-delay", "3s"], wait=False)
    lab.service("shop_search", "web:1.1", 2, constraints=["node.labels.disk == ssd"], wait=False)
    for name in ("shop_web", "shop_api", "agent"):
        lab.wait_settled(name)
    lab.node("n1").docker("node", "update", "--availability", "pause", "n4")


def offline(svg: str) -> str:
    """The picture without the fonts that it would fetch from elsewhere."""
    svg = re.sub(r"@font-face\s*\{[^}]*\}", "", svg)
    return svg.replace("Fira Code, monospace", "Fira Code, DejaVu Sans Mono, Menlo, Consolas, monospace")


async def until(true: Callable[[], bool], what: str) -> None:
    """Wait until the screen shows it."""
    for _ in range(400):
        if true():
            return
        await asyncio.sleep(0.05)
    raise SystemExit(f"waited in vain for {what}")


async def shoot(lab: Lab, name: str, size: tuple[int, int], keys: list[str]) -> None:
    url, certificates = lab.node("n1").tls_endpoint
    tls = TLSFiles(certificates / "ca.pem", certificates / "cert.pem", certificates / "key.pem")
    session = Session(Endpoint(url, "lab", "context lab", tls))
    app = SwarmApp(session, crash_log=Path(tempfile.gettempdir()) / "swarmtui-crash.log")
    try:
        async with app.run_test(size=size) as pilot:
            await until(lambda: (cluster := session.observation().cluster) is not None and cluster.tasks_complete, name)
            await pilot.pause(1.2)
            for key in keys:
                await pilot.press(key)
                await pilot.pause(0.3)
            await pilot.pause(1.2)
            (PICTURES / f"{name}.svg").write_text(offline(app.export_screenshot(title="swarmtui")))
    finally:
        session.close()


def main() -> None:
    """Bring a swarm up, take every picture, and take it down."""
    PICTURES.mkdir(exist_ok=True)
    wanted = sys.argv[1:] or list(SHOTS)
    with Lab.running(3, 2, "shots", subnet="10.88.0", progress=print) as lab:
        prepare(lab)
        for name in wanted:
            size, keys = SHOTS[name]
            asyncio.run(shoot(lab, name, size, keys))
            print(f"screenshots/{name}.svg")


if __name__ == "__main__":
    main()
