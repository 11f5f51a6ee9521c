"""Inspect: all of one object, in words or as YAML. What is secret by its name is masked until a key shows it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any, ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.timer import Timer

from swarmtui.errors import ObjectNotFound, SwarmtuiError
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.document import Section
from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.describe.masking import MASK, masked, without_tokens
from swarmtui.swarm.describe.node_side import ROOM, placed_after
from swarmtui.swarm.describe.scene import Scene
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.nodes.node_evidence import NodeEvidence
from swarmtui.swarm.object_kinds import OBJECT_KINDS, describe
from swarmtui.swarm.short_text import counted
from swarmtui.swarm.tasks.container_description import CONTAINER
from swarmtui.swarm.tasks.container_evidence import ContainerEvidence
from swarmtui.swarm.timeline.section import happened_to, subject_of
from swarmtui.swarm.units import age
from swarmtui.ui.findings.pane import FindingsPane
from swarmtui.ui.inspect.inspect_text import FoldedLine, InspectLine, readable_lines, unfolded, yaml_lines
from swarmtui.ui.inspect.node_inquiry import NodeInquiry
from swarmtui.ui.kit.tables.rows import parse_filter
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.kit.texts.text_lines import TextLine, plain
from swarmtui.ui.kit.texts.text_screen import TextScreen
from swarmtui.ui.kit.texts.text_view import TextView
from swarmtui.ui.messages import LogsAsked
from swarmtui.ui.session import SwarmSession

__all__ = ["REVEALED_FOR", "InspectScreen"]

REVEALED_FOR = 15.0
"""Seconds that masked values stay readable after their key."""


class InspectView(TextView[FoldedLine]):
    """The text, with the keys that fold it."""

    BINDINGS: ClassVar = [
        Binding("enter,space", "screen.fold", "Fold", id="inspect.fold", tooltip="Fold or unfold this part"),
        Binding("left", "screen.fold(True)", "Close", show=False, id="inspect.close", tooltip="Fold this part"),
        Binding("right", "screen.fold(False)", "Open", show=False, id="inspect.open", tooltip="Unfold this part"),
        Binding(
            "minus", "screen.fold_all(True)", "Fold all", show=False, id="inspect.close_all", tooltip="Fold every part"
        ),
        Binding(
            "plus",
            "screen.fold_all(False)",
            "Unfold all",
            show=False,
            id="inspect.open_all",
            tooltip="Unfold every part",
        ),
    ]


class InspectScreen(TextScreen[FoldedLine]):
    """Shows an object as the engine gives it now; `ctrl+r` fetches it again.

    What only the engine of a node knows of it is asked for afterwards, and shown when it comes.

    Args:
        session: whom to ask.
        target: the object.
        raw: begin with YAML.
    """

    BINDINGS: ClassVar = [
        Binding("i", "form(False)", "Readable", id="inspect.readable", tooltip="Show the object in words"),
        Binding("y", "form(True)", "YAML", id="inspect.yaml", tooltip="Show the raw JSON as YAML"),
        Binding("v", "reveal", "Show secrets", id="inspect.reveal", tooltip="Show masked values for 15 seconds"),
        Binding("ctrl+r,f5", "fetch", "Fetch again", show=False, id="inspect.fetch", tooltip="Fetch it again"),
        Binding("l", "logs", "Logs", id="logs.open", tooltip="Follow the logs of the service or task"),
    ]

    def __init__(self, session: SwarmSession, target: Target, *, raw: bool) -> None:
        self._view = InspectView(FoldedLine.text_line, wrap=True, empty_text="asking the engine …", id="inspect-text")
        super().__init__(self._view, "search: a regular expression")
        self._session = session
        self.target = target
        self._raw = raw
        self._json: Any = None
        self._fetched: float | None = None
        self._error: SwarmtuiError | None = None
        self._asking = False
        self._revealed = False
        self._conceal_at: Timer | None = None
        side_of = OBJECT_KINDS[target.kind].node_side
        self._side = side_of() if side_of is not None else None
        self._inquiry = NodeInquiry(session, self._side, self._node_told) if self._side is not None else None
        self._kept: object = None
        """The answers that findings know of."""
        self._lines: Sequence[InspectLine] = ()
        self._folded: dict[bool, frozenset[str]] = {False: frozenset(), True: frozenset()}

    def on_mount(self) -> None:
        super().on_mount()
        self.action_fetch()
        self.set_interval(1.0, self.say_heading)

    # ------------------------------------------------------------------------------------ the object

    def action_fetch(self) -> None:
        self.run_worker(self._fetch(), group="inspect", exclusive=True, name="inspect")

    async def _fetch(self) -> None:
        self._asking = True
        self.say_heading()
        try:
            raw = await asyncio.wrap_future(self._session.inspect(self.target.kind, self.target.id))
        except SwarmtuiError as error:
            self._error = error
            if self._json is None:
                self._view.empty_text = f"✖ {visible(str(error))}"
                self._view.draw_anew()
        else:
            self._error = None
            self._json = without_tokens(raw)
            self._fetched = time.monotonic()
            self._make_lines()
        self._asking = False
        self.say_heading()
        if self._inquiry is not None and self._error is None:
            await self._inquiry.ask(Raw(self._json), self._session.observation().cluster or Cluster())

    def _keep_evidence(self) -> None:
        """What a node's engine tells belongs to the findings on the task or node, too."""
        answers = self._inquiry.answers if self._inquiry is not None else None
        if answers is None or answers.came is self._kept:
            return
        self._kept = answers.came
        for pane in self.app.screen_stack[0].query(FindingsPane):
            if self.target.kind is Kind.NODE:
                at = time.time() + self._session.observation().connection.clock_offset
                told = NodeEvidence.of(at, answers.raw(ROOM), answers.raw("df"), answers.raw("images"))
                pane.learn_of_node(answers.node.id, told)
            elif self.target.kind is Kind.TASK and (container := answers.raw(CONTAINER)) is not None:
                pane.learn(container.text("Id"), ContainerEvidence.of(container))

    def _node_told(self) -> None:
        """There is more of the node's own engine."""
        if self.is_running:
            self._keep_evidence()
        if self.is_running and not self._raw:
            self._make_lines()
            self.say_heading()

    def on_unmount(self) -> None:
        if self._inquiry is not None:
            self._inquiry.give_up()

    def _make_lines(self) -> None:
        if self._json is None:
            return
        if self._raw:
            from swarmtui.swarm.specs.yaml_text import yaml_text  # with it comes yaml

            shown = self._json if self._revealed else masked(self._json)
            self._lines = yaml_lines(yaml_text(shown))
        else:
            observation = self._session.observation()
            now = time.time() + observation.connection.clock_offset
            scene = Scene(observation.cluster or Cluster(), now, self._revealed)
            self._lines = readable_lines(self._sections(scene))
        self._show(self._key_under_cursor())

    def _sections(self, scene: Scene) -> tuple[Section, ...]:
        told = describe(self.target.kind, self._json, scene)
        subject = subject_of(self.target.kind, self.target.id, Raw(self._json))
        sections = (*told[:1], *happened_to(self._session.timeline, subject, scene.now), *told[1:])
        if self._inquiry is None or self._side is None:
            return sections
        return placed_after(self._side.after, sections, self._inquiry.sections(Raw(self._json), scene))

    def _key_under_cursor(self) -> str:
        item = self._view.item
        return item.of.key if item is not None else ""

    def _show(self, key: str) -> None:
        """Show what is not folded, with the cursor on the line with a key, or on what it has been folded into."""
        shown = unfolded(self._lines, self._folded[self._raw])
        cursor = next((place for place, line in enumerate(shown) if line.of.key == key), -1)
        if cursor < 0:
            cursor = max(0, min(self._view.cursor, len(shown) - 1))
        self._view.show(shown, cursor=cursor)

    # ------------------------------------------------------------------------------------ heading

    def heading(self) -> Content:
        what = f"{self.target.kind.word} {self.target.name}" if self.target.kind is not Kind.SWARM else "the swarm"
        parts = [Content.styled(f"{visible(what)}", "bold"), Content("YAML" if self._raw else "in words")]
        if self._fetched is not None:
            parts.append(Content(f"{age(time.monotonic() - self._fetched)} old"))
        if self._asking:
            parts.append(Content("asking …"))
        if self._error is not None and self._json is not None:
            gone = isinstance(self._error, ObjectNotFound)
            said = "no longer in the swarm" if gone else str(self._error)
            parts.append(Content.styled(f"✖ {visible(said)}", "$text-error"))
        secrets = sum(text.count(MASK) for line in self._lines for text, _ in line.pieces)
        if self._revealed:
            parts.append(Content.styled(f"secrets are shown for {REVEALED_FOR:.0f} s", "$text-warning"))
        elif secrets:
            parts.append(Content(f"{counted(secrets, 'value')} masked, v shows"))
        if self.search_text:
            found = any(self._found(line) for line in self._lines)
            parts.append(Content(f"/{visible(self.search_text)}" + ("" if found else ": not found")))
        return Content(" ── ").join(parts)

    # ------------------------------------------------------------------------------------ keys

    def action_form(self, raw: bool) -> None:
        if raw != self._raw:
            self._raw = raw
            self._view.move_to(0)
            self._make_lines()
            self.say_heading()

    def action_logs(self) -> None:
        if OBJECT_KINDS[self.target.kind].has_log:
            self.post_message(LogsAsked(self.target))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "logs":
            return OBJECT_KINDS[self.target.kind].has_log
        return super().check_action(action, parameters)

    def action_reveal(self) -> None:
        show = not self._revealed
        self.conceal()
        if show:
            self._revealed = True
            self._conceal_at = self.set_timer(REVEALED_FOR, self.conceal)
            self._make_lines()
            self.say_heading()

    def conceal(self) -> None:
        """Mask every secret value at once."""
        if self._conceal_at is not None:
            self._conceal_at.stop()
            self._conceal_at = None
        if self._revealed:
            self._revealed = False
            self._make_lines()
            self.say_heading()

    # ------------------------------------------------------------------------------------ folding, searching

    def action_fold(self, close: bool | None = None) -> None:
        """Fold or unfold the part under the cursor; `close` says which, else it is turned over."""
        item = self._view.item
        if item is None:
            return
        line = item.of if item.of.within else self._around(item.of)
        if line is None:
            return
        folded = self._folded[self._raw]
        closed = line.key in folded
        if close is None:
            close = not closed
        if close and closed:  # what is folded already: the part that it is in
            line = self._around(line) or line
        self._folded[self._raw] = folded | {line.key} if close else folded - {line.key}
        self._show(line.key)

    def _around(self, line: InspectLine) -> InspectLine | None:
        """The line that another belongs to; None for what stands at the top."""
        place = next(number for number, each in enumerate(self._lines) if each is line)
        for number in range(place - 1, -1, -1):
            above = self._lines[number]
            if above.within and number + above.within >= place:
                return above
        return None

    def action_fold_all(self, close: bool) -> None:
        keys = frozenset(line.key for line in self._lines if line.within) if close else frozenset[str]()
        item = self._view.item
        line = item.of if item is not None else None
        while close and line is not None and (above := self._around(line)) is not None:
            line = above
        self._folded[self._raw] = keys
        self._show(line.key if line is not None else "")

    def _found(self, line: InspectLine) -> bool:
        return any(pattern.search(plain(TextLine(line.pieces))) for pattern in self._view.patterns)

    def searched(self, text: str, *, done: bool) -> None:
        pattern = parse_filter(text).pattern
        self._view.patterns = () if pattern is None else (pattern,)
        if pattern is None:
            return
        self._unfold_hits()
        self._view.find(1, here=True)

    def _unfold_hits(self) -> None:
        """What is folded around a hit is unfolded, so that it can be gone to."""
        hidden: set[str] = set()
        open_parts: list[tuple[int, str]] = []
        for number, line in enumerate(self._lines):
            open_parts = [part for part in open_parts if part[0] >= number]
            if self._found(line):
                hidden.update(key for _, key in open_parts)
            if line.within:
                open_parts.append((number + line.within, line.key))
        if hidden & self._folded[self._raw]:
            self._folded[self._raw] -= hidden
            self._show(self._key_under_cursor())
