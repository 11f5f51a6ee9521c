"""A list that the engine does not give, in words: it is the state of its pane, and of nothing else."""

from __future__ import annotations

from textual.content import Content

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind

__all__ = ["refusal_line", "refusal_text"]


def refusal_line(cluster: Cluster, kind: Kind | None) -> str:
    """In place of the rows; "" where nothing is refused."""
    words = cluster.refused.get(kind) if kind is not None else None
    return "" if words is None or kind is None else f"refused: GET /{kind.value} ({words})"


def refusal_text(cluster: Cluster, kind: Kind | None) -> Content:
    """Below the rows: the likely cause, and what helps."""
    if kind is None or kind not in cluster.refused:
        return Content("")
    return Content.styled(
        f"✖ A proxy before the engine forbids it: allow GET /{kind.value}"
        f" (docker-socket-proxy: {kind.value.upper()}=1). Retrying every minute; ctrl+r retries now.",
        "$text-error",
    )
