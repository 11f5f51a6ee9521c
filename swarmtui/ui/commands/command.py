"""Command: something a user can ask for, in words and keys. How it is asked is loaded once somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

import msgspec
from textual.binding import Binding, BindingType

from swarmtui.engine.polling.observation import Observation
from swarmtui.swarm.kinds import Kind

if TYPE_CHECKING:
    from swarmtui.ui.commands.asking import Asking

__all__ = ["Command", "Views", "asking_of", "has_swarm", "keys_of"]


def has_swarm(observation: Observation) -> bool:
    """Whether there is a swarm on the screen."""
    return observation.cluster is not None


def always(_: Observation) -> bool:
    return True


def asking_of(subject: str, name: str, *given: object) -> Callable[[], Asking]:
    """How a command asks (`Command.asking`).

    Args:
        subject: in whose `askings.py` it is: "nodes".
        name: of the function there that gives it; it imports the dialog and the action of this command alone.
        given: to that function.
    """

    def asking() -> Asking:
        return cast("Asking", getattr(import_module(f"swarmtui.ui.{subject}.askings"), name)(*given))

    return asking


class Views(Protocol):
    """What is shown for a command that asks for no change."""

    def show_tokens(self) -> None: ...
    def show_unlock_key(self) -> None: ...
    def show_recovery(self) -> None: ...


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """What a user can ask for: the one declaration of it.

    Its key, the line of keys, the menu, the help, the palette, docs/keys.md and docs/docker-commands.md follow from it.

    Attributes:
        name: also the ID of its key: "service.scale".
        title: what it is called where no object is under the cursor: "Scale a service".
        label: what it is called where one is; in a word or two: "Scale".
        explanation: what it does, without a full stop.
        docker: the docker command that does it: "service scale"; "" for none.
        about: the class of what must be under the cursor; None for what is about no object of a pane.
        asking: gives how it asks. Called when somebody asks, since it imports dialogs and actions: no start of the
            program waits for these.
        view: what it shows where it asks for no change.
        key: in the pane of these objects, or everywhere, as Textual names it; "" for none.
        shown: whether the key stands on the line of keys.
        menu: what the menu of changes calls it; "": it does not stand there.
        raw: of what kind the object is, where the dialog needs it as raw JSON: it is asked for first.
        to_write: whether the user writes something new in it, in an editor or a form: with --read-only that is refused
            before a word is written.
        offered: whether the palette has it now.
        works: whether its key does something now.
    """

    name: str
    title: str
    explanation: str
    label: str = ""
    docker: str = ""
    about: type | None = None
    asking: Callable[[], Asking] | None = None
    view: Callable[[Views], object] | None = None
    key: str = ""
    shown: bool = False
    menu: str = ""
    raw: Kind | None = None
    to_write: bool = False
    offered: Callable[[Observation], bool] = has_swarm
    works: Callable[[Observation], bool] = always

    def loaded(self) -> Asking:
        """How it asks, with its dialog and action imported."""
        assert self.asking is not None
        return self.asking()

    @property
    def binding(self) -> Binding:
        """Its key."""
        return Binding(
            self.key, f"ask('{self.name}')", self.label, show=self.shown, id=self.name, tooltip=self.explanation
        )


def keys_of(commands: Iterable[Command], before: Mapping[str, Binding] | None = None) -> list[BindingType]:
    """The keys of commands, in their order.

    Args:
        before: other keys, by the name of the command that they stand before.
    """
    keys = list[BindingType]()
    for command in commands:
        if before and command.name in before:
            keys.append(before[command.name])
        if command.key:
            keys.append(command.binding)
    return keys
