"""Which events a filter lets through."""

from __future__ import annotations

from typing import Any

import pytest

from swarmtui.sim.api.events import matches

CONTAINER: dict[str, Any] = {
    "Type": "container",
    "Action": "die",
    "Actor": {"ID": "4ec1f", "Attributes": {"name": "web.1.x", "image": "shop/web:1@sha256:0", "tier": "front"}},
    "scope": "local",
}
NODE: dict[str, Any] = {
    "Type": "node",
    "Action": "update",
    "Actor": {"ID": "qfz6", "Attributes": {"name": "wrk1"}},
    "scope": "swarm",
}


@pytest.mark.parametrize(
    ("event", "filters", "through"),
    [
        (NODE, {}, True),
        (NODE, {"type": ["node", "service"]}, True),
        (NODE, {"type": ["service"]}, False),
        (NODE, {"scope": ["swarm"]}, True),
        (CONTAINER, {"scope": ["swarm"]}, False),
        (NODE, {"node": ["wrk"]}, True),
        (NODE, {"node": ["qf"]}, True),
        (NODE, {"node": ["mgr"]}, False),
        (NODE, {"event": ["create"]}, False),
        (CONTAINER, {"event": ["die"], "type": ["container"]}, True),
        (CONTAINER, {"image": ["shop/web"]}, True),
        (CONTAINER, {"image": ["shop/api"]}, False),
        (CONTAINER, {"label": ["tier=front"]}, True),
        (CONTAINER, {"label": ["tier=back"]}, False),
        (CONTAINER, {"label": ["nosuch"]}, False),
    ],
)
def test_filters(event: dict[str, Any], filters: dict[str, list[str]], through: bool) -> None:
    assert matches(event, filters) is through
