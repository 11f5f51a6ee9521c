"""What the heading says of one log, and of several."""

from __future__ import annotations

import pytest

from swarmtui.engine.streams.log_lines import LogPhase, LogStatus
from swarmtui.errors import ConnectionBroken
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.logs.sources import LogObstacle
from swarmtui.ui.logs.log_heading import names_of, state_of, troubles_of

WEB, API = (Target(Kind.SERVICE, f"service-{name}", name, 1) for name in ("web", "api"))
FOLLOWING, CONNECTING, ENDED = (LogStatus(each) for each in (LogPhase.FOLLOWING, LogPhase.CONNECTING, LogPhase.ENDED))
BROKEN = LogStatus(LogPhase.BROKEN, ConnectionBroken("It broke."))
GONE = LogObstacle("the service was removed", final=True)


def many(*names: str) -> list[Target]:
    return [Target(Kind.SERVICE, name, name, 1) for name in names]


def test_few_short_names_are_told_and_many_are_counted() -> None:
    assert names_of([WEB]) == "web"
    assert names_of([WEB, API]) == "api and web"
    assert names_of(many("shop_frontend", "shop_recommender", "shop_api")) == "3 services"
    assert names_of(many(*"abcdefgh"), asked=12) == "8 of 12 services"
    assert names_of([WEB, Target(Kind.TASK, "t" * 25, "a-very-long-name-of-a-service.1", 1)]) == "2 logs"


@pytest.mark.parametrize(
    ("web", "api", "said"),
    [
        (FOLLOWING, FOLLOWING, "● following"),
        (FOLLOWING, CONNECTING, "◌ connecting"),
        (CONNECTING, BROKEN, "✖ reconnecting api: It broke."),
        (FOLLOWING, ENDED, "● following"),
        (ENDED, ENDED, "○ ended: no more lines will come"),
    ],
)
def test_several_are_as_well_as_the_worst_that_has_not_ended(web: LogStatus, api: LogStatus, said: str) -> None:
    assert state_of([(WEB, web), (API, api)], {}, following=True, paused=None).plain == said


def test_what_keeps_the_lines_of_one_away_has_its_name() -> None:
    statuses = [(WEB, FOLLOWING), (API, LogStatus(LogPhase.FOLLOWING, driver="none"))]
    assert state_of(statuses, {WEB: GONE}, following=False, paused=None).plain == "○ not following, f follows"
    assert [each.plain for each in troubles_of(statuses, {WEB: GONE})] == [
        "web: the service was removed",
        "api: its log driver is none: nothing can be read",
    ]
    assert state_of(statuses, {WEB: GONE, API: GONE}, following=True, paused=None).plain == "○ all have ended"
    assert state_of(statuses[:1], {WEB: GONE}, following=True, paused=None).plain == "○ the service was removed"
    assert not list(troubles_of(statuses[:1], {WEB: GONE})), "the state says it"
