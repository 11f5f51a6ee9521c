"""What can be asked for by a key or a command, by name, and the dialog that asks. A module for each sort of object."""

from __future__ import annotations

from swarmtui.ui.openers import creation, editing, nodes, services, shared, swarm
from swarmtui.ui.openers.opening import Confirmation, Ground, Opening

__all__ = ["OPENINGS", "Confirmation", "Ground", "Opening"]

OPENINGS: dict[str, Opening] = {
    **nodes.OPENINGS,
    **services.OPENINGS,
    **creation.OPENINGS,
    **editing.OPENINGS,
    **shared.OPENINGS,
    **swarm.OPENINGS,
}
"""By the name of the action, or of the way to ask for it ("service.scale.more")."""
