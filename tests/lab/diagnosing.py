"""The findings on the lab's swarm as the program has them, and what helps, done as by docker's own program."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from swarmtui.endpoint import Endpoint
from swarmtui.engine.session import Session
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.diagnosis import Diagnosis, diagnose
from swarmtui.swarm.diagnosis.finding import Finding, Remedy
from tests.lab.cluster import Lab
from tests.lab.cluster.waiting import until

__all__ = ["JSON", "Watch", "said", "service_spec", "watching"]

JSON = dict[str, Any]
SECOND = 1_000_000_000

Found = Mapping[tuple[str, str], Finding]
"""Findings by their rule and the name of what they are about."""


def service_spec(image: str, *command: str, replicas: int | None = 1, **parts: Any) -> JSON:
    """The spec of a service whose tasks are started again soon.

    Args:
        replicas: None makes it global.
        parts: of the task template ("Placement"), of the container ("Healthcheck"), or of the spec ("UpdateConfig").
    """
    container: JSON = {"Image": image, "Args": list(command), "StopGracePeriod": SECOND}
    template: JSON = {"ContainerSpec": container, "RestartPolicy": {"Condition": "any", "Delay": 2 * SECOND}}
    spec: JSON = {
        "TaskTemplate": template,
        "Mode": {"Global": {}} if replicas is None else {"Replicated": {"Replicas": replicas}},
    }
    for key, value in parts.items():
        if key in ("Healthcheck", "Hostname", "Mounts"):
            container[key] = value
        elif key in ("UpdateConfig", "RollbackConfig", "EndpointSpec"):
            spec[key] = value
        else:
            template[key] = {**template.get(key, {}), **value} if isinstance(value, dict) else value
    return spec


class Watch:
    """A session on one manager, and the diagnosis of what it sees."""

    def __init__(self, lab: Lab, session: Session) -> None:
        self.lab = lab
        self._session = session
        self._diagnosis = Diagnosis()

    @property
    def cluster(self) -> Cluster:
        return self._session.observation().cluster or Cluster()

    @property
    def now(self) -> float:
        """The managers' time, in seconds since 1970."""
        return time.time() + self._session.observation().connection.clock_offset

    def refresh(self) -> None:
        """Ask for everything, as ctrl+r does."""
        self._session.refresh()

    def found(self) -> Found:
        """What is found now."""
        self._diagnosis.advance(self.cluster, self.now)
        return _by_rule(self._diagnosis.findings)

    def later(self, seconds: float) -> Found:
        """What would be found after a while in which nothing moves."""
        return _by_rule(diagnose(self.cluster, self.now + seconds))

    def see(self, *wanted: tuple[str, str]) -> Found:
        """Wait until all of these are found at once."""
        return self._see(self.found, dict.fromkeys(wanted, ""))

    def see_later(self, seconds: float, *wanted: tuple[str, str]) -> Found:
        """Wait until all of these would be found after a while in which nothing moves."""
        return self._see(lambda: self.later(seconds), dict.fromkeys(wanted, ""))

    def see_saying(self, wanted: Mapping[tuple[str, str], str], *, after: float | None = None) -> Found:
        """Wait until all of these are found at once, and each says its words: it says more as more happens.

        Args:
            wanted: words of the finding's summary, evidence or cause.
            after: look at what would be found after so many seconds in which nothing moves; None for now.
        """
        return self._see(self.found if after is None else lambda: self.later(after), wanted)

    def _see(self, look: Callable[[], Found], wanted: Mapping[tuple[str, str], str]) -> Found:
        missing: Mapping[tuple[str, str], str] = {}
        seen: Found = {}

        def all_there() -> bool:
            nonlocal missing, seen
            seen = look()
            missing = {key: words for key, words in wanted.items() if key not in seen or words not in said(seen[key])}
            return not missing

        until(all_there, "the findings", interval=0.2, detail=lambda: f"not found: {missing}\n{_lines(seen)}")
        return seen

    def see_gone(self, *unwanted: tuple[str, str]) -> None:
        """Wait until none of these is found any more."""
        until(
            lambda: not set(unwanted) & self.found().keys(),
            "the end of findings",
            interval=0.2,
            detail=lambda: _lines({key: each for key, each in self.found().items() if key in unwanted}),
        )

    def follow(self, remedy: Remedy) -> None:
        """Do what a remedy's dialog would do with what it begins with."""
        given = remedy.given
        match remedy.command:
            case "node.labels":
                options = [f"--label-add={given['add']}"] if "add" in given else []
                options += [f"--label-rm={given['remove'].partition('=')[0]}"] if "remove" in given else []
                self.lab.insist("node", "update", *options, remedy.subject.id)
            case "node.availability":
                self.lab.insist("node", "update", f"--availability={given['availability']}", remedy.subject.id)
            case "node.promote" | "node.demote":
                self.lab.insist("node", remedy.command.removeprefix("node."), remedy.subject.id)
            case "service.rollback":
                self.lab.insist("service", "rollback", "--detach", remedy.subject.name)
            case "service.scale":
                self.lab.insist("service", "scale", "--detach", f"{remedy.subject.name}={given['replicas']}")
            case _:
                self._update(remedy, *_options(remedy, self.lab.image("web:1.1")))

    def _update(self, remedy: Remedy, *options: str) -> None:
        self.lab.insist("service", "update", "--detach", "--quiet", "--no-resolve-image", *options, remedy.subject.name)


def _options(remedy: Remedy, image: str) -> Iterator[str]:
    """What `docker service update` takes for a remedy."""
    given = remedy.given
    match remedy.command:
        case "service.force":
            yield "--force"
        case "service.image":
            yield f"--image={given.get('image', image)}"
        case "service.limits":
            names = {"memory reserved": "reserve-memory", "CPU reserved": "reserve-cpu", "memory limit": "limit-memory"}
            yield from (f"--{names[field]}={value}" for field, value in given.items())
        case "service.constraints" if given["remove"].startswith("max-per-node="):
            yield f"--replicas-max-per-node={given['add'].partition('=')[2]}"
        case "service.constraints":
            yield f"--constraint-rm={given['remove']}"
        case other:
            raise AssertionError(f"no way to do {other}")


@contextmanager
def watching(lab: Lab, node: str = "n1", *, url: str = "") -> Iterator[Watch]:
    """Watch the swarm through a node, or through a socket in front of it."""
    news = threading.Event()
    session = Session(Endpoint(url or lab.node(node).url, node), read_only=True)
    session.start(news.set)
    try:
        watch = Watch(lab, session)
        until(lambda: watch.cluster.nodes, "the swarm to be seen")
        yield watch
    finally:
        session.close()


def said(finding: Finding) -> str:
    """What a finding says: its summary, its evidence and its cause."""
    return "\n".join([finding.summary, *finding.evidence, finding.cause])


def _by_rule(findings: Iterable[Finding]) -> Found:
    return {(each.rule, each.subject.name): each for each in findings}


def _lines(found: Found) -> str:
    return "\n".join(f"{each.rule} on {each.subject.text}: {said(each)}" for each in found.values())
