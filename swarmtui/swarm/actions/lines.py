"""Fields of a service that are edited as a set of lines: environment, labels, ports, placement.

A line is what one would type behind docker's option: "KEY=value", "8080:80", "node.role==worker". What is not touched
keeps its raw JSON, unknown fields and all.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Finding, Spec
from swarmtui.swarm.actions.raw import field_of, list_of
from swarmtui.swarm.actions.service_change import Path, ServiceChange, ValueChange, target_of
from swarmtui.swarm.actions.wording import argument, docker, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.masking import masked_value
from swarmtui.swarm.fingerprint import fingerprint
from swarmtui.swarm.objects import Service
from swarmtui.swarm.secret import looks_secret
from swarmtui.swarm.shared import STACK_LABEL

__all__ = ["LinesChange", "SetEnvironment", "SetServiceLabels", "hidden_name", "shown_line"]


class LinesChange(ServiceChange):
    """Base of the changes of a set of lines.

    Class attributes:
        noun: one of the lines: "variable".
        example: what a line looks like.
    """

    noun: ClassVar[str]
    example: ClassVar[str]

    @classmethod
    @abstractmethod
    def lines_of(cls, spec: Spec) -> tuple[str, ...]:
        """The present set, from a raw spec."""

    @classmethod
    def read(cls, line: str) -> tuple[str, ...]:
        """What was typed, as it will stand in the set: mostly one line. Raises NotPossible as `check` does."""
        return (cls.check(line),)

    @classmethod
    @abstractmethod
    def check(cls, line: str) -> str:
        """The line as it will stand in the set. Raises NotPossible, with words, when it cannot be in one."""

    @classmethod
    @abstractmethod
    def key_of(cls, line: str) -> str:
        """What there can be only one of in a set."""

    @classmethod
    @abstractmethod
    def with_lines(cls, raw: Mapping[str, Any], lines: Sequence[str]) -> Self:
        """The change, from lines that are good and no two of which have a key in common."""

    @classmethod
    def of(cls, raw: Mapping[str, Any], lines: Iterable[str]) -> Self:
        """Give a service other lines.

        Args:
            raw: its raw JSON.
            lines: all of them, those that stay as well.

        Raises:
            NotPossible: one of them is wrong, two exclude each other, or nothing changes.
        """
        before = cls.lines_of(raw["Spec"])
        checked = [line if line in before else cls.check(line) for line in lines]
        keys: set[str] = set()
        for line in checked:
            key = cls.key_of(line)
            if key in keys:
                raise NotPossible(f"{key} is there twice.")
            keys.add(key)
        if sorted(checked) == sorted(before):
            raise NotPossible("Nothing is changed yet.")
        return cls.with_lines(raw, checked)

    @property
    def added(self) -> list[str]:
        """The lines that come, or come in another form."""
        before = self.lines_of(self.spec)
        return [line for line in self.lines_of(self.after) if line not in before]

    @property
    def removed(self) -> list[str]:
        """The lines whose keys are no longer there."""
        kept = {self.key_of(line) for line in self.lines_of(self.after)}
        return [line for line in self.lines_of(self.spec) if self.key_of(line) not in kept]

    def text_of_lines(self, spec: Spec) -> str:
        """All lines as one text, to be compared: a hidden value is told from another by a mark."""
        return ", ".join(
            shown if (shown := shown_line(line)) == line else f"{shown} ({fingerprint(line)})"
            for line in sorted(self.lines_of(spec))
        )


def shown_line(line: str) -> str:
    """ "KEY=value" as it may be shown: the value masked where its name says that it is secret."""
    name, equals, value = line.partition("=")
    return f"{name}={masked_value(name, value)}" if equals else line


def hidden_name(line: str) -> str:
    """ "KEY" of a line whose value must not be shown; "" of any other."""
    name, equals, value = line.partition("=")
    return name if equals and value and looks_secret(name) and shown_line(line) != line else ""


# ------------------------------------------------------------------------------------------------ environment


@dataclass(frozen=True)
class SetEnvironment(ValueChange, LinesChange):
    """Change the environment variables of a service's containers."""

    name: ClassVar[str] = "service.environment"
    verb: ClassVar[str] = "Change"
    label: ClassVar[str] = "Change a service's environment"
    field: ClassVar[str] = "environment"
    noun: ClassVar[str] = "variable"
    example: ClassVar[str] = "NAME=value"
    path: ClassVar[Path] = ("TaskTemplate", "ContainerSpec", "Env")

    @classmethod
    def lines_of(cls, spec: Spec) -> tuple[str, ...]:
        return tuple(str(each) for each in list_of(spec, *cls.path))

    @classmethod
    def check(cls, line: str) -> str:
        line = line.lstrip()
        name = line.partition("=")[0]
        if not name:
            raise NotPossible("A variable needs a name: NAME=value.")
        if name != name.strip() or any(character.isspace() for character in name):
            raise NotPossible(f"A variable's name has no blanks in it: '{name}'.")
        if "=" not in line:
            raise NotPossible(f"{name} has no value: {name}=value, or {name}= for an empty one.")
        if "\0" in line:
            raise NotPossible("A value cannot hold a null character.")
        return line

    @classmethod
    def key_of(cls, line: str) -> str:
        return line.partition("=")[0]

    @classmethod
    def with_lines(cls, raw: Mapping[str, Any], lines: Sequence[str]) -> Self:
        if not isinstance(field_of(raw["Spec"], *cls.path[:-1]), Mapping):
            raise NotPossible("This service runs no container: it has no environment.")
        return cls(target_of(raw), raw["Spec"], list(lines))

    @property
    def docker_command(self) -> str:
        words = [word for line in self.removed for word in ("--env-rm", self.key_of(line))]
        for line in self.added:
            # Without a value docker takes it from its own environment, so that it stands in no command line.
            words += ["--env-add", self.key_of(line) if shown_line(line) != line else line]
        return docker("service", "update", *words, argument(self.target))

    def value(self, spec: Spec) -> str:
        return self.text_of_lines(spec)

    def text_of(self, raw: object) -> str:
        return self.value({"TaskTemplate": {"ContainerSpec": {"Env": raw}}})


# ------------------------------------------------------------------------------------------------ labels


@dataclass(frozen=True)
class SetServiceLabels(ValueChange, LinesChange):
    """Change the labels of a service. They are the service's own: its containers have others, and nothing restarts."""

    name: ClassVar[str] = "service.labels"
    verb: ClassVar[str] = "Change"
    label: ClassVar[str] = "Change a service's labels"
    field: ClassVar[str] = "labels"
    noun: ClassVar[str] = "label"
    example: ClassVar[str] = "key=value"
    path: ClassVar[Path] = ("Labels",)

    @classmethod
    def lines_of(cls, spec: Spec) -> tuple[str, ...]:
        labels = field_of(spec, *cls.path)
        return tuple(f"{key}={value}" for key, value in labels.items()) if isinstance(labels, Mapping) else ()

    @classmethod
    def check(cls, line: str) -> str:
        key, equals, value = line.strip().partition("=")
        key = key.rstrip()
        if not key:
            raise NotPossible("A label needs a key: key=value.")
        if any(character.isspace() for character in key):
            raise NotPossible(f"A label's key has no blanks in it: '{key}'.")
        return f"{key}={value}" if equals else f"{key}="

    @classmethod
    def key_of(cls, line: str) -> str:
        return line.partition("=")[0]

    @classmethod
    def with_lines(cls, raw: Mapping[str, Any], lines: Sequence[str]) -> Self:
        labels = {key: value for key, _, value in (line.partition("=") for line in lines)}
        return cls(target_of(raw), raw["Spec"], labels)

    @property
    def docker_command(self) -> str:
        words = [word for line in self.removed for word in ("--label-rm", self.key_of(line))]
        for line in self.added:
            words += ["--label-add", shown_line(line)]
        return docker("service", "update", *words, argument(self.target))

    def value(self, spec: Spec) -> str:
        return self.text_of_lines(spec)

    def text_of(self, raw: object) -> str:
        return self.value({"Labels": raw})

    def findings(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Finding]:
        before = service.labels.get(STACK_LABEL, "")
        labels = field_of(after, "Labels")
        now = labels.get(STACK_LABEL, "") if isinstance(labels, Mapping) else ""
        if before and now != before:
            where = f" and is taken for one of {now}" if now else ""
            yield warning(f"{service.name} leaves the stack {before}{where}: {STACK_LABEL} says what belongs to it.")
        elif now and now != before:
            yield warning(f"{service.name} is taken for one of the stack {now}: its next deployment may remove it.")
