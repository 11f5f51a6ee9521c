"""The program's threads in the process of the tests, where other tests may have left some that stay: SSH's loop."""

from __future__ import annotations

import threading

__all__ = ["threads_of_ours"]


def threads_of_ours(what: str = "") -> set[threading.Thread]:
    """Those that live now, and whose names begin with "swarmtui-" and what they are for; all of ours by default.

    What a test has begun are those that were not there before.
    """
    return {each for each in threading.enumerate() if each.name.startswith(f"swarmtui-{what}")}
