"""What stands between the panes and the edge of the screen: trouble with the connection, and changes under way."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from swarmtui.endpoint import Endpoint
from swarmtui.engine.polling.observation import ConnectionStatus, Observation, Phase
from swarmtui.errors import NoLeader, NotAManager, SwarmLocked, SwarmtuiError
from swarmtui.swarm.units import age
from swarmtui.tunnel.status import TunnelPhase
from swarmtui.ui.changes.operation import OperationOrBatch, Stage
from swarmtui.ui.demo.demo_swarm import Narration
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.membership.commands import INIT, LEAVE
from swarmtui.ui.shell.header import unusable

__all__ = ["ActivityLine", "Banner", "NarrationLine", "TroublePanel", "sign_of_stage", "why_unfollowed"]


class Notice(Static):
    """A text that takes no room while it is empty, and is drawn only when it changes."""

    _said: Content | None = None

    def on_mount(self) -> None:
        if self._said is None:
            self.say(Content(""))

    def say(self, content: Content) -> None:
        if self._said is not None and content.markup == self._said.markup:  # Content compares without its styles
            return
        self._said = content
        self.display = bool(content.plain)
        self.update(content)


class Banner(Notice):
    """Below the header while the connection is lost and old data is shown: why, and what helps."""

    def show(self, observation: Observation) -> None:
        error = observation.connection.error
        if error is None or observation.cluster is None:
            self.say(Content(""))
            return
        offered = _offered(error, observation)
        hint = f"What you see is old, and changes are refused. ctrl+r retries now.{f' {offered}' if offered else ''}"
        if observation.connection.trying:
            hint += f" Trying {visible(observation.connection.trying)} …"
        self.say(Content.styled(f"✖ {error.after_layer(visible(str(error)))}  {hint}", "$text-error"))


class NarrationLine(Notice):
    """In the demo: the scenario's line, and the keys that continue."""

    def show(self, narration: Narration) -> None:
        if not narration.playing:
            self.say(Content.styled("Demo: X makes things go wrong, or plays a scenario", "dim"))
            return
        title = visible(narration.known.get(narration.playing, narration.playing))
        head = f"{title} ({narration.step}/{narration.of})  "
        self.say(Content.assemble((head, "bold $text-accent"), visible(narration.says), ("   N continues", "dim")))


class TroublePanel(Notice):
    """In place of the panes, while nothing has been seen of a swarm: what this engine is, what to do.

    Args:
        elsewhere: whether the user can choose another swarm.
    """

    def __init__(self, *, id: str, elsewhere: bool = False) -> None:
        super().__init__(id=id)
        self._elsewhere = ("\n\nC: choose another", "bold") if elsewhere else ""

    def show(self, endpoint: Endpoint, observation: Observation, now: float) -> None:
        """`now` in seconds of `time.monotonic`."""
        connection = observation.connection
        where = f"{visible(endpoint.name)}  ({visible(endpoint.url)}, from {visible(endpoint.source)})"
        error = connection.error
        tunnel = connection.tunnel
        if error is None:
            doing = f"\n\n{visible(tunnel.doing)}" if tunnel is not None and tunnel.doing else ""
            self.say(Content.assemble(("Connecting …", "bold"), "\n\n", where, (doing, "dim"), self._elsewhere))
            return
        parts: list[tuple[str, str] | str] = [(f"✖ {visible(error.message)}", "bold $text-error"), "\n\n"]
        if error.remedy:
            parts += [visible(error.remedy), "\n\n"]
        if isinstance(error, NotAManager) and error.managers:
            parts += ["Managers of this swarm: ", visible(", ".join(error.managers)), "\n\n"]
        offered = _offered(error, observation)
        if offered:
            parts += [(offered, "bold $text-accent"), "\n\n"]
        parts += [(f"{where}\n" + (f"What failed: {error.layer}\n" if error.layer else ""), "dim")]
        if connection.trying:
            parts += [(f"Trying {visible(connection.trying)} …\n", "dim")]
        if tunnel is not None and tunnel.phase is TunnelPhase.LOST and connection.next_try is None:
            parts += [("Not retrying. ctrl+r tries again, q quits.", "dim")]
        else:
            seconds = 0.0 if connection.next_try is None else connection.next_try - now
            wait = "now" if seconds < 1 else f"in {age(seconds)}"
            parts += [(f"Retrying {wait}. ctrl+r retries now, q quits.", "dim")]
        parts.append(self._elsewhere)
        self.say(Content.assemble(*parts))


def _offered(error: SwarmtuiError, observation: Observation) -> str:
    """What can be done about it from here, with the keys."""
    if INIT.works(observation):
        return "I  create a swarm here (init)     J  join one"
    if isinstance(error, SwarmLocked):
        return "K  unlock it with the key     W  leave the swarm by force"
    if isinstance(error, NoLeader):
        return "Q  how to recover the quorum"
    return "W  leave this swarm" if LEAVE.works(observation) else ""


class ActivityLine(Notice):
    """The newest of what happens to the changes: one that is under way, or how one ended, that for a while.

    What did not end as it was asked for stays until it is dismissed.
    """

    LINGER = 8.0
    """Seconds for which a success stays."""

    def show(self, shown: Sequence[OperationOrBatch], *, unfollowed: str, now: float) -> None:
        """
        Args:
            shown: what there is to tell of, the newest first.
            unfollowed: why nothing can be followed now, "" while it can: see `why_unfollowed`.
            now: seconds of the operations' clock.
        """
        told = [each for each in shown if not self._is_over(each, now)]
        if not told:
            self.say(Content(""))
            return
        operation, *others = told
        sign, style = sign_of_stage(operation.stage)
        lasted = (operation.ended or 0.0) - operation.started if operation.stage is Stage.DONE else 0.0
        took = f" after {age(lasted)}" if lasted >= 1.0 else ""
        paused = f"  ({unfollowed}: not followed)" if operation.under_way and unfollowed else ""
        over = "   esc clears" if not operation.under_way and operation.stage is not Stage.DONE else ""
        text = f"{sign} {visible(operation.title)}: {visible(operation.text)}{took}{paused}{_more(others)}{over}"
        self.say(Content.styled(text, style))

    def _is_over(self, operation: OperationOrBatch, now: float) -> bool:
        return operation.stage is Stage.DONE and operation.ended is not None and now - operation.ended > self.LINGER


def why_unfollowed(connection: ConnectionStatus, now: float) -> str:
    """ "no leader", "connection lost": what keeps the swarm from being seen; "" while it is.

    Args:
        now: seconds of `time.monotonic`.
    """
    phase = connection.phase(now)
    if phase is Phase.LIVE:
        return ""
    return "answer overdue" if phase is Phase.STALE else unusable(connection.error) or "connection lost"


SIGNS = {
    Stage.DONE: ("✔", "$text-success"),
    Stage.FAILED: ("✖", "$text-error"),
    Stage.CANCELLED: ("•", "dim"),
    Stage.OVERTAKEN: ("▲", "$text-warning"),
    Stage.GIVEN_UP: ("▲", "$text-warning"),
}
"""How each end is told, by a sign as well as a colour."""


def sign_of_stage(stage: Stage) -> tuple[str, str]:
    """The sign of a change, and its style: "▸" while it is under way."""
    return SIGNS.get(stage, ("▸", "$text-accent"))


def _more(others: Sequence[OperationOrBatch]) -> str:
    under_way = sum(each.under_way for each in others)
    ended = sum(not each.under_way and each.stage is not Stage.DONE for each in others)
    parts = [f"{under_way} more under way"] if under_way else []
    parts += [f"{ended} that did not succeed"] if ended else []
    return f"  (and {', '.join(parts)}: A lists them)" if parts else ""
