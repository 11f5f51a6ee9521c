"""TLS against real handshakes: which certificate is wrong, and what helps."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from swarmtui.endpoint import Endpoint, TLSFiles
from swarmtui.engine.client.client import EngineClient
from swarmtui.errors import ConnectionFailed, TLSFailed
from tests.stub_engine import StubEngine

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)


class Authority:
    """Signs certificates, and writes them into a directory."""

    def __init__(self, directory: Path, name: str) -> None:
        self.directory = directory
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.path = self._write(f"{name}-ca.pem", self._sign(self.name, self.key, ca=True))

    def issue(self, name: str, *, address: str = "127.0.0.1", expired: bool = False) -> tuple[Path, Path]:
        """A certificate and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = self._write(f"{name}.pem", self._sign(subject, key, address=address, expired=expired))
        path = self.directory / f"{name}-key.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return certificate, path

    def _sign(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        *,
        address: str = "127.0.0.1",
        ca: bool = False,
        expired: bool = False,
    ) -> x509.Certificate:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - 9 * DAY)
            .not_valid_after(NOW - DAY if expired else NOW + DAY)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
            .sign(self.key, hashes.SHA256())
        )

    def _write(self, name: str, certificate: x509.Certificate) -> Path:
        path = self.directory / name
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return path


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "ours")


def server_side(pair: tuple[Path, Path], *, clients_of: Authority | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    if clients_of is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(clients_of.path)
    return context


def ask(engine: StubEngine, files: TLSFiles | None) -> bytes:
    client = EngineClient(Endpoint(engine.url, "stub", tls=files))
    try:
        return client.get("/nodes").body
    finally:
        client.close()


def test_verified_on_both_sides(authority: Authority) -> None:
    certificate, key = authority.issue("client")
    with StubEngine(tcp=True, tls=server_side(authority.issue("server"), clients_of=authority)) as engine:
        assert ask(engine, TLSFiles(authority.path, certificate, key)) == b"[]"


def test_unverified_when_the_user_wants_it_so(authority: Authority) -> None:
    with StubEngine(tcp=True, tls=server_side(authority.issue("server"))) as engine:
        assert ask(engine, TLSFiles(verify=False)) == b"[]"


def test_an_expired_certificate(authority: Authority) -> None:
    pair = authority.issue("server", expired=True)
    with (
        StubEngine(tcp=True, tls=server_side(pair)) as engine,
        pytest.raises(TLSFailed, match="has expired"),
    ):
        ask(engine, TLSFiles(authority.path))


def test_a_certificate_for_another_host(authority: Authority) -> None:
    pair = authority.issue("server", address="10.0.0.1")
    with (
        StubEngine(tcp=True, tls=server_side(pair)) as engine,
        pytest.raises(TLSFailed, match="for another host"),
    ):
        ask(engine, TLSFiles(authority.path))


def test_a_certificate_of_another_authority(authority: Authority, tmp_path: Path) -> None:
    other = Authority(tmp_path, "other")
    with (
        StubEngine(tcp=True, tls=server_side(other.issue("server"))) as engine,
        pytest.raises(TLSFailed, match="not trusted"),
    ):
        ask(engine, TLSFiles(authority.path))


def test_an_engine_that_asks_for_our_certificate(authority: Authority) -> None:
    with (
        StubEngine(tcp=True, tls=server_side(authority.issue("server"), clients_of=authority)) as engine,
        pytest.raises(ConnectionFailed) as caught,
    ):
        ask(engine, TLSFiles(authority.path))
    assert "cert.pem" in caught.value.remedy


def test_tls_to_an_engine_without(authority: Authority) -> None:
    with StubEngine(tcp=True) as engine, pytest.raises(TLSFailed, match="does not speak TLS"):
        ask(engine, TLSFiles(authority.path))


def test_a_missing_key_is_named(authority: Authority) -> None:
    certificate, _ = authority.issue("client")
    with StubEngine(tcp=True) as engine:
        with pytest.raises(TLSFailed, match=r"nowhere\.pem"):
            ask(engine, TLSFiles(authority.path, certificate, Path("/nowhere.pem")))
        with pytest.raises(TLSFailed, match="its key is missing"):
            ask(engine, TLSFiles(authority.path, certificate))


def test_a_key_of_another_certificate(authority: Authority) -> None:
    certificate, _ = authority.issue("client")
    _, other = authority.issue("other")
    with (
        StubEngine(tcp=True, tls=server_side(authority.issue("server"))) as engine,
        pytest.raises(TLSFailed),
    ):
        ask(engine, TLSFiles(authority.path, certificate, other))
