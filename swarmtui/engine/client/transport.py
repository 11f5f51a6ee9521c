"""docker-py for engines at TCP addresses, with or without TLS; its sockets can be cut from another thread.

docker-py's own adapters keep their sockets to themselves: a call that hangs in one can only be waited for
(docker/docker-py#1523, #1358). The adapter here has every socket registered in a `Sockets`, whose `abort` shuts them
all down, so that a thread blocked in any of them wakes at once.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

import docker
import docker.errors
import requests
import requests.adapters
import urllib3
from docker.tls import TLSConfig
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context, resolve_cert_reqs

from swarmtui.endpoint import Endpoint, TLSFiles
from swarmtui.engine.client.certificates import as_docker_takes_them
from swarmtui.engine.client.own_headers import own_headers
from swarmtui.engine.client.sockets import KEEPALIVE, Sockets
from swarmtui.errors import ConnectionFailed, TLSFailed

__all__ = ["LibraryClient"]


class LibraryClient:
    """docker-py's client for one thread (swarmtui.engine.client.responses.HttpClient).

    Args:
        endpoint: tcp://.
        sockets: where its sockets are registered.

    Raises:
        TLSFailed, ConnectionFailed: as `_docker_client` has it.
    """

    def __init__(self, endpoint: Endpoint, sockets: Sockets) -> None:
        self._docker: Any = _docker_client(endpoint, sockets)

    def request(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        body: bytes | Iterable[bytes] | None,
        headers: Mapping[str, str],
        timeout: tuple[float, float],
    ) -> LibraryAnswer:
        """Send a request, and wait for the head of the answer."""
        response = self._docker.request(
            method,
            self._docker.base_url + path,
            params=params,
            data=body,
            headers=dict(headers),
            timeout=timeout,
            stream=True,
            allow_redirects=False,
        )
        return LibraryAnswer(response)

    def close(self) -> None:
        """End the connections."""
        self._docker.close()


class LibraryAnswer:
    """An answer as requests gives it (swarmtui.engine.client.responses.Answer).

    Args:
        response: whose body was not read yet.
    """

    def __init__(self, response: requests.Response) -> None:
        self.status_code = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self._response = response

    def read1(self, size: int) -> bytes:
        """What is there; waits for some. b"" at the end."""
        piece: bytes = self._response.raw.read1(size)
        return piece

    def read(self, size: int) -> bytes:
        """The body, at most so many bytes of it."""
        piece: bytes = self._response.raw.read(size)
        return piece

    def wait_for_ever(self) -> None:
        """The body may be silent for as long as it likes."""
        sock = getattr(getattr(self._response.raw, "connection", None), "sock", None)
        if sock is not None:
            sock.settimeout(None)

    def close(self) -> None:
        """Keep the connection where the body has been read to its end: urllib3 has let go of it then; else end it."""
        self._response.close()


def _docker_client(endpoint: Endpoint, sockets: Sockets) -> docker.APIClient:
    """A docker-py client which has asked nothing yet. No proxy of the environment is used for it.

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
    client.headers.update(own_headers(os.environ))
    client.headers["Accept-Encoding"] = "identity"
    adapter = EngineAdapter(sockets)
    for scheme in ("http://", "https://"):
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
    """

    def __init__(self, sockets: Sockets) -> None:
        self._sockets = sockets
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _pool_class(HTTPConnectionPool, HTTPConnection, self._sockets),
            "https": _pool_class(HTTPSConnectionPool, _Encrypted, self._sockets),
        }

    def request_url(self, request: requests.PreparedRequest, proxies: Any) -> str:
        return request.path_url


class _Encrypted(HTTPSConnection):
    def connect(self) -> None:
        self.ssl_context = as_docker_takes_them(create_urllib3_context(cert_reqs=resolve_cert_reqs(self.cert_reqs)))
        super().connect()


def _pool_class(pool: Any, connection: Any, sockets: Sockets) -> Any:
    """A urllib3 pool whose connections register their sockets once they stand."""

    class Registered(connection):  # type: ignore[misc]
        default_socket_options = [*connection.default_socket_options, KEEPALIVE]  # noqa: RUF012

        def connect(self) -> None:
            super().connect()
            sockets.add(self.sock)

    return type("RegisteredPool", (pool,), {"ConnectionCls": Registered})
