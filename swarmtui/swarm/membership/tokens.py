"""Join tokens: what lets a machine into the swarm. No token's text is ever in an action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Impact, Progress, Spec, SpecChange, Target
from swarmtui.swarm.actions.wording import docker, impact_of, note, warning, without_quorum
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.swarm import Swarm

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

    name: ClassVar[str] = names.ROTATE_JOIN_TOKEN
    verb: ClassVar[str] = "Rotate"
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
            raise NotPossible(f"There is no join token for the role '{role}'.", "Choose worker or manager.")
        return cls(Target.of(swarm), role)

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
        consequences = [
            warning(
                f"The current {self.role} token stops working now and for good: scripts, images and machines that"
                " use it can no longer join."
            ),
            note(f"Nodes that have joined stay, {self.role}s too: their certificates do not depend on the token."),
            note("Machines that join after this need the new token."),
            *without_quorum(cluster),
        ]
        return impact_of(consequences)

    def shown(self, cluster: Cluster) -> str | None:
        return self.wanted  # a token is no part of what is shown

    def settling(self, cluster: Cluster) -> Progress:
        return Progress(f"the {self.role} token was rotated", settled=True)
