"""The book-keeping of a connection as pure logic: phases, waits, and which of two errors is told."""

from __future__ import annotations

import math

import pytest

from swarmtui.endpoint import Endpoint
from swarmtui.engine.polling.connection import Connection
from swarmtui.engine.polling.engine_questions import Lane
from swarmtui.engine.polling.observation import ConnectionStatus, Phase
from swarmtui.errors import EndpointError, EngineSilent, NoLeader, NotAManager, NothingListens, SSHFailed
from swarmtui.tunnel.status import TunnelPhase, TunnelStatus

LOCAL = Endpoint("unix:///run/docker.sock", "local")
REMOTE = Endpoint("tcp://mgr1:2376", "prod")
SSH = Endpoint("ssh://ops@mgr1", "prod")
REFUSED = NothingListens("Nothing listens.")
SILENT = EngineSilent("No answer.")
WORKER = NotAManager("A worker.")


def waits(connection: Connection, times: int) -> list[float]:
    """Seconds between the tries of a connection that fails again and again."""
    found, now = [], 100.0
    for _ in range(times):
        connection.trying(Lane.LISTS)
        connection.failed(Lane.LISTS, REFUSED, now, now)
        held = connection.held_until(Lane.LISTS)
        assert held is not None
        found.append(held - now)
        now = held
    return found


@pytest.mark.parametrize(("endpoint", "longest"), [(LOCAL, 1.0), (SSH, 3.0), (REMOTE, 5.0)])
def test_tries_get_rarer_up_to_a_limit(endpoint: Endpoint, longest: float) -> None:
    found = waits(Connection(endpoint), 12)
    assert 0.2 <= found[0] <= 0.3
    assert max(found) <= longest * 1.2
    assert min(found[-3:]) >= longest * 0.8


def test_tries_begin_anew_after_an_answer_and_when_the_user_wants_it() -> None:
    connection = Connection(REMOTE)
    waits(connection, 8)
    connection.retry_now(500.0)
    assert connection.held_until(Lane.LISTS) == 500.0
    assert waits(connection, 1)[0] <= 0.3
    connection.answered(Lane.LISTS, 501.0)
    assert connection.error is None
    assert connection.held_until(Lane.LISTS) is None
    assert waits(connection, 1)[0] <= 0.3


def test_what_cannot_change_by_itself_is_not_tried_again() -> None:
    connection = Connection(Endpoint("ssh://mgr1", "mgr1"))
    connection.failed(Lane.LISTS, EndpointError("No ssh."), 1.0, 1.0)
    assert connection.held_until(Lane.LISTS) == math.inf
    assert connection.status().next_try is None


def test_a_tunnel_does_its_own_trying_and_tells_when() -> None:
    connection = Connection(SSH)
    connection.answered(Lane.LISTS, 1.0)
    assert connection.tunnelled(TunnelStatus(TunnelPhase.LIVE), 1.0)
    lost = SSHFailed("The connection was lost.")
    connection.tunnelled(TunnelStatus(TunnelPhase.LOST, error=lost, next_try=9.0), 8.0)
    assert connection.status().error is lost, "before any question has failed"
    assert connection.status().next_try == 9.0
    assert connection.held_until(Lane.LISTS) == math.inf
    connection.failed(Lane.PULSE, lost, 8.0, 8.1)
    assert connection.held_until(Lane.PULSE) == math.inf
    assert not connection.tunnelled(TunnelStatus(TunnelPhase.CONNECTING, error=lost), 9.0)
    assert connection.tunnelled(TunnelStatus(TunnelPhase.LIVE), 9.5)
    assert connection.held_until(Lane.LISTS) == 9.5
    assert connection.held_until(Lane.PULSE) == 9.5
    connection.failed(Lane.LISTS, REFUSED, 9.6, 9.6)
    assert connection.held_until(Lane.LISTS) == pytest.approx(9.85, abs=0.06), "the engine behind it is tried as any"


def test_after_a_move_lists_wait_until_the_engine_has_told_who_it_is() -> None:
    connection = Connection(SSH)
    connection.answered(Lane.LISTS, 1.0)
    connection.pulse(WORKER, "28.1", None, 2.0)
    connection.moved(None, 3.0)
    assert (connection.error, connection.own_error) == (WORKER, None), "until something better is known"
    assert connection.held_until(Lane.LISTS) == math.inf
    assert connection.held_until(Lane.PULSE) is None
    connection.failed(Lane.PULSE, SILENT, 3.0, 6.0)
    assert connection.own_error is SILENT
    assert connection.held_until(Lane.LISTS) == math.inf
    connection.pulse(None, "28.1", None, 7.0)
    assert connection.error is None
    assert connection.held_until(Lane.LISTS) is None


def test_the_phases_of_a_connection() -> None:
    status = ConnectionStatus(last_answer=100.0, overdue_after=3.0)
    assert ConnectionStatus().phase(0.0) is Phase.CONNECTING
    assert ConnectionStatus(error=REFUSED).phase(0.0) is Phase.CONNECTING
    assert status.phase(102.9) is Phase.LIVE
    assert status.phase(103.1) is Phase.STALE
    assert ConnectionStatus(last_answer=100.0, error=REFUSED).phase(100.5) is Phase.RECONNECTING


def test_what_the_engine_says_of_itself_comes_before_what_a_list_says() -> None:
    connection = Connection(LOCAL)
    connection.failed(Lane.LISTS, SILENT, 1.0, 5.0)
    connection.pulse(WORKER, "28.1", None, 5.0)
    assert isinstance(connection.error, NotAManager)
    connection.pulse(None, "28.1", None, 6.0)
    assert connection.status().error is SILENT
    assert connection.held_until(Lane.LISTS) == pytest.approx(5.25, abs=0.06)


def test_a_pulse_or_a_bulk_list_that_fails_alone_is_no_outage() -> None:
    connection = Connection(LOCAL)
    connection.answered(Lane.LISTS, 1.0)
    connection.failed(Lane.PULSE, SILENT, 1.0, 4.0)
    connection.failed(Lane.BULK, SILENT, 1.0, 20.0)
    assert connection.error is None


@pytest.mark.parametrize(("pinged", "expected"), [(2.0, NoLeader), (0.5, EngineSilent)])
def test_lists_that_hang_while_ping_answers_mean_that_there_is_no_leader(pinged: float, expected: type) -> None:
    connection = Connection(LOCAL)
    connection.pinged(0.001, "1.45", pinged)
    connection.failed(Lane.LISTS, SILENT, 1.0, 5.0)
    assert isinstance(connection.error, expected)


def test_the_bulk_lane_waits_while_anything_is_wrong() -> None:
    connection = Connection(LOCAL)
    connection.answered(Lane.LISTS, 1.0)
    assert connection.held_until(Lane.BULK) is None
    connection.seen_quorum(NoLeader("Lost."), 2.0)
    assert connection.held_until(Lane.BULK) == math.inf
    assert connection.held_until(Lane.LISTS) is None


def test_what_an_engine_repeats_without_a_quorum_gets_older() -> None:
    connection = Connection(LOCAL)
    connection.answered(Lane.LISTS, 1.0)
    connection.seen_quorum(NoLeader("Lost."), 2.0)
    for moment in (5.0, 20.0):
        connection.answered(Lane.LISTS, moment)
        connection.seen_quorum(NoLeader("Still lost."), moment)
    assert connection.status().age(20.0) == 18.0
    connection.seen_quorum(None, 21.0)
    connection.answered(Lane.LISTS, 21.0)
    assert connection.status().age(22.0) == 1.0


def test_latency_is_smoothed_but_does_not_start_too_high() -> None:
    connection = Connection(REMOTE)
    connection.pinged(0.3, "1.45", 1.0)  # with the handshake
    connection.pinged(0.02, "1.45", 2.0)
    assert connection.status().latency == 0.02
    connection.pinged(0.03, "1.45", 3.0)
    assert connection.status().latency == pytest.approx(0.023)


def test_the_engines_clock_is_believed_only_when_it_is_clearly_off() -> None:
    connection = Connection(LOCAL)
    connection.pulse(None, "28.1", 0.2, 1.0)
    assert connection.status().clock_offset == 0.0
    connection.pulse(None, "28.1", 90.0, 2.0)
    connection.pulse(None, "28.1", 90.2, 3.0)
    assert connection.status().clock_offset == 90.0
