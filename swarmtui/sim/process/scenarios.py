"""The scenarios of the demo: what happens to a swarm, step by step, with a line of narration for each step."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from swarmtui.sim.api import simulated_sleep as moments
from swarmtui.sim.control.errors import ApiError, Hangs
from swarmtui.sim.process.scenario_swarm import SECOND, ScenarioSwarm, Spec
from swarmtui.sim.task_end import end_task

if TYPE_CHECKING:
    from swarmtui.sim.cluster import Cluster


def _nothing(stage: ScenarioSwarm) -> str:
    return ""


@dataclass(frozen=True)
class Step:
    """A step of a scenario.

    Attributes:
        says: the line on the screen; `{}` stands for what `does` gives back, the name of a node as a rule.
        does: what happens.
        lasts: seconds of the swarm's time until the next step, unless it is asked for before.
    """

    says: str
    does: Callable[[ScenarioSwarm], str] = _nothing
    lasts: float = 15.0


@dataclass(frozen=True)
class Scenario:
    """A lesson."""

    title: str
    steps: tuple[Step, ...]


def _kill_worker(stage: ScenarioSwarm) -> str:
    host = stage.busiest_worker()
    stage.kill(host)
    return host


def _revive(stage: ScenarioSwarm) -> str:
    stage.revive()
    return ""


def _drain(stage: ScenarioSwarm) -> str:
    host = stage.busiest_worker()
    stage.availability(host, "drain")
    return host


def _activate(stage: ScenarioSwarm) -> str:
    drained = [node for node in stage.nodes("worker") if node["Spec"]["Availability"] == "drain"]
    for node in drained:
        stage.availability(node["Description"]["Hostname"], "active")
    return ", ".join(str(node["Description"]["Hostname"]) for node in drained)


def _restart_lesson(stage: ScenarioSwarm) -> str:
    def change(spec: Spec) -> None:
        spec["TaskTemplate"]["ForceUpdate"] = spec["TaskTemplate"].get("ForceUpdate", 0) + 1

    stage.update("lesson", change)
    return ""


def _kill_follower(stage: ScenarioSwarm) -> str:
    host = stage.followers()[-1]
    stage.kill(host)
    return host


def _kill_last_follower(stage: ScenarioSwarm) -> str:
    alive = [host for host in stage.followers() if stage.cluster.engine(host).condition == "up"]
    stage.kill(alive[0])
    return alive[0]


def _service(replicas: int, image: str = "shop/lesson:1.0", **template: Any) -> Callable[[ScenarioSwarm], str]:
    def does(stage: ScenarioSwarm) -> str:
        stage.service("lesson", image, replicas, **template)
        return ""

    return does


def _image(image: str) -> Callable[[ScenarioSwarm], str]:
    def does(stage: ScenarioSwarm) -> str:
        stage.image("lesson", image)
        return ""

    return does


def _constrain(*constraints: str) -> Callable[[ScenarioSwarm], str]:
    def change(spec: Spec) -> None:
        spec["TaskTemplate"].setdefault("Placement", {})["Constraints"] = list(constraints)

    def does(stage: ScenarioSwarm) -> str:
        stage.update("lesson", change)
        return ""

    return does


def _rotate(stage: ScenarioSwarm) -> str:
    stage.rotate_worker_token()
    return ""


SCENARIOS: dict[str, Scenario] = {
    "node-dies": Scenario(
        "A node dies and its tasks move",
        (
            Step("All is well. In a moment the busiest worker will lose its power.", lasts=8),
            Step(
                "{} has lost its power. The managers do not know yet: its tasks still count as running.",
                _kill_worker,
                20,
            ),
            Step("Its heartbeat was missed three times: the node is down, and its tasks start elsewhere.", lasts=25),
            Step("The power is back. The node is ready again, and empty.", _revive, 20),
            Step("Swarm moves nothing back by itself: that would restart what runs well.", lasts=15),
        ),
    ),
    "rolling-update": Scenario(
        "A rolling update",
        (
            Step("The service lesson runs version 1.0, four times.", _service(4), 15),
            Step("Version 1.1 rolls out: one task at a time, two seconds apart.", _image("shop/lesson:1.1"), 45),
            Step("Every new task was watched for five seconds before the next one was replaced.", lasts=15),
        ),
    ),
    "bad-image": Scenario(
        "A bad image and the automatic rollback",
        (
            Step(
                "The service lesson runs version 1.0, four times. A failed update rolls back.",
                _service(4),
                15,
            ),
            Step(
                "Version 'crash' rolls out: it starts, and exits three seconds later.",
                _image("shop/lesson:crash"),
                25,
            ),
            Step("The first new task failed within the monitor time: the update rolls back.", lasts=30),
            Step("Version 1.0 again, everywhere. The failed task stays in the history, with its error.", lasts=15),
        ),
    ),
    "drain": Scenario(
        "Drain for maintenance, and why nothing comes back by itself",
        (
            Step("The service lesson runs six times, spread over all nodes.", _service(6), 15),
            Step("{} is drained: Swarm stops its tasks, then starts others elsewhere.", _drain, 25),
            Step("The node can be rebooted now. Tasks of global services have just stopped.", lasts=12),
            Step("{} is active again. It stays empty except for global services.", _activate, 15),
            Step("A force-update spreads the tasks again, at the cost of restarting each.", _restart_lesson, 45),
        ),
    ),
    "quorum": Scenario(
        "Losing and regaining the quorum",
        (
            Step("Three managers agree on everything by majority: two of them are enough.", lasts=10),
            Step("{} has lost its power. Two managers are left, and can lose none.", _kill_follower, 20),
            Step(
                "{} too. One of three is not a majority: nothing can be changed. Tasks keep running.",
                _kill_last_follower,
                25,
            ),
            Step("Answers are old at first, then they stop. /info says why.", lasts=25),
            Step("Both machines are back: the managers elect a leader, and everything works again.", _revive, 30),
        ),
    ),
    "crash-loop": Scenario(
        "A crash loop",
        (
            Step(
                "The service lesson exits three seconds after each start.",
                _service(2, "shop/lesson:crash", RestartPolicy={"Condition": "any", "Delay": 2 * SECOND}),
                30,
            ),
            Step("Swarm restarts it for ever, two seconds after each exit. Only the last tasks are kept.", lasts=30),
            Step("Version 1.0 works: the loop ends.", _image("shop/lesson:1.0"), 30),
        ),
    ),
    "pending": Scenario(
        "Why a task stays pending",
        (
            Step("The service lesson runs, three times.", _service(3), 12),
            Step(
                "Now it requires nodes with the label disk=nvme. There are none.",
                _constrain("node.labels.disk==nvme"),
                25,
            ),
            Step("The new tasks are pending: their error names the filter that no node passed.", lasts=20),
            Step("Without the constraint the tasks find their nodes.", _constrain(), 30),
        ),
    ),
    "tokens": Scenario(
        "Token rotation",
        (
            Step("Anyone who has the worker token can join the swarm. It does not expire.", lasts=12),
            Step("It is rotated: the old one no longer works; nodes that have joined stay.", _rotate, 20),
        ),
    ),
}


class Player:
    """Plays one scenario at a time."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._name: str | None = None
        self._position = 0
        self._says = ""
        self._playing: asyncio.Task[None] | None = None
        self._next = asyncio.Event()

    def state(self) -> dict[str, Any]:
        """What is played, for the screen."""
        return {
            "known": {name: scenario.title for name, scenario in SCENARIOS.items()},
            "playing": self._name,
            "step": self._position,
            "of": len(SCENARIOS[self._name].steps) if self._name else 0,
            "says": self._says,
        }

    async def play(self, name: str) -> None:
        """Begin a scenario; ApiError when there is none of that name. Returns when the first step has been done."""
        if name not in SCENARIOS:
            raise ApiError(404, f"there is no scenario {name!r}; there are {', '.join(SCENARIOS)}")
        await self.end()
        self._name, self._position = name, 0
        begun = asyncio.Event()
        self._playing = asyncio.ensure_future(self._play(SCENARIOS[name], begun))
        await begun.wait()

    async def _play(self, scenario: Scenario, begun: asyncio.Event) -> None:
        stage = ScenarioSwarm(self._cluster)
        try:
            for self._position, step in enumerate(scenario.steps, start=1):
                self._next.clear()
                self._says = _done(step, stage)
                begun.set()
                await self._rest(step.lasts)
        finally:
            begun.set()
            self._name, self._position, self._says = None, 0, ""
            stage.tidy()

    async def _rest(self, seconds: float) -> None:
        """Until a step's time is over. Who continues before lets it pass at once: what is told next is to be true."""
        over = self._cluster.clock.now() + seconds
        waits = [asyncio.ensure_future(self._next.wait())]
        waits.append(asyncio.ensure_future(moments.passed(self._cluster.clock, seconds)))  # type: ignore[arg-type]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()
        self._cluster.advance(max(over - self._cluster.clock.now(), 0.0))

    def next(self) -> None:
        """Let the rest of this step's time pass at once, and continue."""
        self._next.set()

    async def end(self) -> None:
        """End the scenario and undo what is left of it."""
        if self._playing is not None:
            await end_task(self._playing)
            self._playing = None


def _done(step: Step, stage: ScenarioSwarm) -> str:
    """Do a step; its narration, or what went wrong with it."""
    try:
        return step.says.format(step.does(stage))
    except (ApiError, Hangs, IndexError, ValueError) as error:
        return f"This step could not be done: {error}"
