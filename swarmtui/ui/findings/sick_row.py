"""What is wrong with the object of a row, shown in the object's own pane: the reason, and the keys that help."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from textual.binding import ActiveBinding
from textual.content import Content

from swarmtui.swarm.diagnosis.finding import Finding, Remedy, Severity
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.panes.base_pane import Pane
from swarmtui.ui.panes.view import View

__all__ = ["SIGNS", "SickRowPane", "reason_line"]

TONES = {Severity.CRITICAL: "bad", Severity.WARNING: "warn", Severity.NOTE: "dim"}

SIGNS: Mapping[Severity, tuple[str, str]] = {severity: (severity.sign, tone) for severity, tone in TONES.items()}
"""Before a finding, and how it is drawn."""

STYLES = {"bad": "$text-error", "warn": "$text-warning", "dim": "$text-muted"}

FINDINGS_KEY = "pane.findings"
INSPECT = "inspect.readable"

Item = TypeVar("Item")


class SickRowPane(Pane[Item]):
    """Base of the panes whose rows stand for what findings are about. Its keys that help lead the line of keys."""

    leading_keys: tuple[str, ...] = ()
    """The bindings that come first on the line of keys, by their IDs."""

    @abstractmethod
    def sick_id(self, item: Item) -> str:
        """The ID of the object whose findings the row shows."""

    def findings_of(self, item: Item, view: View) -> tuple[Finding, ...]:
        """What is wrong with the row's object, the worst first. Notes are left to the list of findings."""
        return tuple(each for each in view.diagnosis.of(self.sick_id(item)) if each.severity > Severity.NOTE)

    def calls_for(self, item: Item, view: View) -> Iterable[str]:
        """The keys that the row's state calls for beside those of its findings, by the IDs of their bindings."""
        return ()

    def _show_detail(self) -> None:
        item, view = self.item, self._view
        findings = self.findings_of(item, view) if item is not None and view is not None else ()
        self.set_class(bool(findings), "-sick")
        super()._show_detail()
        asked = self.calls_for(item, view) if item is not None and view is not None else ()
        helping = (remedy.command for each in findings for remedy in each.remedies)
        leading = tuple(dict.fromkeys((*helping, *asked)))
        if leading != self.leading_keys:
            self.leading_keys = leading
            self.refresh_bindings()

    def what_helps(self, findings: Sequence[Finding]) -> Content:
        """The remedies with their keys, the nearest first: "R Roll back web · ! Label wrk1 with gpu=true".

        What has no key in this pane stands behind the key of the findings, where it has one.
        """
        offered = list(dict.fromkeys(remedy for each in findings for remedy in each.remedies))
        active = tuple(self.screen.active_bindings.values()) if offered else ()
        keys = self._own_keys(active) if offered else {}
        near = [(keys[each.command], each) for each in offered if each.command in keys and self._is_here(each)]
        far = [each for each in offered if each.command not in keys or not self._is_here(each)]
        parts = [_with_key(key, visible(remedy.text)) for key, remedy in near]
        if far:
            parts.append(_with_key(self._findings_key(active), _listed(far)))
        return Content(" · ").join(parts)

    def _is_here(self, remedy: Remedy) -> bool:
        """Whether the key is about what the remedy is about: inspect shows the row's own object, here."""
        target = self.target
        return remedy.command != INSPECT or (target is not None and target.id == remedy.subject.id)

    def _own_keys(self, active_bindings: Iterable[ActiveBinding]) -> dict[str, str]:
        """The keys of this pane as a person calls them, by the IDs of their bindings."""
        own = [each for bindings in self._bindings.key_to_bindings.values() for each in bindings]
        keys = {each.id: self.app.get_key_display(each) for each in reversed(own) if each.id}
        for active in active_bindings:  # the user's own keys, while the pane has the focus
            if active.node is self and active.binding.id:
                keys[active.binding.id] = self.app.get_key_display(active.binding)
        return keys

    def _findings_key(self, active_bindings: Iterable[ActiveBinding]) -> str:
        for active in active_bindings:
            if active.binding.id == FINDINGS_KEY:
                return self.app.get_key_display(active.binding)
        return "!"


def reason_line(finding: Finding) -> Content:
    """What is wrong, with the sign of its severity."""
    sign, tone = SIGNS[finding.severity]
    return Content.styled(f"{sign} {visible(finding.summary)}", STYLES[tone])


def _with_key(key: str, words: str) -> Content:
    return Content.styled(f"{key} ", "$text-accent bold") + Content(words)


def _listed(remedies: Sequence[Remedy]) -> str:
    return ", ".join(visible(each.text) for each in remedies)
