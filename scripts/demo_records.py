"""Records the demo's scenarios: `.venv/bin/python -m scripts.demo_records DIRECTORY [NAME …]`.

Each becomes a record in that directory, for `swarmtui replay`. It says how large each is, and fails where one is larger
than an attachment should be.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from swarmtui.demo import DemoSwarm
from swarmtui.endpoint import Endpoint
from swarmtui.engine.recording.record_file import Bounds, RecordFile
from swarmtui.engine.recording.recorder import Recorder
from swarmtui.engine.session import Session

LARGEST = 300_000
"""Bytes."""
LASTS = 180.0
"""Seconds after which a scenario is ended, if it does not end before."""
AFTERWARDS = 10.0
"""Seconds of the time after it."""
WAIT = 60.0
"""Seconds for the swarm to be there."""


def record_scenario(name: str, path: Path, *, speed: float = 2.0, lasts: float = LASTS) -> None:
    """Play a scenario from its start, and record it.

    Args:
        speed: how fast time passes in the demo.
        lasts: seconds after which it is ended, if it does not end before.
    """
    swarm = DemoSwarm(["--speed", str(speed)])
    session = Session(Endpoint(swarm.url, "demo", "the demo", description="embedded swarm"))
    recorder = Recorder(RecordFile(path, Bounds()), "demo", session.observation)
    session.start(lambda: None)
    try:
        end = time.monotonic() + WAIT
        while (cluster := session.observation().cluster) is None or not cluster.tasks_complete:
            if time.monotonic() > end:
                raise SystemExit("the demo's swarm did not come up")
            time.sleep(0.1)
        recorder.start()
        time.sleep(2.0)
        swarm.play(name)
        end = time.monotonic() + lasts
        time.sleep(2.0)
        while time.monotonic() < end and swarm.narration.playing:
            time.sleep(0.5)
        time.sleep(min(AFTERWARDS, lasts))
    finally:
        recorder.close()
        session.close()
        swarm.close()


def known_scenarios() -> list[str]:
    """The names of the demo's scenarios."""
    swarm = DemoSwarm([])
    swarm.wait_until_ready()
    names = list(swarm.narration.known)
    swarm.close()
    return names


def main() -> int:
    """Record those that are named, or all."""
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    directory, known = Path(sys.argv[1]), known_scenarios()
    names = sys.argv[2:] or known
    if unknown := set(names) - set(known):
        print(f"There is no scenario {', '.join(sorted(unknown))}. There are: {', '.join(known)}.")
        return 2
    directory.mkdir(parents=True, exist_ok=True)
    too_large = False
    for name in names:
        path = directory / f"{name}.rec"
        path.unlink(missing_ok=True)
        record_scenario(name, path)
        size = path.stat().st_size
        too_large |= size > LARGEST
        print(f"{path}  {size / 1000:.0f} kB{'  TOO LARGE' if size > LARGEST else ''}", flush=True)
    return 1 if too_large else 0


if __name__ == "__main__":
    sys.exit(main())
