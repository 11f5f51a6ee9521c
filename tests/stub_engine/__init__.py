"""A small Docker engine for tests: a real HTTP server on a Unix socket over an in-memory swarm of raw JSON.

::

    with StubEngine() as engine:
        engine.add_node("mgr1", role="manager", leader=True)
        engine.add_node("wrk1")
        engine.add_service("web", replicas=3)
        engine.settle()  # running tasks, spread over the ready nodes
        session = Session(Endpoint(engine.url, "stub"))
"""

from tests.stub_engine.engine import StubEngine
from tests.stub_engine.server import Request

__all__ = ["Request", "StubEngine"]
