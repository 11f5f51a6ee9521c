"""Force-update a service, roll it back, and set a paused update going again."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from swarmtui.errors import Contested, NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, Impact, Progress, Spec
from swarmtui.swarm.actions.wording import argument, danger, docker, gone, impact_of, note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.fingerprint import fingerprint
from swarmtui.swarm.judgement.replacement import Replacement, Replacements
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.services.change import PartChange, Path, ServiceChange, ValueChange
from swarmtui.swarm.services.restarts import DEFAULT_POLICY, Restart, RollingPolicy, replacement, restart_consequences
from swarmtui.swarm.services.rollout import rollout_of
from swarmtui.swarm.services.update_progress import rolling_progress, tasks_left
from swarmtui.swarm.specs.difference import difference
from swarmtui.swarm.specs.fields import field_of, part_of
from swarmtui.swarm.specs.stored_form import only_placement_leaves
from swarmtui.swarm.syntax.image import short_image
from swarmtui.swarm.units import duration_text, go_duration

__all__ = ["ForceUpdate", "ResumeUpdate", "RollBack"]


@dataclass(frozen=True)
class ForceUpdate(ValueChange):
    """Replace all tasks although nothing else changes: a rolling restart."""

    name: ClassVar[str] = names.FORCE_UPDATE
    verb: ClassVar[str] = "Force-update"
    field: ClassVar[str] = "force-update counter"
    path: ClassVar[Path] = ("TaskTemplate", "ForceUpdate")

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """Restart a service's tasks.

        Args:
            raw: the service's raw JSON.
        """
        present = field_of(raw["Spec"], *cls.path)
        return cls(Target.of_json(Kind.SERVICE, raw), raw["Spec"], (present if isinstance(present, int) else 0) + 1)

    @property
    def title(self) -> str:
        return f"Force-update {self.target.name} (rolling restart)"

    @property
    def docker_command(self) -> str:
        return docker("service", "update", "--force", argument(self.target))

    def text_of(self, raw: object) -> str:
        return str(raw or 0)

    def shown(self, cluster: Cluster) -> str | None:
        service = cluster.services.get(self.target.id)
        return None if service is None else str(service.spec.task_template.force_update)

    def standing(self, value: str) -> str:
        return f"{self.target.name} was changed by another force-update, or rolled back"

    def consequences(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Consequence]:
        if "@" in service.image:
            yield note("The same image runs again: it is pinned to a digest.")
        else:
            yield note(f"Nodes pull {short_image(service.image)} again; the tag may have moved.")

    @property
    def undo(self) -> None:
        return None


@dataclass(frozen=True)
class RollBack(ServiceChange):
    """Give a service the spec back that it had before its last change. The engine itself does it, from what it keeps.

    Attributes:
        previous: the raw spec that it goes back to, as the user saw it.
    """

    name: ClassVar[str] = names.ROLL_BACK
    verb: ClassVar[str] = "Roll back"
    field: ClassVar[str] = "spec"
    path: ClassVar[Path] = ()

    previous: Spec = dataclasses.field(repr=False, compare=False)

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """Roll back.

        Args:
            raw: the service's raw JSON.

        Raises:
            NotPossible: there is no spec before, or it is the same, or the engine would crash.
        """
        target, previous = Target.of_json(Kind.SERVICE, raw), raw.get("PreviousSpec")
        if not isinstance(previous, Mapping) or not previous:
            raise NotPossible(
                f"{target.name} has no previous spec: it was not changed since it was created, or Swarm rolled an"
                " update back."
            )
        if not difference(raw["Spec"], previous):
            raise NotPossible(f"The previous spec of {target.name} is the same as the current one.")
        _refuse_a_crash(target, raw["Spec"], previous)
        return cls(target, raw["Spec"], previous)

    @property
    def title(self) -> str:
        return f"Roll back {self.target.name} to its previous spec"

    @property
    def docker_command(self) -> str:
        return docker("service", "rollback", argument(self.target))

    @property
    def parameters(self) -> Mapping[str, str]:
        return {"rollback": "previous", "registryAuthFrom": "previous-spec"}

    def contested(self, spec: Spec) -> tuple[Contested, ...]:
        return ()  # `change` tells it: there is nothing that could be done all the same

    def is_made(self, spec: Spec) -> bool:
        return self.value(spec) == self.wanted

    def upon(self, version: int, spec: Spec) -> Self:
        return replace(self, target=replace(self.target, version=version))

    def change(self, spec: Spec) -> dict[str, Any]:
        """The engine takes the spec that it has kept, whatever is sent; it only has to be one that it would accept.

        Raises:
            NotPossible: the service was changed since: the engine would go back to something else than was shown; or
                going back would crash it.
        """
        if self.value(spec) != self.seen:
            raise NotPossible(
                f"{self.target.name} was changed meanwhile: a rollback would not return to the spec you saw.",
                "Press R again to see what it would do now.",
            )
        _refuse_a_crash(self.target, spec, self.previous)
        return dict(self.previous)

    def value(self, spec: Spec) -> str:
        image = short_image(str(field_of(spec, "TaskTemplate", "ContainerSpec", "Image") or ""))
        return f"{image or 'no image'} (spec {fingerprint(spec)})"

    def replaces(self, cluster: Cluster) -> Replacements:
        return {self.target.id: replacement(self.spec, self.previous, "RollbackConfig")}

    def remarks(self, cluster: Cluster) -> Impact:
        service = cluster.services.get(self.target.id)
        if service is None:
            return gone(self.target)
        rollout = rollout_of(cluster, service)
        on_its_way = rollout is not None and (rollout.under_way or rollout.paused)
        reached = rollout.reached if rollout is not None and on_its_way else None
        consequences = [
            *restart_consequences(self.spec, self.previous, service, cluster, policy="RollbackConfig", reached=reached)
        ]
        if rollout is not None and rollout.under_way:
            consequences.append(note(f"The update under way ({rollout.text}) ends."))
        return impact_of([*consequences, note("Rolling back again returns to the current version.")])

    def standing(self, value: str) -> str:
        return f"{self.target.name} was changed again"

    def settling(self, cluster: Cluster) -> Progress:
        service = cluster.services[self.target.id]
        # The engine marks every rollback and completes it, even one that restarts nothing.
        return rolling_progress(cluster, service, Restart.ALL, back=True)

    @property
    def undo(self) -> Self:
        return replace(self, spec=self.previous, previous=self.spec)


@dataclass(frozen=True)
class ResumeUpdate(PartChange):
    """Set a paused update going again: any change of a service does, and this one changes nothing that matters.

    The tasks that have the new spec already stay; with the force-update counter raised they would be replaced, too.
    The very same spec would do as well, except for this: while the old updater still waits for its delay or for a task,
    swarm takes no notice of a spec that equals the one it was working on (manager/orchestrator/update/updater.go,
    `Supervisor.Update`), and the update would be lost. So the time for which new tasks are watched is written out where
    the engine's default was meant, or else moved by a billionth of a second.
    """

    name: ClassVar[str] = names.RESUME_UPDATE
    verb: ClassVar[str] = "Resume"
    field: ClassVar[str] = "monitor period of updates"
    path: ClassVar[Path] = ("UpdateConfig",)

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """Continue the update.

        Args:
            raw: the service's raw JSON.

        Raises:
            NotPossible: no update of it is paused.
        """
        target, state = Target.of_json(Kind.SERVICE, raw), str(part_of(raw, "UpdateStatus").get("State", ""))
        if state not in ("paused", "rollback_paused"):
            going = ": one is under way" if state in ("updating", "rollback_started") else ""
            raise NotPossible(f"No update of {target.name} is paused{going}.")
        return cls(target, raw["Spec"], tuple(_with_another_monitor(raw["Spec"]).items()))

    @property
    def title(self) -> str:
        return f"Resume the update of {self.target.name}"

    @property
    def docker_command(self) -> str:
        monitor = go_duration(RollingPolicy.of(self.after).monitor)
        return docker("service", "update", "--update-monitor", monitor, argument(self.target))

    def value(self, spec: Spec) -> str:
        monitor = field_of(spec, *self.path, "Monitor")
        return duration_text(monitor) if isinstance(monitor, int) and monitor > 0 else "default"

    @property
    def undo(self) -> None:
        return None

    def replaces(self, cluster: Cluster) -> Replacements:
        """The tasks that the update has not reached; the others have the new spec, and stay."""
        return {self.target.id: Replacement(Restart.ALL, replacement({}, self.after).policy)}

    def remarks(self, cluster: Cluster) -> Impact:
        service = cluster.services.get(self.target.id)
        if service is None:
            return gone(self.target)
        rollout = rollout_of(cluster, service)
        if rollout is None or not rollout.paused:
            return impact_of([note(f"The update of {self.target.name} is no longer paused.")])
        policy = RollingPolicy.of(self.spec)
        consequences = [
            warning(
                f"It continues with {tasks_left(rollout)}, {policy.pace(rollout.total or 2)}. Its running tasks stay."
            ),
            danger("Afterwards the spec from before the update is lost: to return to it, roll back instead."),
        ]
        if rollout.message:
            consequences.append(note(f"It paused because: {rollout.message}. That may happen again."))
        return impact_of(consequences)

    def settling(self, cluster: Cluster) -> Progress:
        return rolling_progress(cluster, cluster.services[self.target.id], Restart.ALL)


def _with_another_monitor(spec: Spec) -> dict[Path, Any]:
    """What of the update policy has to be set so that it differs and means the same."""
    if field_of(spec, "UpdateConfig") is None:  # with a policy there, what is left out of it would be 0
        return {(key,): value for key, value in DEFAULT_POLICY.items()}
    monitor = RollingPolicy.of(spec).monitor
    if field_of(spec, "UpdateConfig", "Monitor"):
        monitor += -1 if monitor % 10 == 1 else 1
    return {("Monitor",): monitor}


def _refuse_a_crash(target: Target, spec: Spec, previous: Spec) -> None:
    """Here nothing can be put in place of a missing placement: the engine takes what it has kept."""
    if only_placement_leaves(spec, previous):
        raise NotPossible(
            f"The previous spec of {target.name} has no placement at all; going back to it would crash the leader, and"
            " then each manager that leads next (moby issue 37883).",
            "Take the constraints away with E instead.",
        )
