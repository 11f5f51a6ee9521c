"""What the signs in a log mean, for the help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["LEGEND"]

LEGEND: Mapping[str, Sequence[str]] = {
    "a line on stderr": ["!"],
    "the engine: which lines are missing, and why; or swarmtui: how a task ended": ["»"],
    "The task and its node. Each task has a colour of its own, as far as there are colours.": ["web.2@wrk1"],
    "New lines are shown as they come.": ["● following"],
    "You read older lines: they stay in place.": ["○ not following"],
    "New lines wait; p shows them.": ["‖ paused"],
    "The engine has not answered yet.": ["◌ connecting"],
    "The connection broke; the log will continue after its last line.": ["✖ reconnecting"],
    "No more lines will come; the reason follows.": ["○ ended"],
    "Who does not let us in is not asked again by itself; ctrl+r tries.": ["✖ not connected"],
    "Each task's node is asked itself, not the manager; d changes that.": ["straight from 3 nodes"],
    "Only lines that match are shown.": ["/error"],
    "Lines that match are left out.": ["!health"],
    "Only the lines of one replica, node or service are shown.": ["only web.2"],
    "the line that the keys act on": ["▌"],
    "a selected line": ["┃"],
    "a control character that the program wrote; the terminal does not obey it": ["␛"],
    "a name that is cut off": ["…"],
}
