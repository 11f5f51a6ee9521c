"""Every dialog in the smallest terminal, with its longest content: all of it is reached by keys alone."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from textual.containers import VerticalScroll
from textual.geometry import Region
from textual.widget import Widget
from textual.widgets import OptionList

import swarmtui.ui
from swarmtui.engine.polling.observation import JoinTokens, Secret
from swarmtui.ui.kit.dialogs.dialog import DialogScreen
from swarmtui.ui.membership.tokens import TokensDialog
from tests.ui.driving import Program, running
from tests.ui.longest_dialogs import CLUSTER, INFO, dialogs
from tests.ui.scripted import ScriptedSession
from tests.ui.test_layout import SMALL

UNOPENED = {
    "YesNoDialog", "ListDialog", "LiveListDialog", "QuestionDialog",  # bases
    "ContainerDialog", "WaitingContainerDialog",  # bases, too
    "ActionDialog", "EngineDialog", "ServiceDialog", "ComparingDialog",  # bases that end in an action
    "ChosenServicesDialog",  # such a base
    "_ContentDialog", "_AuthorityDialog",  # such bases, too
    "UndoDialog", "UndoManyDialog",  # as ConfirmDialog and ManyDialog
    "HelpScreen",  # a list alone
}  # fmt: skip


def classes_of_dialogs() -> set[str]:
    """The names of all dialogs of the program."""
    for module in pkgutil.walk_packages(swarmtui.ui.__path__, "swarmtui.ui."):
        importlib.import_module(module.name)
    found: list[Any] = [DialogScreen]
    names = set[str]()
    while found:
        below = found.pop().__subclasses__()
        found += below
        names |= {each.__name__ for each in below if each.__module__.startswith("swarmtui.")}
    return names


def in_sight(program: Program, widget: Widget) -> bool:
    """Whether all of a widget can be seen; of an empty list there is nothing to see."""
    if isinstance(widget, OptionList) and not widget.option_count:
        return True
    region, clip = program.app.screen._compositor.visible_widgets.get(widget, (Region(), Region()))
    return bool(region) and region.intersection(clip) == region and Region(0, 0, *SMALL).contains_region(region)


async def stays_out_of_sight(program: Program, widget: Widget) -> bool:
    """Whether it is there and does not come into sight, once what scrolls to it or makes room for it has done so."""
    try:
        await program.until(lambda: not (widget.is_attached and widget.display) or in_sight(program, widget))
    except AssertionError:
        return True
    return False


async def out_of_reach(program: Program) -> AsyncIterator[str]:
    """Go through a dialog by Tab: all that can have the focus is in sight then, and title and foot always are."""
    screen = program.app.screen
    assert isinstance(screen, DialogScreen)
    seen = set[Widget]()
    for _ in range(100):  # more than once around: what comes meanwhile may move the focus, and make more reachable
        focused = screen.focused
        if focused is not None:
            seen.add(focused)
            if await stays_out_of_sight(program, focused):
                yield f"{focused!r} has the focus, and is not in sight\n{program.text}"
        for always in screen.query(".dialog-title, .buttons Button, .keys-line, #refusal").results(Widget):
            if always.display and str(always.render()) and await stays_out_of_sight(program, always):
                yield f"{always!r} is not in sight\n{program.text}"
        if seen.issuperset(screen.focus_chain):
            break
        await program.press("tab")
    else:
        yield f"tab does not reach {set(screen.focus_chain) - seen}"
    for _ in range(60):
        if screen.box.scroll_y >= screen.box.max_scroll_y:
            break
        await program.press("pagedown")
    else:
        yield f"its end is not reached\n{program.text}"
    for inner in screen.query(VerticalScroll):
        if inner.max_scroll_y > 0 and inner not in seen and not any(each.can_focus for each in inner.query("*")):
            yield f"{inner!r} is longer than its room, and no key scrolls it"


async def test_every_dialog_is_reached_by_keys_alone_at_80_by_24(crash_log: Path) -> None:
    session = ScriptedSession(CLUSTER, info=INFO)
    opened, troubles = set[str](), list[str]()
    async with running(session, crash_log, size=SMALL) as program:
        await program.see("shop_|0_")
        for name, make in dialogs(program).items():
            dialog = make()
            opened.add(type(dialog).__name__)
            program.app.push_screen(dialog)
            await program.until(lambda dialog=dialog: dialog.is_mounted and program.app.screen is dialog)  # type: ignore[misc]
            if isinstance(dialog, TokensDialog):
                dialog.show_tokens(JoinTokens(Secret("SWMTKN-1-x"), Secret("SWMTKN-1-y"), "10.0.0.1:2377"))
            await program.drawn()
            troubles += [f"{name}: {trouble}" async for trouble in out_of_reach(program)]
            dialog.dismiss(None)
            await program.until(lambda: len(program.app.screen_stack) == 1)
    assert not troubles, "\n".join(troubles)
    assert classes_of_dialogs() - opened == UNOPENED, "a dialog is not opened here"
