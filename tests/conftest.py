"""What holds for all tests."""

from __future__ import annotations

import signal

from hypothesis import HealthCheck, settings

# A shell without job control ignores SIGINT in what it runs in the background, and each child inherits that: programs
# that these tests start would not end by ctrl+c.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine is no fault of what is tested: nothing here may fail by how long an example took to make or to try.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
