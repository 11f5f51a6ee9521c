"""What a row still says where there is little room or no colour."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.style import Style
from textual.widget import Widget

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.service import Port
from swarmtui.ui.services.image_cell import IMAGE_ROOM, cut_image, row_image
from tests.ui.driving import Program, running
from tests.ui.scripted import ScriptedSession, live
from tests.unit.swarm import builders

LONG = "monitoring_prometheus-node-exporter"
TAG = "2026.03.1-build417"


def large_swarm() -> Cluster:
    """Sixty services, most with long names and images of a private registry; one has a failing update."""
    nodes = [*builders.managers(3, unreachable=1), builders.node("ip-10-23-114-201.eu-central-1.internal")]
    nodes += [builders.node(f"wrk{number}", availability="drain" if number == 2 else "active") for number in range(9)]
    services = [
        builders.service(
            LONG if not number else f"shop_component-{number:02}",
            3,
            image=f"registry.example.com:5000/team/platform/exporter:{TAG}@sha256:{'a' * 64}",
            ports=[Port(published_port=8080 + number, target_port=80)],
            status=(3, 3),
            update="paused" if number == 1 else "",
            update_message="update paused due to failure or early termination of task xyz",
        )
        for number in range(60)
    ]
    tasks = [task for service in services for task in builders.replicas_on(service.name, "wrk1", "wrk3", "wrk4")]
    return builders.cluster(nodes, services, tasks)


@pytest.mark.parametrize(
    ("image", "shown"),
    [
        ("nginx:1.27", "nginx:1.27"),
        ("10.97.0.2:5000/web:1.2", "web:1.2"),
        ("localhost/web:1.2", "web:1.2"),
        ("registry.example.com/team/api:2.1", "team/api:2.1"),
        ("grafana/grafana:10.4", "grafana/grafana:10.4"),
        ("registry.example.com:5000/team/platform/api:2026.03.1", "api:2026.03.1"),
        (f"registry.example.com/{LONG}:2026.03.1", "monito…orter:2026.03.1"),
        (f"web:{'f' * 40}", f"web:{'f' * 7}…{'f' * 10}"),
        (f"10.97.0.2:5000/web@sha256:{'ab' * 32}", "web@abababababab"),
        ("web:1.2@sha256:" + "ab" * 32, "web:1.2"),
        ("", ""),
        ("服务服务服务服务服务服务服务:1.2", "服务服务 …服务服务:1.2"),
    ],
)
def test_of_an_image_the_end_stays(image: str, shown: str) -> None:
    assert cut_image(row_image(image), IMAGE_ROOM) == shown


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 36), (160, 50)])
async def test_a_large_swarm_can_be_read_at_every_size(crash_log: Path, size: tuple[int, int]) -> None:
    session = ScriptedSession(large_swarm())
    async with running(session, crash_log, size=size) as program:
        await program.press("2")
        await program.see("shop_component-07 ")  # a name is whole before there is anything beside it
        await program.see("paused 0/")
        if size[0] != 100:  # there the names and the failing update leave no room; it stands below the rows
            await program.see(rf"\S:{TAG}")
        await program.on_row("2", LONG[:8])
        await program.until(lambda: f"registry.example.com:5000/team/platform/exporter:{TAG}" in details(program))
        await program.until(lambda: LONG in details(program))
        await program.press("down")
        await program.until(lambda: "✖ paused 0/3: a new task failed" in details(program))
        await program.press("1")
        await program.see(r"mgr3 +✖ manager +✖ down|mgr3 ✖ manager ✖ down")
        await program.on_row("1", "mgr3")
        await program.see("✖ its manager is unreachable")
        await program.on_row("1", "ip-10")
        await program.see("ip-10-23-114-201.eu-central-1.internal")
        assert len({len(line) for line in program.lines if line.startswith(("╭", "│", "╰"))}) <= 1, "frames are whole"


def details(program: Program) -> str:
    """What stands below the services, its lines put together again."""
    region = next(iter(program.main.services.query(".detail"))).region
    lines = program.lines[region.y : region.bottom]
    return "".join(line[region.x + 1 : region.right - 1] for line in lines).replace("  ", " ")


async def test_without_colour_what_is_wrong_is_bold(crash_log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    session = ScriptedSession(large_swarm())
    async with running(session, crash_log) as program:
        await program.see("mgr3 +✖ manager +✖ down|mgr3 ✖ manager ✖ down")
        assert style_of(program, "✖ down").bold
        assert not style_of(program, "● ready").bold


def style_of(program: Program, text: str) -> Style:
    """How a cell of the nodes is drawn."""
    table = program.main.nodes.table
    for y in range(table.size.height):
        for segment in table.render_line(y):
            if segment.text.strip() == text and segment.style is not None:
                return segment.style
    raise AssertionError(f"{text} is nowhere")


def in_sight(program: Program) -> list[Widget]:
    """What stands below the rows of the panes that are shown."""
    found = [each for each in program.main.query(".detail") if each.region.height]
    assert len(found) >= 2
    return found


async def test_old_news_is_grey_below_the_rows_too(crash_log: Path) -> None:
    session = ScriptedSession(large_swarm(), live(overdue_after=0.0))
    async with running(session, crash_log) as program:
        await program.until(program.is_grey)
        await program.on_row("2", "shop_component-01")
        await program.see("✖ paused 0/3: a new task")
        assert all(detail.has_class("-old") for detail in in_sight(program))
        session.tell(connection=live())
        await program.until(lambda: not any(detail.has_class("-old") for detail in in_sight(program)))
