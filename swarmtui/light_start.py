"""What makes each start of the program lighter, before anything else is imported."""

from __future__ import annotations

import gc
import sys

__all__ = ["begin"]


def begin() -> None:
    """Hold the collector back, and load asyncio. Before there are threads: one could import what is hidden here.

    What is imported and answered first stays: whoever shows the first screen enables the collector again.

    Where Python has TLS asyncio loads it, and so OpenSSL's library: 4 MB and 10 ms, for what nobody here has asyncio do
    (TLS to an engine is docker's library's, SSH is asyncssh's). Without it asyncio does all else.
    """
    gc.disable()
    if "asyncio" in sys.modules or "ssl" in sys.modules:
        return
    sys.modules["ssl"] = None  # type: ignore[assignment]  # so Python is told that there is no such module
    try:
        import asyncio  # noqa: F401
    finally:
        del sys.modules["ssl"]
