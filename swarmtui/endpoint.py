"""Which swarm is meant: -H, --context, DOCKER_HOST, DOCKER_CONTEXT, the docker context store, the default socket.

The rules are the docker CLI's own (docker/cli: cli/command/cli.go `resolveContextName`, opts/hosts.go `ParseHost`,
cli/flags/options.go for TLS, cli/context/store for the store), so that `swarmtui` shows what `docker` in the same shell
would talk to. The store is only ever read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from swarmtui.errors import EndpointError

__all__ = [
    "ContextEntry",
    "Endpoint",
    "TLSFiles",
    "config_directory",
    "list_contexts",
    "resolve_endpoint",
    "resolve_endpoints",
]

DEFAULT_CONTEXT = "default"
DEFAULT_SOCKET = "unix:///var/run/docker.sock"
DEFAULT_PORT = 2375
MEND = "Fix the file, or name the engine with -H."
DEFAULT_TLS_HOST = "tcp://localhost:2376"
"""What the docker CLI takes when TLS is asked for and no host is named."""


@dataclass(frozen=True)
class TLSFiles:
    """Where the certificates for a tcp:// endpoint are. Each is None where there is none.

    Attributes:
        ca: the authority that signed the engine's certificate.
        certificate: ours.
        key: the key of ours.
        verify: whether the engine's certificate is checked.
    """

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    verify: bool = True


@dataclass(frozen=True)
class Endpoint:
    """An engine to talk to.

    Attributes:
        url: unix:///path, tcp://host:port, or ssh://….
        name: how the header and the audit log call it: the context's name, or the URL without credentials.
        source: where it was found, for error texts: "-H", "DOCKER_HOST", "context prod", "default".
        tls: certificates, for tcp:// with TLS.
        description: what is shown in the header in place of the URL, where that tells a reader nothing.
    """

    url: str
    name: str
    source: str = "default"
    tls: TLSFiles | None = None
    description: str = ""

    @property
    def socket_path(self) -> str:
        """The path of the Unix socket; "" for other kinds of endpoint."""
        return self.url.removeprefix("unix://") if self.url.startswith("unix://") else ""


@dataclass(frozen=True)
class ContextEntry:
    """One line of the list of contexts.

    Attributes:
        name: the context's name.
        url: where it leads; "" when that could not be read.
        description: what its maker wrote about it.
        current: whether it is what a plain `swarmtui` would open now.
        problem: why it cannot be used; "" when nothing is known against it.
    """

    name: str
    url: str = ""
    description: str = ""
    current: bool = False
    problem: str = ""


def resolve_endpoint(
    host: str | None,
    context: str | None,
    environ: Mapping[str, str],
    docker_config: Path | None = None,
) -> Endpoint:
    """Tell which engine is meant, with the docker CLI's precedence.

    Args:
        host: the value of -H/--host.
        context: the value of -c/--context.
        environ: the environment (DOCKER_HOST, DOCKER_CONTEXT, DOCKER_TLS_VERIFY, DOCKER_TLS, DOCKER_CERT_PATH,
            DOCKER_CONFIG, HOME).
        docker_config: docker's configuration directory; found from the environment when None.

    Raises:
        EndpointError: both flags were given, an address makes no sense, there is no such context, or a file of the
            docker configuration cannot be read.
    """
    if host is not None and context:
        raise EndpointError("-H/--host and -c/--context were both given.", "Give one of the two.")
    directory = docker_config or config_directory(environ)
    name, source = _context_name(host, context, environ, directory)
    if name == DEFAULT_CONTEXT:
        return _default_endpoint(host, environ, directory)
    return _endpoint_of_context(name, source, directory)


def resolve_endpoints(
    hosts: Sequence[str],
    context: str | None,
    environ: Mapping[str, str],
    docker_config: Path | None = None,
) -> tuple[Endpoint, ...]:
    """The same for several -H: managers of one swarm, the one to begin with first.

    Raises:
        EndpointError: as for `resolve_endpoint`.
    """
    named = hosts or (None,)
    found = [resolve_endpoint(host, context, environ, docker_config) for host in named]
    return tuple({endpoint.url: endpoint for endpoint in found}.values())


def list_contexts(environ: Mapping[str, str], docker_config: Path | None = None) -> list[ContextEntry]:
    """All contexts of the store, and "default" first. One broken context does not hide the others.

    Raises:
        EndpointError: docker's config.json, or the environment's address, cannot be read.
    """
    directory = docker_config or config_directory(environ)
    current, _ = _context_name(None, None, environ, directory)
    try:
        default = ContextEntry(DEFAULT_CONTEXT, url=_default_endpoint(None, environ, directory).url)
    except EndpointError as error:
        default = ContextEntry(DEFAULT_CONTEXT, problem=error.message)
    entries = [default]
    for path in sorted((directory / "contexts" / "meta").glob("*/meta.json")):
        try:
            meta = _read_json(path)
            name = str(meta.get("Name") or "")
        except EndpointError as error:
            entries.append(ContextEntry(path.parent.name[:12], problem=error.message))
            continue
        description = _section(meta, "Metadata").get("Description")
        entry = ContextEntry(name, description=description if isinstance(description, str) else "")
        try:
            entry = replace(entry, url=_endpoint_of_context(name, "list", directory).url)
        except EndpointError as error:
            entry = replace(entry, problem=error.message)
        entries.append(entry)
    entries[1:] = sorted(entries[1:], key=lambda entry: entry.name)
    return [replace(entry, current=entry.name == current) for entry in entries]


# ------------------------------------------------------------------------------------------------ precedence


def _context_name(
    host: str | None, context: str | None, environ: Mapping[str, str], directory: Path
) -> tuple[str, str]:
    """The context's name and where it was named. "default" stands for -H, DOCKER_HOST or the default socket."""
    if context:
        return context, "--context"
    if host is not None or environ.get("DOCKER_HOST"):
        return DEFAULT_CONTEXT, ""
    if environ.get("DOCKER_CONTEXT"):
        return environ["DOCKER_CONTEXT"], "DOCKER_CONTEXT"
    path = directory / "config.json"
    if path.exists():
        current = _read_json(path).get("currentContext")
        if isinstance(current, str) and current:
            return current, f"currentContext of {path}"
    return DEFAULT_CONTEXT, ""


def _default_endpoint(host: str | None, environ: Mapping[str, str], directory: Path) -> Endpoint:
    """What the "default" context stands for: -H, else DOCKER_HOST, else the default socket; TLS by the environment."""
    verify = bool(environ.get("DOCKER_TLS_VERIFY"))
    with_tls = verify or bool(environ.get("DOCKER_TLS"))
    address, source = (host, "-H") if host is not None else (environ.get("DOCKER_HOST", ""), "DOCKER_HOST")
    if not address.strip():
        address, source = DEFAULT_TLS_HOST if with_tls else DEFAULT_SOCKET, "default"
    url = _parse_address(address, source)
    tls = None
    if with_tls and url.startswith("tcp://"):
        tls = _tls_of_environment(Path(environ.get("DOCKER_CERT_PATH") or directory), verify)
    return Endpoint(url, name=url, source=source, tls=tls)


def _tls_of_environment(directory: Path, verify: bool) -> TLSFiles:
    """The certificates in DOCKER_CERT_PATH, or in docker's configuration directory.

    Raises:
        EndpointError: the engine is to be verified, and there is no ca.pem to verify it with.
    """
    ca, certificate, key = (_if_exists(directory / name) for name in ("ca.pem", "cert.pem", "key.pem"))
    if verify and ca is None:
        raise EndpointError(
            f"DOCKER_TLS_VERIFY is set, but there is no {directory / 'ca.pem'}.",
            "Set DOCKER_CERT_PATH to the directory with ca.pem, cert.pem and key.pem.",
        )
    return TLSFiles(ca, certificate, key, verify)


# ------------------------------------------------------------------------------------------------ context store


def _endpoint_of_context(name: str, source: str, directory: Path) -> Endpoint:
    """The engine that a context of the store leads to.

    Raises:
        EndpointError: there is no such context, it cannot be read, or it names no Docker engine.
    """
    import hashlib  # with it comes OpenSSL's library

    digest = hashlib.sha256(name.encode()).hexdigest()
    path = directory / "contexts" / "meta" / digest / "meta.json"
    if not path.exists():
        raise EndpointError(
            f'There is no docker context "{name}" ({source}).', "`docker context ls` lists the contexts there are."
        )
    docker = _section(_section(_read_json(path), "Endpoints"), "docker")
    host = docker.get("Host")
    if not isinstance(host, str) or not host.strip():
        raise EndpointError(f'The docker context "{name}" names no Docker engine ({path}).')
    url = _parse_address(host, f"context {name}")
    files = directory / "contexts" / "tls" / digest / "docker"
    ca, certificate, key = (_if_exists(files / each) for each in ("ca.pem", "cert.pem", "key.pem"))
    unverified = docker.get("SkipTLSVerify") is True
    has_tls = unverified or any((ca, certificate, key))
    tls = TLSFiles(ca, certificate, key, not unverified) if has_tls and url.startswith("tcp://") else None
    return Endpoint(url, name=name, source=f"context {name}", tls=tls)


def config_directory(environ: Mapping[str, str]) -> Path:
    """Where docker's own program keeps its config.json and its contexts."""
    if environ.get("DOCKER_CONFIG"):
        return Path(environ["DOCKER_CONFIG"])
    return (Path(environ["HOME"]) if environ.get("HOME") else Path.home()) / ".docker"


def _read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a file of docker's configuration.

    Raises:
        EndpointError: naming the file, when it cannot be read or holds something else.
    """
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise EndpointError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise EndpointError(f"{path} is not valid JSON: {error}.", MEND) from error
    if not isinstance(content, dict):
        raise EndpointError(f"{path} does not hold a JSON object.", MEND)
    return content


def _section(content: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    section = content.get(key)
    return section if isinstance(section, dict) else {}


def _if_exists(path: Path) -> Path | None:
    return path if path.exists() else None


# ------------------------------------------------------------------------------------------------ addresses


def _parse_address(address: str, source: str) -> str:
    """An address as -H takes it, made whole: scheme, host and port, never a password.

    Raises:
        EndpointError: it makes no sense, or it is of a kind that this program cannot use.
    """
    address = address.strip()
    scheme, separator, rest = address.partition("://")
    if not separator:
        scheme, rest = "tcp", address
    if scheme == "unix":
        return f"unix://{rest or DEFAULT_SOCKET.removeprefix('unix://')}"
    if scheme not in ("tcp", "ssh"):
        raise EndpointError(
            f'Addresses with "{scheme}://" are not supported ({source}).',
            "Use unix:///path/to/socket, tcp://host:port or ssh://user@host.",
        )
    try:
        parts = urlsplit(f"{scheme}://{rest}")
        port = parts.port
    except ValueError as error:
        raise EndpointError(f"The address from {source} is not valid: {error}.") from error
    return _ssh_url(parts, source) if scheme == "ssh" else _tcp_url(parts, port)


def _tcp_url(parts: SplitResult, port: int | None) -> str:
    host = parts.hostname or "localhost"
    if ":" in host:
        host = f"[{host}]"
    return f"tcp://{host}:{port or DEFAULT_PORT}{parts.path.rstrip('/')}"


def _ssh_url(parts: SplitResult, source: str) -> str:
    if not parts.hostname:
        raise EndpointError(f"The ssh:// address from {source} names no host.", "Use ssh://user@host.")
    if parts.password is not None:
        raise EndpointError(
            f"The ssh:// address from {source} holds a password in plain text.",
            "Leave it out and use a key or an agent, as the docker CLI demands too.",
        )
    # In the user's own letters: an alias of ssh_config is another one in capitals.
    return f"ssh://{parts.netloc.removesuffix(':')}{parts.path.rstrip('/')}"
