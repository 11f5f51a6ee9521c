"""What a scenario is written with: one service, what is done to it, and the steps in which it is seen to follow.

A story is a generator that does something and yields what it waits for. One look at the swarm, ten times a second,
serves all stories that are under way.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from tests.patience import Deadline

from .observation import Observation
from .target import Target

SECOND = 1_000_000_000
EVERY = 0.1
"""Seconds between two looks."""
PATIENCE = 180.0
"""Seconds of a machine that has time, in which all stories of a round end."""
AT_ONCE = 12
"""How many stories go on at the same time: the lab's containers are real."""

ENDED = ("complete", "failed", "rejected", "shutdown", "orphaned")

Task = dict[str, Any]
Spec = dict[str, Any]
Wanted = Callable[[], bool]
Tale = Callable[["Story"], Iterator[Wanted]]


@dataclass
class Story:
    """One service as a scenario goes on.

    Attributes:
        name: the scenario's, which is the service's.
        steps: how many tasks of which image ran, and how the update stood, each time that this was new.
        times: named spans in the swarm's own time.
    """

    target: Target
    name: str
    steps: list[str] = field(default_factory=list)
    times: dict[str, float] = field(default_factory=dict)
    tasks: list[Task] = field(default_factory=list)
    service: dict[str, Any] = field(default_factory=dict)
    updates: list[str] = field(default_factory=list)
    fewest: int = 99

    # --- doing ---

    def create(self, image: str = "web:1.0", replicas: int = 2, **more: Any) -> None:
        """Create the service; `more` are fields of its spec, wherever they belong in it."""
        template: Spec = {
            "ContainerSpec": {"Image": self.target.image(image), "StopGracePeriod": SECOND, "StopSignal": "SIGKILL"}
        }
        spec: Spec = {"Name": self.name, "TaskTemplate": template, "Mode": {"Replicated": {"Replicas": replicas}}}
        status, answer = self.target.request("POST", "/services/create", self._changed(spec, more))
        assert status == 201, f"{self.target.name}: {self.name}: {answer}"

    def update(self, rollback: str = "", **more: Any) -> None:
        """Change the service as clients do: its newest spec, with `more`, for its newest version."""
        service = self.target.get(f"/services/{self.name}")
        path = f"/services/{self.name}/update?version={service['Version']['Index']}"
        spec = self._changed(service["Spec"], more)
        status, answer = self.target.request("POST", path + (f"&rollback={rollback}" if rollback else ""), spec)
        assert status == 200, f"{self.target.name}: {self.name}: {answer}"
        self.fewest, self.steps = 99, self.steps if self.updates else self.steps[-1:]

    def remove(self) -> None:
        assert self.target.request("DELETE", f"/services/{self.name}")[0] == 200

    def _changed(self, spec: Spec, more: dict[str, Any]) -> Spec:
        """A spec with fields in the place where they belong."""
        for key, value in more.items():
            if key == "image":
                spec["TaskTemplate"]["ContainerSpec"]["Image"] = self.target.image(value)
            elif key == "replicas":
                spec["Mode"] = {"Replicated": {"Replicas": value}}
            elif key in ("Healthcheck", "Env"):
                spec["TaskTemplate"]["ContainerSpec"][key] = value
            elif key in ("RestartPolicy", "Placement", "ForceUpdate", "Resources"):
                spec["TaskTemplate"][key] = value
            else:
                spec[key] = value
        return spec

    # --- waiting ---

    def settled(self, count: int) -> Wanted:
        """So many tasks run, and no others are wanted."""
        return lambda: len(self.wanted) == count == len(self.running)

    def full(self, count: int) -> Wanted:
        """So many tasks are wanted, whether they run or not: what failed has a successor."""
        return lambda: len([task for task in self.wanted if task["Status"]["State"] not in ENDED]) == count

    def updated(self, state: str) -> Wanted:
        return lambda: self.update_state == state

    def ended(self, state: str, count: int) -> Wanted:
        """So many tasks have ended so, and none is wanted any more."""
        return lambda: [task["Status"]["State"] for task in self.tasks].count(state) >= count and not self.wanted

    def seen(self, state: str, count: int) -> Wanted:
        """So many tasks have been, or are, in a state."""
        return lambda: [task["Status"]["State"] for task in self.tasks].count(state) >= count

    def after(self, seconds: float) -> Wanted:
        """Time has passed in which nothing more was to happen."""
        end = time.monotonic() + seconds
        return lambda: time.monotonic() > end

    # --- seeing ---

    @property
    def wanted(self) -> list[Task]:
        return [task for task in self.tasks if task["DesiredState"] in ("ready", "running")]

    @property
    def running(self) -> list[Task]:
        return [task for task in self.wanted if task["Status"]["State"] == "running"]

    @property
    def update_state(self) -> str:
        return str((self.service.get("UpdateStatus") or {}).get("State", ""))

    def look(self, service: dict[str, Any] | None, tasks: list[Task]) -> None:
        """Take in how the swarm is now."""
        self.service = service or {}
        self.tasks = sorted(tasks, key=lambda task: str(task["CreatedAt"]))
        running = Counter(_tag(task) for task in self.running)
        self.fewest = min(self.fewest, running.total())
        shown = " + ".join(f"{count} of {tag}" for tag, count in sorted(running.items())) or "none"
        if not self.steps or self.steps[-1] != shown:
            self.steps.append(shown)
        if self.update_state and (not self.updates or self.updates[-1] != self.update_state):
            self.updates.append(self.update_state)

    def spans(self) -> None:
        """How long the last update took."""
        status = self.service.get("UpdateStatus") or {}
        if status.get("CompletedAt") and status.get("StartedAt"):
            self.times["update"] = _moment(status["CompletedAt"]) - _moment(status["StartedAt"])

    def slots(self) -> list[str]:
        """What became of each slot, task by task; repetitions are not counted, for they depend on time."""
        chains: dict[object, list[str]] = {}
        everywhere = any(mode.startswith("Global") for mode in self.service.get("Spec", {}).get("Mode", {}))
        for task in self.tasks:
            if task["DesiredState"] == "remove":
                continue
            told = f"{_tag(task)} {_outcome(task)}"
            chains.setdefault(task.get("NodeID") if everywhere else task.get("Slot"), []).append(told)
        return sorted(" -> ".join(each for each, _ in groupby(chain)) for chain in chains.values())


def _outcome(task: Task) -> str:
    """How a task is: how far it has got is time's matter where it is still under way."""
    state, error = str(task["Status"]["State"]), task["Status"].get("Err")
    if task["DesiredState"] in ("ready", "running") and state not in ("running", *ENDED):
        return "on its way"
    if task["DesiredState"] == "shutdown" and state not in ENDED:
        return "shutdown"
    return f"{state} ({error})" if error else state


def _tag(task: Task) -> str:
    return str(task["Spec"]["ContainerSpec"]["Image"]).rpartition("/")[2]


def _moment(text: str) -> float:
    return datetime.fromisoformat(text[:26].rstrip("Z") + "+00:00").timestamp()


@dataclass(frozen=True)
class Scenario:
    """A story with its name.

    Attributes:
        stepwise: compare each step; not where two slots change at the same time, or a loop is cut off anywhere.
        slotwise: compare what became of each slot.
    """

    tell: Tale
    stepwise: bool = True
    slotwise: bool = True

    @property
    def name(self) -> str:
        return self.tell.__name__.replace("_", "-")

    def result(self, story: Story) -> Observation:
        """What is compared."""
        status = story.service.get("UpdateStatus") or {}
        way = " -> ".join(story.updates if self.stepwise else story.updates[-1:])
        seen = {
            "update": f"{way}: {status['Message']}" if status and self.slotwise else "",
            "slots": " ; ".join(story.slots()) if self.slotwise else "",
        }
        return story.target.of_json(200, seen)


@dataclass(frozen=True)
class Ending:
    """How a scenario went.

    Attributes:
        steps: none where they are chance.
    """

    seen: Observation
    times: dict[str, float]
    steps: list[str]


def same_way(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two went the same way: on a busy machine a step may be over between two looks."""
    fewer, more = sorted((one, other), key=len)
    rest = iter(more)
    return all(step in rest for step in fewer)


def play(target: Target, scenarios: Sequence[Scenario]) -> dict[str, Ending]:
    """Let all scenarios happen, some at a time: of each what is compared, and its times."""
    waiting = [(scenario, Story(target, scenario.name)) for scenario in scenarios]
    under_way: list[tuple[Scenario, Story, Iterator[Wanted], Wanted]] = []
    over: dict[str, Ending] = {}
    deadline = Deadline(PATIENCE)
    while waiting or under_way:
        while waiting and len(under_way) < AT_ONCE:
            scenario, story = waiting.pop(0)
            tale = scenario.tell(story)
            under_way.append((scenario, story, tale, next(tale)))
        _look(target, [story for _, story, _, _ in under_way])
        for entry in list(under_way):
            scenario, story, tale, wanted = entry
            if not wanted():
                continue
            under_way.remove(entry)
            following = next(tale, None)
            if following is not None:
                under_way.append((scenario, story, tale, following))
                continue
            story.spans()
            over[scenario.name] = Ending(scenario.result(story), story.times, story.steps if scenario.stepwise else [])
            target.request("DELETE", f"/services/{story.name}")
        if deadline.over:
            told = [f"{story.name}: {story.steps[-3:]} {story.updates} {story.slots()}" for _, story, _, _ in under_way]
            raise AssertionError(f"{target.name}: these did not end:\n" + "\n".join(told))
        time.sleep(EVERY)
    return over


def _look(target: Target, stories: list[Story]) -> None:
    services = {each["Spec"]["Name"]: each for each in target.get("/services")}
    tasks: dict[str, list[Task]] = {}
    for task in target.get("/tasks"):
        tasks.setdefault(str(task.get("ServiceID")), []).append(task)
    for story in stories:
        service = services.get(story.name)
        own = str((service or story.service).get("ID"))
        story.look(service, tasks.get(own, []))
