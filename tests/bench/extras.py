"""What has no limit: where the start-up time goes, and how long the docker CLI takes for the same."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time
from collections import Counter

from .recording import environment
from .results import Result, noted
from .setting import Setting

__all__ = ["docker_cli", "import_times"]

MODULES = "swarmtui.cli, swarmtui.engine.session, swarmtui.engine.client.client, swarmtui.ui.shell.app"
"""All that a run with a local engine imports."""


def import_times(setting: Setting) -> list[Result]:
    """How long the imports of a start take, by package; the quickest of five runs after one that compiles them."""
    runs: list[Counter[str]] = []
    variables = {**os.environ, **environment(setting.state)}
    command = [sys.executable, "-X", "importtime", "-c", f"import {MODULES}"]
    for _ in range(6):
        text = subprocess.run(command, capture_output=True, text=True, check=True, env=variables).stderr
        microseconds: Counter[str] = Counter()
        for own, name in re.findall(r"^import time: +(\d+) \| +\d+ \| +(\S+)$", text, re.MULTILINE):
            microseconds[_package(name)] += int(own)
        runs.append(microseconds)
    least = min(runs[1:], key=Counter.total)
    shares = ", ".join(f"{name} {own / 1000:.0f}" for name, own in least.most_common(7))
    return [noted("imports of a start (-X importtime)", f"{least.total() / 1000:.0f} ms", shares)]


def _package(name: str) -> str:
    first = name.partition(".")[0]
    return "standard library" if first in sys.stdlib_module_names else first


def docker_cli(setting: Setting) -> list[Result]:
    """The docker CLI's three lists; `service ps` of 10,000 tasks asks for each service and node, too."""
    node = setting.lab.node("n1")
    results = []
    for words in (["node", "ls"], ["service", "ls"], ["service", "ps", "--quiet", "big"]):
        seconds = []
        for _ in range(3):
            began = time.monotonic()
            node.docker(*words)
            seconds.append(time.monotonic() - began)
        results.append(noted(f"docker {' '.join(words)}", f"{statistics.median(seconds):.2f} s", "for comparison"))
    return results
