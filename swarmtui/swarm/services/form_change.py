"""Changes that are typed into a form: each setting has a name, and reads and writes one value of the spec.

A setting that the user leaves alone keeps its raw value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from swarmtui.errors import Contested, NotPossible
from swarmtui.swarm.actions.action import Spec
from swarmtui.swarm.actions.wording import argument, docker, no_docker_command
from swarmtui.swarm.fingerprint import fingerprint
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.services.change import PartChange, Path
from swarmtui.swarm.specs.fields import field_of
from swarmtui.swarm.specs.merge import merge
from swarmtui.swarm.syntax.quantities import read_cpus, read_duration, read_number, read_ratio, read_size
from swarmtui.swarm.syntax.unreadable import Unreadable
from swarmtui.swarm.units import docker_cpus, docker_size, duration_text, go_duration, size_text

__all__ = ["FormChange", "Setting", "choice", "cpus", "duration", "memory", "ratio", "whole"]


@dataclass(frozen=True)
class Setting:
    """One line of a form.

    Attributes:
        label: its name, for people.
        path: its place within the part of the spec that the form is about.
        read: its raw value as text.
        parse: the raw value for what was typed. Raises Unreadable with words.
        option: docker's option for it.
        hint: what may be typed, in a few words.
        unset: what docker's option takes for "not set".
        zero_is_unset: whether 0 means "not set".
        for_docker: writes a raw value for docker's option; None if the option takes the text itself.
        shown: a text, or a word of docker's command, as it may be shown: without what is secret.
    """

    label: str
    path: Path
    read: Callable[[Any], str]
    parse: Callable[[str], Any]
    option: str
    hint: str
    unset: str = "0"
    zero_is_unset: bool = False
    for_docker: Callable[[Any], str] | None = None
    shown: Callable[[str], str] = str

    def text_of(self, raw: object) -> str:
        """The raw value as text; "" if it is missing, or is not a value of this setting."""
        try:
            return "" if raw is None or (raw == 0 and self.zero_is_unset) else self.read(raw)
        except (TypeError, ValueError, ArithmeticError):
            return ""

    def argument_of(self, text: str) -> str:
        """A text as docker's option takes it."""
        raw = self.parse(text) if text else None
        if raw is None:
            return self.unset
        return self.for_docker(raw) if self.for_docker else text

    def words_for(self, before: str, after: str) -> list[str]:
        """The words of `docker service update` that change one text into another."""
        return [self.option, self.argument_of(after)]

    def no_command(self, after: str) -> str:
        """Why no docker command can make it so; "" where one can."""
        return ""


class FormChange(PartChange):
    """Base of the changes that a form makes.

    Class attributes:
        form: its settings. The path of each begins at `path`.
        may_be_empty: whether a setting may be left empty. In an update policy it may not: the engine would take 0.
    """

    form: ClassVar[tuple[Setting, ...]]
    may_be_empty: ClassVar[bool] = True

    @classmethod
    def texts_of(cls, spec: Spec) -> tuple[str, ...]:
        """What the form begins with: the current values."""
        return tuple(setting.text_of(field_of(spec, *cls.path, *setting.path)) for setting in cls.form)

    @classmethod
    def check_service(cls, raw: Mapping[str, Any]) -> None:
        """Tell whether a service has what the form is about. Raises NotPossible where it has not."""

    @classmethod
    def of(cls, raw: Mapping[str, Any], texts: tuple[str, ...]) -> Self:
        """The change that the form asks for.

        Args:
            raw: the service's raw JSON.
            texts: what the form holds, in the order of `form`.

        Raises:
            NotPossible: something cannot be read, or nothing changes.
        """
        cls.check_service(raw)
        spec = raw["Spec"]
        before = cls.texts_of(spec)
        settings: list[tuple[Path, Any]] = []
        for setting, old, new in zip(cls.form, before, texts, strict=True):
            present = field_of(spec, *cls.path, *setting.path)
            untouched = new.strip() == old and (present is not None or not old)
            value = present if untouched and (old or cls.may_be_empty) else cls._parsed(setting, new.strip())
            settings.append((setting.path, value))
        action = cls(Target.of_json(Kind.SERVICE, raw), spec, tuple(settings))
        if action.seen == action.wanted:
            raise NotPossible("Nothing changed yet.")
        return action

    @classmethod
    def _parsed(cls, setting: Setting, text: str) -> Any:
        if not text:
            if cls.may_be_empty:
                return None
            raise NotPossible(f"{setting.label}: {setting.hint}.")
        try:
            return setting.parse(text)
        except Unreadable as error:
            raise NotPossible(f"{setting.label}: {error}.") from error

    def carried_to(self, raw: Mapping[str, Any]) -> Self:
        """The settings that are changed get the same values there; of a list or a table, the same entries change."""
        spec = raw["Spec"]
        theirs = self.texts_of(spec)
        texts = tuple(
            text if old == new else self._carried(setting, spec)
            for text, (setting, old, new) in zip(theirs, self._changed, strict=True)
        )
        if texts == theirs:
            raise NotPossible(f"nothing would change in the {self.field}.")
        return type(self).of(raw, texts)

    def _carried(self, setting: Setting, spec: Spec) -> str:
        path = (*self.path, *setting.path)
        seen, ours, theirs = (field_of(each, *path) for each in (self.spec, self.after, spec))
        return setting.text_of(merge(seen, ours, theirs, path).value)

    def keeps(self, place: Path) -> bool:
        index = next(index for index, setting in enumerate(self.form) if setting.path == place)
        return self.texts_of(self.spec)[index] == self.texts_of(self.after)[index]

    def contested(self, spec: Spec) -> tuple[Contested, ...]:
        texts = zip(self.texts_of(self.spec), self.texts_of(spec), self.texts_of(self.after), strict=True)
        return tuple(
            Contested(setting.label, *(_told(setting, text) or "not set" for text in (seen, theirs, ours)))
            for setting, (seen, theirs, ours) in zip(self.form, texts, strict=True)
            if ours != seen and theirs not in (seen, ours)
        )

    @property
    def undo(self) -> Self:
        """What was not set before and has a default gets that: left out, it would be 0 in a policy that is there."""
        before = []
        for setting, text in zip(self.form, self.texts_of(self.spec), strict=True):
            present = field_of(self.spec, *self.path, *setting.path)
            before.append((setting.path, setting.parse(text) if present is None and text else present))
        return replace(self, spec=self.after, settings=tuple(before))

    @property
    def deed(self) -> str:
        return self.title

    # -------------------------------------------------------------------------------- the docker command

    @property
    def no_command(self) -> str:
        """Why `docker service update` cannot do this; "" where it can."""
        reasons = (setting.no_command(new) for setting, old, new in self._changed if old != new)
        return next(filter(None, reasons), "")

    def words(self, *, shown: bool) -> list[str]:
        """The options of `docker service update` that do this.

        Args:
            shown: whether they are to be shown: without what is secret.
        """
        words = []
        for setting, old, new in self._changed:
            if old != new:
                show = setting.shown if shown else str
                found = setting.words_for(old, new)
                words += [show(word) if index % 2 else word for index, word in enumerate(found)]
        return words

    @property
    def _changed(self) -> Iterator[tuple[Setting, str, str]]:
        return zip(self.form, self.texts_of(self.spec), self.texts_of(self.after), strict=True)

    @property
    def docker_command(self) -> str:
        return self._command(self.words(shown=True))

    @property
    def whole_command(self) -> str:
        return self._command(self.words(shown=False))

    def _command(self, words: Iterable[str]) -> str:
        if why := self.no_command:
            return no_docker_command(self.target, why)
        return docker("service", "update", *words, argument(self.target))

    def value(self, spec: Spec) -> str:
        pairs = zip(self.form, self.texts_of(spec), strict=True)
        return ", ".join(f"{setting.label} {_told(setting, text)}" for setting, text in pairs if text) or "none set"


def _told(setting: Setting, text: str) -> str:
    """A text to be compared by people: what is hidden is told from another by a mark."""
    shown = setting.shown(text)
    return shown if shown == text else f"{shown} ({fingerprint(text)})"


# ------------------------------------------------------------------------------------------------ sorts of settings


def cpus(label: str, path: Path, option: str) -> Setting:
    return Setting(
        label,
        path,
        lambda raw: docker_cpus(int(raw)),
        _unless_zero(read_cpus),
        option,
        "CPUs: 0.5 or 2",
        zero_is_unset=True,
    )


def memory(label: str, path: Path, option: str) -> Setting:
    return Setting(
        label,
        path,
        lambda raw: size_text(int(raw)),
        _unless_zero(read_size),
        option,
        "512m or 1.5g",
        zero_is_unset=True,
        for_docker=docker_size,
    )


def whole(label: str, path: Path, option: str, hint: str, *, zero: bool = True) -> Setting:
    """A whole number; `zero`: whether 0 is a value, rather than "not set"."""
    read = read_number if zero else _unless_zero(read_number)
    return Setting(label, path, lambda raw: str(int(raw)), read, option, hint, zero_is_unset=not zero)


def duration(label: str, path: Path, option: str, hint: str) -> Setting:
    return Setting(
        label,
        path,
        lambda raw: duration_text(int(raw)),
        read_duration,
        option,
        hint,
        unset="0s",
        for_docker=go_duration,
    )


def ratio(label: str, path: Path, option: str, hint: str) -> Setting:
    return Setting(label, path, lambda raw: f"{float(raw):g}", read_ratio, option, hint)


def _unless_zero(read: Callable[[str], int]) -> Callable[[str], int | None]:
    """0 is the same as not set."""
    return lambda text: None if text == "0" else read(text)


def choice(label: str, path: Path, option: str, words: tuple[str, ...]) -> Setting:
    """One of a few words; the first letters are enough where they tell which."""
    hint = f"{', '.join(words[:-1])} or {words[-1]}"

    def parse(text: str) -> str:
        meant = [word for word in words if word.startswith(text.lower())]
        if text.lower() in words:
            return text.lower()
        if len(meant) != 1:
            raise Unreadable(hint)
        return meant[0]

    return Setting(label, path, str, parse, option, hint, unset=words[0])
