"""What a registry wants before it answers, and how that is met: a password, or a token from whoever gives them.

Sources: distribution docs/content/spec/auth/token.md and oauth.md, RFC 7235 (challenges), moby registry/auth.go.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit, urlunsplit

from swarmtui.engine.images.registry_http import Reply, Web
from swarmtui.errors import ConnectionBroken
from swarmtui.swarm.describe.loose_json import Raw

__all__ = ["Challenge", "Refused", "authorization", "challenges_in"]

CLIENT_ID = "swarmtui"
_GIVEN = re.compile(r"""([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))""")
_SCHEME = re.compile(r"[A-Za-z][\w-]*")
_BETWEEN = re.compile(r"[\s,]*")


class Refused(Exception):
    """Whoever gives tokens gives none; has the answer as `reply`."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


@dataclass(frozen=True)
class Challenge:
    """One way to be let in.

    Attributes:
        scheme: "basic" or "bearer", or another one.
        parts: "realm", "service", "scope".
    """

    scheme: str
    parts: Mapping[str, str]


def challenges_in(header: str) -> tuple[Challenge, ...]:
    """The challenges of a WWW-Authenticate header, as far as it can be read: a name without a value begins one."""
    found, place = list[tuple[str, dict[str, str]]](), 0
    while (place := _end(_BETWEEN.match(header, place))) < len(header):
        given = _GIVEN.match(header, place)
        begun = _SCHEME.match(header, place)
        if given is not None and found:
            found[-1][1][given[1].lower()] = given[3] or re.sub(r"\\(.)", r"\1", given[2])
            place = given.end()
        elif given is None and begun is not None:
            found.append((begun.group().lower(), {}))
            place = begun.end()
        else:
            break
    return tuple(Challenge(scheme, parts) for scheme, parts in found)


def _end(found: re.Match[str] | None) -> int:
    assert found is not None
    return found.end()


def authorization(web: Web, header: str, registry: str, repository: str, login: Mapping[str, str]) -> str:
    """The Authorization header that answers a registry's challenge; "" where nothing here can.

    Args:
        header: its WWW-Authenticate.
        registry: host and port of the registry that has challenged.
        repository: what is to be read there.
        login: this machine's, as docker has it; {} to come as nobody.

    Raises:
        Refused: no token is given.
        ConnectionFailed: whoever gives them cannot be reached.
    """
    by_scheme = {each.scheme: each for each in challenges_in(header)}
    if bearer := by_scheme.get("bearer"):
        return f"Bearer {_token(web, bearer.parts, registry, repository, login)}"
    if "basic" in by_scheme and login.get("username"):
        return _basic(login)
    return ""


def _basic(login: Mapping[str, str]) -> str:
    pair = f"{login['username']}:{login.get('password', '')}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _token(web: Web, parts: Mapping[str, str], registry: str, repository: str, login: Mapping[str, str]) -> str:
    realm = urlsplit(parts.get("realm", ""))
    if realm.scheme not in ("http", "https") or not realm.hostname:
        raise ConnectionBroken(f"{registry} does not say where tokens for it are given.")
    asked = {"scope": parts.get("scope") or f"repository:{repository}:pull"}
    if parts.get("service"):
        asked["service"] = parts["service"]
    target = urlunsplit(("", "", realm.path or "/", realm.query, ""))
    secure = realm.scheme == "https"
    if login.get("identitytoken"):
        form = {
            **asked,
            "grant_type": "refresh_token",
            "client_id": CLIENT_ID,
            "refresh_token": login["identitytoken"],
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        reply = web.ask(realm.netloc, target, headers, body=urlencode(form).encode(), secure=secure)
    else:
        headers = {"Authorization": _basic(login)} if login.get("username") else {}
        joined = f"{target}{'&' if realm.query else '?'}{urlencode(asked)}"
        reply = web.ask(realm.netloc, joined, headers, secure=secure)
    if reply.status != 200:
        raise Refused(reply)
    content = Raw(reply.content)
    token = content.text("token") or content.text("access_token")
    if not token or not re.fullmatch(r"[\x21-\x7e]+", token):
        raise ConnectionBroken(f"{realm.hostname} gave no token for {registry}.")
    return token
