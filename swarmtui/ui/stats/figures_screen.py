"""FiguresScreen: the part of the main screen that turns live figures on and off, and says whose are on the screen."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator

from textual import on

from swarmtui.engine.polling.observation import Observation
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.stats.live_figures import LiveFigures
from swarmtui.swarm.stats.stats import subjects_of
from swarmtui.ui.kit.lent_terminal import is_lent
from swarmtui.ui.messages import FiguresAsked, UsageAsked
from swarmtui.ui.navigation.navigation import GoingScreen
from swarmtui.ui.stats.figure_pane import FigurePane

__all__ = ["FiguresScreen"]


class FiguresScreen(GoingScreen):
    """A subclass calls `look_at_figures` once a second, and puts `live_figures` into what the panes are shown."""

    def __init__(self) -> None:
        super().__init__()
        self._live: LiveFigures | None = None
        """None while figures are off."""

    @abstractmethod
    def observe(self, observation: Observation) -> None:
        """Show the newest that is known."""

    def begin_with_figures(self) -> None:
        """Have figures on from the first sight of a swarm."""
        self._turn(on=True)

    def _turn(self, *, on: bool) -> None:
        self._live = LiveFigures(Cluster()) if on else None
        for pane in self._figure_panes():
            pane.figures = on

    @on(FiguresAsked)
    def _figures_asked(self) -> None:
        self._turn(on=self._live is None)
        if self._live is None:
            self._session.nodes.watch_stats(())
        self.look_at_figures()
        self.observe(self.observation)

    @on(UsageAsked)
    def _usage_asked(self, event: UsageAsked) -> None:
        from swarmtui.ui.stats.usage_screen import UsageScreen

        self.app.push_screen(UsageScreen(self._session, event.target, self._usage_left))

    def _usage_left(self) -> None:
        if self._live is None:
            self._session.nodes.watch_stats(())

    def live_figures(self, cluster: Cluster) -> LiveFigures | None:
        """What is known of a snapshot; None while they are off."""
        if self._live is not None and self._live.cluster is not cluster:
            self._live = self._live.then(cluster, self._live.stats)
        return self._live

    def look_at_figures(self) -> None:
        """Have those asked for that are on the screen, and take what is known. Where another screen covers this one,
        or another program has the terminal, nothing is asked for."""
        cluster, shown = self.observation.cluster, self.app.screen
        seen = (shown is self or shown.is_modal) and not is_lent(self.app)
        if self._live is not None and cluster is not None and seen:
            self._session.nodes.watch_stats(subjects_of(cluster, self._tasks_in_sight(cluster)))
            self._live = self._live.then(cluster, self._session.nodes.stats())

    def _tasks_in_sight(self, cluster: Cluster) -> Iterator[Task]:
        """Those of the pane that one works in first."""
        for pane in sorted(self._figure_panes(), key=lambda pane: pane is not self.current):
            if pane.display:
                for item in pane.in_sight():
                    yield from pane.tasks_behind(item, cluster)

    def _figure_panes(self) -> list[FigurePane[object]]:
        return [pane for pane in self.panes if isinstance(pane, FigurePane)]
