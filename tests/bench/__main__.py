"""Measure the program's budgets, and print what was measured beside the limits.

    python -m tests.bench [--quick] [--minutes 10] [--nice -5]
        [--only findings,placement,figures,embedded,soak,healthy,changes,ssh,start,rest,keys,extras,quit]

All but the parts `findings`, `placement`, `figures`, `embedded` and `soak` is measured on a real swarm and needs root,
as the lab does. Exits with 1 when a limit is missed. (`python -m tests.bench.table` measures the live table alone,
without a swarm.)
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from tests.lab.cluster import Lab
from tests.lab.cluster.requirements import missing

from .changes import measure_changes
from .embedded import measure_embedded
from .extras import docker_cli, import_times
from .figures import measure_figures
from .findings import measure_findings
from .healthy import measure_healthy
from .large import make_large, measure_keys, measure_start
from .placement import measure_placement
from .quitting import measure_quitting
from .rest import measure_rest
from .results import Result, machine, table
from .setting import FULL, QUICK, Setting
from .soak import measure_soak
from .ssh import measure_ssh

PARTS = (
    "findings",
    "placement",
    "figures",
    "embedded",
    "soak",
    "healthy",
    "changes",
    "ssh",
    "start",
    "rest",
    "keys",
    "extras",
    "quit",
)


WITHOUT_LAB = {"findings", "placement", "figures", "embedded", "soak"}
"""What needs neither the lab nor root."""


def main() -> int:
    """Bring a lab up, measure, take it down."""
    options = _parse()
    lab_needed = not set(options.only) <= WITHOUT_LAB
    if lab_needed and (reason := missing()):
        print(reason, file=sys.stderr)
        return 2
    effort = QUICK if options.quick else FULL
    if options.minutes:
        effort = replace(effort, minutes=options.minutes)
    if options.tasks:
        effort = replace(effort, tasks=options.tasks)
    if options.dialogs:
        effort = replace(effort, dialogs=options.dialogs)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    if options.nice is not None:
        os.setpriority(os.PRIO_PROCESS, 0, options.nice)
    before = machine()
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="swarmtui-bench-") as directory:
        state = Path(directory)
        try:
            if "findings" in options.only:
                results.extend(measure_findings())
            if "placement" in options.only:
                results.extend(measure_placement())
            if "figures" in options.only:
                results.extend(measure_figures(effort, state))
            if "embedded" in options.only:
                results.extend(measure_embedded(effort, state))
            if "soak" in options.only:
                results.extend(measure_soak(effort, state))
            if lab_needed:
                with Lab.running(3, 2, "bench", subnet="10.94.0") as lab:
                    results.extend(_measure(Setting(lab, state, effort), options.only))
        finally:
            if results:
                print(f"\n{table(results)}\n\nat the start: {before}\nat the end:   {machine()}, nice {os.nice(0)}")
    return 0 if all(result.kept for result in results) else 1


def _measure(setting: Setting, parts: Iterable[str]) -> Iterator[Result]:
    """The parts that were asked for, in their order."""
    if "healthy" in parts:
        yield from measure_healthy(setting.lab, setting.effort.minutes)
    if "changes" in parts:
        yield from measure_changes(setting)
    if "ssh" in parts:
        yield from measure_ssh(setting)
    if set(parts) <= {"healthy", "changes", "ssh", *WITHOUT_LAB}:
        return
    since = make_large(setting)
    if "start" in parts:
        yield from measure_start(setting)
    if "rest" in parts:
        yield from measure_rest(setting, since)
    if "keys" in parts:
        yield from measure_keys(setting)
    if "extras" in parts:
        yield from import_times(setting)
        yield from docker_cli(setting)
    if "quit" in parts:
        yield from measure_quitting(setting)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure what swarmtui may cost.")
    parser.add_argument("--quick", action="store_true", help="fewer samples: the numbers are rough")
    parser.add_argument("--nice", type=int, help="of all that is started; -5 where others work on this machine, too")
    parser.add_argument("--tasks", type=int, help="how many tasks the big service has (default: 10000)")
    parser.add_argument("--dialogs", type=int, help="how many dialogs of each sort the soak opens (default: 500)")
    parser.add_argument("--minutes", type=float, help="how long a healthy swarm is watched (default: 10)")
    parser.add_argument(
        "--only", type=_parts, default=PARTS, metavar="PART,…", help=f"only these parts: {', '.join(PARTS)}"
    )
    return parser.parse_args()


def _parts(text: str) -> tuple[str, ...]:
    parts = tuple(text.split(","))
    if unknown := set(parts) - set(PARTS):
        raise argparse.ArgumentTypeError(f"there is no part {', '.join(sorted(unknown))}")
    return parts


if __name__ == "__main__":
    sys.exit(main())
