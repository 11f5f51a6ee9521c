"""The embedded swarm answers and behaves as a real one: the same calls and the same events on both, side by side."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Container, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from tests.patience import Deadline

from .cluster import Lab
from .cluster.waiting import together
from .conformance import clients, comparison, events, script, stories, target
from .conformance.comparison import Difference, Known
from .conformance.observation import Observation
from .conformance.scenarios import SCENARIOS
from .conformance.target import Target

T = TypeVar("T")

Seen = dict[str, Observation]
"""What was observed, by the name of what happened."""

FEWEST_CALLS, FEWEST_SCENARIOS = 600, 35
"""How many calls and scenarios must be compared."""
MUCH_SOONER = 10.0
"""Seconds of swarm time by which the embedded swarm may be ahead: its images are pulled and its containers start sooner
or later by chance, and the real one may have to wait for the machine."""


@pytest.fixture(scope="module")
def new_lab(machine: None) -> Iterator[Lab]:
    """A lab in which nothing has happened yet: a swarm keeps traces of its past (events, a rotated certificate)."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    name, subnet = os.environ.get("SWARMTUI_LAB", f"{worker} 10.{99 - int(worker)}.0").split()
    second = int(subnet.split(".")[1])  # a lab that others use beside this one has another one
    with Lab.running(managers=3, workers=2, name=f"alike{name}", subnet=f"10.{second - 28}.0") as lab:
        yield lab


@pytest.fixture(scope="module")
def both(new_lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Target, Target]]:
    """A real swarm and an embedded one, alike; the calls leave them as they are, the events break them."""

    directory = tmp_path_factory.mktemp("conformance")
    real = target.real(new_lab, directory)
    with target.embedded(new_lab.registry.address, directory) as embedded:
        yield real, embedded
    real.close()


def on_both(targets: tuple[Target, Target], do: Callable[[Target], T]) -> tuple[T, T]:
    """Do the same on both swarms at the same time."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        real, embedded = (pool.submit(do, each) for each in targets)
        return real.result(), embedded.result()


def without(known: list[Known], found: list[Difference]) -> list[Difference]:
    """The differences that none of the known ones covers."""
    return [each for each in found if not any(entry.covers(each) for entry in known)]


def unlisted(found: list[Difference], scope: Callable[[Known], bool]) -> str:
    """The differences that are not listed, and the entries of the list that nothing needs any more."""
    known = [each for each in comparison.known_differences() if scope(each)]
    new = without(known, found)
    needless = [
        each for each in known if not each.sometimes and not any(each.covers(difference) for difference in found)
    ]
    lines = [f"{len(new)} differences are not in differences.toml:" if new else "", *map(str, new)]
    lines += ["entries of differences.toml that nothing needs:" if needless else "", *map(str, needless)]
    return "\n".join(line for line in lines if line)


def differences(kind: str, real: Seen, embedded: Seen) -> list[Difference]:
    """What two swarms differ in, of an event, a scenario or a client."""
    return [each for name in real for each in comparison.compare(f"{kind} {name}", real[name], embedded[name])]


def what_stays(
    kind: str, both: tuple[Target, Target], seen: tuple[Seen, Seen], again: Callable[[Target, Container[str]], Seen]
) -> str:
    """The differences of what happened on both swarms that are not listed.

    What differs is played again: the machine's load decides which of two things comes first, on a real swarm most
    of all, and such a difference does not come twice.

    Args:
        kind: event, scenario or client.
        again: plays those of these names.
    """

    def of_kind(entry: Known) -> bool:
        return entry.call.startswith(f"{kind} ")

    known = [entry for entry in comparison.known_differences() if of_kind(entry)]
    found = differences(kind, *seen)
    new = without(known, found)
    names = {each.call.removeprefix(f"{kind} ") for each in new}
    if names:
        found = [each for each in found if each not in new]
        found += differences(kind, *on_both(both, lambda swarm: again(swarm, names)))
    return unlisted(found, of_kind)


def test_the_same_calls_are_answered_alike(both: tuple[Target, Target]) -> None:
    """Each call on both; what only reads is made again while it differs: a task may be between two states."""
    calls = list(script.calls())
    assert len({call.name for call in calls}) == len(calls) >= FEWEST_CALLS
    known = [entry for entry in comparison.known_differences() if of_calls(entry)]
    patient = True
    found: list[Difference] = []
    for call in calls:
        on_both(both, call.before)
        deadline = Deadline()
        while True:
            differ = list(comparison.compare(call.name, *on_both(both, call.see)))
            if not (call.reads and patient and without(known, differ)):
                break
            patient = not deadline.over  # what was in vain once fails already: no other call is waited for
            time.sleep(0.2)
        found += differ
    complaint = unlisted(found, of_calls)
    assert not complaint, complaint


def of_calls(entry: Known) -> bool:
    return not entry.call.startswith(("event ", "scenario ", "client "))


@dataclass(frozen=True)
class Played:
    """What the clients' programs told, and how the scenarios went."""

    clients: Seen
    scenarios: dict[str, stories.Ending]


@pytest.fixture(scope="module")
def available(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[clients.Client], dict[str, str]]:
    """The clients that this machine has or can install, and why not the others."""
    return clients.available(tmp_path_factory.mktemp("clients"))


def by_clients(programs: list[clients.Client], directory: Path, swarm: Target) -> Seen:
    """Let the clients' programs do their work, all at the same time."""

    def program(client: clients.Client) -> Observation:
        told = client.play(swarm, directory)
        return swarm.of_json(200, {step: json.dumps(value) for step, value in told.items()})

    return dict(zip([each.name for each in programs], together(program, programs), strict=True))


@pytest.fixture(scope="module")
def played(
    both: tuple[Target, Target],
    available: tuple[list[clients.Client], dict[str, str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Played, Played]:
    """Clients and scenarios on both swarms, all at the same time: each has services of its own, and mostly waits."""
    directory = tmp_path_factory.mktemp("played")

    def play(swarm: Target) -> Played:
        with ThreadPoolExecutor(max_workers=1) as pool:
            scenarios = pool.submit(stories.play, swarm, SCENARIOS)
            return Played(by_clients(available[0], directory, swarm), scenarios.result())

    return on_both(both, play)


def test_every_client_is_answered_alike(
    both: tuple[Target, Target],
    played: tuple[Played, Played],
    available: tuple[list[clients.Client], dict[str, str]],
    tmp_path: Path,
) -> None:
    """The same small program in each client's language."""

    def again(swarm: Target, names: Container[str]) -> Seen:
        return by_clients([each for each in available[0] if each.name in names], tmp_path, swarm)

    complaint = what_stays("client", both, (played[0].clients, played[1].clients), again)
    assert not complaint, complaint
    if available[1]:
        pytest.skip("; ".join(f"without {name}: {reason}" for name, reason in available[1].items()))


def test_updates_and_restarts_go_alike(both: tuple[Target, Target], played: tuple[Played, Played]) -> None:
    assert len(SCENARIOS) >= FEWEST_SCENARIOS

    def again(swarm: Target, names: Container[str]) -> dict[str, stories.Ending]:
        return stories.play(swarm, [each for each in SCENARIOS if each.name in names])

    real, embedded = (each.scenarios for each in played)
    went = {name: other_way(ending, embedded[name]) for name, ending in real.items()}
    names = {name for name, said in went.items() if said}
    if names:
        once, more = on_both(both, lambda swarm: again(swarm, names))
        went = {name: other_way(ending, more[name]) for name, ending in once.items()}
    assert not any(went.values()), went

    def seen(endings: dict[str, stories.Ending]) -> Seen:
        return {name: ending.seen for name, ending in endings.items()}

    complaint = what_stays(
        "scenario", both, (seen(real), seen(embedded)), lambda swarm, names: seen(again(swarm, names))
    )
    assert not complaint, complaint


def other_way(real: stories.Ending, embedded: stories.Ending) -> str:
    """In which steps, or by how much sooner, the embedded swarm went another way; "" when it did not."""
    if not stories.same_way(real.steps, embedded.steps):
        return f"{real.steps}, {embedded.steps}"
    for span, seconds in real.times.items() if real.steps else ():  # how long chance takes is chance
        if embedded.times[span] > seconds + MUCH_SOONER:
            return f"{span} took {embedded.times[span]:.1f} s, and {seconds:.1f} s really"
    return ""


def test_the_same_events_end_alike(both: tuple[Target, Target]) -> None:
    services = on_both(both, events.play_services)
    complaint = what_stays("event", both, services, events.play_services)
    assert not complaint, complaint


def test_the_same_troubles_end_alike(both: tuple[Target, Target]) -> None:
    """What happens to the whole swarm, which is broken afterwards."""
    found = differences("event", *on_both(both, events.play_swarm))
    assert not found, "\n".join(map(str, found))
