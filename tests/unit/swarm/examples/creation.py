"""Making a service, and setting a whole spec."""

from __future__ import annotations

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.editing.edit_spec import EditSpec
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.services.create import CreateService
from swarmtui.swarm.services.create_form import ServiceForm

EXAMPLES: list[tuple[Action, tuple[str, ...]]] = [
    (CreateService.of(ServiceForm(image="nginx:1.27", name="web"), Cluster()), ()),
    (
        EditSpec.of(Target(Kind.SERVICE, "the-id", "web", 10), {"Name": "web"}, {"Name": "web", "Labels": {"a": "b"}}),
        (),
    ),
]
