"""A start of the program in a process of its own, up to the first screen with a swarm on it; says what it has loaded.

python -m tests.unit.start.first_screen unix:///path
"""

from __future__ import annotations

import sys
from pathlib import Path

PATIENCE = 600.0
"""Seconds: on a busy machine, too, nothing that waits for the screen may give up before."""


def main(url: str, crash_log: str) -> None:
    """What `swarmtui -H url` does, without a terminal."""
    from swarmtui import light_start

    light_start.begin()
    import swarmtui.cli
    import swarmtui.config
    import swarmtui.places.book
    import swarmtui.places.recent  # noqa: F401
    from swarmtui.endpoint import Endpoint
    from swarmtui.engine import starting
    from swarmtui.engine.session import Session

    starting.LONGEST_HOLD = PATIENCE
    starting.hold()
    session = Session(Endpoint(url, "test", "a test"))
    session.start(lambda: None)
    from swarmtui.ui.shell import app as shell
    from swarmtui.ui.shell import main_screen

    shell.LONGEST_START = main_screen.FIRST_LOOK = PATIENCE
    main_screen.TICK = 0.01  # where the engine is slow, the clock ticks before the screen stands

    loaded = set[str]()

    def stands() -> None:
        loaded.update(sys.modules)
        starting.release()
        app.exit()

    app = shell.SwarmApp(session, crash_log=Path(crash_log), stands=stands)
    app.run(headless=True, size=(160, 45))
    known = session.observation().cluster is not None
    session.close()
    print(*sorted(loaded) if known else ())


if __name__ == "__main__":
    main(*sys.argv[1:])
