"""The logins of this machine's docker: config.json and the credential helpers that it names. Only ever read.

Source: docker/cli cli/config/configfile/file.go (`GetAuthConfig`, `getConfiguredCredentialStore`),
cli/config/credentials (`native_store.go`, `file_store.go`) and docker-credential-helpers, `client/client.go`. What is
read is sent to the engine in the header of the one call that needs it, or to the registry itself when it is asked for
its tags, and kept nowhere.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import signal
import subprocess
from collections.abc import Iterable, Mapping
from typing import Any

from swarmtui import children
from swarmtui.endpoint import config_directory
from swarmtui.errors import LoginUnreadable

__all__ = ["file_of", "has_login", "header_of", "login_of"]

log = logging.getLogger("swarmtui.engine")

HUB = "docker.io"
KEY_OF_HUB = "https://index.docker.io/v1/"
"""What docker calls its own registry in config.json."""

HEADER = "X-Registry-Auth"
HELPER_WITHIN = 20.0
"""Seconds that a credential helper may take: it may ask a keyring."""
NOT_FOUND = "credentials not found"
"""What a helper says that has none (docker-credential-helpers, credentials/error.go)."""
AS_TOKEN = "<token>"
"""The user name under which a helper gives an identity token (docker/cli native_store.go, `tokenUsername`)."""


def has_login(registry: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether docker is logged in to a registry, as far as config.json tells. No helper is asked.

    `docker login` leaves an entry in `auths` even where the password itself is kept by a helper.
    """
    try:
        config = _config(environ)
    except LoginUnreadable as error:
        log.debug("%s", error)
        return False
    return _entry(config, registry) is not None or bool(_part(config, "credHelpers").get(_key(registry)))


def header_of(registry: str, environ: Mapping[str, str] = os.environ) -> Mapping[str, str]:
    """The header with which a call gives the engine this machine's login; none for "", which is no registry.

    Raises:
        LoginUnreadable: there is no login, or it cannot be read; with the reason and a remedy.
    """
    if not registry:
        return {}
    config, key = _config(environ), _key(registry)
    login = _login(config, registry)
    if not login:
        raise LoginUnreadable(
            f"docker on this machine is not logged in to {registry}.", f"Log in with `docker login {registry}`."
        )
    return {HEADER: base64.urlsafe_b64encode(json.dumps({**login, "serveraddress": key}).encode()).decode()}


def login_of(registry: str, environ: Mapping[str, str] = os.environ) -> Mapping[str, str]:
    """This machine's login for a registry, for who asks it himself; {} where there is none.

    Raises:
        LoginUnreadable: it cannot be read.
    """
    return _login(_config(environ), registry)


def file_of(registries: Iterable[str], environ: Mapping[str, str] = os.environ) -> bytes:
    """A config.json with this machine's logins for some registries, for docker elsewhere; b"" where there are none.

    Raises:
        LoginUnreadable: one is there, and cannot be read.
    """
    wanted = [each for each in sorted(set(registries)) if has_login(each, environ)]
    config = _config(environ) if wanted else {}
    logins = {_key(each): _as_entry(_login(config, each)) for each in wanted}
    return json.dumps({"auths": logins}).encode() if logins else b""


def _as_entry(login: Mapping[str, str]) -> dict[str, str]:
    """As `docker login` would write it."""
    user, password, token = (login.get(name, "") for name in ("username", "password", "identitytoken"))
    entry = {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()} if user else {}
    return entry | ({"identitytoken": token} if token else {})


def _login(config: Mapping[str, Any], registry: str) -> Mapping[str, str]:
    """Empty where there is none."""
    key = _key(registry)
    helper = _part(config, "credHelpers").get(key) or config.get("credsStore")
    return _of_helper(str(helper), key) if helper else _of_file(config, registry)


def _config(environ: Mapping[str, str]) -> Mapping[str, Any]:
    path = config_directory(environ) / "config.json"
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise LoginUnreadable(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:  # its text may hold a password: it is not told
        raise LoginUnreadable(f"{path} is not valid JSON.") from error
    return content if isinstance(content, dict) else {}


def _part(config: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = config.get(name)
    return part if isinstance(part, dict) else {}


def _key(registry: str) -> str:
    return KEY_OF_HUB if registry == HUB else registry


def _entry(config: Mapping[str, Any], registry: str) -> Mapping[str, Any] | None:
    """The entry of `auths`; older files name registries by their address ("https://host/v1/")."""
    auths, key = _part(config, "auths"), _key(registry)
    found = auths.get(key)
    if found is None:
        found = next((entry for name, entry in auths.items() if _host(name) == _host(key)), None)
    return found if isinstance(found, dict) else None


def _host(address: str) -> str:
    return address.removeprefix("http://").removeprefix("https://").partition("/")[0]


# ------------------------------------------------------------------------------------------------ both sorts


def _of_file(config: Mapping[str, Any], registry: str) -> dict[str, str]:
    entry = _entry(config, registry) or {}
    login = {name: str(entry[name]) for name in ("username", "password", "identitytoken") if entry.get(name)}
    if entry.get("auth"):
        try:
            user, _, password = base64.b64decode(str(entry["auth"])).decode().partition(":")
        except ValueError as error:
            raise LoginUnreadable(
                f"The login for {registry} in docker's config.json cannot be read.",
                f"Log in again with `docker login {registry}`.",
            ) from error
        login |= {"username": user, "password": password.strip("\x00")}
    return login


def _of_helper(name: str, key: str) -> dict[str, str]:
    """Ask a credential helper: the registry on its standard input, JSON on its standard output."""
    program = f"docker-credential-{name}"
    path = children.find(program) if "/" not in name else None
    if path is None:
        raise LoginUnreadable(f"docker keeps its logins with {program}, which is not on PATH.")
    said = _run(path, key, program)
    try:
        answer = json.loads(said)
        user, secret = str(answer["Username"]), str(answer["Secret"])
    except (ValueError, KeyError, TypeError):
        return _nothing_or_raise(said, program)
    return {"identitytoken": secret} if user == AS_TOKEN else {"username": user, "password": secret}


def _nothing_or_raise(said: str, program: str) -> dict[str, str]:
    if NOT_FOUND in said:
        return {}
    raise LoginUnreadable(f"{program} did not give the login.", "See what `docker login` says on this machine.")


def _run(path: str, key: str, program: str) -> str:
    """What it prints. In a session of its own it cannot ask on the terminal."""
    try:
        with children.spawning():
            process = subprocess.Popen(
                [path, "get"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=children.environment(),
                start_new_session=True,
            )
    except OSError as error:
        raise LoginUnreadable(f"{program} cannot be started: {error.strerror}.") from error
    with process, children.registered(lambda number: os.killpg(process.pid, number)):
        try:
            return process.communicate(key.encode(), timeout=HELPER_WITHIN)[0].decode(errors="replace")
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise LoginUnreadable(f"{program} did not answer within {HELPER_WITHIN:g} s.") from error
