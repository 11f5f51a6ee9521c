"""Measure the program's budgets, and print what was measured beside the limits.

    python -m tests.bench [--quick] [--minutes 10] [--nice -5]
        [--only findings,placement,figures,first,embedded,records,soak,healthy,changes,ssh,start,rest,keys,extras,quit]

All but `findings`, `placement`, `figures`, `first`, `embedded`, `records` and `soak` is measured on a real swarm and
needs root, as the lab does. Exits with 1 when a limit is missed or a part failed; the others are measured all the same.
(`python -m tests.bench.table` measures the live table alone, without a swarm.)
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from tests.lab.cluster import Lab
from tests.lab.cluster.requirements import missing

from .changes import measure_changes
from .embedded import measure_embedded
from .extras import docker_cli, import_times
from .figures import measure_figures
from .findings import measure_findings
from .first_screen import measure_first_screen
from .healthy import measure_healthy
from .large import make_large, measure_keys, measure_start
from .placement import measure_placement
from .quitting import measure_quitting
from .records import measure_records
from .rest import measure_rest
from .results import Result, machine, measured, table
from .setting import FULL, QUICK, Effort, Setting
from .soak import measure_soak
from .ssh import measure_ssh

PARTS = (
    "findings",
    "placement",
    "figures",
    "first",
    "embedded",
    "records",
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


Measure = Callable[[], Iterable[Result]]

WITHOUT_LAB = {"findings", "placement", "figures", "first", "embedded", "records", "soak"}
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
            for part, measure in _without_lab(effort, state).items():
                if part in options.only:
                    results.extend(measured(part, measure))
            if lab_needed:
                with Lab.running(3, 2, "bench", subnet="10.94.0") as lab:
                    results.extend(_on_lab(Setting(lab, state, effort), options.only))
        finally:
            if results:
                print(f"\n{table(results)}\n\nat the start: {before}\nat the end:   {machine()}, nice {os.nice(0)}")
    return 0 if all(result.kept for result in results) else 1


def _without_lab(effort: Effort, state: Path) -> dict[str, Measure]:
    """What needs neither the lab nor root, in its order."""
    return {
        "findings": measure_findings,
        "placement": measure_placement,
        "figures": lambda: measure_figures(effort, state),
        "first": lambda: measure_first_screen(effort, state),
        "embedded": lambda: measure_embedded(effort, state),
        "records": lambda: measure_records(state),
        "soak": lambda: measure_soak(effort, state),
    }


def _on_lab(setting: Setting, parts: Iterable[str]) -> Iterator[Result]:
    """The parts that were asked for, in their order; those of the large swarm once that is there."""
    small: dict[str, Measure] = {
        "healthy": lambda: measure_healthy(setting.lab, setting.effort.minutes),
        "changes": lambda: measure_changes(setting),
        "ssh": lambda: measure_ssh(setting),
    }
    for part, measure in small.items():
        if part in parts:
            yield from measured(part, measure)
    if set(parts) <= {*small, *WITHOUT_LAB}:
        return
    since = make_large(setting)
    large: dict[str, Measure] = {
        "start": lambda: measure_start(setting),
        "rest": lambda: measure_rest(setting, since),
        "keys": lambda: measure_keys(setting),
        "extras": lambda: [*import_times(setting), *docker_cli(setting)],
        "quit": lambda: measure_quitting(setting),
    }
    for part, measure in large.items():
        if part in parts:
            yield from measured(part, measure)


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
