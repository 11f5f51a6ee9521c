"""A list that the engine does not give, in words: it is the state of its pane, and of nothing else."""

from __future__ import annotations

from textual.content import Content

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.ui.kit.texts.text import visible

__all__ = ["RefusedList", "refusal_line", "refusal_text"]


class RefusedList:
    """What a table says in place of its rows while the engine refuses their list.

    Attributes:
        line: that; "" while the list is not refused.
    """

    def __init__(self) -> None:
        self.line = ""
        self._usual = ""

    def empty_text(self, says: str, cluster: Cluster, kind: Kind | None) -> str:
        """What the table is to say from now on; the usual words again once the list is given.

        Args:
            says: what it says now.
        """
        line = visible(refusal_line(cluster, kind))
        before, self.line = self.line, line
        if line and says != line:
            self._usual = says
            return line
        return self._usual if not line and says == before != "" else says


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
