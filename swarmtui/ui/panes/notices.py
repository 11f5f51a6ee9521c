"""What stands between the panes and the edge of the screen: trouble with the connection, and changes under way."""

from __future__ import annotations

import time

from textual.content import Content
from textual.widgets import Static

from swarmtui.endpoint import Endpoint
from swarmtui.engine.observation import Observation, Phase
from swarmtui.errors import NoLeader, NotAManager, SwarmLocked, SwarmtuiError
from swarmtui.tunnel.status import TunnelPhase
from swarmtui.ui.ages import age
from swarmtui.ui.membership import may_ask
from swarmtui.ui.operations import Stage, Undertaking
from swarmtui.ui.stage import Narration
from swarmtui.ui.text import visible

__all__ = ["ActivityLine", "Banner", "NarrationLine", "TroublePanel"]


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
        hint = f"What you see is old, and changes are refused. ctrl+r tries at once.{f' {offered}' if offered else ''}"
        if observation.connection.trying:
            hint += f" Trying {visible(observation.connection.trying)} …"
        self.say(Content.styled(f"✖ {error.layer}: {visible(str(error))}  {hint}", "$text-error"))


class NarrationLine(Notice):
    """In the demo: the scenario's line, and the keys that go on."""

    def show(self, narration: Narration) -> None:
        if not narration.playing:
            self.say(Content.styled("Demo: X makes things go wrong, or plays a scenario", "dim"))
            return
        title = visible(narration.known.get(narration.playing, narration.playing))
        head = f"{title} ({narration.step}/{narration.of})  "
        self.say(Content.assemble((head, "bold $text-accent"), visible(narration.says), ("   N goes on", "dim")))


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
        parts += [(f"{where}\nWhat failed: {error.layer}\n", "dim")]
        if connection.trying:
            parts += [(f"Trying {visible(connection.trying)} …\n", "dim")]
        if tunnel is not None and tunnel.phase is TunnelPhase.LOST and connection.next_try is None:
            parts += [("It is not tried again by itself. ctrl+r tries again, q quits.", "dim")]
        else:
            wait = "now" if connection.next_try is None else f"in {age(max(0.0, connection.next_try - now))}"
            parts += [(f"Tried again {wait}. ctrl+r tries at once, q quits.", "dim")]
        parts.append(self._elsewhere)
        self.say(Content.assemble(*parts))


def _offered(error: SwarmtuiError, observation: Observation) -> str:
    """What can be done about it from here, with the keys."""
    if may_ask("swarm.init", observation):
        return "I  make a swarm here (init)     J  join one"
    if isinstance(error, SwarmLocked):
        return "K  unlock it with the key     W  leave the swarm by force"
    if isinstance(error, NoLeader):
        return "Q  how a swarm gets its quorum back"
    return "W  leave this swarm" if may_ask("swarm.leave", observation) else ""


class ActivityLine(Notice):
    """The change that is under way, until the swarm has settled; then how it ended, for a while."""

    LINGER = 8.0
    """Seconds for which a success stays."""

    def show(self, operation: Undertaking | None, others: int, *, phase: Phase) -> None:
        """
        Args:
            operation: what to show; None for nothing.
            others: how many more are under way.
        """
        if operation is None or self._is_over(operation):
            self.say(Content(""))
            return
        signs = {
            Stage.DONE: ("✔", "$text-success"),
            Stage.FAILED: ("✖", "$text-error"),
            Stage.CANCELLED: ("•", "dim"),
        }
        sign, style = signs.get(operation.stage, ("▸", "$text-accent"))
        done_at = operation.ended if operation.stage is Stage.DONE else None
        took = f" after {age(done_at - operation.started)}" if done_at is not None else ""
        more = f"  (and {others} more)" if others else ""
        paused = "  (connection lost: not followed)" if operation.under_way and phase is not Phase.LIVE else ""
        text = f"{sign} {visible(operation.title)}: {visible(operation.text)}{took}{paused}{more}"
        if operation.stage in (Stage.FAILED, Stage.CANCELLED):
            text += "   esc clears"
        self.say(Content.styled(text, style))

    def _is_over(self, operation: Undertaking) -> bool:
        return (
            operation.stage is Stage.DONE
            and operation.ended is not None
            and time.monotonic() - operation.ended > self.LINGER
        )
