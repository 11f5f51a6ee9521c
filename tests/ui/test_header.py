"""The header keeps what matters on every width: freshness, managers, nodes, services, tasks."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from swarmtui.endpoint import Endpoint
from swarmtui.engine.polling.observation import ConnectionStatus, Observation
from swarmtui.errors import EngineSilent, NoLeader, SwarmLocked, SwarmtuiError
from swarmtui.ui.shell.header import SteadyLatency, header_parts, pack
from tests.ui.driving import running
from tests.ui.scripted import ScriptedSession, live
from tests.unit.swarm import builders

WIDTHS = (80, 100, 120, 160)

LOST = EngineSilent("The engine does not answer.")


async def test_it_is_whole_at_every_width(crash_log: Path) -> None:
    nodes = [*builders.managers(3), builders.node("wrk1")]
    cluster = builders.cluster(nodes, [builders.service("web", 1)], builders.replicas_on("web", "wrk1"))
    async with running(ScriptedSession(cluster), crash_log) as program:
        for width in WIDTHS:
            await program.resize(width, 40)
            await program.until(lambda: cell_len(program.lines[0]) <= width)  # noqa: B023 - called in this round
            for part in ("prod", "● live 10 ms", "managers 3/3, can lose 1", "nodes 4/4", "services 1/1", "tasks 1/1"):
                await program.until(lambda: part in "\n".join(program.lines[:2]), part)  # noqa: B023 - as above
            assert program.shows("engine 26.1.5")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "name",
    ["prod", "a-context-with-a-name-that-somebody-made-rather-long-indeed", "漢字" * 30],
    ids=["short", "long", "CJK"],
)
@pytest.mark.parametrize("read_only", [False, True])
def test_a_huge_swarm_in_trouble_loses_nothing_that_matters(width: int, name: str, read_only: bool) -> None:
    now = float(int(time.monotonic()))  # so that 12 s more are 12 s
    status = ConnectionStatus(
        last_answer=now - 59.0, error=LOST, next_try=now + 12.0, latency=0.4, engine_version="28.1.1-rc.1+azure"
    )
    observation = Observation(builders.cluster(builders.managers(7)), status, read_only=read_only)
    parts = header_parts(Endpoint("ssh://ops@mgr1.example.com", name), observation, now)
    huge = {"nodes": "nodes 4998/5000", "services": "services 4990/5000", "tasks": "tasks 149999/150000"}
    parts = [replace(part, text=huge.get(part.text.split()[0], part.text)) for part in parts]
    lines, gap = pack(parts, width - 2)
    text = "\n".join(gap.join(part.text for part in line) for line in lines)
    assert len(lines) <= 2
    assert all(cell_len(line) <= width - 2 for line in text.splitlines())
    for part in (name[:3], "✖ reconnecting, data 55 s old", "managers 7/7, can lose 3", *huge.values()):
        assert part in text
    assert "retrying in 12 s" in text or width == 80 or name != "prod"
    assert ("READ-ONLY" in text) == read_only


def test_what_is_old_is_neither_praised_nor_blamed() -> None:
    now = time.monotonic()
    cluster = builders.cluster(builders.managers(3, unreachable=1))
    endpoint = Endpoint("unix:///s", "s")

    def style_of_nodes(status: ConnectionStatus) -> str:
        parts = header_parts(endpoint, Observation(cluster, status), now)
        return next(part.style for part in parts if part.text.startswith("nodes"))

    assert style_of_nodes(live()) == "$text-warning"
    assert style_of_nodes(live(error=LOST)) == "dim"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NoLeader("The swarm has no leader."), "✖ no leader, data 15 s old"),
        (SwarmLocked("The swarm is locked."), "✖ locked, data 15 s old"),
        (LOST, "✖ reconnecting, data 15 s old"),
    ],
)
def test_an_engine_that_answers_is_not_said_to_be_reconnecting(error: SwarmtuiError, words: str) -> None:
    now = time.monotonic()
    observation = Observation(builders.cluster(builders.managers(3)), ConnectionStatus(now - 15.0, error=error))
    parts = header_parts(Endpoint("unix:///s", "s"), observation, now)
    assert words in [part.text for part in parts]


async def test_what_is_not_known_yet_is_not_zero(crash_log: Path) -> None:
    session = ScriptedSession(builders.cluster([builders.node("n1", leader=True)], [builders.service("web", 1)], None))
    async with running(session, crash_log) as program:
        await program.see("tasks …")
        await program.see(r"n1 .* …")
        await program.see(r"web +replicated +\?+")


def test_a_latency_that_wobbles_does_not_redraw_the_header() -> None:
    latency = SteadyLatency()
    assert latency.of(None, 0.0) is None
    assert latency.of(0.004, 1.0) == 0.004
    assert latency.of(0.007, 2.0) == 0.004, "nearly the same"
    assert latency.of(0.050, 3.0) == 0.004, "not believed yet"
    assert latency.of(0.004, 8.0) == 0.004
    assert latency.of(0.050, 9.0) == 0.004, "it had been back"
    assert latency.of(0.050, 18.0) == 0.004
    assert latency.of(0.050, 19.0) == 0.050, "it has come to stay"
    assert latency.of(0.0002, 20.0) == 0.050
    assert latency.of(0.0002, 30.0) == 0.001, "what is less is not told apart"
