"""The lab's own image registry, in the hub: tags, pulls, rolling updates and pulls that fail are real.

It has a second door, to the same images, that asks for a password.
"""

from __future__ import annotations

import hashlib
import http.client
import signal
from urllib.parse import urlsplit

from tests.patience import DEAD

from .errors import LabError
from .host import Host
from .waiting import tail, until

PORT, PRIVATE_PORT = 5000, 5001

USER, PASSWORD = "lab", "hunter2"
HTPASSWD = f"{USER}:$2b$04$ONrEX/yn1Pn5voSDqQsSqOYOn6YkiCMD2GMUspV4lLYM4fyURb/BC\n"
"""What the second door asks for, with the hash of that password."""

CONFIG = """\
version: 0.1
log: {{level: warn}}
storage:
  filesystem: {{rootdirectory: {directory}}}
  delete: {{enabled: true}}
http: {{addr: "{address}"}}
"""
LOCK = """\
auth:
  htpasswd: {{realm: lab, path: {path}}}
"""


class Registry:
    """A docker-registry process, and what pushing to it takes."""

    def __init__(self, host: Host, address: str) -> None:
        self.address = f"{address}:{PORT}"
        """Host and port, the first part of every image's name."""
        self.private = f"{address}:{PRIVATE_PORT}"
        """The same images, for who has the password."""
        self._host = host
        self._log = host.directory / "registry.log"

    def start(self) -> None:
        """Start it and wait until it answers."""
        here = self._host.directory
        passwords = here / "htpasswd"
        passwords.write_text(HTPASSWD)
        for address, lock in ((self.address, ""), (self.private, LOCK.format(path=passwords))):
            config = here / f"registry-{address.rpartition(':')[2]}.yml"
            config.write_text(CONFIG.format(directory=here / "images", address=address) + lock)
            self._host.spawn("docker-registry", "serve", config, log=self._log)
        until(
            lambda: self._request("GET", "/v2/").status == 200,
            "the registry",
            detail=lambda: tail(self._log),
        )

    def pause(self) -> None:
        """SIGSTOP: pulls begin and do not get on."""
        self._host.signal("docker-registry", signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        self._host.signal("docker-registry", signal.SIGCONT)

    def push_blob(self, repository: str, blob: bytes) -> None:
        """Upload a layer or an image's configuration."""
        begun = self._request("POST", f"/v2/{repository}/blobs/uploads/")
        location = urlsplit(begun.headers["Location"])
        target = f"{location.path}?{location.query}&digest={digest(blob)}"
        self._request("PUT", target, blob, "application/octet-stream")

    def push_manifest(self, repository: str, tag: str, manifest: bytes, media_type: str) -> None:
        """Give an image its tag; its blobs must be there."""
        self._request("PUT", f"/v2/{repository}/manifests/{tag}", manifest, media_type)

    def move_tag(self, repository: str, tag: str, to: str, media_type: str) -> None:
        """Let a tag stand for what another one stands for."""
        target = f"/v2/{repository}/manifests/{to}"
        self.push_manifest(repository, tag, self._content("GET", target, accept=media_type)[1], media_type)

    def _request(self, method: str, target: str, body: bytes = b"", media_type: str = "") -> http.client.HTTPResponse:
        return self._content(method, target, body, media_type)[0]

    def _content(
        self, method: str, target: str, body: bytes = b"", media_type: str = "", accept: str = ""
    ) -> tuple[http.client.HTTPResponse, bytes]:
        headers = {name: value for name, value in (("Content-Type", media_type), ("Accept", accept)) if value}
        connection = http.client.HTTPConnection(self.address, timeout=DEAD)
        try:
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if answer.status >= 400:
            raise LabError(f"registry: {method} {target}: {answer.status} {content.decode(errors='replace')}")
        return answer, content


def digest(content: bytes) -> str:
    """The name of a blob."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
