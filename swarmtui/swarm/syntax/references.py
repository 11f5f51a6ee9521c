"""What a service refers to by name: secrets, configs ("cert", "source=cert,target=/etc/cert,mode=0400"), networks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from swarmtui.swarm.syntax.comma_separated import Settings, read_settings, settings_text
from swarmtui.swarm.syntax.unreadable import Unreadable

__all__ = ["OF_EVERY_ENGINE", "Attachment", "FileReference", "read_attachment", "read_file_reference"]

OF_EVERY_ENGINE = ("host", "bridge")
"""Networks that each node has of its own, and that services can use all the same. Source: moby
daemon/libnetwork/cnmallocator, `PredefinedNetworks`."""
USUAL_MODE = 0o444
SYNONYMS = {"src": "source", "dst": "target", "destination": "target"}
IN_CONTAINER = "uid and gid must be numbers"


@dataclass(frozen=True)
class FileReference:
    """A secret or config that is put into the container as a file (docker/cli's opts/secret.go, opts/config.go).

    Attributes:
        source: its name.
        target: the file's name; "" for that of the source.
    """

    source: str
    target: str = ""
    uid: str = "0"
    gid: str = "0"
    mode: int = USUAL_MODE

    @classmethod
    def of(cls, source: str, file: Mapping[str, Any]) -> FileReference:
        """From the `File` of a reference. Raises Unreadable where there is more, or something else, in it."""
        target, uid, gid = (file.get(key) or "" for key in ("Name", "UID", "GID"))
        reference = cls(source, "" if target == source else target, uid or "0", gid or "0", file.get("Mode") or 0)
        if type(reference.mode) is not int or file.keys() - reference.file().keys():
            raise Unreadable("it is no file of a secret or config")
        return reference

    def file(self) -> dict[str, Any]:
        """The `File` of a reference in a service's spec."""
        return {"Name": self.target or self.source, "UID": self.uid, "GID": self.gid, "Mode": self.mode}

    @property
    def text(self) -> str:
        """As a value of --secret or --config."""
        if self == FileReference(self.source) and _is_plain(self.source):
            return self.source
        settings: Settings = [("source", self.source)]
        settings += [("target", self.target)] if self.target else []
        settings += [("uid", self.uid)] if self.uid != "0" else []
        settings += [("gid", self.gid)] if self.gid != "0" else []
        settings += [("mode", f"0{self.mode:o}")] if self.mode != USUAL_MODE else []
        return settings_text(settings)


def read_file_reference(text: str) -> FileReference:
    """Read one value of --secret or --config.

    Raises:
        Unreadable: it is none.
    """
    if _is_plain(text):
        return FileReference(text)
    given: dict[str, str] = {}
    for written, value in read_settings(text):
        key = SYNONYMS.get(written, written)
        if key not in ("source", "target", "uid", "gid", "mode"):
            raise Unreadable("like name or source=name,target=file,mode=0400")
        given[key] = value
    if not given.get("source"):
        raise Unreadable("source=… is missing")
    mode = given.get("mode", "0444")
    if not re.fullmatch("[0-7]{3,5}", mode):
        raise Unreadable("mode must be octal: 0400")
    uid, gid = given.get("uid", "0"), given.get("gid", "0")
    if not all(re.fullmatch("[0-9]{1,10}", each) for each in (uid, gid)):
        raise Unreadable(IN_CONTAINER)
    return FileReference(given["source"], given.get("target", ""), uid, gid, int(mode, 8))


@dataclass(frozen=True)
class Attachment:
    """A network that the tasks are attached to, and the names that they have on it beside the service's.

    Attributes:
        network: its name or ID.
        options: of its driver.
    """

    network: str
    aliases: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, raw: object) -> Attachment | None:
        """From the raw JSON of an attachment; None where there is more, or something else, in it."""
        if not isinstance(raw, Mapping) or raw.keys() - {"Target", "Aliases", "DriverOpts"}:
            return None
        target, aliases, options = raw.get("Target"), raw.get("Aliases") or [], raw.get("DriverOpts") or {}
        if not isinstance(target, str) or not isinstance(aliases, list) or not isinstance(options, Mapping):
            return None
        if not all(isinstance(each, str) for each in (*aliases, *options, *options.values())):
            return None
        return cls(target, tuple(aliases), tuple(options.items()))

    def spec(self, target: str) -> dict[str, Any]:
        """As it stands in a service's spec.

        Args:
            target: the network's ID.
        """
        aliases = {"Aliases": list(self.aliases)} if self.aliases else {}
        return {"Target": target, **aliases, **({"DriverOpts": dict(self.options)} if self.options else {})}

    @property
    def text(self) -> str:
        """As a value of --network."""
        if not self.aliases and not self.options and _is_plain(self.network):
            return self.network
        options = [("driver-opt", f"{key}={value}") for key, value in self.options]
        return settings_text([("name", self.network), *(("alias", alias) for alias in self.aliases), *options])


def read_attachment(text: str) -> Attachment:
    """Read one value of --network.

    Raises:
        Unreadable: it is none.
    """
    if _is_plain(text):
        return Attachment(text)
    name, aliases, options = "", list[str](), list[tuple[str, str]]()
    for key, value in read_settings(text):
        if key == "alias":
            aliases.append(value)
        elif key == "name":
            name = value
        elif key == "driver-opt":
            option, equals, setting = value.partition("=")
            if not option or not equals:
                raise Unreadable("driver-opt takes name=value")
            options.append((option, setting))
        else:
            raise Unreadable("like front or name=front,alias=www")
    if not name:
        raise Unreadable("name=… is missing")
    return Attachment(name, tuple(aliases), tuple(options))


def _is_plain(text: str) -> bool:
    """Whether a text is a mere name, and not settings."""
    return not any(sign in text for sign in ',="')
