"""Join tokens: what lets a machine into the swarm. No token's text is ever in an action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Impact, Progress, Spec, SpecChange, Target
from swarmtui.swarm.actions.wording import docker, impact_of, note, target_swarm, warning, without_quorum
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects import Swarm

__all__ = ["RotateJoinToken"]

_PARAMETERS = {"worker": "rotateWorkerToken", "manager": "rotateManagerToken"}


@dataclass(frozen=True)
class RotateJoinToken(SpecChange):
    """Replace the join token of workers or of managers.

    The tokens are no part of the spec: it is sent back unchanged, and a parameter asks for the rotation. So a
    competing rotation cannot be told from any other change, and `value` is a constant.

    Attributes:
        target: the swarm.
        role: "worker" or "manager".
    """

    name: ClassVar[str] = "swarm.rotate-token"
    verb: ClassVar[str] = "Rotate"
    label: ClassVar[str] = "Rotate a join token"
    field: ClassVar[str] = "join token"

    target: Target
    role: str

    @classmethod
    def of(cls, swarm: Swarm, role: str) -> RotateJoinToken:
        """Rotate a token.

        Raises:
            NotPossible: there is no such role.
        """
        if role not in _PARAMETERS:
            raise NotPossible(f"'{role}' is no role with a join token.", "Choose worker or manager.")
        return cls(target_swarm(swarm), role)

    @property
    def title(self) -> str:
        return f"Rotate the {self.role} join token"

    @property
    def button(self) -> str:
        return f"Rotate {self.role} token"

    @property
    def docker_command(self) -> str:
        return docker("swarm", "join-token", "--rotate", self.role)

    @property
    def parameters(self) -> Mapping[str, str]:
        return {_PARAMETERS[self.role]: "true"}

    def change(self, spec: Spec) -> dict[str, Any]:
        return dict(spec)

    def value(self, spec: Spec) -> str:
        return "masked"

    @property
    def seen(self) -> str:
        return "masked"

    @property
    def wanted(self) -> str:
        return "masked"

    def impact(self, cluster: Cluster) -> Impact:
        findings = [
            warning(
                f"The present {self.role} token stops working at once and for good: scripts, images and machines being"
                " set up that hold it can no longer join."
            ),
            note(f"Nodes that have joined stay, {self.role}s too: their certificates do not depend on the token."),
            note("A machine that is to join after this needs the new token."),
            *without_quorum(cluster),
        ]
        return impact_of(findings)

    def progress(self, cluster: Cluster) -> Progress:
        if cluster.swarm is None or cluster.swarm.version.index <= self.target.version:
            return Progress("waiting for the engine", settled=False)
        return Progress(f"the {self.role} token is new", settled=True)
