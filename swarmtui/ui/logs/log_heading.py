"""What the heading of a log says: whose it is, how it is, what keeps lines away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from textual.content import Content

from swarmtui.engine.streams.log_lines import LogPhase, LogStatus
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.logs.sources import LogObstacle
from swarmtui.swarm.short_text import counted, listed
from swarmtui.ui.kit.texts.text import cell_width, visible
from swarmtui.ui.logs.log_book import LogBook
from swarmtui.ui.logs.straight_feed import StraightFeed

__all__ = ["count_of", "names_of", "offer_of", "state_of", "straight_of", "troubles_of"]

UNREADABLE = frozenset({"none"})
"""Log drivers of which nothing can ever be read back."""
READABLE = frozenset({"", "json-file", "local", "journald"})

ROOM = 32
"""Cells for the names of several."""

Statuses = Sequence[tuple[Target, LogStatus]]


def names_of(targets: Sequence[Target], asked: int = 0) -> str:
    """Whose logs: "web", "api and web", "5 services", "8 of 12 services"."""
    names = listed([visible(each.name) for each in targets])
    if asked <= len(targets) and (len(targets) == 1 or cell_width(names) <= ROOM):
        return names
    noun = "service" if all(each.kind is Kind.SERVICE for each in targets) else "log"
    of = f"{len(targets)} of " if asked > len(targets) else ""
    return of + counted(max(asked, len(targets)), noun)


def state_of(
    statuses: Statuses, obstacles: Mapping[Target, LogObstacle], *, following: bool, paused: int | None
) -> Content:
    """How it is, in a few words.

    Args:
        obstacles: what is known to keep the lines of a target away.
        following: whether the newest line is in sight.
        paused: how many lines wait to be shown again; None while it is not paused.
    """
    if paused is not None:
        return Content.styled(f"‖ paused, {paused:,} new lines", "$text-warning")
    if not statuses:
        return Content("○ no container")
    several = len(statuses) > 1
    final = [obstacles[target] for target, _ in statuses if target in obstacles and obstacles[target].final]
    if len(final) == len(statuses):
        return Content(f"○ {visible(final[0].words)}" if not several else "○ all have ended")
    live = [(target, status) for target, status in statuses if status.phase is not LogPhase.ENDED]
    if not live:
        return Content("○ ended" + (_why(*statuses[0], several=several) or ": no more lines will come"))
    for target, status in live:
        if status.phase is LogPhase.BROKEN:
            how = "reconnecting" if status.retries else "not connected (ctrl+r tries again)"
            return Content.styled(f"✖ {how}{_why(target, status, several=several)}", "$text-error")
    if any(status.phase is LogPhase.CONNECTING for _, status in live):
        return Content("◌ connecting")
    return Content.styled("● following", "$text-success") if following else Content("○ not following, f follows")


def _why(target: Target, status: LogStatus, *, several: bool) -> str:
    if status.error is None:
        return f" {visible(target.name)}" if several and status.phase is LogPhase.BROKEN else ""
    return (f" {visible(target.name)}" if several else "") + f": {visible(str(status.error))}"


def count_of(book: LogBook, shown: int) -> Content:
    """How many lines there are, and what narrows them."""
    kept, narrowing = len(book.entries), book.narrowing
    words = visible(narrowing.words)
    if not words:
        return Content(f"{kept:,} line{'' if kept == 1 else 's'}")
    lines = f"{shown:,} of {kept:,} lines" if narrowing.narrows else f"{kept:,} lines"
    return Content.styled(f"{words}: {lines}", "$text-warning")


def straight_of(feed: StraightFeed) -> Iterator[Content]:
    """That the nodes' own engines are asked, and what of them is not."""
    asked = counted(feed.node_count, "node")
    yield Content.styled(f"straight from {asked}, d goes back", "$text-warning")
    if feed.left_out:
        yield Content.styled(f"{counted(feed.left_out, 'container')} left out", "$text-warning")


def offer_of(nodes: Sequence[str]) -> Content:
    """The way to the lines of nodes that the manager does not reach."""
    words = f"{listed([visible(each) for each in sorted(nodes)])} missing: " if nodes else ""
    return Content.styled(f"{words}d reads straight from the nodes", "$text-warning")


def troubles_of(statuses: Statuses, obstacles: Mapping[Target, LogObstacle]) -> Iterator[Content]:
    """What keeps lines away; of several logs each with its name."""
    several = len(statuses) > 1
    for target, status in statuses:
        whose = f"{visible(target.name)}: " if several else ""
        obstacle = obstacles.get(target)
        if obstacle is not None and (several or not obstacle.final):
            yield Content.styled(whose + visible(obstacle.words), "$text-warning")
        if status.driver in UNREADABLE:
            yield Content.styled(f"{whose}its log driver is {status.driver}: nothing can be read", "$text-error")
        elif status.driver not in READABLE:
            said = f"{whose}log driver {visible(status.driver)}: only what nodes keep locally"
            yield Content.styled(said, "$text-warning")
