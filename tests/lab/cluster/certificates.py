"""Keys and certificates of the lab: TLS for engines that listen on TCP, and ssh keys."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from .commands import run

NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "7"]


class Certificates:
    """A certificate authority, one certificate that all engines present, and one for clients."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.client = directory / "client"
        """Holds ca.pem, cert.pem and key.pem, as DOCKER_CERT_PATH wants them."""

    @property
    def authority(self) -> Path:
        return self.client / "ca.pem"

    @property
    def server(self) -> Path:
        """The engines' certificate."""
        return self._directory / "server.pem"

    @property
    def server_key(self) -> Path:
        return self._directory / "server-key.pem"

    def create(self, addresses: Iterable[str]) -> None:
        """Make all of them; `addresses` are those at which engines will be reached."""
        self.client.mkdir(parents=True)
        authority_key = self._directory / "ca-key.pem"
        subject = ["-subj", "/CN=swarmtui lab"]
        run(["openssl", "req", "-x509", *NEW_KEY, *subject, "-keyout", authority_key, "-out", self.authority])
        names = ",".join(f"IP:{address}" for address in addresses)
        signed: list[str | Path] = [
            "openssl",
            "req",
            "-x509",
            "-CA",
            self.authority,
            "-CAkey",
            authority_key,
            *NEW_KEY,
            *subject,
        ]
        leaf = ["-addext", "basicConstraints=critical,CA:FALSE"]
        server = [*leaf, "-addext", f"subjectAltName={names}", "-addext", "extendedKeyUsage=serverAuth"]
        run([*signed, *server, "-keyout", self.server_key, "-out", self.server])
        client = [*leaf, "-addext", "extendedKeyUsage=clientAuth"]
        run([*signed, *client, "-keyout", self.client / "key.pem", "-out", self.client / "cert.pem"])


def ssh_key(path: Path, comment: str) -> None:
    """Make a key pair without a passphrase: `path` and `path`.pub."""
    run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", path])
