"""Newer images: asks the registries what the services' tags stand for now, and updates services one after another."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.images.answer import ImageAnswer
from swarmtui.swarm.images.choice import ImageChoice
from swarmtui.swarm.images.newer import has_newer, tag_of, tags_of
from swarmtui.swarm.images.tag_list import TagList, newer_of, newest_words, repository_of, with_tag
from swarmtui.swarm.natural import natural
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.services.update_image import UpdateImage
from swarmtui.swarm.short_text import counted, listed
from swarmtui.swarm.syntax.image import short_image
from swarmtui.swarm.units import age
from swarmtui.ui.changes.chosen_services import ChosenServicesDialog
from swarmtui.ui.changes.in_turn import Turns
from swarmtui.ui.findings.messages import Witness
from swarmtui.ui.kit.forms.mark_list import MarkList
from swarmtui.ui.kit.forms.toggle import Toggle
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.services.pane import ServicesPane
from swarmtui.ui.services.tag_picker import TagPicker, learn_of_tags
from swarmtui.ui.session import SwarmSession

__all__ = ["NewerImagesDialog"]

AT_ONCE = 4
"""Images that are asked for at the same time."""
TITLE = "Update to newer images"


class NewerImagesDialog(ChosenServicesDialog):
    """Lists the services with a newer image behind their tag; returns the updates of those that are chosen.

    Opening it is what asks the registries. What they say stays known: in a column of the services, and as findings.

    Args:
        observation: the newest that is known.
        session: asks, and looks at each service that is chosen as it is now.
    """

    BINDINGS: ClassVar = [
        Binding(
            "a", "choose_all", "All", id="newer.all", tooltip="Choose all with a newer image, or with a tag chosen"
        ),
        Binding("t", "tags", "Tags", id="newer.tags", tooltip="Ask for newer tags; then choose one for this service"),
    ]

    VERB: ClassVar = "Update"
    KEYS: ClassVar = "space choose   a all   t newer tags   ⏎ continue"

    def __init__(self, observation: Observation, session: SwarmSession) -> None:
        super().__init__(observation, session)
        self._images = tags_of(self.cluster.services.values())
        self._answers: dict[str, ImageAnswer] = {}
        self._lists: dict[str, TagList] = {}
        self._repositories: tuple[str, ...] = ()
        self._chosen: dict[str, str] = {}

    @property
    def heading(self) -> str:
        return "Newer images behind the services' tags"

    def turns(self, actions: tuple[Action, ...]) -> Turns:
        return Turns(TITLE, actions)

    # ------------------------------------------------------------------------------------ the dialog

    def compose_introduction(self) -> Iterable[Widget]:
        yield Static(id="asked", classes="dim")
        login = Toggle("ask those that deny it with this machine's docker login", id="login")
        login.display = False
        yield login

    def meanings(self) -> Mapping[str, str]:
        return {
            "newer tags": "t asks the registries, then opens the tags of the line's service. Choosing one marks it",
            "[x]": "It is updated once the one before is whole. A lists the updates, and x there begins no more",
            "login": "The login is used for the question alone; services keep the credentials that they have",
        }

    def on_mount(self) -> None:
        super().on_mount()
        self.run_worker(self._ask_all(self._images, with_login=False), group="registries")

    def draw(self) -> None:
        self.query_one("#asked", Static).update(Content(visible(self._asked_words())))
        super().draw()

    # ------------------------------------------------------------------------------------ registries

    async def _ask_all(self, images: tuple[str, ...], *, with_login: bool) -> None:
        room = asyncio.Semaphore(AT_ONCE)

        async def ask(image: str) -> None:
            async with room:
                found = self._session.find_image(image, with_login=with_login)
                self._answers[image] = await asyncio.wrap_future(found)
            if self.is_open:
                self.offer_again()

        await asyncio.gather(*map(ask, images))
        if not self.is_open:
            return
        main = self.app.screen_stack[0]
        for witness in main.query(Witness):
            witness.learn_of_images(self._answers)
        for pane in main.query(ServicesPane):
            pane.show_newer()
        self.query_one("#login", Toggle).display = bool(self._denied)

    @property
    def _denied(self) -> tuple[str, ...]:
        """The images that could be asked for with a login."""
        return tuple(name for name, each in self._answers.items() if not each.found and each.has_login)

    @on(Toggle.Changed)
    def _with_login(self) -> None:
        if self.query_one("#login", Toggle).value and self._denied:
            self.run_worker(self._ask_all(self._denied, with_login=True), group="registries")

    @on(Toggle.Accepted)
    def _login_accepted(self) -> None:
        self.accept()

    def _asked_words(self) -> str:
        done, of = len(self._answers), counted(len(self._images), "image")
        words = [f"{done} of {of} asked." if done < len(self._images) else f"{of} asked."]
        loose = [each.name for each in self.cluster.services.values() if tag_of(each) and "@" not in each.image]
        if loose:
            words.append(f"Not pinned to a digest, so nobody can tell: {listed(loose, 3)}.")
        words += self._tags_words()
        vain = [short_image(name) for name, each in self._answers.items() if not each.found]
        if vain:
            why = next(each.why_not for each in self._answers.values() if not each.found)
            words.append(f"No answer for {listed(vain, 3)}: {why.rstrip('.')}.")
        return " ".join(words)

    def _tags_words(self) -> list[str]:
        if not self._repositories:
            return []
        done, of = len(self._lists), len(self._repositories)
        if done < of:
            return [f"Tags: {done} of {of} asked."]
        oldest = min((each.asked_at for each in self._lists.values()), default=0.0)
        words = [f"Tags asked {age(time.time() - oldest)} ago; t chooses one."]
        vain = [each for each in self._lists.values() if not each.found]
        if vain:
            words.append(f"No tags of {listed([each.repository for each in vain], 3)}: {vain[0].trouble}")
        return words

    # ------------------------------------------------------------------------------------ services

    @property
    def _newer(self) -> list[Service]:
        """Those with a newer image behind their tag, or with newer tags."""
        services = self.cluster.services.values()
        found = [each for each in services if has_newer(each, self._answers) or self._newer_tags(each)]
        return sorted(found, key=lambda service: natural(service.name))

    def _newer_tags(self, service: Service) -> tuple[str, ...]:
        image = tag_of(service)
        return newer_of(image, self._lists.get(repository_of(image)))

    def offered(self) -> Mapping[str, str]:
        newer = self._newer
        name_room = max((len(each.name) for each in newer), default=0)
        image_room = max((len(short_image(each.image)) for each in newer), default=0)

        def line(service: Service) -> str:
            if chosen := self._chosen.get(service.id):
                more = f"→ {chosen}"
            else:
                moved = "newer behind its tag" if self._lists and has_newer(service, self._answers) else ""
                newer = newest_words(self._newer_tags(service))
                more = "; ".join(filter(None, (moved, newer and f"newer: {newer}")))
            return f"{service.name:<{name_room}}  {short_image(service.image):<{image_room}}  {more}".rstrip()

        return {each.id: line(each) for each in newer}

    @property
    def none_offered(self) -> str:
        if len(self._answers) < len(self._images) or len(self._lists) < len(self._repositories):
            return "Asking the registries …"
        tags = " and no newer tags" if self._lists else "; t asks for newer tags"
        return f"No service has a newer image behind its tag{tags}."

    def change_of(self, service_id: str, raw: Mapping[str, Any]) -> Action:
        service = self.cluster.services[service_id]
        if tag := self._chosen.get(service_id):
            return UpdateImage.of(raw, with_tag(UpdateImage.typed(raw), tag), ImageChoice())
        if not has_newer(service, self._answers):
            raise NotPossible(f"{service.name}: choose one of its newer tags with t.")
        answer = self._answers.get(tag_of(service))
        return UpdateImage.of(raw, UpdateImage.typed(raw), ImageChoice(answer=answer))

    def action_choose_all(self) -> None:
        ready = (each.id for each in self._newer if each.id in self._chosen or has_newer(each, self._answers))
        self.choose(ready)

    # ------------------------------------------------------------------------------------ newer tags

    def action_tags(self) -> None:
        """Ask for the tags of all; once they are there, choose one for the service under the cursor."""
        if not self._repositories:
            self._repositories = tuple(sorted({repository_of(image) for image in self._images}))
            self.run_worker(self._ask_tags(), group="tags")
            self.draw()
            return
        service = self.cluster.services.get(self.query_one(MarkList).current or "")
        if service is not None:
            image = tag_of(service)
            picker = TagPicker(self._session, image, only_newer=True, learned=self._learn)
            self.app.push_screen(picker, lambda tag: self._choose_tag(service.id, tag))

    async def _ask_tags(self) -> None:
        room = asyncio.Semaphore(AT_ONCE)

        async def ask(repository: str) -> None:
            async with room:
                if self.is_open:
                    self._learn(await asyncio.wrap_future(self._session.find_tags(repository)))

        await asyncio.gather(*map(ask, self._repositories))

    def _learn(self, known: TagList) -> None:
        self._lists[known.repository] = known
        learn_of_tags(self.app.screen_stack[0], known)
        if self.is_open:
            self.offer_again()

    def on_unmount(self) -> None:
        for repository in self._repositories:
            if repository not in self._lists:
                self._session.leave_tags(repository)

    def _choose_tag(self, service_id: str, tag: str | None) -> None:
        if tag:
            self._chosen[service_id] = tag
            self.offer_again()
            self.choose({*self.query_one(MarkList).marked, service_id})
