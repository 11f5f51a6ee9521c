"""The header: which swarm, how fresh what is shown is, and the counts that tell at a glance whether it is well."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from swarmtui.endpoint import Endpoint
from swarmtui.engine.polling.observation import ConnectionStatus, Observation, Phase
from swarmtui.errors import NoLeader, NotAManager, NotInSwarm, SwarmLocked, SwarmtuiError
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.finding import Severity
from swarmtui.swarm.health.swarm import Managers, managers_health, swarm_health
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.membership.quorum import Quorum
from swarmtui.swarm.services.replicas import totals
from swarmtui.swarm.short_text import counted
from swarmtui.swarm.units import age
from swarmtui.tunnel.status import TunnelPhase, TunnelStatus
from swarmtui.ui.kit.texts.text import fit, visible

if TYPE_CHECKING:
    from swarmtui.engine.nodes.forward import Forward

__all__ = ["Part", "StatusHeader", "header_parts", "pack", "unusable"]

GAPS = ("   ", "  ")
"""What stands between two parts; the narrow one where the wide one would cost a part."""

UNUSABLE = (
    (NoLeader, "no leader"),
    (SwarmLocked, "locked"),
    (NotAManager, "not a manager"),
    (NotInSwarm, "not in a swarm"),
)
"""What is wrong with an engine that answers: nothing reconnects there."""

LEAST_REASON = 36
"""Cells of the reason for being read-only that stay in any case: "READ-ONLY: config.toml, line 123: rea"."""

NO_FINDINGS: Mapping[Severity, int] = {}

GOOD, WARN, BAD, DIM = "$text-success", "$text-warning", "$text-error", "dim"


@dataclass(frozen=True)
class Part:
    """A piece of the header. Of parts that do not fit, the one with the highest `rank` goes first.

    Attributes:
        least: cells to which it is cut when nothing can go any more; 0 for never.
    """

    text: str
    style: str = ""
    rank: int = 0
    least: int = 0


def header_parts(
    endpoint: Endpoint,
    observation: Observation,
    now: float,
    findings: Mapping[Severity, int] = NO_FINDINGS,
    forwards: Sequence[Forward] = (),
) -> list[Part]:
    """All that the header could say, in its order.

    Args:
        now: seconds of `time.monotonic`.
        findings: how many there are of each severity.
        forwards: the local ports that lead to tasks.
    """
    connection = observation.connection
    parts = [Part(visible(endpoint.name), "bold", least=8)]
    if endpoint.url != endpoint.name:
        parts.append(Part(visible(endpoint.description or endpoint.url), DIM, rank=3))
    if connection.manager:
        parts.append(Part(f"through {visible(connection.manager)}", WARN, rank=1, least=12))
    if connection.tunnel is not None:
        parts.extend(_way(connection.tunnel))
    if observation.read_only:
        because = visible(re.sub(r"^\S*/", "", observation.refuses_because).removesuffix("."))
        parts.append(Part(f"READ-ONLY: {because}", WARN, least=LEAST_REASON) if because else Part("READ-ONLY", WARN))
    if connection.engine_version:
        parts.append(Part(f"engine {visible(connection.engine_version)}", DIM, rank=2))
    parts.append(_freshness(connection, now))
    if connection.error is not None:
        next_try = _next_try(connection, now)
        parts += [Part(next_try, parts[-1].style, rank=1)] if next_try else []
    parts.extend(_forwarded(forwards))
    if connection.trying:
        parts.append(Part(f"trying {visible(connection.trying)}", WARN, rank=1))
    if observation.cluster is not None:
        counts = [*_found(findings), *_counts(observation.cluster, time.time() + connection.clock_offset)]
        if connection.phase(now) is not Phase.LIVE:  # old numbers are not praised or blamed
            counts = [replace(part, style=DIM) for part in counts]
        parts.extend(counts)
    return parts


def _forwarded(forwards: Sequence[Forward]) -> list[Part]:
    """How many local ports lead to tasks, and whether one has come to its end; `F` lists them."""
    ended = sum(1 for each in forwards if each.status.ended)
    if ended:
        return [Part(f"▲ F: {counted(ended, 'forward')} ended", WARN, rank=1)]
    return [Part(f"F: {counted(len(forwards), 'forward')}", DIM, rank=2)] if forwards else []


def _found(findings: Mapping[Severity, int]) -> list[Part]:
    """How many findings there are; `!` tells which. Notes can wait until somebody looks."""
    critical, warnings = findings.get(Severity.CRITICAL, 0), findings.get(Severity.WARNING, 0)
    parts = [Part(f"✖ {critical} critical", BAD)] if critical else []
    return [*parts, *([Part(f"▲ {counted(warnings, 'warning')}", WARN, rank=1)] if warnings else [])]


def _way(tunnel: TunnelStatus) -> list[Part]:
    """How the tunnel leads to the engine, as far as that is not the usual."""
    parts = [Part(f"via {visible(' → '.join(tunnel.way[:-1]))}", DIM, rank=4)] if len(tunnel.way) > 1 else []
    if tunnel.means.endswith("dial-stdio"):
        parts.append(Part("dial-stdio", DIM, rank=4))
    return parts


def _next_try(connection: ConnectionStatus, now: float) -> str:
    tunnel = connection.tunnel
    if tunnel is not None and tunnel.phase is TunnelPhase.CONNECTING:
        return _doing(tunnel)
    if connection.next_try is not None:
        wait = connection.next_try - now
        return "retrying now" if wait < 1 else f"retrying in {age(wait)}"
    return "ctrl+r: try again" if tunnel is not None and tunnel.phase is TunnelPhase.LOST else ""


def _doing(tunnel: TunnelStatus) -> str:
    return "waits for your answer" if tunnel.asks else visible(tunnel.doing)


def unusable(error: SwarmtuiError | None) -> str:
    """What is wrong with an engine that answers, in a word: "no leader"; "" when it does not answer, or all is well."""
    return next((word for sort, word in UNUSABLE if isinstance(error, sort)), "")


def _freshness(connection: ConnectionStatus, now: float) -> Part:
    phase, old = connection.phase(now), connection.age(now)
    if connection.recorded:
        return Part("◼ record" if phase is Phase.LIVE else f"◌ record, data {age(old or 0)} old", WARN)
    if phase is Phase.LIVE:
        latency = "" if connection.latency is None else f" {_rough_milliseconds(connection.latency)} ms"
        return Part(f"● live{latency}", GOOD)
    since = "" if old is None else f", data {age(old)} old"
    if phase is Phase.STALE:
        return Part(f"◌ stale{since}", WARN)
    if connection.error is not None:
        word = unusable(connection.error) or phase.value
        return Part(f"✖ {word}{since}", BAD if since else WARN)
    tunnel = connection.tunnel
    doing = _doing(tunnel) if tunnel is not None and tunnel.phase is TunnelPhase.CONNECTING else ""
    return Part(f"◌ {doing or phase.value}", WARN)


def _rough_milliseconds(seconds: float) -> int:
    """Rounded to 1, 2 or 5 times a power of ten: a latency that wobbles should not redraw the header each second."""
    milliseconds = max(1.0, seconds * 1000)
    power = 1
    while milliseconds > 7.07 * power:
        power *= 10
    return power if milliseconds <= 1.41 * power else 2 * power if milliseconds <= 3.16 * power else 5 * power


def _counts(cluster: Cluster, now: float) -> list[Part]:
    """What there is, and how much of it is well at `now`, the engine's time in seconds since 1970."""
    quorum, sums, services = Quorum.of(cluster), totals(cluster), swarm_health(cluster, now)
    managers = {Managers.LOST: BAD, Managers.SHORT: WARN}.get(managers_health(quorum), "")
    tasks = (
        "…"
        if sums.tasks_running is None or sums.tasks_desired is None
        else f"{sums.tasks_running}/{sums.tasks_desired}"
    )
    of_nodes = [
        Part(f"managers {quorum.text}", managers),
        Part(f"nodes {sums.nodes_ready}/{sums.nodes}", WARN if sums.nodes_ready < sums.nodes else ""),
    ]
    if Kind.NODE in cluster.refused:
        of_nodes = [Part("managers ?", WARN), Part("nodes ?", WARN)]
    if Kind.SERVICE in cluster.refused:
        return [*of_nodes, Part("services ?", WARN), Part("tasks ?", WARN)]
    return [
        *of_nodes,
        Part(f"services {services.well}/{services.services}", WARN if services.well < services.services else ""),
        *([Part(f"{services.looping} looping", BAD, rank=1)] if services.looping else []),
        *([Part(f"{services.unknown} unknown", WARN, rank=1)] if services.unknown else []),
        Part(f"tasks {tasks}", WARN if (sums.tasks_running or 0) < (sums.tasks_desired or 0) else ""),
    ]


def pack(parts: Sequence[Part], width: int, lines: int = 2) -> tuple[list[list[Part]], str]:
    """Lay parts out in at most `lines` lines of `width` cells.

    What does not fit is left out by its rank; when only rank 0 is left, those that may be cut are. A single part that
    is wider than a line is cut in any case.

    Returns:
        The parts of each line, and what to put between them.
    """
    kept = list(parts)
    while True:
        for gap in GAPS:
            packed = _flow(kept, width, gap)
            if len(packed) <= lines:
                return [[_cut(part, width) for part in line] for line in packed], gap
        spare = max(kept, key=lambda part: part.rank)
        long = next((part for part in kept if 0 < part.least < cell_len(part.text)), None)
        if spare.rank:
            kept.remove(spare)
        elif long is not None:
            kept[kept.index(long)] = _cut(long, cell_len(long.text) - 1)
        else:
            return [[_cut(part, width) for part in line] for line in packed[:lines]], gap


def _flow(parts: Sequence[Part], width: int, gap: str) -> list[list[Part]]:
    """Parts in as many lines as they need."""
    packed: list[list[Part]] = [[]]
    room = width
    for part in parts:
        need = cell_len(part.text) + (len(gap) if packed[-1] else 0)
        if need > room and packed[-1]:
            packed.append([])
            room, need = width, cell_len(part.text)
        packed[-1].append(part)
        room -= need
    return packed


def _cut(part: Part, width: int) -> Part:
    return part if cell_len(part.text) <= width else replace(part, text=fit(part.text, width))


class SteadyLatency:
    """A latency that does not wobble: another one is believed only when it has been there for a while."""

    FACTOR = 2.5
    """What is so many times longer or shorter is another one."""
    PATIENCE = 10.0
    """Seconds."""

    def __init__(self) -> None:
        self._shown: float | None = None
        self._left: float | None = None

    def of(self, latency: float | None, now: float) -> float | None:
        """The latency to show at `now` (seconds of `time.monotonic`) when this was measured last."""
        shown, fresh = self._shown, None if latency is None else max(latency, 0.001)
        if shown is None or fresh is None:
            self._shown, self._left = fresh, None
        elif shown / self.FACTOR <= fresh <= shown * self.FACTOR:
            self._left = None
        elif self._left is None:
            self._left = now
        elif now - self._left >= self.PATIENCE:
            self._shown, self._left = fresh, None
        return self._shown


class StatusHeader(Static):
    """One or two lines, drawn again only when their text changes."""

    def __init__(self, endpoint: Endpoint, forwards: Callable[[], Sequence[Forward]] = tuple) -> None:
        super().__init__(id="header")
        self._endpoint = endpoint
        self._forwards = forwards
        self._drawn: list[list[Part]] = []
        self._latency = SteadyLatency()

    def show(self, observation: Observation, now: float, findings: Mapping[Severity, int] = NO_FINDINGS) -> bool:
        """Draw what is known at `now` (seconds of `time.monotonic`), and how many findings there are by severity.

        Returns:
            Whether that is other than before.
        """
        width = max(10, (self.size.width or self.app.size.width) - 2)
        status = observation.connection
        status = replace(status, latency=self._latency.of(status.latency, now))
        observation = replace(observation, connection=status)
        lines, gap = pack(header_parts(self._endpoint, observation, now, findings, self._forwards()), width)
        fits = self.size.height == len(lines)  # a layout that was asked for while another was made may have been lost
        same = lines == self._drawn
        if same and (fits or not self.size):
            return False
        self._drawn = lines
        drawn = [
            Content(gap).join([Content.styled(p.text, p.style) if p.style else Content(p.text) for p in line])
            for line in lines
        ]
        self.update(Content("\n").join(drawn), layout=not fits)
        return not same
