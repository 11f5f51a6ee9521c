"""AddressBook: where a swarm could be, and the way to open it (the protocol swarmtui.ui.places.places.Places)."""

from __future__ import annotations

import atexit
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from swarmtui.endpoint import DEFAULT_CONTEXT, Endpoint, list_contexts, resolve_endpoint
from swarmtui.errors import EndpointError, SwarmtuiError
from swarmtui.places.place import Kind, Place, Reach, State, context_key, key_of
from swarmtui.places.recent import Recent, RecentPlaces

if TYPE_CHECKING:
    from swarmtui.places.survey import Candidate, Reading, Survey
    from swarmtui.places.trying import Attempt

__all__ = ["AddressBook", "nothing_to_reach"]

S = TypeVar("S")

FORMS = "Type unix:///path/to/socket, tcp://host:port, ssh://user@host, or the name of a context or an ssh host."
MOST_TRIED = 50
"""Hosts of ssh_config that are tried unasked: to knock at hundreds of doors is what port scanners do."""
TOO_MANY = Reach(
    State.NOT_TRIED,
    "not tried",
    detail=f"Only the first {MOST_TRIED} hosts of ssh_config are tried; enter opens this one.",
)
LOCAL_PATIENCE = 0.3
"""Seconds for a local socket to take a connection: one that accepts none is as good as none."""
LAST_MOMENT = 1.0
"""Seconds that the end of the program waits for the file of recent places to be written: a disk may hang."""


class AddressBook(Generic[S]):
    """Lists places, tries them, and opens them.

    Nothing of the user's is changed: docker's context store and ssh_config are read, and the only file that is
    written is our own list of recent places.

    Args:
        open_session: makes a session on an endpoint, which has not started.
        recent: what was opened before.
        environ: the environment, as for `resolve_endpoint`.
        ssh_user, ssh_system: where ssh_config is read from.
    """

    def __init__(
        self,
        open_session: Callable[[Endpoint], S],
        recent: RecentPlaces,
        *,
        environ: Mapping[str, str] | None = None,
        ssh_user: Path | None = None,
        ssh_system: Path = Path("/etc/ssh/ssh_config"),
    ) -> None:
        self._open_session = open_session
        self._recent = recent
        self._environ = os.environ if environ is None else environ
        self._ssh_user = ssh_user or Path("~/.ssh/config").expanduser()
        self._ssh_system = ssh_system

    def survey(self, opened: Endpoint) -> Survey:
        """A look at all places, which has not started.

        Args:
            opened: what is open now; it is listed in any case.
        """

        from swarmtui.places.survey import Survey

        return Survey(partial(self.read, opened))

    def named(self, text: str, known: Sequence[Place]) -> Place:
        """The place that an address or a name means. It need not answer.

        Args:
            text: as the user typed it: a URL, a context, a host of ssh_config, user@host, host:port, or a path.
            known: the places that are listed.

        Raises:
            EndpointError: it makes no sense, with what would.
        """
        text = text.strip()
        for kind in (Kind.CONTEXT, Kind.SSH_HOST, Kind.RECENT):
            for place in known:
                if place.kind is kind and text in (place.name, place.url):
                    return place
        url = self._url_of(text)
        return next((place for place in known if place.url == url), Place(url, url, Kind.ADDRESS, url))

    def open(self, place: Place) -> S:
        """A session on a place, which has not started. Docker's current context stays what it is.

        Raises:
            EndpointError: the place cannot be used; nothing was opened.
        """
        if place.problem:
            raise EndpointError(place.problem)
        return self._open_session(self._endpoint_of(place))

    def opened(self, endpoint: Endpoint) -> None:
        """A swarm was seen there: remember the place. Returns at once."""
        what = (endpoint, time.time())  # two of them may be written in another order
        thread = threading.Thread(target=self._recent.add, args=what, name="swarmtui-recent", daemon=True)
        thread.start()
        atexit.register(thread.join, LAST_MOMENT)

    # -------------------------------------------------------------------------------- reading

    def read(self, opened: Endpoint) -> Reading:
        """All that is known by name: contexts, recent ones, hosts of ssh_config; used ones first. For a thread."""

        from swarmtui.places.survey import Reading
        from swarmtui.tunnel.ssh_config.config_hosts import named_hosts

        problems: list[str] = []
        places: dict[str, Place] = {}
        try:
            contexts = list_contexts(self._environ)
        except SwarmtuiError as error:
            contexts = []
            problems.append(f"Docker's contexts cannot be listed: {error}")
        for entry in contexts:
            default = entry.name == DEFAULT_CONTEXT
            key = (entry.url or entry.name) if default else context_key(entry.name)
            places[key] = Place(
                key,
                entry.name,
                Kind.CONTEXT,
                entry.url,
                context=entry.name,
                description=entry.description or ("what docker uses without a context" if default else ""),
                current=entry.current,
                problem=entry.problem,
            )
        known = {place.url for place in places.values()}
        for host in named_hosts(self._ssh_user, self._ssh_system):
            url = _url_of_host(host)
            if url and url not in known:  # else a context leads there
                places[url] = Place(url, host, Kind.SSH_HOST, url)
        for recent in self._recent.entries():
            _add_recent(places, recent)
        if key_of(opened) not in places:
            places = {key_of(opened): _place_of(opened), **places}
        order = sorted(places.values(), key=lambda place: -(place.used or 0.0))  # stable: else as they were read
        hosts = [place.key for place in order if place.kind is Kind.SSH_HOST and place.used is None]
        untried = frozenset(hosts[MOST_TRIED:])
        return Reading(tuple(self._candidate(place, untried) for place in order), tuple(problems))

    def _candidate(self, place: Place, untried: frozenset[str]) -> Candidate:
        from swarmtui.places.survey import Candidate

        if place.problem:
            return Candidate(place, Reach(State.FAILED, "not usable", detail=place.problem))
        if place.key in untried:
            return Candidate(place, TOO_MANY)
        return Candidate(place, attempt=partial(self._attempt, place))

    def _attempt(self, place: Place) -> Attempt:
        from swarmtui.places.trying import attempt_on

        return attempt_on(self._endpoint_of(place), self._ssh_user, self._ssh_system)

    # -------------------------------------------------------------------------------- addresses

    def _endpoint_of(self, place: Place) -> Endpoint:
        """Where a place leads now: a context may have been changed since it was listed.

        Raises:
            EndpointError: it leads nowhere any more.
        """
        if place.context:
            return resolve_endpoint(None, place.context, self._environ)
        if place.url.startswith("ssh://"):
            return Endpoint(place.url, name=place.url, source="the connect screen")
        return replace(resolve_endpoint(place.url, None, self._environ), source="the connect screen")

    def _url_of(self, text: str) -> str:
        """A typed address made whole.

        Raises:
            EndpointError: it makes no sense, or it holds a password.
        """

        from swarmtui.tunnel.targets import parse_target

        if not text:
            raise EndpointError("There is no address yet.", FORMS)
        if text.startswith("/"):
            text = f"unix://{text}"
        elif "://" not in text and "@" in text:
            text = f"ssh://{text}"
        elif "://" not in text and ":" not in text:
            raise EndpointError(f'"{text}" is neither a docker context nor a host that ssh_config names.', FORMS)
        if text.lower().startswith("ssh://"):
            return str(parse_target(text))
        return resolve_endpoint(text, None, self._environ).url


def nothing_to_reach(endpoint: Endpoint) -> bool:
    """Whether there is no engine to start with: none was named in any way, and none listens at the default socket.

    An engine that was named and does not answer is another matter: that is trouble, and is shown as such.
    """
    if endpoint.source != "default" or not endpoint.socket_path:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(LOCAL_PATIENCE)
        try:
            probe.connect(endpoint.socket_path)
        except OSError:
            return True
    return False


def _place_of(endpoint: Endpoint) -> Place:
    """What is open and stands in no list: an address, or a context of a store that cannot be read any more."""
    key = key_of(endpoint)
    if key == endpoint.url:
        return Place(key, endpoint.url, Kind.ADDRESS, endpoint.url)
    return Place(key, endpoint.name, Kind.CONTEXT, endpoint.url, context=endpoint.name)


def _url_of_host(host: str) -> str:
    """The ssh:// address of a host that ssh_config names; "" when no address can hold the name."""

    from swarmtui.tunnel.targets import parse_target

    try:
        return str(parse_target(f"ssh://[{host}]" if ":" in host else f"ssh://{host}"))
    except EndpointError:
        return ""


def _add_recent(places: dict[str, Place], recent: Recent) -> None:
    """When a place was used last; one that is listed nowhere else is listed for that."""
    place = places.get(recent.key)
    if place is None and not recent.context:
        place = next((each for each in places.values() if each.url == recent.url), None)
        place = place or Place(recent.url, recent.url, Kind.RECENT, recent.url)
    if place is not None and (place.used is None or place.used < recent.used):  # else its context is gone
        places[place.key] = replace(place, used=recent.used)
