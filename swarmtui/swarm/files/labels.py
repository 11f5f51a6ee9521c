"""The labels of a secret or config: all that can be changed of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, Impact
from swarmtui.swarm.actions.labels import SetLabels
from swarmtui.swarm.actions.wording import gone, impact_of, no_docker_command, note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.stack_label import STACK_LABEL

__all__ = ["SetConfigLabels", "SetSecretLabels"]


@dataclass(frozen=True, eq=False)
class _SetFileLabels(SetLabels):
    """Replace the labels of a secret or config, as a set. No task sees them, so none is restarted."""

    @property
    def docker_command(self) -> str:
        return no_docker_command(self.target, f"No docker command changes a {self.target.kind.word}")

    def impact(self, cluster: Cluster) -> Impact:
        thing = (cluster.objects(self.target.kind) or {}).get(self.target.id)
        if thing is None:
            return gone(self.target)
        return impact_of([*self.what_changes(), *self._of_stack(), note("No task is restarted.")])

    def _of_stack(self) -> Iterator[Consequence]:
        before, now = (labels.get(STACK_LABEL, "") for labels in (self.labels_seen, self.labels))
        if before and now != before:
            yield warning(f"{self.target.name} leaves the stack {before}, until its next deploy takes it back.")
        if now and now != before:
            yield warning(f"{self.target.name} joins the stack {now}: it is removed with that stack.")


@dataclass(frozen=True, eq=False)
class SetSecretLabels(_SetFileLabels):
    """Replace the labels of a secret."""

    name: ClassVar[str] = names.SET_SECRET_LABELS


@dataclass(frozen=True, eq=False)
class SetConfigLabels(_SetFileLabels):
    """Replace the labels of a config."""

    name: ClassVar[str] = names.SET_CONFIG_LABELS
