"""Read-only and protected: no action there is gets through the gateway."""

from __future__ import annotations

import pytest

from swarmtui.endpoint import Endpoint
from swarmtui.engine.session import Session
from swarmtui.errors import Protected, ReadOnly, SwarmtuiError
from tests.patience import DEAD
from tests.stub_engine import StubEngine
from tests.unit.engine.conftest import eventually
from tests.unit.swarm.all_actions import ALL_ACTIONS
from tests.unit.swarm.examples import EXAMPLES


@pytest.mark.parametrize(("protected", "refusal"), [(False, ReadOnly), (True, Protected)])
def test_no_action_gets_through(engine: StubEngine, protected: bool, refusal: type[SwarmtuiError]) -> None:
    assert {type(action) for action, _ in EXAMPLES} == set(ALL_ACTIONS), "an action is missing here"
    session = Session(Endpoint(engine.url, "stub"), read_only=not protected, protected=protected)
    session.start(lambda: None)
    try:
        eventually(lambda: session.observation().cluster)
        for action, _ in EXAMPLES:
            for typed in ("", "stab"):
                with pytest.raises(refusal):
                    session.apply(action, typed=typed).result(DEAD)
    finally:
        session.close()
    assert {request.method for request in engine.requests} == {"GET"}
