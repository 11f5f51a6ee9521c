"""What went wrong, in the user's terms: exceptions and error answers mapped onto swarmtui.errors.

This is the only place that knows the exceptions of requests, urllib3, ssl and the operating system. What the engine's
words say of the swarm as a whole is reported by `health`.
"""

from __future__ import annotations

import errno
import json
import re
import socket
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeGuard

from swarmtui.endpoint import Endpoint
from swarmtui.engine.client import readiness as health
from swarmtui.errors import (
    ConnectionBroken,
    ConnectionFailed,
    EngineRefused,
    EngineSilent,
    HostNotFound,
    NothingListens,
    ObjectNotFound,
    OutOfSequence,
    SocketForbidden,
    SocketMissing,
    SwarmtuiError,
    TLSFailed,
    UnsupportedEngine,
)

if TYPE_CHECKING:
    import ssl

__all__ = ["from_answer", "from_exception", "is_of_the_way", "not_http"]

CERTIFICATE_EXPIRED = 10
"""OpenSSL's X509_V_ERR_CERT_HAS_EXPIRED."""
CERTIFICATE_ALERTS = ("CERTIFICATE_REQUIRED", "BAD_CERTIFICATE", "CERTIFICATE_UNKNOWN", "UNKNOWN_CA")
GIVE_CERTIFICATE = (
    "If the engine asks for certificates, put cert.pem and key.pem, signed by its authority, into DOCKER_CERT_PATH "
    "or the docker context."
)
CERTIFICATE_OF_OTHER_HOST = (62, 64)
"""OpenSSL's X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH."""


# ------------------------------------------------------------------------------------------------ exceptions


def is_of_the_way(error: BaseException) -> bool:
    """Whether an exception is one of requests, urllib3, ssl or the operating system, or says that what came is no HTTP.

    The libraries' own are told by where they come from: who has never loaded them has none of them.
    """
    return isinstance(error, (OSError, ValueError)) or _is_of_urllib3(error)


def _is_of_urllib3(error: BaseException, name: str = "HTTPError") -> bool:
    """Whether an exception derives from one of urllib3's."""
    return any(each.__name__ == name and each.__module__ == "urllib3.exceptions" for each in type(error).__mro__)


def from_exception(error: BaseException, endpoint: Endpoint) -> ConnectionFailed:
    """Name the layer that failed, and what helps.

    Args:
        error: what requests, urllib3, ssl or the operating system raised, however deeply they have wrapped it.
        endpoint: where we were connecting to.
    """
    causes = list(_causes(error))
    for cause in causes:
        if _is_of_tls(cause):
            return _from_tls(cause, endpoint)
    for cause in causes:
        mapped = _from_os(cause, endpoint)
        if mapped is not None:
            return mapped
    # Last, since urllib3 derives its every failure to connect from its timeout.
    if any(isinstance(cause, TimeoutError) or _is_of_urllib3(cause, "TimeoutError") for cause in causes):
        return _silent(endpoint)
    if any(_is_no_http(cause) for cause in causes):
        return not_http(endpoint)
    # An engine that misses our certificate sends an alert and closes; often only the closing is seen (TLS 1.3).
    remedy = GIVE_CERTIFICATE if endpoint.tls is not None and endpoint.tls.certificate is None else ""
    return ConnectionBroken(f"The connection to {endpoint.name} broke: {_short(causes[-1])}.", remedy)


def _is_no_http(cause: BaseException) -> bool:
    """Whether an exception says that what came is no HTTP. One that ended without a word says nothing of it."""
    names = {each.__name__ for each in type(cause).__mro__}
    return not names.isdisjoint(("NotHttp", "BadStatusLine", "LineTooLong")) and "RemoteDisconnected" not in names


def _is_of_tls(cause: BaseException) -> TypeGuard[ssl.SSLError]:
    return (tls := sys.modules.get("ssl")) is not None and isinstance(cause, tls.SSLError)


def not_http(endpoint: Endpoint) -> ConnectionBroken:
    """What answers is not a Docker engine."""
    return ConnectionBroken(
        f"What answers at {endpoint.url} is not a Docker engine.", f"Check the address ({endpoint.source})."
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception and all that it wraps: requests and urllib3 put the cause in `args` or `reason`."""
    queue: list[BaseException] = [error]
    seen: set[int] = set()
    while queue:
        current = queue.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        wrapped = [getattr(current, "reason", None), *current.args, current.__cause__, current.__context__]
        queue += [each for each in wrapped if isinstance(each, BaseException)]


def _from_os(cause: BaseException, endpoint: Endpoint) -> ConnectionFailed | None:
    """Map what the operating system said; None when it says nothing about the layer."""
    path = endpoint.socket_path
    if isinstance(cause, socket.gaierror):
        return HostNotFound(
            f"The name in {endpoint.url} does not resolve: {cause.strerror or cause}.",
            f"Check the address ({endpoint.source}) and DNS.",
        )
    if not isinstance(cause, OSError):
        return None
    if (path and cause.errno in (errno.ENOENT, errno.ENOTDIR)) or "path too long" in str(cause):
        return SocketMissing(f"There is no socket {path}.", "Is the Docker engine installed and started there?")
    if path and cause.errno in (errno.EACCES, errno.EPERM):
        return SocketForbidden(
            f"This user may not open {path}.",
            "Join the docker group (`sudo usermod -aG docker $USER`) and log in again, or run as root.",
        )
    if cause.errno == errno.ECONNREFUSED:
        started = "Is the Docker engine running? Try `systemctl status docker` there."
        return NothingListens(f"Nothing accepts connections at {path or endpoint.url}.", started)
    if cause.errno in (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN):
        return HostNotFound(
            f"There is no route to {endpoint.url}: {cause.strerror}.", "Check the network and the address."
        )
    # A Unix socket whose queue of waiting connections is full says EAGAIN: its engine accepts none of them.
    if cause.errno in (errno.ETIMEDOUT, errno.EAGAIN):
        return _silent(endpoint)
    return None


def _silent(endpoint: Endpoint) -> EngineSilent:
    return EngineSilent(
        f"The engine at {endpoint.name} does not answer.",
        "It may be overloaded, stopped, or cut off by the network. Retrying every few seconds.",
    )


def _from_tls(cause: ssl.SSLError, endpoint: Endpoint) -> TLSFailed:
    import ssl

    reason = (cause.reason or str(cause)).upper()
    without_certificate = endpoint.tls is not None and endpoint.tls.certificate is None
    where = endpoint.url
    if isinstance(cause, ssl.SSLCertVerificationError):
        if cause.verify_code == CERTIFICATE_EXPIRED:
            return TLSFailed(f"The certificate of {where} has expired.", "Renew it on the engine's machine.")
        if cause.verify_code in CERTIFICATE_OF_OTHER_HOST:
            return TLSFailed(
                f"The certificate of {where} is for another host: {cause.verify_message}.",
                "Use the host name that the certificate was made for.",
            )
        return TLSFailed(
            f"The certificate of {where} is not trusted: {cause.verify_message}.",
            "Is ca.pem (in DOCKER_CERT_PATH, or in the docker context) the authority that signed it?",
        )
    told = any(word in reason for word in CERTIFICATE_ALERTS)
    if told or (without_certificate and isinstance(cause, ssl.SSLEOFError)):
        return TLSFailed(f"The engine at {where} does not accept our certificate, or asks for one.", GIVE_CERTIFICATE)
    if any(word in reason for word in ("WRONG_VERSION_NUMBER", "RECORD_LAYER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST")):
        return TLSFailed(
            f"{where} does not speak TLS.", "Unset DOCKER_TLS_VERIFY and DOCKER_TLS, or use the engine's TLS port."
        )
    said = cause.reason or _short(cause)
    return TLSFailed(f"TLS with {where} failed: {said}.", "Check ca.pem, cert.pem and key.pem.")


def _short(error: BaseException) -> str:
    text = str(error) or type(error).__name__
    return (text if len(text) <= 200 else text[:200] + "…").rstrip(".")


# ------------------------------------------------------------------------------------------------ error answers

_RPC = re.compile(r"^rpc error: code = \w+ desc = ")
"""How the engine passes on what swarmkit says: of use to nobody."""


def from_answer(status: int, body: bytes, endpoint: Endpoint) -> SwarmtuiError:
    """Map an answer of status 400 or above.

    Args:
        status: the HTTP status.
        body: as the engine sent it: `{"message": "…"}`, or plain text.
    """
    message = _message(body) or f"HTTP status {status}"
    words = message.lower()
    if "http request to an https server" in words:
        return TLSFailed(
            f"{endpoint.url} speaks only TLS.",
            "Set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH, or use a docker context with certificates.",
        )
    swarm_state = health.from_words(message)
    if swarm_state is not None:
        swarm_state.said = message
        return swarm_state
    message = _RPC.sub("", message)
    if "out of sequence" in words:
        return OutOfSequence(message, "Somebody else changed the object at the same moment; try again.", status=status)
    if status == 400 and "client version" in words:
        return UnsupportedEngine(f"The engine refuses our API version: {message}.", status=status)
    if status == 404:
        return ObjectNotFound(message, status=status)
    return EngineRefused(message, status=status)


_MARKUP = re.compile(r"<[^<>]*>\s*|\s+")


def _message(body: bytes) -> str:
    try:
        content = json.loads(body)
    except ValueError:
        return _without_markup(body.decode(errors="replace").strip())[:500]
    return _without_markup(str(content.get("message", "")).strip()) if isinstance(content, dict) else ""


def _without_markup(text: str) -> str:
    """A proxy before the engine refuses in HTML."""
    return _MARKUP.sub(" ", text).strip() if text.lower().startswith(("<html", "<!doctype")) else text
