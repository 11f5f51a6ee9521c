"""Private parts of Textual: all that is used of them, each behind a name of ours.

Nothing of this is promised by Textual, so that any version may change it. `tests/unit/test_internals.py` holds that no
other module reaches for such a name, that each one exists, and that CHECKED_ON is the version that is locked.
Another version: `make lock`, the tests, a look at what each docstring here says, then CHECKED_ON.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TextIO, cast

from rich.console import RenderableType
from rich.segment import Segment
from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate
from textual._styles_cache import StylesCache
from textual._xterm_parser import XTermParser
from textual.app import App, ReturnType
from textual.cache import FIFOCache
from textual.content import Content
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Region, Size
from textual.notifications import Notifications
from textual.screen import Screen, ScreenResultType
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widget import Widget

__all__ = [
    "CHECKED_ON",
    "PRIVATE",
    "ChopsUpdate",
    "HookedApp",
    "HookedCompositor",
    "HookedScreen",
    "LayoutUpdate",
    "changed_regions",
    "draw_by",
    "entitle",
    "forget_changes",
    "forget_closed_widgets",
    "has_writer",
    "input_parser",
    "make_strips_light",
    "present_notices_anew",
    "resize_content",
    "shows_through",
    "terminal_of",
    "vertical_bar",
    "write_to",
]

CHECKED_ON = "8.2.8"
"""The version of Textual that all of this was last read and tested on."""

PRIVATE = (
    "textual._compositor.ChopsUpdate",
    "textual._compositor.Compositor",
    "textual._compositor.Compositor._dirty_regions",
    "textual._compositor.Compositor._regions_to_spans",
    "textual._compositor.LayoutUpdate",
    "textual._styles_cache.StylesCache",
    "textual._xterm_parser.XTermParser",
    "textual.app.App._background_screens",
    "textual.app.App._close_messages_no_wait",
    "textual.app.App._display",
    "textual.app.App._exception",
    "textual.app.App._exception_event",
    "textual.app.App._handle_exception",
    "textual.app.App._notifications",
    "textual.app.App._refresh_notifications",
    "textual.app.App._return_code",
    "textual.app.App._start_widget",
    "textual.drivers.linux_driver.LinuxDriver._file",
    "textual.drivers.linux_driver.LinuxDriver._writer_thread",
    "textual.reactive.__watchers",
    "textual.screen.Screen._compositor",
    "textual.screen.Screen._compositor_refresh",
    "textual.screen.Screen._dirty_widgets",
    "textual.cache.FIFOCache._cache",
    "textual.cache.FIFOCache._maxsize",
    "textual.scroll_view.ScrollView._scroll_update",
    "textual.strip.Strip._cell_count",
    "textual.strip.Strip._cell_length",
    "textual.strip.Strip._crop_cache",
    "textual.strip.Strip._crop_extend_cache",
    "textual.strip.Strip._divide_cache",
    "textual.strip.Strip._filter_cache",
    "textual.strip.Strip._line_length_cache",
    "textual.strip.Strip._link_ids",
    "textual.strip.Strip._offsets_cache",
    "textual.strip.Strip._render_cache",
    "textual.strip.Strip._segments",
    "textual.strip.Strip._style_cache",
    "textual.widget.Widget._border_title",
    "textual.widget.Widget._closing",
    "textual.widget.Widget._vertical_scrollbar",
)
"""Every private name that this module uses, by where Textual has it."""

# `ChopsUpdate` is what Textual hands to the terminal when parts of a screen have changed: `chops`, the pieces of each
# line by where they begin; `chop_ends`; and `spans`, the changed columns of lines. Where it goes, `to_be_written` gets
# updates of another class, which `cell_updates.thrifty` lets pass: more bytes are written, and nothing else is lost.
# `LayoutUpdate` is the same for a whole region: `strips`, the pieces of each line, and `region`, where they are.


class HookedApp(App[ReturnType]):
    """An app with methods to override where Textual has private ones."""

    def to_be_written(self, update: RenderableType | None) -> RenderableType | None:
        """What is written to the terminal for an update of a screen.

        Never called when `_display` goes: then the terminal is updated as Textual does it.
        """
        return update

    def present_notices(self, notices: Notifications) -> None:
        """Show the notices that are due; called whenever one comes or goes. Textual shows them as toasts.

        Never called when `_refresh_notifications` goes: then toasts cover what is below them in dialogs, too.
        """
        super()._refresh_notifications()

    def failed(self, error: Exception) -> None:
        """An error that nobody has caught: the app must end. Textual prints a traceback with local variables.

        `_handle_exception` must not go unnoticed: values of secrets are among those variables. Another way has to be
        found to be told before Textual prints; tests/ui/test_crash.py shows whether it does.
        """
        super()._handle_exception(error)

    def end_in_error(self, error: Exception) -> None:
        """End with status 1 and print nothing: `App._handle_exception` without its traceback.

        What goes of it is to be taken from there: the status, the error for Textual's test driver, the end.
        """
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        super()._display(screen, self.to_be_written(renderable))

    def _refresh_notifications(self) -> None:
        self.present_notices(self._notifications)

    def _handle_exception(self, error: Exception) -> None:
        self.failed(error)


def present_notices_anew(app: App[Any]) -> None:
    """Have `present_notices` called, because time has passed. Without it a notice stays until the next one comes."""
    app._refresh_notifications()


class HookedScreen(Screen[ScreenResultType]):
    """A screen with a method to override where Textual has a private one."""

    def write_changes(self) -> None:
        """Have written what has changed on this screen since the last time.

        Never called when `_compositor_refresh` goes: then screens below others are written more often than needed.
        """
        super()._compositor_refresh()

    def _compositor_refresh(self) -> None:
        self.write_changes()


class HookedCompositor(Compositor):
    """What puts a screen together from its widgets, with a method to override for a part of it."""

    def render_changes(self, spans: list[tuple[int, int, int]]) -> ChopsUpdate:
        """Draw these columns of lines: line, first column, the one behind the last; never none.

        Never called when `render_partial_update` goes: then Textual draws more widgets than have changed.
        """
        raise NotImplementedError

    def render_partial_update(self) -> ChopsUpdate | None:
        height = self.size.height
        spans = [span for span in self._regions_to_spans(self._dirty_regions) if 0 <= span[0] < height]
        self._dirty_regions.clear()
        return self.render_changes(spans) if spans else None


def draw_by(screen: Screen[Any], compositor: HookedCompositor) -> None:
    """Have a screen that was just made put together by this. Left out, nothing is lost but time."""
    screen._compositor = compositor


def changed_regions(screen: Screen[Any]) -> list[Region]:
    """What `write_changes` would have written. If Textual does not tell any more, let `write_changes` be."""
    return list(screen._compositor._dirty_regions)


def forget_changes(screen: Screen[Any]) -> None:
    """Take what has changed for written. Without it a screen below another one is written again and again."""
    screen._compositor._dirty_regions.clear()
    screen._dirty_widgets.clear()


def shows_through(screen: Screen[Any]) -> bool:
    """Whether a screen is in sight below the one on top. In place of it: `is_modal` of all that lie above."""
    return screen in screen.app._background_screens


def vertical_bar(widget: Widget, make: Callable[[], ScrollBar]) -> ScrollBar:
    """The scrollbar of a widget, made when it is first asked for: what `Widget.vertical_scrollbar` does.

    Textual's property makes one of a class of its own. When these parts go, look at what it does by then.
    """
    bar = widget._vertical_scrollbar
    if bar is None:
        bar = widget._vertical_scrollbar = make()
        bar.display = False
        widget.app._start_widget(widget, bar)
    return bar


def entitle(widget: Widget, title: Content) -> None:
    """Write a widget's title into its border.

    Setting `border_title`, the public way, draws all of the widget again, and what lies upon it; it is right as well.
    """
    widget._border_title = title
    x, y = widget.content_offset
    widget.refresh(Region(-x, -y, widget.outer_size.width, 1))


def resize_content(view: ScrollView, size: Size) -> None:
    """Give what is scrolled another size, and the scrollbars with it.

    Setting `virtual_size`, the public way, lays out the whole screen again and repaints all of the view; it is right
    as well, only slow.
    """
    view.set_reactive(Widget.virtual_size, size)
    view._scroll_update(size)


def forget_closed_widgets(app: App[Any]) -> None:
    """Drop what Textual keeps of widgets that are closed. Where it keeps it no longer, this can go.

    tests/ui/test_retention.py shows whether anything is kept.
    """
    # The lines of the last 1,024 widgets it drew: an lru_cache on a method holds its object.
    StylesCache.get_inner_outer.cache_clear()
    # A widget that watches the app (each TextArea, for its theme) is forgotten only when the theme changes.
    for watchers in getattr(app, "__watchers", {}).values():
        watchers[:] = [(watcher, callback) for watcher, callback in watchers if not watcher._closing]


def terminal_of(driver: LinuxDriver) -> TextIO:
    """The file that a driver writes to. In place of it: what `LinuxDriver.__init__` takes, `sys.__stderr__`."""
    return cast("TextIO", driver._file)


def write_to(driver: LinuxDriver, file: object) -> None:
    """Have a driver write to another file, of which it uses `write`, `flush` and `fileno`.

    Without it an error in Textual's writing thread ends that thread, and the event loop waits for it for ever:
    tests/unit/test_the_end.py.
    """
    driver._file = cast("Any", file)


def input_parser(*, debug: bool) -> XTermParser:
    """Makes events of what a terminal sends: `feed` it, and `tick` when a time has passed without anything."""
    return XTermParser(debug)


def has_writer(driver: LinuxDriver) -> bool:
    """Whether the thread that writes runs: it does not where the terminal was gone before the driver began."""
    return driver._writer_thread is not None and driver._writer_thread.is_alive()


_NOTHING: dict[Any, Any] = {}
"""What no cache has written to yet; it stays empty."""


class _LateCache(FIFOCache[Any, Any]):
    """A cache that takes a dictionary with the first thing that is kept in it."""

    __slots__ = ()

    def __init__(self, maxsize: int) -> None:
        self._maxsize = maxsize
        self._cache = _NOTHING
        self.hits = self.misses = 0

    def __setitem__(self, key: object, value: object) -> None:
        if self._cache is _NOTHING:
            self._cache = {}
        self.set(key, value)


class _NoCache(FIFOCache[Any, Any]):
    """Keeps nothing."""

    __slots__ = ()

    def __setitem__(self, key: object, value: object) -> None:
        pass


_NO_CACHE = _NoCache(0)

_SLOTS = {name.rpartition(".")[2] for name in PRIVATE if name.startswith("textual.strip.")}


def make_strips_light() -> None:
    """Have Textual make the pieces of lines without the caches that are never hit here.

    A strip has seven, 1.5 kB and a third of the time that it takes to make one; a key makes 200 strips, and a screen
    holds 1,000. Only what is kept of dividing and filtering one is asked for again: measured over keys, pages and
    dialogs, 0 to 5 hits in 6,000 for the others. Left out, nothing is lost but memory and time; where a version of
    Textual gives a strip other parts, nothing is done.
    """
    if set(Strip.__slots__) == _SLOTS:
        Strip.__init__ = cast("Any", _make_strip)  # type: ignore[method-assign]


def _make_strip(strip: Strip, segments: Iterable[Segment], cell_length: int | None = None) -> None:
    """What `Strip.__init__` does."""
    strip._segments = list(segments)
    strip._cell_length = cell_length
    strip._divide_cache = _LateCache(4)
    strip._filter_cache = _LateCache(4)
    strip._crop_cache = strip._style_cache = strip._line_length_cache = _NO_CACHE
    strip._crop_extend_cache = strip._offsets_cache = _NO_CACHE
    strip._render_cache = strip._link_ids = strip._cell_count = None
