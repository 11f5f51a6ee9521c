"""Measure the program's budgets, and print what was measured beside the limits.

    python -m tests.bench [--quick] [--minutes 10] [--nice -5] [--only PART,…]

The parts are `PARTS`, together about half an hour with a short soak; `--only soak` makes a whole one. All but
those of `WITHOUT_LAB` are measured on a real swarm and need root, as the lab does. Exits with 1 when a limit is missed
or a part failed; the others are measured all the same.
With `--peers [PROGRAM …]` the program is measured beside others (see peers.py), without root.
(`python -m tests.bench.table` measures the live table alone, without a swarm.)
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from tests.lab.cluster.requirements import missing

from .asked import measure_asked
from .changes import measure_changes
from .embedded import measure_embedded
from .extras import docker_cli, import_times
from .figures import measure_figures
from .findings import measure_findings
from .first_screen import measure_first_screen
from .healthy import measure_healthy
from .judging import measure_judging
from .lab_wire import measure_lab_wire
from .large import make_large, measure_keys, measure_start
from .peers import main as compare
from .placement import measure_placement
from .pythons import measure_pythons
from .quitting import measure_quitting
from .records import measure_records
from .rest import measure_rest
from .results import Result, Took, at_once, machine, table
from .setting import FULL, QUICK, Effort, Setting, lab_of_bench
from .soak import measure_soak
from .ssh import measure_ssh
from .wire import measure_narrow_wire, measure_wire

PARTS = (
    "findings",
    "judging",
    "placement",
    "figures",
    "first",
    "pythons",
    "asked",
    "wire",
    "narrow",
    "embedded",
    "records",
    "soak",
    "healthy",
    "changes",
    "ssh",
    "lab-wire",
    "start",
    "extras",
    "keys",
    "rest",
    "quit",
)


Measure = Callable[[], Iterable[Result]]

WITHOUT_LAB = set(PARTS[: PARTS.index("healthy")])
"""What needs neither the lab nor root."""


def main() -> int:
    """Bring a lab up, measure, take it down."""
    options = _parse()
    if options.peers is not None:
        with tempfile.TemporaryDirectory(prefix="swarmtui-bench-") as directory:
            return compare(options.peers, QUICK if options.quick else FULL, Path(directory), options.lab)
    lab_needed = not set(options.only) <= WITHOUT_LAB
    if lab_needed and (reason := missing()):
        print(reason, file=sys.stderr)
        return 2
    effort = QUICK if options.quick else FULL
    if len(options.only) > 1:
        effort = effort.with_short_soak()
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
    results, took = list[Result](), Took()
    with tempfile.TemporaryDirectory(prefix="swarmtui-bench-") as directory:
        state = Path(directory)
        try:
            for part, measure in _without_lab(effort, state, options.only).items():
                results.extend(took.part(part, measure))
            if lab_needed:
                with lab_of_bench() as lab:
                    results.extend(_on_lab(Setting(lab, state, effort), options.only, took))
        finally:
            if results:
                print(f"\n{table(results)}\n\n{took}")
                print(f"at the start: {before}\nat the end:   {machine()}, nice {os.nice(0)}")
    return 0 if all(result.kept for result in results) else 1


def _without_lab(effort: Effort, state: Path, parts: Iterable[str]) -> dict[str, Measure]:
    """What needs neither the lab nor root, in its order. Where only bytes are counted, swarms are watched at once."""
    counting: dict[str, Measure] = {
        "asked": lambda: measure_asked(state),
        "wire": lambda: measure_wire(effort, state),
    }
    counted = {part: measure for part, measure in counting.items() if part in parts}
    measures: dict[str, Measure] = {
        "findings": measure_findings,
        "judging": measure_judging,
        "placement": measure_placement,
        "figures": lambda: measure_figures(effort, state),
        "first": lambda: measure_first_screen(effort, state),
        "pythons": lambda: measure_pythons(effort, state),
        " and ".join(counted): lambda: at_once(counted),
        "narrow": lambda: measure_narrow_wire(effort, state),
        "embedded": lambda: measure_embedded(effort, state),
        "records": lambda: measure_records(state),
        "soak": lambda: measure_soak(effort, state),
    }
    return {part: measure for part, measure in measures.items() if set(part.split(" and ")) <= set(parts)}


def _on_lab(setting: Setting, parts: Iterable[str], took: Took) -> Iterator[Result]:
    """The parts that were asked for, in their order; those of the large swarm once that is there."""
    small: dict[str, Measure] = {
        "healthy": lambda: measure_healthy(setting.lab, setting.effort.minutes),
        "changes": lambda: measure_changes(setting),
        "ssh": lambda: measure_ssh(setting),
        "lab-wire": lambda: measure_lab_wire(setting),
    }
    for part, measure in small.items():
        if part in parts:
            yield from took.part(part, measure)
    if set(parts) <= {*small, *WITHOUT_LAB}:
        return
    began = time.monotonic()
    since = make_large(setting)
    took.seconds["making the big service"] = time.monotonic() - began
    large: dict[str, Measure] = {
        "start": lambda: measure_start(setting),
        "extras": lambda: [*import_times(setting), *docker_cli(setting)],
        "keys": lambda: measure_keys(setting),
        "rest": lambda: measure_rest(setting, since),
        "quit": lambda: measure_quitting(setting),
    }
    for part, measure in large.items():
        if part in parts:
            yield from took.part(part, measure)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure what swarmtui may cost.")
    parser.add_argument("--quick", action="store_true", help="fewer samples: the numbers are rough")
    parser.add_argument("--nice", type=int, help="of all that is started; -5 where others work on this machine, too")
    parser.add_argument("--tasks", type=int, help="how many tasks the big service has (default: 10000)")
    parser.add_argument(
        "--dialogs",
        type=int,
        help="how many dialogs of each sort the soak opens (default: 500, and 10 where other parts are measured, too)",
    )
    parser.add_argument("--minutes", type=float, help="how long a healthy swarm is watched (default: 2)")
    parser.add_argument(
        "--peers",
        nargs="*",
        metavar="PROGRAM",
        help="only this: the program beside others (dry, swarmcli, NAME=PATH), a bare Textual app and raw polling",
    )
    parser.add_argument("--lab", action="store_true", help="with --peers: on a real swarm, too (root)")
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
