"""What samples of a container say: shapes as engines give them, on cgroup v1 and v2; the numbers are our own."""

from __future__ import annotations

from typing import Any

import pytest

from swarmtui.swarm.stats.figure_words import cpu_text, glance, ways_text
from swarmtui.swarm.stats.figures import Figures, figures_between, total_of
from swarmtui.swarm.stats.live_figures import LiveFigures
from swarmtui.swarm.stats.processes import processes_of
from swarmtui.swarm.stats.sample import Sample, sample_of
from swarmtui.swarm.stats.stats import MOST_NODES, Stats, Unreached, subjects_of
from swarmtui.swarm.stats.track import KEPT, MOST_POINTS, Track, series
from swarmtui.ui.kit.tables.sparkline import sparkline
from tests.unit.swarm.builders import cluster, node, service, task

MIB = 1 << 20


def answer(second: int, cpu: float, **more: Any) -> dict[str, Any]:
    """A sample of an engine on cgroup v1 with two CPUs, one-shot, as 20.10 gives it.

    Args:
        second: when, after some minute.
        cpu: seconds of CPU so far.
    """
    return {
        "read": f"2026-11-29T04:56:{second:02d}.294711604Z",
        "preread": "0001-01-01T00:00:00Z",
        "pids_stats": {"current": 3},
        "blkio_stats": {"io_service_bytes_recursive": [], "io_serviced_recursive": []},
        "cpu_stats": {
            "cpu_usage": {"total_usage": int(cpu * 1e9), "percpu_usage": [1, 2]},
            "system_cpu_usage": 1_732_780_000_000_000 + second * 2 * 10**9,
            "online_cpus": 2,
        },
        "precpu_stats": {"cpu_usage": {"total_usage": 0}},
        "memory_stats": {
            "usage": 100 * MIB,
            "stats": {"total_inactive_file": 30 * MIB, "inactive_file": 1},
            "limit": 512 * MIB,
        },
        "networks": {"eth0": {"rx_bytes": 1000 * second, "tx_bytes": 0}, "eth1": {"rx_bytes": 24 * second}},
        **more,
    }


def test_two_samples_make_figures_as_docker_stats_tells_them() -> None:
    before, now = sample_of(answer(10, 5.0)), sample_of(answer(14, 11.0))
    assert figures_between(before, now, 99.0) == Figures(1.5, 70 * MIB, 512 * MIB, 1024.0, 0.0, 0.0, 0.0, 3)
    assert figures_between(None, now, 0.0) == Figures(memory=70 * MIB, limit=512 * MIB, pids=3)
    assert now.pids == 3


def test_cgroup_v2_and_an_engine_that_tells_no_cpu_time_of_the_node() -> None:
    disk = [
        {"major": 8, "minor": 0, "op": "read", "value": 4096},
        {"major": 8, "minor": 0, "op": "write", "value": 8192},
    ]
    more: dict[str, Any] = {
        "memory_stats": {"usage": 100 * MIB, "stats": {"inactive_file": 20 * MIB, "anon": 1}, "limit": 1 << 34},
        "networks": None,
    }
    first, second = answer(0, 1.0, **more), answer(2, 2.0, **more, blkio_stats={"io_service_bytes_recursive": disk})
    for each in (first, second):
        del each["cpu_stats"]["system_cpu_usage"]
    figures = figures_between(sample_of(first), sample_of(second), 2.0)
    assert figures == Figures(0.5, 80 * MIB, 1 << 34, None, None, 2048.0, 4096.0, 3)
    assert (figures.network, figures.block) == (None, 6144.0)
    assert figures.memory_share == pytest.approx(80 / 16384)


def test_one_that_has_ended_uses_nothing_that_is_known() -> None:
    ended = {"read": "0001-01-01T00:00:00Z", "memory_stats": {}, "pids_stats": {}, "blkio_stats": {}}
    ended["cpu_stats"] = {"cpu_usage": {"total_usage": 0}}
    assert sample_of(ended) == Sample()
    assert figures_between(sample_of(answer(1, 3.0)), sample_of(ended), 2.0) == Figures()


def test_counters_that_go_back_tell_nothing() -> None:
    figures = figures_between(sample_of(answer(9, 5.0)), sample_of(answer(11, 1.0, networks={})), 2.0)
    assert (figures.cpu, figures.received) == (None, None)


@pytest.mark.parametrize("odd", [None, [], "x", {"memory_stats": 7, "networks": [1], "cpu_stats": {"cpu_usage": "no"}}])
def test_any_json_can_be_read(odd: object) -> None:
    assert figures_between(sample_of(odd), sample_of(odd), 0.0) == Figures()


def test_a_total_says_of_how_many_it_is() -> None:
    total = total_of([Figures(cpu=0.5, memory=10.0, pids=2), None, Figures(cpu=0.25, memory=None, pids=1)])
    assert (total.figures.cpu, total.figures.memory, total.figures.pids) == (0.75, 10.0, 3)
    assert (total.known, total.of, total.complete) == (2, 3, False)
    assert total_of([]).figures == Figures()
    assert not total_of([Figures(cpu=0.5), Figures(memory=1.0)]).complete, "one has no second sample yet"
    assert total_of([Figures(memory=2.0), Figures(memory=1.0)]).complete


def cpu_of(figures: Figures) -> float | None:
    return figures.cpu


def test_a_track_keeps_the_last_minutes() -> None:
    track = Track()
    for second in range(1000):
        track = track.then(float(second), Figures(cpu=1.0))
    assert len(track.points) == MOST_POINTS
    assert track.then(999 + KEPT, Figures()).points == ((999 + KEPT, Figures()),)


def test_tracks_are_summed_over_time() -> None:
    one = Track(((10.0, Figures(cpu=1.0)), (20.0, Figures(cpu=3.0)), (95.0, Figures(cpu=2.0))))
    other = Track(((91.0, Figures(cpu=0.5)),))
    assert series([one, other], cpu_of, 100.0, 4, within=100.0) == [2.0, 2.0, None, 2.5]
    assert series([], cpu_of, 100.0, 3) == [None] * 3


def test_what_is_asked_for() -> None:
    nodes = [node("mgr1", manager=True), node("wrk1"), node("wrk2", state="down")]
    world = cluster(
        nodes,
        [service("web", 4)],
        [
            task("web", 1, "mgr1", container="a" * 64),
            task("web", 2, "wrk1", container="b" * 64),
            task("web", 3, "wrk2", container="c" * 64),
            task("web", 4, "wrk1", state="failed", container="d" * 64),
            task("web", 5, state="pending"),
        ],
    )
    tasks = list(world.all_tasks())
    assert {each.container_id[0] for each in subjects_of(world, [*tasks, *tasks])} == {"a", "b"}
    many = [node(f"n{number}") for number in range(MOST_NODES + 5)]
    wide = cluster(
        many, [service("web", 9)], [task("web", n, f"n{n}", container=f"{n:064}") for n in range(MOST_NODES + 5)]
    )
    assert len(subjects_of(wide, wide.all_tasks())) == MOST_NODES


def test_sums_are_of_what_runs_and_say_what_is_missing() -> None:
    web = [task("web", 1, "mgr1", container="a" * 64), task("web", 2, "wrk1", container="b" * 64)]
    ended = task("web", 3, "wrk1", state="failed", container="c" * 64)
    world = cluster([node("mgr1", manager=True), node("wrk1")], [service("web", 2)], [*web, ended])
    has = world.nodes[web[0].node_id].description.resources.memory_bytes
    known = {"a" * 64: Figures(cpu=0.5, memory=10.0, limit=float(has)), "c" * 64: Figures(cpu=9.0)}
    stats = Stats(figures=known, unreached={web[1].node_id: Unreached("TCP: no answer.", 5.0)}, wanted=frozenset("ab"))
    live = LiveFigures(world, stats)
    assert live.of_task(web[0]).figures.limit is None, "the node's memory is no limit"
    total = live.of_service(web[0].service_id)
    assert (total.figures.cpu, total.known, total.of) == (0.5, 1, 2)
    assert live.of_node(web[1].node_id).known == 0
    assert live.of_task(ended).known == 0
    assert list(live.unreached(web)) == ["wrk1"]
    assert live.words == "live figures, none from 1 node"


def test_words_of_figures() -> None:
    assert [cpu_text(each) for each in (None, 0.0, 0.0994, 0.0999, 12.5)] == ["-", "0.0%", "9.9%", "10%", "1250%"]
    sizes = (None, 0, 999, 1023, 5.5 * MIB, 212 * MIB, 1.5 * 2**60)
    assert [glance(each) for each in sizes] == ["-", "0 B", "999 B", "1.0 KiB", "5.5 MiB", "212 MiB", "1536 PiB"]
    assert [ways_text(None, None, ("r ", "w ")), ways_text(0, 1024, ("r ", "w "))] == ["-", "r 0 B w 1.0 KiB"]


def test_a_line_of_blocks() -> None:
    assert sparkline([None, 0.0, 0.5, 1.0]) == ["·▁▄█"]
    assert sparkline([1.0, 1.0], top=8.0) == ["▁▁"]
    assert sparkline([None, 0.5, 1.0], height=2) == ["·██", "  █"]
    assert sparkline([0.0, None]) == ["▁·"]


def test_processes_as_ps_tells_them() -> None:
    asked = {
        "Titles": ["PID", "USER", "%CPU", "RSS", "TIME", "COMMAND"],
        "Processes": [
            ["280", "root", "0.4", "1528", "00:00:00", "httpd -f -p 8080"],
            ["281", "www", "12.5", "2048", "00:01:07", "psql --password=hunter2 shop"],
            ["?", "odd"],
        ],
    }
    busy, quiet = processes_of(asked)
    assert (busy.pid, busy.user, busy.cpu, busy.memory, busy.time) == (281, "www", 0.125, 2 * MIB, "00:01:07")
    assert busy.command == "psql --password=•••••••• shop"
    assert quiet.command == "httpd -f -p 8080"
    plain = {
        "Titles": ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"],
        "Processes": [["root", "7", *"123456"]],
    }
    [only] = processes_of(plain)
    assert (only.pid, only.user, only.cpu, only.memory, only.command) == (7, "root", None, None, "6")
    assert processes_of({"Titles": 3, "Processes": "x"}) == ()
