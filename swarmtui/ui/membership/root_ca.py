"""Another root certificate for the swarm, and authorities outside that sign by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual import on
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Action, Target
from swarmtui.swarm.membership.root_ca import (
    CERTIFICATE,
    PRIVATE_KEY,
    Pem,
    ReplaceRootCA,
    SetExternalCAs,
    read_urls,
)
from swarmtui.swarm.membership.swarm_keys import RotateCA
from swarmtui.swarm.objects.swarm import Swarm
from swarmtui.ui.changes.action_dialog import ActionDialog
from swarmtui.ui.kit.forms.labelled_fields import field, plain_file, readable

__all__ = ["ExternalCADialog", "RootCADialog"]

LARGEST = 256 * 1024
"""Bytes of a file in PEM format: far above what one certificate takes."""
EXAMPLE = "https://ca.example.net:8888/sign"


class _AuthorityDialog(ActionDialog):
    """Base of the two: fields, of which Enter goes on to the button once they can be taken."""

    def __init__(self, swarm: Swarm, observation: Observation) -> None:
        super().__init__(observation)
        self._swarm = swarm

    @property
    def target(self) -> Target:
        return Target.of(self._swarm)

    def _text(self, id: str) -> str:
        return self.query_one(f"#{id}", Input).value.strip()

    @on(Input.Changed)
    def _changed(self) -> None:
        self.show_action()

    @on(Input.Submitted)
    def _line_done(self, event: Input.Submitted) -> None:
        if event.input.id != "typed":
            self.focus_missing_or_confirm()


class RootCADialog(_AuthorityDialog):
    """Rotates the root certificate: to one that the swarm makes, or to one from a file."""

    @property
    def heading(self) -> str:
        return "Rotate the root certificate"

    @property
    def verb(self) -> str:
        return "Rotate the CA"

    def meanings(self) -> Mapping[str, str]:
        return {
            "CA cert": "A root certificate of your own, as PEM; empty: the swarm makes one",
            "CA key": "The file of its private key; it is sent to the managers, and never shown",
            "External": "CFSSL servers that sign instead of the managers; separated by spaces",
        }

    def compose_choice(self) -> Iterable[Widget]:
        with Vertical(classes="fields"):
            yield field("CA cert", "certificate", hint="the swarm makes one; or the path of a PEM file", path=True)
            yield field("CA key", "key", hint="the path of its key", path=True)
            yield field("External", "urls", hint=f"optional: {EXAMPLE}")

    def action(self) -> Action:
        certificate, key, urls = self._text("certificate"), self._text("key"), read_urls(self._text("urls"))
        if not certificate and not key and not urls:
            return RotateCA.of(self._swarm)
        if not certificate:
            raise NotPossible(
                "The certificate is missing.",
                "Name its file. External CAs for the present root: the row External CA of the swarm's pane.",
            )
        return ReplaceRootCA.of(
            self._swarm, _read(CERTIFICATE, certificate), _read(PRIVATE_KEY, key) if key else None, urls
        )

    @property
    def unsaved(self) -> str:
        return "What you typed is lost." if any(map(self._text, ("certificate", "key", "urls"))) else ""


class ExternalCADialog(_AuthorityDialog):
    """Asks which authorities outside sign the nodes' certificates."""

    FIRST_FOCUS: ClassVar = "#urls"

    @property
    def heading(self) -> str:
        return "Set the external CAs"

    @property
    def verb(self) -> str:
        return "Set the external CAs"

    def meanings(self) -> Mapping[str, str]:
        return {"External": "CFSSL servers that sign by the swarm's root; separated by spaces; empty: none"}

    def compose_choice(self) -> Iterable[Widget]:
        yield Static(
            Content("Authorities outside, which speak CFSSL's protocol and have the key of the swarm's root."),
            classes="paragraph",
        )
        with Vertical(classes="fields"):
            yield field("External", "urls", " ".join(self._swarm.external_cas), hint=f"none: {EXAMPLE}")

    def action(self) -> Action:
        return SetExternalCAs.of(self._swarm, read_urls(self._text("urls")))

    @property
    def unsaved(self) -> str:
        return "What you typed is lost." if self._text("urls") != " ".join(self._swarm.external_cas) else ""


def _read(what: str, path: str) -> Pem:
    """A file in PEM format.

    Raises:
        NotPossible: it cannot be read, or is none.
    """
    with readable(path), plain_file(path).open("rb") as opened:
        content = opened.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise NotPossible(f"{path} is too large for a {what}.")
    return Pem.of(what, path, content.decode("utf-8", "replace"))
