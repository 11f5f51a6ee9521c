"""The form for a new service: the docker command grows as one types, and so does what it will do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import ChangeRefused
from swarmtui.swarm.actions.action import Action, Kind, Target
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.services.create import CreateService
from swarmtui.swarm.services.create_form import Draft, ServiceForm, draft_of
from swarmtui.swarm.short_text import counted, listed
from swarmtui.ui.changes.action_dialog import ActionDialog
from swarmtui.ui.kit.dialogs.box import ScrollBarBeside
from swarmtui.ui.kit.dialogs.picker import Option, PickerDialog
from swarmtui.ui.kit.forms.form_field import FormField
from swarmtui.ui.kit.forms.form_section import FormSection
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.services.create_fields import SECTIONS, hidden_fields
from swarmtui.ui.services.registry_line import RegistryLine
from swarmtui.ui.session import SwarmSession

__all__ = ["CreateServiceDialog"]

HINT = "tab next  pgdn section  ctrl+o choose  ctrl+s buttons  esc leave"


class FormView(VerticalScroll, inherit_bindings=False, can_focus=False):
    """What is in sight of the form. It follows the focus, also when it gets less room; its keys are the dialog's."""

    def on_resize(self) -> None:
        for field in self.query(FormField):
            field.fit(self.size.height)
        self.call_after_refresh(self.follow)

    def follow(self) -> None:
        """Have the field that is being edited in sight."""
        focused = self.screen.focused
        if focused is not None and self in focused.ancestors:
            focused.scroll_visible(animate=False)


class LongText(ScrollBarBeside, VerticalScroll):
    """A text with little room: it can have the focus, and be scrolled, where it is longer than that."""

    def allow_focus(self) -> bool:
        return self.max_scroll_y > 0


class CreateServiceDialog(ActionDialog):
    """Asks for all that a new service needs.

    Args:
        form: what stands in it at first: what was typed before, when that was refused.
        session: asks the image's registry; None to ask nobody.
    """

    BINDINGS: ClassVar = [
        Binding(
            "pageup", "section(-1)", "Previous section", show=False, id="form.before", tooltip="The previous section"
        ),
        Binding("pagedown", "section(1)", "Next section", show=False, id="form.next", tooltip="The next section"),
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("ctrl+o", "choose", "Choose", id="form.choose", tooltip="Choose from those in the swarm"),
        Binding("ctrl+s", "to_buttons", "To the buttons", id="form.end", tooltip="Go to the buttons"),
    ]

    BOX: ClassVar = "wide form"
    FIRST_FOCUS: ClassVar = "#field-image Input"

    def __init__(
        self,
        observation: Observation,
        *,
        form: ServiceForm | None = None,
        refused: bool = False,
        session: SwarmSession | None = None,
    ) -> None:
        super().__init__(observation)
        self._initial = ServiceForm()
        self._refused = refused
        self._session = session
        values = asdict(form or self._initial)
        usual = asdict(self._initial)
        self._sections = [
            FormSection(
                title,
                fields,
                values,
                folded=place > 0 and all(values[field.name] == usual[field.name] for field in fields),
            )
            for place, (title, fields) in enumerate(SECTIONS)
        ]
        self._fields = [field for section in self._sections for field in section.fields]

    # ------------------------------------------------------------------------------------ what it is about

    @property
    def form(self) -> ServiceForm:
        """What is typed."""
        return ServiceForm(**{field.kind.name: field.value for field in self._fields})

    @property
    def heading(self) -> str:
        return "Create a service"

    @property
    def target(self) -> Target:
        return Target(Kind.SERVICE, "", self.form.name.strip(), 0)

    @property
    def verb(self) -> str:
        return f"Create {self.form.name.strip()}".strip()

    def action(self) -> Action:
        form, cluster = self.form, self._cluster
        problems = draft_of(form, cluster).problems
        if problems:
            needed = [self._label(name) for name, problem in problems.items() if problem == "needed"]
            wrong = [self._label(name) for name, problem in problems.items() if problem != "needed"]
            words = [f"{counted(len(wrong), 'field')} with errors: {listed(wrong)}."] if wrong else []
            words += [f"Still needed: {listed(needed)}."] if needed else []
            raise ChangeRefused(" ".join(words))
        return CreateService.of(form, cluster, self.query_one(RegistryLine).answer)

    def _label(self, name: str) -> str:
        return next(field.kind.label for field in self._fields if field.kind.name == name)

    @property
    def _has_login(self) -> bool:
        answer = self.query_one(RegistryLine).answer
        return answer is not None and answer.has_login

    @property
    def _cluster(self) -> Cluster:
        return self._observation.cluster or Cluster()

    # ------------------------------------------------------------------------------------ the dialog

    def meanings(self) -> Mapping[str, str]:
        fields = [field.kind for section in self._sections for field in section.fields]
        return {field.label: field.hint or ", ".join(field.options.values()) for field in fields}

    def compose_body(self) -> ComposeResult:
        yield Static(id="subject", classes="hidden")
        with FormView(id="new-service"):
            yield from self._sections
        yield RegistryLine(self._session, id="registry")
        with LongText(id="consequences"):
            yield Static(id="impact")
        with LongText(id="command-lines"):
            yield Static(id="command", classes="command")
        yield Static(id="difference", classes="hidden")
        yield Static(Content(HINT), classes="dim form-keys")

    def show_action(self) -> None:
        form = self.form
        self.query_one(RegistryLine).ask(form.image, with_login=form.image_choice.credentials)
        super().show_action()
        draft = draft_of(form, self._cluster)
        hidden = hidden_fields(form)
        if not form.credentials and not self._has_login:
            hidden |= {"credentials"}
        for section in self._sections:
            section.show(draft.problems, hidden)
        self._show_command(draft)
        self.call_after_refresh(self.query_one(FormView).follow)

    def _show_command(self, draft: Draft) -> None:
        command = Content(f"$ {visible(draft.shown_command)}")
        self.query_one("#command", Static).update(command)
        self.query_one("#command-lines", VerticalScroll).scroll_end(animate=False)

    def shown_consequences(self, consequences: list[Content]) -> list[Content]:
        if not self._refused:
            return consequences
        return [
            Content.styled("The service was not created; what you typed is still here.", "$text-warning"),
            *consequences,
        ]

    def on_resize(self) -> None:
        self._make_room()

    def _make_room(self, _: object = None) -> None:
        """Of a low screen the form gets the most; what it will do and the command can be scrolled."""
        spare = max(0, self.size.height - 24)
        self.query_one("#consequences").styles.max_height = 3 + spare // 4
        self.query_one("#command-lines").styles.max_height = 3 + spare // 4

    @on(FormField.Changed)
    def _typed_into(self, event: FormField.Changed) -> None:
        event.stop()
        self.show_action()

    @on(FormField.Done)
    def _on_to_the_next(self, event: FormField.Done) -> None:
        event.stop()
        self.focus_next()

    @on(RegistryLine.Answered)
    def _registry_answered(self) -> None:
        self.show_action()

    # ------------------------------------------------------------------------------------ keys

    def action_section(self, step: int) -> None:
        """To the heading of the next section, or of this one and those before."""
        headings = [section.heading for section in self._sections if section.display]
        focused = self.focused
        place = -1
        if focused is not None:
            place = next((at for at, each in enumerate(headings) if each.parent in focused.ancestors_with_self), -1)
        if place < 0:
            self.set_focus(headings[-1] if step < 0 else headings[0])
        elif step < 0 and focused is not headings[place]:
            self.set_focus(headings[place])
        elif 0 <= place + step < len(headings):
            self.set_focus(headings[place + step])
        elif step > 0:
            self.action_to_buttons()

    def action_to_buttons(self) -> None:
        self.query_one("#cancel").focus()

    def action_choose(self) -> None:
        """Choose a network, secret or config for the field that has the focus."""
        field = self._field_in_focus
        if field is None or not field.kind.chooses:
            self.notify("Networks, secrets and configs can be chosen: go to one of these fields.", markup=False)
            return
        options = self._options(field)
        if options is None:
            self.notify(f"The swarm's {field.kind.chooses} are not known yet; type the name.", markup=False)
            return
        self.app.push_screen(
            PickerDialog(field.kind.label, options, empty=f"The swarm has no {field.kind.chooses} yet."),
            lambda name: field.add_line(name) if name else None,
        )

    def _options(self, field: FormField) -> list[Option] | None:
        cluster = self._cluster
        if field.kind.chooses == "networks":
            if cluster.networks is None:
                return None
            networks = [network for network in cluster.networks.values() if not network.ingress]
            return [Option(network.name, f"{network.driver}  {network.id[:12]}") for network in networks]
        things = cluster.secrets if field.kind.chooses == "secrets" else cluster.configs
        return None if things is None else [Option(thing.name, thing.id[:12]) for thing in things.values()]

    @property
    def _field_in_focus(self) -> FormField | None:
        focused = self.focused
        if focused is None:
            return None
        return next((each for each in focused.ancestors_with_self if isinstance(each, FormField)), None)

    def conceal(self) -> None:
        """Fold away what may hold secrets."""
        for section in self._sections:
            if any(field.kind.hides_values for field in section.fields):
                section.fold(True)

    @property
    def unsaved(self) -> str:
        return "" if self.form == self._initial else "What you typed is lost."
