"""TagLists: asks registries for the tags of a repository, by their own API, and keeps what they have said.

An engine has no call for it (`/distribution` is about one tag), so the registry is asked by this program: from the
manager's side where the swarm is reached by SSH, since the nodes are who has to reach it; else from here.
Source: distribution docs/content/spec/api.md ("Listing Image Tags", "Pagination").
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from swarmtui.engine.client.deadline import SMALL
from swarmtui.engine.images import logins
from swarmtui.engine.images.challenge import Refused, authorization
from swarmtui.engine.images.registry_http import Connect, Reply, Web, straight
from swarmtui.errors import ConnectionBroken, LoginUnreadable, NothingListens, SSHFailed, SwarmtuiError
from swarmtui.swarm.images.registries import is_insecure, is_loopback
from swarmtui.swarm.images.tag_list import MOST_TAGS, TagList, refused_list, repository_of
from swarmtui.swarm.syntax.image import HUB, ImageName

if TYPE_CHECKING:
    import socket

    from swarmtui.engine.clients import Clients
    from swarmtui.engine.route.manager_route import ManagerRoute
    from swarmtui.tunnel.ssh import Tunnel

__all__ = ["TagLists", "list_tags"]

log = logging.getLogger("swarmtui.engine")

API_OF_HUB = "registry-1.docker.io"
"""Where docker finds the API of the registry that images without a registry's name are in."""
A_PAGE = 1000
MOST_PAGES = 200
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_NEXT = re.compile(r'<([^>]*)>\s*;[^,]*\brel="?next"?', re.IGNORECASE)


class TagLists:
    """Every method may be called from any thread; `find` blocks.

    Args:
        route: tells whether there is a way through SSH.
        clients: of the engine, which knows the insecure registries.
        embedded: the socket where the registry of the embedded swarm answers; "" for real ones.
    """

    def __init__(self, route: ManagerRoute, clients: Clients, embedded: str = "") -> None:
        self._route, self._clients, self._embedded = route, clients, embedded
        self._lock = threading.Lock()
        self._kept: dict[str, TagList] = {}
        self._asking: dict[Web, str] = {}
        self._closed = False

    def find(self, image: str, *, again: bool = False) -> TagList:
        """The tags of an image's repository. Whatever goes wrong, the answer says why.

        Args:
            again: ask even if the list is known.
        """
        repository = repository_of(image)
        with self._lock:
            kept = self._kept.get(repository)
        if kept is not None and not again:
            return kept
        found = replace(self._find(repository), asked_at=time.time())
        if found.found:
            with self._lock:
                self._kept[repository] = found
        return found

    def close(self) -> None:
        """Give up what is being asked."""
        with self._lock:
            self._closed = True
            for web in self._asking:
                web.give_up()

    def give_up(self, image: str) -> None:
        """Nobody waits for the tags of that image any more. Never blocks."""
        repository = repository_of(image)
        with self._lock:
            for web, asked in self._asking.items():
                if asked == repository:
                    web.give_up()

    def _find(self, repository: str) -> TagList:
        registry = ImageName.parse(repository).registry
        if self._embedded:
            return self._through(repository, self._to_embedded, None)
        info, tunnel = self._info(), self._route.tunnel
        if tunnel is None:
            return self._through(repository, straight, info)
        there = self._through(repository, lambda host, port: _from_manager(tunnel, host, port), info)
        if not there.no_way or is_loopback(registry):
            return there
        name = self._route.current.endpoint.name
        here = self._through(repository, straight, info)
        if not here.no_way:
            return replace(here, remark=f"Asked from this machine, since {name} does not lead there: {there.why_not}")
        return replace(there, why_not=f"{there.why_not} Nor from this machine: {here.why_not}")

    def _through(self, repository: str, connect: Connect, info: Any) -> TagList:
        web = Web(connect, lambda host: is_insecure(host, info), plain=bool(self._embedded))
        with self._lock:
            self._asking[web] = repository
            if self._closed:
                web.give_up()
        try:
            return list_tags(web, repository)
        finally:
            with self._lock:
                self._asking.pop(web, None)

    def _info(self) -> Any:
        """The engine's `/info`; None where it does not tell: then only this machine's registries are insecure."""
        try:
            with closing(self._clients.open()) as client:
                return client.get_json("/info", None, SMALL)
        except SwarmtuiError as error:
            log.debug("%s", error)
            return None

    def _to_embedded(self, host: str, port: int) -> socket.socket:
        import socket

        del host, port
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            sock.connect(self._embedded)
        except OSError:
            sock.close()
            raise
        return sock


def _from_manager(tunnel: Tunnel, host: str, port: int) -> socket.socket:
    try:
        return tunnel.connect_tcp(host, port)
    except SSHFailed as error:
        if error.layer != "port":
            raise
        raise NothingListens(error.message, "Is the registry up, and does that host reach it?") from error


def list_tags(web: Web, repository: str, environ: Mapping[str, str] | None = None) -> TagList:
    """Ask a registry for all tags of a repository: as nobody first, then with this machine's login if it wants one.

    Args:
        repository: as docker writes it.
    """
    name = ImageName.parse(repository)
    with_login = has_login = False
    login: Mapping[str, str] = {}
    try:
        asked = _Asked(web, name)
        reply = asked.first({})
        if reply.status in (401, 403):
            login = logins.login_of(name.registry) if environ is None else logins.login_of(name.registry, environ)
            has_login = bool(login)
            if login:
                reply, with_login = asked.first(login), True
        if reply.status != 200:
            return refused_list(
                repository,
                reply.status,
                reply.content,
                with_login=with_login,
                has_login=has_login,
                retry_after=reply.headers.get("retry-after", ""),
            )
        tags, is_whole = asked.pages(reply)
    except LoginUnreadable as error:
        return TagList(repository, why_not=error.message, remedy=error.remedy)
    except SwarmtuiError as error:
        return TagList(repository, why_not=error.message, remedy=error.remedy, with_login=with_login, no_way=True)
    return TagList(repository, tags, is_whole=is_whole, with_login=with_login)


class _Asked:
    """One question to a registry: its pages, with what lets us in."""

    def __init__(self, web: Web, name: ImageName) -> None:
        self._web, self._name = web, name
        self._host = API_OF_HUB if name.registry == HUB else name.registry
        self._let_in: dict[str, str] = {}

    def first(self, login: Mapping[str, str]) -> Reply:
        """The first page, or what is said instead."""
        target = f"/v2/{self._name.repository}/tags/list?n={A_PAGE}"
        self._let_in = {}
        reply = self._page(target)
        if reply.status != 401:
            return reply
        wanted = reply.headers.get("www-authenticate", "")
        try:
            let_in = authorization(self._web, wanted, self._host, self._name.repository, login)
        except Refused as refused:
            return refused.reply
        if not let_in:
            return reply
        self._let_in = {"Authorization": let_in}
        return self._page(target)

    def pages(self, reply: Reply) -> tuple[tuple[str, ...], bool]:
        """The tags of a page and of all that follow it, and whether those are all there are."""
        tags, seen = dict[str, None](), set[str]()
        for _ in range(MOST_PAGES):
            tags.update(dict.fromkeys(_tags_in(reply, self._host)))
            target = self._next(reply)
            if not target or target in seen:
                return tuple(tags), True
            if len(tags) >= MOST_TAGS:
                break
            seen.add(target)
            reply = self._page(target)
            if reply.status != 200:  # a token that has run out, a limit that is reached: what there is is of use
                break
        return tuple(tags)[:MOST_TAGS], False

    def _page(self, target: str) -> Reply:
        return self._web.ask(self._host, target, self._let_in)

    def _next(self, reply: Reply) -> str:
        """Path and query of the next page: never on another host, which must not get what lets us in here."""
        found = _NEXT.search(reply.headers.get("link", ""))
        if found is None:
            return ""
        url = urlsplit(urljoin(f"https://{self._host}/v2/{self._name.repository}/tags/list", found[1]))
        return f"{url.path}?{url.query}" if url.path.startswith("/v2/") else ""


def _tags_in(reply: Reply, host: str) -> list[str]:
    content = reply.content
    tags = content.get("tags") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(tags, (list, type(None))):
        raise ConnectionBroken(f"What {host} answers is no list of tags.", "Is that a registry?")
    return [each for each in tags or () if isinstance(each, str) and _TAG.fullmatch(each)]
