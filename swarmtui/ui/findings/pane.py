"""The findings: what is wrong with the swarm, the worst first; below them the evidence, the cause and what helps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.content import Content

from swarmtui.swarm.diagnosis import remedies
from swarmtui.swarm.diagnosis.finding import Finding, Remedy, Severity, object_of
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.ui.commands.registry import COMMANDS
from swarmtui.ui.findings.messages import GoAsked, RemedyAsked, Witness
from swarmtui.ui.findings.sick_row import SIGNS, reason_line
from swarmtui.ui.kit.tables.columns import Cell, Column
from swarmtui.ui.kit.tables.whole_column import WholeColumn
from swarmtui.ui.kit.texts.text import cell_width, fit_middle, natural, visible
from swarmtui.ui.panes.base_pane import Pane
from swarmtui.ui.panes.view import View

if TYPE_CHECKING:
    from swarmtui.swarm.images.answer import ImageAnswer
    from swarmtui.swarm.images.tag_list import TagList
    from swarmtui.swarm.nodes.node_evidence import NodeEvidence
    from swarmtui.swarm.tasks.container_evidence import ContainerEvidence

__all__ = ["FindingsPane", "remedy_keys"]

LOGS = "logs.open"
INSPECT = "inspect.readable"

GO = "go"
"""The choice of the menu that leads to the object."""


def remedy_keys() -> Iterator[Binding]:
    """The keys of remedies; each works where the finding under the cursor offers it."""
    yield Binding("l", f"remedy('{LOGS}')", "Logs", id=LOGS, tooltip="Show the log that tells why")
    for name in remedies.COMMANDS:
        if name in COMMANDS:
            key = COMMANDS[name].binding
            yield Binding(key.key, f"remedy('{name}')", key.description, id=name, tooltip=key.tooltip)


def severity_cell(finding: Finding, view: View) -> Cell:
    sign, tone = SIGNS[finding.severity]
    return Cell(f"{sign} {finding.severity.word}", tone)


def since_cell(finding: Finding, view: View) -> Cell:
    return Cell(view.age(finding.since), "dim")


COLUMNS: tuple[Column[Finding, View], ...] = (
    Column("severity", "SEVERITY", severity_cell, lambda finding, view: -finding.severity, priority=6),
    WholeColumn(
        "object",
        "OBJECT",
        lambda finding, view: Cell(finding.subject.text),
        lambda finding, view: (finding.subject.kind.value, natural(finding.subject.name)),
        priority=8,
        weight=1,
        enough=14,
        cut=fit_middle,
    ),
    WholeColumn(
        "finding",
        "WHAT IS WRONG",
        lambda finding, view: Cell(finding.summary, SIGNS[finding.severity][1]),
        lambda finding, view: finding.summary,
        priority=9,
        weight=4,
        enough=20,
    ),
    Column("since", "SINCE", since_cell, lambda finding, view: finding.since or 0.0, priority=5, searchable=False),
)


class FindingsPane(Witness, Pane[Finding]):
    """The worst first. Enter offers what helps."""

    ID: ClassVar = "findings"
    TITLE: ClassVar = "Findings"
    KEY: ClassVar = "exclamation_mark"
    PLACE: ClassVar = "the findings: what is wrong, why, and what helps"
    COLUMNS: ClassVar = COLUMNS
    BINDINGS: ClassVar = [*remedy_keys()]
    EXPORTED: ClassVar = {
        "rule": lambda finding, view: finding.rule,
        "evidence": lambda finding, view: list(finding.evidence),
        "cause": lambda finding, view: finding.cause or None,
        "object_id": lambda finding, view: finding.subject.id or None,
    }

    def __init__(self) -> None:
        super().__init__()
        self.table.empty_text = "Nothing is wrong, as far as can be seen."
        self._looked_through = False

    def show(self, view: View) -> None:
        """Show what has been found. Until all was looked at once, the worst may come after lesser ones."""
        super().show(view)
        if not self._looked_through:
            self.table.stand_at_top()
            self._looked_through = view.diagnosis.complete

    def key_of(self, item: Finding) -> str:
        return " ".join(item.key)

    def items_of(self, view: View) -> Sequence[Finding]:
        return view.diagnosis.findings

    def is_unhealthy(self, item: Finding, view: View) -> bool:
        return item.severity > Severity.NOTE

    @property
    def heading(self) -> str:
        findings = self._view.diagnosis.findings if self._view is not None else ()
        return f"Findings {len(findings)}"

    def stand_on(self, object_id: str) -> None:
        """Put the cursor on the worst finding about an object, if there is one."""
        found = self._view.diagnosis.of(object_id) if self._view is not None else ()
        if found:
            self.table.move_cursor(self.key_of(found[0]))

    def learn(self, container_id: str, evidence: ContainerEvidence) -> None:
        """Somebody has looked at a container: what it tells belongs to the findings on its task."""
        if self._view is not None:
            self._view.diagnosis.learn(container_id, evidence)

    def learn_of_node(self, node_id: str, evidence: NodeEvidence) -> None:
        """The same of a node."""
        if self._view is not None:
            self._view.diagnosis.learn_of_node(node_id, evidence)

    def learn_of_images(self, answers: Mapping[str, ImageAnswer]) -> None:
        """The same of registries."""
        if self._view is not None:
            self._view.diagnosis.learn_of_images(answers)

    def learn_of_tags(self, known: TagList) -> None:
        """The same of their tags."""
        if self._view is not None:
            self._view.diagnosis.learn_of_tags(known)

    @property
    def told(self) -> Mapping[str, NodeEvidence]:
        return self._view.diagnosis.memory.nodes if self._view is not None else {}

    @property
    def target(self) -> Target | None:
        item = self.item
        return None if item is None or not item.subject.id else item.subject.target

    @property
    def change_item(self) -> object:
        """The object that the finding is about."""
        item, view = self.item, self._view
        return None if item is None or view is None else object_of(view.cluster, item.subject)

    def detail(self, item: Finding, view: View) -> Content:
        """What its row has no room for; the evidence, the likely cause, and what helps with its keys."""
        cut = cell_width(visible(item.summary)) > self.table.width_of("finding")
        lines = [*([reason_line(item)] if cut else []), *(Content(visible(line)) for line in item.evidence)]
        cause = item.cause or "The cause is not known."
        lines.append(Content.styled(f"Why: {visible(cause)}", "$text-warning" if item.cause else "$text-muted"))
        keys = self._keys() if item.remedies else {}
        lines += [
            Content.styled(f"{keys.get(remedy.command, '⏎'):>3} ", "$text-accent bold") + Content(visible(remedy.text))
            for remedy in item.remedies
        ]
        return Content("\n").join(lines)

    def _keys(self) -> Mapping[str, str]:
        """The keys that work here, by what they do, also before the pane has the focus."""
        declared = (each for each in (*Pane.BINDINGS, *remedy_keys()) if isinstance(each, Binding))
        keys = {each.id: self.app.get_key_display(each) for each in declared}
        for active in self.screen.active_bindings.values():  # the user's own keys
            keys[active.binding.id] = self.app.get_key_display(active.binding)
        return {name: key for name, key in keys.items() if name}

    def copies(self, item: Finding, view: View) -> dict[str, str]:
        text = "\n".join(
            [f"{item.subject.text}: {item.summary}", *item.evidence, *([item.cause] if item.cause else [])]
        )
        return {"finding": text, "name": item.subject.name, "ID": item.subject.id}

    # ------------------------------------------------------------------------------------ what helps

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "remedy":
            return self._offered(str(parameters[0])) is not None
        return super().check_action(action, parameters)

    def _offered(self, command: str) -> Remedy | None:
        """The finding's first remedy by a command; None for none."""
        offered = self.item.remedies if self.item is not None else ()
        return next((remedy for remedy in offered if remedy.command == command), None)

    def action_remedy(self, command: str) -> None:
        """Open the dialog of a remedy, filled in."""
        remedy = self._offered(command)
        if remedy is not None:
            self.table.take()
            self.post_message(RemedyAsked(remedy))

    def action_inspect(self, raw: bool) -> None:
        """Show what a remedy says that one should look at, else the object of the finding."""
        if not raw and self._offered(INSPECT) is not None:
            self.action_remedy(INSPECT)
        else:
            super().action_inspect(raw)

    def on_descendant_focus(self) -> None:
        """One begins with the worst, though others were found before it."""
        self.table.stand_at_top()

    def selected(self, item: Finding, *, enter: bool) -> None:
        from swarmtui.ui.kit.dialogs.menu import MenuDialog

        self.refresh_bindings()
        if not enter:
            return
        choices = {str(number): remedy.text for number, remedy in enumerate(item.remedies)}
        if item.subject.kind is not Kind.SWARM:
            choices[GO] = f"Go to {item.subject.text}"
        if choices:
            menu = MenuDialog(f"{item.subject.text}: {item.summary}", choices)
            self.app.push_screen(menu, lambda choice: self._chosen(item, choice))

    def passed_to(self, item: Finding, *, filtered: bool) -> None:
        self.refresh_bindings()

    def _chosen(self, item: Finding, choice: str | None) -> None:
        if choice == GO:
            self.post_message(GoAsked(item.subject.kind, item.subject.id))
        elif choice is not None:
            self.post_message(RemedyAsked(item.remedies[int(choice)]))
