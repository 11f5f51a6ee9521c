"""Which engine is meant: as the docker CLI would have it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from swarmtui.endpoint import list_contexts, resolve_endpoint, resolve_endpoints
from swarmtui.errors import EndpointError

SOCKET = "unix:///var/run/docker.sock"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A docker configuration with the contexts "prod" (TLS) and "lab" (a socket)."""
    add_context(tmp_path, "prod", "tcp://10.0.0.1:2376", certificates=("ca.pem", "cert.pem", "key.pem"))
    add_context(tmp_path, "lab", "unix:///run/lab.sock")
    return tmp_path


def add_context(
    store: Path, name: str, host: str, *, certificates: tuple[str, ...] = (), skip_verify: bool = False
) -> Path:
    digest = hashlib.sha256(name.encode()).hexdigest()
    meta = store / "contexts" / "meta" / digest
    meta.mkdir(parents=True)
    docker = {"Host": host, "SkipTLSVerify": skip_verify}
    content = {"Name": name, "Metadata": {"Description": f"the {name} swarm"}, "Endpoints": {"docker": docker}}
    (meta / "meta.json").write_text(json.dumps(content))
    files = store / "contexts" / "tls" / digest / "docker"
    files.mkdir(parents=True)
    for each in certificates:
        (files / each).write_text("pem")
    return meta / "meta.json"


def use(store: Path, name: str) -> None:
    (store / "config.json").write_text(json.dumps({"currentContext": name}))


@pytest.mark.parametrize(
    ("host", "context", "environ", "current", "url", "name"),
    [
        (None, None, {}, "", SOCKET, SOCKET),
        (None, None, {}, "lab", "unix:///run/lab.sock", "lab"),
        (None, None, {}, "default", SOCKET, SOCKET),
        (None, None, {"DOCKER_CONTEXT": "prod"}, "lab", "tcp://10.0.0.1:2376", "prod"),
        (None, None, {"DOCKER_HOST": "tcp://h:1"}, "lab", "tcp://h:1", "tcp://h:1"),
        (None, None, {"DOCKER_HOST": "tcp://h:1", "DOCKER_CONTEXT": "prod"}, "lab", "tcp://h:1", "tcp://h:1"),
        (None, None, {"DOCKER_HOST": "", "DOCKER_CONTEXT": "prod"}, "", "tcp://10.0.0.1:2376", "prod"),
        (None, "lab", {"DOCKER_HOST": "tcp://h:1", "DOCKER_CONTEXT": "prod"}, "prod", "unix:///run/lab.sock", "lab"),
        (None, "default", {"DOCKER_HOST": "tcp://h:1"}, "prod", "tcp://h:1", "tcp://h:1"),
        ("tcp://g:2", None, {"DOCKER_HOST": "tcp://h:1", "DOCKER_CONTEXT": "prod"}, "lab", "tcp://g:2", "tcp://g:2"),
    ],
)
def test_precedence_is_that_of_the_docker_cli(
    store: Path, host: str | None, context: str | None, environ: dict[str, str], current: str, url: str, name: str
) -> None:
    if current:
        use(store, current)
    endpoint = resolve_endpoint(host, context, {**environ, "DOCKER_CONFIG": str(store)})
    assert (endpoint.url, endpoint.name) == (url, name)


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("unix:///run/x.sock", "unix:///run/x.sock"),
        ("unix://", SOCKET),
        ("tcp://mgr1", "tcp://mgr1:2375"),
        ("tcp://mgr1:2376/", "tcp://mgr1:2376"),
        ("mgr1:2375", "tcp://mgr1:2375"),
        (":2375", "tcp://localhost:2375"),
        ("tcp://[fd00::1]:2375", "tcp://[fd00::1]:2375"),
        ("tcp://me:secret@mgr1:2375", "tcp://mgr1:2375"),
        (" tcp://mgr1:1 ", "tcp://mgr1:1"),
        ("ssh://ops@mgr1", "ssh://ops@mgr1"),
        ("ssh://ops@mgr1:2222/run/docker.sock", "ssh://ops@mgr1:2222/run/docker.sock"),
        ("ssh://Prod/", "ssh://Prod"),
        ("ssh://ops%40corp@[2001:DB8::4]:22", "ssh://ops%40corp@[2001:DB8::4]:22"),
        ("", SOCKET),
    ],
)
def test_addresses(tmp_path: Path, address: str, url: str) -> None:
    endpoint = resolve_endpoint(address, None, {}, tmp_path)
    assert endpoint.url == url
    assert "secret" not in endpoint.name + endpoint.url


@pytest.mark.parametrize("address", ["http://h:1", "npipe:////./pipe/x", "fd://3", "tcp://h:port", "ssh://"])
def test_addresses_that_make_no_sense(tmp_path: Path, address: str) -> None:
    with pytest.raises(EndpointError):
        resolve_endpoint(address, None, {}, tmp_path)


def test_a_password_in_an_ssh_address_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(EndpointError) as caught:
        resolve_endpoint("ssh://ops:hunter2@mgr1", None, {}, tmp_path)
    assert "hunter2" not in str(caught.value)


def test_several_managers_keep_their_order_and_count_once(tmp_path: Path) -> None:
    found = resolve_endpoints(["ssh://b", "tcp://a:1", "ssh://b/"], None, {}, tmp_path)
    assert [endpoint.url for endpoint in found] == ["ssh://b", "tcp://a:1"]
    assert resolve_endpoints([], None, {"DOCKER_HOST": "tcp://c:1"}, tmp_path)[0].url == "tcp://c:1"


def test_both_flags_are_an_error(store: Path) -> None:
    with pytest.raises(EndpointError, match="both given"):
        resolve_endpoint("tcp://h:1", "prod", {}, store)


def test_an_unknown_context_says_where_it_was_named(store: Path) -> None:
    with pytest.raises(EndpointError, match=r"staging.*DOCKER_CONTEXT"):
        resolve_endpoint(None, None, {"DOCKER_CONTEXT": "staging"}, store)
    use(store, "staging")
    with pytest.raises(EndpointError, match=r"staging.*config\.json"):
        resolve_endpoint(None, None, {}, store)


def test_certificates_of_a_context(store: Path) -> None:
    tls = resolve_endpoint(None, "prod", {}, store).tls
    assert tls is not None
    assert tls.verify
    assert tls.ca is not None
    assert tls.certificate is not None
    assert tls.key is not None
    assert tls.key.name == "key.pem"
    assert tls.key.exists()
    assert resolve_endpoint(None, "lab", {}, store).tls is None


def test_a_context_that_is_not_verified(tmp_path: Path) -> None:
    add_context(tmp_path, "loose", "tcp://h:2376", skip_verify=True)
    tls = resolve_endpoint(None, "loose", {}, tmp_path).tls
    assert tls is not None
    assert not tls.verify


def test_certificates_of_the_environment(tmp_path: Path) -> None:
    certificates = tmp_path / "certs"
    certificates.mkdir()
    (certificates / "ca.pem").write_text("pem")
    environ = {"DOCKER_HOST": "tcp://h:2376", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(certificates)}
    tls = resolve_endpoint(None, None, environ, tmp_path).tls
    assert tls is not None
    assert tls.ca == certificates / "ca.pem"
    assert (tls.certificate, tls.key, tls.verify) == (None, None, True)


def test_tls_without_verification(tmp_path: Path) -> None:
    tls = resolve_endpoint(None, None, {"DOCKER_HOST": "tcp://h:2376", "DOCKER_TLS": "1"}, tmp_path).tls
    assert tls is not None
    assert not tls.verify


def test_tls_in_the_environment_is_not_for_sockets_and_not_for_contexts(store: Path) -> None:
    environ = {"DOCKER_TLS": "1"}
    assert resolve_endpoint("unix:///run/x.sock", None, environ, store).tls is None
    assert resolve_endpoint(None, "lab", environ, store).tls is None


def test_tls_without_a_host_means_the_local_tls_port(tmp_path: Path) -> None:
    assert resolve_endpoint(None, None, {"DOCKER_TLS": "1"}, tmp_path).url == "tcp://localhost:2376"


def test_a_missing_authority_names_the_file(tmp_path: Path) -> None:
    environ = {"DOCKER_HOST": "tcp://h:2376", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/nowhere"}
    with pytest.raises(EndpointError, match=r"/nowhere/ca\.pem"):
        resolve_endpoint(None, None, environ, tmp_path)


@pytest.mark.parametrize("content", ["{", "[]", '{"Name": "broken"}', '{"Endpoints": {"docker": 3}}'])
def test_a_broken_context_names_the_file_and_hides_no_other(store: Path, content: str) -> None:
    path = add_context(store, "broken", "unix:///x")
    path.write_text(content)
    with pytest.raises(EndpointError, match=str(path)):
        resolve_endpoint(None, "broken", {}, store)
    entries = list_contexts({}, store)
    assert {"default", "lab", "prod"} < {entry.name for entry in entries}
    assert sum(bool(entry.problem) for entry in entries) == 1


def test_a_broken_config_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{,}")
    with pytest.raises(EndpointError, match=r"config\.json"):
        resolve_endpoint(None, None, {}, tmp_path)
    assert resolve_endpoint("tcp://h:1", None, {}, tmp_path).url == "tcp://h:1"


def test_the_home_directory_is_where_docker_looks(store: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    use(store, "lab")
    store_in_home = home / ".docker"
    store_in_home.symlink_to(store)
    assert resolve_endpoint(None, None, {"HOME": str(home)}).name == "lab"


def test_the_list_marks_the_current_context(store: Path) -> None:
    use(store, "lab")
    entries = list_contexts({}, store)
    assert [(entry.name, entry.current) for entry in entries] == [("default", False), ("lab", True), ("prod", False)]
    assert entries[2].url == "tcp://10.0.0.1:2376"
    assert entries[2].description == "the prod swarm"


def test_nothing_is_written(store: Path) -> None:
    def listing() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in store.rglob("*")}

    before = listing()
    resolve_endpoint(None, "prod", {}, store)
    list_contexts({}, store)
    assert listing() == before
