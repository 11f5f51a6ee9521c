"""Fields of a service that are edited as a set of lines: environment, labels, ports, placement.

A line is what one would type behind docker's option: "KEY=value", "8080:80", "node.role==worker". What is not touched
keeps its raw JSON, unknown fields and all.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, Spec
from swarmtui.swarm.actions.wording import argument, docker, no_docker_command, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.masking import masked_value
from swarmtui.swarm.fingerprint import fingerprint
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.stack_label import STACK_LABEL
from swarmtui.swarm.secret import looks_secret
from swarmtui.swarm.services.change import Path, ServiceChange, ValueChange
from swarmtui.swarm.specs.fields import field_of, list_of, part_of, with_field
from swarmtui.swarm.specs.merge import Entry, entry_text, placed

__all__ = ["LabelsChange", "LinesChange", "SetEnvironment", "SetServiceLabels", "hidden_name", "shown_line"]


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
    def entries_of(cls, spec: Spec) -> list[Entry]:
        """The present set, from a raw spec."""

    @classmethod
    def lines_of(cls, spec: Spec, cluster: Cluster | None = None) -> tuple[str, ...]:
        """The lines of the present set.

        Args:
            cluster: has the names of what the spec refers to by an ID.
        """
        return tuple(line for line, _ in cls.entries_of(spec) if line is not None)

    @classmethod
    def kept_of(cls, spec: Spec) -> tuple[str, ...]:
        """What no line can say, in short; it stays whatever is done to the lines."""
        return tuple(_brief(entry) for line, entry in cls.entries_of(spec) if line is None)

    @classmethod
    def unknown(cls, cluster: Cluster | None) -> str:
        """What must be known of the swarm before the lines can be written, and is not yet; "" where all is."""
        return ""

    @classmethod
    def choices(cls, cluster: Cluster | None) -> tuple[str, ...]:
        """The names of the swarm's objects that a line may name; () where it names none."""
        return ()

    @classmethod
    def read(cls, line: str, cluster: Cluster | None = None) -> tuple[str, ...]:
        """What was typed, as it will stand in the set: mostly one line. Raises NotPossible as `check` does, and where
        the swarm has not what a line names."""
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
    def with_lines(cls, raw: Mapping[str, Any], lines: Sequence[str], cluster: Cluster | None = None) -> Self:
        """The change, from lines that are good and no two of which have a key in common."""

    @classmethod
    def of(cls, raw: Mapping[str, Any], lines: Iterable[str], cluster: Cluster | None = None) -> Self:
        """Give a service other lines.

        Args:
            raw: its raw JSON.
            lines: all of them, those that stay as well.
            cluster: has what the lines may name.

        Raises:
            NotPossible: one of them is wrong, two exclude each other, or nothing changes.
        """
        before = cls.lines_of(raw["Spec"], cluster)
        checked = [line if line in before else cls.check(line) for line in lines]
        cls.check_keys(before, checked)
        if sorted(checked) == sorted(before):
            raise NotPossible("Nothing changed yet.")
        return cls.with_lines(raw, checked, cluster)

    @classmethod
    def check_keys(cls, before: Iterable[str], lines: Iterable[str]) -> None:
        """Tell whether lines can stand in one set. What is there twice already may stay so.

        Raises:
            NotPossible: a key is there twice that was not before.
        """
        allowed = Counter(map(cls.key_of, before))
        for key, number in Counter(map(cls.key_of, lines)).items():
            if number > max(1, allowed[key]):
                raise NotPossible(f"{key} is listed twice.")

    def lines_in(self, spec: Spec) -> tuple[str, ...]:
        """The lines of a spec as this change names them."""
        return self.lines_of(spec)

    @property
    def added(self) -> list[str]:
        """The lines that come, or come in another form."""
        return list((Counter(self.lines_in(self.after)) - Counter(self.lines_in(self.spec))).elements())

    @property
    def leaving(self) -> list[str]:
        """The lines that go, or get another form."""
        return list((Counter(self.lines_in(self.spec)) - Counter(self.lines_in(self.after))).elements())

    # -------------------------------------------------------------------------------- what may be shown

    @classmethod
    def masked_line(cls, line: str) -> str:
        """A line as it may be shown: what is secret in it is masked."""
        return shown_line(line)

    @classmethod
    def beginning(cls, line: str) -> str:
        """What stands in the input at first when a line is edited: all of it but what is hidden."""
        hidden = hidden_name(line)
        return f"{hidden}=" if hidden else line

    # -------------------------------------------------------------------------------- the docker command

    @property
    def no_command(self) -> str:
        """Why `docker service update` cannot do this; "" where it can."""
        return ""

    @abstractmethod
    def options(self, show: Callable[[str], str]) -> list[str]:
        """The options of `docker service update` that do this.

        Args:
            show: gives a line of the set as it may stand there.
        """

    @property
    def docker_command(self) -> str:
        return self._command(self.masked_line)

    @property
    def whole_command(self) -> str:
        return self._command(str)

    def _command(self, show: Callable[[str], str]) -> str:
        if why := self.no_command:
            return no_docker_command(self.target, why)
        return docker("service", "update", *self.options(show), argument(self.target))

    # -------------------------------------------------------------------------------- in words

    @property
    def deed(self) -> str:
        return self.title

    def text_of_lines(self, spec: Spec) -> str:
        """All lines as one text, to be compared: a hidden value is told from another by a mark."""
        return ", ".join(
            shown if (shown := self.masked_line(line)) == line else f"{shown} ({fingerprint(line)})"
            for line in sorted(self.lines_in(spec))
        )


def _brief(entry: object) -> str:
    """An entry that no line can say: its name where it has one."""
    if isinstance(entry, tuple):
        return str(entry[0])
    return entry_text((), entry)


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

    name: ClassVar[str] = names.SET_ENVIRONMENT
    verb: ClassVar[str] = "Change"
    field: ClassVar[str] = "environment"
    noun: ClassVar[str] = "variable"
    example: ClassVar[str] = "NAME=value"
    path: ClassVar[Path] = ("TaskTemplate", "ContainerSpec", "Env")

    @classmethod
    def entries_of(cls, spec: Spec) -> list[Entry]:
        return [(each if isinstance(each, str) else None, each) for each in list_of(spec, *cls.path)]

    @classmethod
    def check(cls, line: str) -> str:
        line = line.lstrip()
        name = line.partition("=")[0]
        if not name:
            raise NotPossible("A variable needs a name: NAME=value.")
        if name != name.strip() or any(character.isspace() for character in name):
            raise NotPossible(f"A variable's name cannot contain spaces: '{name}'.")
        if "=" not in line:
            raise NotPossible(f"{name} has no value: {name}=value, or {name}= for an empty one.")
        if "\0" in line:
            raise NotPossible("A value cannot hold a null character.")
        return line

    @classmethod
    def key_of(cls, line: str) -> str:
        return line.partition("=")[0]

    @classmethod
    def with_lines(cls, raw: Mapping[str, Any], lines: Sequence[str], cluster: Cluster | None = None) -> Self:
        if not isinstance(field_of(raw["Spec"], *cls.path[:-1]), Mapping):
            raise NotPossible("This service runs no container: it has no environment.")
        after = placed(cls.entries_of(raw["Spec"]), lines, cls.key_of, lambda line: line)
        return cls(Target.of_json(Kind.SERVICE, raw), raw["Spec"], after)

    @property
    def no_command(self) -> str:
        """docker/cli command/service/update.go, `updateEnvironment`: once one is added, each name is there once."""
        if any(not isinstance(each, str) for each in self.new):
            return "docker cannot read this environment"
        left = [line for line in self.lines_of(self.spec) if self.key_of(line) not in self._names_gone]
        merged = {self.key_of(line): line for line in [*left, *self.added]}
        done = list(merged.values()) if self.added else left
        return "" if Counter(done) == Counter(self.new) else "docker changes a variable that is listed twice as one"

    @property
    def _names_gone(self) -> list[str]:
        kept = {self.key_of(line) for line in self.lines_of(self.after)}
        return [name for name in dict.fromkeys(map(self.key_of, self.leaving)) if name not in kept]

    def options(self, show: Callable[[str], str]) -> list[str]:
        removed = [word for name in self._names_gone for word in ("--env-rm", name)]
        return [*removed, *(word for line in self.added for word in ("--env-add", show(line)))]

    def value(self, spec: Spec) -> str:
        return self.text_of_lines(spec)

    def text_of(self, raw: object) -> str:
        return self.value({"TaskTemplate": {"ContainerSpec": {"Env": raw}}})


# ------------------------------------------------------------------------------------------------ labels


@dataclass(frozen=True)
class LabelsChange(ValueChange, LinesChange):
    """Base of the changes of labels.

    Class attributes:
        option: docker's, to which it adds `-add` and `-rm`.
    """

    noun: ClassVar[str] = "label"
    example: ClassVar[str] = "key=value"
    option: ClassVar[str]

    @classmethod
    def entries_of(cls, spec: Spec) -> list[Entry]:
        return [(_label_line(key, value), (key, value)) for key, value in part_of(spec, *cls.path).items()]

    @classmethod
    def check(cls, line: str) -> str:
        key, equals, value = line.strip().partition("=")
        key = key.rstrip()
        if not key:
            raise NotPossible("A label needs a key: key=value.")
        if any(character.isspace() for character in key):
            raise NotPossible(f"A label's key cannot contain spaces: '{key}'.")
        return f"{key}={value}" if equals else f"{key}="

    @classmethod
    def key_of(cls, line: str) -> str:
        return line.partition("=")[0]

    @classmethod
    def with_lines(cls, raw: Mapping[str, Any], lines: Sequence[str], cluster: Cluster | None = None) -> Self:
        labels = placed(cls.entries_of(raw["Spec"]), lines, cls.key_of, lambda line: tuple(line.split("=", 1)))
        return cls(Target.of_json(Kind.SERVICE, raw), raw["Spec"], dict(labels))

    @property
    def no_command(self) -> str:
        before = part_of(self.spec, *self.path)
        changed = [(key, value) for key, value in self.new.items() if key not in before or before[key] != value]
        if any(_label_line(key, value) is None for key, value in changed):
            return "No docker command sets a label whose key contains ="
        return ""

    def options(self, show: Callable[[str], str]) -> list[str]:
        gone = [key for key in part_of(self.spec, *self.path) if key not in self.new]
        removed = [word for key in gone for word in (f"{self.option}-rm", key)]
        return [*removed, *(word for line in self.added for word in (f"{self.option}-add", show(line)))]

    def value(self, spec: Spec) -> str:
        return self.text_of_lines(spec)

    def text_of(self, raw: object) -> str:
        return self.value(with_field({}, self.path, raw))


@dataclass(frozen=True)
class SetServiceLabels(LabelsChange):
    """Change the labels of a service. They are the service's own: its containers have others, and nothing restarts."""

    name: ClassVar[str] = names.SET_SERVICE_LABELS
    verb: ClassVar[str] = "Change"
    field: ClassVar[str] = "labels"
    option: ClassVar[str] = "--label"
    path: ClassVar[Path] = ("Labels",)

    def consequences(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Consequence]:
        before = service.labels.get(STACK_LABEL, "")
        labels = field_of(after, "Labels")
        now = labels.get(STACK_LABEL, "") if isinstance(labels, Mapping) else ""
        if before and now != before:
            where = f" and joins {now}" if now else ""
            yield warning(f"{service.name} leaves the stack {before}{where}: {STACK_LABEL} decides that.")
        elif now and now != before:
            yield warning(f"{service.name} joins the stack {now}: its next deploy may remove it.")


def _label_line(key: object, value: object) -> str | None:
    """ "key=value"; None where that would be read as another label, or as another value than a text."""
    return f"{key}={value}" if isinstance(key, str) and isinstance(value, str) and "=" not in key else None
