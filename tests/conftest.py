"""What holds for all tests."""

from __future__ import annotations

import gc
import os
import signal

from hypothesis import HealthCheck, settings

# A shell without job control ignores SIGINT in what it runs in the background, and each child inherits that: programs
# that these tests start would not end by ctrl+c.
signal.signal(signal.SIGINT, signal.default_int_handler)

# What is imported lives on: looking for garbage meanwhile, and later in all of it again and again, is for nothing.
gc.disable()


def pytest_collection_finish() -> None:
    """All is imported."""
    gc.freeze()
    gc.enable()


# A busy machine is no fault of what is tested: nothing here may fail by how long an example took to make or to try.
# Each run tries other examples, so that few in each come to many; SWARMTUI_EXAMPLES asks for more at once.
settings.register_profile(
    "any machine",
    deadline=None,
    max_examples=int(os.environ.get("SWARMTUI_EXAMPLES") or 40),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("any machine")
