"""Which certificates of an engine are taken: those that docker's own programs take."""

from __future__ import annotations

import ssl

__all__ = ["as_docker_takes_them"]


def as_docker_takes_them(context: ssl.SSLContext) -> ssl.SSLContext:
    """Let a context not be stricter than docker is; returns the same context.

    Since 3.13 Python refuses certificates that lack what RFC 5280 asks for beyond a valid chain, such as the identifier
    of their authority's key. Those made as docker's documentation had it for years lack it; Go takes them.
    """
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context
