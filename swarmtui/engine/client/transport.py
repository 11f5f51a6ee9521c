"""Sockets under docker-py that can be cut from another thread.

docker-py's own adapters keep their sockets to themselves: a call that hangs in one can only be waited for
(docker/docker-py#1523, #1358). The adapter here has every socket registered in a `Sockets`, whose `abort` shuts them
all down, so that a thread blocked in any of them wakes at once.
"""

from __future__ import annotations

import socket
from typing import Any

import docker
import docker.errors
import requests
import requests.adapters
import urllib3
from docker.tls import TLSConfig
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from swarmtui.endpoint import Endpoint, TLSFiles
from swarmtui.engine.client.endpoint_handle import ReadinessGate
from swarmtui.engine.client.sockets import Sockets
from swarmtui.errors import ConnectionFailed, TLSFailed

__all__ = ["docker_client"]

KEEPALIVE = (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
"""Of a peer that vanished without a word only TCP's own probes tell, on a stream that may be quiet for hours."""


def docker_client(endpoint: Endpoint, sockets: Sockets, gate: ReadinessGate | None = None) -> docker.APIClient:
    """A docker-py client for one thread, which has asked nothing yet. No proxy of the environment is used for it.

    Args:
        endpoint: unix:// or tcp://.
        gate: what has to stand before a Unix socket can be used.

    Raises:
        TLSFailed: a certificate's file is missing or unreadable.
        ConnectionFailed: docker-py does not like its own configuration.
    """
    try:
        tls = _tls_config(endpoint.tls) if endpoint.tls else False
        # A version spares docker-py its own negotiation; `EngineClient` puts the negotiated one into each path.
        client = docker.APIClient(base_url=endpoint.url, version="1.41", tls=tls)
    except (docker.errors.DockerException, ValueError, TypeError, AttributeError) as error:
        raise ConnectionFailed(f"The docker library cannot be set up for {endpoint.url}: {error}.") from error
    client.trust_env = False
    headers = getattr(client, "_general_configs", {}).get("HttpHeaders")
    if isinstance(headers, dict):  # as the docker CLI does: a user's own headers, for a proxy that asks for them
        client.headers.update({str(key): str(value) for key, value in headers.items()})
    client.headers["Accept-Encoding"] = "identity"
    adapter = EngineAdapter(sockets, endpoint.socket_path, gate)
    for scheme in ("http+docker://", "http://", "https://"):
        client.mount(scheme, adapter)
    return client


def _tls_config(files: TLSFiles) -> TLSConfig:
    for path in (files.ca, files.certificate, files.key):
        try:
            if path is not None:
                path.open("rb").close()
        except OSError as error:
            raise TLSFailed(f"{path} cannot be read: {error.strerror}.") from error
    if (files.certificate is None) != (files.key is None):
        raise TLSFailed(
            "Either our certificate or its key is missing.", "Put both cert.pem and key.pem into the same directory."
        )
    pair = (str(files.certificate), str(files.key)) if files.certificate and files.key else None
    if not files.verify:
        # The user asked for it (DOCKER_TLS without DOCKER_TLS_VERIFY): a warning would only tear the screen.
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    ca = str(files.ca) if files.ca and files.verify else None
    return TLSConfig(client_cert=pair, ca_cert=ca, verify=files.verify)


class EngineAdapter(requests.adapters.HTTPAdapter):
    """One kept-alive connection to one engine, its sockets registered.

    Args:
        sockets: where to register.
        socket_path: of the Unix socket; "" for TCP and TLS.
        gate: what has to stand before it.
    """

    def __init__(self, sockets: Sockets, socket_path: str, gate: ReadinessGate | None) -> None:
        self._sockets = sockets
        self._unix_pool = _unix_pool(socket_path, sockets, gate) if socket_path else None
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _pool_class(HTTPConnectionPool, HTTPConnection, self._sockets),
            "https": _pool_class(HTTPSConnectionPool, HTTPSConnection, self._sockets),
        }

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        return self._unix_pool or super().get_connection_with_tls_context(*args, **kwargs)

    def request_url(self, request: requests.PreparedRequest, proxies: Any) -> str:
        return request.path_url

    def close(self) -> None:
        super().close()
        if self._unix_pool is not None:
            self._unix_pool.close()


def _pool_class(pool: Any, connection: Any, sockets: Sockets) -> Any:
    """A urllib3 pool whose connections register their sockets once they stand."""

    class Registered(connection):  # type: ignore[misc]
        default_socket_options = [*connection.default_socket_options, KEEPALIVE]  # noqa: RUF012

        def connect(self) -> None:
            super().connect()
            sockets.add(self.sock)

    return type("RegisteredPool", (pool,), {"ConnectionCls": Registered})


def _unix_pool(path: str, sockets: Sockets, gate: ReadinessGate | None) -> HTTPConnectionPool:
    class UnixConnection(HTTPConnection):
        def connect(self) -> None:
            timeout = self.timeout
            seconds = float(timeout) if isinstance(timeout, (int, float)) else None
            if gate is not None:
                gate.wait_ready(seconds or 0.0)  # its errors are ours already, and pass through what is between
            sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                sock.settimeout(seconds)
                sockets.add(sock)
                sock.connect(path)
            except BaseException:
                sock.close()
                raise
            self.sock = sock

    class UnixPool(HTTPConnectionPool):
        ConnectionCls = UnixConnection

    return UnixPool("localhost", maxsize=1)
