"""The connect screen: choose another swarm. It lies upon the running one, which continues until another is opened."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input

from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import SwarmtuiError
from swarmtui.places.place import Directory, key_of
from swarmtui.ui.kit.key_line import KeyLine
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.places.messages import PlaceChosen
from swarmtui.ui.places.pane import PlacesPane
from swarmtui.ui.places.places import Places
from swarmtui.ui.session import SwarmSession
from swarmtui.ui.shell.notices import Notice

__all__ = ["AddressLine", "ConnectScreen"]

TICK = 1.0
NOTHING_ELSE = (
    "No other docker context, and no host in ~/.ssh/config. Press n and type ssh://user@manager, or create a"
    " context with `docker context create`."
)


class AddressLine(Input):
    """Where an address is typed. Escape goes back to the list."""

    BINDINGS: ClassVar = [
        Binding("enter", "submit", "Open", id="address.open", tooltip="Open what was typed"),
        Binding("escape", "leave", "To the list", id="address.leave", tooltip="Back to the list"),
        Binding("ctrl+c", "leave", "Leave", show=False, id="address.clear", tooltip="Back to the list"),
        Binding("up", "leave", "To the list", show=False, id="address.up", tooltip="Back to the list"),
    ]

    class Left(Message):
        """The user goes back to the list."""

    def __init__(self) -> None:
        super().__init__(
            placeholder="n: unix:///path, tcp://host:port, ssh://user@host, or a name", compact=True, id="address"
        )

    def action_leave(self) -> None:
        self.post_message(self.Left())


class ConnectScreen(Screen[None]):
    """Lists the places, and tells the app by `PlaceChosen` which one the user wants.

    Args:
        places: where a swarm could be.
        session: the swarm that is open now.
        nothing_yet: whether it was started without an engine to reach.
    """

    AUTO_FOCUS = "#places-table"

    BINDINGS: ClassVar = [
        Binding(
            "ctrl+r,f5",
            "again",
            "Try again",
            id="connect.again",
            tooltip="Read the list again and try every place again",
        ),
        Binding("escape", "back", "Back", id="connect.back", tooltip="Clear the filter, or go back to the swarm"),
    ]

    def __init__(self, places: Places, session: SwarmSession, *, nothing_yet: bool = False) -> None:
        super().__init__()
        self._places = places
        self._session = session
        self._nothing_yet = nothing_yet
        self._survey = places.survey(session.endpoint)
        self._observation = session.observation()
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news_waits = False
        self._typed_early = ""
        self._problems: tuple[str, ...] = ()
        self._head = Notice(id="connect-head")
        self._said = Notice(id="connect-said")
        self.pane = PlacesPane(key_of(session.endpoint))
        self._address = AddressLine()

    def compose(self) -> ComposeResult:
        yield self._head
        yield self.pane
        yield self._said
        yield self._address
        yield KeyLine()

    def on_mount(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._show_head()
        self._survey.start(self._news)
        self.set_interval(TICK, self._tick)

    def on_unmount(self) -> None:
        with self._lock:
            self._loop = None
        self._survey.close()

    # ------------------------------------------------------------------------------------ what is known

    def observe(self, observation: Observation) -> None:
        """What is newly known of the swarm that is open."""
        self._observation = observation
        if self.is_mounted:
            self._show_head()

    def _show_head(self) -> None:
        """What is open now, and how it is."""
        endpoint = self._session.endpoint
        where = visible(endpoint.name if endpoint.name == endpoint.url else f"{endpoint.name} ({endpoint.url})")
        connection = self._observation.connection
        error, phase = connection.error, connection.phase(time.monotonic()).value
        if self._nothing_yet and error is not None:
            start = ("No Docker engine was named, and none runs here", "bold $text-warning")
            self._head.say(Content.assemble(start, f": {visible(error.message)} Choose one: enter opens it."))
            return
        state = f"✖ {error.after_layer(visible(error.message))}" if error is not None else phase
        self._head.say(
            Content.assemble(
                ("Choose a swarm", "bold"),
                "   enter opens it and closes the current one\n",
                ("open now: ", "dim"),
                where,
                "  ",
                (state, "$text-error" if error is not None else "dim"),
            )
        )

    def _news(self) -> None:
        """Called from the survey's threads."""
        with self._lock:
            if self._loop is None or self._news_waits:
                return
            self._news_waits = True
            try:
                self._loop.call_soon_threadsafe(self._show_news)
            except RuntimeError:  # the loop has just closed: the program is quitting
                return

    def _show_news(self) -> None:
        with self._lock:
            self._news_waits = False
            if self._loop is None:
                return
        directory = self._survey.directory()
        self.pane.show_directory(directory)
        self._say_of_list(directory)
        if self._typed_early and directory.places is not None:
            text, self._typed_early = self._typed_early, ""
            self._open_typed(text)

    def _say_of_list(self, directory: Directory) -> None:
        """What is to be said of the list as a whole: once, since what the user was told after it is to stay."""
        if directory.problems != self._problems:
            self._problems = directory.problems
            self.say("  ".join(directory.problems))
        elif self.pane.has_nothing_else and not self._said.display:
            self._said.say(Content.styled(NOTHING_ELSE, "dim"))

    def _tick(self) -> None:
        self.pane.show_time()
        self.observe(self._session.observation())  # of a mere passing of time there is no news

    def say(self, text: str) -> None:
        """Tell why something cannot be done."""
        self._said.say(Content.styled(f"✖ {visible(text)}", "$text-error") if text else Content(""))

    # ------------------------------------------------------------------------------------ the user

    def action_again(self) -> None:
        self.say("")
        self._problems = ()
        self._survey.again()

    def action_back(self) -> None:
        if not self.pane.clear_filter():
            self.dismiss(None)

    def action_type_address(self) -> None:
        self._address.focus()

    @on(AddressLine.Left)
    def _to_the_list(self) -> None:
        self.say("")
        self.pane.table.focus()

    @on(Input.Submitted, "#address")
    def _address_typed(self, event: Input.Submitted) -> None:
        if self._survey.directory().places is None:  # a name cannot be told from a typing error yet
            self._typed_early = event.value
        else:
            self._open_typed(event.value)

    def _open_typed(self, text: str) -> None:
        try:
            place = self._places.named(text, self._survey.directory().places or ())
        except SwarmtuiError as error:
            self.say(str(error))
            return
        self.post_message(PlaceChosen(place))
